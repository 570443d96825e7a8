"""C7, C9 and C17: what flights share at airports and in markets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from optimizer.domain.resolved import ResolvedHeldSlot, ResolvedMarket
from optimizer.plan.plan import Flight
from optimizer.verify.case import Case
from optimizer.verify.intervals import distance_min, holds, peak
from optimizer.verify.report import Violation
from optimizer.verify.words import hours, when

SIZES = "ABCDEF"
"""ICAO aerodrome reference code letters, smallest first."""


@dataclass(frozen=True)
class Movement:
    """One take-off or landing, by the minute at the stand."""

    flight: Flight
    leg: int
    kind: str
    airport: str
    minute: int


def movements(case: Case) -> list[Movement]:
    """All movements of a plan."""
    found = []
    for flight in case.flights:
        for i, leg in enumerate(flight.rotation.legs):
            found.append(Movement(flight, i, "departure", leg.origin, leg.off_block_min))
            found.append(Movement(flight, i, "arrival", leg.destination, leg.on_block_min))
    return found


def c7_slots(case: Case) -> Iterator[Violation]:
    """C7: movements in each slot window, and a held slot for each movement that needs one."""
    at: dict[str, list[Movement]] = {}
    for movement in movements(case):
        at.setdefault(movement.airport, []).append(movement)
    yield from _slot_windows(case, at)
    yield from _held_slots(case, at)


def _slot_windows(case: Case, at: dict[str, list[Movement]]) -> Iterator[Violation]:
    for limit in case.resolved.slot_limits:
        counted = [
            m
            for m in at.get(limit.airport, [])
            if (limit.arrivals if m.kind == "arrival" else limit.departures)
            and (not limit.operators or m.flight.rotation.operator in limit.operators)
            and holds(limit.window, m.minute, case.cycle_min)
        ]
        if len(counted) > limit.movements:
            start = when(case.resolved, limit.window.start_min, limit.airport)
            yield Violation(
                code="C7",
                message=f"{len(counted)} movements at {limit.airport} in the slot window "
                f"{limit.id} from {start}, at most {limit.movements}: flights "
                + ", ".join(dict.fromkeys(m.flight.id for m in counted)),
                amount=len(counted) - limit.movements,
                unit="movements",
                station=limit.airport,
                minute=limit.window.start_min,
            )


def _held_slots(case: Case, at: dict[str, list[Movement]]) -> Iterator[Violation]:
    held: dict[tuple[str, str, str], list[ResolvedHeldSlot]] = {}
    for slot in case.resolved.held_slots:
        held.setdefault((slot.operator, slot.airport, slot.movement), []).append(slot)
    for (operator, airport, kind), slots in held.items():
        mine = [
            m
            for m in at.get(airport, [])
            if m.kind == kind and m.flight.rotation.operator == operator
        ]
        for movement in unmatched(mine, slots, case.cycle_min):
            time = when(case.resolved, movement.minute, airport)
            yield Violation(
                code="C7",
                message=f"flight {movement.flight.id}: {operator} holds no free slot for its "
                f"{kind} at {airport} {time}",
                amount=1,
                unit="movements",
                operator=operator,
                flight=movement.flight.id,
                leg=movement.leg,
                station=airport,
                minute=movement.minute,
            )


def unmatched(
    movements: list[Movement], slots: list[ResolvedHeldSlot], cycle_min: int | None
) -> list[Movement]:
    """Movements left over when as many as possible get a slot of their own.

    Augmenting paths: a movement takes a free slot, or one whose holder can move to another.
    """
    places = [slot for slot in slots for _ in range(min(slot.slots, len(movements)))]
    suits = [
        [
            p
            for p, slot in enumerate(places)
            if distance_min(movement.minute, slot.minute, cycle_min) <= slot.tolerance_min
        ]
        for movement in movements
    ]
    holder: dict[int, int] = {}

    def seat(newcomer: int) -> bool:
        """Search, breadth first, for a free place at the end of a chain of moves."""
        came_from: dict[int, int] = {}
        queue = [newcomer]
        for m in queue:
            for place in suits[m]:
                if place in came_from:
                    continue
                came_from[place] = m
                if place not in holder:
                    _move_along(place, newcomer, came_from, holder)
                    return True
                queue.append(holder[place])
        return False

    return [movement for m, movement in enumerate(movements) if not seat(m)]


def _move_along(
    free: int, newcomer: int, came_from: dict[int, int], holder: dict[int, int]
) -> None:
    """Give each movement on the chain the place it reached, and its old one to the one before."""
    old_place = {m: p for p, m in holder.items()}
    place = free
    while True:
        m = came_from[place]
        holder[place] = m
        if m == newcomer:
            return
        place = old_place[m]


def c9_stands(case: Case) -> Iterator[Violation]:
    """C9: at every instant, aircraft that need size s or more fit on the stands that have it."""
    for airport in case.resolved.airports:
        if not airport.stands:
            continue
        worst: Violation | None = None
        for size in SIZES:
            larger = SIZES[SIZES.index(size) :]
            stands = sum(number for s, number in airport.stands if s in larger)
            stays = list(_stays(case, airport.code, larger))
            most, minute = peak(stays, case.cycle_min)
            if most - stands > (worst.amount if worst else 0):
                worst = Violation(
                    code="C9",
                    message=f"{most} aircraft of size {size} or larger stand at {airport.code} "
                    f"{when(case.resolved, minute, airport.code)}, on {stands} such stands",
                    amount=most - stands,
                    unit="aircraft",
                    station=airport.code,
                    minute=minute,
                )
        if worst is not None:
            yield worst


def _stays(case: Case, airport: str, sizes: str) -> Iterator[tuple[int, int]]:
    """When an aircraft of one of the sizes takes a stand."""
    for flight in case.flights:
        aircraft = case.resolved.type.get(flight.rotation.type)
        if aircraft is None or aircraft.size_code not in sizes:
            continue
        legs = flight.rotation.legs
        for i, leg in enumerate(legs):
            if leg.destination != airport:
                continue
            if i == len(legs) - 1 or airport in case.resolved.gateways:
                end = leg.on_block_min + (case.least_stop_min(flight, i) or 0)
            else:
                end = legs[i + 1].off_block_min
            yield leg.on_block_min, end


def c17_service(case: Case) -> Iterator[Violation]:
    """C17: least and most rotations to a station, and the spacing of their departures."""
    for market in case.resolved.markets:
        flights = [f for f in case.flights if _serves(case, market, f)]
        number, name = len(flights), f"rotations to {market.station} ({market.id})"
        if market.min_rotations is not None and number < market.min_rotations:
            yield Violation(
                code="C17",
                message=f"{number} {name}, at least {market.min_rotations} are due",
                amount=market.min_rotations - number,
                unit="rotations",
                station=market.station,
            )
        if market.max_rotations is not None and number > market.max_rotations:
            yield Violation(
                code="C17",
                message=f"{number} {name}, at most {market.max_rotations} are allowed",
                amount=number - market.max_rotations,
                unit="rotations",
                station=market.station,
            )
        if market.min_spacing_min is not None:
            yield from _spacing(case, market, flights, market.min_spacing_min)


def _serves(case: Case, market: ResolvedMarket, flight: Flight) -> bool:
    rotation = flight.rotation
    if market.operators and rotation.operator not in market.operators:
        return False
    if market.gateway is not None and rotation.origin != market.gateway:
        return False
    ends = (rotation.origin, *(x.destination for x in rotation.legs if x.stop != "technical"))
    return market.station in ends


def _spacing(
    case: Case, market: ResolvedMarket, flights: list[Flight], least_min: int
) -> Iterator[Violation]:
    cycle = case.cycle_min
    starts = sorted(
        (f.rotation.off_block_min % cycle if cycle else f.rotation.off_block_min, f.id)
        for f in flights
    )
    if cycle and starts:
        minute, name = starts[0]
        starts.append((minute + cycle, name))
    for (first, one), (second, other) in pairwise(starts):
        if second - first < least_min:
            yield Violation(
                code="C17",
                message=f"flights {one} and {other} to {market.station} leave "
                f"{hours(second - first)} apart, at least {hours(least_min)} ({market.id})",
                amount=least_min - (second - first),
                unit="min",
                flight=other,
                station=market.station,
                minute=second % cycle if cycle else second,
            )
