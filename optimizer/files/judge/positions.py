"""ULD positions that cargo needs and no aircraft has (C6)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.demand import Consignment
from optimizer.errors import Finding
from optimizer.files.judge.index import Index


def positions_nobody_has(index: Index) -> Iterator[Finding]:
    """Cargo for a deck that no aircraft of the plan has positions on."""
    if not index.is_whole("fleet", "operators", "types"):
        return
    flown = sorted({row.type for row in index.instance.fleet if row.operator in index.planned})
    if not flown or any(name not in index.types for name in flown):
        return
    for place, row in index.typed_rows("demand", Consignment):
        if row.uld_positions is None or row.deck == "any":
            continue
        field = f"{row.deck}_positions"
        if all(getattr(index.types[name], field) == 0 for name in flown):
            yield place.warning(
                "deck",
                f"no aircraft of this plan has ULD positions on the {row.deck} deck",
                code="no-aircraft",
                value=row.deck,
            )


CHECKS = (positions_nobody_has,)
