"""Which way an operator flies from one airport to another, how far, and how long."""

from __future__ import annotations

from dataclasses import dataclass

from geographiclib.geodesic import Geodesic

from optimizer.domain.airports import Track
from optimizer.resolve.aircraft import Aircraft, require
from optimizer.resolve.context import Context
from optimizer.resolve.quantities import nearest

_NORTH_SOUTH_DEG = 10.0
"""Difference in longitude below which wind is neither with nor against a leg."""


@dataclass(frozen=True, slots=True)
class Way:
    """The track of a leg; `block_min` and `navigation_usd_per_km` where stated for the track."""

    distance_km: float
    overflies: tuple[str, ...]
    block_min: int | None
    navigation_usd_per_km: float | None


class Ways:
    """Finds tracks and block times, and remembers them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._tracks = context.catalogue.tracks()
        self._positions: dict[str, tuple[float, float] | None] = {}
        self._ways: dict[tuple[frozenset[str], str, str], Way | None] = {}
        self._circles_km: dict[tuple[str, str], float | None] = {}
        block = context.catalogue.general
        self._taxi_min = block("block_time", "taxi_min") or 0.0
        self._west = _factor(block("block_time", "westbound_factor"))
        self._east = _factor(block("block_time", "eastbound_factor"))

    def way(self, permissions: frozenset[str], origin: str, destination: str) -> Way | None:
        """The shortest track the permissions allow, or the great circle of a pair without tracks.

        None if no track is allowed, or if there is none and a position is unknown.
        """
        key = (permissions, origin, destination)
        if key not in self._ways:
            self._ways[key] = self._find(permissions, origin, destination)
        return self._ways[key]

    def _find(self, permissions: frozenset[str], origin: str, destination: str) -> Way | None:
        tracks = self._tracks.get((origin, destination))
        if tracks is None:
            distance_km = self._great_circle_km(origin, destination)
            return None if distance_km is None else Way(distance_km, (), None, None)
        allowed = [t for t in tracks if permissions.issuperset(t[0].requires_overflight)]
        if not allowed:
            return None
        track, from_reference = min(allowed, key=lambda t: _preference(t[0]))
        if from_reference:
            key = f"{track.origin}-{track.destination}"
            if track.requires_overflight:
                key += f" over {';'.join(track.requires_overflight)}"
            self._context.catalogue.use("tracks", key, track)
        rate = track.navigation_usd_per_km
        if from_reference and self._context.instance.prices.navigation_usd_per_km is not None:
            rate = None  # the instance's general rate outranks that of a reference track
        overflies = tuple(sorted(track.requires_overflight))
        return Way(track.distance_km, overflies, track.block_min, rate)

    def block_min(self, aircraft: Aircraft, way: Way, origin: str, destination: str) -> int | None:
        """Off-blocks to on-blocks; None, and a finding, if the type has no speed."""
        if way.block_min is not None:
            return way.block_min
        if aircraft.speed_kmh is None:
            require(
                self._context, aircraft.type, "speed_kmh", "for legs whose block time is not stated"
            )
            return None
        ground_speed_kmh = aircraft.speed_kmh * self._speed_factor(origin, destination)
        return nearest(self._taxi_min + 60 * way.distance_km / ground_speed_kmh)

    def position(self, airport: str) -> tuple[float, float] | None:
        """Latitude and longitude; None if one of them is unknown."""
        if airport not in self._positions:
            number = self._context.catalogue.number
            latitude = number("airports", airport, "latitude_deg")
            longitude = number("airports", airport, "longitude_deg")
            known = None if latitude is None or longitude is None else (latitude, longitude)
            self._positions[airport] = known
        return self._positions[airport]

    def _great_circle_km(self, origin: str, destination: str) -> float | None:
        pair = (min(origin, destination), max(origin, destination))
        if pair not in self._circles_km:
            here, there = self.position(pair[0]), self.position(pair[1])
            self._circles_km[pair] = None
            if here is not None and there is not None:
                line = Geodesic.WGS84.Inverse(*here, *there, Geodesic.DISTANCE)
                self._circles_km[pair] = nearest(line["s12"]) / 1000
        return self._circles_km[pair]

    def _speed_factor(self, origin: str, destination: str) -> float:
        here, there = self.position(origin), self.position(destination)
        mean = (self._west + self._east) / 2
        if here is None or there is None:
            return mean
        eastward_deg = (there[1] - here[1] + 180) % 360 - 180
        if abs(eastward_deg) < _NORTH_SOUTH_DEG:
            return mean
        return self._west if eastward_deg < 0 else self._east


def _factor(stated: float | None) -> float:
    return 1.0 if stated is None else stated


def _preference(track: Track) -> tuple[float, tuple[str, ...], int, float]:
    """Shortest first; the rest only makes the choice independent of the order of rows."""
    return (
        track.distance_km,
        tuple(sorted(track.requires_overflight)),
        track.block_min or 0,
        track.navigation_usd_per_km or 0.0,
    )
