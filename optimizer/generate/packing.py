"""ULD positions of generated cargo (C6)."""

from __future__ import annotations

from optimizer.generate.tiny_world import PAYLOAD_KG, TinyDraft
from optimizer.generate.world import World

MEAN_KG = 3000
"""What a position of a tiny instance's aircraft holds if it is full by weight."""
M3_PER_POSITION = 14.0
"""What of a pallet's contour is used, over both decks of a widebody freighter (E)."""
MAIN_DECK_SHARE = 1 / 10


def tiny_positions(draft: TinyDraft) -> None:
    """Few positions, and cargo that fills them at various weights, some for one deck only (C6)."""
    rng = draft.rng
    for row in draft.tables["types"]:
        number = PAYLOAD_KG[row["type"]] / MEAN_KG
        row["main_positions"] = round(number * rng.choice((0.4, 0.6)))
        row["lower_positions"] = round(number * rng.choice((0.15, 0.3)))
    for row in draft.tables["demand"]:
        if draft.chance(0.9):
            kg = rng.choice((900, 1600, 2500, 4000))
            row["uld_positions"] = round(row["weight_kg"] / kg, 1) or 0.1
            row["deck"] = rng.choice(("any", "any", "main", "main", "lower"))


def positions(world: World) -> None:
    """Cargo takes positions by its volume; one consignment in ten the main deck's only (C6)."""
    for row in world.tables["demand"]:
        row["uld_positions"] = round(max(0.01, row["volume_m3"] / M3_PER_POSITION), 2)
        if world.rng.random() < MAIN_DECK_SHARE:
            row["deck"] = "main"
