"""What a type needs and pays on the ground at an airport (C2, C9, K2, K5, K6, K8)."""

from __future__ import annotations

import math
from collections.abc import Iterable

from optimizer.domain.airports import Charge
from optimizer.domain.resolved import ResolvedAirport, ResolvedCharge, ResolvedGround, Window
from optimizer.resolve.aircraft import Aircraft, require
from optimizer.resolve.calendar import kinds
from optimizer.resolve.context import Context
from optimizer.resolve.quantities import exact, micro, pico_per_g
from optimizer.resolve.tracks import Ways


def resolve_airports(
    context: Context, ways: Ways, fleet: dict[str, Aircraft], airports: Iterable[str]
) -> tuple[ResolvedAirport, ...]:
    """The airports of the given codes with stands and prices."""
    return tuple(_airport(context, ways, fleet, code) for code in airports)


def resolve_ground(
    context: Context, fleet: dict[str, Aircraft], airports: Iterable[str]
) -> tuple[ResolvedGround, ...]:
    """Ground rules of every type at every airport."""
    return tuple(ground for code in airports for ground in _ground_at(context, fleet, code))


def charge_usd(charge: Charge, max_takeoff_t: float) -> float:
    """Amount of a charge by maximum take-off weight, without surcharge; 0 outside its bracket."""
    if max_takeoff_t < charge.from_t:
        return 0.0
    if charge.to_t is not None and max_takeoff_t >= charge.to_t:
        return 0.0
    by_weight_usd = charge.usd_per_t * (max_takeoff_t - charge.from_t)
    by_power_usd = charge.scale_usd * math.pow(max_takeoff_t / 50, charge.exponent)
    return charge.fixed_usd + by_weight_usd + by_power_usd


def _airport(
    context: Context, ways: Ways, fleet: dict[str, Aircraft], code: str
) -> ResolvedAirport:
    position = ways.position(code)
    zone = context.timezone(code)
    context.calendar.zone(zone)
    stands: dict[str, int] = {}
    for row in context.catalogue.stands(code):
        stands[row.size_code] = stands.get(row.size_code, 0) + row.stands
    if stands:
        for aircraft in fleet.values():
            if not aircraft.size_code:
                require(context, aircraft.type, "size_code", f"for the stands at {code}")
    if context.catalogue.has_reference and not context.catalogue.has_row("airports", code):
        context.findings.add(
            "unknown-airport",
            "airports",
            "the airport is neither in the airports table nor in the reference data",
            column="airport",
            value=code,
        )
    return ResolvedAirport(
        code=code,
        name=context.catalogue.text("airports", code, "name"),
        country=context.catalogue.text("airports", code, "country"),
        timezone=zone,
        latitude_deg=None if position is None else position[0],
        longitude_deg=None if position is None else position[1],
        handling_pico_per_g=pico_per_g(context.amount(code, "handling_usd_per_kg")),
        storage_pico_per_g_h=pico_per_g(context.amount(code, "storage_usd_per_kg_h", "prices")),
        stands=tuple(sorted(stands.items())),
    )


def _ground_at(context: Context, fleet: dict[str, Aircraft], code: str) -> Iterable[ResolvedGround]:
    turnaround_min = int(context.amount(code, "min_turnaround_min"))
    technical_stop_min = int(context.amount(code, "min_technical_stop_min"))
    ramp_turn = exact(context.amount(code, "ramp_turn_usd"))
    ramp_technical = exact(context.amount(code, "ramp_technical_usd"))
    parking = exact(context.amount(code, "parking_usd_per_t_h"))
    free_min = int(context.amount(code, "parking_free_min"))
    layover = context.amount(code, "layover_usd", "crew")
    charges = _applying(context, fleet, code)
    for aircraft in fleet.values():
        ramp_factor = exact(aircraft.ramp_factor)
        yield ResolvedGround(
            airport=code,
            type=aircraft.type,
            turnaround_min=max(turnaround_min, aircraft.turnaround_min),
            technical_stop_min=max(technical_stop_min, aircraft.technical_stop_min),
            ramp_turn_micro=micro(ramp_turn * ramp_factor),
            ramp_technical_micro=micro(ramp_technical * ramp_factor),
            parking_free_min=free_min,
            parking_micro_per_h=micro(parking * exact(aircraft.max_takeoff_t)),
            layover_micro=micro(layover),
            charges=_charges(charges, aircraft.max_takeoff_t),
        )


def _applying(
    context: Context, fleet: dict[str, Aircraft], code: str
) -> list[tuple[Charge, tuple[Window, ...]]]:
    """Charges at an airport that some type pays, with their nights."""
    found = []
    for charge, from_reference in context.catalogue.charges(code):
        if not any(charge_usd(charge, aircraft.max_takeoff_t) for aircraft in fleet.values()):
            continue
        found.append((charge, _night(context, charge)))
        if from_reference:
            key = f"{code} {charge.movement} {charge.item} from {charge.from_t:g} t"
            context.catalogue.use("charges", key, charge)
    return found


def _charges(
    charges: Iterable[tuple[Charge, tuple[Window, ...]]], max_takeoff_t: float
) -> tuple[ResolvedCharge, ...]:
    resolved = []
    for charge, night in charges:
        usd = charge_usd(charge, max_takeoff_t)
        if not (amount_micro := micro(usd)):
            continue
        night_micro = micro(usd * charge.night_surcharge_pct / 100) if night else 0
        for movement in kinds(charge.movement):
            resolved.append(ResolvedCharge(charge.item, movement, amount_micro, night_micro, night))
    return tuple(sorted(resolved, key=_charge_order))


def _charge_order(charge: ResolvedCharge) -> tuple[str, str, int, int, tuple[tuple[int, int], ...]]:
    night = tuple((w.start_min, w.end_min) for w in charge.night)
    return charge.item, charge.movement, charge.amount_micro, charge.night_micro, night


def _night(context: Context, charge: Charge) -> tuple[Window, ...]:
    """Night windows of a charge; none without a surcharge."""
    if not charge.night_surcharge_pct:
        return ()
    if charge.night_from_local is None or charge.night_to_local is None:
        return ()
    zone = context.timezone(charge.airport)
    return context.calendar.windows(
        zone, None, None, charge.night_from_local, charge.night_to_local
    )
