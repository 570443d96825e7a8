"""The best line of flying of a tail, or of a pool's aircraft, over hub time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.engine.bound_kernel import best_line
from optimizer.engine.bound_routes import RelaxedRoute
from optimizer.engine.cargo_table import Bools, Floats, Ints
from optimizer.engine.lines import PART_CLOSED, PART_CLOSING, PART_OPENING, Line

WEEKS = 6
"""Weeks of the longest path in a cyclic period, beyond those a rotation takes."""
IMPOSSIBLE = -math.inf


@dataclass(frozen=True, slots=True)
class BestLine:
    """What the best line earns, the rotations it rests on, and how often each is flown.

    `flown` holds (part, index among the routes of that part, first departure).
    """

    usd: float
    flown: list[tuple[str, int, int]]
    times: float


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    """Rotations of one part: where they are among the values, when they leave, when they end."""

    route: Ints
    start: Ints
    off_min: Ints
    ready_min: Ints
    block_min: Ints
    cost_usd: Floats
    own_usd: Floats
    possible: Bools

    def usd(self, cargo_usd: Sequence[Floats], hour_usd: float | None) -> Floats:
        """What each earns; crew and maintenance, or ACMI at a rate per block hour, taken off."""
        stacked = np.concatenate(cargo_usd) if cargo_usd else np.zeros(0)
        flying = self.own_usd if hour_usd is None else self.block_min * (hour_usd / 60)
        return np.where(self.possible, stacked - self.cost_usd - flying, IMPOSSIBLE)


class LineNetwork:
    """Hub time of lines that are alike; gateways are taken for one place, which can only help."""

    def __init__(self, line: Line, routes: dict[str, list[RelaxedRoute]], cycle_min: int) -> None:
        self._line = line
        self._cycle_min = cycle_min
        self._arcs = {part: _stack(line, routes.get(part, [])) for part in _PARTS}
        closed, closing = self._arcs[PART_CLOSED], self._arcs[PART_CLOSING]
        self._start = np.unique(np.concatenate((closed.off_min, closing.off_min)))
        at = np.searchsorted(self._start, closed.off_min)
        self._order = np.argsort(at, kind="stable")
        self._first_arc = np.searchsorted(at[self._order], np.arange(len(self._start) + 1))
        self._next = self._next_departure(closed.ready_min)[self._order]

    def best(self, cargo_usd: dict[str, list[Floats]], hour_usd: float | None) -> BestLine:
        """The best line, for what the cargo of each rotation earns."""
        usd = {p: self._arcs[p].usd(cargo_usd.get(p, []), hour_usd) for p in _PARTS}
        n = len(self._start)
        span = self._weeks_of_a_rotation()
        repeats = WEEKS + span if self._cycle_min else 1
        last, closers = self._endings(usd[PART_CLOSING])
        value, taken = best_line(
            self._start, self._first_arc, self._next, usd[PART_CLOSED][self._order], last, repeats
        )
        if self._cycle_min:
            drop = value[: n * span] - value[n : n * (span + 1)]
            theta = max(0.0, float(drop.max(initial=0.0)))
            return BestLine(theta, self._follow(taken, 0), 1 / repeats)
        if not self._line.needs_opening:
            flown = self._follow(taken, 0)
            return BestLine(float(value[0]), flown + self._closer(flown, closers, value), 1.0)
        return self._with_opening(usd[PART_OPENING], value, taken, closers)

    def _with_opening(
        self, opening_usd: Floats, value: Floats, taken: Ints, closers: dict[int, int]
    ) -> BestLine:
        parked = self._line.pool.start_airport == self._line.pool.end_airport
        openers = self._arcs[PART_OPENING]
        nodes = np.searchsorted(self._start, openers.ready_min)
        total = opening_usd + value[nodes]
        if not len(total) or float(total.max()) == IMPOSSIBLE:
            return BestLine(0.0 if parked else IMPOSSIBLE, [], 1.0)
        best = int(total.argmax())
        if parked and total[best] < 0:
            return BestLine(0.0, [], 1.0)
        flown = [(PART_OPENING, int(openers.route[best]), int(openers.start[best]))]
        onward = self._follow(taken, int(nodes[best]))
        flown += onward + self._closer(onward, closers, value, int(nodes[best]))
        return BestLine(float(total[best]), flown, 1.0)

    def _endings(self, closing_usd: Floats) -> tuple[Floats, dict[int, int]]:
        """What a line can end with at each departure, and the closing rotation that does it."""
        n = len(self._start)
        if not self._line.needs_closing:
            return np.zeros(n + 1), {}
        last = np.full(n + 1, IMPOSSIBLE)
        closers: dict[int, int] = {}
        nodes = np.searchsorted(self._start, self._arcs[PART_CLOSING].off_min)
        for arc in np.flatnonzero(closing_usd > IMPOSSIBLE).tolist():
            node = int(nodes[arc])
            if closing_usd[arc] > last[node]:
                last[node], closers[node] = closing_usd[arc], arc
        return last, closers

    def _closer(
        self,
        flown: list[tuple[str, int, int]],
        closers: dict[int, int],
        value: Floats,
        begin: int = 0,
    ) -> list[tuple[str, int, int]]:
        """The closing rotation of a line that has flown so far."""
        if not closers:
            return []
        node = begin
        if flown:
            _, route, start = flown[-1]
            closed = self._arcs[PART_CLOSED]
            arc = int(np.flatnonzero((closed.route == route) & (closed.start == start))[0])
            node = int(np.searchsorted(self._start, closed.ready_min[arc]))
        later = [k for k in sorted(closers) if k >= node]
        best = max(later, key=lambda k: float(value[k]), default=None)
        if best is None:
            return []
        arc, closing = closers[best], self._arcs[PART_CLOSING]
        return [(PART_CLOSING, int(closing.route[arc]), int(closing.start[arc]))]

    def _follow(self, taken: Ints, node: int) -> list[tuple[str, int, int]]:
        """Rotations of the best line from a departure on."""
        closed, n, flown = self._arcs[PART_CLOSED], len(self._start), []
        while node < len(taken) - 1:
            arc = int(taken[node])
            if arc < 0:
                node += 1
                continue
            original = int(self._order[arc])
            flown.append((PART_CLOSED, int(closed.route[original]), int(closed.start[original])))
            node = node - node % n + int(self._next[arc])
        return flown

    def _next_departure(self, ready_min: Ints) -> Ints:
        """Index of the first departure not before, counted on over the weeks."""
        if not self._cycle_min:
            return np.searchsorted(self._start, ready_min).astype(np.int64)
        weeks, within = np.divmod(ready_min, self._cycle_min)
        found = np.searchsorted(self._start, within)
        return (weeks * len(self._start) + found).astype(np.int64)

    def _weeks_of_a_rotation(self) -> int:
        if not self._cycle_min or not len(self._next):
            return 1
        return int(self._next.max()) // max(1, len(self._start)) + 1


_PARTS = (PART_CLOSED, PART_OPENING, PART_CLOSING)


def _stack(line: Line, routes: list[RelaxedRoute]) -> _Arcs:
    """All rotations of some routes, one route after the other."""
    counts = [len(r.possible) for r in routes]

    def joined(arrays: list[Any], dtype: type) -> Any:
        return np.concatenate(arrays).astype(dtype) if arrays else np.zeros(0, dtype=dtype)

    off = joined([r.timed.starts_min for r in routes], np.int64)
    return _Arcs(
        route=np.repeat(np.arange(len(routes)), counts),
        start=joined([np.arange(k) for k in counts], np.int64),
        off_min=off,
        ready_min=off + joined([r.busy_min for r in routes], np.int64),
        block_min=np.repeat([r.timed.total_block_min for r in routes], counts).astype(np.int64),
        cost_usd=joined([r.cost_usd for r in routes], np.float64),
        own_usd=np.repeat([r.timed.own_usd for r in routes], counts).astype(np.float64),
        possible=joined([r.possible & _available(line, r) for r in routes], np.bool_),
    )


def _available(line: Line, route: RelaxedRoute) -> Bools:
    """Within the availability and clear of maintenance, as far as all timings agree (C14)."""
    off, on = route.timed.starts_min, route.early_on[:, -1]
    if line.cyclic:
        return np.ones(len(off), dtype=np.bool_)
    pool = line.pool
    mask: Bools = (off >= pool.available_from_min) & (on <= pool.available_until_min)
    for window in pool.maintenance:
        mask &= ~((off < window.end_min) & (on > window.start_min))
    return mask
