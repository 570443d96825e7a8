"""Cargo that changes aircraft at the hub, for synthetic instances (C21)."""

from __future__ import annotations

from optimizer.generate.world import World

MODES = ("airside", "special zone", "standard")
SHARE = 8
"""One of so many imports goes on to another station."""
THROUGH_RATE = 0.9
"""Through freight relative to that of both ways (E)."""


def transit(world: World) -> None:
    """Some imports go on to a station, as an export would, and change aircraft for it (C21)."""
    rng, rows = world.rng, world.tables["demand"]
    imports = [row for row in rows if row["consignment"].startswith("I")]
    exports = [row for row in rows if row["consignment"].startswith("E")]
    number = min(len(imports), max(2, round(len(imports) / SHARE)))
    for row in rng.sample(imports, number):
        onward = [x for x in exports if x["destination"] != row["origin"]]
        if not onward:
            continue
        then = rng.choice(onward)
        rate = row["usd_per_chargeable_kg"] + then["usd_per_chargeable_kg"]
        row["destination"] = then["destination"]
        row["due_at"] += then["due_at"] - then["ready_at"]
        row["usd_per_chargeable_kg"] = round(THROUGH_RATE * rate, 2)
        row["transit"] = rng.choice(MODES)
