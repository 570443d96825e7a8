"""Capacity sold that no flight could provide, or that cannot be meant (C18, R3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from optimizer.domain.sold import Sold
from optimizer.errors import Finding
from optimizer.files.judge.carriage import Carriage
from optimizer.files.judge.index import Index
from optimizer.files.judge.times import iso
from optimizer.files.place import nearest


def names(index: Index) -> Iterator[Finding]:
    """Names that consignments have too: in a plan they could not be told apart."""
    consignments = {row.consignment for row in index.instance.demand}
    for place, row in index.typed_rows("sold", Sold):
        if row.sold in consignments:
            yield place.finding(
                "sold",
                "a consignment has this name",
                code="duplicate",
                value=row.sold,
                expected="a name of its own",
            )


def times(index: Index) -> Iterator[Finding]:
    """Windows that end before they begin, take weeks, or are outside of the period."""
    start, period = index.instance.period.start, index.instance.period
    end = start + timedelta(days=period.days)
    for place, row in index.typed_rows("sold", Sold):
        if row.departs_until < row.departs_from:
            yield place.finding(
                "departs_until",
                "it ends before it begins",
                code="end-before-start",
                value=iso(row.departs_until),
                expected=f"not before {iso(row.departs_from)}",
            )
        elif period.kind == "cyclic" and row.departs_until - row.departs_from >= timedelta(days=7):
            yield place.finding(
                "departs_until",
                "it lasts a week or more, and every week has one of its own",
                code="longer-than-week",
                value=iso(row.departs_until),
                expected=f"before {iso(row.departs_from + timedelta(days=7))}",
            )
        if period.kind == "dated" and not (row.departs_until >= start and row.departs_from < end):
            yield place.finding(
                "departs_from",
                "nothing departs outside of the period",
                code="outside-period",
                value=iso(row.departs_from),
                expected=f"from {iso(start)}, before {iso(end)}",
            )


def legs(index: Index) -> Iterator[Finding]:
    """Blocks that end where they begin."""
    for place, row in index.typed_rows("sold", Sold):
        if row.origin == row.destination:
            yield place.finding(
                "destination",
                "it ends where it begins",
                code="no-leg",
                value=row.destination,
                expected="another airport",
            )


def providers(index: Index) -> Iterator[Finding]:
    """Operators without aircraft in the plan, and types nobody knows."""
    for place, row in index.typed_rows("sold", Sold):
        for name in row.operators if index.is_whole("fleet", "operators") else ():
            if name not in index.planned:
                yield place.finding(
                    "operators",
                    "it has no aircraft in this plan",
                    code="unknown-operator",
                    value=name,
                    expected="an operator of fleet.csv that is not given",
                    nearest=nearest(name, index.planned),
                )
        for name in row.types if index.is_whole("types") else ():
            if name not in index.types:
                yield place.finding(
                    "types",
                    "unknown type",
                    code="unknown-type",
                    value=name,
                    expected="a type of types.csv or the built-in ones",
                    nearest=nearest(name, index.types),
                )


def impossible(index: Index) -> Iterator[Finding]:
    """What nobody may carry, or no aircraft can lift over the distance."""
    if not index.is_whole("fleet", "operators", "rights", "airports", "types", "tracks"):
        return
    carriage = Carriage(index)
    for place, row in index.typed_rows("sold", Sold):
        operators = [o for o in sorted(index.planned) if not row.operators or o in row.operators]
        may = [o for o in operators if carriage.may(o, row.origin, row.destination)]
        if row.origin == row.destination or not operators:
            continue
        if not may:
            code, problem = "no-rights", "no operator may carry it there"
        elif not any(carriage.can_lift(o, row.origin, row.destination) for o in may):
            code, problem = "out-of-range", "no aircraft can lift anything over this distance"
        else:
            continue
        yield place.warning("destination", problem, code=code, value=row.destination)


CHECKS = (names, times, legs, providers, impossible)
