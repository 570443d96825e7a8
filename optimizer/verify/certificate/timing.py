"""When the legs of a route can leave (C2, C7, C8, "Times downline")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from optimizer.domain.resolved import ResolvedInstance, Window
from optimizer.verify.certificate.routes import Route, published_route
from optimizer.verify.intervals import holds

Times: TypeAlias = tuple[tuple[int, int], ...]
"""Off-block and on-block minute of each leg."""

NEVER_MIN = 10**9
"""A minute past any period."""


@dataclass(frozen=True)
class _Kind:
    """What limits departures, or arrivals, of an operator and type at an airport.

    Attributes:
        closed: When they are forbidden.
        held: When a held slot covers them; empty if the operator holds none for them.
        openings: When a slot window opens, or a held slot begins to cover them.
    """

    closed: tuple[Window, ...]
    held: tuple[Window, ...]
    openings: tuple[int, ...]
    cycle_min: int | None

    def later(self, minute: int) -> int:
        """The same minute if it is legal; otherwise one that no legal minute precedes."""
        for window in self.closed:
            if holds(window, minute, self.cycle_min):
                minute = _end_of(window, minute, self.cycle_min)
        if not self.held or any(holds(w, minute, self.cycle_min) for w in self.held):
            return minute
        if self.cycle_min is not None:
            return minute + min((w.start_min - minute) % self.cycle_min for w in self.held)
        return min((w.start_min for w in self.held if w.start_min > minute), default=NEVER_MIN)


def _end_of(window: Window, minute: int, cycle_min: int | None) -> int:
    """The end of a window that holds a minute."""
    if cycle_min is None:
        return window.end_min
    return minute + window.end_min - window.start_min - (minute - window.start_min) % cycle_min


class Clock:
    """Times the routes of a resolved instance."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._resolved = resolved
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else None
        self._kinds: dict[tuple[str, str, str, str], _Kind] = {}

    def first_departures(self, operator: str, airport: str) -> list[int]:
        """The grid, departure slots held at the airport, and published departures (C20)."""
        length = self._resolved.period.length_min
        minutes = set(range(0, length, self._resolved.universe.departure_grid_min))
        for slot in self._resolved.held_slots:
            at = (slot.operator, slot.airport, slot.movement)
            if at == (operator, airport, "departure") and 0 <= slot.minute < length:
                minutes.add(slot.minute)
        for frozen in self._resolved.frozen_flights:
            mine = (frozen.operator, frozen.airports[0]) == (operator, airport)
            if mine and 0 <= frozen.off_block_min[0] < length:
                minutes.add(frozen.off_block_min[0])
        return sorted(minutes)

    def timings(self, route: Route, start_min: int) -> Iterator[Times]:
        """Every timing of a route whose first departure is at `start_min`."""
        found = dict.fromkeys(self._onward(route, (), start_min, start_min))
        found.update(dict.fromkeys(self._published(route, start_min)))
        yield from found

    def _published(self, route: Route, start_min: int) -> Iterator[Times]:
        """Timings as published, however long they wait (C20), where they are legal."""
        for frozen in self._resolved.frozen_flights:
            off_min = frozen.off_block_min
            if published_route(frozen) != route or off_min[0] != start_min:
                continue
            times: Times = ()
            if len(off_min) == len(route.technical):
                for index, minute in enumerate(off_min):
                    times = self._at(route, times, index, minute)
            if len(times) == len(route.technical):
                yield times

    def _at(self, route: Route, so_far: Times, index: int, off_min: int) -> Times:
        """One leg more at a given minute; nothing at all if that is not legal."""
        origin, end = route.airports[index : index + 2]
        on_min = off_min + self._resolved.leg[route.operator, route.type, origin, end].block_min
        free_min = off_min
        if index:
            free_min = (
                so_far[-1][1] + self._least_stop_min(route, index - 1) if so_far else NEVER_MIN
            )
        departure = self._kind(route, origin, "departure")
        arrival = self._kind(route, end, "arrival")
        if free_min > off_min or departure.later(off_min) != off_min:
            return ()
        return (*so_far, (off_min, on_min)) if arrival.later(on_min) == on_min else ()

    def _least_stop_min(self, route: Route, index: int) -> int:
        """Least time on the ground after a leg (C2)."""
        ground = self._resolved.ground_at[route.airports[index + 1], route.type]
        return ground.technical_stop_min if route.technical[index] else ground.turnaround_min

    def _onward(
        self, route: Route, so_far: Times, earliest_min: int, latest_min: int
    ) -> Iterator[Times]:
        index = len(so_far)
        if index == len(route.technical):
            yield so_far
            return
        r, (origin, end) = self._resolved, route.airports[index : index + 2]
        block_min = r.leg[route.operator, route.type, origin, end].block_min
        for off_min in self._departures(route, index, block_min, earliest_min, latest_min):
            times = (*so_far, (off_min, off_min + block_min))
            if off_min + block_min - times[0][0] > r.universe.max_duration_min:
                return
            free_min = off_min + block_min + self._least_stop_min(route, index)
            yield from self._onward(route, times, free_min, free_min + r.universe.max_wait_min)

    def _departures(
        self, route: Route, index: int, block_min: int, earliest_min: int, latest_min: int
    ) -> list[int]:
        """The earliest legal minute, and the earliest after each opening of a slot."""
        departure = self._kind(route, route.airports[index], "departure")
        arrival = self._kind(route, route.airports[index + 1], "arrival")
        wishes = {earliest_min}
        for openings, ahead_min in ((departure.openings, 0), (arrival.openings, block_min)):
            for opening in openings:
                minute = opening - ahead_min
                wishes.update(self._repeated(minute, earliest_min, latest_min))
        found = set()
        for wish in wishes:
            minute = wish
            while minute <= latest_min:
                later = departure.later(minute)
                later = arrival.later(later + block_min) - block_min
                if later == minute:
                    found.add(minute)
                    break
                minute = later
        return sorted(found)

    def _repeated(self, minute: int, after_min: int, latest_min: int) -> range:
        """A minute, in a cyclic period of any week, if it is in (after, latest]."""
        if self._cycle_min is None:
            return range(minute, minute + (after_min < minute <= latest_min))
        first = after_min + 1 + (minute - after_min - 1) % self._cycle_min
        return range(first, latest_min + 1, self._cycle_min)

    def _kind(self, route: Route, airport: str, movement: str) -> _Kind:
        key = (route.operator, route.type, airport, movement)
        if key not in self._kinds:
            self._kinds[key] = self._look_up(*key)
        return self._kinds[key]

    def _look_up(self, operator: str, type_: str, airport: str, movement: str) -> _Kind:
        r = self._resolved
        closed = [
            window
            for closure in r.closures
            if (closure.airport, closure.movement) == (airport, movement)
            and type_ in closure.types
            and (not closure.operators or operator in closure.operators)
            for window in closure.windows
        ]
        held = [
            Window(slot.minute - slot.tolerance_min, slot.minute + slot.tolerance_min + 1)
            for slot in r.held_slots
            if (slot.operator, slot.airport, slot.movement) == (operator, airport, movement)
        ]
        openings = {window.start_min for window in held}
        for limit in r.slot_limits:
            kind = limit.departures if movement == "departure" else limit.arrivals
            mine = not limit.operators or operator in limit.operators
            if limit.airport == airport and kind and mine:
                openings.add(limit.window.start_min)
        return _Kind(tuple(closed), tuple(held), tuple(sorted(openings)), self._cycle_min)
