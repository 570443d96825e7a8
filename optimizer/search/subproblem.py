"""One neighbourhood as a restricted model: what is free, what stays, and its best plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from optimizer.model.repertoire import Repertoire
from optimizer.model.restriction import Kept, Restriction
from optimizer.network import Carriage
from optimizer.plan.bought import bought_rotation, carrying_flights
from optimizer.plan.plan import Flight, Load, Plan
from optimizer.plan.rotation import Rotation
from optimizer.search.propose import Candidate

MOST_WAIT_MIN = 720
"""Trucks this much earlier than the last that would do, and of the plan, can be shared."""


@dataclass(frozen=True)
class Incumbent:
    """A plan with what each load is in terms of the model.

    Attributes:
        carriages: Of the loads, in their order; None for consignments that are assigned anew.
        flights: What carries them, by id; bought capacity included.
        anew: Consignments that are always assigned anew: those that may change aircraft (C21), and
            any asked for.
    """

    plan: Plan
    carriages: tuple[Carriage | None, ...]
    flights: Mapping[str, Flight]
    anew: frozenset[str] = frozenset()


def incumbent(repertoire: Repertoire, plan: Plan, anew: Collection[str] = ()) -> Incumbent:
    """Find the carriage of every load.

    Args:
        anew: Consignments to assign anew; their loads may be no itineraries of the instance.

    Raises:
        ValueError: Another load is no itinerary of the instance.
    """
    free = _changing(repertoire).union(anew)
    flights = carrying_flights(repertoire.resolved, plan)
    carriages = tuple(
        None if load.consignment in free else _carriage(repertoire, flights, load)
        for load in plan.loads
    )
    return Incumbent(plan, carriages, flights, free)


def _changing(repertoire: Repertoire) -> frozenset[str]:
    """Consignments that may change aircraft."""
    return frozenset(transit.consignment for transit in repertoire.resolved.transits)


def _carriage(repertoire: Repertoire, flights: Mapping[str, Flight], load: Load) -> Carriage:
    part = load.segments[0]
    rotation = flights[part.flight].rotation
    first, last = rotation.legs[part.uplift_leg], rotation.legs[part.discharge_leg]
    period = repertoire.resolved.period
    shift = part.weeks_later * period.length_min if period.cyclic else 0
    lanes = (
        load.feeder.lane if load.feeder else None,
        load.delivery.lane if load.delivery else None,
    )
    for offer in repertoire.cargo.offers(first.origin, last.destination):
        if offer.consignment.id == load.consignment and lanes == (
            offer.uplift.lane,
            offer.discharge.lane,
        ):
            return Carriage(
                offer,
                part.uplift_leg,
                part.discharge_leg,
                part.weeks_later,
                first.off_block_min + shift,
                last.on_block_min + shift,
            )
    raise ValueError(f"no way of consignment {load.consignment} is like that of its load")


def restricted(
    repertoire: Repertoire,
    start: Incumbent,
    freed: Iterable[str],
    candidates: Iterable[Candidate],
    most_on_board: int,
) -> Restriction:
    """What is searched around a plan.

    Args:
        repertoire: Cargo of rotations.
        start: The plan.
        freed: Ids of flights that need not be flown.
        candidates: What may be flown besides.
        most_on_board: Most ways of cargo to look at. Consignments that are assigned anew in any
            case, and those that freed flights carry, come first, then those that are left behind
            in part, then others; what is carried of the rest stays where it is.
    """
    plan, free_ids = start.plan, frozenset(freed)
    only: dict[str, dict[Rotation, None]] = defaultdict(dict)
    flown: Counter[tuple[str, Rotation]] = Counter()
    for flight in plan.flights:
        if flight.id in free_ids:
            only[flight.pool][flight.rotation] = None
        else:
            flown[flight.pool, flight.rotation] += 1
    for pool_id, rotation in candidates:
        only[pool_id][rotation] = None
    free = dict.fromkeys(rotation for rotations in only.values() for rotation in rotations)
    fixed = dict.fromkeys(rotation for _, rotation in flown if rotation not in free)
    fixed |= dict.fromkeys(bought_rotation(block) for block in repertoire.resolved.blocks)
    chosen = _consignments(repertoire, start, free_ids, list(free), list(fixed), most_on_board)
    return Restriction(
        only={pool_id: tuple(rotations) for pool_id, rotations in only.items()},
        flown=flown,
        consignments=chosen,
        kept=_kept(start, chosen),
        dispatches=frozenset((run.lane, run.dispatch_min, run.customs) for run in plan.trucks),
        most_wait_min=MOST_WAIT_MIN,
    )


def _consignments(
    repertoire: Repertoire,
    start: Incumbent,
    freed: frozenset[str],
    free: Sequence[Rotation],
    fixed: Sequence[Rotation],
    most_on_board: int,
) -> frozenset[str]:
    """Which consignments are assigned anew: as many as the limit allows, the nearest first."""
    ways: Counter[str] = Counter()
    near: Counter[str] = Counter()
    for rotations, counters in ((free, (ways, near)), (fixed, (ways,))):
        for rotation in rotations:
            for item in repertoire.freight(rotation):
                for counter in counters:
                    counter[item.carriage.offer.consignment.id] += 1
    carried_there = {
        load.consignment
        for load in start.plan.loads
        if any(segment.flight in freed for segment in load.segments)
    } | start.anew
    carried_g = start.plan.carried_g
    whole = {c.id: carried_g.get(c.id, 0) >= c.weight_g for c in repertoire.resolved.consignments}
    wanted = near if free else ways
    ranked = sorted(wanted, key=lambda id_: (id_ not in carried_there, whole[id_], -near[id_], id_))
    chosen, total = set(carried_there), sum(ways[id_] for id_ in carried_there)
    for consignment in ranked:
        if consignment not in chosen and total + ways[consignment] <= most_on_board:
            chosen.add(consignment)
            total += ways[consignment]
    return frozenset(chosen)


def cargo_only(repertoire: Repertoire, start: Incumbent, most_on_board: int) -> Restriction:
    """All flights of a plan stay; only cargo that may change aircraft (C21) is assigned anew, and
    cargo that it could take the place of.

    Args:
        repertoire: Cargo of rotations.
        start: The plan.
        most_on_board: Most ways of cargo to look at; the dearest is left out first.
    """
    plan, changing = start.plan, _changing(repertoire)
    ways: Counter[str] = Counter()
    worth: dict[str, float] = {}
    wanted: set[tuple[str, int]] = set()
    for flight in start.flights.values():
        for item in repertoire.freight(flight.rotation):
            carriage = item.carriage
            name = carriage.offer.consignment.id
            ways[name] += 1
            worth[name] = max(worth.get(name, 0.0), item.margin_usd_per_kg)
            if name in changing:
                legs = range(carriage.uplift_leg, carriage.discharge_leg + 1)
                wanted.update((flight.id, leg) for leg in legs)
    beside = {
        load.consignment
        for load in plan.loads
        for segment in load.segments
        for leg in range(segment.uplift_leg, segment.discharge_leg + 1)
        if (segment.flight, leg) in wanted
    } - changing
    chosen, total = set(changing), sum(ways[name] for name in changing)
    for name in sorted(beside, key=lambda name: (worth.get(name, 0.0), name)):
        if total + ways[name] <= most_on_board:
            chosen.add(name)
            total += ways[name]
    return Restriction(
        only={},
        flown=Counter((flight.pool, flight.rotation) for flight in plan.flights),
        consignments=frozenset(chosen),
        kept=_kept(start, frozenset(chosen)),
        dispatches=frozenset((run.lane, run.dispatch_min, run.customs) for run in plan.trucks),
        most_wait_min=MOST_WAIT_MIN,
    )


def _kept(start: Incumbent, chosen: frozenset[str]) -> tuple[Kept, ...]:
    """Loads of all other consignments."""
    plan = start.plan
    return tuple(
        Kept(
            start.flights[load.segments[0].flight].rotation,
            carriage,
            load.feeder.dispatch_min if load.feeder else None,
            load.delivery.dispatch_min if load.delivery else None,
            load.grams * 1e-3,
        )
        for load, carriage in zip(plan.loads, start.carriages, strict=True)
        if carriage is not None and load.consignment not in chosen
    )
