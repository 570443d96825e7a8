"""C0: what a plan says, as far as it can be understood.

Reading never fails. What makes no sense becomes a violation of C0 and is left out of the lists that
the other checks work on, so that one mistake is reported once.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from optimizer.domain.resolved import ResolvedBlock, ResolvedInstance
from optimizer.plan.plan import Flight, Load, Plan, Segment, TruckRun
from optimizer.plan.rotation import Leg, Rotation
from optimizer.verify.case import Carried, Case
from optimizer.verify.report import Violation
from optimizer.verify.words import kg

FlightsById: TypeAlias = dict[str, list[Flight]]

MOST_FLIGHTS = 2
"""A load changes aircraft at most once (C21)."""


def read(resolved: ResolvedInstance, plan: Plan) -> tuple[Case, tuple[Violation, ...]]:
    """Understand a plan (C0)."""
    by_id: FlightsById = {}
    for flight in plan.flights:
        by_id.setdefault(flight.id, []).append(flight)
    for block in resolved.blocks:
        by_id.setdefault(block.id, []).append(_bought(block))
    found = [*_flights(resolved, plan, by_id)]
    returnable = {t for p in resolved.pools if p.returnable for t in p.tails}
    found += _returned(resolved, plan, returnable)
    loads: list[Carried] = []
    for load in plan.loads:
        wrong = tuple(_load(resolved, by_id, load))
        found += wrong
        loads += _place(resolved, by_id, load, sound=not wrong)
    found += _totals(resolved, plan)
    problems = [_run(resolved, run) for run in plan.trucks]
    found += [problem for problem in problems if problem is not None]
    flights = tuple(f for f in plan.flights if f.rotation.legs)
    lines, unplaced = _lines(resolved, flights)
    case = Case(
        resolved,
        plan,
        flights,
        lines,
        unplaced,
        tuple(loads),
        tuple(run for run, bad in zip(plan.trucks, problems, strict=True) if bad is None),
        frozenset(plan.returned) & returnable,
    )
    return case, tuple(found)


def _bought(block: ResolvedBlock) -> Flight:
    """The flight of somebody else on which capacity is bought; loads call it like its block."""
    leg = Leg(block.origin, block.destination, block.off_block_min, block.on_block_min, "full")
    return Flight(block.id, "", "", Rotation(block.operator, "", (leg,)))


def _lines(
    resolved: ResolvedInstance, flights: tuple[Flight, ...]
) -> tuple[dict[str, tuple[Flight, ...]], frozenset[str]]:
    """Who flies what in a dated plan, and the pools for which that cannot be told."""
    lines: dict[str, list[Flight]] = {}
    unplaced: set[str] = set()
    if not resolved.period.cyclic:
        for flight in sorted(flights, key=lambda f: (f.rotation.off_block_min, f.id)):
            tail = _tail(resolved, flight)
            if tail is None:
                unplaced.add(flight.pool)
            else:
                lines.setdefault(tail, []).append(flight)
    return {tail: tuple(line) for tail, line in lines.items()}, frozenset(unplaced)


def _flights(resolved: ResolvedInstance, plan: Plan, by_id: FlightsById) -> Iterator[Violation]:
    for flight_id, same in by_id.items():
        if len(same) > 1:
            message = f"{len(same)} flights are called {flight_id!r}"
            yield Violation(code="C0", message=message, flight=flight_id)
    for flight in plan.flights:
        for message in _flight(resolved, flight):
            yield Violation(
                code="C0",
                message=f"flight {flight.id}: {message}",
                flight=flight.id,
                tail=flight.tail,
                pool=flight.pool,
                operator=flight.rotation.operator,
            )


def _flight(resolved: ResolvedInstance, flight: Flight) -> Iterator[str]:
    """What is wrong with one flight, apart from its name."""
    rotation = flight.rotation
    if not rotation.legs:
        yield "it has no legs"
    else:
        if rotation.legs[-1].stop != "full":
            yield f"it ends with a technical stop at {rotation.destination}"
        for leg in rotation.legs[:-1]:
            if leg.stop not in ("full", "technical"):
                yield f"{leg.stop!r} at {leg.destination} is no kind of stop"
    pool = resolved.pool.get(flight.pool)
    if pool is None:
        yield f"there is no pool {flight.pool!r}"
        return
    if (rotation.operator, rotation.type) != (pool.operator, pool.type):
        yield (
            f"it flies as a {rotation.type} of {rotation.operator}, but pool {pool.id} is "
            f"{pool.type} of {pool.operator}"
        )
    if flight.tail and flight.tail not in pool.tails:
        yield f"tail {flight.tail!r} is not in pool {pool.id}"
    elif not resolved.period.cyclic and _tail(resolved, flight) is None:
        yield f"it does not say which of the {pool.size} tails of pool {pool.id} flies it"


def _tail(resolved: ResolvedInstance, flight: Flight) -> str | None:
    """The tail that flies a flight of a dated plan, if it can be told."""
    pool = resolved.pool.get(flight.pool)
    if pool is None:
        return None
    if not flight.tail and pool.size == 1:
        return pool.tails[0]
    return flight.tail if flight.tail in pool.tails else None


def _returned(resolved: ResolvedInstance, plan: Plan, returnable: set[str]) -> Iterator[Violation]:
    pool_of = {tail: pool.id for pool in resolved.pools for tail in pool.tails}
    for tail in dict.fromkeys(plan.returned):
        if tail not in pool_of:
            message = f"returned tail {tail!r} does not exist"
        elif tail not in returnable:
            message = f"tail {tail} is returned, but may not be"
        elif plan.returned.count(tail) > 1:
            message = f"tail {tail} is returned more than once"
        else:
            continue
        yield Violation(code="C0", message=message, tail=tail, pool=pool_of.get(tail, ""))


def _load(resolved: ResolvedInstance, by_id: FlightsById, load: Load) -> Iterator[Violation]:
    """What is wrong with one load, but the sum of its consignment."""
    flight = load.segments[0].flight if load.segments else ""
    for message, amount in _load_problems(resolved, by_id, load):
        yield Violation(
            code="C0",
            message=f"load of {load.consignment}: {message}",
            amount=amount,
            unit="g" if amount else "",
            consignment=load.consignment,
            flight=flight,
        )


def _load_problems(
    resolved: ResolvedInstance, by_id: FlightsById, load: Load
) -> Iterator[tuple[str, int]]:
    if load.consignment not in resolved.consignment:
        yield "there is no such consignment", 0
    if load.grams <= 0:
        yield f"{load.grams} grams is not a load", 1 - load.grams
    for truck in (load.feeder, load.delivery):
        if truck is not None and truck.lane not in resolved.lane:
            yield f"there is no lane {truck.lane!r}", 0
    if not load.segments:
        yield "it is on no flight", 0
        return
    if len(load.segments) > (1 if load.abandoned else MOST_FLIGHTS):
        most = "one, since it is abandoned there" if load.abandoned else "one or two"
        yield f"it is on {len(load.segments)} flights, not on {most}", 0
        return
    flights = [by_id.get(segment.flight, []) for segment in load.segments]
    for segment, same in zip(load.segments, flights, strict=True):
        yield from _segment_problems(resolved, segment, same)
    if any(len(same) != 1 for same in flights):
        return  # flights that share a name are reported as such
    ends = [_ends(s, same[0]) for s, same in zip(load.segments, flights, strict=True)]
    stops = [pair for pair in ends if pair is not None]
    if load.consignment in resolved.consignment and len(stops) == len(ends):
        c = resolved.consignment[load.consignment]
        for operator in dict.fromkeys(same[0].rotation.operator for same in flights):
            if operator not in c.operators:
                yield f"it may not fly with {operator}", 0
        yield from _places(resolved, load, stops)


def _segment_problems(
    resolved: ResolvedInstance, segment: Segment, same: list[Flight]
) -> Iterator[tuple[str, int]]:
    """What is wrong with where a load is on board of one flight."""
    if segment.weeks_later and not resolved.period.cyclic:
        yield f"it flies {segment.weeks_later} periods later, but the period is dated", 0
    if not same:
        yield f"there is no flight {segment.flight!r}", 0
    if len(same) != 1:
        return
    legs = same[0].rotation.legs
    first, last = segment.uplift_leg, segment.discharge_leg
    if not 0 <= first <= last < len(legs):
        yield f"flight {segment.flight} has no legs {first} to {last}", 0
        return
    if first > 0 and legs[first - 1].stop == "technical":
        yield f"it is lifted at a technical stop in {legs[first].origin}", 0
    if last < len(legs) - 1 and legs[last].stop == "technical":
        yield f"it is unloaded at a technical stop in {legs[last].destination}", 0


def _ends(segment: Segment, flight: Flight) -> tuple[str, str] | None:
    """Where a load is lifted on a flight and unloaded from it; None if there are no such legs."""
    legs = flight.rotation.legs
    if not 0 <= segment.uplift_leg <= segment.discharge_leg < len(legs):
        return None
    return legs[segment.uplift_leg].origin, legs[segment.discharge_leg].destination


def _places(
    resolved: ResolvedInstance, load: Load, stops: list[tuple[str, str]]
) -> Iterator[tuple[str, int]]:
    """Whether places suit the consignment: both ends, and the gateway where it changes (C21)."""
    c = resolved.consignment[load.consignment]
    ends = [(stops[0][0], load.feeder, c.uplifts, c.origin)]
    if not load.abandoned:
        ends.append((stops[-1][1], load.delivery, c.discharges, c.destination))
    elif load.delivery is not None:
        yield "it is abandoned at a gateway, but has a truck from there", 0
    if len(stops) > 1 or load.abandoned:
        hub = stops[0][1]
        if (c.id, hub) not in resolved.transit:
            yield f"it may not change aircraft at {hub}", 0
        elif len(stops) > 1 and stops[1][0] != hub:
            yield f"it arrives at {hub}, but goes on from {stops[1][0]}", 0
        elif hub in (stops[0][0], stops[-1][1] if len(stops) > 1 else ""):
            yield f"it changes aircraft at {hub}, where it begins or ends", 0
    for airport, truck, accesses, place in ends:
        lane = None if truck is None else truck.lane
        if lane is not None and lane not in resolved.lane:
            continue
        if not any(a.airport == airport and a.lane == lane for a in accesses):
            way = f"by lane {lane}" if lane is not None else "without a truck"
            yield f"{airport} and {place} are not joined {way}", 0


def _place(
    resolved: ResolvedInstance, by_id: FlightsById, load: Load, *, sound: bool
) -> Iterator[Carried]:
    """Put a load on board of its flights, if it says where and of what it is."""
    c = resolved.consignment.get(load.consignment)
    if c is None or load.grams <= 0 or len(load.segments) > MOST_FLIGHTS:
        return
    block_min = [_block_min(by_id, segment) for segment in load.segments]
    if not all(block_min):
        return
    before: Carried | None = None
    for number, segment in enumerate(load.segments, start=1):
        before = Carried(
            load,
            c,
            by_id[segment.flight][0],
            segment.uplift_leg,
            segment.discharge_leg,
            segment.weeks_later * resolved.period.length_min if resolved.period.cyclic else 0,
            sound,
            resolved.lane.get(load.feeder.lane) if load.feeder else None,
            resolved.lane.get(load.delivery.lane) if load.delivery else None,
            resolved.block.get(segment.flight),
            before,
            number == len(load.segments),
            Fraction(block_min[number - 1], sum(block_min)),
        )
        yield before


def _block_min(by_id: FlightsById, segment: Segment) -> int:
    """Block minutes of the legs that a segment is on board of, at least 1; 0 without any."""
    same = by_id.get(segment.flight, [])
    if len(same) != 1 or _ends(segment, same[0]) is None:
        return 0
    legs = same[0].rotation.legs[segment.uplift_leg : segment.discharge_leg + 1]
    return max(1, sum(leg.on_block_min - leg.off_block_min for leg in legs))


def _totals(resolved: ResolvedInstance, plan: Plan) -> Iterator[Violation]:
    carried: dict[str, int] = {}
    for load in plan.loads:
        carried[load.consignment] = carried.get(load.consignment, 0) + max(0, load.grams)
    for c in resolved.consignments:
        excess = carried.get(c.id, 0) - c.weight_g
        if excess > 0:
            message = f"{kg(carried[c.id])} of {c.id} are carried, {kg(excess)} more than offered"
            yield Violation(code="C0", message=message, amount=excess, unit="g", consignment=c.id)


def _run(resolved: ResolvedInstance, run: TruckRun) -> Violation | None:
    lane = resolved.lane.get(run.lane)
    if lane is None:
        message = f"truck run of unknown lane {run.lane!r}"
    elif run.customs not in dict(lane.cost_micro):
        message = f"lane {lane.id} has no trucks of customs mode {run.customs!r}"
    elif run.trucks < 1:
        message = f"a run of {run.trucks} trucks on lane {lane.id}"
    else:
        return None
    return Violation(code="C0", message=message, lane=run.lane, minute=run.dispatch_min)
