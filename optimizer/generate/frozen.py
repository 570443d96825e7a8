"""Frozen decisions of synthetic instances: a part of a timetable that is published (C20, K14)."""

from __future__ import annotations

from optimizer.generate.capacity import reachable
from optimizer.generate.draft import Cells
from optimizer.generate.facts import Destination
from optimizer.generate.world import World

GIVEN_UP_USD, MOVED_USD = 60_000.0, 5_000.0
"""What it costs not to fly a published flight, and to move it by up to `MOVED_MIN` minutes (E)."""
MOVED_MIN = 180
SHORT_USD_PER_KG = 0.5
"""What a kg costs that is not on the flight it is booked on (E)."""


def frozen(world: World) -> None:
    """One flight to every second destination, at an odd minute, with a third of a consignment.

    Moving it costs less than giving it up: two rows each.
    """
    for number, destination in enumerate(world.destinations):
        flyers = [t for t in world.tails if reachable(t, destination)]
        if number % 2 or not flyers:
            continue
        tail = world.rng.choice(flyers)
        off_min = world.rng.randrange(0, world.length_min // 2)
        name = f"{tail.carrier.operator}-{destination.airport}"
        for suffix, within_min, usd in (
            ("", MOVED_MIN, GIVEN_UP_USD),
            (" on time", 0, MOVED_USD),
        ):
            world.add(
                "frozen_flights",
                flight=f"{name}{suffix}",
                operator=tail.carrier.operator,
                type=tail.type,
                route=f"{tail.base}-{destination.airport}-{tail.base}",
                departs_at=[world.at(off_min)],
                within_min=within_min,
                penalty_usd=usd,
            )
        booked = _dearest(world, destination)
        if booked is not None:
            world.add(
                "frozen_cargo",
                tendered=f"{name} cargo",
                consignment=booked["consignment"],
                flight=name,
                weight_kg=round(booked["weight_kg"] / 3, 1),
                penalty_usd_per_kg=SHORT_USD_PER_KG,
            )


def _dearest(world: World, destination: Destination) -> Cells | None:
    """The consignment to a destination that pays most a kg; the first of equal ones."""
    rows = [r for r in world.tables["demand"] if r["destination"] == destination.airport]
    return max(rows, key=lambda r: float(r["usd_per_chargeable_kg"]), default=None)
