"""How much of a published timetable is changed: flights dropped, moved, added (C20).

Each published flight may be one flight that is flown: unchanged if that counts for it, moved if
that is of its operator, type and route and leaves within a day of it. The changes are the published
flights and the flown ones, less two for each that is unchanged, less one for each that is moved; of
all ways to say which is which, the one with the fewest counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from optimizer.domain.resolved import ResolvedFrozenFlight, ResolvedInstance
from optimizer.plan.changes import MOST_MOVED_MIN
from optimizer.plan.frozen import Way, apart_min, on_time, way_of
from optimizer.plan.matching import best_pairs
from optimizer.plan.plan import Plan
from optimizer.plan.rotation import Rotation

FlightKey: TypeAlias = tuple[str, Rotation]
"""Id of a pool and what it flies."""


class Timetable:
    """The published flights of an instance whose changes are limited.

    Attributes:
        most: Most changes; None for any number.
        published: Those that are counted, by way.
    """

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._resolved = resolved
        self.most = resolved.most_changes
        self.published: dict[Way, list[ResolvedFrozenFlight]] = defaultdict(list)
        for frozen in resolved.frozen_flights:
            if frozen.counted:
                way = frozen.operator, frozen.type, frozen.airports, frozen.stops
                self.published[way].append(frozen)

    def saved(self, frozen: ResolvedFrozenFlight, flight: FlightKey) -> int:
        """How many changes fewer there are if a flight of its way is this published one: 0 to 2."""
        pool, rotation = flight
        if pool in frozen.pools and on_time(self._resolved, frozen, rotation):
            return 2
        moved_min = apart_min(self._resolved, rotation.off_block_min, frozen.off_block_min[0])
        return 1 if moved_min <= MOST_MOVED_MIN else 0

    def of_way(self, way: Way, flown: Mapping[FlightKey, int]) -> int:
        """Changes among published and flown flights of one way."""
        return self.missing(way, flown)[0]

    def missing(
        self, way: Way, flown: Mapping[FlightKey, int]
    ) -> tuple[int, list[ResolvedFrozenFlight]]:
        """Changes among the flights of one way, and published ones that are dropped."""
        due = [f for f in self.published.get(way, ()) for _ in range(f.flights)]
        there = [flight for flight, times in flown.items() for _ in range(times)]
        worth = [[self.saved(frozen, flight) for flight in there] for frozen in due]
        pairs = best_pairs(worth)
        number = len(due) + len(there) - sum(worth[i][j] for i, j in pairs)
        left = set(range(len(due))).difference(i for i, _ in pairs)
        return number, [due[i] for i in sorted(left)]

    def changes(self, flown: Iterable[FlightKey]) -> int:
        """The least number of changes that make the timetable of these flights."""
        by_way: dict[Way, Counter[FlightKey]] = defaultdict(Counter)
        for flight in flown:
            by_way[way_of(flight[1])][flight] += 1
        return sum(
            self.of_way(way, by_way.get(way, {}))
            for way in dict.fromkeys((*self.published, *by_way))
        )

    def beyond(self, plan: Plan) -> int:
        """By how many changes a plan goes beyond what is allowed."""
        if self.most is None:
            return 0
        flown = ((flight.pool, flight.rotation) for flight in plan.flights)
        return max(0, self.changes(flown) - self.most)
