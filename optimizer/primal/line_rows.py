"""Inequalities that whole lines keep and flows of flights do not, in numbers of flights.

In a week that repeats a flow goes round in two and a half rotations by closing half a walk with
another half; what tails fly are closed walks, whose relaxation is up to 3 % lower
(docs/decomposition.md). Stated flight by flight that takes thousands of inequalities. But what
flows gain is mostly how many flights there are, so inequalities are looked for in few numbers:
flights of a pool by stops, and all of its flights, all week and in its halves, quarters, and so
on. With n(l) these numbers for lines l, and n of the flow,

    max  w n - b     such that   w n(l) <= b  for all lines l,   -1 <= w <= 1

is positive as long as n is no mean of lines (a Fenchel cut: Boyd 1994); lines are found one by one
as the best ones for w. Coarse numbers come first: three inequalities of the whole week are worth
half of all there is to gain, and few lines show that they hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy

import numpy as np

from optimizer.control import Budget, pass_units, simplex_units
from optimizer.dual import Floats, Relaxation
from optimizer.dual.hubtime import EXACT_TAILS, HubTime
from optimizer.dual.lines import IMPOSSIBLE
from optimizer.model.highs import Outcome
from optimizer.model.programme import Programme, Variable
from optimizer.model.relaxation import Relaxation as LinearRelaxation
from optimizer.primal.counts import in_parts, lengths_min, stops_of
from optimizer.primal.flown import FlightKey

VIOLATED = 1e-4
"""Flights by which an inequality is violated at least."""
SLACK = 1e-6
"""What an inequality leaves for rounding."""
NO_GAIN, PATIENCE = 1e-5, 3
"""So many rounds in a row that lower the relaxation by less than this share of it are the last."""
FREE = 1e-7
"""USD per flight: inequalities that cost no more are not binding."""


def line_rows(
    programme: Programme,
    relaxation: Relaxation,
    x: Mapping[FlightKey, Variable],
    budget: Budget,
    threads: int = 1,
) -> int:
    """Add inequalities that lines of flights keep, those that bind where the relaxation is best.

    Args:
        programme: With all of its other rows.
        x: Flights that may be chosen; no others are flown.
        budget: How long it may take.
        threads: Of the solver.

    Returns:
        How many.
    """
    pools = list(_pools(relaxation, x))
    if not pools:
        return 0
    scratch, first = deepcopy(programme), programme.rows
    linear = LinearRelaxation(scratch, threads)
    best = _solved(linear, scratch, budget)
    lengths = list(lengths_min(relaxation))
    for depth in range(1, len(lengths) + 1):
        numbers = [_Numbers(pool, relaxation, x, lengths[:depth]) for pool in pools]
        idle = 0
        while best is not None and idle < PATIENCE:
            if not sum(of.state(scratch, best, budget) for of in numbers):
                break
            found = _solved(linear, scratch, budget)
            if found is None:
                break
            gain = best.bound_usd - found.bound_usd
            idle = 0 if gain > NO_GAIN * abs(found.bound_usd) else idle + 1
            best = found
    if best is None or best.prices is None:
        return 0
    for row, usd in enumerate(best.prices[first:].tolist(), start=first):
        if abs(usd) > FREE:
            programme.row("lines", scratch.terms(row), -np.inf, scratch.row_upper[row])
    return programme.rows - first


def _solved(linear: LinearRelaxation, programme: Programme, budget: Budget) -> Outcome | None:
    """The best of a relaxation; None if the budget ends before."""
    if budget.stop():
        return None
    before = linear.iterations
    found = linear.solve(budget.clock_left_s, budget.stop)
    budget.spend(simplex_units(linear.iterations - before, programme.rows))
    return found


class _Lines:
    """Lines of a pool over flights that may be chosen.

    Attributes:
        arcs: Of flights that may be chosen.
        number: Of all arcs.
        known: Lines found so far: how often each arc is flown.
    """

    def __init__(self, network: HubTime, k: int, x: Mapping[FlightKey, Variable]) -> None:
        self._network = network.of_twin(network.pool)  # which keeps what it found for itself
        self.number = len(network.rotations)
        flights = ((arc, (k, r)) for arc, r in enumerate(network.rotations.tolist()))
        self.arcs = {key: arc for arc, key in flights if key in x}
        self._open = np.zeros(self.number, dtype=np.bool_)
        self._open[list(self.arcs.values())] = True
        self.known: list[Floats] = []

    def best(self, arc_worth: Floats, budget: Budget) -> float:
        """The most that lines of all tails are worth; one of them is known then."""
        budget.spend(pass_units(1))
        network, worth = self._network, np.where(self._open, arc_worth, IMPOSSIBLE)
        value = network.value(worth, network.pool.size)
        times = np.zeros(len(worth))
        for weeks, number in value.parts:
            np.add.at(times, network.best_walk(worth, weeks), number)
        self.known.append(times)
        return value.usd


def _pools(relaxation: Relaxation, x: Mapping[FlightKey, Variable]) -> Iterator[_Lines]:
    """Pools whose closed walks are fewer than their flows."""
    for k, network in enumerate(relaxation.networks):
        exact = network.pool.size <= EXACT_TAILS and not network.by_flight
        if relaxation.resolved.period.cyclic and exact:
            lines = _Lines(network, k, x)
            if lines.arcs:
                yield lines


class _Numbers:
    """Numbers of a pool's flights, and inequalities in them.

    Args:
        lines: Of the pool.
        x: Columns of flights.
        lengths: Of the parts of the period in which flights are counted, in minutes.
    """

    def __init__(
        self,
        lines: _Lines,
        relaxation: Relaxation,
        x: Mapping[FlightKey, Variable],
        lengths: Sequence[float],
    ) -> None:
        by_stops: dict[tuple[str, ...], list[FlightKey]] = defaultdict(list)
        for key in lines.arcs:
            by_stops[stops_of(relaxation, key)].append(key)
        counted = {
            tuple(part)
            for keys in (list(lines.arcs), *by_stops.values())
            for length_min in lengths
            for part in in_parts(relaxation, keys, length_min)
        }
        self._lines, self._x = lines, x
        self._counted = sorted(counted)
        self._of_arc = np.zeros((len(counted), lines.number))
        for row, keys in enumerate(self._counted):
            self._of_arc[row, [lines.arcs[key] for key in keys]] = 1.0

    def state(self, programme: Programme, found: Outcome, budget: Budget) -> bool:
        """Add the inequality that a solution violates most; whether there is one."""
        if found.values is None:
            return False
        number = np.array(
            [sum(found.values[self._x[key]] for key in keys) for keys in self._counted]
        )
        weight, most = self._separate(number, budget)
        if float(weight @ number) <= most + VIOLATED:
            return False
        each = weight @ self._of_arc
        terms = [
            (self._x[key], float(each[arc]))
            for key, arc in self._lines.arcs.items()
            if abs(each[arc]) > FREE
        ]
        programme.row("lines", terms, -np.inf, most + SLACK)
        return True

    def _separate(self, number: Floats, budget: Budget) -> tuple[Floats, float]:
        """Weights of the numbers for which they are furthest above all lines, and the best line's
        worth."""
        programme = Programme()
        weights = [programme.variable("w", -1.0, 1.0) for _ in self._counted]
        most = programme.variable("b", 0.0, None)
        programme.maximise({**dict(zip(weights, number.tolist(), strict=True)), most: -1.0})
        for times in self._lines.known:
            self._keep(programme, times)
        linear = LinearRelaxation(programme)
        while True:
            found = _solved(linear, programme, budget)
            if found is None or found.values is None or found.bound_usd <= VIOLATED:
                return np.zeros(len(weights)), 0.0
            weight, below = found.values[:-1], float(found.values[-1])
            each = weight @ self._of_arc
            best = self._lines.best(each, budget)
            line = self._lines.known[-1]
            if min(best, float(each @ line)) <= below + SLACK:
                return weight, best
            self._keep(programme, line)

    def _keep(self, programme: Programme, times: Floats) -> None:
        """A line is worth no more than the most."""
        own = self._of_arc @ times
        terms = [(int(n), float(own[n])) for n in np.flatnonzero(own)]
        programme.row("line", [*terms, (len(self._counted), -1.0)], -np.inf, 0.0)
