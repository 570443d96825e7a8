"""Greedy insertion of rotations, evaluated lazily.

What a route can still earn only falls as cargo and aircraft time are taken, so an old value is a
bound: only routes whose old value beats the best new one are looked at again.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

import numpy as np

from optimizer.control import Stop, never, pricing_units
from optimizer.engine.candidates import TimedRoute
from optimizer.engine.cargo_table import Bools, Floats, Ints
from optimizer.engine.families import Families, Family
from optimizer.engine.kernel import worths
from optimizer.engine.lines import PART_CLOSING, PART_OPENING, Flown, Line
from optimizer.engine.schedule import Schedule
from optimizer.plan.rotation import Leg, Rotation

MOST_WAITING_STARTS = 6
"""First departures searched for timings that wait for slots, each time a route is seen."""
MOST_TIMINGS = 20
"""Timings looked at for one first departure."""
STALE = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Aim:
    """What insertion looks for.

    Attributes:
        least_usd: A rotation must earn more than this.
        hour_power: Earnings are compared per busy hours to this power: 1 where aircraft are
            scarce, 0 where cargo is.
        noise: Relative scatter of scores, for diversity.
        block_usd_per_h: Added to the score for block hours, where least hours must be flown.
        line_usd_per_h: Taken off the score for the time a line's opening or closing part leaves
            less for other rotations.
    """

    least_usd: float = 0.0
    hour_power: float = 1.0
    noise: float = 0.0
    block_usd_per_h: float = 0.0
    line_usd_per_h: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A rotation that fits now."""

    score: float
    value_usd: float
    line: int
    timed: TimedRoute
    start: int
    rotation: Rotation


@dataclass(frozen=True, slots=True)
class Found:
    """By first departure: what a route earns, its score, who would fly it, what is forbidden."""

    value_usd: Floats
    score: Floats
    line: Ints
    blocked: Bools


class RouteBounds:
    """What routes could earn with the cargo left at some moment, and at most since.

    Looked at whatever aircraft are free. Cargo that became free since adds its margin at most, so
    most routes need no second look when a few flights are taken out.
    """

    def __init__(self, schedule: Schedule, families: Families) -> None:
        cargo = schedule.cargo
        self._arrays = cargo.arrays
        self._left_kg = schedule.left_kg.copy()
        self._usd: dict[TimedRoute, float] = {}
        for family in families.all:
            for timed in family.routes:
                if timed.legal.any():
                    cargo.budget.spend(pricing_units(len(timed.legal)))
                    worth = worths(
                        cargo.arrays, timed.shape, timed.off_min, timed.block_min, timed.legal,
                        self._left_kg, cargo.cycle_min,
                    )  # fmt: skip
                    earned = worth - timed.cost_usd
                    self._usd[timed] = float(earned[timed.legal].max())

    def since(self, left_kg: Floats) -> Callable[[TimedRoute], float]:
        """What a route can earn at most with the cargo left now."""
        freed = np.maximum(left_kg - self._left_kg, 0.0)[self._arrays.consignment]
        usd = np.concatenate(([0.0], np.cumsum(freed * self._arrays.margin_usd_per_kg)))

        def most(timed: TimedRoute) -> float:
            shape = timed.shape
            return self._usd[timed] + float((usd[shape.high] - usd[shape.low]).sum())

        return most


class Inserter:
    """Puts rotations into a schedule.

    Attributes:
        bounds: What routes can earn at most, if known better than with all cargo.
    """

    def __init__(self, schedule: Schedule, families: Families, rng: np.random.Generator) -> None:
        self.schedule = schedule
        self.families = families
        self.bounds: RouteBounds | None = None
        self._rng = rng
        self._universe = families.universe

    def run(
        self,
        families: Iterable[Family],
        aim: Aim,
        stop: Stop = never,
        wanted: Callable[[TimedRoute], bool] | None = None,
        enough: Callable[[], bool] = never,
    ) -> list[Flown]:
        """Insert the best rotations one after another until none is worth it.

        Args:
            families: Where to look.
            wanted: Which routes to consider; all if None.
            enough: Asked before each insertion.
        """
        heap: list[tuple[float, int, Family, TimedRoute]] = []
        blocked: dict[int, Bools] = {}
        scale: dict[int, float] = {}
        known = None if self.bounds is None else self.bounds.since(self.schedule.left_kg)
        for family in families:
            for timed, most in zip(family.routes, family.most_usd, strict=True):
                if not timed.legal.any() or (wanted is not None and not wanted(timed)):
                    continue
                if known is not None:
                    most = min(most, known(timed))
                number = len(scale)
                scale[number] = 1 + aim.noise * float(self._rng.uniform(-1, 1))
                if most > aim.least_usd:
                    bonus = aim.block_usd_per_h * timed.total_block_min / 60
                    bound = (most + bonus) * STALE / _least_busy(timed) ** aim.hour_power
                    heap.append((-bound * scale[number], number, family, timed))
        heapq.heapify(heap)
        added: list[Flown] = []
        while heap and not stop() and not enough():
            _, number, family, timed = heapq.heappop(heap)
            closed = blocked.setdefault(number, ~timed.legal)
            choice = self.best(family, timed, aim, closed)
            if choice is None:
                continue
            score = choice.score * scale[number]
            if heap and score * STALE < -heap[0][0]:
                heapq.heappush(heap, (-score * STALE, number, family, timed))
                continue
            added.append(self.commit(family, choice))
            heapq.heappush(heap, (-score * STALE, number, family, timed))
        return added

    def commit(self, family: Family, choice: Choice) -> Flown:
        """Add a chosen rotation."""
        flown = self.schedule.load(
            choice.line, choice.timed, choice.start, family.part, choice.rotation
        )
        self.schedule.add(flown)
        return flown

    def best(
        self, family: Family, timed: TimedRoute, aim: Aim, blocked: Bools | None = None
    ) -> Choice | None:
        """The best rotation of a route that fits; marks in `blocked` what shared limits forbid."""
        if not self.schedule.published.may_add(timed.route.way):
            return None
        blocked = ~timed.legal if blocked is None else blocked
        rooms = [
            (i, self.schedule.lines[i].room(timed, family.part) & ~blocked) for i in family.lines
        ]
        rooms = [(i, room) for i, room in rooms if room.any()]
        if not rooms:
            return None
        asked = np.logical_or.reduce([room for _, room in rooms])
        self.schedule.cargo.budget.spend(pricing_units(len(timed.legal)))
        cargo_usd = worths(
            self.schedule.cargo.arrays, timed.shape, timed.off_min, timed.block_min, asked,
            self.schedule.left_kg, self.schedule.cargo.cycle_min,
        )  # fmt: skip
        value = np.full(len(asked), -np.inf)
        flyer = np.zeros(len(asked), dtype=np.int64)
        for i, room in rooms:
            worth = cargo_usd - timed.cost_usd - self._line_cost_usd(self.schedule.lines[i], timed)
            better = room & (worth > value)
            value[better] = worth[better]
            flyer[better] = i
        value[value <= aim.least_usd] = -np.inf
        score = (value + aim.block_usd_per_h * timed.total_block_min / 60) / (
            np.maximum(timed.busy_min, 1) / 60
        ) ** aim.hour_power
        if family.part == PART_OPENING:
            score -= aim.line_usd_per_h * (timed.off_min[:, 0] + timed.busy_min) / 60
        elif family.part == PART_CLOSING:
            score += aim.line_usd_per_h * timed.off_min[:, 0] / 60
        return self._first_that_fits(family, timed, aim, Found(value, score, flyer, blocked))

    def _first_that_fits(
        self, family: Family, timed: TimedRoute, aim: Aim, found: Found
    ) -> Choice | None:
        searched = 0
        for start in np.argsort(-found.score, kind="stable").tolist():
            if found.value_usd[start] == -np.inf:
                continue
            line, score = int(found.line[start]), float(found.score[start])
            rotation = timed.rotation(start)
            if self.schedule.may_add(rotation):
                if not self._handled(family, timed, start, line, rotation, aim):
                    found.blocked[start] = True
                    continue
                return Choice(score, float(found.value_usd[start]), line, timed, start, rotation)
            found.blocked[start] = True
            if timed.waits and searched < MOST_WAITING_STARTS:
                searched += 1
                choice = self._waiting(family, timed, start, line, aim)
                if choice is not None:
                    found.blocked[start] = False
                    return choice
        return None

    def _handled(
        self,
        family: Family,
        timed: TimedRoute,
        start: int,
        line: int,
        rotation: Rotation,
        aim: Aim,
    ) -> bool:
        """Whether terminals take so much of its cargo that the flight is still wanted (C10)."""
        if not (self.schedule.cargo.terminals.limits or self.schedule.stock):
            return True
        flown = self.schedule.load(line, timed, start, family.part, rotation)
        acmi_usd = self.schedule.hour_cost_usd(self.schedule.lines[line], timed.total_block_min)
        return flown.cargo_usd - flown.cost_usd - acmi_usd > aim.least_usd

    def _waiting(
        self, family: Family, timed: TimedRoute, start: int, line: int, aim: Aim
    ) -> Choice | None:
        """A timing that waits for free slots, if its rotation is worth it."""
        owner = self.schedule.lines[line]
        slots = self.schedule.limits.slots

        def accept(leg: Leg) -> bool:
            operator = timed.route.operator
            return slots.movement_fits(
                leg.origin, "departure", leg.off_block_min, operator
            ) and slots.movement_fits(leg.destination, "arrival", leg.on_block_min, operator)

        first = int(timed.off_min[start, 0])
        timings = self._universe.search(owner.pool, timed.route, first, accept)
        for rotation in islice(timings, MOST_TIMINGS):
            if not self.schedule.may_add(rotation):
                continue
            single = self.families.timetable.single(timed.route, rotation)
            if not owner.room(single, family.part)[0]:
                continue
            value = self._value_usd(single, owner)
            if value > aim.least_usd:
                hours = int(single.busy_min[0]) / 60
                bonus = aim.block_usd_per_h * single.total_block_min / 60
                score = (value + bonus) / hours**aim.hour_power
                return Choice(score, value, line, single, 0, rotation)
        return None

    def _value_usd(self, timed: TimedRoute, line: Line) -> float:
        self.schedule.cargo.budget.spend(pricing_units(len(timed.legal)))
        cargo = worths(
            self.schedule.cargo.arrays, timed.shape, timed.off_min, timed.block_min, timed.legal,
            self.schedule.left_kg, self.schedule.cargo.cycle_min,
        )  # fmt: skip
        return float((cargo - timed.cost_usd - self._line_cost_usd(line, timed))[0])

    def _line_cost_usd(self, line: Line, timed: TimedRoute) -> Floats | float:
        if line.pool.acmi:
            return self.schedule.hour_cost_usd(line, timed.total_block_min)
        return timed.own_usd


def _least_busy(timed: TimedRoute) -> float:
    """Hours a route takes at least."""
    return max(float(timed.busy_min[timed.legal].min()), 1.0) / 60
