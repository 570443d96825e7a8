"""The whole week as one MIP of flights, where it is small: a better bound, and often a better plan.

Trucks stay at prices there, so that what is left of the gap afterwards is what whole trucks cost.
"""

from __future__ import annotations

import math
from collections import Counter

from optimizer.control import Budget, MipWork
from optimizer.dual import Point, Relaxation
from optimizer.engine.diving import Evaluate
from optimizer.engine.record import Record
from optimizer.model.highs import PART_OPTIONS, solve_with_highs
from optimizer.primal import Flown, WholeProgramme, flown_by

MOST_COLUMNS = 6_000
"""Larger MIPs take too long for a single relaxation."""


def prove_whole(
    relaxation: Relaxation,
    point: Point,
    record: Record,
    evaluate: Evaluate,
    budget: Budget,
    threads: int,
    gap: float,
) -> None:
    """Bound all plans by one MIP, and make an exact plan of its best solution.

    Nothing is done where the MIP is too large, or without a plan.

    Args:
        point: The best of the relaxation.
        record: Told better bounds; knows the best plan.
        evaluate: Makes exact plans, and tells the record of better ones.
        budget: How long it may take.
        threads: Threads of HiGHS.
        gap: Relative gap to stop at.
    """
    if record.plan is None:
        return
    flown = flown_by(relaxation, record.plan.flights)
    whole = WholeProgramme(relaxation, point, point.usd - record.value_usd)
    programme = whole.flights.programme
    if flown is None or programme.columns > MOST_COLUMNS:
        return
    value_usd = record.value_usd

    def bounded(_: float | None, bound_usd: float) -> None:
        record.bounded_by_solver(max(bound_usd + whole.rest_usd, value_usd))

    left_s = budget.clock_left_s
    found = solve_with_highs(
        programme,
        gap=gap,
        time_limit=None if math.isinf(left_s) else left_s,
        threads=threads,
        start=whole.flights.start(flown),
        options=PART_OPTIONS,
        on_progress=bounded,
        should_stop=budget,
        on_work=MipWork(budget, programme.rows),
        polish_above_usd=math.inf,
        start_s=math.inf if budget.by_work else left_s,
    )
    bounded(None, found.bound_usd)
    if found.values is not None:
        new = whole.flights.read(Flown(Counter()), found.values)
        evaluate(new.flights(relaxation))
