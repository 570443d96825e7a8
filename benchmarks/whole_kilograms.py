"""The reference MILP for CP-SAT: every variable whole, every coefficient an integer.

Kilograms become whole, and where a row's coefficients are not integers it is scaled and rounded to
the safe side. So every solution is one of the reference MILP, but a bound holds for whole kilograms
only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SCALE = 1_000_000
"""For rows with fractions; money is in micro-dollars."""
WHOLE = 1e-6
MOST = 1_000_000
"""Bound of variables that no row bounds: trucks on a lane at a dispatch."""
PASSES = 3


@dataclass(frozen=True, slots=True)
class Row:
    """Integers: sum of factor x variable, at most `most` (equal to it if `equal`)."""

    columns: tuple[int, ...]
    factors: tuple[int, ...]
    most: int
    equal: bool


@dataclass(frozen=True, slots=True)
class WholeModel:
    """A minimisation over whole variables from 0 to their upper bounds."""

    upper: tuple[int, ...]
    objective_micro: tuple[int, ...]
    rows: tuple[Row, ...]


def whole_model(lp: Any) -> WholeModel:
    """Of a `highspy.HighsLp` with variables from 0.

    Raises:
        ValueError: A variable may be negative, or an equation has fractions.
    """
    if any(lower < 0 for lower in lp.col_lower_):
        raise ValueError("a variable may be negative")
    rows = tuple(_rows(lp))
    upper = _upper_bounds(lp.col_upper_, rows)
    fixed = [Row((j,), (-1,), -math.ceil(low - WHOLE), False)
             for j, low in enumerate(lp.col_lower_) if low > 0]  # fmt: skip
    objective = tuple(round(cost * SCALE) for cost in lp.col_cost_)
    return WholeModel(upper, objective, (*rows, *fixed))


def _rows(lp: Any) -> list[Row]:
    """All rows as `<=` or `=`."""
    entries: list[list[tuple[int, float]]] = [[] for _ in range(lp.num_row_)]
    starts, indices, values = lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_
    for column in range(lp.num_col_):
        for k in range(starts[column], starts[column + 1]):
            entries[indices[k]].append((column, values[k]))
    rows = []
    for terms, low, high in zip(entries, lp.row_lower_, lp.row_upper_, strict=True):
        if low == high:
            rows.append(_equation(terms, high))
            continue
        if math.isfinite(high):
            rows.append(_at_most(terms, high))
        if math.isfinite(low):
            rows.append(_at_most([(j, -a) for j, a in terms], -low))
    return rows


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) <= 1e-9 * max(1.0, abs(value))


def _equation(terms: list[tuple[int, float]], value: float) -> Row:
    if not all(_is_whole(a) for _, a in terms) or not _is_whole(value):
        raise ValueError("an equation has fractions")
    return Row(tuple(j for j, _ in terms), tuple(round(a) for _, a in terms), round(value), True)


def _at_most(terms: list[tuple[int, float]], most: float) -> Row:
    """Factors rounded up and the limit down: variables are not negative."""
    columns = tuple(j for j, _ in terms)
    if all(_is_whole(a) for _, a in terms):
        return Row(columns, tuple(round(a) for _, a in terms), math.floor(most + WHOLE), False)
    factors = tuple(math.ceil(a * SCALE - WHOLE) for _, a in terms)
    return Row(columns, factors, math.floor(most * SCALE + WHOLE), False)


def _upper_bounds(stated: Iterable[float], rows: tuple[Row, ...]) -> tuple[int, ...]:
    """Stated bounds, tightened by what rows imply when all their other variables are least."""
    upper = [math.floor(u + WHOLE) if math.isfinite(u) else math.inf for u in stated]
    for _ in range(PASSES):
        for row in rows:
            both = [row] + ([Row(row.columns, tuple(-f for f in row.factors), -row.most, False)]
                            if row.equal else [])  # fmt: skip
            for side in both:
                _tighten(upper, side)
    return tuple(int(u) if math.isfinite(u) else MOST for u in upper)


def _tighten(upper: list[float], row: Row) -> None:
    least = sum(f * upper[j] for j, f in zip(row.columns, row.factors, strict=True) if f < 0)
    if not math.isfinite(least):
        return
    for j, factor in zip(row.columns, row.factors, strict=True):
        if factor > 0:
            upper[j] = min(upper[j], max(0, (row.most - int(least)) // factor))
