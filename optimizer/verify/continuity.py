"""C1 and C2: aircraft are where they depart, and stay long enough on the ground."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from optimizer.domain.resolved import ResolvedPool
from optimizer.plan.plan import Flight
from optimizer.verify.case import Case
from optimizer.verify.intervals import peak
from optimizer.verify.report import Violation
from optimizer.verify.words import hours, leg_name, when


def c1_continuity(case: Case) -> Iterator[Violation]:
    """C1: legs join, lines join, a week closes, and no pool flies more aircraft than it has."""
    for flight in case.flights:
        yield from _legs_join(case, flight)
    for pool in case.resolved.pools:
        if case.resolved.period.cyclic:
            yield from _week_closes(case, pool)
            yield from _enough_tails(case, pool)
        elif pool.id not in case.unplaced:
            for tail in pool.tails:
                yield from _line_joins(case, pool, tail)


def _legs_join(case: Case, flight: Flight) -> Iterator[Violation]:
    for i, (leg, following) in enumerate(pairwise(flight.rotation.legs)):
        if leg.destination != following.origin:
            yield Violation(
                code="C1",
                message=f"{leg_name(flight, i)} ends in {leg.destination}, "
                f"the next one departs from {following.origin}",
                flight=flight.id,
                tail=flight.tail,
                leg=i,
                station=leg.destination,
                minute=following.off_block_min,
            )


def _line_joins(case: Case, pool: ResolvedPool, tail: str) -> Iterator[Violation]:
    """Dated: from start to end airport, one rotation after the other."""
    line = case.lines.get(tail, ())
    if not line:
        if pool.start_airport != pool.end_airport and tail not in case.returned:
            message = f"tail {tail} flies nothing, but must get from {pool.start_airport} to "
            yield Violation(
                code="C1",
                message=message + pool.end_airport,
                tail=tail,
                pool=pool.id,
                station=pool.end_airport,
            )
        return
    for flight, message, amount in _line_breaks(case, pool, line):
        yield Violation(
            code="C1",
            message=f"tail {tail}, flight {flight.id}: {message}",
            amount=amount,
            unit="min" if amount else "",
            tail=tail,
            pool=pool.id,
            flight=flight.id,
            station=flight.rotation.origin,
            minute=flight.rotation.off_block_min,
        )


def _line_breaks(
    case: Case, pool: ResolvedPool, line: Sequence[Flight]
) -> Iterator[tuple[Flight, str, int]]:
    """Flights that do not join the one before, why, and by how many minutes they are early."""
    where, free_min = pool.start_airport, line[0].rotation.off_block_min
    for i, flight in enumerate(line):
        rotation = flight.rotation
        departure = when(case.resolved, rotation.off_block_min, rotation.origin)
        early = free_min - rotation.off_block_min
        if early > 0:
            yield flight, f"departs {departure}, {hours(early)} before the tail is back", early
        elif rotation.origin != where:
            yield flight, f"departs {departure} from {rotation.origin}, but is at {where}", 0
        elif i > 0 and where not in case.resolved.gateways:
            yield flight, f"departs {departure} from {where}, which is no gateway", 0
        if rotation.on_block_min >= free_min:
            free_min, where = rotation.on_block_min, rotation.destination
    if where != pool.end_airport:
        yield line[-1], f"the line ends at {where}, not at {pool.end_airport}", 0


def _week_closes(case: Case, pool: ResolvedPool) -> Iterator[Violation]:
    """Cyclic: from gateway to gateway, as many departures as arrivals at each."""
    balance: dict[str, int] = {}
    may_change = case.resolved.universe.may_change_gateway
    for flight in case.flights_of(pool):
        origin, destination = flight.rotation.origin, flight.rotation.destination
        outside = [a for a in (origin, destination) if a not in case.resolved.gateways]
        if outside:
            message = f"flight {flight.id} starts or ends at {outside[0]}, which is no gateway"
        elif origin != pool.base and not may_change:
            message = f"flight {flight.id} starts at {origin}, but pool {pool.id} at {pool.base}"
        else:
            balance[origin] = balance.get(origin, 0) + 1
            balance[destination] = balance.get(destination, 0) - 1
            continue
        minute = flight.rotation.off_block_min
        yield Violation(
            code="C1",
            message=message,
            flight=flight.id,
            pool=pool.id,
            station=outside[0] if outside else origin,
            minute=minute,
        )
    for gateway in sorted(balance):
        more = balance[gateway]
        if more:
            kind = "departures than arrivals" if more > 0 else "arrivals than departures"
            yield Violation(
                code="C1",
                message=f"pool {pool.id} has {abs(more)} more {kind} a week at {gateway}",
                amount=abs(more),
                unit="rotations",
                pool=pool.id,
                station=gateway,
            )


def _enough_tails(case: Case, pool: ResolvedPool) -> Iterator[Violation]:
    """Cyclic: tails under way, in turnaround or waiting, over all weeks, are at most the pool's."""
    most, minute = tails_needed(case, pool)
    if most > pool.size:
        yield Violation(
            code="C1",
            message=f"pool {pool.id} needs {most} aircraft {when(case.resolved, minute)}, "
            f"and has {pool.size}",
            amount=most - pool.size,
            unit="aircraft",
            pool=pool.id,
            minute=minute,
        )


def tails_needed(case: Case, pool: ResolvedPool) -> tuple[int, int]:
    """Tails a cyclic pool needs, and the minute at which most rotations are under way.

    A tail is under way or in turnaround, or it waits at a gateway for a later departure. At the
    week's first instant those under way are counted, and at each gateway as many wait as its
    departures run ahead of the tails that get ready there.
    """
    busy, under_way = [], 0
    events: dict[str, list[tuple[int, int]]] = {}
    for flight in case.flights_of(pool):
        rotation = flight.rotation
        turnaround = case.least_stop_min(flight, len(rotation.legs) - 1) or 0
        start, ready = rotation.off_block_min, rotation.on_block_min + turnaround
        busy.append((start, ready))
        if case.cycle_min is None or ready <= start:
            continue
        under_way += ready // case.cycle_min - start // case.cycle_min
        events.setdefault(rotation.destination, []).append((ready % case.cycle_min, 0))
        events.setdefault(rotation.origin, []).append((start % case.cycle_min, 1))
    waiting = sum(_most_ahead(found) for found in events.values())
    most, minute = peak(busy, case.cycle_min)
    return max(most, under_way + waiting), minute


def _most_ahead(events: list[tuple[int, int]]) -> int:
    """How far departures (1) ever run ahead of tails getting ready (0), which come first."""
    ahead, most = 0, 0
    for _, departs in sorted(events):
        ahead += 1 if departs else -1
        most = max(most, ahead)
    return most


def c2_turnaround(case: Case) -> Iterator[Violation]:
    """C2: at least the least turnaround between legs, and between rotations of a line."""
    for flight in case.flights:
        for i, (leg, following) in enumerate(pairwise(flight.rotation.legs)):
            if leg.destination == following.origin:
                stay = following.off_block_min - leg.on_block_min
                yield from _too_short(case, flight, i, stay, following.off_block_min)
    for tail in sorted(case.lines):
        for flight, then in pairwise(case.lines[tail]):
            stay = then.rotation.off_block_min - flight.rotation.on_block_min
            if stay >= 0 and flight.rotation.destination == then.rotation.origin:
                last = len(flight.rotation.legs) - 1
                yield from _too_short(case, flight, last, stay, then.rotation.off_block_min)


def _too_short(
    case: Case, flight: Flight, index: int, stay_min: int, minute: int
) -> Iterator[Violation]:
    least = case.least_stop_min(flight, index)
    if least is not None and stay_min < least:
        leg = flight.rotation.legs[index]
        kind = "technical stop" if leg.stop == "technical" else "turnaround"
        yield Violation(
            code="C2",
            message=f"{leg_name(flight, index)}: {hours(stay_min)} on the ground at "
            f"{leg.destination} until {when(case.resolved, minute, leg.destination)}, "
            f"a {kind} takes {hours(least)}",
            amount=least - stay_min,
            unit="min",
            flight=flight.id,
            tail=flight.tail,
            leg=index,
            station=leg.destination,
            minute=minute,
        )
