"""Prices over time: what holds at a minute, and what falls into a stretch of minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from optimizer.domain.resolved import Window
from optimizer.verify.certificate.universe import Ints


class PricedMinutes:
    """Prices at single minutes, of every week if there is a cycle; sums them over stretches."""

    def __init__(self, prices: Iterable[tuple[int, int]], cycle_min: int | None) -> None:
        ordered = sorted(prices)
        self._minutes = np.array([minute for minute, _ in ordered], dtype=np.int64)
        self._sums = np.concatenate(
            (np.zeros(1, dtype=np.int64), np.cumsum([p for _, p in ordered], dtype=np.int64))
        )
        self._cycle_min = cycle_min

    def within(self, start_min: Ints, end_min: Ints) -> Ints:
        """Sum of the prices in [start, end) of each pair; 0 where end is not after start."""
        end_min = np.maximum(start_min, end_min)
        total: Ints = self._before(end_min) - self._before(start_min)
        return total

    def _before(self, minute: Ints) -> Ints:
        weeks: Ints = np.zeros_like(minute)
        if self._cycle_min is not None:
            weeks, minute = np.divmod(minute, self._cycle_min)
        found = self._sums[np.searchsorted(self._minutes, minute, side="left")]
        total: Ints = weeks * self._sums[-1] + found
        return total


class PricedWindows:
    """Prices of windows; sums those that hold at a minute, of any week if there is a cycle."""

    def __init__(self, prices: Sequence[tuple[Window, int]], cycle_min: int | None) -> None:
        changes: dict[int, int] = {}
        for window, price in prices:
            for start, end in _pieces(window, cycle_min):
                changes[start] = changes.get(start, 0) + price
                changes[end] = changes.get(end, 0) - price
        ordered = sorted(changes.items())
        self._minutes = np.array([minute for minute, _ in ordered], dtype=np.int64)
        self._sums = np.concatenate(
            (np.zeros(1, dtype=np.int64), np.cumsum([c for _, c in ordered], dtype=np.int64))
        )
        self._cycle_min = cycle_min

    def at(self, minute: Ints) -> Ints:
        """Sum of the prices of the windows that hold each minute."""
        minute = minute if self._cycle_min is None else minute % self._cycle_min
        found: Ints = self._sums[np.searchsorted(self._minutes, minute, side="right")]
        return found


def _pieces(window: Window, cycle_min: int | None) -> list[tuple[int, int]]:
    """A window as stretches of one week; longer than a week, it holds always, and once."""
    start, end = window.start_min, window.end_min
    if end <= start:
        return []
    if cycle_min is None:
        return [(start, end)]
    if end - start >= cycle_min:
        return [(0, cycle_min)]
    start, end = start % cycle_min, start % cycle_min + end - start
    return [(start, min(end, cycle_min)), *([(0, end - cycle_min)] if end > cycle_min else [])]
