"""Published flights as part of the universe (C20): their routes, departures and timings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from optimizer.domain.resolved import ResolvedFrozenFlight, ResolvedInstance, ResolvedPool
from optimizer.network.routes import Route


def route_of(frozen: ResolvedFrozenFlight) -> Route:
    """Airports and stops of a published flight."""
    return Route(frozen.operator, frozen.type, frozen.airports, frozen.stops)


class Published:
    """What published flights add to a universe: they exist as published, whatever its limits say.

    Args:
        any_pair: Whether rights are left out (C15).
    """

    def __init__(self, resolved: ResolvedInstance, *, any_pair: bool = False) -> None:
        self._resolved = resolved
        self._by_flyer: dict[tuple[str, str], list[Route]] = defaultdict(list)
        self._off_min: dict[tuple[Route, int], list[tuple[int, ...]]] = defaultdict(list)
        self._departures: dict[tuple[str, str], set[int]] = defaultdict(set)
        length_min = resolved.period.length_min
        for frozen in resolved.frozen_flights:
            route, off_min = route_of(frozen), frozen.off_block_min
            if 0 <= off_min[0] < length_min:
                self._departures[frozen.operator, route.airports[0]].add(off_min[0])
            if not self._can_be_flown(route, any_pair):
                continue
            if route not in self._by_flyer[frozen.operator, frozen.type]:
                self._by_flyer[frozen.operator, frozen.type].append(route)
            timings = self._off_min[route, off_min[0]]
            if len(off_min) == len(route.stops) and off_min not in timings:
                timings.append(off_min)

    def routes(
        self, pool: ResolvedPool, origins: Iterable[str], destinations: Iterable[str]
    ) -> list[Route]:
        """Published routes of operator and type of a pool between some airports."""
        starts, ends = frozenset(origins), frozenset(destinations)
        return [
            route
            for route in self._by_flyer.get((pool.operator, pool.type), ())
            if route.airports[0] in starts and route.airports[-1] in ends
        ]

    def departures(self, operator: str, airport: str) -> frozenset[int]:
        """Published first departures of an operator from an airport."""
        return frozenset(self._departures.get((operator, airport), ()))

    def timings(self, route: Route, start_min: int) -> list[tuple[int, ...]]:
        """Published off-blocks of a route that leaves then, where all are stated."""
        return self._off_min.get((route, start_min), [])

    def _can_be_flown(self, route: Route, any_pair: bool) -> bool:
        """Legs exist (C3); stops are where the operator may make them (C15)."""
        r, operator = self._resolved, self._resolved.operator.get(route.operator)
        if operator is None:
            return False
        hops = zip(route.airports[:-1], route.airports[1:], strict=True)
        if any((route.operator, route.type, a, b) not in r.leg for a, b in hops):
            return False
        turns = frozenset((*operator.stations, *r.gateways))
        return any_pair or all(
            airport in (turns if stop == "full" else operator.technical_stops)
            for airport, stop in zip(route.airports[1:-1], route.stops[:-1], strict=True)
        )
