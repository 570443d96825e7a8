"""The plan as tables: legs, loads, trucks and money lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.bought import carrying_flights
from optimizer.plan.crews import duties
from optimizer.plan.money import NAMES
from optimizer.plan.plan import Flight, Load, Plan, Truck
from optimizer.plan.trucks import truck_key
from optimizer.report.clock import Clock
from optimizer.report.frames import frame, kg, m3, ratio, usd
from optimizer.report.loading import LegLoad, direction, leg_data, leg_loads, leg_positions

SCHEDULE: Final = (
    "flight", "pool", "tail", "operator", "type", "route", "leg", "origin", "destination", "stop",
    "direction", "off_block_local", "on_block_local", "off_block_utc", "on_block_utc", "block_min",
    "distance_km", "load_kg", "cap_kg", "load_factor_weight", "volume_m3", "volume_cap_m3",
    "load_factor_volume", "cap_limit", "lost_kg", "fuel_kg", "duty", "pilots",
    "main_positions", "lower_positions", "uld_positions",
)  # fmt: skip
LOADS: Final = (
    "consignment", "origin", "destination", "customs", "kg", "m3", "segment", "flight",
    "weeks_later", "lift", "operator", "uplift_leg", "discharge_leg", "uplift", "discharge",
    "off_block_local", "on_block_local", "connection_h", "feeder_lane", "feeder_dispatch_utc",
    "delivery_lane", "delivery_dispatch_utc", "delivered_utc", "due_utc", "freight_usd",
)  # fmt: skip
TRUCKS: Final = (
    "lane", "origin", "destination", "customs", "dispatch_local", "dispatch_utc", "trucks", "kg",
    "payload_kg", "m3", "volume_cap_m3", "fill", "cost_usd",
)  # fmt: skip
COSTS: Final = (
    "code", "name", "item", "amount_usd", "operator", "flight", "leg", "tail", "station",
    "consignment", "lane",
)  # fmt: skip


def schedule(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """Legs by flight, with local and UTC times, load and capacity."""
    clock = Clock(resolved)
    loads = leg_loads(resolved, plan)
    packed = leg_positions(resolved, plan)
    rows = [
        _leg_row(resolved, clock, flight, index, loads[flight.id, index])
        | crew
        | packed[flight.id, index]
        for flight in plan.flights
        for index, crew in enumerate(_crews(resolved, flight))
    ]
    return frame(SCHEDULE, rows).astype({"duty": "Int64", "pilots": "Int64"})


def _crews(resolved: ResolvedInstance, flight: Flight) -> list[dict[str, Any]]:
    """By leg: number of the duty and pilots on board (C13); blank without a crew rule."""
    pool = resolved.pool.get(flight.pool)
    found = duties(resolved, flight.rotation, acmi=pool is not None and pool.acmi)
    if not found:
        return [{"duty": None, "pilots": None}] * len(flight.rotation.legs)
    return [
        {"duty": number, "pilots": duty.pilots}
        for number, duty in enumerate(found, start=1)
        for _ in range(duty.first_leg, duty.last_leg + 1)
    ]


def _leg_row(
    resolved: ResolvedInstance, clock: Clock, flight: Flight, index: int, load: LegLoad
) -> dict[str, Any]:
    rotation, leg = flight.rotation, flight.rotation.legs[index]
    data = leg_data(resolved, flight, index)
    usable_cm3 = resolved.type[rotation.type].volume_cm3
    row: dict[str, Any] = {
        "flight": flight.id,
        "pool": flight.pool,
        "tail": flight.tail,
        "operator": rotation.operator,
        "type": rotation.type,
        "route": rotation.route,
        "leg": index + 1,
        "origin": leg.origin,
        "destination": leg.destination,
        "stop": leg.stop,
        "direction": direction(resolved, flight, index),
        "off_block_local": clock.local(leg.off_block_min, leg.origin),
        "on_block_local": clock.local(leg.on_block_min, leg.destination),
        "off_block_utc": clock.utc(leg.off_block_min),
        "on_block_utc": clock.utc(leg.on_block_min),
        "block_min": leg.block_min,
        "load_kg": kg(load.grams),
        "volume_m3": m3(load.volume_cm3),
        "volume_cap_m3": m3(usable_cm3),
        "load_factor_volume": ratio(load.volume_cm3, usable_cm3),
    }
    if data is None:
        blank = ("distance_km", "cap_kg", "load_factor_weight", "cap_limit", "lost_kg", "fuel_kg")
        return row | dict.fromkeys(blank)
    return row | {
        "distance_km": round(data.distance_km, 1),
        "cap_kg": data.cap_kg,
        "load_factor_weight": ratio(kg(load.grams), data.cap_kg),
        "cap_limit": data.binding,
        "lost_kg": data.lost_kg,
        "fuel_kg": round(data.fuel_fixed_kg + data.fuel_per_kg * kg(load.grams)),
    }


def loads(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """Consignment by consignment: feeder truck, legs on board, delivery truck."""
    clock = Clock(resolved)
    flights = carrying_flights(resolved, plan)
    rows = [row for load in plan.loads for row in _load_rows(resolved, flights, clock, load)]
    return frame(LOADS, rows)


def _load_rows(
    resolved: ResolvedInstance, flights: Mapping[str, Flight], clock: Clock, load: Load
) -> list[dict[str, Any]]:
    """One row per segment."""
    c = resolved.consignment[load.consignment]
    rows: list[dict[str, Any]] = []
    arrived_min: int | None = None
    for number, segment in enumerate(load.segments, start=1):
        flight = flights[segment.flight]
        block = resolved.block.get(segment.flight)
        up = flight.rotation.legs[segment.uplift_leg]
        down = flight.rotation.legs[segment.discharge_leg]
        shift = segment.weeks_later * resolved.period.length_min
        feeder = load.feeder if number == 1 else None
        ends = number == len(load.segments) and not load.abandoned
        delivery = load.delivery if ends else None
        connection_h = None
        if arrived_min is not None:
            connection_h = round((up.off_block_min + shift - arrived_min) / 60, 2)
        delivered_min = arrived_min = down.on_block_min + shift
        if delivery is not None:
            delivered_min = delivery.dispatch_min + resolved.lane[delivery.lane].truck_min
        rows.append(
            {
                "consignment": c.id,
                "origin": c.origin,
                "destination": c.destination,
                "customs": c.customs,
                "kg": kg(load.grams),
                "m3": m3(load.grams * c.volume_cm3 / c.weight_g),
                "segment": number,
                "flight": flight.id,
                "weeks_later": segment.weeks_later,
                "lift": "own" if block is None else block.kind,
                "operator": flight.rotation.operator,
                "uplift_leg": segment.uplift_leg + 1,
                "discharge_leg": segment.discharge_leg + 1,
                "uplift": up.origin,
                "discharge": down.destination,
                "off_block_local": clock.local(up.off_block_min + shift, up.origin),
                "on_block_local": clock.local(down.on_block_min + shift, down.destination),
                "connection_h": connection_h,
                "delivered_utc": clock.utc(delivered_min) if ends else "",
                "due_utc": clock.utc(c.due_min),
                "freight_usd": round(usd(c.revenue_micro) * load.grams / c.weight_g, 2)
                if ends
                else 0.0,
            }
            | _truck_columns("feeder", feeder, clock)
            | _truck_columns("delivery", delivery, clock)
        )
    return rows


def _truck_columns(end: str, truck: Truck | None, clock: Clock) -> dict[str, str]:
    lane, dispatch = ("", "") if truck is None else (truck.lane, clock.utc(truck.dispatch_min))
    return {f"{end}_lane": lane, f"{end}_dispatch_utc": dispatch}


def trucks(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """Truck runs with what is on them and how full they are (C12, K10)."""
    clock = Clock(resolved)
    cargo = truck_cargo(resolved, plan)
    rows = []
    for run in plan.trucks:
        lane = resolved.lane[run.lane]
        load = cargo.get((run.lane, run.dispatch_min, run.customs), LegLoad())
        payload_g, volume_cm3 = run.trucks * lane.payload_g, run.trucks * lane.volume_cm3
        airport = lane.destination if lane.destination in resolved.airport else lane.origin
        rows.append(
            {
                "lane": lane.id,
                "origin": lane.origin,
                "destination": lane.destination,
                "customs": run.customs,
                "dispatch_local": clock.local(run.dispatch_min, airport),
                "dispatch_utc": clock.utc(run.dispatch_min),
                "trucks": run.trucks,
                "kg": kg(load.grams),
                "payload_kg": kg(payload_g),
                "m3": m3(load.volume_cm3),
                "volume_cap_m3": m3(volume_cm3),
                "fill": max(
                    ratio(load.grams, payload_g),
                    ratio(load.volume_cm3, volume_cm3),
                ),
                "cost_usd": usd(run.trucks * dict(lane.cost_micro)[run.customs]),
            }
        )
    return frame(TRUCKS, rows)


def truck_cargo(resolved: ResolvedInstance, plan: Plan) -> dict[tuple[str, int, str], LegLoad]:
    """Weight and volume by lane, dispatch and customs mode."""
    cargo: dict[tuple[str, int, str], LegLoad] = {}
    for load in plan.loads:
        c = resolved.consignment[load.consignment]
        for truck in (load.feeder, load.delivery):
            if truck is not None:
                key = truck_key(resolved, truck, c.customs)
                had = cargo.get(key, LegLoad())
                volume_cm3 = had.volume_cm3 + load.grams * c.volume_cm3 / c.weight_g
                cargo[key] = LegLoad(had.grams + load.grams, volume_cm3)
    return cargo


def costs(plan: Plan) -> pd.DataFrame:
    """Every revenue (positive) and cost (negative) line with its keys."""
    rows = [
        {
            "code": line.code,
            "name": NAMES[line.code],
            "item": line.item,
            "amount_usd": usd(line.amount_micro),
            "operator": line.operator,
            "flight": line.flight,
            "leg": None if line.leg is None else line.leg + 1,
            "tail": line.tail,
            "station": line.station,
            "consignment": line.consignment,
            "lane": line.lane,
        }
        for line in plan.money
    ]
    return frame(COSTS, rows).astype({"leg": "Int64"})
