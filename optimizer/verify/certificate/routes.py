"""Routes: which airports in which order (C3, C15, "Universe of rotations")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations
from math import atan2, cos, radians, sin, sqrt

from optimizer.domain.resolved import (
    ResolvedFrozenFlight,
    ResolvedInstance,
    ResolvedOperator,
    ResolvedPool,
)

DETOUR_TOLERANCE = 1e-9
"""Detours this much beyond the limit are let through: what is added only weakens the bound."""


@dataclass(frozen=True, slots=True)
class Route:
    """Airports in order, both ends included; `technical[i]` tells how leg i ends."""

    operator: str
    type: str
    airports: tuple[str, ...]
    technical: tuple[bool, ...]

    @property
    def points(self) -> tuple[int, ...]:
        """Indices into `airports` of the full stops, both ends included."""
        return (0, *(i + 1 for i, technical in enumerate(self.technical) if not technical))

    @property
    def full_stops(self) -> tuple[str, ...]:
        """Airports of the full stops, both ends included."""
        return tuple(self.airports[i] for i in self.points)


def routes_of(resolved: ResolvedInstance, pool: ResolvedPool) -> Iterator[Route]:
    """Every route of a pool: closed ones, and those its lines begin or end with."""
    limits = resolved.universe
    stations = resolved.operator[pool.operator].stations
    bases = resolved.gateways if limits.may_change_gateway else (pool.base,)
    for base in bases:
        for number in range(1, limits.max_stations + 1):
            for between in permutations(stations, number):
                for end in resolved.gateways if limits.may_change_gateway else (base,):
                    yield from _flown(resolved, pool, (base, *between, end))
    yield from _published(resolved, pool)
    if resolved.period.cyclic:
        return
    if pool.start_airport not in resolved.gateways:
        yield from _parts(resolved, pool, pool.start_airport, pool.base)
    if pool.end_airport not in resolved.gateways:
        yield from _parts(resolved, pool, pool.base, pool.end_airport)


def published_route(frozen: ResolvedFrozenFlight) -> Route:
    """Airports and stops of a published flight (C20)."""
    technical = tuple(stop == "technical" for stop in frozen.stops)
    return Route(frozen.operator, frozen.type, frozen.airports, technical)


def _published(resolved: ResolvedInstance, pool: ResolvedPool) -> Iterator[Route]:
    """Routes of published flights that the pool could fly: legs that exist (C3), stops where its
    operator may make them (C15), and ends like those of all others."""
    operator, hubs = resolved.operator[pool.operator], resolved.gateways
    bases = hubs if resolved.universe.may_change_gateway else (pool.base,)
    ends = {(a, b) for a in bases for b in bases}
    if not resolved.period.cyclic:
        if pool.start_airport not in hubs:
            ends.add((pool.start_airport, pool.base))
        if pool.end_airport not in hubs:
            ends.add((pool.base, pool.end_airport))
    for frozen in resolved.frozen_flights:
        route, stops = published_route(frozen), frozen.airports[1:-1]
        if (
            (frozen.operator, frozen.type) == (pool.operator, pool.type)
            and (route.airports[0], route.airports[-1]) in ends
            and all(
                (pool.operator, pool.type, *hop) in resolved.leg for hop in pairwise(route.airports)
            )
            and all(
                a in (operator.technical_stops if t else (*operator.stations, *hubs))
                for a, t in zip(stops, route.technical[:-1], strict=True)
            )
        ):
            yield route


def _parts(
    resolved: ResolvedInstance, pool: ResolvedPool, origin: str, destination: str
) -> Iterator[Route]:
    """Rests and first parts of rotations; their end station is one of the rotation's stations."""
    stations = resolved.operator[pool.operator].stations
    others = [s for s in stations if s not in (origin, destination)]
    for number in range(resolved.universe.max_stations):
        for between in permutations(others, number):
            yield from _flown(resolved, pool, (origin, *between, destination))


def _flown(
    resolved: ResolvedInstance, pool: ResolvedPool, points: tuple[str, ...]
) -> Iterator[Route]:
    """The ways to fly over some full stops, with technical stops in between."""
    operator = resolved.operator[pool.operator]
    if not any(pair in operator.rights for pair in combinations(points, 2)):
        return
    ways: list[tuple[tuple[str, ...], tuple[bool, ...]]] = [((points[0],), ())]
    for origin, destination in pairwise(points):
        direct = (pool.operator, pool.type, origin, destination) in resolved.leg
        refuel = _technical_stops(resolved, operator, pool.type, origin, destination)
        longer = [((*a, destination), (*t, False)) for a, t in ways if direct]
        longer += [
            ((*a, stop, destination), (*t, True, False))
            for a, t in ways
            if sum(t) < resolved.universe.max_technical_stops
            for stop in refuel
        ]
        ways = longer
    for airports, technical in ways:
        yield Route(pool.operator, pool.type, airports, technical)


def _technical_stops(
    resolved: ResolvedInstance, operator: ResolvedOperator, type_: str, origin: str, end: str
) -> list[str]:
    """Where a flight between two full stops may refuel."""
    return [
        stop
        for stop in operator.technical_stops
        if stop not in (origin, end, *resolved.gateways)
        and (operator.operator, type_, origin, stop) in resolved.leg
        and (operator.operator, type_, stop, end) in resolved.leg
        and _short_enough(resolved, origin, stop, end)
    ]


def _short_enough(resolved: ResolvedInstance, origin: str, stop: str, end: str) -> bool:
    direct = _angle(resolved, origin, end)
    first, second = _angle(resolved, origin, stop), _angle(resolved, stop, end)
    if direct is None or first is None or second is None or direct == 0:
        return True
    return first + second <= (resolved.universe.max_detour + DETOUR_TOLERANCE) * direct


def _angle(resolved: ResolvedInstance, a: str, b: str) -> float | None:
    """Angle between two airports from the centre of the earth; None without coordinates."""
    p, q = resolved.airport[a], resolved.airport[b]
    if (
        p.latitude_deg is None
        or p.longitude_deg is None
        or q.latitude_deg is None
        or q.longitude_deg is None
    ):
        return None
    lat_p, lat_q = radians(p.latitude_deg), radians(q.latitude_deg)
    d_lon = radians(q.longitude_deg - p.longitude_deg)
    across = cos(lat_q) * sin(d_lon)
    up = cos(lat_p) * sin(lat_q) - sin(lat_p) * cos(lat_q) * cos(d_lon)
    along = sin(lat_p) * sin(lat_q) + cos(lat_p) * cos(lat_q) * cos(d_lon)
    return atan2(sqrt(across**2 + up**2), along)
