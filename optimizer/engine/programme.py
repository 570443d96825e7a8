"""A linear programme for HiGHS: maximise over x >= 0 with rows <= b, built column by column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import highspy
import numpy as np

from optimizer.control import Budget, Stop, simplex_iterations, simplex_units
from optimizer.engine.cargo_table import Floats

INTERRUPTIBLE_COLUMNS = 1000
"""Larger programmes ask on the way whether the solve has to end; smaller ones are done at once."""


class Programme:
    """Rows and columns of a maximisation under construction."""

    def __init__(self, row_upper: Iterable[float] = ()) -> None:
        self._upper: list[float] = list(row_upper)
        self._worth: list[float] = []
        self._start: list[int] = [0]
        self._index: list[int] = []
        self._value: list[float] = []

    def row(self, upper: float) -> int:
        """Append a row; its index."""
        self._upper.append(upper)
        return len(self._upper) - 1

    def column(self, worth: float, entries: Iterable[tuple[int, float]]) -> int:
        """Append a column with its (row, coefficient) entries; its index."""
        for row, value in entries:
            self._index.append(row)
            self._value.append(value)
        self._start.append(len(self._index))
        self._worth.append(worth)
        return len(self._worth) - 1

    def solve(self, seconds: float, budget: Budget) -> tuple[Floats, Floats] | None:
        """Column values and row prices, both non-negative; None if it is not solved in time.

        Args:
            seconds: Longest time; counted in simplex iterations under a work limit.
            budget: Where the work is booked.
        """
        if not self._worth:
            return np.zeros(0), np.zeros(len(self._upper))
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        if budget.by_work:
            iterations = simplex_iterations(seconds, len(self._upper))
            highs.setOptionValue("simplex_iteration_limit", iterations)
            highs.setOptionValue("time_limit", max(budget.clock_left_s, 0.1))
        else:
            highs.setOptionValue("time_limit", max(seconds, 0.1))
        highs.passModel(self._model())
        watch = _Watch(budget)
        if len(self._worth) > INTERRUPTIBLE_COLUMNS:
            highs.setCallback(watch, None)
            highs.startCallback(highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt)
        highs.run()
        if watch.error is not None:
            raise watch.error
        iterations = max(0, highs.getInfo().simplex_iteration_count)
        budget.spend(simplex_units(iterations, len(self._upper)))
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = highs.getSolution()
        return (
            np.maximum(np.array(solution.col_value, dtype=float), 0.0),
            np.maximum(np.array(solution.row_dual, dtype=float), 0.0),
        )

    def _model(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        columns, rows = len(self._worth), len(self._upper)
        lp.num_col_, lp.num_row_ = columns, rows
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = np.array(self._worth, dtype=float)
        lp.col_lower_ = np.zeros(columns)
        lp.col_upper_ = np.full(columns, highspy.kHighsInf)
        lp.row_lower_ = np.full(rows, -highspy.kHighsInf)
        lp.row_upper_ = np.array(self._upper, dtype=float)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.array(self._start, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(self._index, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(self._value, dtype=float)
        return lp


class _Watch:
    """Has HiGHS end early, between two simplex iterations, once told to stop.

    Exceptions of callers wait here, HiGHS would swallow them.
    """

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self.error: BaseException | None = None

    def __call__(self, _kind: Any, _message: str, _out: Any, into: Any, _data: Any) -> None:
        """The callback of HiGHS."""
        try:
            if self.error is not None or self._stop():
                into.user_interrupt = 1
        except BaseException as error:  # raised again when HiGHS is back
            self.error = error
            into.user_interrupt = 1
