"""A programme as a PuLP problem: for CBC and for model files."""

from __future__ import annotations

from math import isfinite
from typing import Any

import pulp

from optimizer.model.programme import Programme


def pulp_problem(programme: Programme, name: str = "reference") -> tuple[Any, list[Any]]:
    """A `pulp.LpProblem` that maximises, and its variables in the order of the columns."""
    problem = pulp.LpProblem(name, pulp.LpMaximize)
    variables = [
        problem.add_variable(
            programme.names[column],
            programme.lower[column],
            programme.upper[column] if isfinite(programme.upper[column]) else None,
            pulp.LpInteger if programme.whole[column] else pulp.LpContinuous,
        )
        for column in range(programme.columns)
    ]
    worth = {variables[k]: usd for k, usd in enumerate(programme.worth) if usd}
    problem.setObjective(pulp.LpAffineExpression(worth))
    for row in range(programme.rows):
        expression = pulp.LpAffineExpression(
            {variables[column]: factor for column, factor in programme.terms(row)}
        )
        sense, bound = _sense(programme.row_lower[row], programme.row_upper[row])
        problem.addConstraint(pulp.LpConstraint(expression, sense, programme.row_names[row], bound))
    return problem, variables


def _sense(lower: float, upper: float) -> tuple[int, float]:
    if lower == upper:
        return pulp.LpConstraintEQ, upper
    if isfinite(lower) and isfinite(upper):
        raise ValueError("a row has either one limit or two equal ones")
    return (pulp.LpConstraintLE, upper) if isfinite(upper) else (pulp.LpConstraintGE, lower)
