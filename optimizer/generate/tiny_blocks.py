"""Bought capacity of tiny instances (C18, K12)."""

from __future__ import annotations

from optimizer.generate.draft import Cells
from optimizer.generate.tiny_world import PAYLOAD_KG, TinyDraft

CARRIER = "XB"
"""Who flies most of it: nobody of the fleet."""


def blocks(draft: TinyDraft) -> None:
    """Room for a part of some consignments, bought hard or soft, below and above what they pay."""
    rows, rng = draft.tables["demand"], draft.rng
    chosen = rng.sample(rows, min(len(rows), rng.choice((1, 2, 2, 3))))
    for number, row in enumerate(chosen, start=1):
        _block(draft, f"B{number}", row)
    if draft.chance(0.3):  # a hard and a soft part of one flight
        first = draft.tables["blocks"][0]
        draft.tables["blocks"].append(
            {**first, "block": "B9", "fixed_usd": 0.0, "usd_per_kg": rng.choice((0.5, 1.4))}
        )


def _block(draft: TinyDraft, name: str, row: Cells) -> None:
    """A flight between the airports of a consignment, within its time or nearly."""
    rng = draft.rng
    origin, destination = _airports(draft, row)
    gateway = origin in draft.gateways
    flight = draft.block_min[(origin, destination) if gateway else (destination, origin)]
    first = int((row["ready_at"] - draft.start).total_seconds()) // 60
    last = int((row["due_at"] - draft.start).total_seconds()) // 60 - flight
    off = first + round((last - first) * rng.uniform(0.5, 0.95))
    if not draft.cyclic:
        off = min(max(off, 0), draft.length_min - 1)
    weight_kg = round(min(row["weight_kg"], max(PAYLOAD_KG.values())) * rng.uniform(0.1, 0.7), -1)
    density = row["weight_kg"] / row["volume_m3"] * rng.choice((0.7, 1.0, 1.5))
    share, hard = rng.choice((0.1, 0.3, 0.5, 0.8, 1.1)), draft.chance(0.4)
    rate = row["usd_per_chargeable_kg"] * share
    needs = row.get("requires") or []
    carrier = rng.choice(draft.operators) if draft.chance(0.2) else CARRIER
    if row.get("carriers") and draft.chance(0.7):
        row["carriers"] = [*row["carriers"], carrier]
    draft.add(
        "blocks",
        block=name,
        kind=rng.choice(("bsa", "interline", "belly")),
        operator=carrier,
        flight=f"{carrier}{100 + len(draft.tables['blocks'])}",
        origin=origin,
        destination=destination,
        departs_at=draft.at(off),
        arrives_at=draft.at(off + flight),
        weight_kg=max(100.0, weight_kg),
        volume_m3=round(max(100.0, weight_kg) / density, 2),
        fixed_usd=round(rate * weight_kg) if hard else 0.0,
        usd_per_kg=rng.choice((0.0, 0.05)) if hard else round(rate, 2),
        meets=needs if draft.chance(0.6) else [],
    )


def _airports(draft: TinyDraft, row: Cells) -> tuple[str, str]:
    """An airport where a consignment may be lifted, and one where it may be unloaded."""
    codes = {place.code for place in draft.places}
    near = {"origin": "destination", "destination": "origin"}
    found = []
    for end in ("origin", "destination"):
        place = row[end]
        lanes = [x[near[end]] for x in draft.tables["lanes"] if x[end] == place]
        airports = sorted({a for a in [place, *lanes] if a in codes})
        found.append(draft.rng.choice(airports))
    return found[0], found[1]
