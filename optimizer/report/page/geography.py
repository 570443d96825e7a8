"""The route map: great circles and coast lines in the units of its drawing.

All of it is settled here, so that the page needs no map library: a Miller cylindrical projection,
cut at the meridian that the fewest flights cross. A line over the antimeridian stays whole.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from geographiclib.geodesic import Geodesic

Point = tuple[float, float]
"""Longitude and latitude in degrees, or x and y of the drawing."""

WIDTH: Final = 1000.0
"""Width of the drawing; heights follow."""
_STEP_M: Final = 250_000.0
"""Great circles are drawn by chords of at most so many metres."""
_MARGIN_DEG: Final = 9.0
_MOST_LATITUDE_DEG: Final = 86.0
_LEAST_SPAN_DEG: Final = 40.0


@dataclass(frozen=True)
class RouteMap:
    """A drawing of so many units, its land, airports by code and great circles by pair."""

    width: float
    height: float
    land: str
    airports: dict[str, Point]
    ways: dict[tuple[str, str], str]


def route_map(positions: Mapping[str, Point], flights: Mapping[tuple[str, str], int]) -> RouteMap:
    """Lay out the map.

    Args:
        positions: Longitude and latitude of the airports to show, by code.
        flights: Number of flights by pair of airports, both ways together.
    """
    circles = {
        pair: great_circle(positions[pair[0]], positions[pair[1]])
        for pair in flights
        if pair[0] in positions and pair[1] in positions
    }
    west = _cut(positions, circles, flights)
    frame = _Frame.around(west, positions.values(), circles.values())
    return RouteMap(
        WIDTH,
        round(frame.height, 1),
        frame.land(),
        {code: frame.place(point) for code, point in positions.items()},
        {pair: frame.way(points) for pair, points in circles.items()},
    )


def great_circle(start: Point, end: Point) -> list[Point]:
    """Points of the shortest way on the ellipsoid; longitudes run on over the antimeridian."""
    line = Geodesic.WGS84.InverseLine(start[1], start[0], end[1], end[0])
    steps = max(1, math.ceil(line.s13 / _STEP_M))
    mask = Geodesic.STANDARD | Geodesic.LONG_UNROLL
    found = (line.Position(line.s13 * i / steps, mask) for i in range(steps + 1))
    return [(p["lon2"], p["lat2"]) for p in found]


def _cut(
    positions: Mapping[str, Point],
    circles: Mapping[tuple[str, str], list[Point]],
    flights: Mapping[tuple[str, str], int],
) -> float:
    """Where to cut the world: the fewest flights cross, then far from every airport."""

    def cost(west: float) -> tuple[int, float]:
        crossed = sum(flights[pair] for pair, line in circles.items() if _crosses(line, west))
        away = min((abs(_within(lon - west, -180)) for lon, _ in positions.values()), default=0.0)
        return crossed, -away

    return min((float(west) for west in range(-180, 180, 5)), key=cost)


def _within(longitude: float, west: float) -> float:
    """The same meridian, counted from `west` eastwards."""
    return (longitude - west) % 360.0 + west


def _crosses(line: list[Point], west: float) -> bool:
    return len({math.floor((lon - west) / 360.0) for lon, _ in line}) > 1


def _miller(latitude: float) -> float:
    """Ordinate of a latitude, in degrees of longitude (Miller's cylindrical projection)."""
    held = max(-_MOST_LATITUDE_DEG, min(_MOST_LATITUDE_DEG, latitude))
    return math.degrees(1.25 * math.log(math.tan(math.pi / 4 + 0.4 * math.radians(held))))


@dataclass(frozen=True)
class _Frame:
    """What is shown: from a western meridian so many degrees east, between two ordinates."""

    west: float
    left: float
    span: float
    bottom: float
    top: float

    @classmethod
    def around(cls, west: float, points: Iterable[Point], lines: Iterable[list[Point]]) -> _Frame:
        seen = [*points, *(point for line in lines for point in line)] or [(0.0, 0.0)]
        longitudes = [_within(lon, west) for lon, _ in seen]
        ordinates = [_miller(lat) for _, lat in seen]
        margin = max(0.0, (_LEAST_SPAN_DEG - max(longitudes) + min(longitudes)) / 2) + _MARGIN_DEG
        left = max(west, min(longitudes) - margin)
        right = min(west + 360.0, max(longitudes) + margin)
        return cls(
            west,
            left,
            right - left,
            min(ordinates) - _MARGIN_DEG,
            min(max(ordinates) + _MARGIN_DEG, _miller(_MOST_LATITUDE_DEG)),
        )

    @property
    def scale(self) -> float:
        """Units of the drawing in a degree of longitude."""
        return WIDTH / self.span

    @property
    def height(self) -> float:
        return (self.top - self.bottom) * self.scale

    def place(self, point: Point) -> Point:
        return self._xy(_within(point[0], self.west), point[1])

    def _xy(self, longitude: float, latitude: float) -> Point:
        x = (longitude - self.left) * self.scale
        return round(x, 1), round((self.top - _miller(latitude)) * self.scale, 1)

    def way(self, line: list[Point]) -> str:
        """Path of a line; one that leaves at one side comes in again at the other."""
        start = _within(line[0][0], self.west) - line[0][0]
        turns = {math.floor((lon + start - self.west) / 360.0) for lon, _ in line}
        return " ".join(
            _path([self._xy(lon + start - 360.0 * turn, lat) for lon, lat in line])
            for turn in sorted(turns)
        )

    def land(self) -> str:
        """Path of all land in sight."""
        paths = []
        right = self.left + self.span
        for ring in _coast():
            low, high = min(p[0] for p in ring), max(p[0] for p in ring)
            if max(p[1] for p in ring) < -_MOST_LATITUDE_DEG:
                continue
            for turn in (-360.0, 0.0, 360.0):
                if low + turn < right and high + turn > self.left:
                    paths.append(_path([self._xy(lon + turn, lat) for lon, lat in ring]) + "Z")
        return "".join(paths)


def _path(points: list[Point]) -> str:
    """SVG path of a polyline; points that fall together are drawn once."""
    kept = [points[0]]
    for point in points[1:]:
        if point != kept[-1]:
            kept.append(point)
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in kept)


@cache
def _coast() -> tuple[tuple[Point, ...], ...]:
    """Outlines of land, longitudes running on over the antimeridian."""
    rings: dict[str, list[Point]] = {}
    text = resources.files("optimizer.data").joinpath("land.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        ring = rings.setdefault(row["ring"], [])
        lon, lat = float(row["longitude_deg"]), float(row["latitude_deg"])
        if ring:
            lon += 360.0 * round((ring[-1][0] - lon) / 360.0)
        ring.append((lon, lat))
    return tuple(tuple(ring) for ring in rings.values())
