"""Commitments that are about nothing, say nothing, or promise more than there is (C19, K14)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.demand import Commitment
from optimizer.errors import Finding
from optimizer.files.judge.index import Index
from optimizer.files.place import nearest


def unknown_cargo(index: Index) -> Iterator[Finding]:
    """Selectors with a name that no row of ``demand.csv`` has."""
    if not index.is_whole("demand"):
        return
    demand = index.instance.demand
    known = {
        "consignments": {c.consignment for c in demand},
        "shipper": {c.shipper for c in demand},
        "origin": {c.origin for c in demand},
        "destination": {c.destination for c in demand},
        "commodity": {c.commodity for c in demand},
    }
    for place, row in index.typed_rows("commitments", Commitment):
        for column, names in known.items():
            stated = getattr(row, column)
            for name in stated if isinstance(stated, tuple) else (stated,):
                if name and name not in names:
                    yield place.finding(
                        column,
                        f"no consignment has this {column.removesuffix('s')}",
                        code="unknown-cargo",
                        value=name,
                        expected="a name of demand.csv",
                        nearest=nearest(name, names - {""}),
                    )


def amounts(index: Index) -> Iterator[Finding]:
    """Neither or both of share and weight; nothing that matches; more than is offered."""
    for place, row in index.typed_rows("commitments", Commitment):
        stated = [x for x in (row.min_share, row.min_weight_kg) if x is not None]
        if len(stated) != 1:
            yield place.finding(
                "min_share" if not stated else "min_weight_kg",
                "a least share and a least weight" if stated else "it says not how much",
                code="contradiction",
                expected="one of min_share and min_weight_kg",
            )
        if not index.is_whole("demand"):
            continue
        offered = [c.weight_kg for c in index.instance.demand if row.selects(c)]
        if not offered:
            yield place.finding(
                "commitment", "no consignment matches all of it", code="unused",
                value=row.commitment, expected="selectors that some row of demand.csv matches",
            )  # fmt: skip
        elif row.min_weight_kg is not None and row.min_weight_kg > sum(offered):
            yield place.finding(
                "min_weight_kg", "more is promised than is offered", code="more-than-offered",
                value=f"{row.min_weight_kg:g}", expected=f"at most {sum(offered):g}",
            )  # fmt: skip


CHECKS = (unknown_cargo, amounts)
