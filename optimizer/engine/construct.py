"""Construction: hard requirements first, then whatever earns most."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from optimizer.control import Stop, never
from optimizer.domain.resolved import ResolvedFrozenFlight, ResolvedMarket, ResolvedPool
from optimizer.engine.adopt import fly, part_of, routes_of
from optimizer.engine.candidates import TimedRoute
from optimizer.engine.families import Families, Family
from optimizer.engine.insertion import Aim, Inserter
from optimizer.engine.lines import PART_CLOSED, PART_CLOSING, PART_OPENING, Flown, Line
from optimizer.engine.schedule import Schedule
from optimizer.network import route_of
from optimizer.plan.frozen import Published, apart_min
from optimizer.plan.plan import Flight
from optimizer.plan.rotation import Rotation

FORCED = Aim(least_usd=-math.inf, hour_power=0.0)
NOTHING = Aim(least_usd=math.inf)
"""Inserts only what is required."""
FIRST_OF_ALL = replace(FORCED, line_usd_per_h=1e6)
"""Seeks the earliest opening and the latest closing part of a line, whatever they earn."""
HARD_TRIES = 12
"""Attempts, from scratch and with other orders, to meet hard requirements."""
LATER_NOISE = 0.4
"""Attempts with more noise than this seek block hours before earnings."""


class Builder:
    """Completes schedules.

    Args:
        schedule: What to complete; may already hold flights.
        families: What could be flown.
        rng: Only source of chance.
    """

    def __init__(self, schedule: Schedule, families: Families, rng: np.random.Generator) -> None:
        self.schedule = schedule
        self.families = families
        self.inserter = Inserter(schedule, families, rng)
        self._rng = rng
        self._published = Published(schedule.resolved)
        self._everything = list(range(len(schedule.lines)))

    def build(self, aim: Aim, stop: Stop = never) -> bool:
        """From scratch; whether all hard requirements are met."""
        self.complete(self._everything, aim, stop)
        for attempt in range(HARD_TRIES):
            if self.schedule.complete() or stop():
                break
            self.schedule.restore(())
            noise = 0.0 if attempt == 0 else 0.15 * attempt
            hours_first = attempt % 2 == 0
            self.complete(self._everything, replace(aim, noise=noise), stop, hours_first)
        return self.schedule.complete()

    def complete(
        self, lines: Iterable[int], aim: Aim, stop: Stop = never, hours_first: bool = False
    ) -> None:
        """Insert what is required, then what earns most, on some of the lines."""
        lines = list(lines)
        families = self._closed(lines)
        self.publish(aim)
        self._join(lines, aim)
        self.publish(aim)
        self._serve(aim.noise)
        if hours_first:
            self._fly_least_hours(aim.noise)
        if aim.least_usd < math.inf:
            self._wake(lines, aim, stop)
        self.inserter.run(families, aim, stop)
        self._serve(aim.noise)
        if not self.schedule.published.within:
            self.publish()
        self.settle(aim.noise)

    def publish(self, aim: Aim = FORCED) -> None:
        """Fly what is published (C20); what only costs a penalty not always, where chance rules."""
        for frozen in self.schedule.published.missing():
            if frozen.penalty_micro is not None and aim.noise and self._rng.random() < 0.5:
                continue
            while self.schedule.published.is_missing(frozen):
                if not self._fly_as_published(frozen):
                    break

    def _fly_as_published(self, frozen: ResolvedFrozenFlight) -> bool:
        """One flight more that counts for a published one, as near to its times as possible."""
        universe, resolved, route = self.families.universe, self.schedule.resolved, route_of(frozen)
        part = part_of(self.schedule, route.airports[0], route.airports[-1])
        for pool in (resolved.pool[pool_id] for pool_id in frozen.pools):
            if route not in routes_of(universe, pool, part):
                continue
            apart = {
                start: apart_min(resolved, start, frozen.off_block_min[0])
                for start in universe.starts(pool, route.airports[0])
            }
            near = sorted((apart[s], s) for s in apart if apart[s] <= frozen.within_min)
            for rotation in (x for _, s in near for x in universe.timings(pool, route, s)):
                counts = frozen in self._published.counting(pool.id, rotation)
                if counts and self._fly(pool, rotation, part):
                    return True
        return False

    def _fly(self, pool: ResolvedPool, rotation: Rotation, part: str) -> bool:
        """Add a rotation with the best cargo, if a line of the pool has room."""
        flight = Flight("", pool.id, "", rotation)
        bare = fly(self.schedule, self.families, flight, part)
        if bare is None:
            return False
        self.schedule.remove(bare)
        self.schedule.add(self.schedule.load(bare.line, bare.timed, 0, part, rotation))
        return True

    def settle(self, noise: float = 0.0) -> None:
        """Make up for hours that lack, return leases that do not reach theirs, drop losses."""
        self._fly_least_hours(noise)
        for line in self.schedule.short_hours():
            if line.pool.returnable:
                for flown in list(line.flights):
                    self.schedule.remove(flown)
        self.drop_losses()

    def drop_losses(self) -> int:
        """Take out rotations that cost more than they earn, unless they are required; how many."""
        before_all = len(self.schedule.flights)
        for flown in sorted(self.schedule.flights, key=self._worth_usd):
            if self._worth_usd(flown) >= 0:
                break
            before = self.schedule.value_usd()
            complete = self.schedule.complete()
            self.schedule.remove(flown)
            worse = self.schedule.value_usd() < before
            if worse or (complete and not self.schedule.complete()):
                self.schedule.add(flown)
        self._return_leases()
        return before_all - len(self.schedule.flights)

    def _return_leases(self) -> None:
        """Empty returnable lines that do not earn their guarantee: they are returned (K4)."""
        for line in self.schedule.lines:
            flights = list(line.flights)
            if not line.pool.returnable or not flights:
                continue
            before, complete = self.schedule.value_usd(), self.schedule.complete()
            for flown in flights:
                self.schedule.remove(flown)
            if self.schedule.value_usd() <= before or (complete and not self.schedule.complete()):
                for flown in flights:
                    self.schedule.add(flown)

    def _worth_usd(self, flown: Flown) -> float:
        line = self.schedule.lines[flown.line]
        hours = flown.timed.total_block_min / 60
        acmi = line.pool.acmi_micro_per_block_h * 1e-6 * hours if line.pool.acmi else 0.0
        return flown.cargo_usd - flown.cost_usd - acmi

    def _closed(self, lines: list[int]) -> list[Family]:
        wanted = set(lines)
        return [
            replace(family, lines=[i for i in family.lines if i in wanted])
            for family in self.families.all
            if family.part == PART_CLOSED and not wanted.isdisjoint(family.lines)
        ]

    def _join(self, lines: list[int], aim: Aim) -> None:
        """Openings, closings and changes of gateway that lines cannot do without."""
        for i in lines:
            line = self.schedule.lines[i]
            if line.joined:
                continue
            rate = self._rate_usd_per_h(i)
            for forced in (replace(FORCED, line_usd_per_h=rate, noise=aim.noise), FIRST_OF_ALL):
                self._ends(i, forced)
                if line.joined:
                    break
                for flown in [f for f in line.flights if f.part != PART_CLOSED]:
                    self.schedule.remove(flown)
            if line.first_gateway != line.last_gateway:
                self._ends(i, FIRST_OF_ALL)
                self._insert_one(i, PART_CLOSED, replace(FORCED, noise=aim.noise), changes=True)

    def _ends(self, line: int, aim: Aim) -> None:
        """The opening and closing parts that a line needs and does not have."""
        owner = self.schedule.lines[line]
        if owner.needs_opening and owner.opening is None:
            self._insert_one(line, PART_OPENING, aim)
        if owner.needs_closing and owner.closing is None:
            self._insert_one(line, PART_CLOSING, aim)

    def _wake(self, lines: list[int], aim: Aim, stop: Stop) -> None:
        """Fly lines that may stay parked at a station all period, where that earns something."""
        for i in lines:
            line = self.schedule.lines[i]
            if line.flights or not (line.needs_opening or line.needs_closing):
                continue
            for rate in (self._rate_usd_per_h(i), 0.0):
                before = self.schedule.value_usd()
                self._ends(i, replace(FORCED, line_usd_per_h=rate, noise=aim.noise))
                self.inserter.run(self._closed([i]), aim, stop)
                if line.flights and line.joined and self.schedule.value_usd() > before:
                    break
                for flown in list(line.flights):
                    self.schedule.remove(flown)

    def _insert_one(self, line: int, part: str, aim: Aim, changes: bool = False) -> None:
        families = [replace(f, lines=[line]) for f in self.families.parts(line, part)]
        before = len(self.schedule.flights)
        owner = self.schedule.lines[line]

        def wanted(timed: TimedRoute) -> bool:
            ends = timed.route.airports[0], timed.route.airports[-1]
            return not changes or ends == (owner.first_gateway, owner.last_gateway)

        self.inserter.run(
            families, aim, wanted=wanted, enough=lambda: len(self.schedule.flights) > before
        )

    def _rate_usd_per_h(self, line: int) -> float:
        """What an hour of the line is worth, roughly."""
        rates = [
            most / (float(timed.busy_min[timed.legal].min()) / 60)
            for family in self.families.parts(line, PART_CLOSED)
            for timed, most in zip(family.routes, family.most_usd, strict=True)
            if timed.legal.any()
        ]
        return max(0.0, 0.5 * max(rates, default=0.0))

    def _serve(self, noise: float) -> None:
        """Least rotations of markets (C17)."""
        for market in self.schedule.limits.markets.short():

            def enough(market: ResolvedMarket = market) -> bool:
                return market not in self.schedule.limits.markets.short()

            def wanted(timed: TimedRoute, market: ResolvedMarket = market) -> bool:
                return _may_serve(market, timed)

            self.inserter.run(
                self._closed(self._everything),
                replace(FORCED, noise=noise),
                wanted=wanted,
                enough=enough,
            )

    def _fly_least_hours(self, noise: float) -> None:
        """Least block hours (C14): by earnings first, then (and later) as many as fit."""
        by_earnings = replace(FORCED, hour_power=1.0, noise=noise)
        by_hours = replace(by_earnings, block_usd_per_h=1e6)
        for aim in (by_earnings, by_hours) if noise < LATER_NOISE else (by_hours,):
            for line in self.schedule.short_hours():
                number = self.schedule.lines.index(line)

                def enough(line: Line = line) -> bool:
                    return line not in self.schedule.short_hours()

                self.inserter.run(self._closed([number]), aim, enough=enough)


def _may_serve(market: ResolvedMarket, timed: TimedRoute) -> bool:
    route = timed.route
    if market.operators and route.operator not in market.operators:
        return False
    if market.gateway is not None and route.airports[0] != market.gateway:
        return False
    return market.station in route.full_stops
