"""C11 and C12: cargo is on time, and on trucks that run."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, gcd

from optimizer.domain.resolved import ResolvedLane
from optimizer.verify.case import Carried, Case
from optimizer.verify.report import Violation
from optimizer.verify.words import hours, kg, m3, when


def c11_time(case: Case) -> Iterator[Violation]:
    """C11: ready, truck, customs, flight, customs, truck, due: one after the other."""
    for load in case.loads:
        if load.sound:
            problems = [*_to_departure(case, load)] if load.before is None else []
            problems += _from_arrival(case, load) if load.delivered else ()
            for late_min, message in problems:
                yield Violation(
                    code="C11",
                    message=f"{load.consignment.id} on flight {load.flight.id}: {message}",
                    amount=late_min,
                    unit="min",
                    flight=load.flight.id,
                    consignment=load.consignment.id,
                    station=load.uplift.origin,
                    minute=load.off_block_min,
                )
    for run in case.runs:
        lane = case.resolved.lane[run.lane]
        if not leaves_at(case, lane, run.dispatch_min):
            yield Violation(
                code="C11",
                message=f"trucks of lane {lane.id} leave {when(case.resolved, run.dispatch_min)}, "
                "which is no dispatch of it",
                lane=lane.id,
                minute=run.dispatch_min,
            )


def leaves_at(case: Case, lane: ResolvedLane, minute: int) -> bool:
    """Whether a minute is a dispatch: offset + k · every, in a cyclic period modulo the week."""
    every = lane.dispatch_every_min
    if case.cycle_min is not None:
        every = gcd(every, case.cycle_min)
    return (minute - lane.dispatch_offset_min) % every == 0


def _to_departure(case: Case, load: Carried) -> Iterator[tuple[int, str]]:
    """Minutes too late, and why, up to off-block."""
    c, airport, departure = load.consignment, load.uplift.origin, load.off_block_min
    customs = case.resolved.customs_at.get((c.customs, airport))
    export = customs.export_min if customs else 0
    at_airport = c.ready_min
    truck, lane = load.load.feeder, load.feeder_lane
    if truck is not None and lane is not None:
        if not leaves_at(case, lane, truck.dispatch_min):
            yield 0, f"{when(case.resolved, truck.dispatch_min)} is no dispatch of lane {lane.id}"
        if truck.dispatch_min < c.ready_min:
            late = c.ready_min - truck.dispatch_min
            yield late, f"its truck on lane {lane.id} leaves {hours(late)} before it is ready"
        at_airport = truck.dispatch_min + lane.truck_min
    late = at_airport + export - departure
    if late > 0:
        yield late, f"it is ready for {airport} {hours(late)} after off-block"
    if c.max_dwell_min is not None and departure - at_airport > c.max_dwell_min:
        dwell = departure - at_airport
        yield (
            dwell - c.max_dwell_min,
            f"it waits {hours(dwell)} at {airport}, at most {hours(c.max_dwell_min)}",
        )


def _from_arrival(case: Case, load: Carried) -> Iterator[tuple[int, str]]:
    """Minutes too late, and why, from on-block."""
    c, airport = load.consignment, load.discharge.destination
    customs = case.resolved.customs_at.get((c.customs, airport))
    released = load.on_block_min + (customs.import_min if customs else 0)
    truck, lane = load.load.delivery, load.delivery_lane
    if truck is not None and lane is not None:
        if not leaves_at(case, lane, truck.dispatch_min):
            yield 0, f"{when(case.resolved, truck.dispatch_min)} is no dispatch of lane {lane.id}"
        late = released - truck.dispatch_min
        if late > 0:
            yield late, f"its truck on lane {lane.id} leaves {hours(late)} before its release"
        released = truck.dispatch_min + lane.truck_min
    late = released - c.due_min
    if late > 0:
        yield late, f"it is at {c.destination} {hours(late)} after it is due"


def c12_trucks(case: Case) -> Iterator[Violation]:
    """C12: per lane, dispatch and mode enough trucks by kg and m³; not more than there are."""
    grams: dict[tuple[str, int, str], int] = {}
    volume_cm3: dict[tuple[str, int, str], Fraction] = {}
    for load in case.loads:
        for truck in load.trucks:
            if load.sound:
                key = (truck.lane, _dispatch(case, truck.dispatch_min), load.consignment.customs)
                grams[key] = grams.get(key, 0) + load.load.grams
                volume_cm3[key] = volume_cm3.get(key, Fraction(0)) + load.volume_cm3
    trucks: dict[tuple[str, int, str], int] = {}
    for run in case.runs:
        key = (run.lane, _dispatch(case, run.dispatch_min), run.customs)
        trucks[key] = trucks.get(key, 0) + run.trucks
    for key in sorted(grams):
        yield from _room(case, key, grams[key], volume_cm3[key], trucks.get(key, 0))
    yield from _available(case, trucks)


def _dispatch(case: Case, minute: int) -> int:
    """The dispatch as trucks are counted: in a cyclic period modulo the week."""
    return minute if case.cycle_min is None else minute % case.cycle_min


def _room(
    case: Case, key: tuple[str, int, str], grams: int, volume_cm3: Fraction, trucks: int
) -> Iterator[Violation]:
    """One violation: trucks are too few, whether by weight, by volume, or both."""
    lane, minute, customs = case.resolved.lane[key[0]], key[1], key[2]
    heavy = grams - trucks * lane.payload_g
    bulky = volume_cm3 - trucks * lane.volume_cm3
    if heavy > 0 or bulky > 0:
        yield Violation(
            code="C12",
            message=f"lane {lane.id}, {when(case.resolved, minute)}, {customs}: {kg(grams)} and "
            f"{m3(volume_cm3)} on {trucks} trucks of {kg(lane.payload_g)} and "
            f"{m3(lane.volume_cm3)}",
            amount=heavy if heavy > 0 else ceil(bulky),
            unit="g" if heavy > 0 else "cm3",
            lane=lane.id,
            minute=minute,
        )


def _available(case: Case, trucks: dict[tuple[str, int, str], int]) -> Iterator[Violation]:
    total: dict[tuple[str, int], int] = {}
    for (lane_id, minute, _), number in trucks.items():
        total[lane_id, minute] = total.get((lane_id, minute), 0) + number
    for (lane_id, minute), number in sorted(total.items()):
        most = case.resolved.lane[lane_id].trucks_per_dispatch
        if most is not None and number > most:
            yield Violation(
                code="C12",
                message=f"{number} trucks leave on lane {lane_id} {when(case.resolved, minute)}, "
                f"there are {most}",
                amount=number - most,
                unit="trucks",
                lane=lane_id,
                minute=minute,
            )
