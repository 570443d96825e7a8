"""Solve one neighbourhood, starting from the plan it is around."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from optimizer.domain.resolved import MICRO
from optimizer.model.columns import Columns
from optimizer.model.highs import PART_OPTIONS, Outcome, solve_with_highs
from optimizer.model.programme import Variable
from optimizer.model.reference import ReferenceModel
from optimizer.model.relaxation import Relaxation
from optimizer.model.repertoire import Repertoire
from optimizer.model.restriction import Restriction
from optimizer.model.solution import plan_of, start_of, trucks_of
from optimizer.model.strengthen import strengthen
from optimizer.plan.plan import Plan

GAP = 3e-5
"""A neighbourhood is solved up to this share."""
QUICK_SHARE = 0.25
"""What took less than this share of the limits was quick."""
LEAST_GAIN_USD = 0.01
"""Less is a solver's rounding."""
LEAST_S = 0.1
"""Seconds a MIP always gets."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one neighbourhood: questions of HiGHS whether to stop, seconds, threads."""

    asked: int
    seconds: float
    threads: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a neighbourhood went.

    Attributes:
        plan: A better plan, None if none was found.
        gain_usd: By how much it is better.
        finished: Whether the neighbourhood has no better one.
        quickly: Whether that took little of the limits.
        iterations: Simplex iterations it took.
        prices_usd_per_kg: What more of a consignment would earn, for those assigned.
    """

    plan: Plan | None
    gain_usd: float
    finished: bool
    quickly: bool
    iterations: int
    prices_usd_per_kg: dict[str, float]


def attempt(
    repertoire: Repertoire,
    plan: Plan,
    restriction: Restriction,
    limits: Limits,
    stop: Callable[[], bool],
) -> Attempt:
    """Search a restricted model for a plan better than the one it is around."""
    end = time.monotonic() + limits.seconds
    value_usd = plan.contribution_micro / MICRO
    columns = build(repertoire, restriction)
    relaxation = Relaxation(columns.programme, limits.threads)
    relaxed = strengthen(columns, relaxation, time_limit=limits.seconds, should_stop=stop)
    if relaxed is None or relaxed.bound_usd <= value_usd + GAP * abs(value_usd):
        prices = prices_of(columns, relaxed)
        return Attempt(None, 0.0, relaxed is not None, True, relaxation.iterations, prices)
    outcome = solve_with_highs(
        columns.programme,
        gap=GAP,
        time_limit=max(LEAST_S, end - time.monotonic()),
        most_asked=limits.asked,
        threads=limits.threads,
        start=_start(columns, plan),
        polish_above_usd=value_usd + LEAST_GAIN_USD,
        options=PART_OPTIONS,
        should_stop=stop,
        start_s=limits.seconds,
    )
    better = _better(columns, outcome, plan, value_usd + LEAST_GAIN_USD)
    gain = 0 if better is None else better.contribution_micro - plan.contribution_micro
    return Attempt(
        plan=better,
        gain_usd=gain / MICRO,
        finished=outcome.status == "optimal",
        quickly=outcome.asked <= QUICK_SHARE * limits.asked,
        iterations=relaxation.iterations + outcome.iterations,
        prices_usd_per_kg=prices_of(columns, relaxed),
    )


def build(repertoire: Repertoire, restriction: Restriction) -> Columns:
    """Write a restricted model down."""
    model = ReferenceModel(repertoire.resolved, restriction=restriction, repertoire=repertoire)
    return model.build().built


def _start(columns: Columns, plan: Plan) -> dict[Variable, float] | None:
    start = start_of(columns, plan)
    return None if start is None else {**start, **(trucks_of(columns, plan) or {})}


def _better(columns: Columns, outcome: Outcome, plan: Plan, above_usd: float) -> Plan | None:
    if outcome.values is None or outcome.value_usd is None or outcome.value_usd <= above_usd:
        return None
    found = plan_of(columns, outcome.values.tolist())
    return found if found.contribution_micro > plan.contribution_micro else None


def prices_of(columns: Columns, outcome: Outcome | None) -> dict[str, float]:
    """What more of each consignment would earn, in USD per kg."""
    if outcome is None or outcome.prices is None:
        return {}
    return {
        consignment: max(0.0, float(outcome.prices[row]))
        for consignment, row in columns.offered_row.items()
    }
