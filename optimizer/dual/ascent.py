"""Finding good prices: gradient steps on a smoothed bound (docs/decomposition.md).

The bound is a maximum over lines, hence has kinks. Replacing the maximum by a soft maximum at a
temperature gives a gradient (limits less the use of lines, each at its soft share), along which
Adam steps; the temperature falls with time. Most rotations are far from any good line, so most
passes look at the near ones only; every few passes all are priced, which gives a valid bound and
shows which are near now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.dual.arrays import Bools, Floats
from optimizer.dual.box import box_of
from optimizer.dual.point import Point, Use
from optimizer.dual.relaxation import Relaxation
from optimizer.dual.slope import NOT_WANTED, use_at

FIRST_SHARES = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9)
"""Supply prices to begin with, as shares of the best margins."""
NEAR_TEMPERATURES = 8.0
"""Rotations on lines that are worse by more have next to no share."""
MEMORY = 0.95
MOST_STEP = 0.01
"""Prices of residual capacity never step further, as a share of their natural size: each moves much
cargo and many flights at once."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How an ascent goes.

    Attributes:
        passes: In all.
        every: All rotations are priced after so many passes.
        step: At the beginning and at the end, as a share of a price's natural size.
        temperature: Likewise, as a share of what a tail earns.
    """

    passes: int
    every: int = 10
    step: tuple[float, float] = (0.15, 0.003)
    temperature: tuple[float, float] = (0.02, 0.0005)

    def of(self, passes: int) -> Pace:
        """The same in so many passes."""
        return replace(self, passes=passes)

    def at(self, done: float) -> tuple[float, float]:
        """Step and temperature when such a share of it is done."""
        step, last_step = self.step
        temperature, last = self.temperature
        return step * (last_step / step) ** done, temperature * (last / temperature) ** done


def first_point(relaxation: Relaxation) -> Point:
    """The best of some simple prices."""
    relaxation.at(relaxation.first_prices())
    start, size = relaxation.first_prices(), box_of(relaxation).size
    tried = [start.with_supply(share * size.supply) for share in FIRST_SHARES]
    return min((relaxation.at(prices) for prices in tried), key=lambda point: point.usd)


class Loaded:
    """What flights carry on average over some passes, nearly a solution of the relaxation.

    Attributes:
        flow: By rotation, how often it is flown.
        item_kg: By item, what is carried.
    """

    def __init__(self, relaxation: Relaxation) -> None:
        self._networks = relaxation.networks
        self.flow: Floats = np.zeros(len(relaxation.catalogue.rotations))
        self.item_kg: Floats = np.zeros(len(relaxation.cargo.cls))
        self._passes = 0

    def add(self, flows: list[Floats]) -> None:
        """Add the flights of a pass, by pool and arc, whose items have been added."""
        self._passes += 1
        for network, own in zip(self._networks, flows, strict=True):
            np.add.at(self.flow, network.rotations, own)

    def averaged(self) -> Loaded:
        """Divided by the number of passes."""
        self.flow /= max(1, self._passes)
        self.item_kg /= max(1, self._passes)
        return self


class Ascent:
    """A run of passes from a point on; may go on with another pace.

    Args:
        held: By price without those of branches, whether it stays as it is; None for none.

    Attributes:
        best: The best point so far.
        last: Where it ended.
        use: What lines and loads have used lately on average, nearly a solution of the relaxation.
    """

    def __init__(self, relaxation: Relaxation, start: Point, held: Bools | None = None) -> None:
        self._relaxation = relaxation
        self._low, self._high, self._size = (p.vector() for p in box_of(relaxation))
        if held is not None:
            self._size[: len(held)][held] = 0.0
        none = relaxation.first_prices().like(np.zeros(len(self._size)))
        residual = replace(none, residual=np.ones(len(none.residual)))
        self._far = residual.vector() > 0.0
        self._tails = max(1, sum(p.size for p in relaxation.resolved.pools))
        self.best = self.last = start
        self.use: Use | None = None

    def run(
        self,
        pace: Pace,
        stop: Callable[[], bool],
        loaded: Loaded | None = None,
        over: Callable[[], float] = lambda: 0.0,
    ) -> Iterator[Point]:
        """Ever better points; ends early when told to.

        Args:
            loaded: What is flown and carried in the second half of the passes is added to it.
            over: The share of its time that is over. The pace keeps up with it where passes take
                longer than expected, so that prices have settled by the end.
        """
        relaxation, prices = self._relaxation, self._relaxation.completed(self.best.prices)
        point, x = self.best, prices.vector()
        adam = _Adam(len(x))
        size = np.where(self._far, min(1.0, MOST_STEP / pace.step[0]), 1.0) * self._size
        near = None
        for number in range(pace.passes):
            if stop():
                return
            done = number / max(1, pace.passes - 1)
            step, share = pace.at(min(1.0, max(done, over())))
            temperature = share * max(abs(self.best.usd), 1.0) / self._tails
            if number % pace.every == 0:
                if number:
                    point = relaxation.at(prices.like(x))
                    if self._better(point):
                        yield point
                near = relaxation.near(point, NEAR_TEMPERATURES * temperature)
            into = loaded if 2 * number >= pace.passes else None
            item_kg = NOT_WANTED if into is None else into.item_kg
            use = use_at(relaxation, point, temperature, item_kg)
            if into is not None:
                into.add(use.flows)
            self._average(use)
            slope = use.slope.vector() * size
            x = x - step * size * adam.direction(slope)
            x = np.clip(x, self._low, self._high)
            point = relaxation.at(prices.like(x), among=near)
        self.last = relaxation.at(prices.like(x))
        if self._better(self.last):
            yield self.last

    def _better(self, point: Point) -> bool:
        if point.usd < self.best.usd:
            self.best = point
            return True
        return False

    def _average(self, use: Use) -> None:
        """Keep a moving average of flows and trucks."""
        old = self.use
        if old is None:
            self.use = use
            return
        self.use = Use(
            use.slope,
            [MEMORY * a + (1 - MEMORY) * b for a, b in zip(old.flows, use.flows, strict=True)],
            MEMORY * old.run_by_weight + (1 - MEMORY) * use.run_by_weight,
            MEMORY * old.run_by_volume + (1 - MEMORY) * use.run_by_volume,
        )


class _Adam:
    """Direction of steps: the mean slope over the root of its mean square (Kingma and Ba 2015)."""

    def __init__(self, size: int) -> None:
        self._mean, self._square = np.zeros(size), np.zeros(size)
        self._times = 0

    def direction(self, slope: Floats) -> Floats:
        """By coordinate, about one in size while the slope keeps its sign."""
        self._times += 1
        self._mean = 0.9 * self._mean + 0.1 * slope
        self._square = 0.99 * self._square + 0.01 * slope * slope
        mean = self._mean / (1 - 0.9**self._times)
        root = np.sqrt(self._square / (1 - 0.99**self._times))
        return np.asarray(mean / (root + 1e-9))
