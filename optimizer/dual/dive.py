"""From prices to a plan: commit lines of flying one after the other, prices following.

At the bound's prices every tail has a best line, but the best lines of all tails want the same
cargo. So a few are committed, prices are let settle with these flown in any case, then the next.
Freeing some lines of a plan and committing them anew is the same on a small scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.dual.ascent import Ascent, Pace
from optimizer.dual.hubtime import LineValue
from optimizer.dual.prices import Prices
from optimizer.dual.relaxation import Relaxation

Line = tuple[int, tuple[int, ...]]
"""Pool and the arcs one of its tails flies."""


SETTLE = Pace(14, every=14, step=(0.03, 0.01), temperature=(0.01, 0.002))
"""How prices follow after lines were committed."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a dive goes.

    Attributes:
        share: Of the tails that are free, those committed at once.
        pace: Passes in between.
    """

    share: float = 0.15
    pace: Pace = SETTLE


class Diver:
    """Builds plans out of lines.

    Args:
        relaxation: Its `committed` lines are changed; `clear` when done.
        prices: To begin with.
        rng: Source of every random choice.
    """

    def __init__(self, relaxation: Relaxation, prices: Prices, rng: np.random.Generator) -> None:
        self._relaxation = relaxation
        self.prices = prices
        self._rng = rng

    def clear(self) -> None:
        """Nothing is committed."""
        self._relaxation.committed = [[] for _ in self._relaxation.networks]

    @property
    def lines(self) -> list[Line]:
        """Everything committed."""
        return [(k, x) for k, lines in enumerate(self._relaxation.committed) for x in lines]

    def free(self, lines: list[Line]) -> None:
        """Take committed lines out."""
        for k, arcs in lines:
            self._relaxation.committed[k].remove(arcs)

    def commit(self, lines: list[Line]) -> None:
        """Fly lines in any case."""
        for k, arcs in lines:
            self._relaxation.committed[k].append(arcs)

    def dive(self, manner: Manner, stop: Callable[[], bool]) -> bool:
        """Commit lines until no tail is free; False if stopped before."""
        r = self._relaxation
        while True:
            free = [
                k
                for k, p in enumerate(r.resolved.pools)
                for _ in range(p.size - len(r.committed[k]))
            ]
            if not free:
                return True
            if stop():
                return False
            ascent = Ascent(r, r.at(self.prices))
            for _ in ascent.run(manner.pace, stop):
                pass
            self.prices = ascent.last.prices
            point = ascent.last
            number = max(1, round(manner.share * len(free)))
            pools = sorted(set(free), key=lambda k: -self._rank(point.lines[k]))
            for k in pools[:number]:
                arcs = r.networks[k].best_walk(point.arc_usd[k], 1)
                r.committed[k].append(tuple(arcs))

    def _rank(self, line: LineValue) -> float:
        """Which pools are committed first: rich ones, by and large."""
        return float(line.usd / max(1, line.tails) * self._rng.uniform(0.4, 1.0))
