"""C14: when tails can fly, and how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.domain.resolved import ResolvedPool, Window
from optimizer.plan.plan import Flight
from optimizer.verify.case import Case
from optimizer.verify.continuity import tails_needed
from optimizer.verify.intervals import overlap
from optimizer.verify.report import Violation
from optimizer.verify.words import hours, when


def c14_tails(case: Case) -> Iterator[Violation]:
    """C14: availability, maintenance, block hours, and returned tails."""
    for pool in case.resolved.pools:
        flights = case.flights_of(pool)
        if case.resolved.period.cyclic:
            yield from _returned_from_pool(case, pool)
            yield from _maintenance(case, pool, pool.id, flights)
            yield from _block_hours(case, pool, pool.id, flights, case.kept(pool))
            continue
        for flight in flights:
            yield from _availability(case, pool, flight)
        for tail in pool.tails:
            line = case.lines.get(tail, ())
            yield from _maintenance(case, pool, tail, line)
            if tail in case.returned:
                yield from _returned_tail(pool, tail, line)
            else:
                yield from _block_hours(case, pool, tail, line, 1)


def _availability(case: Case, pool: ResolvedPool, flight: Flight) -> Iterator[Violation]:
    rotation = flight.rotation
    early = pool.available_from_min - rotation.off_block_min
    late = rotation.on_block_min - pool.available_until_min
    for amount, minute, message in (
        (early, rotation.off_block_min, "departs {} before the tail is available"),
        (late, rotation.on_block_min, "is back {} after the tail is available"),
    ):
        if amount > 0:
            text = f"flight {flight.id} {message.format(hours(amount))}"
            yield _violation(case, pool, text, amount, "min", flight=flight, minute=minute)


def _maintenance(
    case: Case, pool: ResolvedPool, tail: str, line: Sequence[Flight]
) -> Iterator[Violation]:
    """Over its maintenance a tail is at its base: not under way, nor anywhere else."""
    for window in pool.maintenance:
        start = when(case.resolved, window.start_min, pool.base)
        under_way = [
            f
            for f in line
            if overlap(f.rotation.off_block_min, f.rotation.on_block_min, window, case.cycle_min)
        ]
        for flight in under_way:
            text = f"flight {flight.id} is under way over the maintenance of {tail} on {start}"
            yield _violation(case, pool, text, 0, "", flight=flight, minute=window.start_min)
        where = _whereabouts(case, pool, line, window)
        if not under_way and where != pool.base:
            text = f"{tail} stands at {where} over its maintenance at {pool.base} on {start}"
            yield _violation(case, pool, text, 0, "", tail=tail, minute=window.start_min)


def _whereabouts(case: Case, pool: ResolvedPool, line: Sequence[Flight], window: Window) -> str:
    """Where a tail stands at the start of a window over which it does not fly."""
    cycle = case.cycle_min
    if cycle is not None:
        if pool.size > 1 or not line:
            return pool.base
        last = min(line, key=lambda f: (window.start_min - f.rotation.on_block_min) % cycle)
        return last.rotation.destination
    before = [f for f in line if f.rotation.on_block_min <= window.start_min]
    if not before:
        return pool.start_airport
    return max(before, key=lambda f: f.rotation.on_block_min).rotation.destination


def _block_hours(
    case: Case, pool: ResolvedPool, name: str, flights: Sequence[Flight], tails: int
) -> Iterator[Violation]:
    flown = sum(f.rotation.block_min for f in flights)
    tail = name if not case.resolved.period.cyclic else ""
    if pool.max_block_min is not None and flown > tails * pool.max_block_min:
        most = tails * pool.max_block_min
        text = f"{name} flies {hours(flown)}, at most {hours(most)}"
        yield _violation(case, pool, text, flown - most, "min", tail=tail)
    if pool.min_block_min is not None and flown < tails * pool.min_block_min:
        least = tails * pool.min_block_min
        if pool.id not in case.unplaced:
            text = f"{name} flies {hours(flown)}, at least {hours(least)}"
            yield _violation(case, pool, text, least - flown, "min", tail=tail)


def _returned_tail(pool: ResolvedPool, tail: str, line: Sequence[Flight]) -> Iterator[Violation]:
    if line:
        names = ", ".join(f.id for f in line)
        yield Violation(
            code="C14",
            message=f"tail {tail} is returned, but flies {names}",
            amount=len(line),
            unit="rotations",
            pool=pool.id,
            tail=tail,
        )


def _returned_from_pool(case: Case, pool: ResolvedPool) -> Iterator[Violation]:
    """Cyclic: the tails that are kept suffice; beyond the pool's size it is C1."""
    most, minute = tails_needed(case, pool)
    kept = case.kept(pool)
    if kept < most <= pool.size:
        text = f"pool {pool.id} needs {most} aircraft, but keeps {kept} of {pool.size}"
        yield _violation(case, pool, text, most - kept, "aircraft", minute=minute)


def _violation(
    case: Case,
    pool: ResolvedPool,
    message: str,
    amount: int,
    unit: str,
    *,
    tail: str = "",
    flight: Flight | None = None,
    minute: int | None = None,
) -> Violation:
    return Violation(
        code="C14",
        message=message,
        amount=amount,
        unit=unit,
        operator=pool.operator,
        pool=pool.id,
        tail=flight.tail if flight else tail,
        flight=flight.id if flight else "",
        minute=minute,
    )
