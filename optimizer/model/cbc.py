"""CBC, as PuLP ships it, on a PuLP problem: a second opinion."""

from __future__ import annotations

import math
from typing import Any

import pulp

from optimizer.model.highs import Outcome, SolverStatus


def solve_with_cbc(
    problem: Any, *, gap: float, time_limit: float | None = None, threads: int = 1
) -> Outcome:
    """Maximise a problem; its variables get their values.

    CBC tells no bound: a proven solution's is its value plus the gap, else nothing is known.

    Args:
        problem: A `pulp.LpProblem` to maximise.
        gap: Relative gap to stop at.
        time_limit: Seconds; None for no limit.
        threads: Threads of the solver.
    """
    solver = pulp.COIN_CMD(
        path=pulp.PULP_CBC_CMD.pulp_cbc_path,
        msg=False,
        gapRel=gap,
        timeLimit=time_limit,
        threads=threads,
    )
    problem.solve(solver)
    if problem.status == pulp.LpStatusInfeasible:
        return Outcome("infeasible", None, -math.inf)
    if problem.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        stopped: SolverStatus = "time_limit" if time_limit is not None else "unknown"
        return Outcome(stopped, None, math.inf)
    for variable in problem.variables():
        if variable.cat == pulp.LpInteger:
            variable.varValue = float(round(variable.varValue))
    value = float(problem.objective.valueOrDefault())
    if problem.sol_status == pulp.LpSolutionOptimal:
        return Outcome("optimal", value, value + gap * abs(value))
    return Outcome("time_limit", value, math.inf)
