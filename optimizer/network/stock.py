"""Room for cargo that waits for its flight, minute by minute (C10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.domain.resolved import ResolvedInstance


class StockRoom:
    """Grams that may still wait at each airport with a limit; exact.

    In a cyclic week what waits longer than a week counts once for every week.
    """

    def __init__(self, resolved: ResolvedInstance) -> None:
        period = resolved.period
        self._cycle_min = period.length_min if period.cyclic else None
        ready = [c.ready_min for c in resolved.consignments]
        # a minute before anything waits: what leaves first is asked about too
        self._first_min = 0 if period.cyclic else min([0, *ready]) - 1
        last = max([period.length_min, *(block.off_block_min for block in resolved.blocks)])
        length = period.length_min if period.cyclic else last + 1 - self._first_min
        self._most_g = {limit.airport: limit.most_g for limit in resolved.stock_limits}
        self._left: dict[str, NDArray[np.int64]] = {
            airport: np.full(length, most_g, dtype=np.int64)
            for airport, most_g in self._most_g.items()
        }

    def __bool__(self) -> bool:
        return bool(self._left)

    def limits(self, airport: str) -> bool:
        """Whether waiting cargo is limited at an airport."""
        return airport in self._left

    def most_g(self, airport: str) -> int:
        """The limit of an airport."""
        return self._most_g[airport]

    def copy(self) -> StockRoom:
        """The same, to be changed by itself."""
        other = StockRoom.__new__(StockRoom)
        other._cycle_min, other._first_min = self._cycle_min, self._first_min
        other._most_g = self._most_g
        other._left = {airport: left.copy() for airport, left in self._left.items()}
        return other

    def room_g(self, airport: str, start_min: int, end_min: int) -> int:
        """Grams more that could wait over [start, end) at an airport with a limit.

        Raises:
            ValueError: The wait is empty.
        """
        if start_min >= end_min:
            raise ValueError("an empty wait has any room")
        weeks, parts = self._parts(start_min, end_min)
        left = self._left[airport]
        room = [int(left[part].min()) // (weeks + 1) for part in parts]
        if weeks:
            room.append(int(left.min()) // weeks)
        return min(room)

    def take(self, airport: str, start_min: int, end_min: int, grams: int) -> None:
        """Let grams wait over [start, end); negative grams give room back."""
        if start_min >= end_min:
            return
        weeks, parts = self._parts(start_min, end_min)
        left = self._left[airport]
        if weeks:
            left -= weeks * grams
        for part in parts:
            left[part] -= grams

    def _parts(self, start_min: int, end_min: int) -> tuple[int, list[slice]]:
        """Whole weeks, and the rest of the wait in minutes that are kept."""
        if self._cycle_min is None:
            return 0, [slice(start_min - self._first_min, end_min - self._first_min)]
        weeks, rest = divmod(end_min - start_min, self._cycle_min)
        begin = start_min % self._cycle_min
        over = begin + rest - self._cycle_min
        if over <= 0:
            return weeks, [slice(begin, begin + rest)] if rest else []
        return weeks, [slice(begin, self._cycle_min), slice(0, over)]
