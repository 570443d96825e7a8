"""CBC, as PuLP ships it, on a programme: a second opinion."""

from __future__ import annotations

import math

import numpy as np
import pulp

from optimizer.model.export import pulp_problem
from optimizer.model.highs import Outcome, SolverStatus
from optimizer.model.programme import Programme


def solve_with_cbc(
    programme: Programme, *, gap: float, time_limit: float | None = None, threads: int = 1
) -> Outcome:
    """Maximise a programme.

    CBC tells no bound: a proven solution's is its value plus the gap, else nothing is known.

    Args:
        programme: What to maximise.
        gap: Relative gap to stop at.
        time_limit: Seconds; None for no limit.
        threads: Threads of the solver.
    """
    problem, variables = pulp_problem(programme)
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
    values = np.array([variable.varValue or 0.0 for variable in variables])
    whole = programme.whole_columns()
    values[whole] = np.round(values[whole])
    value = float(np.dot(programme.worth, values))
    if problem.sol_status == pulp.LpSolutionOptimal:
        return Outcome("optimal", value, value + gap * abs(value), values)
    return Outcome("time_limit", value, math.inf, values)
