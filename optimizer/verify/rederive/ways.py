"""Legs again: tracks, block times, caps, fuel and costs (C3, K1, K2, K3, K7, K13)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, floor, inf, sqrt

from optimizer.domain.airports import Track
from optimizer.domain.resolved import ResolvedInstance, ResolvedLeg
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.geodesy import distance_m
from optimizer.verify.rederive.source import Source

NORTH_SOUTH_DEG = 10
CO2_PER_FUEL = 3.16


@dataclass(frozen=True)
class Way:
    """How a pair is flown; blank where nothing is stated."""

    distance_km: float
    overflies: tuple[str, ...]
    block_min: int | None
    navigation_usd_per_km: float


class Ways:
    """Tracks and block times of an instance."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: dict[tuple[str, str, tuple[str, ...]], Way | None] = {}
        self._permissions = {o.operator: o.overflight for o in source.instance.operators}

    def way(self, operator: str, origin: str, destination: str) -> Way | None:
        """The shortest permitted track, or the great circle where there is no track at all."""
        held = tuple(sorted(self._permissions.get(operator, ())))
        key = (origin, destination, held)
        if key not in self._known:
            self._known[key] = self._find(origin, destination, frozenset(held))
        return self._known[key]

    def _find(self, origin: str, destination: str, held: frozenset[str]) -> Way | None:
        everywhere = self._source.general("prices", "navigation_usd_per_km") or 0.0
        tracks = self._source.tracks(origin, destination)
        if not tracks:
            here, there = self._source.position(origin), self._source.position(destination)
            if here is None or there is None:
                return None
            return Way(round(distance_m(here, there)) / 1000, (), None, everywhere)
        allowed = [x for x in tracks if held.issuperset(x[0].requires_overflight)]
        if not allowed:
            return None
        track, stated = min(allowed, key=lambda x: _order(x[0]))
        rate = track.navigation_usd_per_km
        outranked = not stated and self._source.instance.prices.navigation_usd_per_km is not None
        return Way(
            track.distance_km,
            tuple(sorted(track.requires_overflight)),
            track.block_min,
            everywhere if rate is None or outranked else rate,
        )

    def block_min(self, type_: str, way: Way, origin: str, destination: str) -> float | None:
        """Block time in minutes, not rounded; None if the type's speed is unknown."""
        if way.block_min is not None:
            return way.block_min
        speed_kmh = self._source.type_number(type_, "speed_kmh")
        if speed_kmh is None:
            return None
        taxi_min = self._source.general("block_time", "taxi_min") or 0.0
        return taxi_min + 60 * way.distance_km / (speed_kmh * self._wind(origin, destination))

    def _wind(self, origin: str, destination: str) -> float:
        """Ground speed relative to the type's speed, by direction."""
        west = self._source.general("block_time", "westbound_factor")
        east = self._source.general("block_time", "eastbound_factor")
        west, east = (1.0 if factor is None else factor for factor in (west, east))
        here, there = self._source.position(origin), self._source.position(destination)
        if here is None or there is None:
            return (west + east) / 2
        eastward = (there[1] - here[1]) % 360
        if eastward < NORTH_SOUTH_DEG or eastward > 360 - NORTH_SOUTH_DEG:
            return (west + east) / 2
        return east if eastward < 180 else west


def _order(track: Track) -> tuple[float, tuple[str, ...], int, float]:
    """Shortest first; ties do not depend on the order of rows."""
    return (
        track.distance_km,
        tuple(sorted(track.requires_overflight)),
        track.block_min or 0,
        track.navigation_usd_per_km or 0.0,
    )


def limits_t(source: Source, type_: str, distance_km: float) -> dict[str, float] | None:
    """What each limit of the payload-range model leaves for cargo, in tonnes.

    None where a figure of the type is missing. The least of them is the cap.
    """
    names = (
        "max_payload_t",
        "max_takeoff_t",
        "max_landing_t",
        "fuel_capacity_t",
        "reserve_fuel_t",
        "operating_empty_t",
        "uld_tare_t",
        "range_constant_km",
    )
    figures = [value for n in names if (value := source.type_number(type_, n)) is not None]
    if len(figures) < len(names):
        return None
    payload, take_off, landing, tank, reserve, empty, tare, constant_km = figures
    zero = empty + tare + reserve
    growth = exp(min(distance_km / constant_km, 100))
    return {
        "structure": payload,
        "take-off weight": take_off / growth - zero,
        "fuel capacity": (tank - reserve) / (growth - 1) - zero if growth > 1 else inf,
        "landing weight": landing - zero,
    }


def check_legs(
    resolved: ResolvedInstance,
    source: Source,
    airports_of: dict[str, set[str]],
    differences: Differences,
) -> None:
    """Every leg has its figures, and none is missing between the airports of an operator."""
    ways = Ways(source)
    for leg in resolved.legs:
        _check_leg(source, ways, leg, differences)
    fleet = sorted({(pool.operator, pool.type) for pool in resolved.pools})
    for operator, type_ in fleet:
        airports = sorted(airports_of.get(operator, set()))
        for origin in airports:
            for destination in airports:
                if origin == destination or (operator, type_, origin, destination) in resolved.leg:
                    continue
                way = ways.way(operator, origin, destination)
                limits = None if way is None else limits_t(source, type_, way.distance_km)
                if limits is not None and (cap := min(limits.values())) >= 0.001:
                    name = f"leg {origin}-{destination} of {operator} {type_}"
                    differences.found.append(f"{name}: missing, it lifts {floor(1000 * cap)} kg")


def _check_leg(source: Source, ways: Ways, leg: ResolvedLeg, differences: Differences) -> None:
    name = f"leg {leg.origin}-{leg.destination} of {leg.operator} {leg.type}"
    way = ways.way(leg.operator, leg.origin, leg.destination)
    limits = None if way is None else limits_t(source, leg.type, way.distance_km)
    if way is None or limits is None or (cap := min(limits.values())) < -0.001:
        differences.found.append(f"{name}: it cannot be flown")
        return
    differences.near(f"{name}, distance_km", leg.distance_km, way.distance_km, 0.002)
    differences.same(f"{name}, overflies", leg.overflies, way.overflies)
    block_min = ways.block_min(leg.type, way, leg.origin, leg.destination)
    if block_min is None:
        differences.found.append(f"{name}: its block time does not follow from the instance")
    else:
        differences.near(f"{name}, block_min", leg.block_min, block_min, 1)
    differences.near(f"{name}, cap_kg", leg.cap_kg, floor(1000 * cap + 0.001), 1)
    if limits.get(leg.binding, inf) > cap + 0.001:
        differences.found.append(f"{name}: {leg.binding} does not set its cap")
    payload_kg = 1000 * (source.type_number(leg.type, "max_payload_t") or 0)
    differences.near(f"{name}, lost_kg", leg.lost_kg, payload_kg - leg.cap_kg, 1)
    _check_fuel_and_carbon(source, way, leg, name, differences)
    _check_hourly_costs(source, way, leg, name, differences)


def _check_fuel_and_carbon(
    source: Source, way: Way, leg: ResolvedLeg, name: str, differences: Differences
) -> None:
    """Fuel, and what carbon schemes charge for it: from weights and distance, unrounded.

    The kilograms that the resolved leg states are rounded to a gram, which is
    more than a millionth of what a hop of a hundred kilometres burns.
    """
    names = ("operating_empty_t", "uld_tare_t", "reserve_fuel_t")
    zero_kg = 1000 * sum(source.type_number(leg.type, n) or 0 for n in names)
    burn = exp(way.distance_km / (source.type_number(leg.type, "range_constant_km") or inf)) - 1
    differences.near(f"{name}, fuel_fixed_kg", leg.fuel_fixed_kg, zero_kg * burn, 1)
    differences.near(f"{name}, fuel_per_kg", leg.fuel_per_kg, burn, 1e-6)
    fuel = (source.airport_number(leg.origin, "fuel_usd_per_t", "prices") or 0) / 1000
    carbon = CO2_PER_FUEL * _carbon_usd_per_t(source, leg) / 1000
    for what, usd_per_kg in (("fuel", fuel), ("carbon", carbon)):
        field, derived = f"{what}_fixed_micro", 1e6 * zero_kg * burn * usd_per_kg
        differences.amount(f"{name}, {field}", getattr(leg, field), derived)
        field, derived = f"{what}_pico_per_g", 1e9 * burn * usd_per_kg
        differences.amount(f"{name}, {field}", getattr(leg, field), derived)


def _carbon_usd_per_t(source: Source, leg: ResolvedLeg) -> float:
    """What all schemes that cover both ends charge for a tonne of carbon dioxide (K13)."""
    usd_per_t = 0.0
    for row in source.instance.carbon:
        for points, end in ((row.origins, leg.origin), (row.destinations, leg.destination)):
            names = {"*", end, source.airport_text(end, "country")}
            if points and not names.intersection(points):
                break
        else:
            usd_per_t += row.usd_per_t_co2 * row.paid_share
    return usd_per_t


def _check_hourly_costs(
    source: Source, way: Way, leg: ResolvedLeg, name: str, differences: Differences
) -> None:
    """Crew and maintenance by the leg's own block minutes; navigation by distance and weight."""

    def figure(field: str, blank: float = 0.0) -> float:
        value = source.type_number(leg.type, field)
        return blank if value is None else value

    block_h = leg.block_min / 60
    crew_usd = block_h * figure("crew_usd_per_block_h")
    limit = source.general("crew", "augmented_from_block_min")
    basic, augmented = figure("crew_basic", 0), figure("crew_augmented", 0)
    ruled = any(o.operator == leg.operator and o.crew_rule for o in source.instance.operators)
    if limit is not None and leg.block_min > limit and basic and augmented and not ruled:
        crew_usd *= augmented / basic
    care_usd = block_h * figure("maintenance_usd_per_block_h") + figure("maintenance_usd_per_cycle")
    navigation_usd = way.distance_km * way.navigation_usd_per_km
    navigation_usd *= sqrt(figure("max_takeoff_t") / 400)
    differences.amount(f"{name}, crew_micro", leg.crew_micro, 1e6 * crew_usd)
    differences.amount(f"{name}, maintenance_micro", leg.maintenance_micro, 1e6 * care_usd)
    differences.amount(f"{name}, navigation_micro", leg.navigation_micro, 1e6 * navigation_usd)
