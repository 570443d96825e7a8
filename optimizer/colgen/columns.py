"""Sparse columns in batches, as linear-programming codes take them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimizer.colgen.protocols import ColumnGenerationError, FloatArray


def _frozen(values: ArrayLike, dtype: Any) -> NDArray[Any]:
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


@dataclass(frozen=True, slots=True, eq=False)
class ColumnBatch:
    """Columns stored one after another (compressed sparse columns).

    Attributes:
        profit: Of each column, per unit.
        starts: Where the entries of each column start; the last ends with the arrays.
        rows: Row of each entry; a row at most once in a column.
        values: Value of each entry.
        keys: What tells columns apart; equal keys mean the same column.

    Raises:
        ColumnGenerationError: The arrays do not fit each other or hold what is not finite.
    """

    profit: FloatArray
    starts: NDArray[np.int32]
    rows: NDArray[np.int32]
    values: FloatArray
    keys: Sequence[Hashable]

    def __post_init__(self) -> None:
        for name, dtype in (
            ("profit", np.float64),
            ("starts", np.int32),
            ("rows", np.int32),
            ("values", np.float64),
        ):
            object.__setattr__(self, name, _frozen(getattr(self, name), dtype))
        object.__setattr__(self, "keys", tuple(self.keys))
        self._check()

    def _check(self) -> None:
        count = len(self.keys)
        if self.profit.shape != (count,) or self.starts.shape != (count,):
            raise ColumnGenerationError("columns: a profit, a start and a key for each, no more")
        if self.rows.ndim != 1 or self.rows.shape != self.values.shape:
            raise ColumnGenerationError("columns: each entry has one row and one value")
        ends = np.append(self.starts, len(self.rows))
        if ends[0] != 0 or (np.diff(ends) < 0).any():
            raise ColumnGenerationError("columns: starts must ascend from 0 to the entries' end")
        if not (np.isfinite(self.profit).all() and np.isfinite(self.values).all()):
            raise ColumnGenerationError("columns: profits and values must be finite")
        if (self.rows < 0).any():
            raise ColumnGenerationError("columns: rows count from 0")
        owner = self.owner()
        entries = np.unique(np.stack([owner, self.rows.astype(np.int64)]), axis=1)
        if entries.shape[1] != len(self.rows):
            raise ColumnGenerationError("columns: a row is twice in one column")

    @classmethod
    def of(
        cls, columns: Iterable[tuple[Hashable, float, Sequence[int], Sequence[float]]]
    ) -> ColumnBatch:
        """A batch of (key, profit, rows, values), one for each column."""
        listed = list(columns)
        lengths = [len(rows) for _, _, rows, _ in listed]
        return cls(
            profit=np.array([profit for _, profit, _, _ in listed], dtype=np.float64),
            starts=np.cumsum([0, *lengths], dtype=np.int32)[:-1],
            rows=np.array([row for _, _, rows, _ in listed for row in rows], dtype=np.int32),
            values=np.array([v for *_, values in listed for v in values], dtype=np.float64),
            keys=[key for key, *_ in listed],
        )

    def __len__(self) -> int:
        return len(self.keys)

    def owner(self) -> NDArray[np.int64]:
        """The column of each entry."""
        lengths = np.diff(np.append(self.starts, len(self.rows)))
        return np.repeat(np.arange(len(self), dtype=np.int64), lengths)

    def reduced_profits(self, prices: FloatArray) -> FloatArray:
        """Profit of each column less what it pays at prices of rows."""
        pays = np.bincount(self.owner(), prices[self.rows] * self.values, minlength=len(self))
        return self.profit - pays

    def take(self, chosen: NDArray[np.int64]) -> ColumnBatch:
        """The chosen columns, in the order given."""
        ends = np.append(self.starts, len(self.rows)).astype(np.int64)
        begins, lengths = ends[chosen], ends[chosen + 1] - ends[chosen]
        starts = np.cumsum(lengths) - lengths
        entries = np.repeat(begins - starts, lengths) + np.arange(int(lengths.sum()))
        keys = [self.keys[column] for column in chosen.tolist()]
        return ColumnBatch(
            self.profit[chosen], starts, self.rows[entries], self.values[entries], keys
        )
