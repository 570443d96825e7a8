"""The yardstick: dearest cargo first into the next departure of the largest aircraft.

What a planner does with a spreadsheet: take the consignment that pays best, put it on the first
flight that has room, else open the next departure of the largest aircraft that may fly it there
directly; go on until there is no aircraft or no cargo, then fill bought capacity. What must be
flown is flown first, and flights that lose money are not flown in the end.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from optimizer.control import Stop, never, pricing_units
from optimizer.engine.candidates import TimedRoute
from optimizer.engine.cargo_table import Bools, Floats
from optimizer.engine.construct import NOTHING, Builder
from optimizer.engine.families import Family
from optimizer.engine.kernel import LEAST_KG, NEVER, weeks_later
from optimizer.engine.lines import PART_CLOSED, Flown
from optimizer.engine.schedule import Schedule

MOST_STARTS = 48
"""Departures looked at before another aircraft is tried."""


@dataclass(slots=True)
class _Hold:
    """Room and cargo of a flight under construction."""

    flown: Flown
    room_kg: Floats
    room_m3: Floats
    room_positions: Floats
    aboard: Bools
    loads: list[tuple[int, int, int]] = field(default_factory=list)
    loads_kg: list[float] = field(default_factory=list)


class RuleOfThumb:
    """Fills a schedule by the rule.

    Args:
        builder: Holds the schedule, empty.
    """

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._schedule: Schedule = builder.schedule
        self._cargo = builder.schedule.cargo
        self._holds: dict[tuple[str, str], list[tuple[_Hold, int]]] = defaultdict(list)
        self._all: list[_Hold] = []
        self._ways: dict[tuple[str, str], list[tuple[Family, TimedRoute, int]]] = defaultdict(list)
        for family in builder.families.all:
            if family.part == PART_CLOSED:
                for timed in family.routes:
                    for pair, segment in _segments(timed):
                        self._ways[pair].append((family, timed, segment))
        for ways in self._ways.values():
            ways.sort(key=lambda way: (-float(way[1].shape.cap_kg.min()), len(way[1].block_min)))

    def build(self, stop: Stop = never) -> bool:
        """Make the plan; whether all hard requirements are met."""
        if not self._builder.build(NOTHING, stop):
            return False
        for flown in list(self._schedule.flights):
            self._open(flown)
        margin = self._cargo.arrays.margin_usd_per_kg
        for offer in np.argsort(-margin, kind="stable").tolist():
            if stop() or margin[offer] <= 0:
                break
            self._ship(offer)
        self._load()
        self._schedule.fill_bought()
        self._builder.settle()
        return self._schedule.complete()

    def _ship(self, offer: int) -> None:
        """Put what is left of an offer on flights with room, then on new ones."""
        o = self._cargo.offers[offer]
        pair = o.uplift.airport, o.discharge.airport
        number = int(self._cargo.arrays.consignment[offer])
        for hold, segment in sorted(self._holds[pair], key=lambda x: _off(x[0].flown, x[1])):
            if self._schedule.left_kg[number] < LEAST_KG:
                return
            self._put(hold, segment, offer)
        while self._schedule.left_kg[number] >= LEAST_KG:
            opened = self._next_departure(offer, pair)
            if opened is None:
                return
            hold, segment = opened
            before = self._schedule.left_kg[number]
            self._put(hold, segment, offer)
            if self._schedule.left_kg[number] >= before:
                return

    def _put(self, hold: _Hold, segment: int, offer: int) -> None:
        cargo, shape = self._cargo.arrays, hold.flown.timed.shape
        first, last = int(shape.first_leg[segment]), int(shape.last_leg[segment])
        weeks = self._weeks(hold.flown.timed, hold.flown.start, segment, offer)
        if weeks == NEVER:
            return
        number = int(cargo.consignment[offer])
        density = float(cargo.volume_m3_per_kg[offer])
        kg = min(float(self._schedule.left_kg[number]), float(hold.room_kg[first : last + 1].min()))
        if density > 0:
            kg = min(kg, float(hold.room_m3[first : last + 1].min()) / density)
        positions = cargo.positions_per_kg[offer]
        for limit in np.flatnonzero(positions).tolist():
            room = float(hold.room_positions[first : last + 1, limit].min())
            kg = min(kg, room / float(positions[limit]))
        if kg < LEAST_KG or (hold.aboard[first : last + 1] & cargo.apart[offer]).any():
            return
        hold.aboard[first : last + 1] |= cargo.holds[offer]
        hold.room_positions[first : last + 1] -= kg * positions
        hold.room_kg[first : last + 1] -= kg
        hold.room_m3[first : last + 1] -= kg * density
        self._schedule.left_kg[number] -= kg
        hold.loads.append((offer, segment, weeks))
        hold.loads_kg.append(kg)

    def _weeks(self, timed: TimedRoute, start: int, segment: int, offer: int) -> int:
        shape = timed.shape
        if not self._cargo.arrays.allowed[offer, shape.flyer]:
            return NEVER
        first, last = int(shape.first_leg[segment]), int(shape.last_leg[segment])
        off = int(timed.off_min[start, first])
        on = int(timed.off_min[start, last] + timed.block_min[last])
        return int(weeks_later(self._cargo.arrays, offer, off, on, self._cargo.cycle_min))

    def _next_departure(self, offer: int, pair: tuple[str, str]) -> tuple[_Hold, int] | None:
        """Open the first departure that suits an offer, of the largest aircraft that has one."""
        for family, timed, segment in self._ways[pair]:
            if not self._cargo.arrays.allowed[offer, timed.shape.flyer]:
                continue
            for line in family.lines:
                flown = self._departure(timed, segment, line, offer)
                if flown is not None:
                    self._schedule.add(flown)
                    return self._open(flown), segment
        return None

    def _departure(self, timed: TimedRoute, segment: int, line: int, offer: int) -> Flown | None:
        room = self._schedule.lines[line].room(timed, PART_CLOSED)
        starts = np.flatnonzero(room)
        self._cargo.budget.spend(pricing_units(len(room)))
        if not len(starts):
            return None
        off = timed.off_min[starts, int(timed.shape.first_leg[segment])]
        early = int(self._cargo.arrays.earliest_min[offer])
        wait = off - early
        wait = wait % self._cargo.cycle_min if self._cargo.cycle_min else wait
        order = starts[np.argsort(wait, kind="stable")]
        for start in order[wait[np.argsort(wait, kind="stable")] >= 0][:MOST_STARTS].tolist():
            if self._weeks(timed, start, segment, offer) == NEVER:
                continue
            rotation = timed.rotation(start)
            if not self._schedule.may_add(rotation):
                continue
            flown = self._schedule.load(line, timed, start, PART_CLOSED, rotation)
            own = self._schedule.hour_cost_usd(self._schedule.lines[line], timed.total_block_min)
            return flown if flown.cargo_usd > flown.cost_usd + own else None
        return None

    def _open(self, flown: Flown) -> _Hold:
        """Empty a flight, so that it is filled by the rule."""
        empty = np.empty((0, 3), dtype=np.int64)
        bare = self._schedule.reloaded(flown, empty, np.empty(0), 0.0)
        self._schedule.remove(flown)
        self._schedule.add(bare)
        shape = flown.timed.shape
        legs = len(shape.cap_kg)
        hold = _Hold(
            bare,
            shape.cap_kg.copy(),
            np.full(legs, shape.volume_m3),
            np.tile(shape.positions, (legs, 1)),
            np.zeros((legs, self._cargo.arrays.holds.shape[1]), dtype=np.bool_),
        )
        self._all.append(hold)
        for pair, segment in _segments(flown.timed):
            self._holds[pair].append((hold, segment))
        return hold

    def _load(self) -> None:
        """Write the cargo into the schedule."""
        margin = self._cargo.arrays.margin_usd_per_kg
        for hold in self._all:
            loads = np.array(hold.loads, dtype=np.int64).reshape(-1, 3)
            kg = np.array(hold.loads_kg, dtype=float)
            fuel = hold.flown.timed.shape.carriage_usd_per_kg[loads[:, 1]]
            usd = float(kg @ (margin[loads[:, 0]] - fuel))
            np.add.at(self._schedule.left_kg, self._cargo.arrays.consignment[loads[:, 0]], kg)
            self._schedule.remove(hold.flown)
            self._schedule.add(self._schedule.reloaded(hold.flown, loads, kg, usd))


def _segments(timed: TimedRoute) -> list[tuple[tuple[str, str], int]]:
    airports, shape = timed.route.airports, timed.shape
    return [
        ((airports[first], airports[last + 1]), s)
        for s, (first, last) in enumerate(
            zip(shape.first_leg.tolist(), shape.last_leg.tolist(), strict=True)
        )
    ]


def _off(flown: Flown, segment: int) -> int:
    return int(flown.timed.off_min[flown.start, int(flown.timed.shape.first_leg[segment])])
