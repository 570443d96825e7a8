"""The least of consecutive values, for many stretches of them at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.verify.certificate.universe import Ints


class LeastOf:
    """Values at increasing minutes; answers by a table of minima over powers of two.

    Args:
        minutes: Where the values stand, in order.
        values: The values.
    """

    def __init__(self, minutes: Sequence[int], values: Sequence[int]) -> None:
        self.number = len(minutes)
        self._minutes = np.array(minutes, dtype=np.int64)
        self._tables: list[Ints] = [np.array(values, dtype=np.int64)]
        while len(self._tables[-1]) > 1 << (len(self._tables) - 1):
            half, table = 1 << (len(self._tables) - 1), self._tables[-1]
            self._tables.append(np.minimum(table[:-half], table[half:]))

    def until(self, minute: Ints) -> Ints:
        """How many values stand at or before each minute."""
        found: Ints = np.searchsorted(self._minutes, minute, side="right").astype(np.int64)
        return found

    def least(self, first: Ints, last: Ints, otherwise: int) -> Ints:
        """The least of values first to last, the last excluded; `otherwise` if there are none."""
        count = last - first
        result: Ints = np.full(len(first), otherwise, dtype=np.int64)
        for power, table in enumerate(self._tables):
            size = 1 << power
            rows = np.flatnonzero((count >= size) & (count < 2 * size))
            if len(rows):
                result[rows] = np.minimum(table[first[rows]], table[last[rows] - size])
        return result
