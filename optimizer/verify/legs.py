"""C3, C4, C5, C8 and C15: what a leg may do and carry."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from optimizer.domain.resolved import ResolvedClosure
from optimizer.plan.plan import Flight
from optimizer.verify.case import Carried, Case
from optimizer.verify.intervals import holds
from optimizer.verify.report import Violation
from optimizer.verify.words import hours, kg, leg_name, m3, when


def c3_range(case: Case) -> Iterator[Violation]:
    """C3: the leg can be flown, and takes its block minutes."""
    for flight in case.flights:
        if not case.known_operator(flight):
            continue
        for i, leg in enumerate(flight.rotation.legs):
            data = case.leg_data(flight, i)
            if data is None:
                message, amount = _why_no_leg(case, flight, i), 0
            elif leg.block_min != data.block_min:
                message = f"block time {hours(leg.block_min)}, it takes {hours(data.block_min)}"
                amount = abs(leg.block_min - data.block_min)
            else:
                continue
            yield Violation(
                code="C3",
                message=f"{leg_name(flight, i)}: {message}",
                amount=amount,
                unit="min" if amount else "",
                operator=flight.rotation.operator,
                flight=flight.id,
                tail=flight.tail,
                leg=i,
                station=leg.origin,
                minute=leg.off_block_min,
            )


def _why_no_leg(case: Case, flight: Flight, i: int) -> str:
    """Why the resolved instance has no such leg, as far as it tells."""
    rotation, leg = flight.rotation, flight.rotation.legs[i]
    operator = case.resolved.operator[rotation.operator]
    places = {*operator.stations, *operator.technical_stops, *case.resolved.gateways}
    for pool in case.resolved.pools:
        if pool.operator == rotation.operator:
            places |= {pool.start_airport, pool.end_airport}
    for airport in (leg.destination, leg.origin):
        if airport not in places:
            return f"{rotation.operator} may neither carry to {airport} nor refuel there"
    who = f"a {rotation.type} of {rotation.operator}"
    return f"{who} cannot fly it: too far, or no track that it may use"


def on_board(case: Case) -> dict[tuple[str, int], list[Carried]]:
    """Loads by flight and index of the leg."""
    found: dict[tuple[str, int], list[Carried]] = {}
    for load in case.loads:
        for i in range(load.first_leg, load.last_leg + 1):
            found.setdefault((load.flight.id, i), []).append(load)
    return found


def c4_weight(case: Case) -> Iterator[Violation]:
    """C4: grams on a leg are at most 1000 times its cap."""
    for (_, i), loads in on_board(case).items():
        flight = loads[0].flight
        data = case.leg_data(flight, i)
        grams = sum(x.load.grams for x in loads)
        if data is not None and grams > 1000 * data.cap_kg:
            yield _overload(
                case,
                flight,
                i,
                "C4",
                f"{kg(grams)} on board, at most {data.cap_kg:,} kg ({data.binding})",
                grams - 1000 * data.cap_kg,
                "g",
            )


def c5_volume(case: Case) -> Iterator[Violation]:
    """C5: the volume on a leg is at most the usable volume of the type, exactly."""
    for (_, i), loads in on_board(case).items():
        flight = loads[0].flight
        aircraft = case.resolved.type.get(flight.rotation.type)
        volume = sum((x.volume_cm3 for x in loads), Fraction(0))
        if aircraft is not None and volume > aircraft.volume_cm3:
            yield _overload(
                case,
                flight,
                i,
                "C5",
                f"{m3(volume)} on board, at most {m3(aircraft.volume_cm3)}",
                ceil(volume - aircraft.volume_cm3),
                "cm3",
            )


def _overload(
    case: Case, flight: Flight, i: int, code: str, message: str, amount: int, unit: str
) -> Violation:
    leg = flight.rotation.legs[i]
    departure = when(case.resolved, leg.off_block_min, leg.origin)
    return Violation(
        code=code,
        message=f"{leg_name(flight, i)} on {departure}: {message}",
        amount=amount,
        unit=unit,
        operator=flight.rotation.operator,
        flight=flight.id,
        tail=flight.tail,
        leg=i,
        station=leg.origin,
        minute=leg.off_block_min,
    )


def c8_curfews(case: Case) -> Iterator[Violation]:
    """C8: no movement in a closure of its airport, kind, type and operator."""
    for flight in case.flights:
        for i, leg in enumerate(flight.rotation.legs):
            for kind, airport, minute in (
                ("departure", leg.origin, leg.off_block_min),
                ("arrival", leg.destination, leg.on_block_min),
            ):
                if not any(
                    _closes(case, closure, flight, kind, airport, minute)
                    for closure in case.resolved.closures
                ):
                    continue
                time = when(case.resolved, minute, airport)
                yield Violation(
                    code="C8",
                    message=f"{leg_name(flight, i)}: {kind} at {airport} {time} is in a curfew",
                    operator=flight.rotation.operator,
                    flight=flight.id,
                    tail=flight.tail,
                    leg=i,
                    station=airport,
                    minute=minute,
                )


def _closes(
    case: Case, closure: ResolvedClosure, flight: Flight, kind: str, airport: str, minute: int
) -> bool:
    rotation = flight.rotation
    return (
        (closure.airport, closure.movement) == (airport, kind)
        and rotation.type in closure.types
        and (not closure.operators or rotation.operator in closure.operators)
        and any(holds(window, minute, case.cycle_min) for window in closure.windows)
    )


def c15_rights(case: Case) -> Iterator[Violation]:
    """C15: traffic rights of loads, places of stops, frequency caps."""
    yield from _load_rights(case)
    for flight in case.flights:
        if case.known_operator(flight):
            yield from _stops(case, flight)
    yield from _frequency_caps(case)


def _load_rights(case: Case) -> Iterator[Violation]:
    for load in case.loads:
        operator = load.flight.rotation.operator
        legs = range(load.first_leg, load.last_leg + 1)
        if not load.sound or any(case.leg_data(load.flight, i) is None for i in legs):
            continue  # C0 or C3
        pair = (load.uplift.origin, load.discharge.destination)
        if pair not in case.resolved.operator[operator].rights:
            yield Violation(
                code="C15",
                message=f"flight {load.flight.id}: {operator} may not carry from {pair[0]} to "
                f"{pair[1]} ({kg(load.load.grams)} of {load.consignment.id})",
                amount=load.load.grams,
                unit="g",
                operator=operator,
                flight=load.flight.id,
                leg=load.first_leg,
                consignment=load.consignment.id,
                station=pair[0],
            )


def _stops(case: Case, flight: Flight) -> Iterator[Violation]:
    """Full stops at stations or gateways; technical ones where the operator may land."""
    operator = case.resolved.operator[flight.rotation.operator]
    full = {*operator.stations, *case.resolved.gateways}
    pool = case.resolved.pool.get(flight.pool)
    if pool is not None:
        full |= {pool.start_airport, pool.end_airport}
    for i, leg in enumerate(flight.rotation.legs):
        if case.leg_data(flight, i) is None:
            continue  # C3
        technical = leg.stop == "technical"
        if leg.destination in (operator.technical_stops if technical else full):
            continue
        what = "may not land to refuel" if technical else "has no rights"
        yield Violation(
            code="C15",
            message=f"{leg_name(flight, i)}: {operator.operator} {what} at {leg.destination}",
            operator=operator.operator,
            flight=flight.id,
            leg=i,
            station=leg.destination,
            minute=leg.on_block_min,
        )


def _frequency_caps(case: Case) -> Iterator[Violation]:
    for cap in case.resolved.right_caps:
        flights = [
            f
            for f in case.flights
            if f.rotation.operator == cap.operator and not offered_pairs(f).isdisjoint(cap.pairs)
        ]
        if len(flights) > cap.max_flights:
            first, last = cap.pairs[0]
            yield Violation(
                code="C15",
                message=f"{cap.operator} flies {len(flights)} rotations under {cap.id} "
                f"({first}-{last}), at most {cap.max_flights}: " + ", ".join(f.id for f in flights),
                amount=len(flights) - cap.max_flights,
                unit="rotations",
                operator=cap.operator,
                station=last,
            )


def offered_pairs(flight: Flight) -> set[tuple[str, str]]:
    """Pairs of airports between which a flight could carry cargo: full stops, in order."""
    legs = flight.rotation.legs
    points = [legs[0].origin, *(leg.destination for leg in legs if leg.stop != "technical")]
    return {(a, b) for i, a in enumerate(points) for b in points[i + 1 :]}
