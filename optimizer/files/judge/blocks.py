"""Bought capacity that cannot be meant (C18, K12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from optimizer.domain.blocks import Block
from optimizer.errors import Finding
from optimizer.files.judge.carriage import Carriage
from optimizer.files.judge.index import Index
from optimizer.files.judge.times import iso
from optimizer.files.place import nearest

LONGEST_FLIGHT_H = 48
"""Between two airports, stops on the way included."""

_FLIGHT_NAME = re.compile(r"F\d+")
"""What plans call the flights of their own aircraft."""


def names(index: Index) -> Iterator[Finding]:
    """Blocks called like flights of a plan, in which their cargo could not be told apart."""
    for place, row in index.typed_rows("blocks", Block):
        if _FLIGHT_NAME.fullmatch(row.block):
            yield place.finding(
                "block",
                "plans call their own flights like that",
                code="reserved-name",
                value=row.block,
                expected=f"another name, such as {row.operator}-{row.block}",
            )


def times(index: Index) -> Iterator[Finding]:
    """Flights that arrive before they depart, take days, or are outside of the period."""
    start, period = index.instance.period.start, index.instance.period
    end = start + timedelta(days=period.days)
    for place, row in index.typed_rows("blocks", Block):
        if row.arrives_at <= row.departs_at:
            yield place.finding(
                "arrives_at",
                "the flight arrives before it departs",
                code="end-before-start",
                value=iso(row.arrives_at),
                expected=f"after {iso(row.departs_at)}",
            )
        elif row.arrives_at - row.departs_at > timedelta(hours=LONGEST_FLIGHT_H):
            yield place.warning(
                "arrives_at",
                f"the flight takes more than {LONGEST_FLIGHT_H} hours",
                code="misdated",
                value=iso(row.arrives_at),
                expected=f"soon after {iso(row.departs_at)}",
            )
        if period.kind == "dated" and not start <= row.departs_at < end:
            yield place.finding(
                "departs_at",
                "the flight departs outside of the period",
                code="outside-period",
                value=iso(row.departs_at),
                expected=f"from {iso(start)}, before {iso(end)}",
            )


def legs(index: Index) -> Iterator[Finding]:
    """Flights that end where they begin."""
    for place, row in index.typed_rows("blocks", Block):
        if row.origin == row.destination:
            yield place.finding(
                "destination",
                "the flight ends where it begins",
                code="no-leg",
                value=row.destination,
                expected="another airport",
            )


def requirements(index: Index) -> Iterator[Finding]:
    """Requirements that no row tells of."""
    if not index.is_whole("requirements"):
        return
    known = {row.requirement for row in index.instance.requirements}
    for place, row in index.typed_rows("blocks", Block):
        for name in row.meets:
            if name not in known:
                yield place.finding(
                    "meets",
                    "unknown requirement",
                    code="unknown-requirement",
                    value=name,
                    expected="a requirement of requirements.csv",
                    nearest=nearest(name, known),
                )


def useless_blocks(index: Index) -> Iterator[Finding]:
    """Capacity between airports, or of a carrier, that no consignment can use."""
    if not index.is_whole("demand", "lanes", "airports", "tracks", "blocks"):
        return
    carriage = Carriage(index)
    used = {
        name
        for row in index.instance.demand
        for name in carriage.blocks(
            [a for a, _ in carriage.ways(row.origin, out=True)],
            [b for b, _ in carriage.ways(row.destination, out=False)],
            row.carriers,
        )
    }
    for place, row in index.typed_rows("blocks", Block):
        if row.block not in used and row.origin != row.destination:
            yield place.warning(
                "block",
                f"no consignment can travel {row.origin}-{row.destination} with {row.operator}",
                code="unused",
                value=row.block,
            )


CHECKS = (names, times, legs, requirements, useless_blocks)
