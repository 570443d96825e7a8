"""The universe of rotations of a resolved instance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool, Window
from optimizer.network.published import Published
from optimizer.network.routes import Route, closed_routes, part_routes
from optimizer.network.timing import Clockwork
from optimizer.plan.frozen import way_of
from optimizer.plan.rotation import Leg, Rotation


class Universe:
    """Every rotation that exists, by pool; caches routes and timings.

    Args:
        resolved: The resolved instance.
        relaxed: Numbers of constraints to leave out, to see what each is worth. Leaving one out
            only ever adds rotations.
    """

    def __init__(self, resolved: ResolvedInstance, relaxed: frozenset[str] = frozenset()) -> None:
        self.resolved = resolved
        self.relaxed = relaxed
        self._clockwork = Clockwork(resolved, relaxed)
        self._published = Published(resolved, any_pair="C15" in relaxed)
        self._routes: dict[tuple[str, str, str, str], tuple[Route, ...]] = {}
        self._timings: dict[tuple[Route, int], tuple[Rotation, ...]] = {}

    def routes(self, pool: ResolvedPool) -> tuple[Route, ...]:
        """Closed routes of a pool, from its base (or any gateway, where tails may change)."""
        bases = (
            self.resolved.gateways if self.resolved.universe.may_change_gateway else (pool.base,)
        )
        found: list[Route] = []
        for base in bases:
            key = (pool.operator, pool.type, base, "")
            if key not in self._routes:
                self._routes[key] = self._closed_routes(pool, base)
            found += self._routes[key]
        return tuple(found)

    def _closed_routes(self, pool: ResolvedPool, base: str) -> tuple[Route, ...]:
        """Those from one gateway, published ones included (C20)."""
        any_pair, limits = "C15" in self.relaxed, self.resolved.universe
        found = closed_routes(self.resolved, pool.operator, pool.type, base, any_pair=any_pair)
        ends = self.resolved.gateways if limits.may_change_gateway else (base,)
        return tuple(dict.fromkeys((*found, *self._published.routes(pool, (base,), ends))))

    def opening_routes(self, pool: ResolvedPool) -> tuple[Route, ...]:
        """Rests of rotations with which the pool's lines begin, if they begin at a station."""
        if self.resolved.period.cyclic or pool.start_airport in self.resolved.gateways:
            return ()
        return self._part_routes(pool, pool.start_airport, pool.base)

    def closing_routes(self, pool: ResolvedPool) -> tuple[Route, ...]:
        """First parts of rotations with which the pool's lines end, if they end at a station."""
        if self.resolved.period.cyclic or pool.end_airport in self.resolved.gateways:
            return ()
        return self._part_routes(pool, pool.base, pool.end_airport)

    def _part_routes(self, pool: ResolvedPool, origin: str, destination: str) -> tuple[Route, ...]:
        found = part_routes(
            self.resolved,
            pool.operator,
            pool.type,
            origin,
            destination,
            any_pair="C15" in self.relaxed,
        )
        published = self._published.routes(pool, (origin,), (destination,))
        return tuple(dict.fromkeys((*found, *published)))

    def starts(self, pool: ResolvedPool, airport: str) -> tuple[int, ...]:
        """First departures of a pool from an airport, from when it is available (C14)."""
        minutes = self.departures(pool.operator, airport)
        if self.resolved.period.cyclic:
            return minutes
        return tuple(m for m in minutes if m >= self._available_from_min(pool))

    def departures(self, operator: str, airport: str) -> tuple[int, ...]:
        """First departures of the period: the grid, departure slots held at the airport, and
        published departures (C20).
        """
        period = self.resolved.period
        grid = self.resolved.universe.departure_grid_min
        minutes = set(range(0, period.length_min, grid))
        minutes.update(
            h.minute
            for h in self.resolved.held_slots
            if (h.operator, h.airport, h.movement) == (operator, airport, "departure")
            and 0 <= h.minute < period.length_min
        )
        minutes.update(self._published.departures(operator, airport))
        return tuple(sorted(minutes))

    def timings(self, pool: ResolvedPool, route: Route, start_min: int) -> tuple[Rotation, ...]:
        """Timed rotations of a route that a tail of the pool could fly (C2, C7, C8, C13, C14)."""
        key = (route, start_min)
        if key not in self._timings:
            found = self._clockwork.rotations(route, start_min)
            self._timings[key] = (*found, *self._as_published(route, start_min, found))
        rotations = self._timings[key]
        if self.resolved.period.cyclic and not pool.maintenance:
            return rotations
        return tuple(x for x in rotations if self._available(pool, x))

    def search(
        self, pool: ResolvedPool, route: Route, start_min: int, accept: Callable[[Leg], bool]
    ) -> Iterator[Rotation]:
        """Timings as `timings` gives them, but only of accepted legs, and found one by one."""
        seen: list[Rotation] = []
        for rotation in self._clockwork.search(route, start_min, accept):
            seen.append(rotation)
            if self._available(pool, rotation):
                yield rotation
        for rotation in self._as_published(route, start_min, seen):
            if self._available(pool, rotation) and all(map(accept, rotation.legs)):
                yield rotation

    def _as_published(
        self, route: Route, start_min: int, known: Sequence[Rotation]
    ) -> Iterator[Rotation]:
        """Timings stated by published flights that nothing forbids (C20), but known ones."""
        for off_min in self._published.timings(route, start_min):
            rotation = self._clockwork.at(route, off_min)
            if rotation is not None and rotation not in known:
                yield rotation

    def known(self, pool: ResolvedPool, rotation: Rotation) -> Route | None:
        """The route of a rotation of the pool; None if the pool has no such rotation."""
        if (rotation.operator, rotation.type) != (pool.operator, pool.type):
            return None
        route = next((r for r in self._all_routes(pool) if r.way == way_of(rotation)), None)
        if route is None or rotation.off_block_min not in self.starts(pool, rotation.origin):
            return None
        return route if rotation in self.timings(pool, route, rotation.off_block_min) else None

    def _all_routes(self, pool: ResolvedPool) -> tuple[Route, ...]:
        return (*self.routes(pool), *self.opening_routes(pool), *self.closing_routes(pool))

    def rotations(self, pool: ResolvedPool) -> Iterator[Rotation]:
        """Every rotation of the pool: closed, opening and closing ones."""
        for route in self._all_routes(pool):
            for start_min in self.starts(pool, route.airports[0]):
                yield from self.timings(pool, route, start_min)

    def _available_from_min(self, pool: ResolvedPool) -> int:
        return 0 if "C14" in self.relaxed else pool.available_from_min

    def _available(self, pool: ResolvedPool, rotation: Rotation) -> bool:
        """Within the tail's availability and clear of its maintenance (C14)."""
        period = self.resolved.period
        if "C14" in self.relaxed:
            return period.cyclic or rotation.on_block_min <= period.length_min
        if period.cyclic:
            return not any(_meets(rotation, w, period.length_min) for w in pool.maintenance)
        return (
            pool.available_from_min <= rotation.off_block_min
            and rotation.on_block_min <= pool.available_until_min
            and not any(
                w.start_min < rotation.on_block_min and rotation.off_block_min < w.end_min
                for w in pool.maintenance
            )
        )


def _meets(rotation: Rotation, window: Window, cycle_min: int) -> bool:
    """Whether a rotation of any week is under way in a window."""
    since_min = (window.start_min - rotation.off_block_min) % cycle_min
    until_min = (rotation.off_block_min - window.start_min) % cycle_min
    under_way_min = rotation.on_block_min - rotation.off_block_min
    return since_min < under_way_min or until_min < window.end_min - window.start_min
