"""Rough estimates of what a fleet can lift, to offer a little more than that.

The payload-range model is that of constraint C3 in ``docs/formulation.md``; distances, block times
and the shares of a tail's time are simplified.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from optimizer.data import reference
from optimizer.domain.airports import AircraftType
from optimizer.generate.facts import Carrier, Destination
from optimizer.generate.sphere import sphere_km

UTILISATION = 0.9
"""Share of the period a tail is expected to spend on rotations, turnarounds included (E)."""
MEAN_KG_PER_M3 = 160.0
"""Mean density of mixed exports (D from the shares in ``mix.csv``)."""


@dataclass(frozen=True)
class Tail:
    """One aircraft of the fleet to be."""

    carrier: Carrier
    type: str
    base: str


@dataclass(frozen=True)
class Trip:
    """A round trip of one tail to one station, nonstop.

    Attributes:
        duration_min: Both blocks and both turnarounds.
        block_min: Both blocks.
        one_way_min: The longer of the blocks.
        lift_kg: What it can carry one way, by weight and by volume of mixed exports.
    """

    duration_min: float
    block_min: float
    one_way_min: float
    lift_kg: float


@dataclass(frozen=True)
class Expectation:
    """What a fleet can be expected to do in the period at one station."""

    rotations: float
    lift_kg: float
    one_way_min: float


def trip(tail: Tail, station: str) -> Trip | None:
    """The round trip of a tail to a station; None if it cannot fly there or lift anything."""
    km = way_km(tail.base, station, frozenset(tail.carrier.overflight))
    if km is None:
        return None
    kind, defaults = reference().types[tail.type], reference().defaults
    lift_kg = min(1000 * cap_t(kind, km), usable_m3(kind) * MEAN_KG_PER_M3)
    if lift_kg <= 0:
        return None
    speed = _stated(kind.speed_kmh)
    taxi = defaults["block_time.taxi_min"].value
    west = taxi + 60 * km / (speed * defaults["block_time.westbound_factor"].value)
    east = taxi + 60 * km / (speed * defaults["block_time.eastbound_factor"].value)
    turnaround = kind.turnaround_min or defaults["types.turnaround_min"].value
    return Trip(west + east + 2 * turnaround, west + east, west, lift_kg)


def expectations(
    tails: Iterable[Tail], destinations: Sequence[Destination], length_min: int
) -> dict[str, Expectation]:
    """Expected rotations and lift by station, when tails share their time by market weight."""
    rotations = dict.fromkeys((d.airport for d in destinations), 0.0)
    lift, longest = dict(rotations), dict(rotations)
    for tail in tails:
        for airport, (count, there) in rotations_of(tail, destinations, length_min).items():
            rotations[airport] += count
            lift[airport] += count * there.lift_kg
            longest[airport] = max(longest[airport], there.one_way_min)
    return {a: Expectation(rotations[a], lift[a], longest[a]) for a in rotations}


def rotations_of(
    tail: Tail, destinations: Sequence[Destination], length_min: int
) -> dict[str, tuple[float, Trip]]:
    """Expected rotations of one tail by station, with the trip each of them makes."""
    trips = {d.airport: trip(tail, d.airport) for d in destinations if reachable(tail, d)}
    weight = {d.airport: d.weight for d in destinations}
    spent = sum(weight[a] * there.duration_min for a, there in trips.items() if there)
    scale = UTILISATION * length_min / spent if spent else 0.0
    return {a: (scale * weight[a], there) for a, there in trips.items() if there}


def reachable(tail: Tail, destination: Destination) -> bool:
    """Whether a tail can be used to a destination: its operator goes there, and it lifts cargo."""
    return tail.carrier.reaches(destination.region) and trip(tail, destination.airport) is not None


@cache
def way_km(origin: str, destination: str, overflight: frozenset[str]) -> float | None:
    """The shortest track an operator with these permissions may use; None if there is none."""
    tracks = _tracks().get(frozenset((origin, destination)))
    if tracks is None:
        return sphere_km(_position(origin), _position(destination))
    return min((km for km, needed in tracks if needed <= overflight), default=None)


def cap_t(kind: AircraftType, km: float) -> float:
    """Payload-range limit of a type at a distance, in tonnes (C3)."""
    reserve = kind.reserve_fuel_t or 0.0
    zero = _stated(kind.operating_empty_t) + (kind.uld_tare_t or 0.0) + reserve
    growth = math.exp(km / _stated(kind.range_constant_km))
    return min(
        _stated(kind.max_payload_t),
        _stated(kind.max_takeoff_t) / growth - zero,
        (_stated(kind.fuel_capacity_t) - reserve) / (growth - 1) - zero,
        _stated(kind.max_landing_t) - zero,
    )


def usable_m3(kind: AircraftType) -> float:
    """Volume that can be used (C5)."""
    packing = kind.packing_factor or reference().defaults["types.packing_factor"].value
    return _stated(kind.volume_m3) * packing


@cache
def _tracks() -> dict[frozenset[str], tuple[tuple[float, frozenset[str]], ...]]:
    tracks: dict[frozenset[str], tuple[tuple[float, frozenset[str]], ...]] = {}
    for track in reference().tracks:
        pair = frozenset((track.origin, track.destination))
        way = (track.distance_km, frozenset(track.requires_overflight))
        tracks[pair] = (*tracks.get(pair, ()), way)
    return tracks


def _position(airport: str) -> tuple[float, float]:
    record = reference().airports[airport]
    return _stated(record.latitude_deg), _stated(record.longitude_deg)


def _stated(value: float | None) -> float:
    if value is None:
        raise ValueError("the reference data lacks a physical value")
    return value
