"""The reference model: over the rotations that prices leave, and over those near some flights."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from optimizer.control import Budget
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import Relaxation
from optimizer.engine.bounding import Bounding
from optimizer.engine.record import Record
from optimizer.model import Restriction, solve_reference
from optimizer.plan.rotation import Rotation
from optimizer.primal.flown import FlightKey

SLIDE_MIN = 180
"""How far flights move when trucks are chosen with them. In a week of 27 flights that is a model of
1,300 variables, solved in 15 s; twice as far found nothing better."""


def solve_rest(
    resolved: ResolvedInstance,
    record: Record,
    bounding: Bounding,
    gap: float,
    threads: int,
    budget: Budget,
) -> None:
    """Solve the reference model from the best plan, without rotations that no better one flies.

    Args:
        record: Has the best plan, and is told of a better one and of bounds.
        bounding: Knows which rotations are out, once there are prices.
        gap: Relative gap at which it is done.
    """
    left_s = budget.clock_left_s
    restriction = None
    if record.plan is not None and bounding.built:
        restriction = Restriction(only=bounding.better_than(record.value_usd), goods_differ=True)
    found = solve_reference(
        resolved,
        restriction=restriction,
        gap=gap,
        time_limit=None if math.isinf(left_s) else max(0.1, left_s),
        threads=threads,
        start=record.plan,
        on_progress=lambda _, bound_usd: record.bounded_by_solver(max(bound_usd, record.value_usd)),
        should_stop=budget,
        budget=budget,
    )
    record.method = "reference"
    if found.status == "infeasible":
        record.bounded(None if record.plan is None else record.plan.contribution_micro)
        return
    if found.plan is not None:
        record.found(found.plan)
    record.bounded_by_solver(max(found.bound_usd, record.value_usd))


def solve_near(
    relaxation: Relaxation,
    flights: Iterable[FlightKey],
    record: Record,
    gap: float,
    threads: int,
    budget: Budget,
) -> None:
    """Solve the reference model for some flights, each a little earlier or later or not at all.

    Args:
        record: Is told of the plan.
        gap: Relative gap at which it is done.
    """
    resolved, table = relaxation.resolved, relaxation.catalogue.timetable
    only: dict[str, set[Rotation]] = {pool.id: set() for pool in resolved.pools}
    cycle_min = relaxation.catalogue.cycle_min
    for k, r in flights:
        pool = resolved.pools[k]
        own = table.pool_rotations[pool.id]
        own = own[table.route_of[own] == table.route_of[r]]
        apart_min = np.abs(table.off_min[own] - table.off_min[r])
        if cycle_min:
            apart_min = np.minimum(apart_min, cycle_min - apart_min)
        only[pool.id] |= {table.rotations[x] for x in own[apart_min <= SLIDE_MIN].tolist()}
    found = solve_reference(
        resolved,
        restriction=Restriction(only=only, goods_differ=True),
        gap=gap,
        time_limit=None if math.isinf(budget.clock_left_s) else max(0.1, budget.clock_left_s),
        threads=threads,
        should_stop=budget,
        budget=budget,
    )
    if found.plan is not None:
        record.found(found.plan)
