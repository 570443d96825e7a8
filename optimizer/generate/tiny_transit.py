"""Tiny instances with cargo that changes aircraft at a gateway (C21)."""

from __future__ import annotations

from optimizer.generate.tiny_world import TinyDraft

MODES = (("airside", 180), ("special zone", 360), ("standard", 600))
DENSITY_KG_PER_M3 = 180.0


def transit(draft: TinyDraft) -> None:
    """Cargo from station to station, which needs two rotations and time between them (C21)."""
    rng = draft.rng
    if len(draft.stations) < 2:
        return
    for mode, minutes in MODES:
        draft.add("connections", mode=mode, connection_min=minutes * rng.choice((1, 1, 1, 2)))
    if draft.chance(0.3):
        draft.add("connections", mode="airside", gateway=draft.gateways[0], connection_min=1440)
    if not draft.reference_data:
        draft.settings["prices"]["storage_usd_per_kg_h"] = rng.choice((0.0, 0.005, 0.02))
    for number in range(rng.choice((1, 2, 2, 3))):
        origin, destination = rng.sample(draft.stations, 2)
        weight_kg = round(rng.uniform(8_000, 60_000), -2)
        ready = rng.randrange(0, draft.length_min // 4, 30)
        length = draft.block_min[draft.gateways[0], origin.code]
        length += draft.block_min[draft.gateways[0], destination.code]
        slack = draft.length_min * 3 // 4 if draft.cyclic else draft.length_min
        rate = (origin.back_rate + destination.out_rate) * rng.uniform(0.9, 1.8)
        draft.add(
            "demand",
            consignment=f"X{number + 1}",
            origin=origin.code,
            destination=destination.code,
            commodity="transit cargo",
            weight_kg=weight_kg,
            volume_m3=round(weight_kg / DENSITY_KG_PER_M3 * rng.uniform(0.6, 1.4), 2),
            ready_at=draft.at(ready),
            due_at=draft.at(ready + length + slack),
            usd_per_chargeable_kg=round(rate, 2),
            surcharge_usd_per_kg=rng.choice((0.0, 0.3)),
            max_dwell_h=rng.choice((18.0, 30.0, 48.0)) if draft.chance(0.3) else None,
            transit=rng.choice([mode for mode, _ in MODES]),
        )
