"""Improvement: take some rotations out, put better ones in; exchange cargo exactly now and then.

The incumbent is never worsened: a neighbour that is not better is undone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.control import Stop, neighbour_units
from optimizer.engine.cargo_table import Floats
from optimizer.engine.chains import Chainer
from optimizer.engine.construct import Builder
from optimizer.engine.handling import count_handled
from optimizer.engine.insertion import Aim, RouteBounds
from optimizer.engine.lines import PART_CLOSED, Flown
from optimizer.engine.loading import LoadingProgramme, rows_of
from optimizer.engine.schedule import Schedule
from optimizer.engine.stock import count_stock

BETTER_USD = 0.01
"""Less than this is no improvement."""
RELOAD_EVERY = 40
"""Neighbours between two exchanges of all cargo."""
HOUR_POWERS = (1.0, 1.0, 0.7, 0.4)
LARGEST_SHARE = 0.25
"""Most flights taken out at once, as a share of all."""
MOST_FLIGHTS = 12
"""Most flights taken out at once."""
DEVIATION_FLIGHTS = 0.2
"""A neighbour worse than the best by such a part of a flight may still be searched on from."""
CHAIN_SHARE = 0.4
"""Share of neighbours in which lines are filled by chains before single rotations."""
MOST_RELOADED = 40
"""Most flights among which a neighbour exchanges cargo."""
HOPELESS_SHARE = 0.1
"""A neighbour that starts out worse than this is not worth an exchange of cargo."""


class Improver:
    """Large neighbourhood search on a complete schedule.

    Args:
        builder: Holds the schedule.
        rng: Only source of chance.
        prices: What consignments are worth a kg, as far as it is known.
    """

    def __init__(
        self, builder: Builder, rng: np.random.Generator, prices: Floats | None = None
    ) -> None:
        self._builder = builder
        prices = np.zeros(len(builder.schedule.left_kg)) if prices is None else prices
        self._chainer = Chainer(builder.schedule, builder.families, prices)
        self._schedule: Schedule = builder.schedule
        self._rng = rng

    def run(self, stop: Stop, rounds: int, loading_s: float) -> int:
        """Try so many neighbours, or fewer if told to stop; how many were better.

        Args:
            loading_s: Longest time for exchanging cargo by linear programme.
        """
        better, inserter = 0, self._builder.inserter
        best, best_flights = self._schedule.value_usd(), self._schedule.carriers
        for number in range(rounds):
            if stop() or not self._schedule.flights:
                break
            if number % RELOAD_EVERY == 0:
                self.reload(loading_s)
                inserter.bounds = RouteBounds(self._schedule, self._builder.families)
            before = self._schedule.carriers
            self._neighbour(stop, loading_s)
            self._schedule.cargo.budget.spend(neighbour_units(1))
            value = self._schedule.value_usd()
            if not self._schedule.complete() or value < best - self._deviation_usd(best):
                self._schedule.restore(before)
            elif value > best + BETTER_USD:
                best, best_flights, better = value, self._schedule.carriers, better + 1
            if number % RELOAD_EVERY == RELOAD_EVERY - 1:
                self._schedule.restore(best_flights)
        self._schedule.restore(best_flights)
        inserter.bounds = None
        return better

    def refresh(self) -> None:
        """Count anew what flights earn, after they were built with other margins."""
        flights = self._schedule.carriers
        self._schedule.exchange(flights, [self._schedule.counted(f) for f in flights])

    def _deviation_usd(self, best_usd: float) -> float:
        return DEVIATION_FLIGHTS * abs(best_usd) / max(1, len(self._schedule.flights))

    def reload(self, seconds: float, flights: Sequence[Flown] | None = None) -> bool:
        """Give flights (None: all carriers) the best cargo of theirs; whether that earns more."""
        flights = self._schedule.carriers if flights is None else flights
        cargo = self._schedule.cargo
        available_kg = self._schedule.left_kg.copy()
        terminal_kg = self._schedule.terminal_kg.copy()
        stock = self._schedule.stock.copy()
        for flown in flights:
            np.add.at(available_kg, cargo.arrays.consignment[flown.loads[:, 0]], flown.loads_kg)
            count_handled(cargo, flown, terminal_kg, 1.0)
            count_stock(cargo, flown, stock, -1)
        programme = LoadingProgramme(
            cargo, flights, available_kg=available_kg, terminal_kg=terminal_kg, stock=stock
        )
        loading = programme.solve(seconds)
        if loading is None or loading.value_usd <= sum(f.cargo_usd for f in flights) + BETTER_USD:
            return False
        columns = rows_of(len(flights), loading.shipments)
        better = [
            self._schedule.reloaded(f, loads, kg, usd)
            for f, loads, kg, usd in zip(flights, *columns, strict=True)
        ]
        self._schedule.exchange(flights, better)
        return True

    def _neighbour(self, stop: Stop, loading_s: float) -> None:
        """Take related flights out, complete the schedule again, exchange cargo nearby."""
        before = dict.fromkeys(self._schedule.flights)
        out = self._related(list(before))
        lines = {f.line for f in out}
        for flown in out:
            self._schedule.remove(flown)
        self._builder.publish()
        lines.update(self._others(lines))
        if self._rng.random() < CHAIN_SHARE:
            for line in self._rng.permutation(sorted({f.line for f in out})).tolist():
                self._chainer.fly(int(line), float(self._rng.uniform(0, 1)), self._rng)
        aim = Aim(hour_power=float(self._rng.choice(HOUR_POWERS)), noise=self._noise())
        self._builder.complete(sorted(lines), aim, stop)
        new = [f for f in self._schedule.flights if f not in before]
        if (new or out) and not self._hopeless(out, new):
            self.reload(loading_s, self._around(new or out))

    def _hopeless(self, out: list[Flown], new: list[Flown]) -> bool:
        """Whether new flights earn so much less than the old that cargo cannot make up for it."""
        old_usd = sum(f.cargo_usd - f.cost_usd for f in out)
        new_usd = sum(f.cargo_usd - f.cost_usd for f in new)
        return new_usd < old_usd - HOPELESS_SHARE * abs(old_usd)

    def _around(self, flights: list[Flown]) -> list[Flown]:
        """Flights of the plan that share stations with these, the nearest in time first, and bought
        capacity between these stations and anywhere.
        """
        stations = {s for f in flights for s in f.rotation.stations}
        times = [f.rotation.off_block_min for f in flights]
        near = [f for f in self._schedule.flights if not stations.isdisjoint(f.rotation.stations)]
        middle = times[int(self._rng.integers(len(times)))]
        near.sort(key=lambda f: abs(f.rotation.off_block_min - middle))
        bought = [
            f
            for f in self._schedule.bought.values()
            if not stations.isdisjoint((f.rotation.origin, f.rotation.destination))
        ]
        return near[:MOST_RELOADED] + bought

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
        kind = int(self._rng.integers(6))
        if kind == 0:
            related = [f for f in flights if f.line == seed.line]
            if self._rng.random() < 0.7:
                related = [f for f in related if f.part == PART_CLOSED]
        elif kind == 5:
            lines = {seed.line, flights[int(self._rng.integers(len(flights)))].line}
            related = [f for f in flights if f.line in lines and f.part == PART_CLOSED]
            count = MOST_FLIGHTS
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
        if kind in (1, 5):
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
