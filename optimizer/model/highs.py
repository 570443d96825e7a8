"""HiGHS on a programme: with a bound, progress, interruption, a start, and limits of work."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer.model.programme import Programme, Variable
from optimizer.model.watch import (
    INTERRUPTS,
    OnProgress,
    OnWork,
    ShouldStop,
    Watch,
    iterations_of,
    listen,
    new_highs,
)

SolverStatus = Literal["optimal", "infeasible", "time_limit", "interrupted", "unknown"]

STATUS: dict[Any, SolverStatus] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kTimeLimit: "time_limit",
    highspy.HighsModelStatus.kInterrupt: "interrupted",
    highspy.HighsModelStatus.kHighsInterrupt: "interrupted",
    highspy.HighsModelStatus.kSolutionLimit: "interrupted",
}
"""What HiGHS says, in our words; anything else is unknown, never optimal."""
PART_OPTIONS: Mapping[str, Any] = {
    "mip_detect_symmetry": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
"""More options for parts of plans, where looking for symmetry, and heuristics that solve a MIP
before any branch, take longer than they save: 24 parts of an M week end in 7.1 s instead of 17.4
with the same flights (docs/engine.md)."""
START_S, START_SHARE = 10.0, 0.1
"""Longest time to complete a start, in seconds and as a share of the time there is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a solver found.

    Attributes:
        value_usd: Value of the solution, None without one.
        bound_usd: No solution has a larger value; infinite if nothing is known.
        values: Of the columns; None without a solution.
        prices: Of the rows, for the solution's whole numbers, in USD per unit of the right side;
            None if unknown.
        reduced_usd: Of the columns of a relaxation: what one more would add to the value, less what
            it takes away; None if unknown.
        iterations: Simplex iterations it took.
        asked: How often HiGHS asked whether to stop; 0 if nobody wanted to know.
    """

    status: SolverStatus
    value_usd: float | None
    bound_usd: float
    values: NDArray[np.float64] | None = field(default=None, compare=False)
    prices: NDArray[np.float64] | None = field(default=None, compare=False)
    reduced_usd: NDArray[np.float64] | None = field(default=None, compare=False)
    iterations: int = 0
    asked: int = 0


def solve_with_highs(
    programme: Programme,
    *,
    gap: float,
    time_limit: float | None = None,
    most_asked: float = math.inf,
    threads: int = 1,
    start: Mapping[Variable, float] | None = None,
    polish_above_usd: float = -math.inf,
    options: Mapping[str, Any] | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    on_work: OnWork | None = None,
    start_s: float = START_S,
    polish_s: float = math.inf,
) -> Outcome:
    """Maximise a programme.

    Args:
        programme: What to maximise.
        gap: Relative gap to stop at.
        time_limit: Seconds; None for no limit.
        most_asked: How often HiGHS asks whether to stop before it is told to: a limit of work that
            does not depend on the machine.
        threads: Threads of the solver.
        start: Values of columns to start from.
        polish_above_usd: A solution worth more is polished: whole numbers are made exactly whole.
        options: More options of HiGHS.
        on_progress: Told about better values and bounds.
        should_stop: Asked often whether to stop.
        on_work: Told simplex iterations of the relaxation under way, and nodes so far.
        start_s: Longest time to complete a start.
        polish_s: Longest time to polish a solution, beyond the time limit; then it stays as it is.
    """
    highs = new_highs(threads)
    limit_s = math.inf if time_limit is None else time_limit
    settings = {"mip_rel_gap": gap, "mip_abs_gap": 1e-6, "time_limit": limit_s}
    for name, value in (settings | dict(options or {})).items():
        highs.setOptionValue(name, value)
    highs.passModel(programme.highs_lp())
    watch = Watch(on_progress, should_stop, most_asked, on_work)
    listen(highs, watch)
    if start:
        _set_start(highs, start, seconds=min(start_s, START_SHARE * limit_s), threads=threads)
    highs.run()
    if watch.error is not None:
        raise watch.error
    outcome = replace(_read(programme, highs), asked=watch.asked)
    if outcome.value_usd is None or outcome.value_usd <= polish_above_usd:
        return outcome
    return _polished(programme, highs, outcome, polish_s)


def _set_start(
    highs: Any, start: Mapping[Variable, float], *, seconds: float, threads: int
) -> None:
    """Give HiGHS a whole solution that completes the start; none if none is found in time.

    HiGHS would complete it by a MIP of its own, too, but the bounds of that one, which are no
    bounds of the problem, would reach the callback.
    """
    fixed = highspy.Highs()
    fixed.setOptionValue("output_flag", False)
    fixed.setOptionValue("time_limit", seconds)
    fixed.setOptionValue("threads", threads)  # the scheduler is shared
    fixed.passModel(highs.getLp())
    for column, value in start.items():
        fixed.changeColBounds(column, value, value)
    fixed.run()
    found = fixed.getInfo().primal_solution_status
    if found == highspy.SolutionStatus.kSolutionStatusFeasible:
        highs.setSolution(fixed.getSolution())


def _read(programme: Programme, highs: Any) -> Outcome:
    status = STATUS.get(highs.getModelStatus(), "unknown")
    if highs.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        status = "infeasible"  # every variable that pays is bounded by what is offered
    info = highs.getInfo()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value = -highs.getObjectiveValue() if feasible and status != "infeasible" else None
    bound = math.inf
    if status == "infeasible":
        bound = -math.inf
    elif any(programme.whole) and math.isfinite(info.mip_dual_bound):
        bound = -info.mip_dual_bound
    elif status == "optimal" and value is not None:
        bound = value
    iterations = iterations_of(highs)
    if value is None:
        return Outcome(status, None, bound, iterations=iterations)
    values = np.array(highs.getSolution().col_value)
    return Outcome(status, value, max(bound, value), values, iterations=iterations)


def _polished(programme: Programme, highs: Any, found: Outcome, seconds: float) -> Outcome:
    """Solve once more with whole numbers fixed: they are whole then, and the rest is best."""
    if found.values is None or found.value_usd is None:
        return found
    for kind in INTERRUPTS:
        highs.stopCallback(getattr(highspy.cb.HighsCallbackType, f"kCallback{kind}"))
    whole = np.array(programme.whole_columns(), dtype=np.int32)
    fixed = np.round(found.values[whole])
    highs.changeColsBounds(len(whole), whole, fixed, fixed)
    continuous = np.full(len(whole), highspy.HighsVarType.kContinuous.value, dtype=np.uint8)
    highs.changeColsIntegrality(len(whole), whole, continuous)
    highs.setOptionValue("time_limit", highs.getRunTime() + seconds)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return found
    solution, value = highs.getSolution(), -float(highs.getObjectiveValue())
    usd = max(found.value_usd, value)
    return replace(
        found,
        value_usd=usd,
        bound_usd=max(usd, found.bound_usd),
        values=np.array(solution.col_value),
        prices=-np.array(solution.row_dual),
        iterations=found.iterations + iterations_of(highs),
    )
