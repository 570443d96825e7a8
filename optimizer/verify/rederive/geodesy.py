"""Great circles on the WGS 84 ellipsoid by Vincenty's inverse formula.

T. Vincenty, Direct and inverse solutions of geodesics on the ellipsoid with application of nested
equations, Survey Review 23 (1975). Good to a millimetre; it does not converge for points nearly
opposite each other, where the mean sphere is used instead.
"""

from __future__ import annotations

from math import acos, atan, atan2, cos, radians, sin, sqrt, tan

AXIS_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
MEAN_RADIUS_M = 6_371_008.8


def distance_m(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Length of the geodesic between two positions (latitude, longitude in degrees)."""
    polar_m = AXIS_M * (1 - FLATTENING)
    u1 = atan((1 - FLATTENING) * tan(radians(here[0])))
    u2 = atan((1 - FLATTENING) * tan(radians(there[0])))
    turn = radians((there[1] - here[1] + 180) % 360 - 180)
    angle = turn
    for _ in range(200):
        across = cos(u2) * sin(angle)
        along = cos(u1) * sin(u2) - sin(u1) * cos(u2) * cos(angle)
        sin_sigma = sqrt(across**2 + along**2)
        if sin_sigma == 0:
            return 0.0 if cos(angle) > 0 else _sphere_m(u1, u2, angle)
        cos_sigma = sin(u1) * sin(u2) + cos(u1) * cos(u2) * cos(angle)
        sigma = atan2(sin_sigma, cos_sigma)
        sin_alpha = cos(u1) * cos(u2) * sin(angle) / sin_sigma
        cos2_alpha = 1 - sin_alpha**2
        mid = cos_sigma - 2 * sin(u1) * sin(u2) / cos2_alpha if cos2_alpha else 0.0
        c = FLATTENING / 16 * cos2_alpha * (4 + FLATTENING * (4 - 3 * cos2_alpha))
        before = angle
        bend = sigma + c * sin_sigma * (mid + c * cos_sigma * (2 * mid**2 - 1))
        angle = turn + (1 - c) * FLATTENING * sin_alpha * bend
        if abs(angle - before) < 1e-12:
            break
    else:
        return _sphere_m(u1, u2, turn)
    u_sq = cos2_alpha * (AXIS_M**2 - polar_m**2) / polar_m**2
    a = 1 + u_sq / 16384 * (4096 + u_sq * (-768 + u_sq * (320 - 175 * u_sq)))
    b = u_sq / 1024 * (256 + u_sq * (-128 + u_sq * (74 - 47 * u_sq)))
    inner = cos_sigma * (2 * mid**2 - 1)
    inner -= b / 6 * mid * (4 * sin_sigma**2 - 3) * (4 * mid**2 - 3)
    return polar_m * a * (sigma - b * sin_sigma * (mid + b / 4 * inner))


def _sphere_m(u1: float, u2: float, turn: float) -> float:
    cosine = sin(u1) * sin(u2) + cos(u1) * cos(u2) * cos(turn)
    return MEAN_RADIUS_M * acos(max(-1.0, min(1.0, cosine)))
