"""Bought capacity: what is used of it, and what it costs (C18, K12)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import pandas as pd

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Plan
from optimizer.report.clock import Clock
from optimizer.report.frames import frame, kg, m3, ratio, usd

BLOCKS: Final = (
    "block", "kind", "operator", "flight_number", "origin", "destination", "off_block_local",
    "on_block_local", "off_block_utc", "on_block_utc", "bought_kg", "used_kg", "bought_m3",
    "used_m3", "use", "fixed_usd", "used_usd", "cost_usd",
)  # fmt: skip


def blocks(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """Flights of others on which capacity is bought, by block; unused ones too."""
    clock = Clock(resolved)
    grams, volume_cm3 = defaultdict[str, int](int), defaultdict[str, float](float)
    for load in plan.loads:
        c = resolved.consignment[load.consignment]
        for segment in load.segments:
            grams[segment.flight] += load.grams
            volume_cm3[segment.flight] += load.grams * c.volume_cm3 / c.weight_g
    paid_micro: dict[tuple[str, str], int] = defaultdict(int)
    for line in plan.money:
        if line.code == "K12":
            paid_micro[line.flight, line.item] -= line.amount_micro
    rows: list[dict[str, Any]] = []
    for block in resolved.blocks:
        used_g, used_cm3 = grams[block.id], volume_cm3[block.id]
        fixed, used = paid_micro[block.id, "block"], paid_micro[block.id, "used"]
        rows.append(
            {
                "block": block.id,
                "kind": block.kind,
                "operator": block.operator,
                "flight_number": block.flight,
                "origin": block.origin,
                "destination": block.destination,
                "off_block_local": clock.local(block.off_block_min, block.origin),
                "on_block_local": clock.local(block.on_block_min, block.destination),
                "off_block_utc": clock.utc(block.off_block_min),
                "on_block_utc": clock.utc(block.on_block_min),
                "bought_kg": kg(block.weight_g),
                "used_kg": kg(used_g),
                "bought_m3": m3(block.volume_cm3),
                "used_m3": m3(used_cm3),
                "use": max(ratio(used_g, block.weight_g), ratio(used_cm3, block.volume_cm3)),
                "fixed_usd": usd(fixed),
                "used_usd": usd(used),
                "cost_usd": usd(fixed + used),
            }
        )
    return frame(BLOCKS, rows)


def lift_figures(resolved: ResolvedInstance, plan: Plan) -> dict[str, Any]:
    """Kilograms on own flights alone and on bought capacity on some of their way, and how much of
    it is used."""
    lifted_by = [({segment.flight for segment in load.segments}, load.grams) for load in plan.loads]
    blocks = resolved.block.keys()
    bought_g = sum(grams for flights, grams in lifted_by if flights & blocks)
    used = set[str]().union(*(flights for flights, _ in lifted_by)) & blocks
    return {
        "own_lift_kg": kg(sum(load.grams for load in plan.loads) - bought_g),
        "bought_lift_kg": kg(bought_g),
        "bought_capacity_kg": kg(sum(block.weight_g for block in resolved.blocks)),
        "blocks": len(resolved.blocks),
        "blocks_used": len(used),
    }
