"""Capacity sold by synthetic instances (C18, R3): blocks of forwarders, and charters."""

from __future__ import annotations

from datetime import timedelta

from optimizer.generate.world import World

BLOCK_KG, CHARTER_KG = (10_000.0, 30_000.0), (50_000.0, 95_000.0)
"""Least and most of a block, and of what a charterer loads (E)."""
KG_PER_M3 = 160.0
RATE_SHARES = (0.8, 0.95, 1.1)
"""Prices as shares of the mean freight of the direction (E)."""
CHARTER_SHARE = 0.2
CONTRACTED_SHARE = 0.5
PENALTY_USD_PER_KG = 1.0


def sold(world: World) -> None:
    """A block out to every station on a day of its own, one in five a charter, half of them
    contracted (E)."""
    gateway = world.gateways[0]
    for number, station in enumerate(world.destinations, start=1):
        rates = [
            row["usd_per_chargeable_kg"]
            for row in world.tables["demand"]
            if row["destination"] == station.airport
        ]
        if not rates:
            continue
        charter = world.chance(CHARTER_SHARE)
        least, most = CHARTER_KG if charter else BLOCK_KG
        weight_kg = round(world.spread(least, most, (least + most) / 2), -2)
        contracted = world.chance(CONTRACTED_SHARE)
        departs = world.at(1440 * world.rng.randrange(world.days))
        price = weight_kg * sum(rates) / len(rates) * world.rng.choice(RATE_SHARES)
        world.add(
            "sold",
            sold=f"SOLD-{number}",
            customer=f"Forwarder {number}",
            origin=gateway,
            destination=station.airport,
            departs_from=departs,
            departs_until=departs + timedelta(days=1, minutes=-1),
            weight_kg=weight_kg,
            volume_m3=round(weight_kg / KG_PER_M3, 1),
            price_usd=round(price * (1.5 if charter else 1.0), -1),
            whole_aircraft=charter,
            contracted=contracted,
            penalty_usd_per_kg=PENALTY_USD_PER_KG if contracted else None,
        )
