"""The reference model as the last phase of a solve: over the rotations that prices leave."""

from __future__ import annotations

import math

from optimizer.control import Budget
from optimizer.domain.resolved import ResolvedInstance
from optimizer.engine.bounding import Bounding
from optimizer.engine.record import Record
from optimizer.model import Restriction, solve_reference


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
