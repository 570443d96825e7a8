"""Capacity sold: which flight provides which block, and what it earns (C18, R3)."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Load, Plan
from optimizer.report.clock import Clock
from optimizer.report.frames import frame, kg, m3, usd

SOLD: Final = (
    "sold", "kind", "contracted", "origin", "destination", "departs_from_utc",
    "departs_until_utc", "sold_kg", "sold_m3", "price_usd", "provided", "flight", "first_leg",
    "last_leg", "operator", "type", "off_block_local", "off_block_utc", "earned_usd",
    "penalty_usd",
)  # fmt: skip
KINDS: Final = {"block": "block", "aircraft": "charter"}


def sold(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """Blocks and charters sold, those that are not provided too; legs count from 0."""
    clock = Clock(resolved)
    loads = {load.consignment: load for load in plan.loads}
    contracts = {
        name: commitment.id for commitment in resolved.commitments if commitment.flight is None
        for name in commitment.consignments
    }  # fmt: skip
    penalty = {line.item: -line.amount_micro for line in plan.money if line.code == "K14"}
    rows: list[dict[str, Any]] = []
    for c in resolved.consignments:
        if not c.sold:
            continue
        load = loads.get(c.id)
        rows.append(
            {
                "sold": c.id,
                "kind": KINDS[c.sold],
                "contracted": c.id in contracts,
                "origin": c.origin,
                "destination": c.destination,
                "departs_from_utc": clock.utc(c.ready_min),
                "departs_until_utc": clock.utc(c.ready_min + (c.max_dwell_min or 0)),
                "sold_kg": kg(c.weight_g),
                "sold_m3": m3(c.volume_cm3),
                "price_usd": usd(c.revenue_micro),
                "provided": load is not None,
                "earned_usd": usd(_earned_micro(plan, c.id)),
                "penalty_usd": usd(penalty.get(contracts.get(c.id, ""), 0)),
            }
            | _flight(plan, clock, load)
        )
    return frame(SOLD, rows).astype({"first_leg": "Int64", "last_leg": "Int64"})


def sold_figures(resolved: ResolvedInstance, plan: Plan) -> dict[str, Any]:
    """How many blocks are sold and provided, their weight, and R3."""
    offers = [c for c in resolved.consignments if c.sold]
    provided = {load.consignment for load in plan.loads}
    return {
        "sold_blocks": len(offers),
        "sold_blocks_provided": sum(c.id in provided for c in offers),
        "sold_kg": kg(sum(c.weight_g for c in offers)),
        "sold_kg_provided": kg(sum(c.weight_g for c in offers if c.id in provided)),
    }


def _earned_micro(plan: Plan, name: str) -> int:
    lines = (line for line in plan.money if (line.code, line.consignment) == ("R3", name))
    return sum(line.amount_micro for line in lines)


def _flight(plan: Plan, clock: Clock, load: Load | None) -> dict[str, Any]:
    if load is None:
        return {"flight": "", "first_leg": None, "last_leg": None, "operator": "", "type": "",
                "off_block_local": "", "off_block_utc": ""}  # fmt: skip
    segment = load.segments[0]
    rotation = next(f.rotation for f in plan.flights if f.id == segment.flight)
    leg = rotation.legs[segment.uplift_leg]
    return {
        "flight": segment.flight,
        "first_leg": segment.uplift_leg,
        "last_leg": segment.discharge_leg,
        "operator": rotation.operator,
        "type": rotation.type,
        "off_block_local": clock.local(leg.off_block_min, leg.origin),
        "off_block_utc": clock.utc(leg.off_block_min),
    }
