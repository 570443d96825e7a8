"""HiGHS on a PuLP problem: with a bound, progress, interruption and a start."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import highspy
import pulp

SolverStatus = Literal["optimal", "infeasible", "time_limit", "interrupted", "unknown"]
OnProgress: TypeAlias = Callable[[float | None, float], None]
"""Told the value of the best plan so far (None without one) and the bound, in USD."""
ShouldStop: TypeAlias = Callable[[], bool]

STATUS: dict[Any, SolverStatus] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kTimeLimit: "time_limit",
    highspy.HighsModelStatus.kInterrupt: "interrupted",
    highspy.HighsModelStatus.kHighsInterrupt: "interrupted",
}
"""What HiGHS says, in our words; anything else is unknown, never optimal."""
START_S, START_SHARE = 10.0, 0.1
"""Longest time to complete a start, in seconds and as a share of the time there is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a solver found; values are on the variables if `value_usd` is not None.

    Attributes:
        value_usd: Value of the solution, None without one.
        bound_usd: No solution has a larger value; infinite if nothing is known.
    """

    status: SolverStatus
    value_usd: float | None
    bound_usd: float


@dataclass
class _Watch:
    """Told by HiGHS while it runs; exceptions of callers wait here, HiGHS would swallow them."""

    on_progress: OnProgress | None
    should_stop: ShouldStop | None
    told: tuple[float | None, float] = (None, math.inf)
    error: BaseException | None = None
    asked: int = field(default=0)

    def __call__(self, kind: Any, message: str, out: Any, into: Any, data: Any) -> None:
        """The callback of HiGHS; it minimises the negative contribution."""
        if self.error is not None:
            into.user_interrupt = 1
            return
        try:
            if self.should_stop is not None and self.should_stop():
                into.user_interrupt = 1
            if kind == highspy.cb.HighsCallbackType.kCallbackMipInterrupt:
                self._tell(-out.mip_primal_bound, -out.mip_dual_bound)
        except BaseException as error:  # re-raised when HiGHS is back
            self.error = error
            into.user_interrupt = 1

    def _tell(self, value_usd: float, bound_usd: float) -> None:
        news = (value_usd if math.isfinite(value_usd) else None, bound_usd)
        if self.on_progress is not None and news != self.told and math.isfinite(bound_usd):
            self.told = news
            self.on_progress(*news)


def solve_with_highs(
    problem: Any,
    *,
    gap: float,
    time_limit: float | None = None,
    threads: int = 1,
    start: Mapping[Any, float] | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> Outcome:
    """Maximise a problem.

    Args:
        problem: A `pulp.LpProblem` to maximise; its variables get their values.
        gap: Relative gap to stop at.
        time_limit: Seconds; None for no limit.
        threads: Threads of the solver.
        start: Values of integer variables to start from.
        on_progress: Told about better values and bounds.
        should_stop: Asked often whether to stop.
    """
    solver = pulp.HiGHS(msg=False, gapRel=gap, gapAbs=1e-6, threads=threads, timeLimit=time_limit)
    highspy.Highs.resetGlobalScheduler(True)  # else another number of threads is refused
    solver.createAndConfigureSolver(problem)
    solver.buildSolverModel(problem)
    highs = problem.solverModel
    watch = _Watch(on_progress, should_stop)
    if on_progress is not None or should_stop is not None:
        highs.setCallback(watch, None)
        for kind in ("MipInterrupt", "SimplexInterrupt", "IpmInterrupt"):
            highs.startCallback(getattr(highspy.cb.HighsCallbackType, f"kCallback{kind}"))
    if start:
        share = math.inf if time_limit is None else START_SHARE * time_limit
        _set_start(highs, start, seconds=min(START_S, share), threads=threads)
    highs.run()
    if watch.error is not None:
        raise watch.error
    outcome = _read(problem, highs)
    if outcome.value_usd is None:
        return outcome
    value = max(outcome.value_usd, _polish(problem, highs))
    return Outcome(outcome.status, value, max(value, outcome.bound_usd))


def _set_start(highs: Any, start: Mapping[Any, float], *, seconds: float, threads: int) -> None:
    """Give HiGHS a whole solution that completes the start; none if none is found in time.

    HiGHS would complete it by a MIP of its own, too, but the bounds of that one, which are no
    bounds of the problem, would reach the callback.
    """
    fixed = highspy.Highs()
    fixed.setOptionValue("output_flag", False)
    fixed.setOptionValue("time_limit", seconds)
    fixed.setOptionValue("threads", threads)  # the scheduler is shared
    fixed.passModel(highs.getLp())
    for variable, value in start.items():
        fixed.changeColBounds(variable.index, value, value)
    fixed.run()
    found = fixed.getInfo().primal_solution_status
    if found == highspy.SolutionStatus.kSolutionStatusFeasible:
        highs.setSolution(fixed.getSolution())


def _read(problem: Any, highs: Any) -> Outcome:
    status = STATUS.get(highs.getModelStatus(), "unknown")
    if highs.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        status = "infeasible"  # every variable that pays is bounded by what is offered
    info = highs.getInfo()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value = -highs.getObjectiveValue() if feasible and status != "infeasible" else None
    bound = math.inf
    if status == "infeasible":
        bound = -math.inf
    elif problem.isMIP() and math.isfinite(info.mip_dual_bound):
        bound = -info.mip_dual_bound
    elif status == "optimal" and value is not None:
        bound = value
    if value is not None:
        bound = max(bound, value)
        _take_values(problem, highs)
    return Outcome(status, value, bound)


def _take_values(problem: Any, highs: Any) -> None:
    values = highs.getSolution().col_value
    for variable in problem.variables():
        variable.varValue = values[variable.index]


def _polish(problem: Any, highs: Any) -> float:
    """Solve once more with whole numbers fixed: they are whole then, and the rest is best.

    Returns:
        The value; negative infinity if that fails, and the values stay as they are.
    """
    whole = [v for v in problem.variables() if v.cat == pulp.LpInteger]
    highs.stopCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    for kind in ("SimplexInterrupt", "IpmInterrupt"):
        highs.stopCallback(getattr(highspy.cb.HighsCallbackType, f"kCallback{kind}"))
    for variable in whole:
        value = float(round(variable.varValue))
        highs.changeColBounds(variable.index, value, value)
        highs.changeColIntegrality(variable.index, highspy.HighsVarType.kContinuous)
    highs.setOptionValue("time_limit", math.inf)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return -math.inf
    _take_values(problem, highs)
    return -float(highs.getObjectiveValue())
