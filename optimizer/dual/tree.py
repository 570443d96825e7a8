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

import numpy as np

from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.ascent import Ascent, Pace
from optimizer.dual.counts import Limit
from optimizer.dual.point import Point, Use
from optimizer.dual.relaxation import Relaxation
from optimizer.plan.certificate import FlightCount, Quantity, TruckCount

TRIED = 6
"""Quantities of which both sides are looked at before branching."""
LOOK = Pace(12, every=12, step=(0.03, 0.01), temperature=(0.002, 0.001))
SOLVE = Pace(60, every=20, step=(0.02, 0.001), temperature=(0.002, 0.0002))
WHOLE = 0.02
"""Flows closer to a whole number are taken for one."""


@dataclass(slots=True, eq=False)
class Part:
    """A part of the plans: a node of the tree.

    Attributes:
        path: Limits on the way to it.
        point: Its bound and prices.
        use: What the relaxation uses there.
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
    """

    def __init__(self, relaxation: Relaxation, root: Ascent, target_usd: float) -> None:
        self._relaxation = relaxation
        self.target_usd = target_usd
        self.root = Part((), root.best, root.use)
        self._numbers = count()
        self._open: list[_Open] = []
        self._push(self.root)
        self.parts = 1

    @property
    def bound_usd(self) -> float:
        """No plan earns more."""
        return max((x.part.point.usd for x in self._open), default=self.target_usd)

    def grow(self, gap_usd: float, stop: Callable[[], bool]) -> Iterator[float]:
        """Divide the worst part again and again; tells the bound after each time."""
        while self._open and not stop():
            worst = self._open[0].part
            if worst.point.usd <= self.target_usd + gap_usd:
                return
            choice = self._choose(worst, stop)
            if choice is None:
                return
            quantity, most = choice
            sides = self._divide(worst, quantity, most, SOLVE, stop)
            if sides is None:
                return
            heapq.heappop(self._open)
            worst.quantity, worst.most, worst.parts = quantity, most, sides
            self.parts += 2
            for side in sides:
                if side.point.usd > self.target_usd:
                    self._push(side)
            yield self.bound_usd

    def _push(self, part: Part) -> None:
        heapq.heappush(self._open, _Open(-part.point.usd, next(self._numbers), part))

    def _divide(
        self, part: Part, quantity: Quantity, most: int, pace: Pace, stop: Callable[[], bool]
    ) -> tuple[Part, Part] | None:
        limits: tuple[Limit, Limit] = (
            (quantity, "at_most", most),
            (quantity, "at_least", most + 1),
        )
        found = []
        for limit in limits:
            found.append(self._solve((*part.path, limit), part, pace, stop))
            if stop():
                return None
        return found[0], found[1]

    def _solve(
        self, path: tuple[Limit, ...], parent: Part, pace: Pace, stop: Callable[[], bool]
    ) -> Part:
        self._relaxation.branch(path)
        start = self._relaxation.at(parent.point.prices.with_branch())
        ascent = Ascent(self._relaxation, start)
        low = self.target_usd
        for point in ascent.run(pace, lambda: stop() or ascent.best.usd < low):
            if point.usd < low:
                break
        return Part(path, ascent.best, ascent.use)

    def _choose(self, part: Part, stop: Callable[[], bool]) -> tuple[Quantity, int] | None:
        """The quantity whose two sides lower the bound most, by a short look at both."""
        best, chosen = -np.inf, None
        for quantity, value in self._candidates(part)[:TRIED]:
            most = int(np.floor(value))
            sides = self._divide(part, quantity, most, LOOK, stop)
            if sides is None:
                break
            drops = [max(part.point.usd - s.point.usd, 0.0) for s in sides]
            score = min(drops) + 0.1 * max(drops)
            if score > best:
                best, chosen = score, (quantity, most)
        return chosen

    def _candidates(self, part: Part) -> list[tuple[Quantity, float]]:
        """Quantities that are not whole in the relaxation, the most promising first."""
        if part.use is None:
            return []
        found = [
            (score, quantity, value)
            for quantity, value, weight in self._quantities(part.use)
            if not _decided(part.path, quantity, int(np.floor(value)))
            and (score := weight * min(value % 1, 1 - value % 1)) > weight * WHOLE
        ]
        found.sort(key=lambda x: -x[0])
        return [(quantity, value) for _, quantity, value in found]

    def _quantities(self, use: Use) -> Iterator[tuple[Quantity, float, float]]:
        """Counts with their value, and how much it matters that they are whole."""
        relaxation, c = self._relaxation, self._relaxation.catalogue
        stations: dict[str, float] = {}
        for pool, network, flow in zip(
            relaxation.resolved.pools, relaxation.networks, use.flows, strict=True
        ):
            yield FlightCount(pool=pool.id), float(flow.sum()), 3.0
            routes: dict[tuple[str, ...], list[int]] = {}
            for arc in np.flatnonzero(flow > 1e-3).tolist():
                x = c.rotations[int(network.rotations[arc])]
                airports = (x.origin, *(g.destination for g in x.legs))
                routes.setdefault(airports, []).append(arc)
                for station in x.stations:
                    stations[station] = stations.get(station, 0.0) + float(flow[arc])
            for airports, arcs in routes.items():
                yield (
                    FlightCount(pool=pool.id, airports=airports), float(flow[arcs].sum()), 2.0
                )  # fmt: skip
                yield from self._in_time(pool.id, airports, network.rotations[arcs], flow[arcs])
        for station, flown in stations.items():
            yield FlightCount(station=station), flown, 2.5
        keys = list(c.runs)
        trucks = np.maximum(use.run_by_weight, use.run_by_volume)
        costly = relaxation.trucks.usd * np.minimum(trucks % 1, 1 - trucks % 1)
        for run in np.argsort(-costly)[:TRIED].tolist():
            yield TruckCount(*keys[run]), float(trucks[run]), 0.5

    def _in_time(
        self, pool: str, airports: tuple[str, ...], rotations: Ints, flow: Floats
    ) -> Iterator[tuple[Quantity, float, float]]:
        """Flights of a route before and after the time at which half an unlike flight is over."""
        off = np.array(
            [self._relaxation.catalogue.rotations[int(r)].off_block_min for r in rotations]
        )
        order = np.argsort(off)
        passed = np.cumsum(flow[order])
        for k in range(len(order) - 1):
            if 0.3 < passed[k] % 1 < 0.7 and off[order[k + 1]] > off[order[k]]:
                yield (
                    FlightCount(pool=pool, airports=airports, until_min=int(off[order[k + 1]])),
                    float(passed[k]),
                    1.0,
                )


def _decided(path: tuple[Limit, ...], quantity: Quantity, most: int) -> bool:
    """Whether limits on the way leave only one side of a division any plans."""
    return any(
        about == quantity and (number <= most if sense == "at_most" else number > most)
        for about, sense, number in path
    )
