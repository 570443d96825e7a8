"""Distances on a sphere: near enough to draw numbers from, never to plan on."""

from __future__ import annotations

import math

EARTH_RADIUS_KM = 6371.0

Position = tuple[float, float]
"""Latitude and longitude in degrees."""


def sphere_km(a: Position, b: Position) -> float:
    """Great-circle distance (haversine)."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b[1] - a[1]) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(h))
