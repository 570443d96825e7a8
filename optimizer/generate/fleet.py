"""The fleet of a synthetic instance: tails of operators that serve the destinations drawn."""

from __future__ import annotations

from collections import Counter
from itertools import count

from optimizer.generate.capacity import Tail, reachable, rotations_of
from optimizer.generate.draft import Cells
from optimizer.generate.facts import Carrier
from optimizer.generate.world import World

EVERYWHERE = ("*",)


def draw_tails(world: World) -> None:
    """Draw the tails; the first one can serve every destination."""
    carriers = [c for c in world.facts.carriers if _choices(world, c)]
    anywhere = [c for c in carriers if c.reach == EVERYWHERE and _all_rounders(world, c)]
    first = world.weighted([(c, c.weight) for c in anywhere])
    world.tails = [_tail(world, first, world.rng.choice(_all_rounders(world, first)), 0)]
    for number in range(1, world.options.tails):
        carrier = world.weighted([(c, c.weight) for c in carriers])
        world.tails.append(
            _tail(world, carrier, world.rng.choice(_choices(world, carrier)), number)
        )


def add_fleet(world: World) -> None:
    """State operators and tails, alike tails in one row."""
    for carrier in sorted({t.carrier for t in world.tails}, key=lambda c: c.operator):
        world.add(
            "operators",
            operator=carrier.operator,
            name=carrier.name,
            country=carrier.country,
            overflight=list(carrier.overflight),
            provenance=carrier.provenance,
        )
    groups = Counter((t.carrier.operator, t.type, t.base) for t in world.tails)
    for (operator, kind, base), number in sorted(groups.items()):
        name = f"{operator}-{kind}" if base == world.gateways[0] else f"{operator}-{kind}-{base}"
        world.add("fleet", tail=name, count=number, type=kind, operator=operator, base=base)


def add_rights(world: World) -> None:
    """State rights of operators that may not go everywhere, and caps if wanted."""
    needed = world.options.two_stations or world.options.rights_caps
    for carrier in sorted({t.carrier for t in world.tails}, key=lambda c: c.operator):
        if carrier.reach == EVERYWHERE and not needed:
            continue
        tails = [t for t in world.tails if t.carrier == carrier]
        served = [d for d in world.destinations if any(reachable(t, d) for t in tails)]
        for country in sorted({world.country(d.airport) for d in served}):
            world.add(
                "rights",
                operator=carrier.operator,
                uplift="CN",
                discharge=country,
                both_ways=True,
                max_flights=_cap(world, tails, country) if world.options.rights_caps else None,
            )


def split_tail(world: World, row: Cells) -> Cells:
    """Take one aircraft out of a fleet row and return its own row (the same if it is alone)."""
    if row["count"] == 1:
        return row
    row["count"] -= 1
    names = {r["tail"] for r in world.tables["fleet"]}
    name = next(n for i in count(1) if (n := f"{row['tail']}-S{i}") not in names)
    single: Cells = {**row, "tail": name, "count": 1}
    world.tables["fleet"].append(single)
    return single


def _cap(world: World, tails: list[Tail], country: str) -> int | None:
    """A frequency cap for a third of the countries, near what the operator would fly."""
    if not world.chance(0.35):
        return None
    flights = sum(
        rotations
        for tail in tails
        for airport, (rotations, _) in rotations_of(
            tail, world.destinations, world.length_min
        ).items()
        if world.country(airport) == country
    )
    return max(1, round(flights * world.spread(0.6, 1.2, 0.9)))


def _choices(world: World, carrier: Carrier) -> list[str]:
    """Types with which an operator reaches any destination."""
    return [
        kind
        for kind in carrier.fleet
        if any(reachable(Tail(carrier, kind, world.gateways[0]), d) for d in world.destinations)
    ]


def _all_rounders(world: World, carrier: Carrier) -> list[str]:
    """Types with which an operator reaches every destination."""
    return [
        kind
        for kind in carrier.fleet
        if all(reachable(Tail(carrier, kind, world.gateways[0]), d) for d in world.destinations)
    ]


def _tail(world: World, carrier: Carrier, kind: str, number: int) -> Tail:
    """A tail; with a second gateway every fourth tail of an operator with all rights is there."""
    second = len(world.gateways) > 1 and carrier.reach == EVERYWHERE and number % 4 == 1
    return Tail(carrier, kind, world.gateways[-1 if second else 0])
