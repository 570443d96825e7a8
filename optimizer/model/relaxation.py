"""A programme without whole numbers: its optimum, its prices, and more rows as they are found."""

from __future__ import annotations

import math

import highspy
import numpy as np

from optimizer.model.highs import Outcome
from optimizer.model.programme import Programme, Variable
from optimizer.model.watch import ShouldStop, Watch, iterations_of, listen, new_highs

INTERIOR_COLUMNS = 4_000
"""Programmes of so many columns are relaxed by the interior point method first."""


class Relaxation:
    """A programme without whole numbers, solved again as rows are added to it.

    Large ones are first solved by the interior point method: the simplex method takes several times
    as long where many choices are as good.

    Args:
        programme: Its rows may grow.
        threads: Threads of the solver.
    """

    def __init__(self, programme: Programme, threads: int = 1) -> None:
        self._programme = programme
        self._highs = new_highs(threads)
        lp = programme.highs_lp()
        lp.integrality_ = []
        self._highs.passModel(lp)
        self._rows = programme.rows
        self._interior = programme.columns >= INTERIOR_COLUMNS
        self.iterations = 0

    def solve(
        self,
        time_limit: float = math.inf,
        should_stop: ShouldStop | None = None,
        *,
        to_a_vertex: bool = True,
    ) -> Outcome | None:
        """The optimum, with prices of the rows; None if it is not reached.

        Args:
            time_limit: Seconds.
            should_stop: Asked often whether to stop.
            to_a_vertex: Whether a solution in the middle of the best ones will not do.
        """
        self._take_rows()
        self._highs.setOptionValue("solver", "ipm" if self._interior else "choose")
        self._highs.setOptionValue("run_crossover", "on" if to_a_vertex else "off")
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + time_limit)
        watch = Watch(None, should_stop, math.inf)
        listen(self._highs, watch)
        self._highs.run()
        if watch.error is not None:
            raise watch.error
        self._interior = self._interior and not to_a_vertex
        iterations = iterations_of(self._highs)
        self.iterations += iterations
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution, value = self._highs.getSolution(), -float(self._highs.getObjectiveValue())
        return Outcome(
            "optimal",
            value,
            value,
            values=np.array(solution.col_value),
            prices=-np.array(solution.row_dual),
            reduced_usd=-np.array(solution.col_dual),
            iterations=iterations,
        )

    def limit(self, column: Variable, lower: float, upper: float) -> None:
        """Change the limits of a column, here and not in the programme."""
        self._highs.changeColBounds(column, lower, upper)

    def _take_rows(self) -> None:
        for row in range(self._rows, self._programme.rows):
            terms = self._programme.terms(row)
            columns = np.array([column for column, _ in terms], dtype=np.int32)
            factors = np.array([factor for _, factor in terms])
            limits = self._programme.row_lower[row], self._programme.row_upper[row]
            self._highs.addRow(*limits, len(terms), columns, factors)
        self._rows = self._programme.rows
