"""How well capacity is used: break-even loads, directional load factors, hours of each tail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.plan.money import rate_micro
from optimizer.plan.plan import Flight, Plan
from optimizer.report.allocation import Cell, cells
from optimizer.report.frames import frame, kg, usd
from optimizer.report.loading import (
    LegKey,
    LegLoad,
    Traffic,
    direction,
    leg_data,
    leg_loads,
    traffic,
)

BREAK_EVEN: Final = (
    "flight", "operator", "route", "carried_kg", "load_factor_weight", "margin_usd_per_kg",
    "flight_cost_usd", "ownership_usd", "break_even_kg", "break_even_load_factor",
    "break_even_with_ownership_kg", "break_even_with_ownership_load_factor",
)  # fmt: skip
LOAD_FACTORS: Final = (
    "scope", "key", "direction", "legs", "tonne_km", "available_tonne_km", "load_factor_weight",
    "load_factor_volume",
)  # fmt: skip
UTILISATION: Final = (
    "tail", "pool", "operator", "type", "tails", "returned", "flights", "legs", "block_hours",
    "days", "block_hours_per_day", "min_block_hours", "max_block_hours", "acmi_guarantee_hours",
)  # fmt: skip
_CARGO_CODES: Final = frozenset(("R1", "R2", "R3", "K9", "K10", "K11"))


def break_even(
    resolved: ResolvedInstance, plan: Plan, parts: Iterable[Cell] | None = None
) -> pd.DataFrame:
    """The load at which each rotation earns nothing, with the mix of cargo it carries.

    The margin per kg is freight, surcharges and support by tonne less handling, trucks, storage and
    the fuel that the cargo burns, with its carbon; flight cost is everything else but ownership
    (K4). Break-even is blank where the margin is not positive.
    """
    cargo: dict[str, int] = defaultdict(int)
    flying: dict[str, int] = defaultdict(int)
    owning: dict[str, int] = defaultdict(int)
    for cell in cells(resolved, plan) if parts is None else parts:
        kind = cargo if cell.code in _CARGO_CODES else owning if cell.code == "K4" else flying
        kind[cell.flight] += cell.amount_micro
    loads = leg_loads(resolved, plan)
    carried_g = _carried_g(plan)
    supported: dict[str, int] = defaultdict(int)
    for line in plan.money:
        if line.code == "R4" and line.consignment:
            supported[line.flight] += line.amount_micro
    rows = []
    for flight in plan.flights:
        burnt = _load_fuel_micro(resolved, flight, loads) - supported[flight.id]
        factor = traffic(resolved, [flight], loads).load_factor_weight
        margin, cost = cargo[flight.id] - burnt, -flying[flight.id] - burnt
        carried_kg = kg(carried_g[flight.id])
        row: dict[str, Any] = {
            "flight": flight.id,
            "operator": flight.rotation.operator,
            "route": flight.rotation.route,
            "carried_kg": carried_kg,
            "load_factor_weight": round(factor, 4),
            "margin_usd_per_kg": round(usd(margin) / carried_kg, 4) if carried_kg else None,
            "flight_cost_usd": usd(cost),
            "ownership_usd": usd(-owning[flight.id]),
        }
        for name, fixed in (("", cost), ("_with_ownership", cost - owning[flight.id])):
            share = fixed / margin if margin > 0 else None
            row[f"break_even{name}_kg"] = None if share is None else round(share * carried_kg)
            row[f"break_even{name}_load_factor"] = (
                None if share is None else round(share * factor, 4)
            )
        rows.append(row)
    return frame(BREAK_EVEN, rows)


def _carried_g(plan: Plan) -> dict[str, int]:
    """Grams uplifted by each flight."""
    carried_g: dict[str, int] = defaultdict(int)
    for load in plan.loads:
        for flight_id in dict.fromkeys(segment.flight for segment in load.segments):
            carried_g[flight_id] += load.grams
    return carried_g


def _load_fuel_micro(
    resolved: ResolvedInstance, flight: Flight, loads: dict[LegKey, LegLoad]
) -> int:
    """Fuel that a flight burns, and carbon it pays, only because of its load."""
    burnt = 0
    for i in range(len(flight.rotation.legs)):
        data = leg_data(resolved, flight, i)
        if data is not None:
            grams = loads[flight.id, i].grams
            burnt += rate_micro(grams, data.fuel_pico_per_g)
            burnt += rate_micro(grams, data.carbon_pico_per_g)
    return burnt


def load_factors(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """Load factors by direction: in all, by operator and by route, weighted by distance."""
    loads = leg_loads(resolved, plan)
    sums: dict[tuple[str, str, str], Traffic] = defaultdict(Traffic)
    for flight in plan.flights:
        scopes = (
            ("all", ""),
            ("operator", flight.rotation.operator),
            ("route", flight.rotation.route),
        )
        for i in range(len(flight.rotation.legs)):
            for scope, key in scopes:
                for way in (direction(resolved, flight, i), "all"):
                    sums[scope, key, way].add(resolved, flight, i, loads[flight.id, i])
    order = ("outbound", "between", "inbound", "all")
    rows = [
        {
            "scope": scope,
            "key": key,
            "direction": way,
            "legs": total.legs,
            "tonne_km": round(total.kg_km / 1000),
            "available_tonne_km": round(total.available_kg_km / 1000),
            "load_factor_weight": round(total.load_factor_weight, 4),
            "load_factor_volume": round(total.load_factor_volume, 4),
        }
        for (scope, key, way), total in sorted(
            sums.items(), key=lambda item: (item[0][0], item[0][1], order.index(item[0][2]))
        )
    ]
    return frame(LOAD_FACTORS, rows)


def utilisation(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """Block hours a day of each tail, parked ones included; in a cyclic week of each pool."""
    flights: dict[str, list[Flight]] = defaultdict(list)
    for flight in plan.flights:
        flights[flight.tail or flight.pool].append(flight)
    rows = []
    for pool in resolved.pools:
        if resolved.period.cyclic and pool.size > 1:
            flown = [f for tail in (pool.id, *pool.tails) for f in flights.get(tail, ())]
            rows.append(_tail_row(resolved, plan, pool, pool.id, pool.tails, flown))
            continue
        for tail in pool.tails:
            flown = flights.get(tail, [])
            rows.append(_tail_row(resolved, plan, pool, tail, (tail,), flown))
    return frame(UTILISATION, rows)


def _tail_row(
    resolved: ResolvedInstance,
    plan: Plan,
    pool: ResolvedPool,
    name: str,
    tails: tuple[str, ...],
    flown: list[Flight],
) -> dict[str, Any]:
    returned = sum(tail in plan.returned for tail in tails)
    kept = len(tails) - returned
    block_h = sum(f.rotation.block_min for f in flown) / 60
    whole = pool.available_until_min - pool.available_from_min
    days = (resolved.period.length_min if resolved.period.cyclic else whole) / 1440

    def hours(minutes: int | None) -> float | None:
        return None if minutes is None else round(kept * minutes / 60, 2)

    return {
        "tail": name,
        "pool": pool.id,
        "operator": pool.operator,
        "type": pool.type,
        "tails": len(tails),
        "returned": returned,
        "flights": len(flown),
        "legs": sum(len(f.rotation.legs) for f in flown),
        "block_hours": round(block_h, 2),
        "days": round(days, 2),
        "block_hours_per_day": round(block_h / (days * kept), 2) if days and kept else 0.0,
        "min_block_hours": hours(pool.min_block_min),
        "max_block_hours": hours(pool.max_block_min),
        "acmi_guarantee_hours": hours(pool.guarantee_min if pool.acmi else None),
    }
