"""Legs of a schedule to flights: who flies them, where rotations begin, what stops are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.errors import Finding
from optimizer.files.place import Place
from optimizer.files.table import RawRow
from optimizer.files.timetable.reader import Reader
from optimizer.plan.plan import Flight, Load
from optimizer.plan.rotation import Leg, Rotation, Stop


@dataclass(frozen=True, slots=True)
class StatedLeg:
    """One row of the schedule; `stop` is empty where it is not stated."""

    place: Place
    flight: str
    tail: str
    pool: ResolvedPool
    number: int | None
    origin: str
    destination: str
    off_block_min: int
    on_block_min: int
    stop: str


@dataclass(frozen=True, slots=True)
class StatedFlight:
    """A flight and which of its stops the schedule states."""

    flight: Flight
    stops: tuple[str, ...]


def read_flights(
    resolved: ResolvedInstance, rows: Iterable[RawRow]
) -> tuple[list[StatedFlight], list[Finding]]:
    """The flights of a schedule in order of pool, tail and time."""
    findings: list[Finding] = []
    legs = [leg for row in rows if (leg := _leg(resolved, row, findings)) is not None]
    flights: list[StatedFlight] = []
    named = [leg for leg in legs if leg.flight]
    for flight_id, group in groupby(sorted(named, key=lambda x: x.flight), lambda x: x.flight):
        members = list(group)
        findings += _disagreement(flight_id, members)
        flights.append(_flight(resolved, flight_id, _in_order(resolved, members)))
    unnamed = sorted((leg for leg in legs if not leg.flight), key=_line_order)
    taken = {flight.flight.id for flight in flights}
    for _, group in groupby(unnamed, lambda x: (x.pool.id, x.tail)):
        flights += _split(resolved, list(group), taken)
    order = {pool.id: index for index, pool in enumerate(resolved.pools)}
    flights.sort(key=lambda f: _plan_order(f.flight, order))
    return flights, findings


def _leg(resolved: ResolvedInstance, row: RawRow, findings: list[Finding]) -> StatedLeg | None:
    problems: list[Finding] = []
    reader = Reader(row, resolved.period, problems)
    pool = _pool(resolved, reader)
    origin = reader.airport("origin", resolved.airport)
    destination = reader.airport("destination", resolved.airport)
    off_block_min = reader.needed_minute("off_block")
    on_block_min = reader.needed_minute("on_block")
    stop = reader.text("stop").lower()
    if stop not in ("", "full", "technical"):
        reader.note("stop", "unknown word", "unknown-word", stop, "", "full or technical")
    number = reader.whole("leg")
    if off_block_min is not None and on_block_min is not None and on_block_min <= off_block_min:
        if resolved.period.cyclic:  # written within one week, flown over its end
            on_block_min += resolved.period.length_min
        if on_block_min <= off_block_min:
            reader.note(
                "on_block", "the leg arrives before it leaves", "impossible-time",
                reader.text("on_block") or reader.text("on_block_utc"),
            )  # fmt: skip
    tail = reader.text("tail") if pool is None or pool.size > 1 else pool.tails[0]
    flight = reader.text("flight")
    if pool is not None and not tail and not flight:
        reader.note("flight", "it is not said which rotation this leg is of", "missing-value")
    findings += problems
    if problems or pool is None or off_block_min is None or on_block_min is None:
        return None
    return StatedLeg(
        place=row.place,
        flight=flight,
        tail=tail,
        pool=pool,
        number=number,
        origin=origin,
        destination=destination,
        off_block_min=off_block_min,
        on_block_min=on_block_min,
        stop=stop,
    )


def _pool(resolved: ResolvedInstance, reader: Reader) -> ResolvedPool | None:
    """Who flies a leg: by tail, else by pool, else by operator and type."""
    before = len(reader.findings)
    tail, stated = reader.text("tail"), reader.text("pool")
    if tail:
        tails = {name: pool for pool in resolved.pools for name in pool.tails}
        pool = tails.get(reader.one_of("tail", tails, "tail"))
    elif stated:
        pool = resolved.pool.get(reader.one_of("pool", resolved.pool, "pool"))
    else:
        pool = _only_pool(resolved, reader)
    if pool is None:
        return None
    for column, actual in (("operator", pool.operator), ("type", pool.type), ("pool", pool.id)):
        value = reader.text(column)
        if value and value != actual:
            who = tail or pool.id
            reader.note(column, f"{who} is of another {column}", "contradiction", value, actual)
    return pool if len(reader.findings) == before else None


def _only_pool(resolved: ResolvedInstance, reader: Reader) -> ResolvedPool | None:
    """The one pool of an operator and type."""
    operator, type_ = reader.text("operator"), reader.text("type")
    pools = [
        pool
        for pool in resolved.pools
        if operator in ("", pool.operator) and type_ in ("", pool.type)
    ]
    if len(pools) == 1 and (resolved.period.cyclic or pools[0].size == 1):
        return pools[0]
    reader.note("tail", "it is not said who flies this leg", "missing-value", "", "", "a tail")
    return None


def _disagreement(flight_id: str, legs: list[StatedLeg]) -> Iterable[Finding]:
    """A flight that two aircraft are said to fly."""
    first = legs[0]
    for leg in legs[1:]:
        if (leg.pool.id, leg.tail) != (first.pool.id, first.tail):
            yield leg.place.finding(
                "tail",
                f"flight {flight_id} is flown by two aircraft",
                code="contradiction",
                value=leg.tail or leg.pool.id,
                expected=first.tail or first.pool.id,
            )


def _in_order(resolved: ResolvedInstance, legs: list[StatedLeg]) -> list[StatedLeg]:
    """Legs of one flight in the order they are flown."""
    if all(leg.number is not None for leg in legs):
        ordered = sorted(legs, key=lambda x: (x.number or 0, x.off_block_min))
    elif all(a.destination == b.origin for a, b in pairwise(legs)):
        ordered = legs
    else:
        ordered = sorted(legs, key=lambda x: x.off_block_min)
    return _onward(resolved, ordered)


def _onward(resolved: ResolvedInstance, legs: list[StatedLeg]) -> list[StatedLeg]:
    """Cyclic: times that do not go back at the end of the week; the first leg in the week."""
    if not resolved.period.cyclic:
        return legs
    week = resolved.period.length_min
    shifted: list[StatedLeg] = []
    earliest = 0
    for leg in legs:
        block_min = leg.on_block_min - leg.off_block_min
        off_block_min = leg.off_block_min % week
        off_block_min += -(-max(0, earliest - off_block_min) // week) * week
        shifted.append(
            replace(leg, off_block_min=off_block_min, on_block_min=off_block_min + block_min)
        )
        earliest = off_block_min + block_min
    return shifted


def _split(
    resolved: ResolvedInstance, legs: list[StatedLeg], taken: set[str]
) -> list[StatedFlight]:
    """The legs of one tail as rotations: each ends where a gateway is reached."""
    flights: list[StatedFlight] = []
    current: list[StatedLeg] = []
    for index, leg in enumerate(legs):
        current.append(leg)
        ends = leg.destination in resolved.gateways and leg.stop != "technical"
        if ends or index + 1 == len(legs):
            flight_id = _free_id(leg.tail or leg.pool.id, taken)
            flights.append(_flight(resolved, flight_id, _onward(resolved, current)))
            current = []
    return flights


def _free_id(name: str, taken: set[str]) -> str:
    number = 1
    while f"{name}/{number}" in taken:
        number += 1
    taken.add(f"{name}/{number}")
    return f"{name}/{number}"


def _flight(resolved: ResolvedInstance, flight_id: str, legs: list[StatedLeg]) -> StatedFlight:
    """A flight whose unstated stops are full, for now."""
    pool = legs[0].pool
    tail = legs[0].tail
    if resolved.period.cyclic and pool.size > 1:
        tail = ""  # the tails of a pool swap from week to week
    rotation = Rotation(
        operator=pool.operator,
        type=pool.type,
        legs=tuple(
            Leg(
                x.origin,
                x.destination,
                x.off_block_min,
                x.on_block_min,
                "technical" if x.stop == "technical" else "full",
            )
            for x in legs
        ),
    )
    return StatedFlight(Flight(flight_id, pool.id, tail, rotation), tuple(x.stop for x in legs))


def with_stops(
    resolved: ResolvedInstance, flights: Iterable[StatedFlight], loads: Iterable[Load]
) -> list[StatedFlight]:
    """Unstated stops: technical where no cargo moves and the operator only refuels, else full."""
    used: set[tuple[str, int]] = set()
    for load in loads:
        for segment in load.segments:
            used |= {
                (segment.flight, segment.uplift_leg - 1),
                (segment.flight, segment.discharge_leg),
            }
    return [_with_stops(resolved, stated, used) for stated in flights]


def _with_stops(
    resolved: ResolvedInstance, stated: StatedFlight, used: set[tuple[str, int]]
) -> StatedFlight:
    flight = stated.flight
    operator = resolved.operator[flight.rotation.operator]
    legs = []
    for index, (leg, word) in enumerate(zip(flight.rotation.legs, stated.stops, strict=True)):
        refuels_only = (
            leg.destination in operator.technical_stops
            and leg.destination not in operator.stations
            and leg.destination not in resolved.gateways
            and (flight.id, index) not in used
            and index + 1 < len(flight.rotation.legs)
        )
        stop: Stop = "technical" if not word and refuels_only else leg.stop
        legs.append(replace(leg, stop=stop))
    rotation = replace(flight.rotation, legs=tuple(legs))
    return replace(stated, flight=replace(flight, rotation=rotation))


def returned_tails(resolved: ResolvedInstance, flights: Iterable[StatedFlight]) -> tuple[str, ...]:
    """Tails that may be returned and fly nothing."""
    flown = {(f.flight.pool, f.flight.tail) for f in flights}
    pools = {pool for pool, _ in flown}
    return tuple(
        tail
        for pool in resolved.pools
        if pool.returnable
        for tail in pool.tails
        if ((pool.id, tail) not in flown if not resolved.period.cyclic else pool.id not in pools)
    )


def _line_order(leg: StatedLeg) -> tuple[str, str, int]:
    return leg.pool.id, leg.tail, leg.off_block_min


def _plan_order(flight: Flight, pools: dict[str, int]) -> tuple[int, str, int, str]:
    return pools[flight.pool], flight.tail, flight.rotation.off_block_min, flight.id
