"""How much an aircraft lifts over a distance, and what it burns (C3, K1).

Breguet's range equation with a constant K fitted per type: an aircraft that lands with mass m after
d kilometres took off with m·exp(d/K). So trip fuel is affine in the cargo and a leg has one cap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from optimizer.resolve.aircraft import Aircraft

_FAR = 50.0
"""Distance over K beyond which nothing flies, and exp() is still finite."""


@dataclass(frozen=True, slots=True)
class PayloadRange:
    """Cap and fuel of one leg; `burn` is kg of fuel for each kg that lands."""

    cap_kg: int
    binding: str
    lost_kg: int
    burn: float
    zero_t: float


def payload_range(aircraft: Aircraft, distance_km: float) -> PayloadRange | None:
    """Cap, what sets it, and burn; None if the leg cannot be flown even empty."""
    ratio = distance_km / aircraft.range_constant_km
    if ratio > _FAR:
        return None
    burn = math.expm1(ratio)
    zero_t = aircraft.zero_t
    carried_fuel_t = aircraft.fuel_capacity_t - aircraft.reserve_fuel_t
    limits_t = {
        "structure": aircraft.max_payload_t,
        "take-off weight": aircraft.max_takeoff_t * math.exp(-ratio) - zero_t,
        "fuel capacity": carried_fuel_t / burn - zero_t if burn else math.inf,
        "landing weight": aircraft.max_landing_t - zero_t,
    }
    binding = min(limits_t, key=lambda name: limits_t[name])
    cap_kg = _whole_kg(limits_t[binding])
    if cap_kg < 0:
        return None
    lost_kg = _whole_kg(aircraft.max_payload_t) - cap_kg
    return PayloadRange(cap_kg, binding, lost_kg, burn, zero_t)


def _whole_kg(tonnes: float) -> int:
    """Kilograms rounded down, forgiving a gram of floating-point noise."""
    return math.floor(1000 * tonnes + 0.001)
