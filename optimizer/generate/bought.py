"""Bought capacity of synthetic instances (C18, K12): belly, interline and block space."""

from __future__ import annotations

from datetime import timedelta

from optimizer.data import reference
from optimizer.generate.draft import Cells
from optimizer.generate.facts import Destination
from optimizer.generate.sphere import Position, sphere_km
from optimizer.generate.world import World

CARRIER = "XB"
"""Who flies all of it: a passenger airline, and freighters of others under its code."""
BELLY_KG, BLOCK_KG = (4_000.0, 14_000.0), (15_000.0, 40_000.0)
"""Least and most room for cargo under a long-haul passenger cabin, and of a block on a freighter
(E)."""
BELLY_KG_PER_M3, BLOCK_KG_PER_M3 = 160.0, 150.0
BELLY_SHARE = 0.04
"""Share of the tonnes offered for which belly space is on sale (E)."""
CRUISE_KMH, TAXI_MIN = 870.0, 30.0
RATE_SHARES = (0.55, 0.7, 0.85, 1.0)
"""Prices as shares of the mean freight of the direction (E)."""


def blocks(world: World) -> None:
    """Belly space both ways at every station, and a hard block out to the largest one."""
    for station in world.destinations:
        for outbound in (True, False):
            _belly(world, station, outbound=outbound)
    largest = max(world.destinations, key=lambda d: (world.expected[d.airport].lift_kg, d.airport))
    rate = _mean_rate(world, largest, outbound=True)
    if rate:
        room = round(world.spread(*BLOCK_KG, sum(BLOCK_KG) / 2), -2)
        price = round(room * rate * world.rng.choice(RATE_SHARES[:2]), -1)
        _add(world, largest, "bsa", room, BLOCK_KG_PER_M3, outbound=True, fixed_usd=price)


def _belly(world: World, station: Destination, *, outbound: bool) -> None:
    """Soft blocks on passenger flights, as many as some of the cargo of a direction would fill."""
    rate = _mean_rate(world, station, outbound=outbound)
    if not rate:
        return
    offered_kg = sum(row["weight_kg"] for row in _cargo(world, station, outbound=outbound))
    flights = max(1, round(BELLY_SHARE * offered_kg / (sum(BELLY_KG) / 2)))
    for _ in range(min(flights, world.days)):
        room = round(world.spread(*BELLY_KG, sum(BELLY_KG) / 2), -1)
        price = round(rate * world.rng.choice(RATE_SHARES), 2)
        kind = "belly" if world.chance(0.7) else "interline"
        _add(world, station, kind, room, BELLY_KG_PER_M3, outbound=outbound, usd_per_kg=price)


def _add(
    world: World,
    station: Destination,
    kind: str,
    weight_kg: float,
    kg_per_m3: float,
    *,
    outbound: bool,
    fixed_usd: float = 0.0,
    usd_per_kg: float = 0.0,
) -> None:
    ends = (world.gateways[0], station.airport)
    origin, destination = ends if outbound else ends[::-1]
    flight_min = round(TAXI_MIN + 60 * sphere_km(*map(_position, ends)) / CRUISE_KMH)
    number = len(world.tables["blocks"]) + 1
    departs = world.at(5 * world.rng.randrange(world.length_min // 5))
    world.add(
        "blocks",
        block=f"{CARRIER}-{number}",
        kind=kind,
        operator=CARRIER,
        flight=f"{CARRIER}{100 + number}",
        origin=origin,
        destination=destination,
        departs_at=departs,
        arrives_at=departs + timedelta(minutes=flight_min),
        weight_kg=weight_kg,
        volume_m3=round(weight_kg / kg_per_m3, 1),
        fixed_usd=fixed_usd,
        usd_per_kg=usd_per_kg,
    )


def _cargo(world: World, station: Destination, *, outbound: bool) -> list[Cells]:
    end = "destination" if outbound else "origin"
    return [row for row in world.tables["demand"] if row[end] == station.airport]


def _mean_rate(world: World, station: Destination, *, outbound: bool) -> float:
    """Mean freight of a direction in USD per chargeable kg; 0 if there is no cargo."""
    rates = [row["usd_per_chargeable_kg"] for row in _cargo(world, station, outbound=outbound)]
    return sum(rates) / len(rates) if rates else 0.0


def _position(airport: str) -> Position:
    row = reference().airports[airport]
    return row.latitude_deg or 0.0, row.longitude_deg or 0.0
