"""Synthetic instances of any size.

Destinations are drawn by market weight, then a fleet that can serve all of them; what it can lift
decides how much cargo is offered, and both decide the limits that the options ask for.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from optimizer.domain.instance import Instance
from optimizer.generate import authorities, bought, limits, packing
from optimizer.generate.capacity import expectations
from optimizer.generate.demand import add_demand
from optimizer.generate.facts import facts
from optimizer.generate.fleet import add_fleet, add_rights, draw_tails
from optimizer.generate.frozen import frozen
from optimizer.generate.incompatible import incompatible
from optimizer.generate.options import SWITCHES, GeneratorOptions, PeriodKind
from optimizer.generate.sold import sold
from optimizer.generate.stock import stock
from optimizer.generate.transit import transit
from optimizer.generate.world import World

YEAR = 2025
CHINA = timezone(timedelta(hours=8))
LadderName = Literal["XS", "S", "M", "L", "XL"]

LADDER: dict[LadderName, tuple[int, int, int, int]] = {
    "XS": (3, 3, 40, 60),
    "S": (5, 5, 130, 60),
    "M": (12, 12, 400, 60),
    "L": (70, 90, 2500, 60),
    "XL": (70, 180, 10000, 30),
}
"""Benchmark sizes: destinations, tails, consignments, departure grid in minutes."""

FULL_SWITCHES = (
    *("stock", "handling", "transit", "commitments", "blocks", "sold", "crews", "positions"),
    *("special_cargo", "incompatible", "frozen", "held_slots", "carbon", "support"),
    *("acmi", "returnable", "hour_limits", "truck_limits"),
)
"""What full instances of the ladder have besides."""


def ladder_options(
    name: LadderName, seed: int = 1, period: PeriodKind = "cyclic", *, full: bool = False
) -> GeneratorOptions:
    """Options of a benchmark instance: coordinated airports, perishables and all customs modes.

    Args:
        full: With `FULL_SWITCHES` too: terminals, crews, contracts, special cargo and the like.
    """
    destinations, tails, consignments, grid = LADDER[name]
    return GeneratorOptions(
        seed=seed,
        destinations=destinations,
        tails=tails,
        consignments=consignments,
        period=period,
        departure_grid_min=grid,
        slots=True,
        perishables=True,
        customs_mix=True,
        **(dict.fromkeys(FULL_SWITCHES, True) if full else {}),
    )


def ladder(
    name: LadderName, seed: int = 1, period: PeriodKind = "cyclic", *, full: bool = False
) -> Instance:
    """A benchmark instance of one of the sizes in `LADDER`, with everything switched on if full."""
    instance = generate(ladder_options(name, seed, period, full=full))
    size = f"{name}-full" if full else name
    return instance.model_copy(update={"name": f"{size}-{period}-{seed}"})


def generate(options: GeneratorOptions) -> Instance:
    """A synthetic instance; the same options give the same instance on every machine.

    Uses the built-in reference data for airports, aircraft types, tracks, lanes and charges, and
    the distributions of ``docs/generator.md`` for everything else.
    """
    world = _world(options)
    _reseed(world, "destinations")
    world.destinations = tuple(
        sorted(
            world.weighted_sample(
                [(d, d.weight) for d in world.facts.destinations], options.destinations
            ),
            key=lambda d: d.airport,
        )
    )
    _reseed(world, "fleet")
    draw_tails(world)
    world.expected = expectations(world.tails, world.destinations, world.length_min)
    add_fleet(world)
    _reseed(world, "rights")
    add_rights(world)
    pairs = limits.fifth_freedom_pairs(world) if options.two_stations else ()
    if options.two_stations:
        limits.two_stations(world, pairs)
    if options.second_gateway:
        limits.second_gateway_lanes(world)
    _reseed(world, "demand")
    add_demand(world, pairs)
    _apply_switches(world)
    return world.instance()


def _apply_switches(world: World) -> None:
    """The limits that are functions of a finished fleet and demand, in a fixed order."""
    options = world.options
    wanted = {
        limits.technical_stops: options.technical_stops > 0,
        limits.slots: options.slots,
        limits.handling: options.handling,
        stock: options.stock,
        limits.held_slots: options.held_slots,
        limits.curfews: options.curfews,
        limits.stands: options.stands,
        limits.truck_limits: options.truck_limits,
        limits.acmi: options.acmi or options.returnable,
        limits.hour_limits: options.hour_limits,
        limits.maintenance: options.maintenance,
        limits.away: options.away,
        limits.markets: options.markets,
        limits.crews: options.crews,
        transit: options.transit,
        limits.special_cargo: options.special_cargo,
        limits.commitments: options.commitments,
        authorities.carbon: options.carbon,
        authorities.support: options.support,
        bought.blocks: options.blocks,
        sold: options.sold,
        frozen: options.frozen,
        packing.positions: options.positions,
        incompatible: options.incompatible,
    }
    for limit, on in wanted.items():
        if on:
            _reseed(world, limit.__name__)
            limit(world)


def _reseed(world: World, stage: str) -> None:
    """Give a stage chance of its own, so that a switch leaves the other stages as they were."""
    world.rng = random.Random(f"{world.options.seed} {stage}")


def _world(options: GeneratorOptions) -> World:
    zone = UTC if options.cyclic else CHINA
    return World(
        rng=random.Random(options.seed),
        name=f"synthetic-{options.seed}",
        description=_description(options),
        cyclic=options.cyclic,
        start=second_monday(options.month).replace(tzinfo=zone),
        days=options.days,
        gateways=["CGO", "NNG"] if options.second_gateway else ["CGO"],
        reference_data=True,
        provenance="E synthetic",
        universe={"departure_grid_min": options.departure_grid_min},
        options=options,
        facts=facts(),
    )


def second_monday(month: int) -> datetime:
    """The second Monday of a month of 2025: no clock in use changes in the week it begins."""
    eighth = datetime(YEAR, month, 8)
    return eighth + timedelta(days=-eighth.weekday() % 7)


def _description(options: GeneratorOptions) -> str:
    switched = [name.replace("_", " ") for name in SWITCHES if getattr(options, name)]
    text = f"Synthetic, seed {options.seed}, month {options.month} of {YEAR}"
    return f"{text}; with {', '.join(switched)}." if switched else f"{text}."
