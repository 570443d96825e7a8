"""A restricted master problem solved by HiGHS: maximise profit over rows between limits.

    max  profit · x    rows: lower ≤ A x ≤ upper    static columns: in their boxes    others: x ≥ 0

Columns are added in place, and the next solve starts from the last basis. That basis is still
feasible, but no longer dual feasible, so it goes to the primal simplex; the dual simplex, which is
the default of HiGHS, would begin anew. From `LARGE_ROWS` rows on, interior point with crossover is
faster than any warm start. A status other than optimal is believed only if it comes twice, the
second time from scratch.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import highspy
import numpy as np

from optimizer.colgen.boxes import Rows, StaticColumns
from optimizer.colgen.columns import ColumnBatch
from optimizer.colgen.highs import Watch, new_highs
from optimizer.colgen.protocols import (
    ColumnGenerationError,
    FloatArray,
    MasterAnswer,
    MasterStatus,
    Stop,
)

LARGE_ROWS = 500
"""Random masters of 400 rows: primal simplex 0.95 s, IPX 0.84 s; of 600: 4.8 s, 3.0 s; of 1 500:
150 s, 30 s (twelve rounds of 300 columns)."""
KEPT_SHARE = 2 / 3
"""How many of the most columns stay when some are dropped."""
NEGATIVE = 1e-6
"""Reduced profits are negative below minus this."""
STATUS: dict[Any, MasterStatus] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kInterrupt: "stopped",
    highspy.HighsModelStatus.kHighsInterrupt: "stopped",
}
"""What HiGHS says, in our words; anything else is an error."""


class LpMaster:
    """A `Master` over HiGHS. For one thread at a time."""

    def __init__(
        self,
        rows: Rows,
        static: StaticColumns | None = None,
        *,
        most_columns: int | None = None,
        large_rows: int = LARGE_ROWS,
    ) -> None:
        """A master without dynamic columns.

        Args:
            rows: Its rows.
            static: Columns it starts with; never dropped.
            most_columns: Drop columns of negative reduced profit when there are more of the
                dynamic ones; None keeps all.
            large_rows: From how many rows on to solve by interior point.
        """
        self.rows, self.most_columns = rows, most_columns
        self._large = len(rows.lower) >= large_rows
        self._keys: list[Hashable] = []
        self._index: dict[Hashable, int] = {}
        self._values: dict[Hashable, float] = {}
        self._warm, self._dropped_at = False, -np.inf
        self._watch = Watch()
        self._highs = new_highs(self._watch, rows.lower, rows.upper)
        self._static = 0
        if static is not None:
            self._static = self._append(static.columns, static.lower, static.upper)

    def __len__(self) -> int:
        """Number of columns, static ones included."""
        return len(self._keys)

    def add(self, columns: ColumnBatch) -> int:
        """Add the columns whose keys are not there yet, at least 0 each.

        Returns:
            How many were new.
        """
        return self._append(columns, None, None)

    def _append(
        self, columns: ColumnBatch, lower: FloatArray | None, upper: FloatArray | None
    ) -> int:
        if len(columns.rows) and int(columns.rows.max()) >= len(self.rows.lower):
            raise ColumnGenerationError("columns: an entry is in a row that is not there")
        fresh = {key: at for at, key in reversed(list(enumerate(columns.keys)))}
        chosen = np.array(sorted(at for k, at in fresh.items() if k not in self._index), np.int64)
        if lower is not None and len(chosen) < len(columns):
            raise ColumnGenerationError("static columns: a key is there twice")
        new = columns.take(chosen)
        low = np.zeros(len(new)) if lower is None else lower
        high = np.full(len(new), np.inf) if upper is None else upper
        entries = (len(new.rows), new.starts, new.rows, new.values)
        if len(new) and (
            self._highs.addCols(len(new), -new.profit, low, high, *entries)
            == highspy.HighsStatus.kError
        ):
            raise ColumnGenerationError("HiGHS refused columns")
        for key in new.keys:
            self._index[key] = len(self._keys)
            self._keys.append(key)
        return len(new)

    def reset(self) -> None:
        """Forget the basis."""
        self._highs.clearSolver()
        self._warm = False

    def primal(self) -> dict[Hashable, float]:
        """Values of columns by key in the last optimum, where they are not 0."""
        return dict(self._values)

    def solve(self, stop: Stop) -> MasterAnswer:
        """Solve it; "stopped" once `stop` is true (asked at every iteration)."""
        if stop():
            return MasterAnswer("stopped")
        if not self._keys:
            return self._without_columns()
        status = self._run(stop, from_scratch=False)
        if status not in ("optimal", "stopped"):
            self.reset()
            status = self._run(stop, from_scratch=True)
        reason = "" if status == "optimal" else self._reason()
        if status == "infeasible":
            return MasterAnswer("infeasible", prices=self._ray(), reason=reason)
        if status != "optimal":
            return MasterAnswer(status, reason=reason)
        return self._read()

    def _run(self, stop: Stop, *, from_scratch: bool) -> MasterStatus:
        interior = self._large and not from_scratch
        self._highs.setOptionValue("solver", "ipx" if interior else "simplex")
        self._highs.setOptionValue("simplex_strategy", 4 if self._warm else 1)  # primal, dual
        self._highs.setOptionValue("presolve", "off" if from_scratch else "choose")
        with self._watch.asking(stop):
            ran = self._highs.run()
        if ran == highspy.HighsStatus.kError:
            return "error"
        status = STATUS.get(self._highs.getModelStatus(), "error")
        self._warm = status == "optimal"
        return status

    def _reason(self) -> str:
        return str(self._highs.modelStatusToString(self._highs.getModelStatus()))

    def _read(self) -> MasterAnswer:
        solution, value = self._highs.getSolution(), -float(self._highs.getObjectiveValue())
        feasible = highspy.SolutionStatus.kSolutionStatusFeasible
        if not solution.dual_valid or self._highs.getInfo().dual_solution_status != feasible:
            return MasterAnswer("no_dual", reason="HiGHS has no dual solution")
        values = np.array(solution.col_value)
        self._values = {self._keys[at]: float(values[at]) for at in np.flatnonzero(values)}
        prices = self.rows.signed(-np.array(solution.row_dual))
        if self.most_columns is not None and len(self) - self._static > self.most_columns:
            self._drop(self.most_columns, -np.array(solution.col_dual), value)
        return MasterAnswer("optimal", value, prices)

    def _drop(self, most: int, reduced: FloatArray, value: float) -> None:
        """Drop the worst columns outside the basis; only if the value rose since, so it ends."""
        if value <= self._dropped_at + NEGATIVE * max(1.0, abs(value)):
            return
        self._dropped_at = value
        basic = highspy.HighsBasisStatus.kBasic
        outside = np.array([status != basic for status in self._highs.getBasis().col_status])
        outside &= reduced < -NEGATIVE
        outside[: self._static] = False
        worst = np.flatnonzero(outside)
        excess = len(self) - self._static - int(KEPT_SHARE * most)
        gone = np.sort(worst[np.argsort(reduced[worst], kind="stable")][:excess])
        if not len(gone):
            return
        self._highs.deleteCols(len(gone), gone.astype(np.int32))
        without = set(gone.tolist())
        self._keys = [key for at, key in enumerate(self._keys) if at not in without]
        self._index = {key: at for at, key in enumerate(self._keys)}

    def _ray(self) -> FloatArray | None:
        """Prices whose multiples prove that these columns are infeasible; None if unknown."""
        _, known, ray = self._highs.getDualRay()
        return self.rows.signed(-np.array(ray)) if known else None

    def _without_columns(self) -> MasterAnswer:
        """HiGHS calls a problem without columns empty, be its rows satisfied or not."""
        wanting = (self.rows.upper < 0.0).astype(float) - (self.rows.lower > 0.0)
        self._values = {}
        if wanting.any():
            return MasterAnswer("infeasible", prices=wanting, reason="no columns")
        return MasterAnswer("optimal", 0.0, np.zeros(len(wanting)))
