"""Every leg an operator can fly with a type: time, cap, fuel line and costs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import permutations

from optimizer.domain.authorities import CO2_KG_PER_KG_FUEL
from optimizer.domain.resolved import MICRO, ResolvedLeg
from optimizer.resolve.aircraft import Aircraft
from optimizer.resolve.authorities import CarbonPrices
from optimizer.resolve.context import Context
from optimizer.resolve.payload_range import payload_range
from optimizer.resolve.quantities import PICO_PER_G, exact, micro, nearest
from optimizer.resolve.tracks import Way, Ways


@dataclass(frozen=True, slots=True)
class Flying:
    """What an operator flies and where to: its types, overflight permissions and airports."""

    operator: str
    types: tuple[str, ...]
    overflight: frozenset[str]
    airports: tuple[str, ...]


def resolve_legs(
    context: Context, ways: Ways, fleet: dict[str, Aircraft], flying: Iterable[Flying]
) -> tuple[ResolvedLeg, ...]:
    """All legs between the airports of each operator, by operator, type and airports."""
    costing = _LegCosting(context, ways)
    ruled = frozenset(o.operator for o in context.instance.operators if o.crew_rule)
    return tuple(leg for f in flying for leg in _legs_of(costing, ways, fleet, f, ruled))


def _legs_of(
    costing: _LegCosting,
    ways: Ways,
    fleet: dict[str, Aircraft],
    flying: Flying,
    ruled: frozenset[str],
) -> Iterator[ResolvedLeg]:
    """Legs of one operator; where it has a crew rule, they cost a basic crew."""
    pairs = [
        (origin, destination, way)
        for origin, destination in permutations(flying.airports, 2)
        if (way := ways.way(flying.overflight, origin, destination)) is not None
    ]
    for code in flying.types:
        if (aircraft := fleet.get(code)) is None:
            continue
        for origin, destination, way in pairs:
            leg = costing.leg(aircraft, way, origin, destination)
            if leg is not None:
                if flying.operator in ruled:
                    leg = replace(leg, crew_micro=costing.basic_crew_micro(aircraft, leg.block_min))
                yield replace(leg, operator=flying.operator)


class _LegCosting:
    """Legs with figures that do not depend on who flies them, worked out once."""

    def __init__(self, context: Context, ways: Ways) -> None:
        self._context = context
        self._ways = ways
        self._carbon = CarbonPrices(context)
        general = context.catalogue.general
        self._augmented_from_min = general("crew", "augmented_from_block_min")
        self._legs: dict[tuple[str, str, str, Way], ResolvedLeg | None] = {}
        self._time_costs: dict[tuple[str, int], tuple[int, int]] = {}
        self._fuel_usd_per_t: dict[str, float] = {}

    def leg(
        self, aircraft: Aircraft, way: Way, origin: str, destination: str
    ) -> ResolvedLeg | None:
        """A leg of no operator yet; None if it cannot be flown."""
        key = (aircraft.type, origin, destination, way)
        if key not in self._legs:
            self._legs[key] = self._work_out(aircraft, way, origin, destination)
        return self._legs[key]

    def _work_out(
        self, aircraft: Aircraft, way: Way, origin: str, destination: str
    ) -> ResolvedLeg | None:
        limit = payload_range(aircraft, way.distance_km)
        if limit is None:
            return None
        block_min = self._ways.block_min(aircraft, way, origin, destination)
        if block_min is None:
            return None
        crew_micro, maintenance_micro = self._by_time(aircraft, block_min)
        fuel_fixed_kg = 1000 * limit.zero_t * limit.burn
        fuel_usd_per_kg = self._fuel_price(origin) / 1000
        co2_usd_per_kg = CO2_KG_PER_KG_FUEL * self._carbon.usd_per_t(origin, destination) / 1000
        return ResolvedLeg(
            operator="",
            type=aircraft.type,
            origin=origin,
            destination=destination,
            distance_km=way.distance_km,
            overflies=way.overflies,
            block_min=block_min,
            cap_kg=limit.cap_kg,
            binding=limit.binding,
            lost_kg=limit.lost_kg,
            fuel_fixed_kg=round(fuel_fixed_kg, 3),
            fuel_per_kg=round(limit.burn, 9),
            fuel_fixed_micro=nearest(MICRO * fuel_fixed_kg * fuel_usd_per_kg),
            fuel_pico_per_g=nearest(PICO_PER_G * limit.burn * fuel_usd_per_kg),
            crew_micro=crew_micro,
            maintenance_micro=maintenance_micro,
            navigation_micro=self._navigation_micro(aircraft, way),
            carbon_fixed_micro=nearest(MICRO * fuel_fixed_kg * co2_usd_per_kg),
            carbon_pico_per_g=nearest(PICO_PER_G * limit.burn * co2_usd_per_kg),
        )

    def _by_time(self, aircraft: Aircraft, block_min: int) -> tuple[int, int]:
        """Crew and maintenance, worked out once for each type and block time."""
        key = (aircraft.type, block_min)
        if key not in self._time_costs:
            crew_micro = self._crew_micro(aircraft, block_min)
            self._time_costs[key] = (crew_micro, _maintenance_micro(aircraft, block_min))
        return self._time_costs[key]

    def _crew_micro(self, aircraft: Aircraft, block_min: int) -> int:
        augmented = self._augmented_from_min is not None and block_min > self._augmented_from_min
        factor = aircraft.augmented_factor if augmented else 1.0
        return _by_hour_micro(aircraft.crew_usd_per_block_h, block_min, factor)

    def basic_crew_micro(self, aircraft: Aircraft, block_min: int) -> int:
        """A basic crew for so many block minutes."""
        return _by_hour_micro(aircraft.crew_usd_per_block_h, block_min)

    def _fuel_price(self, airport: str) -> float:
        if airport not in self._fuel_usd_per_t:
            self._fuel_usd_per_t[airport] = self._context.amount(
                airport, "fuel_usd_per_t", "prices"
            )
        return self._fuel_usd_per_t[airport]

    def _navigation_micro(self, aircraft: Aircraft, way: Way) -> int:
        usd_per_km = way.navigation_usd_per_km
        if usd_per_km is None:
            usd_per_km = self._context.catalogue.general("prices", "navigation_usd_per_km") or 0.0
        heaviness = math.sqrt(aircraft.max_takeoff_t / 400)
        return nearest(MICRO * way.distance_km * usd_per_km * heaviness)


def _by_hour_micro(usd_per_block_h: float, block_min: int, factor: float = 1.0) -> int:
    return micro(exact(usd_per_block_h) * block_min / 60 * exact(factor))


def _maintenance_micro(aircraft: Aircraft, block_min: int) -> int:
    by_hour = exact(aircraft.maintenance_usd_per_block_h) * block_min / 60
    return micro(by_hour + exact(aircraft.maintenance_usd_per_cycle))
