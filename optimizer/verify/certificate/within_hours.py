"""The most that rotations within so many block minutes earn, and what the minutes earn (C14)."""

from __future__ import annotations

import numpy as np

from optimizer.domain.resolved import ResolvedPool
from optimizer.plan.certificate import Prices
from optimizer.verify.certificate.universe import Ints


def best_within_hours(block_min: Ints, value_micro: Ints, limit_min: int) -> int:
    """The best choice of rotations, each any number of times, whose minutes keep the limit.

    Whatever the tails of a pool fly is such a choice, in whatever lines; the same rotation counts
    as often as it is flown. Of rotations of one length only the best matters.
    """
    best: dict[int, int] = {}
    for minutes, micro in zip(block_min.tolist(), value_micro.tolist(), strict=True):
        if 0 < minutes <= limit_min and micro > max(0, best.get(minutes, 0)):
            best[minutes] = micro
    most = [0] * (limit_min + 1)
    for spent in range(1, limit_min + 1):
        found = most[spent - 1]
        for minutes, micro in best.items():
            if minutes <= spent and micro + most[spent - minutes] > found:
                found = micro + most[spent - minutes]
        most[spent] = found
    return most[limit_min]


class Hours:
    """Most block hours of a pool's tails: all together in a cyclic period, each in a dated one.

    Attributes:
        paid_micro: By rotation, what its length pays beside its minutes.
    """

    def __init__(self, pool: ResolvedPool, prices: Prices, block_min: Ints, cyclic: bool) -> None:
        self._each_min, self._cyclic = pool.max_block_min, cyclic
        self._minute_micro = prices.hours_most.get(pool.id, 0)
        self._lengths, place = np.unique(block_min, return_inverse=True)
        stated = {x.block_min: x.micro for x in prices.lengths if x.pool == pool.id}
        self._by_length = bool(stated)
        own = np.array([stated.get(b, 0) for b in self._lengths.tolist()], dtype=np.int64)
        self._pays: Ints = own + self._minute_micro * self._lengths
        self.paid_micro: Ints = own[place]
        self._block_min = block_min

    def least_of(self, lines_micro: int, value_micro: Ints, tails: int) -> int:
        """What the lines of so many tails earn, or rotations within their hours if that is less."""
        if self._each_min is None:
            return lines_micro
        within = self._within(self._each_min, self._block_min, value_micro, tails)
        return min(lines_micro, within)

    def earned_micro(self, tails: int) -> int:
        """What the hours of so many tails earn: their minutes, or, where lengths have prices, what
        the best choice of flights within them would pay."""
        if self._each_min is None:
            return 0
        if not self._by_length:
            return tails * self._minute_micro * self._each_min
        return self._within(self._each_min, self._lengths, self._pays, tails)

    def _within(self, each_min: int, block_min: Ints, micro: Ints, tails: int) -> int:
        if self._cyclic:
            return best_within_hours(block_min, micro, tails * each_min)
        return tails * best_within_hours(block_min, micro, each_min)
