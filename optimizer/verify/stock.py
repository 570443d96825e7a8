"""C10: what waits in terminals for its flight."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.verify.case import Carried, Case
from optimizer.verify.report import Violation
from optimizer.verify.words import when


def c10_stock(case: Case) -> Iterator[Violation]:
    """C10: grams in stock at an airport at every instant, each from arrival to off-block."""
    for limit in case.resolved.stock_limits:
        waits = [
            (*wait, carried.load.grams)
            for carried in case.loads
            if carried.sound and carried.uplift.origin == limit.airport
            if not carried.consignment.sold
            if (wait := waiting(carried)) is not None
        ]
        grams, minute = most_in_stock(waits, case.cycle_min)
        if grams > limit.most_g:
            yield Violation(
                code="C10",
                message=f"{grams / 1000:,.3f} kg in stock at {limit.airport} at "
                f"{when(case.resolved, minute, limit.airport)}, at most "
                f"{limit.most_g / 1000:,.3f} kg",
                amount=grams - limit.most_g,
                unit="g",
                station=limit.airport,
                minute=minute,
            )


def waiting(carried: Carried) -> tuple[int, int] | None:
    """[arrival, off-block) of a load where it is lifted; None if that makes no sense.

    It arrives by the flight it comes with, by its feeder truck, or where neither brings it when it
    is ready.
    """
    if carried.before is not None:
        return carried.before.on_block_min, carried.off_block_min
    feeder = carried.load.feeder
    if feeder is None:
        return carried.consignment.ready_min, carried.off_block_min
    if carried.feeder_lane is None:
        return None
    return feeder.dispatch_min + carried.feeder_lane.truck_min, carried.off_block_min


def most_in_stock(waits: list[tuple[int, int, int]], cycle_min: int | None) -> tuple[int, int]:
    """Most grams that wait at one instant, and the first such minute.

    Stock only grows when something arrives, so arrivals are the instants to look at. In a week that
    repeats, what waits from start to end waits so every week: at an instant of the week it counts
    once for every week of which the instant lies within its wait.
    """
    if cycle_min is None:
        instants = sorted({start for start, end, _ in waits if start < end})
    else:
        instants = sorted({start % cycle_min for start, end, _ in waits if start < end})
    most, at = 0, 0
    for instant in instants:
        grams = sum(times(start, end, instant, cycle_min) * g for start, end, g in waits)
        if grams > most:
            most, at = grams, instant
    return most, at


def times(start: int, end: int, instant: int, cycle_min: int | None) -> int:
    """How often a wait holds an instant: in a week that repeats, in how many of all weeks."""
    if start >= end:
        return 0
    if cycle_min is None:
        return int(start <= instant < end)
    first = start + (instant - start) % cycle_min
    return len(range(first, end, cycle_min))
