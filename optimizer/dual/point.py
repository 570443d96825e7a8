"""The relaxation at some prices, and what it uses there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.hubtime import LineValue
from optimizer.dual.prices import Prices


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The relaxation at some prices.

    Attributes:
        usd: The bound; minus infinity if there is provably no plan.
        pool_usd: By pool, its part of the bound.
        lines: By pool, what the lines of its free tails earn.
        arc_usd: By pool, what each arc of its network earns.
        class_usd: By class of items, what a kg costs: supply and trucks.
        segment_usd: By segment of a rotation, what a kg on it pays at terminals.
        entry: By option of rides, its cheapest dispatch.
    """

    prices: Prices
    usd: float
    pool_usd: list[float]
    lines: list[LineValue]
    arc_usd: list[Floats]
    class_usd: Floats
    segment_usd: Floats
    entry: Ints

    def no_worse_than(self, known: Point) -> Point:
        """What a point that is known to hold proves, where that is less, at these prices.

        Args:
            known: At the same prices but for some of nothing, so that it proves as much for them;
                multipliers of loads may be worse by now.
        """
        return self if self.usd <= known.usd else replace(known, prices=self.prices)


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """What lines and loads use at some prices.

    Attributes:
        slope: Limits less their use: in this direction of prices the bound grows.
        flows: By pool, how often each arc is flown.
        run_by_weight, run_by_volume: By truck run, the trucks its cargo fills.
    """

    slope: Prices
    flows: list[Floats]
    run_by_weight: Floats
    run_by_volume: Floats
