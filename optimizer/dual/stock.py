"""Stock in terminals as priced limits: kilograms that wait for their flights at instants (C10).

A price p >= 0 at an instant adds p (limit - stock) >= 0 to what a plan earns. Cargo pays it at
every instant from its arrival to its off-block: all prices before its off-block, less all before
its arrival, like storage (K11) at a rate that changes. So all that matters is between which
instants it arrives and leaves (`Waits`).

Cargo that changes aircraft (C21) pays from its on-block to its off-block: what comes in pays all
prices from then on, and what goes on is paid back those from then on.
"""

from __future__ import annotations

import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.dual.items import Items
from optimizer.dual.rides import RideArrays
from optimizer.dual.transit import INSTANTS, Kinds
from optimizer.dual.waits import Waits

SIZE_SHARE = 0.1
"""Natural size of such a price, as a share of what a kilogram earns: cargo pays several."""
LEAST_SIZE_USD = 0.05
MOST_USD = 100.0
"""The largest price: all of a week's are sure to fit into integers."""


class StockLimits:
    """The limits of an instance on stock, as arrays.

    Attributes:
        number: How many prices there are: limits times instants.
        most_kg: By limit and instant.
        keys: By limit and instant, airport and minute.
        limits, instants: How many there are.
        at_changes: By change and instant (`Kinds`), whether the gateway has a limit.
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        kinds: Kinds,
        waits: Waits,
        items: Items,
        rides: RideArrays,
    ) -> None:
        limits, instants = resolved.stock_limits, waits.instants
        self.limits, self.instants = len(limits), len(instants)
        self._cyclic = resolved.period.cyclic
        self.number = self.limits * self.instants
        most = np.array([x.most_g * 1e-3 for x in limits], dtype=np.float64)
        self.most_kg: Floats = np.repeat(most, self.instants)
        self.keys = [(x.airport, m) for x in limits for m in instants.tolist()]
        self._waits = items.wait, items.change
        table = waits.table()
        self._limit, self._since, self._until = table[:, 0], table[:, 1], table[:, 2]
        self._entry_limit, self._entry_since = rides.stock_limit, rides.stock_stretch
        at = np.array([waits.limit(t.gateway) for t in resolved.transits], dtype=np.int64)
        self._change_limit = np.repeat(at, INSTANTS)
        self._change_since = waits.stretch(kinds.instants.reshape(-1))
        self._change_until = np.repeat(self._change_since[INSTANTS - 1 :: INSTANTS], INSTANTS)
        self.at_changes: Bools = self._change_limit >= 0

    def wait_usd(self, prices: Floats) -> Floats:
        """By class, what a kilogram pays; where it comes by truck, less `ride_usd` of its ride."""
        wait, change = self._waits
        if not self.number:
            return np.zeros(len(wait))
        usd = self._paid_over(prices, self._limit, self._since, self._until)
        return np.asarray(usd[wait] + usd[change])

    def change_usd(self, prices: Floats) -> Floats:
        """By change and instant (`Kinds`), what a kilogram pays at the gateway from then on."""
        if not self.number:
            return np.zeros(len(self._change_limit))
        return self._paid_over(prices, self._change_limit, self._change_since, self._change_until)

    def ride_usd(self, prices: Floats) -> Floats:
        """By entry of rides, what a kilogram does not pay as it arrives no sooner."""
        if not self.number:
            return np.zeros(len(self._entry_limit))
        return self._paid(prices, self._entry_limit, self._entry_since)

    def left_kg(self, class_kg: Floats, entry_kg: Floats) -> Floats:
        """By limit and instant, what it leaves of what waits, by class and by entry of rides."""
        if not self.number:
            return np.zeros(0)
        wait, change = (np.bincount(x, class_kg, len(self._limit)) for x in self._waits)
        wait_kg: Floats = np.asarray(wait + change, dtype=np.float64)
        stock = self._until_then(self._limit, self._until, wait_kg)
        stock -= self._until_then(self._limit, self._since, wait_kg)
        stock -= self._until_then(self._entry_limit, self._entry_since, entry_kg)
        return np.asarray(self.most_kg - stock.reshape(-1))

    def waits_of(self, cls: int) -> list[tuple[int, int, int]]:
        """The waits of a class, for its flight and to change aircraft after it: limit (-1: none),
        stretch since which it counts, and its last."""
        found = (int(wait[cls]) for wait in self._waits)
        return [(int(self._limit[x]), int(self._since[x]), int(self._until[x])) for x in found]

    def matters(self, cls: int) -> bool:
        """Whether a class waits anywhere."""
        return any(wait[cls] for wait in self._waits)

    def place(self, stretch: int) -> tuple[int, int]:
        """The instant at which what comes in a stretch waits first (0: before it, or never), and
        how often it waits at the first instant.

        In a week that repeats the latter counts from the first week: what leaves takes off what it
        counts itself, and the rest is the weeks in between.
        """
        if self._cyclic:
            return stretch % self.instants, -stretch // self.instants
        return stretch % self.instants if stretch < self.instants else 0, int(stretch <= 0)

    def sizes(self, margins_usd_per_kg: Floats) -> Floats:
        """Natural sizes of prices, from the best margins of consignments."""
        earned = float(np.median(margins_usd_per_kg)) if len(margins_usd_per_kg) else 0.0
        return np.full(self.number, max(LEAST_SIZE_USD, SIZE_SHARE * earned))

    def _paid_over(self, prices: Floats, limit: Ints, since: Ints, until: Ints) -> Floats:
        """The sum of prices from one stretch to another."""
        return self._paid(prices, limit, until) - self._paid(prices, limit, since)

    def _paid(self, prices: Floats, limit: Ints, stretch: Ints) -> Floats:
        """The sum of prices before a stretch, from the first instant on; 0 where limit is -1."""
        table = np.zeros((self.limits, self.instants + 1))
        np.cumsum(prices.reshape(self.limits, self.instants), axis=1, out=table[:, 1:])
        week, within = np.divmod(stretch, self.instants)
        paid = week * table[limit, -1] + table[limit, within]
        return np.asarray(np.where(limit < 0, 0.0, paid))

    def _until_then(self, limit: Ints, stretch: Ints, kg: Floats) -> Floats:
        """By limit and instant, kilograms times the weeks in which the instant is before the
        stretch; weeks before the first count negative."""
        known = (limit >= 0) & (kg != 0)
        limit, kg = limit[known], kg[known]
        week, within = np.divmod(stretch[known], self.instants)
        every = np.bincount(limit, week * kg, self.limits)
        width = self.instants + 1
        ends = np.bincount(limit * width + within, kg, self.limits * width)
        after = ends.reshape(self.limits, width)[:, ::-1].cumsum(axis=1)[:, ::-1]
        return np.asarray(after[:, 1:] + every[:, None])
