"""The resolved instance as tables: what the plan rests on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from optimizer.domain.resolved import ResolvedInstance, ResolvedLeg, ResolvedPacking, Window
from optimizer.report.clock import Clock
from optimizer.report.frames import frame, kg, m3, usd

LEGS: Final = (
    "operator", "type", "origin", "destination", "distance_km", "overflies", "block_min", "cap_kg",
    "cap_limit", "lost_kg", "fuel_fixed_kg", "fuel_per_kg", "empty_fuel_usd", "crew_usd",
    "maintenance_usd", "navigation_usd",
)  # fmt: skip
CONSIGNMENTS: Final = (
    "consignment", "origin", "destination", "customs", "weight_kg", "volume_m3", "chargeable_kg",
    "revenue_usd", "surcharge_usd", "ready_utc", "due_utc", "max_dwell_min", "operators",
    "requires", "apart_from", "uplifts", "discharges", "connections", "uld_positions", "deck",
)  # fmt: skip
GROUND: Final = (
    "airport", "type", "turnaround_min", "technical_stop_min", "ramp_turn_usd",
    "ramp_technical_usd", "parking_free_min", "parking_usd_per_h", "layover_usd", "arrival_usd",
    "departure_usd",
)  # fmt: skip
POOLS: Final = (
    "pool", "tails", "operator", "type", "base", "start_airport", "end_airport", "from_utc",
    "until_utc", "acmi", "returnable", "fixed_usd", "acmi_usd_per_block_h", "guarantee_min",
    "min_block_min", "max_block_min",
)  # fmt: skip
WINDOWS: Final = (
    "airport", "rule", "movement", "operators", "types", "movements", "from_local", "to_local",
    "from_utc", "to_utc", "most_kg",
)  # fmt: skip
CREWS: Final = (
    "operator", "type", "rule", "pilots", "report_from_local", "report_to_local", "max_sectors",
    "max_flight_min", "max_duty_min", "report_min", "basic_pilots", "changes",
)  # fmt: skip
BLOCKS: Final = (
    "block", "kind", "operator", "flight_number", "origin", "destination", "off_block_utc",
    "on_block_utc", "weight_kg", "volume_m3", "fixed_usd", "usd_per_kg", "meets",
)  # fmt: skip
DEFAULTS: Final = ("table", "key", "field", "value", "provenance")


def legs(resolved: ResolvedInstance) -> pd.DataFrame:
    """Legs with time, cap, the limit that sets it and what it costs in kg (C3)."""
    return frame(LEGS, (_leg(leg) for leg in resolved.legs))


def _leg(leg: ResolvedLeg) -> dict[str, Any]:
    return {
        "operator": leg.operator,
        "type": leg.type,
        "origin": leg.origin,
        "destination": leg.destination,
        "distance_km": round(leg.distance_km, 1),
        "overflies": ";".join(leg.overflies),
        "block_min": leg.block_min,
        "cap_kg": leg.cap_kg,
        "cap_limit": leg.binding,
        "lost_kg": leg.lost_kg,
        "fuel_fixed_kg": round(leg.fuel_fixed_kg, 1),
        "fuel_per_kg": round(leg.fuel_per_kg, 6),
        "empty_fuel_usd": usd(leg.fuel_fixed_micro),
        "empty_carbon_usd": usd(leg.carbon_fixed_micro),
        "crew_usd": usd(leg.crew_micro),
        "maintenance_usd": usd(leg.maintenance_micro),
        "navigation_usd": usd(leg.navigation_micro),
    }


def consignments(resolved: ResolvedInstance) -> pd.DataFrame:
    """Consignments with chargeable weight and time window."""
    clock = Clock(resolved)
    requires: dict[str, list[str]] = {}
    for requirement in resolved.requirements:
        for name in requirement.consignments:
            requires.setdefault(name, []).append(requirement.id)
    apart: dict[str, list[str]] = {}
    for pair in resolved.incompatibles:
        apart.setdefault(pair.one, []).append(pair.other)
        apart.setdefault(pair.other, []).append(pair.one)
    packing = {row.consignment: row for row in resolved.packings}
    changes: dict[str, list[str]] = {}
    for t in resolved.transits:
        changes.setdefault(t.consignment, []).append(f"{t.gateway} {t.connection_min}")
    rows = (
        {
            "consignment": c.id,
            "origin": c.origin,
            "destination": c.destination,
            "customs": c.customs,
            "weight_kg": kg(c.weight_g),
            "volume_m3": m3(c.volume_cm3),
            "chargeable_kg": kg(c.chargeable_g),
            "revenue_usd": usd(c.revenue_micro),
            "surcharge_usd": usd(c.surcharge_micro),
            "ready_utc": clock.utc(c.ready_min),
            "due_utc": clock.utc(c.due_min),
            "max_dwell_min": c.max_dwell_min,
            "operators": ";".join(c.operators),
            "requires": ";".join(requires.get(c.id, ())),
            "apart_from": ";".join(
                sorted({other for name in requires.get(c.id, ()) for other in apart.get(name, ())})
            ),
            "uplifts": ";".join(f"{a.airport} {a.lane or ''}".strip() for a in c.uplifts),
            "discharges": ";".join(f"{a.airport} {a.lane or ''}".strip() for a in c.discharges),
            "connections": ";".join(changes.get(c.id, ())),
        }
        | _packed(packing.get(c.id))
        for c in resolved.consignments
    )
    return frame(CONSIGNMENTS, rows).astype({"max_dwell_min": "Int64"})


def _packed(packing: ResolvedPacking | None) -> dict[str, Any]:
    """ULD positions and deck; blank for cargo that positions do not limit (C6)."""
    if packing is None:
        return {"uld_positions": None, "deck": ""}
    return {"uld_positions": packing.milli_positions / 1000, "deck": packing.deck}


def ground(resolved: ResolvedInstance) -> pd.DataFrame:
    """Turnarounds and charges by airport and type; charges without night surcharge."""
    rows = (
        {
            "airport": g.airport,
            "type": g.type,
            "turnaround_min": g.turnaround_min,
            "technical_stop_min": g.technical_stop_min,
            "ramp_turn_usd": usd(g.ramp_turn_micro),
            "ramp_technical_usd": usd(g.ramp_technical_micro),
            "parking_free_min": g.parking_free_min,
            "parking_usd_per_h": usd(g.parking_micro_per_h),
            "layover_usd": usd(g.layover_micro),
            "arrival_usd": usd(sum(c.amount_micro for c in g.charges if c.movement == "arrival")),
            "departure_usd": usd(
                sum(c.amount_micro for c in g.charges if c.movement == "departure")
            ),
        }
        for g in resolved.ground
    )
    return frame(GROUND, rows)


def pools(resolved: ResolvedInstance) -> pd.DataFrame:
    """Pools of tails with their terms for the period."""
    clock = Clock(resolved)
    rows = (
        {
            "pool": p.id,
            "tails": ";".join(p.tails),
            "operator": p.operator,
            "type": p.type,
            "base": p.base,
            "start_airport": p.start_airport,
            "end_airport": p.end_airport,
            "from_utc": clock.utc(p.available_from_min),
            "until_utc": clock.utc(p.available_until_min),
            "acmi": p.acmi,
            "returnable": p.returnable,
            "fixed_usd": usd(p.fixed_micro),
            "acmi_usd_per_block_h": usd(p.acmi_micro_per_block_h),
            "guarantee_min": p.guarantee_min,
            "min_block_min": p.min_block_min,
            "max_block_min": p.max_block_min,
        }
        for p in resolved.pools
    )
    return frame(POOLS, rows).astype({"min_block_min": "Int64", "max_block_min": "Int64"})


def windows(resolved: ResolvedInstance) -> pd.DataFrame:
    """Closures, slots, held slots, handling and stock in local and UTC times (C7, C8, C10)."""
    clock = Clock(resolved)
    rows: list[dict[str, Any]] = []

    def row(airport: str, rule: str, window: Window, **columns: Any) -> None:
        blank = {"operators": "", "types": "", "movements": None, "most_kg": None}
        times = {
            "from_local": clock.local(window.start_min, airport),
            "to_local": clock.local(window.end_min, airport),
            "from_utc": clock.utc(window.start_min),
            "to_utc": clock.utc(window.end_min),
        }
        rows.append(blank | columns | {"airport": airport, "rule": rule} | times)

    for closure in resolved.closures:
        users = {"operators": ";".join(closure.operators), "types": ";".join(closure.types)}
        for window in closure.windows:
            row(closure.airport, "closed", window, movement=closure.movement, **users)
    for limit in resolved.slot_limits:
        kind = "any" if limit.arrivals and limit.departures else "arrival"
        row(
            limit.airport,
            "slots",
            limit.window,
            movement=kind if limit.arrivals else "departure",
            operators=";".join(limit.operators),
            movements=limit.movements,
        )
    for held in resolved.held_slots:
        around = Window(held.minute - held.tolerance_min, held.minute + held.tolerance_min + 1)
        row(
            held.airport,
            "held slot",
            around,
            movement=held.movement,
            operators=held.operator,
            movements=held.slots,
        )
    for terminal in resolved.handling_limits:
        both = terminal.loaded and terminal.unloaded
        one = "loaded" if terminal.loaded else "unloaded"
        row(
            terminal.airport,
            "handling",
            terminal.window,
            movement="any" if both else one,
            most_kg=terminal.most_g / 1000,
        )
    period = Window(0, resolved.period.length_min)
    for stock in resolved.stock_limits:
        row(stock.airport, "stock", period, movement="", most_kg=stock.most_g / 1000)
    return frame(WINDOWS, rows).astype({"movements": "Int64", "most_kg": "Float64"})


def crews(resolved: ResolvedInstance) -> pd.DataFrame:
    """What crews may fly, and where they change (C13)."""
    rows = (
        {
            "operator": crew.operator,
            "type": crew.type,
            "rule": crew.rule,
            "pilots": limit.pilots,
            "report_from_local": limit.report[0],
            "report_to_local": limit.report[1],
            "max_sectors": limit.max_sectors,
            "max_flight_min": limit.max_flight_min,
            "max_duty_min": limit.max_duty_min,
            "report_min": crew.report_min,
            "basic_pilots": crew.basic_pilots,
            "changes": ";".join(x.airport + "*" * x.technical_stops for x in crew.changes),
        }
        for crew in resolved.crews
        for limit in crew.limits
    )
    limits = ("max_sectors", "max_flight_min", "max_duty_min")
    return frame(CREWS, rows).astype(dict.fromkeys(limits, "Int64"))


def blocks(resolved: ResolvedInstance) -> pd.DataFrame:
    """Capacity bought on flights of others (C18, K12)."""
    clock = Clock(resolved)
    rows = (
        {
            "block": b.id,
            "kind": b.kind,
            "operator": b.operator,
            "flight_number": b.flight,
            "origin": b.origin,
            "destination": b.destination,
            "off_block_utc": clock.utc(b.off_block_min),
            "on_block_utc": clock.utc(b.on_block_min),
            "weight_kg": kg(b.weight_g),
            "volume_m3": m3(b.volume_cm3),
            "fixed_usd": usd(b.fixed_micro),
            "usd_per_kg": b.pico_per_g * 1e-9,
            "meets": ";".join(b.meets),
        }
        for b in resolved.blocks
    )
    return frame(BLOCKS, rows)


def defaults(resolved: ResolvedInstance) -> pd.DataFrame:
    """Every value the instance left open, what filled it, and where that comes from."""
    rows = (
        {
            "table": d.table,
            "key": d.key,
            "field": d.field,
            "value": d.value,
            "provenance": d.provenance,
        }
        for d in resolved.defaults
    )
    return frame(DEFAULTS, rows)


RESOLVED_FILES: Final[dict[str, Callable[[ResolvedInstance], pd.DataFrame]]] = {
    "legs.csv": legs,
    "consignments.csv": consignments,
    "ground.csv": ground,
    "pools.csv": pools,
    "windows.csv": windows,
    "crews.csv": crews,
    "blocks.csv": blocks,
    "defaults.csv": defaults,
}
"""Tables of a resolved instance by file name."""
