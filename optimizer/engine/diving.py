"""Plans by diving: lines committed at the bound's prices, and parts of plans flown anew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from optimizer.control import Budget, neighbour_units, pass_units, pricing_units
from optimizer.dual import Ascent, Diver, Line, Manner, Pace, Point, Prices, Relaxation
from optimizer.engine.wanted import Wanted
from optimizer.plan.plan import Flight, Plan

AGAIN = Manner(share=0.34, pace=Pace(10, every=10, step=(0.03, 0.01), temperature=(0.01, 0.001)))
"""How freed lines are flown anew."""
ROUGH = Manner(share=0.2, pace=Pace(16, every=16, step=(0.03, 0.008), temperature=(0.01, 0.0015)))
"""How plans are dived for that are improved anyway."""
FROM_ABOVE = (
    Manner(share=0.15, pace=Pace(14, every=14, step=(0.03, 0.01), temperature=(0.01, 0.002))),
    Manner(),
)
"""How plans are dived for from the bound's prices, in turn: quickly, and with more care."""
ONCE = (Manner(share=0.15),)
"""How a plan is dived for where there is time for one dive only: quicker ones end far lower."""
SETTLE = Pace(30, every=30, step=(0.03, 0.003), temperature=(1e-3, 1e-4))
"""How prices settle once all lines are committed."""
MOST_FREED = 6
NOISE = 0.1
"""Spread of random factors on prices of cargo, of every other try."""
LIKE_ROUNDING = 0.3
"""Whole trucks cost every plan about the same: lines whose relaxed value is below that of the best
plan by more than this share of what they cost it are not looked at."""
WORTH_USD = 1.0
"""A better plan is better by more."""


class Evaluate(Protocol):
    """Makes exact plans."""

    def __call__(self, flights: list[Flight], wanted: Wanted | None = None) -> Plan | None:
        """The exact plan with the best cargo on some flights, beginning with some that is wanted;
        None if they are no plan."""


class Diving:
    """Dives on a relaxation; `lines` are those of the best plan it found.

    Args:
        evaluate: Makes exact plans.
        rng: Source of every random choice.
        budget: Where the work is booked.
    """

    def __init__(
        self,
        relaxation: Relaxation,
        point: Point,
        evaluate: Evaluate,
        rng: np.random.Generator,
        budget: Budget,
    ) -> None:
        self._relaxation = relaxation
        self._point = point
        self._evaluate = evaluate
        self._rng = rng
        self._budget = budget
        self._prices: Prices = point.prices
        self._value_usd = self._relaxed_usd = -math.inf
        self._booked = relaxation.priced
        self.lines: list[Line] = []

    def from_above(self, stop: Budget, dives: int, manners: Sequence[Manner] = FROM_ABOVE) -> None:
        """Dive from the bound's prices, so many times, in some manners in turn."""
        for number in range(dives):
            if stop.stop():
                break
            diver = Diver(self._relaxation, self._point.prices, self._rng)
            diver.clear()
            if diver.dive(manners[number % len(manners)], lambda: self._spent(stop)):
                self._judge(diver)
        self._leave()

    def lines_anew(self, stop: Budget) -> list[Flight] | None:
        """Flights of a dive from the bound's prices with noise on cargo; None if stopped."""
        supply = self._point.prices.supply
        noise = np.exp(NOISE * self._rng.standard_normal(len(supply)))
        prices = self._point.prices.with_supply(supply * noise)
        diver = Diver(self._relaxation, prices, self._rng)
        diver.clear()
        finished = diver.dive(ROUGH, lambda: self._spent(stop))
        flights = self._flights(diver.lines) if finished else None
        self._leave()
        return flights

    def around(self, stop: Budget, tries: int) -> None:
        """Free some lines of the best plan and fly them anew, so many times."""
        for _ in range(tries):
            if stop.stop() or not self.lines:
                break
            self._budget.spend(neighbour_units(1))
            diver = Diver(self._relaxation, self._varied(), self._rng)
            diver.clear()
            diver.commit(self.lines)
            freed = self._related()
            diver.free(freed)
            self._relaxation.only_pools({k for k, _ in freed})
            if diver.dive(AGAIN, lambda: self._spent(stop)):
                self._judge(diver)
        self._leave()

    def _judge(self, diver: Diver) -> None:
        """Keep committed lines if their plan is the best; none that cannot be is looked at."""
        relaxation = self._relaxation
        relaxation.domain = relaxation.committed_rotations()
        settled = Ascent(relaxation, relaxation.at(diver.prices))
        for _ in settled.run(SETTLE, self._budget.stop):
            pass
        relaxation.domain = None
        most_usd = settled.best.usd
        rounding_usd = self._relaxed_usd - self._value_usd
        if self.lines and most_usd <= self._relaxed_usd - LIKE_ROUNDING * rounding_usd:
            return
        plan = self._evaluate(self._flights(diver.lines))
        if plan is not None and plan.contribution_micro * 1e-6 > self._value_usd + WORTH_USD:
            self._value_usd = plan.contribution_micro * 1e-6
            self._relaxed_usd = most_usd
            self.lines, self._prices = diver.lines, settled.best.prices

    def _flights(self, lines: list[Line]) -> list[Flight]:
        pools, networks = self._relaxation.resolved.pools, self._relaxation.networks
        rotations = self._relaxation.catalogue.rotations
        return [
            Flight(f"X{i}-{a}", pools[k].id, "", rotations[int(networks[k].rotations[arc])])
            for i, (k, arcs) in enumerate(lines)
            for a, arc in enumerate(arcs)
        ]

    def _varied(self) -> Prices:
        """The prices of the best plan, every other time with noise on cargo."""
        if self._rng.random() < 0.5:
            return self._prices
        supply = self._prices.supply
        return self._prices.with_supply(
            supply * np.exp(NOISE * self._rng.standard_normal(len(supply)))
        )

    def _related(self) -> list[Line]:
        """A line at random, and others of its pool or that serve a station it serves."""
        most = min(MOST_FREED, max(1, len(self.lines) // 2))
        number = int(self._rng.integers(1, most + 1))
        order = self._rng.permutation(len(self.lines)).tolist()
        first, others = self.lines[order[0]], [self.lines[i] for i in order[1:]]
        stations = self._stations(first)
        near = [x for x in others if x[0] == first[0] or not stations.isdisjoint(self._stations(x))]
        return [first, *near[: number - 1]]

    def _stations(self, line: Line) -> set[str]:
        k, arcs = line
        rotations, network = self._relaxation.catalogue.rotations, self._relaxation.networks[k]
        return {s for arc in arcs for s in rotations[int(network.rotations[arc])].stations}

    def _spent(self, stop: Budget) -> bool:
        priced = self._relaxation.priced
        self._budget.spend(pricing_units(priced - self._booked) + pass_units(1))
        self._booked = priced
        return stop.stop()

    def _leave(self) -> None:
        """Leave the relaxation as it was."""
        self._relaxation.committed = [[] for _ in self._relaxation.networks]
        self._relaxation.domain = None
