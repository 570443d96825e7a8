"""The hub-time network of a pool and what its lines of flying earn at most (C1)."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from optimizer.domain.resolved import ResolvedPool
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.lines import IMPOSSIBLE, best_walks, follow, onward, open_ended, shares, through
from optimizer.plan.certificate import FlightCount

EXACT_TAILS = 3
"""Cyclic pools of at most so many tails are bounded by walks that close, larger ones by the most
that any walk earns a week."""
LONG_WEEKS = 6
"""Weeks of the paths on which the latter rests."""


@dataclass(frozen=True, slots=True)
class LineValue:
    """What the lines of a pool earn at most.

    Attributes:
        usd: Of all tails together.
        tails: How many are kept.
        parts: In a cyclic period how that is made up: (weeks of a walk, how many such walks).
    """

    usd: float
    tails: int
    parts: tuple[tuple[int, int], ...] = ()


class HubTime:
    """The network of one pool; arcs are its rotations, sorted by departure.

    Attributes:
        rotations: By arc, the index of its rotation in the catalogue.
    """

    def __init__(self, catalogue: Catalogue, pool: ResolvedPool) -> None:
        self.pool = pool
        self._cycle_min = catalogue.cycle_min
        own = catalogue.pool_rotations[pool.id]
        if self._cycle_min:
            self._cyclic(catalogue, own)
        else:
            self._dated(catalogue, own)
        self._best: dict[int, Floats] = {}

    def _cyclic(self, catalogue: Catalogue, own: Ints) -> None:
        times: dict[str, set[int]] = defaultdict(set)
        for r in own.tolist():
            rotation = catalogue.rotations[r]
            times[rotation.origin].add(rotation.off_block_min)
        nodes = sorted((m, g) for g, minutes in times.items() for m in minutes)
        of_gateway: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for i, (m, g) in enumerate(nodes):
            of_gateway[g].append((m, i))
        self.nodes = n = max(1, len(nodes))
        self.wait = np.full(n, n, dtype=np.int64)
        for entries in of_gateway.values():
            for (_, i), (_, j) in zip(entries, [*entries[1:], (0, entries[0][1] + n)], strict=True):
                self.wait[i] = j - i
        arcs, longest = [], 0
        for r in own.tolist():
            rotation = catalogue.rotations[r]
            ready = self._ready_min(catalogue, r)
            entries = of_gateway.get(rotation.destination, [])
            if not entries:
                continue
            weeks, minute = divmod(ready, self._cycle_min)
            at = bisect_left(entries, (minute, -1))
            head = (
                entries[at][1] + weeks * n if at < len(entries) else entries[0][1] + (weeks + 1) * n
            )
            tail = of_gateway[rotation.origin][
                bisect_left(of_gateway[rotation.origin], (rotation.off_block_min, -1))
            ][1]
            arcs.append((tail, head - tail, r))
            longest = max(longest, head - tail)
        self._arrange(arcs)
        self.window = min(n, longest + 1) if arcs else 1

    def _dated(self, catalogue: Catalogue, own: Ints) -> None:
        gateways, pool = catalogue.resolved.gateways, self.pool
        times: dict[str, set[int]] = defaultdict(set)
        for r in own.tolist():
            rotation = catalogue.rotations[r]
            if rotation.origin in gateways:
                times[rotation.origin].add(rotation.off_block_min)
        for gateway in {pool.start_airport, pool.end_airport} & set(gateways):
            times[gateway].add(pool.available_until_min + 10**6)
        nodes = sorted((m, g) for g, minutes in times.items() for m in minutes)
        of_gateway: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for i, (m, g) in enumerate(nodes):
            of_gateway[g].append((m, i + 1))
        sink = len(nodes) + 1
        self.nodes = sink + 1
        self.wait = np.zeros(self.nodes, dtype=np.int64)
        for gateway, entries in of_gateway.items():
            for (_, i), (_, j) in zip(entries, entries[1:], strict=False):
                self.wait[i] = j - i
            if gateway == pool.end_airport:
                self.wait[entries[-1][1]] = sink - entries[-1][1]

        def node(gateway: str, minute: int) -> int | None:
            entries = of_gateway.get(gateway, [])
            at = bisect_left(entries, (minute, -1))
            return entries[at][1] if at < len(entries) else None

        if pool.start_airport in gateways:
            first = node(pool.start_airport, pool.available_from_min)
            self.wait[0] = first if first is not None else 0
        elif pool.start_airport == pool.end_airport:
            self.wait[0] = sink
        arcs = []
        for r in own.tolist():
            rotation = catalogue.rotations[r]
            tail = (
                0
                if rotation.origin not in gateways
                else node(rotation.origin, rotation.off_block_min)
            )
            head: int | None = sink
            if rotation.destination in gateways:
                head = node(rotation.destination, self._ready_min(catalogue, r))
                if head is None:
                    continue
            if tail is not None and head is not None:
                arcs.append((tail, head - tail, r))
        self._arrange(arcs)
        self.window = 1

    def _ready_min(self, catalogue: Catalogue, r: int) -> int:
        rotation = catalogue.rotations[r]
        ground = catalogue.resolved.ground_at[rotation.destination, rotation.type]
        return rotation.on_block_min + ground.turnaround_min

    def _arrange(self, arcs: list[tuple[int, int, int]]) -> None:
        arcs.sort()
        table = np.array(arcs, dtype=np.int64).reshape(-1, 3)
        self.span: Ints = np.ascontiguousarray(table[:, 1])
        self.rotations: Ints = np.ascontiguousarray(table[:, 2])
        self.first_arc: Ints = np.searchsorted(table[:, 0], np.arange(self.nodes + 1)).astype(
            np.int64
        )

    @property
    def _graph(self) -> tuple[int, Ints, Ints, Ints]:
        return self.nodes, self.wait, self.first_arc, self.span

    def matching(self, catalogue: Catalogue, count: FlightCount) -> Floats:
        """By arc: 1 if its flights count, else 0."""
        gateways = catalogue.resolved.gateways
        found = np.zeros(len(self.rotations))
        if count.pool not in ("", self.pool.id):
            return found
        for arc, r in enumerate(self.rotations.tolist()):
            x = catalogue.rotations[r]
            found[arc] = (
                (
                    not count.airports
                    or count.airports == (x.origin, *(g.destination for g in x.legs))
                )
                and (count.from_min is None or x.off_block_min >= count.from_min)
                and (count.until_min is None or x.off_block_min < count.until_min)
                and (
                    not count.station
                    or count.station in x.stations
                    or (
                        count.station in (x.origin, x.destination) and count.station not in gateways
                    )
                )
            )
        return found

    def value(self, usd: Floats, tails: int) -> LineValue:
        """The most that the lines of so many tails earn, for what each arc earns."""
        if not self._cycle_min:
            value = np.empty(self.nodes)
            onward(*self._graph, usd, 0, self.nodes - 1, value)
            one = float(value[0])
            return LineValue(IMPOSSIBLE if one <= IMPOSSIBLE / 2 else tails * one, tails)
        if tails > EXACT_TAILS:
            return LineValue(tails * self._week_usd(usd), tails, ((LONG_WEEKS, 1),))
        best = [0.0]
        for weeks in range(1, tails + 1):
            walks = np.empty(self.window)
            best_walks(*self._graph, usd, self.window, weeks, walks)
            self._best[weeks] = walks
            best.append(max(0.0, float(walks.max(initial=0.0))))
        return _partition(best, tails)

    def _week_usd(self, usd: Floats) -> float:
        """A bound on what any walk earns a week: the most that one more week can add."""
        n, weeks = self.nodes, LONG_WEEKS + 1
        span = max(1, math.ceil(self.window / n))
        value = np.empty((weeks + span) * n + 1)
        open_ended(*self._graph, usd, len(value) - 1, value)
        drop = value[: n * span] - value[n : n * (span + 1)]
        return max(0.0, float(drop.max(initial=0.0)))

    def share(self, usd: Floats, value: LineValue, temperature: float, flow: Floats) -> None:
        """Write to `flow` how often each arc is flown when lines are shared out softly."""
        flow[:] = 0.0
        if not self._cycle_min:
            shares(*self._graph, usd, 0, self.nodes - 1, temperature, float(value.tails), flow)
            return
        for weeks, number in value.parts:
            if weeks > EXACT_TAILS:
                self._share_long(usd, weeks, value.tails, temperature, flow)
                continue
            walks = self._best[weeks]
            weight = np.exp((walks - walks.max()) / temperature)
            weight /= weight.sum()
            for e in np.flatnonzero(weight > 1e-4).tolist():
                end = e + weeks * self.nodes
                shares(*self._graph, usd, e, end, temperature, number * float(weight[e]), flow)

    def _share_long(
        self, usd: Floats, weeks: int, tails: int, temperature: float, flow: Floats
    ) -> None:
        shares(*self._graph, usd, 0, weeks * self.nodes, temperature, tails / weeks, flow)

    def best_walk(self, usd: Floats, weeks: int) -> list[int]:
        """Arcs of a best line of one tail; in a cyclic period of a walk of so many weeks."""
        begin, end = 0, self.nodes - 1
        if self._cycle_min:
            walks = np.empty(self.window)
            best_walks(*self._graph, usd, self.window, weeks, walks)
            begin = int(walks.argmax())
            end = begin + weeks * self.nodes
        value, taken = np.empty(end - begin + 1), np.empty(end - begin + 1, dtype=np.int64)
        onward(*self._graph, usd, begin, end, value)
        number = follow(*self._graph, usd, begin, end, value, taken)
        return [] if number < 0 else taken[:number].tolist()

    def slack(self, usd: Floats, line: LineValue) -> Floats:
        """By arc: how much less than `line` the lines earn if one of them flies it, roughly.

        Exact (and no more than the truth) except for large cyclic pools, where it is that of a
        path over some weeks.
        """
        if not line.tails:
            return np.full(len(usd), -float(usd.max(initial=0.0))) + np.abs(usd)
        if self._cycle_min and line.tails > EXACT_TAILS:
            most = np.full(len(usd), IMPOSSIBLE)
            best = through(*self._graph, usd, 0, LONG_WEEKS * self.nodes, most)
            return best - most
        return line.usd - self.through(usd, line.tails)

    def through(self, usd: Floats, tails: int) -> Floats:
        """By arc: the most that the lines of all tails earn if one of them flies it.

        Infinite for large cyclic pools, of which that is not known.
        """
        most = np.full(len(usd), IMPOSSIBLE)
        if not self._cycle_min:
            one = through(*self._graph, usd, 0, self.nodes - 1, most)
            return np.maximum(most + (tails - 1) * max(one, 0.0) if tails > 1 else most, IMPOSSIBLE)
        if tails > EXACT_TAILS:
            return np.full(len(usd), np.inf)
        total = np.full(len(usd), IMPOSSIBLE)
        best = [0.0]
        by_weeks = []
        for weeks in range(1, tails + 1):
            own = np.full(len(usd), IMPOSSIBLE)
            walk = 0.0
            for e in range(self.window):
                walk = max(walk, through(*self._graph, usd, e, e + weeks * self.nodes, own))
            best.append(walk)
            by_weeks.append(own)
        for weeks, own in enumerate(by_weeks, start=1):
            total = np.maximum(total, own + _partition(best, tails - weeks).usd)
        return total


def _partition(best: list[float], tails: int) -> LineValue:
    """The best sum of walks whose weeks are at most so many."""
    value, chosen = [0.0] * (tails + 1), [0] * (tails + 1)
    for n in range(1, tails + 1):
        value[n] = value[n - 1]
        for weeks in range(1, min(n, len(best) - 1) + 1):
            if best[weeks] + value[n - weeks] > value[n]:
                value[n], chosen[n] = best[weeks] + value[n - weeks], weeks
    counts: dict[int, int] = {}
    n = tails
    while n > 0:
        if chosen[n]:
            counts[chosen[n]] = counts.get(chosen[n], 0) + 1
        n -= max(1, chosen[n])
    return LineValue(value[tails], tails, tuple(sorted(counts.items())))
