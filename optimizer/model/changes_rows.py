"""Rows that count changes of a published timetable (C20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from optimizer.model.programme import Programme, Variable
from optimizer.plan.frozen import Way, way_of
from optimizer.plan.timetable import FlightKey, Timetable


@dataclass(frozen=True, slots=True)
class Flights:
    """How often something is flown: as often as some variables say, and in any case."""

    chosen: Sequence[Variable]
    always: int = 0


def changes_row(
    programme: Programme,
    timetable: Timetable,
    flights: Mapping[FlightKey, Flights],
    most: float,
) -> int:
    """Write that at most so many published flights are dropped, moved or added; the row.

    m[h,f] >= 0 says how much of published flight h is flight f. For whole numbers of flights the
    best m is whole, too (an assignment problem), so that it is the least number that counts.
    Ways without a choice are counted beforehand.
    """
    by_way: dict[Way, dict[FlightKey, Flights]] = defaultdict(dict)
    for key, flown in flights.items():
        by_way[way_of(key[1])][key] = flown
    terms: list[tuple[Variable, float]] = []
    known = 0
    for way in dict.fromkeys((*timetable.published, *by_way)):
        flown_so = by_way.get(way, {})
        if any(flown.chosen for flown in flown_so.values()):
            terms += _saved(programme, timetable, way, flown_so)
            known += sum(flown.always for flown in flown_so.values())
            known += sum(frozen.flights for frozen in timetable.published.get(way, ()))
            terms += [(x, 1.0) for flown in flown_so.values() for x in flown.chosen]
        else:
            known += timetable.of_way(way, {key: f.always for key, f in flown_so.items()})
    return programme.row("C20_changes", terms, -inf, most - known)


def _saved(
    programme: Programme, timetable: Timetable, way: Way, flights: Mapping[FlightKey, Flights]
) -> list[tuple[Variable, float]]:
    """Published flights that are flown, and by how much that lowers the number of changes."""
    used: dict[FlightKey, list[tuple[Variable, float]]] = defaultdict(list)
    terms: list[tuple[Variable, float]] = []
    for frozen in timetable.published.get(way, ()):
        mine = []
        for key in flights:
            saved = timetable.saved(frozen, key)
            if saved:
                m = programme.variable(f"m_{programme.columns}", 0.0, None)
                mine.append((m, 1.0))
                used[key].append((m, 1.0))
                terms.append((m, -float(saved)))
        if mine:
            programme.row(f"C20_published_{programme.rows}", mine, -inf, float(frozen.flights))
    for key, pairs in used.items():
        flown = flights[key]
        less = [(x, -1.0) for x in flown.chosen]
        programme.row(f"C20_flown_{programme.rows}", [*pairs, *less], -inf, float(flown.always))
    return terms
