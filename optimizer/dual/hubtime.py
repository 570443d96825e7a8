"""What the lines of flying of a pool earn at most (C1), for what each of its rotations earns.

Dated: a line is a path of the hub-time graph, so no line earns more than the longest one. Cyclic:
what the tails of a pool fly in a week that repeats falls apart into closed walks; one that takes k
weeks to close keeps k tails busy. With Z_k the best walk of k weeks,

    Z(tails) = max { sum of Z_k over walks : sum of k <= tails }

is at least what any plan of the pool earns, and no linear programme over flows is as tight: a flow
may go round in two and a half weeks. For pools of more than `EXACT_TAILS` tails, tails * theta
serves, where theta bounds what any walk earns a week: if v_j(i) is the most that a path from node
i earns in j weeks to come, then v is a potential, and a week of any walk adds at most the largest
v_j - v_(j-1). Where rotations span several weeks, the last few differences have to be looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from optimizer.domain.resolved import ResolvedPool
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.hours import with_hours
from optimizer.dual.hubgraph import cyclic_graph, dated_graph
from optimizer.dual.lines import (
    IMPOSSIBLE,
    best_walks,
    follow,
    onward,
    open_ended,
    shares,
    through,
    walk_shares,
)

_T = TypeVar("_T")

EXACT_TAILS = 3
"""Cyclic pools of at most so many tails are bounded by walks that close, larger ones by the most
that any walk earns a week."""
LEAST_WEIGHT = 1e-4
"""Closed walks through a node that have less of the weight of all are left out of soft shares."""
NO_ARCS: Ints = np.zeros(0, dtype=np.int64)
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


class _Last:
    """What was found at the last prices, for pools that are alike and mostly asked the same."""

    def __init__(self) -> None:
        self._usd: Floats | None = None
        self._found: dict[tuple[str | float, ...], Any] = {}

    def get(self, usd: Floats, question: tuple[str | float, ...], find: Callable[[], _T]) -> _T:
        """The answer to a question at some earnings of arcs, found at most once in a row."""
        if self._usd is None or not np.array_equal(self._usd, usd):
            self._usd, self._found = usd.copy(), {}
        if question not in self._found:
            self._found[question] = find()
        answer: _T = self._found[question]
        return answer


class HubTime:
    """The lines of one pool; arcs are its rotations, sorted by departure.

    Attributes:
        rotations: By arc, the index of its rotation in the catalogue.
        graph: Departures in order of time, and the arcs between them.
        by_flight: Whether lines are committed flight by flight.
        priced_hours: Whether its most block hours need a price.
        keeps_hours: Whether its lines are only those that keep the hours of a tail.
        window: Cyclic: every closed walk passes one of the first so many nodes, for no arc leaps
            over all of them.
    """

    def __init__(self, catalogue: Catalogue, pool: ResolvedPool) -> None:
        self.pool = pool
        self.priced_hours = pool.max_block_min is not None
        self.by_flight = False
        self.rotations: Ints
        self._cyclic = catalogue.cycle_min > 0
        build = cyclic_graph if self._cyclic else dated_graph
        self.graph, self.rotations = build(catalogue, pool)
        self.keeps_hours = False
        if not self._cyclic:
            block_min = catalogue.timetable.block_min[self.rotations].astype(np.int64)
            expanded = with_hours(self.graph, self.rotations, block_min, pool)
            if expanded is not None:
                self.graph, self.rotations = expanded
                self.keeps_hours = True
        self._longest = int(self.graph.span.max(initial=0))
        self.window = min(self.graph.nodes, self._longest + 1)
        # by weeks, the best walks at the last prices: `share` weighs them without finding them anew
        self._walks: dict[int, Floats] = {}
        self._last = _Last()

    def of_twin(self, pool: ResolvedPool) -> HubTime:
        """The lines of a pool that differs in its name only; what one found the other knows."""
        twin = copy(self)
        twin.pool, twin._walks = pool, {}
        return twin

    def open_tails(self, committed: int) -> int:
        """Tails that may still fly beside so many committed lines."""
        return self.pool.size - committed

    def value(self, usd: Floats, tails: int, committed: Ints = NO_ARCS) -> LineValue:
        """The most that the lines of so many tails earn, for what each arc earns.

        Args:
            committed: Arcs flown by other tails in any case.
        """
        if not self._cyclic:
            one = self._last.get(usd, ("longest",), lambda: self._longest_usd(usd))
            return LineValue(IMPOSSIBLE if one <= IMPOSSIBLE / 2 else tails * one, tails)
        if tails > EXACT_TAILS:
            return LineValue(tails * self._week_usd(usd), tails, ((LONG_WEEKS, 1),))
        graph, usd, _ = self.graph.possible(usd)
        best = [0.0]
        for weeks in range(1, tails + 1):
            walks = np.empty(self.window)
            best_walks(*graph, usd, self.window, weeks, walks)
            self._walks[weeks] = walks
            best.append(max(0.0, float(walks.max(initial=0.0))))
        return _partition(best, tails)

    def _longest_usd(self, usd: Floats) -> float:
        graph, usd, _ = self.graph.possible(usd)
        value = np.empty(graph.nodes)
        onward(*graph, usd, 0, graph.nodes - 1, value)
        return float(value[0])

    def _week_usd(self, usd: Floats) -> float:
        """A bound on what any walk earns a week: the most that one more week can add."""
        n, weeks = self.graph.nodes, LONG_WEEKS + 1
        span = max(1, math.ceil(self._longest / n))  # weeks to which an arc of the first can lead
        value = np.empty((weeks + span) * n + 1)
        graph, usd, _ = self.graph.possible(usd)
        open_ended(*graph, usd, len(value) - 1, value)
        drop = value[: n * span] - value[n : n * (span + 1)]
        return max(0.0, float(drop.max(initial=0.0)))

    def share(self, usd: Floats, value: LineValue, temperature: float, flow: Floats) -> None:
        """Write to `flow` how often each arc is flown when lines are shared out softly."""
        flow[:] = 0.0
        if not self._cyclic:
            question = ("shares", temperature)
            one = self._last.get(usd, question, lambda: self._line_shares(usd, temperature))
            flow += value.tails * one
            return
        graph, usd, arcs = self.graph.possible(usd)
        own = np.zeros(len(arcs))
        for weeks, number in value.parts:
            if weeks > EXACT_TAILS:
                end = weeks * graph.nodes
                shares(*graph, usd, 0, end, temperature, value.tails / weeks, own)
                continue
            walks = self._walks[weeks]
            weight = np.exp((walks - walks.max()) / temperature)
            weight *= number / weight.sum()
            weight[weight <= LEAST_WEIGHT * number] = 0.0
            walk_shares(*graph, usd, weeks, temperature, weight, own)
        flow[arcs] = own

    def _line_shares(self, usd: Floats, temperature: float) -> Floats:
        graph, own_usd, arcs = self.graph.possible(usd)
        own, flow = np.zeros(len(arcs)), np.zeros(len(usd))
        shares(*graph, own_usd, 0, graph.nodes - 1, temperature, 1.0, own)
        flow[arcs] = own
        return flow

    def best_walk(self, usd: Floats, weeks: int) -> list[int]:
        """Arcs of a best line of one tail; in a cyclic period of a walk of so many weeks."""
        begin, end = 0, self.graph.nodes - 1
        if self._cyclic:
            walks = np.empty(self.window)
            best_walks(*self.graph, usd, self.window, weeks, walks)
            begin = int(walks.argmax())
            end = begin + weeks * self.graph.nodes
        value, taken = np.empty(end - begin + 1), np.empty(end - begin + 1, dtype=np.int64)
        onward(*self.graph, usd, begin, end, value)
        number = follow(*self.graph, usd, begin, end, value, taken)
        return [] if number < 0 else taken[:number].tolist()

    def slack(self, usd: Floats, line: LineValue) -> Floats:
        """By arc: how much less than `line` the lines earn if one of them flies it, roughly.

        Exact (and no more than the truth) except for large cyclic pools, where it is that of a
        path over some weeks.
        """
        if not line.tails:
            return np.full(len(usd), -float(usd.max(initial=0.0))) + np.abs(usd)
        if self._cyclic and line.tails > EXACT_TAILS:
            most = np.full(len(usd), IMPOSSIBLE)
            best = through(*self.graph, usd, 0, LONG_WEEKS * self.graph.nodes, most)
            return best - most
        return line.usd - self.through(usd, line.tails)

    def through(self, usd: Floats, tails: int) -> Floats:
        """By arc: the most that the lines of all tails earn if one of them flies it.

        Infinite for large cyclic pools, of which that is not known.
        """
        if not self._cyclic:
            one, most = self._last.get(usd, ("through",), lambda: self._through_lines(usd))
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
                walk = max(walk, through(*self.graph, usd, e, e + weeks * self.graph.nodes, own))
            best.append(walk)
            by_weeks.append(own)
        for weeks, own in enumerate(by_weeks, start=1):
            total = np.maximum(total, own + _partition(best, tails - weeks).usd)
        return total

    def _through_lines(self, usd: Floats) -> tuple[float, Floats]:
        """The best line, and by arc the best one over it."""
        most = np.full(len(usd), IMPOSSIBLE)
        return through(*self.graph, usd, 0, self.graph.nodes - 1, most), most


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
