"""Numbers of flights as columns of their own, so that HiGHS may branch on them.

What a relaxation of flights mixes is above all how many there are of a kind: two and a half a week,
one and a half before Thursday. A departure more or less changes next to nothing, for the one an
hour later takes its place; a whole number of all flights to a station in half a week changes the
bound. So flights are counted by pool and stops, and by stops whoever flies there, all through the
period and in its halves, quarters, and so on.

HiGHS takes out columns that rows define, unless their limits say more than those rows do. Here they
do: so many tails cannot leave so often.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from optimizer.dual import Relaxation
from optimizer.model.programme import Programme, Variable
from optimizer.primal.flown import FlightKey

LEAST_MIN = 600
"""Parts of the period are no shorter: those of a week are ten and a half hours at last."""


def count_rows(
    programme: Programme, relaxation: Relaxation, x: Mapping[FlightKey, Variable]
) -> dict[Variable, tuple[Variable, ...]]:
    """Add whole numbers of flights of a kind.

    Args:
        x: Flights that may be chosen.

    Returns:
        By new column, the flights that it counts.
    """
    kinds: dict[tuple[int | tuple[str, ...], ...], list[FlightKey]] = defaultdict(list)
    for key in x:
        stops = stops_of(relaxation, key)
        kinds[stops, key[0]].append(key)
        kinds[stops,].append(key)
    counted: dict[Variable, tuple[Variable, ...]] = {}
    for keys in kinds.values():
        for length_min in lengths_min(relaxation):
            for part in in_parts(relaxation, keys, length_min):
                most = _most(relaxation, part, length_min)
                columns = tuple(x[key] for key in part)
                if most < sum(programme.upper[column] for column in columns):
                    number = programme.variable("count", 0.0, most, whole=True)
                    terms = [(column, 1.0) for column in columns]
                    programme.row("count", [*terms, (number, -1.0)], 0.0, 0.0)
                    counted[number] = columns
    return counted


def stops_of(relaxation: Relaxation, key: FlightKey) -> tuple[str, ...]:
    """Where a flight goes."""
    table = relaxation.catalogue.timetable
    stops: tuple[str, ...] = table.routes[int(table.route_of[key[1]])].route.full_stops
    return stops


def lengths_min(relaxation: Relaxation) -> Iterator[float]:
    """Lengths of parts of the period: of all of it, halves, quarters, and so on."""
    length_min = float(relaxation.resolved.period.length_min)
    while length_min >= LEAST_MIN:
        yield length_min
        length_min /= 2


def in_parts(
    relaxation: Relaxation, keys: Iterable[FlightKey], length_min: float
) -> list[list[FlightKey]]:
    """Flights by the part of the period in which they leave."""
    parts: dict[int, list[FlightKey]] = defaultdict(list)
    for key in keys:
        parts[int(relaxation.catalogue.timetable.off_min[key[1]] // length_min)].append(key)
    return list(parts.values())


def _most(relaxation: Relaxation, flights: list[FlightKey], length_min: float) -> int:
    """How often all tails can leave for some flights within so many minutes."""
    table = relaxation.catalogue.timetable
    shortest_min: dict[int, int] = {}
    for k, r in flights:
        busy_min = int(table.ready_min[r] - table.off_min[r])
        shortest_min[k] = min(busy_min, shortest_min.get(k, busy_min))
    pools, period = relaxation.resolved.pools, relaxation.resolved.period
    if period.cyclic and length_min == period.length_min:
        return sum(int(pools[k].size * length_min // busy) for k, busy in shortest_min.items())
    return sum(pools[k].size * math.ceil(length_min / busy) for k, busy in shortest_min.items())
