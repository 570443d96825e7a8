"""Branching on whole numbers: flights of a pool or station, flights in a time, trucks of a run.

Where the relaxation flies two and a half rotations, every plan flies at most two or at least three.
Such limits only shift what rotations and trucks cost, so a part of the plans is bounded like the
whole, from its parent's prices on. The bound of the tree is that of its worst open part.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from optimizer.dual.arrays import Bools
from optimizer.dual.ascent import Ascent, Pace
from optimizer.dual.branching import Candidate, Experience, candidates
from optimizer.dual.counts import Limit
from optimizer.dual.point import Point, Use
from optimizer.dual.relaxation import Relaxation
from optimizer.dual.settled import settled
from optimizer.plan.certificate import FlightCount, Quantity

SOLVE = Pace(200, every=20, step=(0.05, 0.001), temperature=(0.005, 0.0003))
"""How prices of a part are found from those of the whole it is of. Few passes find next to nothing:
the bound only falls after prices of cargo have followed."""
SETTLE = Pace(60, every=20, step=(0.01, 0.001), temperature=(0.003, 0.0003))
"""How prices of a part that were found for another instance follow what is different here."""


@dataclass(slots=True, eq=False)
class Part:
    """A part of the plans: a node of the tree.

    Attributes:
        path: Limits on the way to it.
        point: Its bound and prices.
        use: What the relaxation uses there; None where its prices have not settled here.
        quantity, most, parts: How it was divided, once it was.
    """

    path: tuple[Limit, ...]
    point: Point
    use: Use | None
    quantity: Quantity | None = None
    most: int = 0
    parts: tuple[Part, Part] | None = None


@dataclass(order=True, slots=True)
class _Open:
    rank: float
    number: int
    part: Part = field(compare=False)


class Tree:
    """A branching tree over a relaxation; `root` may be published as a certificate.

    Args:
        root: A point without branches, and what the relaxation uses there.
        target_usd: Parts with a bound below need not be divided: the value of a plan.
        held: By price, whether it has to stay as it is; then the tree divides by flights only.
        pace: How prices of a part are found from those of the whole it is of.
    """

    def __init__(
        self,
        relaxation: Relaxation,
        root: Ascent,
        target_usd: float,
        held: Bools | None = None,
        pace: Pace = SOLVE,
    ) -> None:
        self._relaxation, self._pace = relaxation, pace
        self._held = held
        self.target_usd = target_usd
        self.root = Part((), root.best, root.use)
        self._numbers = count()
        self._open: list[_Open] = []
        self._experience = Experience()
        self._push(self.root)
        self.parts = 1

    def take_over(self, root: Part) -> None:
        """Go on with a tree that was found elsewhere and evaluated on this relaxation."""
        self.root, self._open, self.parts = root, [], 0
        for part in all_parts(root):
            self.parts += 1
            if part.parts is None and part.point.usd > self.target_usd:
                self._push(part)

    @property
    def bound_usd(self) -> float:
        """No plan earns more: what is left out is below the target, which may have risen since."""
        return max([self.target_usd, *(x.part.point.usd for x in self._open)])

    def grow(self, gap_usd: float, stop: Callable[[], bool]) -> Iterator[float]:
        """Divide the worst part again and again; tells the bound after each time."""
        while self.gap_usd > gap_usd and not stop() and self.divide(stop):
            yield self.bound_usd

    def settle(self, gap_usd: float, stop: Callable[[], bool]) -> Iterator[float]:
        """Let prices of the worst parts follow where they are from elsewhere, not divide any."""
        while self._open and self._open[0].part.use is None and self.gap_usd > gap_usd:
            if not self._settle(stop):
                return
            yield self.bound_usd

    @property
    def gap_usd(self) -> float:
        """How far the bound is above the target."""
        return self.bound_usd - self.target_usd

    def divide(self, stop: Callable[[], bool]) -> bool:
        """Divide the worst part, or settle its prices first where they are from elsewhere.

        False if nothing is left to divide by, or when told to stop.
        """
        if not self._open:
            return False
        worst = self._open[0].part
        if worst.use is None:
            return self._settle(stop)
        choice = self._choose(worst)
        sides = None if choice is None else self._divide(worst, choice, stop)
        if choice is None or sides is None:
            return False
        heapq.heappop(self._open)
        worst.quantity, worst.most, worst.parts = choice.quantity, choice.most, sides
        self.parts += 2
        for side in sides:
            if side.point.usd > self.target_usd:
                self._push(side)
        return True

    def _settle(self, stop: Callable[[], bool]) -> bool:
        """Let prices of the worst part follow; False when told to stop before that."""
        part = heapq.heappop(self._open).part
        self._relaxation.branch(part.path)
        ascent = Ascent(self._relaxation, self._relaxation.at(part.point.prices), self._held)
        low = self.target_usd
        for _ in ascent.run(SETTLE, lambda: stop() or ascent.best.usd < low):
            pass
        if ascent.best.usd < part.point.usd:
            part.point = ascent.best
        part.use = ascent.use
        if part.point.usd > low:
            self._push(part)
        return part.use is not None

    def _push(self, part: Part) -> None:
        heapq.heappush(self._open, _Open(-part.point.usd, next(self._numbers), part))

    def _divide(
        self, part: Part, chosen: Candidate, stop: Callable[[], bool]
    ) -> tuple[Part, Part] | None:
        quantity, most = chosen.quantity, chosen.most
        limits: tuple[Limit, Limit] = (
            (quantity, "at_most", most),
            (quantity, "at_least", most + 1),
        )
        found = []
        for limit in limits:
            found.append(self._solve((*part.path, limit), part, stop))
            if stop():
                return None
        down, up = (max(part.point.usd - x.point.usd, 0.0) for x in found)
        room = part.point.usd - self.target_usd
        self._experience.learn(chosen, min(down, room), min(up, room))
        return found[0], found[1]

    def _solve(self, path: tuple[Limit, ...], parent: Part, stop: Callable[[], bool]) -> Part:
        self._relaxation.branch(path)
        prices = parent.point.prices.with_branch()
        start = self._relaxation.at(prices)
        if start.usd > parent.point.usd:  # multipliers are those of the part looked at last
            start = settled(self._relaxation, prices, stop)
        start = start.no_worse_than(parent.point)  # what proves the whole, proves each side
        ascent = Ascent(self._relaxation, start, self._held)
        low = self.target_usd
        for point in ascent.run(self._pace, lambda: stop() or ascent.best.usd < low):
            if point.usd < low:
                break
        return Part(path, ascent.best, ascent.use)

    def _choose(self, part: Part) -> Candidate | None:
        """The quantity that dividing is expected to gain most by."""
        if part.use is None:
            return None
        open_ones = (
            x
            for x in candidates(self._relaxation, part.use)
            if not _decided(part.path, x.quantity, x.most)
            and (self._held is None or isinstance(x.quantity, FlightCount))
        )
        return max(open_ones, key=self._experience.expected, default=None)


def all_parts(root: Part) -> Iterator[Part]:
    """Every node of a tree."""
    stack = [root]
    while stack:
        part = stack.pop()
        yield part
        stack += part.parts or ()


def _decided(path: tuple[Limit, ...], quantity: Quantity, most: int) -> bool:
    """Whether limits on the way leave only one side of a division any plans."""
    return any(
        about == quantity and (number <= most if sense == "at_most" else number > most)
        for about, sense, number in path
    )
