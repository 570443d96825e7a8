"""Frozen decisions of tiny instances: published flights and tendered cargo (C20, K14)."""

from __future__ import annotations

from optimizer.generate.draft import Cells
from optimizer.generate.tiny_world import TinyDraft


def frozen(draft: TinyDraft) -> None:
    """One or two published flights at odd minutes, some with cargo, hard or for a penalty."""
    for number in range(draft.rng.choice((1, 1, 2))):
        station = draft.rng.choice(draft.stations).code
        flight = _flight(draft, f"P{number + 1}", station)
        if draft.chance(0.5):
            for row in draft.tables["demand"]:
                if station in (row["origin"], row["destination"]):
                    row["usd_per_chargeable_kg"] = round(row["usd_per_chargeable_kg"] * 0.45, 2)
        _cargo(draft, flight["flight"], station)


def _flight(draft: TinyDraft, name: str, station: str) -> Cells:
    """A turn to a station that a tail of the fleet could fly, tight limits aside."""
    rng = draft.rng
    row = rng.choice(draft.tables["fleet"])
    out_min = draft.block_min[row["base"], station]
    trip_min = out_min + draft.block_min[station, row["base"]] + 900
    latest = draft.length_min if draft.cyclic else max(60, draft.length_min - trip_min)
    departs_min = [rng.randrange(latest)]
    if draft.chance(0.4):
        departs_min.append(departs_min[0] + out_min + rng.choice((300, 437, 700)))
    tail = row["tail"]
    if not draft.cyclic and row["count"] > 1 and draft.chance(0.7):
        tail = f"{tail}-{rng.randrange(row['count']) + 1}"
    return draft.add(
        "frozen_flights",
        flight=name,
        operator=row["operator"],
        type=row["type"],
        tail=tail if draft.chance(0.4) else None,
        route=f"{row['base']}-{station}-{row['base']}",
        departs_at=[draft.at(minute) for minute in departs_min],
        within_min=rng.choice((0, 0, 0, 45, 240)),
        penalty_usd=rng.choice((None, None, 4_000.0, 30_000.0, 120_000.0)),
    )


def _cargo(draft: TinyDraft, flight: str, station: str) -> None:
    """Some cargo from or to the station is booked on the flight."""
    rng = draft.rng
    booked = [r for r in draft.tables["demand"] if station in (r["origin"], r["destination"])]
    if booked and draft.chance(0.7):
        row = rng.choice(booked)
        draft.add(
            "frozen_cargo",
            tendered=f"B{flight}",
            consignment=row["consignment"],
            flight=flight,
            weight_kg=round(row["weight_kg"] * rng.uniform(0.1, 0.8), 3),
            penalty_usd_per_kg=rng.choice((None, 0.3, 1.2, 5.0)),
        )
