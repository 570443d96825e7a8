"""Every distinct rotation of the universe, those of one route next to each other.

Timings of a route differ in their minutes only, so whatever else is wanted of them (costs, cargo,
shared limits) is worked out for a whole route at once, on arrays of minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.control import Stop, never
from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.stopped import go_on_unless
from optimizer.network import Route, Universe
from optimizer.plan.rotation import Rotation


@dataclass(frozen=True, slots=True, eq=False)
class Timings:
    """All timings of one route.

    Attributes:
        first: Index of the first of its rotations.
        off_min: Off-block minutes by timing and leg.
        on_min: On-block minutes likewise.
    """

    route: Route
    first: int
    off_min: Ints
    on_min: Ints

    @property
    def count(self) -> int:
        """Number of timings."""
        return len(self.off_min)

    @property
    def span(self) -> slice:
        """Its rotations among all."""
        return slice(self.first, self.first + self.count)

    @property
    def rotations(self) -> Ints:
        """Indices of its rotations."""
        return np.arange(self.first, self.first + self.count)


class Timetable:
    """Enumerates the rotations of all pools.

    Attributes:
        rotations: Distinct rotations.
        routes: Their routes, with the minutes of all timings.
        pool_rotations: By pool id, indices of those its tails could fly (C14).
        off_min: By rotation, its first off-block.
        ready_min: By rotation, when its tail may leave again (C2).
        origin, destination: By rotation, indices in `airports`, which are in order of their codes.
        route_of: By rotation, which of the routes it flies.
        block_min: By rotation, minutes of all its legs.
    """

    def __init__(self, resolved: ResolvedInstance, stop: Stop = never) -> None:
        self._stop = stop
        self.rotations: list[Rotation] = []
        self.routes: list[Timings] = []
        self.pool_rotations: dict[str, Ints] = {}
        self.airports = sorted(airport.code for airport in resolved.airports)
        self._universe = Universe(resolved)
        self._by_route: dict[Route, list[Rotation]] = {}
        # The universe makes every rotation once, so that its identity will do: hashing hundreds of
        # thousands of rotations leg by leg takes longer than making them.
        self._place: dict[int, tuple[Route, int]] = {}
        self._enumerate(resolved)
        self._describe(resolved)

    def _enumerate(self, resolved: ResolvedInstance) -> None:
        alike: dict[ResolvedPool | tuple[object, ...], list[Rotation]] = {}
        own: dict[str, list[Rotation]] = {}
        for pool in resolved.pools:
            kind = (
                pool.operator, pool.type, pool.base, pool.start_airport, pool.end_airport,
                pool.available_from_min, pool.available_until_min, pool.maintenance,
            )  # fmt: skip
            if kind not in alike:
                alike[kind] = self._of_pool(pool)
            own[pool.id] = alike[kind]
        first: dict[Route, int] = {}
        for route, timings in self._by_route.items():
            first[route] = len(self.rotations)
            off = np.array([[x.off_block_min for x in t.legs] for t in timings], dtype=np.int64)
            on = np.array([[x.on_block_min for x in t.legs] for t in timings], dtype=np.int64)
            self.routes.append(Timings(route, len(self.rotations), off, on))
            self.rotations += timings
        for pool_id, found in own.items():
            places = (self._place[id(x)] for x in found)
            self.pool_rotations[pool_id] = np.array([first[r] + k for r, k in places], np.int64)

    def _of_pool(self, pool: ResolvedPool) -> list[Rotation]:
        found: dict[int, Rotation] = {}
        for rotation, route in self._flyable(pool):
            if id(rotation) not in self._place:
                timings = self._by_route.setdefault(route, [])
                self._place[id(rotation)] = (route, len(timings))
                timings.append(rotation)
            found[id(rotation)] = rotation
        return list(found.values())

    def _flyable(self, pool: ResolvedPool) -> Iterator[tuple[Rotation, Route]]:
        u = self._universe
        starts: dict[str, tuple[int, ...]] = {}
        for route in (*u.routes(pool), *u.opening_routes(pool), *u.closing_routes(pool)):
            origin = route.airports[0]
            go_on_unless(self._stop)
            if origin not in starts:
                starts[origin] = u.starts(pool, origin)
            for start_min in starts[origin]:
                for rotation in u.timings(pool, route, start_min):
                    yield rotation, route

    def _describe(self, resolved: ResolvedInstance) -> None:
        n, number = len(self.rotations), {code: i for i, code in enumerate(self.airports)}
        self.off_min, self.ready_min = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self.origin, self.destination = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self.block_min: Floats = np.zeros(n)
        counts = [timings.count for timings in self.routes]
        self.route_of: Ints = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        for timings in self.routes:
            route, span = timings.route, timings.span
            ground = resolved.ground_at[route.airports[-1], route.type]
            self.off_min[span] = timings.off_min[:, 0]
            self.ready_min[span] = timings.on_min[:, -1] + ground.turnaround_min
            self.origin[span] = number[route.airports[0]]
            self.destination[span] = number[route.airports[-1]]
            self.block_min[span] = (timings.on_min - timings.off_min).sum(axis=1)
