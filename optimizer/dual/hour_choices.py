"""What flights pay for the hours of their pool by their length (C14), and what those hours earn.

Priced by the minute, hours let a pool fly two flights and a half. So every length of flight b has a
price of its own beside that of its minutes, of any sign, and the pool's hours earn the most that a
whole number of flights of each length would pay,

    V(pool) = max { sum (h b + p(b)) n(b) :  sum b n(b) <= most hours,  n(b) whole },

which no plan's flights exceed, whatever lines they are on. Then lines keep the time of tails and
choices their hours, and both are whole: Lagrangian decomposition (Guignard and Kim 1987), whose
bound is at least that of either by itself. This is for weeks that repeat, whose hours count pool by
pool; in a dated period lines keep the hours of their tail themselves (`optimizer.dual.hours`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.hubtime import HubTime
from optimizer.dual.prices import Prices
from optimizer.dual.within_hours import most_within, soft_within

MOST_STEPS = 400_000
"""Lengths times minutes to spend: with more, hours are priced by the minute only. They leave room
for so many flights then that a fraction of one matters little."""


class HourChoices:
    """Choices of flights within the hours of each pool; prices are by pool and length.

    Attributes:
        lengths: By price, the number of its pool, and block minutes.
    """

    def __init__(self, catalogue: Catalogue, networks: list[HubTime]) -> None:
        self.lengths: list[tuple[int, int]] = []
        self._most_min = [network.pool.max_block_min or 0 for network in networks]
        self._pools: dict[int, _Choice] = {}
        for k, network in enumerate(networks):
            pool = network.pool
            if not catalogue.cycle_min or not network.priced_hours or not len(network.rotations):
                continue
            block_min = catalogue.timetable.block_min[network.rotations].astype(np.int64)
            choice = _Choice(block_min, pool.max_block_min or 0, len(self.lengths))
            if pool.size * choice.steps <= MOST_STEPS:
                self._pools[k] = choice
                self.lengths += [(k, minutes) for minutes in choice.lengths.tolist()]

    @property
    def number(self) -> int:
        """How many prices there are."""
        return len(self.lengths)

    def of(self, k: int) -> bool:
        """Whether the k-th pool has such prices."""
        return k in self._pools

    def paid_usd(self, k: int, prices: Prices) -> Floats | float:
        """By arc of the k-th pool, what a flight pays beside the price of its minutes."""
        own = self._pools.get(k)
        return 0.0 if own is None else own.prices(prices.lengths)[own.length]

    def earned_usd(self, k: int, prices: Prices, committed: Ints) -> Callable[[int], float]:
        """What the most hours of so many tails of the k-th pool earn.

        Args:
            committed: Arcs that are flown in any case, and part of every choice.
        """
        own = self._pools.get(k)
        if own is None:
            each_usd = float(prices.hours_most[k]) * self._most_min[k]
            return lambda tails: tails * each_usd
        usd, flown = own.usd(k, prices), own.length[committed]
        settled_usd, spent_min = float(usd[flown].sum()), int(own.lengths[flown].sum())
        return lambda tails: settled_usd + own.most_usd(usd, tails, spent_min)

    def chosen(
        self, k: int, prices: Prices, committed: Ints, tails: int, temperature: float
    ) -> Floats:
        """By length, how often the best choices of so many tails have it, shared out softly."""
        own = self._pools[k]
        flown = own.length[committed]
        number = np.bincount(flown, minlength=len(own.lengths)).astype(np.float64)
        spent_min = int(own.lengths[flown].sum())
        own.share(own.usd(k, prices), tails, spent_min, temperature, number)
        return number

    def minutes(self, k: int, number: Floats) -> float:
        """Block minutes of so many flights of each length."""
        return float((self._pools[k].lengths * number).sum())

    def left(self, k: int, number: Floats, flow: Floats, into: Floats) -> None:
        """Write by price how much more often a choice has its length than flights do.

        Args:
            flow: By arc of the k-th pool, how often it is flown.
        """
        own = self._pools[k]
        flown = np.bincount(own.length, flow, len(own.lengths))
        into[own.first : own.first + len(own.lengths)] = number - flown


class _Choice:
    """Of one pool.

    Attributes:
        lengths: Block minutes that its flights may have.
        length: By arc, the place of its own among these.
        first: Place of the first price.
    """

    def __init__(self, block_min: Ints, each_min: int, first: int) -> None:
        self.lengths, self.length = np.unique(block_min, return_inverse=True)
        self.first = first
        self._each_min = each_min
        self._unit = max(1, int(np.gcd.reduce(self.lengths)))

    @property
    def steps(self) -> int:
        """What finding a best choice of one tail takes."""
        return len(self.lengths) * (self._each_min // self._unit)

    def prices(self, lengths: Floats) -> Floats:
        """Its own out of those of all."""
        return lengths[self.first : self.first + len(self.lengths)]

    def usd(self, k: int, prices: Prices) -> Floats:
        """By length, what a flight pays in all."""
        return self.prices(prices.lengths) + float(prices.hours_most[k]) * self.lengths

    def most_usd(self, usd: Floats, tails: int, spent_min: int) -> float:
        """Of the best choice in the minutes that so many tails have left."""
        pays = usd > 0.0
        most = np.zeros(self._units(tails, spent_min) + 1)
        most_within(len(most) - 1, self.lengths[pays] // self._unit, usd[pays], most)
        return float(most[-1])

    def share(
        self, usd: Floats, tails: int, spent_min: int, temperature: float, number: Floats
    ) -> None:
        """Add how often it has each length."""
        units = self._units(tails, spent_min)
        soft_within(units, self.lengths // self._unit, usd, temperature, number)

    def _units(self, tails: int, spent_min: int) -> int:
        return max(0, tails * self._each_min - spent_min) // self._unit
