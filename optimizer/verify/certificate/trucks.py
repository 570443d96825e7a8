"""Trucks at their prices (C12, K10): what they take in, and the most a run can be worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from optimizer.domain.resolved import ResolvedInstance, ResolvedLane
from optimizer.plan.certificate import Prices, Quantity, TruckCount
from optimizer.verify.certificate.cargo import PICO_PER_MICRO
from optimizer.verify.certificate.flying import cycle


class TruckPrices:
    """The prices of truck runs of one leaf."""

    def __init__(
        self,
        resolved: ResolvedInstance,
        prices: Prices,
        branches: Sequence[tuple[Quantity, int]],
    ) -> None:
        self._resolved = resolved
        self._cycle_min = cycle(resolved)
        self._runs = {
            (p.lane, p.dispatch_min, p.customs): (p.pico_per_g, p.pico_per_cm3)
            for p in prices.trucks
        }
        self._dispatches = {(p.lane, p.dispatch_min): p.micro for p in prices.dispatches}
        self._branches: dict[tuple[str, int, str], int] = defaultdict(int)
        for quantity, price in branches:
            if isinstance(quantity, TruckCount):
                run = (quantity.lane, quantity.dispatch_min, quantity.customs)
                self._branches[run] += price
        self._priced_lanes = {lane for lane, _, _ in self._runs}

    def cargo_pico(
        self, lane: ResolvedLane, customs: str, minute: int, weight_g: int, volume_cm3: int
    ) -> int:
        """What cargo pays on the truck run that leaves at a minute."""
        if lane.id not in self._priced_lanes:
            return 0
        minute = minute if self._cycle_min is None else minute % self._cycle_min
        per_g, per_cm3 = self._runs.get((lane.id, minute, customs), (0, 0))
        return weight_g * per_g + volume_cm3 * per_cm3

    def worth_micro(self) -> int:
        """What the trucks of all runs earn at most; runs without a price earn nothing."""
        total = 0
        for run in self._runs.keys() | self._branches.keys():
            lane = self._resolved.lane[run[0]]
            per_g, per_cm3 = self._runs.get(run, (0, 0))
            takes_pico = lane.payload_g * per_g + lane.volume_cm3 * per_cm3
            costs = dict(lane.cost_micro)[run[2]]
            costs += self._dispatches.get(run[:2], 0) + self._branches.get(run, 0)
            gain_pico = takes_pico - costs * PICO_PER_MICRO
            if gain_pico > 0:
                total += -(-gain_pico * self._most(lane, run[2]) // PICO_PER_MICRO)
        return total

    def _most(self, lane: ResolvedLane, customs: str) -> int:
        """No plan needs more trucks of a run than this."""
        weight_g, volume_cm3 = 0, 0
        for c in self._resolved.consignments:
            if c.customs == customs:
                ways = ({a.lane for a in c.uplifts}, {a.lane for a in c.discharges})
                times = sum(lane.id in lanes for lanes in ways)
                weight_g += times * c.weight_g
                volume_cm3 += times * c.volume_cm3
        most = max(-(-weight_g // lane.payload_g), -(-volume_cm3 // lane.volume_cm3))
        few = lane.trucks_per_dispatch
        return most if few is None else min(most, few)
