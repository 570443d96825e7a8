"""A price that falls with time, in steps (C21)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimizer.verify.certificate.universe import Ints


class Falling:
    """At every minute the sum of the steps that are not before it.

    Attributes:
        most: The sum of all steps.

    Args:
        steps: Not negative, by minute.
    """

    def __init__(self, steps: Mapping[int, int]) -> None:
        self._minutes: Ints = np.array(sorted(steps), dtype=np.int64)
        left = [0]
        for minute in sorted(steps, reverse=True):
            left.append(left[-1] + steps[minute])
        self.most = left[-1]
        self._left = left[::-1]

    def at(self, minutes: Ints) -> Ints:
        """The price at some minutes; `most` must be a number of 64 bits."""
        table: Ints = np.array(self._left, dtype=np.int64)
        return table[np.searchsorted(self._minutes, minutes)]
