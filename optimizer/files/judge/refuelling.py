"""Technical stops that are allowed and can never be made (C15)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.airports import Airport
from optimizer.domain.fleet import Operator
from optimizer.errors import Finding
from optimizer.files.judge.index import Index, is_code


def landings_without_airport(index: Index) -> Iterator[Finding]:
    """Landing permissions that lead to no airport where a technical stop is possible."""
    if not index.instance.universe.max_technical_stops or not index.is_whole("airports"):
        return
    stops = _possible_stops(index)
    for place, row in index.typed_rows("operators", Operator):
        if row.operator not in index.planned:
            continue
        for point in row.technical_landings or ():
            if point == "-" or point in stops or point in map(index.country, stops):
                continue
            if is_code(point):
                problem = "technical stops are not possible at this airport"
                expected = "technical_stop true in its row of airports.csv"
            else:
                problem = "no airport of this country takes part, so nobody can refuel there"
                known = sorted(c for c in _flagged(index) if index.country(c) == point)
                named = f"airports by code ({', '.join(known)})" if known else "airports by code"
                expected = f"{named}, or rows for them in airports.csv"
            yield place.warning(
                "technical_landings",
                problem,
                code="no-technical-stop",
                value=point,
                expected=expected,
            )


def nowhere_to_refuel(index: Index) -> Iterator[Finding]:
    """Technical stops allowed by the universe, and no airport for any."""
    if not index.instance.universe.max_technical_stops or not index.is_whole(
        "airports", "operators"
    ):
        return
    decided = {row.operator for row in index.instance.operators if row.technical_landings}
    if index.planned and index.planned - decided and not _possible_stops(index):
        yield index.places.setting("universe", "max_technical_stops").warning(
            "universe.max_technical_stops",
            "no airport for technical stops takes part",
            code="no-technical-stop",
            value=index.instance.universe.max_technical_stops,
            expected="rows in airports.csv, or technical_landings in operators.csv",
        )


def _possible_stops(index: Index) -> frozenset[str]:
    """Flagged airports that the instance states or a planned operator names."""
    named = {
        point
        for row in index.instance.operators
        if row.operator in index.planned
        for point in row.technical_landings or ()
    }
    return _flagged(index) & (named | set(index.stated_airports))


def _flagged(index: Index) -> frozenset[str]:
    """Airports where technical stops are possible."""

    def possible(code: str) -> bool:
        rows: tuple[Airport | None, ...] = (
            index.stated_airports.get(code),
            index.reference.airports.get(code),
        )
        stated = [row.technical_stop for row in rows if row and row.technical_stop is not None]
        return bool(stated and stated[0])

    return frozenset(code for code in index.described_airports if possible(code))


CHECKS = (landings_without_airport, nowhere_to_refuel)
