"""From prices to a plan: commit lines of flying one after the other, prices following.

At the bound's prices every tail has a best line, but the best lines of all tails want the same
cargo. So a few are committed, prices are let settle with these flown in any case, then the next.
Freeing some lines of a plan and committing them anew is the same on a small scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.dual.arrays import Floats
from optimizer.dual.ascent import Ascent, Pace
from optimizer.dual.hubtime import LineValue
from optimizer.dual.point import Point
from optimizer.dual.prices import Prices
from optimizer.dual.relaxation import Relaxation
from optimizer.dual.within_hours import HourLimited

Line = tuple[int, tuple[int, ...]]
"""Pool and the arcs one of its tails flies."""

LEAST_FLOWN = 0.02
"""Routes flown less often are not committed."""
SETTLE = Pace(24, every=24, step=(0.03, 0.006), temperature=(0.01, 0.001))
"""How prices follow after lines were committed."""
LONG = Pace(60, every=20, step=(0.04, 0.003), temperature=(0.005, 0.0005))
"""How they settle once nothing pays any more."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a dive goes.

    Attributes:
        share: Of the tails that are free, those committed at once.
        pace: Passes in between.
    """

    share: float = 0.1
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
        pace, by_flight = manner.pace, any(network.by_flight for network in r.networks)
        while True:
            free = [
                k
                for k, network in enumerate(r.networks)
                if not network.by_flight
                for _ in range(network.open_tails(len(r.committed[k])))
            ]
            if not free and not by_flight:
                return True
            if stop():
                return False
            ascent = Ascent(r, r.at(self.prices))
            for _ in ascent.run(pace, stop):
                pass
            self.prices = ascent.last.prices
            point = ascent.last
            flown = (
                by_flight
                and ascent.use is not None
                and self._commit_flights(manner.share, point, ascent.use.flows)
            )
            if not free and not flown:
                if pace is LONG:
                    return True
                pace = LONG  # cargo that was too dear may be left
                continue
            pace = manner.pace
            number = max(1, round(manner.share * len(free)))
            pools = sorted(set(free), key=lambda k: -self._rank(point.lines[k]))
            for k in pools[:number]:
                usd = r.open_usd(k, point.arc_usd[k], r.closed_rotations())
                arcs = r.networks[k].best_walk(usd, 1)
                r.committed[k].append(self._within_hours(k, arcs, usd))

    def _commit_flights(self, share: float, point: Point, flows: list[Floats]) -> bool:
        """Commit flights of pools whose hours bind, those flown most often first; False if none.

        Timings of a route do instead of one another, so routes are ranked by how often they are
        flown in all, and each by the timing that is flown most often.
        """
        r, route = self._relaxation, self._relaxation.catalogue.timetable.route_of
        ranked: list[tuple[float, int, int, HourLimited]] = []
        total = 0.0
        for k, network in enumerate(r.networks):
            if not isinstance(network, HourLimited):
                continue
            flow, flown, own_route = flows[k].copy(), r.committed_arcs(k), route[network.rotations]
            np.subtract.at(flow, flown, 1.0)
            flow[~network.fit(flown) | (point.arc_usd[k] <= 0.0)] = 0.0
            number = np.bincount(own_route, flow)
            total += float(number.sum())
            for at in np.flatnonzero(number > LEAST_FLOWN).tolist():
                own = np.flatnonzero(own_route == at)
                arc = int(own[flow[own].argmax()])
                ranked.append((min(1.0, float(number[at])) + float(flow[arc]), k, arc, network))
        most = max(1, round(share * total))
        committed = 0
        for _, k, arc, network in sorted(ranked, key=lambda x: x[:3], reverse=True):
            if committed < most and self._fits(k, network, arc):
                r.committed[k].append((arc,))
                committed += 1
        return committed > 0

    def _fits(self, k: int, network: HourLimited, arc: int) -> bool:
        """Whether a flight keeps all limits beside those committed so far."""
        closed = self._relaxation.closed_rotations()
        if closed is not None and closed[network.rotations[arc]]:
            return False
        return bool(network.fit(self._relaxation.committed_arcs(k))[arc])

    def _within_hours(self, k: int, arcs: list[int], usd: Floats) -> tuple[int, ...]:
        """A line, without the flights that earn least a minute where its hours are too few: those
        of its pool in a cyclic period, those of its tail in a dated one (C14)."""
        r, network = self._relaxation, self._relaxation.networks[k]
        most_min = network.pool.max_block_min
        if most_min is None:
            return tuple(arcs)
        block_min = r.catalogue.timetable.block_min[network.rotations]
        if r.catalogue.cycle_min:
            most_min = most_min * network.pool.size - int(block_min[r.committed_arcs(k)].sum())
        kept = sorted(arcs, key=lambda arc: float(usd[arc] / block_min[arc]))
        while kept and block_min[kept].sum() > most_min:
            kept.pop(0)
        return tuple(arc for arc in arcs if arc in kept)

    def _rank(self, line: LineValue) -> float:
        """Which pools are committed first: rich ones, by and large."""
        return float(line.usd / max(1, line.tails) * self._rng.uniform(0.4, 1.0))
