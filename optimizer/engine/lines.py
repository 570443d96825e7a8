"""Aircraft time: who is free when, and where (C1, C2, C14).

A *line* is what rotations are assigned to: a tail in a dated period, a whole pool in a cyclic week.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.engine.candidates import TimedRoute
from optimizer.engine.cargo_table import Bools, Floats, Ints
from optimizer.network.timing import NEVER_MIN
from optimizer.plan.rotation import Rotation

PART_CLOSED, PART_OPENING, PART_CLOSING = "closed", "opening", "closing"
PART_BOUGHT = "bought"
"""Not a part of a line at all: capacity bought on somebody else's flight (C18)."""


@dataclass(frozen=True, slots=True, eq=False)
class Flown:
    """A rotation in the plan, or bought capacity, with its cargo.

    Attributes:
        line: Index of the line that flies it.
        loads: Rows of (offer, segment, weeks later).
        loads_kg: Kilograms of each.
        cargo_usd: What the cargo earns.
        cost_usd: What flying costs, crew and maintenance included, ACMI hours not.
    """

    line: int
    timed: TimedRoute
    start: int
    part: str
    rotation: Rotation
    loads: Ints
    loads_kg: Floats
    cargo_usd: float
    cost_usd: float

    def legs(self, segment: int) -> range:
        """Legs of a segment."""
        shape = self.timed.shape
        return range(int(shape.first_leg[segment]), int(shape.last_leg[segment]) + 1)

    @property
    def ready_min(self) -> int:
        """When the aircraft can fly again."""
        return self.rotation.off_block_min + int(self.timed.busy_min[self.start])


class Line:
    """One line of flying, or a pool's time in a cyclic week."""

    def __init__(self, resolved: ResolvedInstance, pool: ResolvedPool, tail: str) -> None:
        self.pool = pool
        self.tail = tail
        self.cyclic = resolved.period.cyclic
        self.size = pool.size if self.cyclic else 1
        self.flights: list[Flown] = []
        self.block_min = 0
        gateways = resolved.gateways
        self.needs_opening = not self.cyclic and pool.start_airport not in gateways
        self.needs_closing = not self.cyclic and pool.end_airport not in gateways
        self.first_gateway = pool.start_airport if pool.start_airport in gateways else pool.base
        self.last_gateway = pool.end_airport if pool.end_airport in gateways else pool.base
        if self.cyclic:
            self.first_gateway = self.last_gateway = pool.base
        self._length = resolved.period.length_min + (0 if self.cyclic else 7 * 1440)
        self._taken = np.zeros(self._length, dtype=np.int16)
        self._full_before: Ints | None = None

    @property
    def opening(self) -> Flown | None:
        """The rest of a rotation with which it begins."""
        return next((f for f in self.flights if f.part == PART_OPENING), None)

    @property
    def closing(self) -> Flown | None:
        """The first part of a rotation with which it ends."""
        return next((f for f in self.flights if f.part == PART_CLOSING), None)

    @property
    def joined(self) -> bool:
        """Whether it starts and ends where it must."""
        if self.cyclic:
            return True
        if not self.flights:
            if self.pool.returnable:
                return True
            stays = self.pool.start_airport == self.pool.end_airport
            return stays and (
                not self.pool.maintenance or self.pool.start_airport == self.pool.base
            )
        if self.needs_opening and self.opening is None:
            return False
        if self.needs_closing and self.closing is None:
            return False
        return self.first_gateway == self.last_gateway or any(
            f.part == PART_CLOSED and f.rotation.origin != f.rotation.destination
            for f in self.flights
        )

    def room(self, timed: TimedRoute, part: str) -> Bools:
        """First departures at which the line has time for a route, and is where it starts."""
        off = timed.off_min[:, 0]
        mask = timed.legal.copy()
        most = self.pool.max_block_min
        if most is not None and self.block_min + timed.total_block_min > self.size * most:
            mask[:] = False
            return mask
        if not mask.any():
            return mask
        safe_off = np.where(mask, off, 0)
        end = safe_off + np.where(mask, timed.busy_min, 0)
        if self.cyclic:
            # All rotations of a pool at one gateway: tails that waited at another would count too.
            ends = {(f.rotation.origin, f.rotation.destination) for f in self.flights}
            ends.add((timed.route.airports[0], timed.route.airports[-1]))
            mask &= len({airport for pair in ends for airport in pair}) == 1
            mask &= timed.busy_min <= self._length
        else:
            on = timed.off_min[:, -1] + timed.block_min[-1]
            mask &= self._in_time(off, on, part)
            mask &= self._in_place(timed, safe_off, part)
            end = np.minimum(end, self._length)
        for window in self.pool.maintenance:
            mask &= ~self._meets(window.start_min, window.end_min, timed)
        full = self._full_minutes()
        return mask & (full[end] == full[safe_off])

    def add(self, flown: Flown) -> None:
        """Take time for a flight."""
        self.flights.append(flown)
        self._count(flown, 1)

    def remove(self, flown: Flown) -> None:
        """Give it back."""
        self.flights.remove(flown)
        self._count(flown, -1)

    def peak(self) -> int:
        """Most rotations at once."""
        return int(self._taken.max(initial=0))

    def _count(self, flown: Flown, step: int) -> None:
        self.block_min += step * flown.timed.total_block_min
        start, end = flown.rotation.off_block_min, flown.ready_min
        if self.cyclic:
            begin = start % self._length
            stop = begin + end - start
            self._taken[begin : min(stop, self._length)] += np.int16(step)
            if stop > self._length:
                self._taken[: stop - self._length] += np.int16(step)
        else:
            self._taken[start : min(end, self._length)] += np.int16(step)
        self._full_before = None

    def _full_minutes(self) -> Ints:
        """How many minutes before each one have no aircraft free; over two weeks if cyclic."""
        if self._full_before is None:
            full = self._taken >= self.size
            if self.cyclic:
                full = np.concatenate((full, full))
            self._full_before = np.concatenate(([0], np.cumsum(full))).astype(np.int64)
        return self._full_before

    def _in_time(self, off: Ints, on: Ints, part: str) -> Bools:
        """Within availability, after the opening and before the closing part of the line."""
        mask: Bools = (off >= self.pool.available_from_min) & (on <= self.pool.available_until_min)
        opening, closing = self.opening, self.closing
        if part != PART_OPENING and opening is not None:
            mask &= off >= opening.ready_min
        if part != PART_CLOSING and closing is not None:
            mask &= off < closing.rotation.off_block_min
        unready = (self.needs_opening and opening is None) or (
            self.needs_closing and closing is None
        )
        if part == PART_CLOSED and unready:
            mask[:] = False
        others = [f for f in self.flights if f.part == PART_CLOSED]
        if part == PART_OPENING:
            latest = [w.start_min for w in self.pool.maintenance]  # it is at its base by then
            mask &= on <= min(latest, default=NEVER_MIN)
            mask &= off < min((f.rotation.off_block_min for f in others), default=NEVER_MIN)
        if part == PART_CLOSING:
            mask &= off >= max((w.end_min for w in self.pool.maintenance), default=0)
            mask &= off > max((f.rotation.off_block_min for f in others), default=-1)
        return mask

    def _in_place(self, timed: TimedRoute, off: Ints, part: str) -> Bools:
        """Whether the line is at the route's first airport then, and ends where it must."""
        origin, destination = timed.route.airports[0], timed.route.airports[-1]
        mask = np.ones(len(off), dtype=np.bool_)
        if part == PART_OPENING:
            return mask & (origin == self.pool.start_airport) & (self.opening is None)
        changes = sorted(
            (f.rotation.off_block_min, f.rotation.destination)
            for f in self.flights
            if f.part == PART_CLOSED and f.rotation.origin != f.rotation.destination
        )
        if part == PART_CLOSING:
            where = changes[-1][1] if changes else self.first_gateway
            mask &= (origin == where) & (destination == self.pool.end_airport)
            return mask & (self.closing is None)
        if origin != destination:
            wanted = (self.first_gateway, self.last_gateway)
            return mask & (not changes and (origin, destination) == wanted and not self._at(off))
        place = np.full(len(off), self.first_gateway == origin)
        for minute, gateway in changes:
            place = np.where(off > minute, gateway == origin, place)
        return mask & place

    def _at(self, off: Ints) -> bool:
        """Whether flights are in the line already, which a change of gateway would cut in two."""
        return any(f.part == PART_CLOSED for f in self.flights) and len(off) > 0

    def _meets(self, start_min: int, end_min: int, timed: TimedRoute) -> Bools:
        """Whether a route is under way at some minute of maintenance."""
        off, on = timed.off_min[:, 0], timed.off_min[:, -1] + timed.block_min[-1]
        if not self.cyclic:
            return (off < end_min) & (on > start_min)
        length = self._length
        ahead = (off - start_min) % length
        behind = (start_min - off) % length
        return (ahead < end_min - start_min) | (behind < on - off)


def lines_of(resolved: ResolvedInstance) -> list[Line]:
    """A line for every tail, or for every pool of a cyclic week."""
    if resolved.period.cyclic:
        return [Line(resolved, pool, "") for pool in resolved.pools]
    return [Line(resolved, pool, tail) for pool in resolved.pools for tail in pool.tails]
