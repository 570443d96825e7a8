"""Limits of rows and of static columns, and what they are worth at prices (weak duality).

The bound of a pricer is the worth of the rows, plus that of the static columns, plus the most its
own columns can earn at their reduced profits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.colgen.columns import ColumnBatch
from optimizer.colgen.protocols import ColumnGenerationError, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Limits of the rows; infinite where there is none.

    Raises:
        ColumnGenerationError: Limits do not fit each other.
    """

    lower: FloatArray
    upper: FloatArray

    def __post_init__(self) -> None:
        _check_box(self.lower, self.upper, "rows")

    def signed(self, prices: FloatArray) -> FloatArray:
        """Prices with those of the wrong sign made 0: the nearest that are sign-correct."""
        least = np.where(np.isfinite(self.lower), -np.inf, 0.0)
        most = np.where(np.isfinite(self.upper), np.inf, 0.0)
        return np.clip(prices, least, most)

    def worth(self, prices: FloatArray) -> float:
        """The most that limits can be worth at sign-correct prices: Σ price · limit."""
        limit = np.where(prices > 0.0, self.upper, self.lower)
        return float(prices @ np.where(prices == 0.0, 0.0, limit))


@dataclass(frozen=True, slots=True, eq=False)
class StaticColumns:
    """Columns that are there from the start, in boxes of their own.

    Raises:
        ColumnGenerationError: Boxes do not fit each other or the columns.
    """

    columns: ColumnBatch
    lower: FloatArray
    upper: FloatArray

    def __post_init__(self) -> None:
        _check_box(self.lower, self.upper, "static columns")
        if self.lower.shape != (len(self.columns),):
            raise ColumnGenerationError("static columns: one box for each")

    def worth(self, prices: FloatArray) -> float:
        """The most they earn at prices: Σ max(lower · r, upper · r), r their reduced profits."""
        reduced = self.columns.reduced_profits(prices)
        limit = np.where(reduced > 0.0, self.upper, self.lower)
        return float(reduced @ np.where(reduced == 0.0, 0.0, limit))


def _check_box(lower: FloatArray, upper: FloatArray, what: str) -> None:
    if lower.ndim != 1 or lower.shape != upper.shape or not (lower <= upper).all():
        raise ColumnGenerationError(f"{what}: lower and upper limits do not fit each other")
    if (lower == np.inf).any() or (upper == -np.inf).any():
        raise ColumnGenerationError(f"{what}: a limit is infinite on the wrong side")
