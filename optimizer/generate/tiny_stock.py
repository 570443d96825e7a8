"""Tiny instances whose terminals hold little (C10)."""

from __future__ import annotations

from optimizer.generate.tiny_world import TinyDraft


def stock(draft: TinyDraft) -> None:
    """Less than is offered may wait at a time at the gateway, and maybe at a station (C10)."""
    rng = draft.rng
    offered = sum(row["weight_kg"] for row in draft.tables["demand"])
    airports = [draft.gateways[0]]
    if draft.chance(0.4):
        airports.append(rng.choice(draft.stations).code)
    for airport in airports:
        draft.add(
            "stock", airport=airport, most_kg=round(offered * rng.choice((0.08, 0.15, 0.3)), 3)
        )
    if not draft.reference_data and draft.chance(0.5):
        draft.settings["prices"]["storage_usd_per_kg_h"] = rng.choice((0.002, 0.01))
