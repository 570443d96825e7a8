"""What to make of a master that fails."""

from __future__ import annotations

import math

import numpy as np

from optimizer.colgen.protocols import (
    C,
    ColumnGenerationError,
    FloatArray,
    Master,
    MasterAnswer,
    Stop,
)

RAY_STEPS = tuple(10.0**power for power in range(7))
"""How far along the ray of an infeasible master to look, relative to the largest price."""


def solved(master: Master[C], rows: int, stop: Stop) -> MasterAnswer:
    """The master's answer; after a failure once more, without the warm basis.

    Returns:
        An answer whose prices are finite; "optimal" only with a finite value and prices.

    Raises:
        ColumnGenerationError: Prices are not one for each row.
    """
    answer = _answer(master, rows, stop)
    if answer.status in ("no_dual", "error"):
        master.reset()
        answer = _answer(master, rows, stop)
    return answer


def _answer(master: Master[C], rows: int, stop: Stop) -> MasterAnswer:
    if stop():
        return MasterAnswer("stopped")
    answer = master.solve(stop)
    if answer.prices is not None and answer.prices.shape != (rows,):
        raise ColumnGenerationError("the master's prices are not one by row")
    finite = answer.prices is not None and bool(np.isfinite(answer.prices).all())
    if answer.status == "optimal" and not (finite and math.isfinite(answer.value)):
        return MasterAnswer("no_dual", reason=answer.reason or "value or prices are not finite")
    return answer if finite else MasterAnswer(answer.status, answer.value, None, answer.reason)


def prices_to_try(answer: MasterAnswer, best: FloatArray) -> list[FloatArray]:
    """Where columns may be found that make a master feasible (Farkas pricing by finite prices).

    Along the ray the dual of the restricted master falls without end. A column that stops it pays
    less there the farther one goes, so sooner or later its reduced profit is positive.
    """
    ray = answer.prices
    if answer.status != "infeasible" or ray is None or not ray.any():
        return [best]
    unit = ray * (max(1.0, float(np.abs(best).max())) / float(np.abs(ray).max()))
    return [best + step * unit for step in RAY_STEPS]
