"""Solve the reference model, and say truthfully how it ended."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from optimizer.control import Budget, MipWork
from optimizer.domain.resolved import ResolvedInstance
from optimizer.model.cbc import solve_with_cbc
from optimizer.model.columns import Columns
from optimizer.model.highs import START_S, Outcome, SolverStatus, solve_with_highs
from optimizer.model.programme import Variable
from optimizer.model.reference import ReferenceModel
from optimizer.model.repertoire import Repertoire
from optimizer.model.restriction import Restriction
from optimizer.model.solution import plan_of, start_of
from optimizer.model.trucks_last import LEAST_RUNS, Found, Limits, flights_then_trucks
from optimizer.model.watch import OnProgress, ShouldStop
from optimizer.plan.plan import Plan

Solver = Literal["highs", "cbc"]


@dataclass(frozen=True)
class ReferenceResult:
    """How a solve of the reference model ended.

    Attributes:
        status: ``optimal`` only if value and bound agree within the gap asked for; ``infeasible``
            only if proven; ``time_limit`` and ``interrupted`` with or without a plan.
        plan: The exact plan; None without a solution, and for relaxed models, whose solutions are
            no plans, or worth too little.
        value_usd: Value of the best solution, None without one. The plan's contribution differs by
            rounding to grams only.
        bound_usd: No plan has a larger contribution; infinite if nothing is known, negative
            infinity if there is none.
        seconds: Wall time, building included.
        variables: Columns of the model.
        rows: Rows of the model.
    """

    status: SolverStatus
    plan: Plan | None
    value_usd: float | None
    bound_usd: float
    seconds: float
    variables: int
    rows: int


def solve_reference(
    resolved: ResolvedInstance,
    *,
    relaxed: frozenset[str] = frozenset(),
    restriction: Restriction | None = None,
    repertoire: Repertoire | None = None,
    solver: Solver = "highs",
    gap: float = 1e-6,
    time_limit: float | None = None,
    threads: int = 1,
    start: Plan | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    budget: Budget | None = None,
    options: Mapping[str, Any] | None = None,
    above_usd: float = -math.inf,
    polish_share: float | None = None,
) -> ReferenceResult:
    """Build and solve the reference model.

    Args:
        resolved: The resolved instance.
        relaxed: Numbers of constraints to leave out.
        restriction: The part of all plans to search, where the bound holds too; None for all.
        repertoire: Cargo and cost of rotations, if they are at hand.
        solver: ``highs``, or ``cbc`` as a second opinion.
        gap: Relative gap between bound and value to stop at.
        time_limit: Seconds for building and solving; None for no limit.
        threads: Threads of the solver.
        start: A plan to start from; with HiGHS, and ignored unless all its flights exist.
        on_progress: Told changes of the best value (None without one) and the bound; with HiGHS.
        should_stop: Asked often whether to stop; with HiGHS.
        budget: Where the work is booked; with HiGHS.
        options: More options of HiGHS.
        above_usd: Plans worth no more are not wanted: the solve ends once the bound is no larger
            either, and the exact plan is made of a solution worth more only; with HiGHS.
        polish_share: Share of the time in which a solution is polished; None: after the time, as
            long as that takes.
    """
    began = time.monotonic()
    columns = ReferenceModel(resolved, relaxed, restriction, repertoire).build().built
    programme = columns.programme
    if math.isfinite(above_usd):
        on_progress, should_stop = _until(above_usd, on_progress, should_stop)
    left = math.inf if time_limit is None else max(0.0, time_limit - (time.monotonic() - began))
    limits = Limits(
        gap,
        left if polish_share is None else (1 - polish_share) * left,
        threads,
        on_progress,
        should_stop,
        None if budget is None else lambda: MipWork(budget, programme.rows),
        math.inf if budget is not None and budget.by_work else START_S,
        math.inf if polish_share is None else polish_share * left,
    )
    if solver == "cbc":
        cbc_s = None if time_limit is None else limits.seconds
        outcome = solve_with_cbc(programme, gap=gap, time_limit=cbc_s, threads=threads)
    else:
        begin = None if start is None else start_of(columns, start)
        outcome = _solve_with_highs(columns, begin, limits, options)
    plan = None
    if outcome.values is not None and not relaxed and (outcome.value_usd or 0.0) > above_usd:
        plan = plan_of(columns, outcome.values.tolist())
    return ReferenceResult(
        status=_true_status(outcome, gap),
        plan=plan,
        value_usd=outcome.value_usd,
        bound_usd=outcome.bound_usd,
        seconds=time.monotonic() - began,
        variables=programme.columns,
        rows=programme.rows,
    )


def _solve_with_highs(
    columns: Columns,
    begin: Mapping[Variable, float] | None,
    limits: Limits,
    options: Mapping[str, Any] | None,
) -> Outcome:
    """Flights first where there are many truck runs and a start; then everything at once."""
    programme, known, began = columns.programme, Found(), time.monotonic()
    if begin is not None and len(columns.trucks) >= LEAST_RUNS:
        known = flights_then_trucks(columns, begin, limits)
        if known.is_closed(limits.gap):
            return known.outcome()
        if known.values is not None:
            begin = {v: float(round(known.values[v])) for v in programme.whole_columns()}
    left_s = limits.seconds - (time.monotonic() - began)
    outcome = solve_with_highs(
        programme,
        gap=limits.gap,
        time_limit=None if math.isinf(left_s) else max(0.0, left_s),
        threads=limits.threads,
        start=begin,
        options=options,
        on_progress=limits.on_progress and _below(known.bound_usd, limits.on_progress),
        should_stop=limits.should_stop,
        on_work=None if limits.on_work is None else limits.on_work(),
        start_s=limits.start_s,
        polish_s=limits.polish_s,
    )
    return known.beside(outcome)


def _until(
    above_usd: float, on_progress: OnProgress | None, should_stop: ShouldStop | None
) -> tuple[OnProgress, ShouldStop]:
    """The same, and to stop once no solution can be worth more."""
    known = [math.inf]

    def tell(value_usd: float | None, bound_usd: float) -> None:
        known[0] = min(known[0], bound_usd)
        if on_progress is not None:
            on_progress(value_usd, bound_usd)

    def stop() -> bool:
        return known[0] <= above_usd or (should_stop is not None and should_stop())

    return tell, stop


def _below(most_usd: float, on_progress: OnProgress) -> OnProgress:
    """Tells bounds as low as is known."""
    return lambda value_usd, bound_usd: on_progress(value_usd, min(bound_usd, most_usd))


def _true_status(outcome: Outcome, gap: float) -> SolverStatus:
    """Optimal only if value and bound say so, whatever the solver calls it."""
    if outcome.value_usd is None:
        return "unknown" if outcome.status == "optimal" else outcome.status
    open_usd = outcome.bound_usd - outcome.value_usd
    size_usd = max(abs(outcome.bound_usd), abs(outcome.value_usd))
    closed = open_usd <= max(1e-6, gap * size_usd * (1 + 1e-6))
    if closed:
        return "optimal"
    return "unknown" if outcome.status == "optimal" else outcome.status


def write_model(resolved: ResolvedInstance, path: str | Path) -> None:
    """Write the reference model for any solver, as LP or MPS by the suffix of the path.

    Raises:
        ValueError: The suffix is neither ``.lp`` nor ``.mps``.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in (".lp", ".mps"):
        raise ValueError(f"{path}: a model is written as .lp or .mps")
    problem = ReferenceModel(resolved).build().problem
    if suffix == ".lp":
        problem.writeLP(str(path))
    else:
        problem.writeMPS(str(path), with_objsense=True)
