"""Truck runs and what cargo pays on them (C12, K10).

No plan needs fewer than max(kg / payload, m3 / volume) trucks of a run, and any mean of the two is
at most that: a kg + (1 - a) m3 <= trucks in these units, for any share a in [0, 1]. So cargo that
pays a K / payload per kg and (1 - a) K / volume per m3 pays at most what the trucks cost, K each;
that trucks are whole is what the bound leaves out. Where few trucks leave, the price of their
dispatch adds to K, and so do prices of branches. Should the latter make it negative, they are
raised until it is 0.
"""

from __future__ import annotations

import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.counts import CountLimit
from optimizer.dual.prices import Prices
from optimizer.dual.rides import RunKey


class TruckRuns:
    """Truck runs as arrays.

    Attributes:
        usd, payload_kg, volume_m3: By run: price, payload and volume of a truck.
        dispatches: Dispatches of lanes with few trucks, by lane and minute.
        dispatch: By run, its number among these; -1 if its lane has any number of trucks.
        available: By such dispatch, the trucks there are.
    """

    def __init__(self, resolved: ResolvedInstance, runs: dict[RunKey, int]) -> None:
        lanes = [resolved.lane[lane] for lane, _, _ in runs]
        self.usd: Floats = np.array(
            [dict(x.cost_micro)[mode] * 1e-6 for x, (_, _, mode) in zip(lanes, runs, strict=True)]
        )
        self.payload_kg: Floats = np.array([x.payload_g * 1e-3 for x in lanes])
        self.volume_m3: Floats = np.array([x.volume_cm3 * 1e-6 for x in lanes])
        self.dispatches: dict[tuple[str, int], int] = {}
        self.dispatch: Ints = np.full(len(runs), -1, dtype=np.int64)
        available: list[float] = []
        for run, (lane, minute, _) in enumerate(runs):
            most = resolved.lane[lane].trucks_per_dispatch
            if most is None:
                continue
            if (lane, minute) not in self.dispatches:
                self.dispatches[lane, minute] = len(available)
                available.append(float(most))
            self.dispatch[run] = self.dispatches[lane, minute]
        self.available: Floats = np.array(available, dtype=np.float64)

    def truck_usd(self, prices: Prices, branches: tuple[CountLimit, ...]) -> Floats:
        """What a truck of each run costs, prices of limits included; not below 0."""
        return np.maximum(self._priced_usd(prices, branches), 0.0)

    def raised_usd(self, prices: Prices, branches: tuple[CountLimit, ...]) -> float:
        """What the bound grows by where prices are raised for trucks not to cost less than 0.

        Raising the price of "at least k trucks" by d adds k d to the sum of price * limit; the
        largest k is at least that of any price that may be raised.
        """
        least = np.zeros(len(self.usd))
        for limit in branches:
            if limit.run is not None and limit.sense == "at_least":
                least[limit.run] = max(least[limit.run], limit.number)
        return float(least @ np.maximum(-self._priced_usd(prices, branches), 0.0))

    def _priced_usd(self, prices: Prices, branches: tuple[CountLimit, ...]) -> Floats:
        usd, few = self.usd.copy(), self.dispatch >= 0
        usd[few] += prices.dispatch[self.dispatch[few]]
        for limit, price in zip(branches, prices.branches.tolist(), strict=True):
            if limit.run is not None:
                usd[limit.run] += price
        return usd

    def cargo_usd(self, prices: Prices, branches: tuple[CountLimit, ...]) -> tuple[Floats, Floats]:
        """What cargo pays on each run: USD per kg and per m3."""
        usd, share = self.truck_usd(prices, branches), prices.truck_share
        return share * usd / self.payload_kg, (1 - share) * usd / self.volume_m3

    def at_dispatches(self, trucks: Floats) -> Floats:
        """Trucks at each dispatch of lanes with few, by the trucks of each run."""
        few = self.dispatch >= 0
        found = np.bincount(self.dispatch[few], trucks[few], len(self.available))
        return found.astype(np.float64)
