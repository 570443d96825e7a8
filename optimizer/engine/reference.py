"""The reference model: over the rotations that prices leave, and over those near some flights."""

from __future__ import annotations

import math
from collections.abc import Iterable

from optimizer.control import Budget
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import Relaxation
from optimizer.engine.bounding import Bounding
from optimizer.engine.record import Record
from optimizer.model import ReferenceResult, Restriction, solve_reference
from optimizer.model.watch import OnProgress
from optimizer.plan.frozen import apart_min
from optimizer.plan.plan import Plan
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
    restriction = None
    if record.plan is not None and bounding.built:
        restriction = Restriction(only=bounding.better_than(record.value_usd), goods_differ=True)
    found = _solve(
        resolved,
        restriction,
        gap,
        threads,
        budget,
        start=record.plan,
        on_progress=lambda _, bound_usd: record.bounded_by_solver(max(bound_usd, record.value_usd)),
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
    only: dict[str, set[int]] = {pool.id: set() for pool in resolved.pools}
    for k, r in flights:
        own = table.pool_rotations[resolved.pools[k].id]
        own = own[table.route_of[own] == table.route_of[r]]
        off_min = int(table.off_min[r])
        only[resolved.pools[k].id] |= {
            x
            for x in own.tolist()
            if apart_min(resolved, int(table.off_min[x]), off_min) <= SLIDE_MIN
        }
    # in the order of the catalogue: that of a set of rotations is another in every process
    near = {pool: [table.rotations[x] for x in sorted(own)] for pool, own in only.items()}
    restriction = Restriction(only=near, goods_differ=True)
    found = _solve(resolved, restriction, gap, threads, budget)
    if found.plan is not None:
        record.found(found.plan)


def _solve(
    resolved: ResolvedInstance,
    restriction: Restriction | None,
    gap: float,
    threads: int,
    budget: Budget,
    start: Plan | None = None,
    on_progress: OnProgress | None = None,
) -> ReferenceResult:
    """The reference model, within a budget."""
    left_s = budget.clock_left_s
    return solve_reference(
        resolved,
        restriction=restriction,
        gap=gap,
        time_limit=None if math.isinf(left_s) else max(0.1, left_s),
        threads=threads,
        start=start,
        on_progress=on_progress,
        should_stop=budget,
        budget=budget,
    )
