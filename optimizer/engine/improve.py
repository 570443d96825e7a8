"""Improvement: take some rotations out, put better ones in; exchange cargo exactly now and then.

The incumbent is never worsened: a neighbour that is not better is undone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.engine.construct import Builder
from optimizer.engine.insertion import Aim
from optimizer.engine.lines import PART_CLOSED, Flown
from optimizer.engine.loading import LoadingProgramme, rows_of
from optimizer.engine.schedule import Schedule
from optimizer.engine.stop import Stop

BETTER_USD = 0.01
"""Less than this is no improvement."""
HOUR_POWERS = (1.0, 1.0, 0.7, 0.4)
LARGEST_SHARE = 0.25
"""Most flights taken out at once, as a share of all."""
MOST_FLIGHTS = 24
"""Most flights taken out at once."""


class Improver:
    """Large neighbourhood search on a complete schedule.

    Args:
        builder: Holds the schedule.
        rng: Only source of chance.
    """

    def __init__(self, builder: Builder, rng: np.random.Generator) -> None:
        self._builder = builder
        self._schedule: Schedule = builder.schedule
        self._rng = rng

    def run(self, stop: Stop, on_better: Callable[[float], None] | None = None) -> int:
        """Improve until told to stop; how many neighbours were better."""
        better = 0
        best = self._schedule.value_usd()
        while not stop() and self._schedule.flights:
            incumbent = list(self._schedule.flights)
            self._neighbour(stop)
            value = self._schedule.value_usd()
            if value > best + BETTER_USD and self._schedule.complete():
                best = value
                better += 1
                if on_better is not None:
                    on_better(best)
            else:
                self._schedule.restore(incumbent)
        return better

    def reload(self, seconds: float) -> bool:
        """Give all flights the best cargo by linear programme; whether that earns more."""
        flights = list(self._schedule.flights)
        loading = LoadingProgramme(self._schedule.cargo, flights).solve(seconds)
        if loading is None:
            return False
        before = sum(f.cargo_usd for f in flights)
        if loading.value_usd <= before + BETTER_USD:
            return False
        columns = rows_of(len(flights), loading.shipments)
        self._schedule.restore(())
        self._schedule.restore(
            self._schedule.reloaded(f, loads, kg, usd)
            for f, loads, kg, usd in zip(flights, *columns, strict=True)
        )
        return True

    def _neighbour(self, stop: Stop) -> None:
        """Take related flights out and complete the schedule again."""
        out = self._related(list(self._schedule.flights))
        lines = {f.line for f in out}
        for flown in out:
            self._schedule.remove(flown)
        lines.update(self._others(lines))
        aim = Aim(hour_power=float(self._rng.choice(HOUR_POWERS)), noise=self._noise())
        self._builder.complete(sorted(lines), aim, stop)

    def _noise(self) -> float:
        return float(self._rng.choice((0.0, 0.05, 0.15, 0.3)))

    def _others(self, lines: set[int]) -> list[int]:
        """Lines with free time that may take what others left: a few at random."""
        number = len(self._schedule.lines)
        count = min(number, int(self._rng.integers(0, 4)))
        return [int(i) for i in self._rng.choice(number, size=count, replace=False)]

    def _related(self, flights: list[Flown]) -> list[Flown]:
        """Flights of one line, one station, one time, or one operator; sometimes any."""
        most = max(2, min(MOST_FLIGHTS, int(LARGEST_SHARE * len(flights))))
        count = int(self._rng.integers(1, most + 1))
        seed = flights[int(self._rng.integers(len(flights)))]
        kind = int(self._rng.integers(5))
        if kind == 0:
            related = [f for f in flights if f.line == seed.line]
            if self._rng.random() < 0.7:
                related = [f for f in related if f.part == PART_CLOSED]
        elif kind == 1:
            stations = set(seed.rotation.stations)
            related = [f for f in flights if not stations.isdisjoint(f.rotation.stations)]
        elif kind == 2:
            related = sorted(flights, key=lambda f: self._apart_min(f, seed))
        elif kind == 3:
            operator = seed.rotation.operator
            related = [f for f in flights if f.rotation.operator == operator]
            related.sort(key=lambda f: self._apart_min(f, seed))
        else:
            related = sorted(flights, key=self._poor)
        if kind == 1:
            order = self._rng.permutation(len(related))
            related = [related[int(i)] for i in order]
        return related[:count]

    def _poor(self, flown: Flown) -> float:
        """Earnings an hour, scattered: poor flights are worth another look."""
        worth = flown.cargo_usd - flown.cost_usd
        return worth / max(1, flown.rotation.block_min) * float(self._rng.uniform(0.3, 1))

    def _apart_min(self, a: Flown, b: Flown) -> int:
        apart = abs(a.rotation.off_block_min - b.rotation.off_block_min)
        cycle = self._schedule.cargo.cycle_min
        return min(apart, cycle - apart) if cycle else apart

