"""Untimed rotations: which airports in which order (C3, C15, the universe's limits)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations
from math import asin, cos, radians, sin, sqrt

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.frozen import Way
from optimizer.plan.rotation import Leg, Rotation, Stop


@dataclass(frozen=True, slots=True)
class Route:
    """Airports an aircraft of an operator and type visits in order.

    `airports` includes both ends; `stops[i]` is what happens at ``airports[i + 1]``.
    """

    operator: str
    type: str
    airports: tuple[str, ...]
    stops: tuple[Stop, ...]

    @property
    def way(self) -> Way:
        """What all its rotations have in common."""
        return self.operator, self.type, self.airports, self.stops

    @property
    def full_stops(self) -> tuple[str, ...]:
        """Airports where cargo can move, both ends included."""
        served = (a for a, s in zip(self.airports[1:], self.stops, strict=True) if s == "full")
        return (self.airports[0], *served)

    def rotation(self, off_min: Sequence[int], on_min: Sequence[int]) -> Rotation:
        """The route at the off-block and on-block minutes of its legs."""
        ends = zip(self.airports[:-1], self.airports[1:], off_min, on_min, self.stops, strict=True)
        return Rotation(self.operator, self.type, tuple(Leg(*leg) for leg in ends))


def closed_routes(
    resolved: ResolvedInstance, operator: str, type_: str, gateway: str, *, any_pair: bool = False
) -> tuple[Route, ...]:
    """Rotations from a gateway back to it (or to any gateway, where the universe allows)."""
    ends = resolved.gateways if resolved.universe.may_change_gateway else (gateway,)
    limit = resolved.universe.max_stations
    return tuple(
        route
        for stations in _station_sequences(resolved, operator, limit, least=1)
        for end in ends
        for route in _with_stops(resolved, operator, type_, (gateway, *stations, end), any_pair)
    )


def part_routes(
    resolved: ResolvedInstance,
    operator: str,
    type_: str,
    origin: str,
    destination: str,
    *,
    any_pair: bool = False,
) -> tuple[Route, ...]:
    """Parts of rotations between a station and a gateway, perhaps over other stations.

    The rest of a rotation leads from a station to the base, its first part from the base to a
    station; that station counts towards the most stations of a rotation.
    """
    limit = resolved.universe.max_stations - 1
    ends = (origin, destination)
    return tuple(
        route
        for between in _station_sequences(resolved, operator, limit, without=ends)
        for route in _with_stops(
            resolved, operator, type_, (origin, *between, destination), any_pair
        )
    )


def _station_sequences(
    resolved: ResolvedInstance,
    operator: str,
    most: int,
    *,
    least: int = 0,
    without: tuple[str, ...] = (),
) -> Iterator[tuple[str, ...]]:
    stations = [s for s in resolved.operator[operator].stations if s not in without]
    for number in range(least, min(most, len(stations)) + 1):
        yield from permutations(stations, number)


def _with_stops(
    resolved: ResolvedInstance,
    operator: str,
    type_: str,
    points: tuple[str, ...],
    any_pair: bool,
) -> Iterator[Route]:
    """The ways to fly over `points` with technical stops in between."""
    if not any_pair and not _offers_cargo(resolved, operator, points):
        return
    hops = list(pairwise(points))
    ways = [_technical_stops(resolved, operator, type_, a, b) for a, b in hops]
    most = min(resolved.universe.max_technical_stops, len(hops))
    for number in range(most + 1):
        for stopped in combinations(range(len(hops)), number):
            yield from _fill(resolved, operator, type_, points, ways, frozenset(stopped))


def _fill(
    resolved: ResolvedInstance,
    operator: str,
    type_: str,
    points: tuple[str, ...],
    ways: list[tuple[str, ...]],
    stopped: frozenset[int],
) -> Iterator[Route]:
    partial: list[tuple[tuple[str, ...], tuple[Stop, ...]]] = [((points[0],), ())]
    for i, (origin, destination) in enumerate(pairwise(points)):
        extended: list[tuple[tuple[str, ...], tuple[Stop, ...]]] = []
        for airports, stops in partial:
            if i in stopped:
                for stop in ways[i]:
                    extended.append(((*airports, stop, destination), (*stops, "technical", "full")))
            elif (operator, type_, origin, destination) in resolved.leg:
                extended.append(((*airports, destination), (*stops, "full")))
        partial = extended
    for airports, stops in partial:
        yield Route(operator, type_, airports, stops)


def _technical_stops(
    resolved: ResolvedInstance, operator: str, type_: str, origin: str, destination: str
) -> tuple[str, ...]:
    """Airports where a flight from origin to destination may refuel."""
    return tuple(
        stop
        for stop in resolved.operator[operator].technical_stops
        if stop not in (origin, destination, *resolved.gateways)
        and (operator, type_, origin, stop) in resolved.leg
        and (operator, type_, stop, destination) in resolved.leg
        and _detour(resolved, origin, stop, destination) <= resolved.universe.max_detour
    )


def _offers_cargo(resolved: ResolvedInstance, operator: str, points: tuple[str, ...]) -> bool:
    rights = resolved.operator[operator].rights
    return any(pair in rights for pair in combinations(points, 2))


def _detour(resolved: ResolvedInstance, origin: str, stop: str, destination: str) -> float:
    """How much longer the way over a stop is; 1 where coordinates are not stated."""
    way = [_great_circle_rad(resolved, *pair) for pair in ((origin, stop), (stop, destination))]
    direct = _great_circle_rad(resolved, origin, destination)
    if direct is None or direct == 0 or any(part is None for part in way):
        return 1.0
    return sum(part for part in way if part is not None) / direct


def _great_circle_rad(resolved: ResolvedInstance, a: str, b: str) -> float | None:
    """Central angle by the haversine formula; a sphere is close enough to judge a detour."""
    p, q = resolved.airport[a], resolved.airport[b]
    if None in (p.latitude_deg, p.longitude_deg, q.latitude_deg, q.longitude_deg):
        return None
    lat_p, lat_q = radians(p.latitude_deg or 0), radians(q.latitude_deg or 0)
    d_lat, d_lon = lat_q - lat_p, radians((q.longitude_deg or 0) - (p.longitude_deg or 0))
    h = sin(d_lat / 2) ** 2 + cos(lat_p) * cos(lat_q) * sin(d_lon / 2) ** 2
    return 2 * asin(min(1.0, sqrt(h)))
