"""Room for waiting cargo, for synthetic instances (C10)."""

from __future__ import annotations

from optimizer.generate.world import World

DAYS_OF_EXPORTS = 0.35
"""Exports that may wait, in days of what is offered (E)."""


def stock(world: World) -> None:
    """The gateway's terminal holds 35 % of a mean day's exports at a time (C10)."""
    exports_kg = sum(
        row["weight_kg"] for row in world.tables["demand"] if row["consignment"].startswith("E")
    )
    world.add(
        "stock",
        airport=world.gateways[0],
        most_kg=round(DAYS_OF_EXPORTS * exports_kg / world.days, -2),
    )
