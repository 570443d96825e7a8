"""A mixed-integer linear programme as it is written down: columns, rows, what to maximise.

Families of rows speak to a `Programme` only; HiGHS takes its arrays as they are, and PuLP gets a
copy for CBC and for model files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, TypeAlias

import highspy
import numpy as np

Variable: TypeAlias = int
"""Index of a column."""

Terms: TypeAlias = Iterable[tuple[Variable, float]]
"""A linear expression: variables and their factors; a variable may come more than once."""


class Programme:
    """Columns and rows in the order they are stated; the objective is maximised.

    Attributes:
        names: Of the columns.
        lower: Least values of the columns.
        upper: Greatest values of the columns, infinite for none.
        whole: Whether a column takes whole numbers only.
        worth: Factors of the objective.
        row_names: Of the rows.
        row_lower: Least values of the rows, minus infinity for none.
        row_upper: Greatest values of the rows, infinity for none.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.whole: list[bool] = []
        self.worth: list[float] = []
        self.row_names: list[str] = []
        self.row_lower: list[float] = []
        self.row_upper: list[float] = []
        self._starts: list[int] = [0]
        self._columns: list[Variable] = []
        self._factors: list[float] = []

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.names)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.row_names)

    def variable(
        self, name: str, lower: float, upper: float | None, *, whole: bool = False
    ) -> Variable:
        """A new column; None for no upper limit."""
        self.names.append(name)
        self.lower.append(lower)
        self.upper.append(inf if upper is None else upper)
        self.whole.append(whole)
        self.worth.append(0.0)
        return len(self.names) - 1

    def row(self, name: str, terms: Terms, lower: float, upper: float) -> int:
        """A new row: lower <= terms <= upper; factors of a variable are added up."""
        factors: dict[Variable, float] = {}
        for variable, factor in terms:
            factors[variable] = factors.get(variable, 0.0) + factor
        self._columns.extend(factors)
        self._factors.extend(factors.values())
        self._starts.append(len(self._columns))
        self.row_names.append(name)
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        return len(self.row_names) - 1

    def maximise(self, worth: Mapping[Variable, float]) -> None:
        """State the objective."""
        for variable, factor in worth.items():
            self.worth[variable] = factor

    def terms(self, row: int) -> list[tuple[Variable, float]]:
        """What a row adds up."""
        held = slice(self._starts[row], self._starts[row + 1])
        return list(zip(self._columns[held], self._factors[held], strict=True))

    def whole_columns(self) -> list[Variable]:
        """Columns that take whole numbers only."""
        return [column for column, whole in enumerate(self.whole) if whole]

    def is_kept(self, row: int, values: Mapping[Variable, float], tolerance: float) -> bool:
        """Whether values keep a row; columns without a value are 0."""
        total = sum(factor * values.get(column, 0.0) for column, factor in self.terms(row))
        return self.row_lower[row] - tolerance <= total <= self.row_upper[row] + tolerance

    def highs_lp(self) -> Any:
        """The programme as HiGHS takes it; it minimises the negative objective."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows
        lp.col_cost_ = -np.array(self.worth)
        lp.col_lower_, lp.col_upper_ = np.array(self.lower), np.array(self.upper)
        lp.row_lower_, lp.row_upper_ = np.array(self.row_lower), np.array(self.row_upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = self.columns, self.rows
        lp.a_matrix_.start_ = np.array(self._starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(self._columns, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(self._factors)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for whole in self.whole]
        return lp
