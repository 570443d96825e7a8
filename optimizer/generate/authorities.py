"""Switches of synthetic instances: what authorities charge for carbon and pay for routes."""

from __future__ import annotations

from optimizer.generate.world import World

EEA = ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
       "IS", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI",
       "SK"]  # fmt: skip
"""Countries of the European Economic Area with airports (K)."""


def carbon(world: World) -> None:
    """A European scheme, for legs inside the EEA and those that leave it; prices are estimates."""
    world.add(
        "carbon",
        scheme="Europe inside",
        origins=EEA,
        destinations=[*EEA, "GB", "CH"],
        usd_per_t_co2=75.0,
    )
    world.add("carbon", scheme="Europe departures", origins=EEA, usd_per_t_co2=20.0)


def support(world: World) -> None:
    """A province pays for flights to a third of the destinations, and a little for all imports."""
    for destination in world.rng.sample(
        list(world.destinations), max(1, len(world.destinations) // 3)
    ):
        world.add(
            "support",
            authority="province",
            uplift=world.gateways[0],
            discharge=destination.airport,
            usd_per_flight=float(world.rng.choice((15_000, 30_000))),
        )
    world.add(
        "support", authority="province", uplift="*", discharge=world.gateways[0], usd_per_t=50.0
    )
