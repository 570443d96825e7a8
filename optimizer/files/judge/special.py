"""What special cargo requires, who meets it, and what must not fly beside it (C16)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.demand import Consignment
from optimizer.domain.special import Incompatible, Requirement
from optimizer.errors import Finding
from optimizer.files.judge.index import Index
from optimizer.files.place import nearest
from optimizer.files.world import world_airports


def unknown_requirements(index: Index) -> Iterator[Finding]:
    """Consignments that require what no row tells."""
    if not index.is_whole("requirements"):
        return
    known = {row.requirement for row in index.instance.requirements}
    for place, row in index.typed_rows("demand", Consignment):
        for name in row.requires:
            if name not in known:
                yield place.finding(
                    "requires",
                    "unknown requirement",
                    code="unknown-requirement",
                    value=name,
                    expected="a requirement of requirements.csv",
                    nearest=nearest(name, known),
                )


def unknown_names(index: Index) -> Iterator[Finding]:
    """Types and airports that nobody knows."""
    if not index.is_whole("types", "airports", "tracks"):
        return
    airports = index.described_airports | frozenset(world_airports())
    for place, row in index.typed_rows("requirements", Requirement):
        for column, what, names, known in (
            ("types", "type", row.types, frozenset(index.types)),
            ("airports", "airport", row.airports, airports),
        ):
            for name in names:
                if name not in known:
                    likely = index.in_use if what == "airport" else known
                    yield place.finding(
                        column,
                        f"unknown {what}",
                        code=f"unknown-{what}",
                        value=name,
                        nearest=nearest(name, likely),
                    )


def unmet_requirements(index: Index) -> Iterator[Finding]:
    """Requirements that nobody states, or that no aircraft of the plan meets."""
    if not index.is_whole("demand", "fleet", "operators"):
        return
    required = {name for row in index.instance.demand for name in row.requires}
    flown = {row.type for row in index.instance.fleet if row.operator in index.planned}
    for place, row in index.typed_rows("requirements", Requirement):
        if row.requirement not in required:
            yield place.warning(
                "requirement",
                "no consignment requires it",
                code="unused",
                value=row.requirement,
            )
        elif row.types and flown and not flown.intersection(row.types):
            yield place.warning(
                "types",
                "no aircraft of this plan meets it, so nothing that requires it can fly",
                code="no-aircraft",
                value=";".join(row.types),
                expected=" or ".join(sorted(flown)),
            )


def incompatible_goods(index: Index) -> Iterator[Finding]:
    """Goods kept apart that no row tells of, that nobody sends, or from themselves."""
    if not index.is_whole("requirements", "demand"):
        return
    known = {row.requirement for row in index.instance.requirements}
    required = {name for row in index.instance.demand for name in row.requires}
    for place, row in index.typed_rows("incompatible", Incompatible):
        pair = {"requirement": row.requirement, "apart_from": row.apart_from}
        for column, name in pair.items():
            if name not in known:
                yield place.finding(
                    column,
                    "unknown requirement",
                    code="unknown-requirement",
                    value=name,
                    expected="a requirement of requirements.csv",
                    nearest=nearest(name, known),
                )
            elif name not in required:
                yield place.warning(column, "no consignment requires it", code="unused", value=name)
        if row.requirement == row.apart_from:
            yield place.finding(
                "apart_from",
                "goods cannot be kept apart from themselves",
                code="incompatible-with-itself",
                value=row.apart_from,
                expected="another requirement",
            )


def incompatible_in_one(index: Index) -> Iterator[Finding]:
    """Consignments that hold goods which must not be on one leg."""
    if not index.is_whole("incompatible"):
        return
    pairs = {
        frozenset((row.requirement, row.apart_from)): row for row in index.instance.incompatible
    }
    for place, consignment in index.typed_rows("demand", Consignment):
        for pair, row in pairs.items():
            if len(pair) == 2 and pair <= set(consignment.requires):
                yield place.finding(
                    "requires",
                    "its own goods must not be on one leg",
                    code="incompatible-in-one",
                    value=";".join(consignment.requires),
                    expected=f"{row.requirement} and {row.apart_from} in consignments of their own",
                )


CHECKS = (
    unknown_requirements,
    unknown_names,
    unmet_requirements,
    incompatible_goods,
    incompatible_in_one,
)
