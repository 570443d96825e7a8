"""From a route and a first departure to timed rotations (C2, C7 held slots, C8, C13)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from optimizer.domain.resolved import ResolvedInstance, Window
from optimizer.network.routes import Route
from optimizer.plan.crews import has_legal_crews
from optimizer.plan.rotation import Leg, Rotation


def merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The union of windows as disjoint windows in order."""
    union: list[Window] = []
    for window in sorted(windows, key=lambda w: w.start_min):
        if union and window.start_min <= union[-1].end_min:
            last = union.pop()
            window = Window(last.start_min, max(last.end_min, window.end_min))
        union.append(window)
    return tuple(union)


class Closed:
    """Times at which one kind of movement is forbidden; finds the next minute that is not."""

    def __init__(self, windows: Iterable[Window], cycle_min: int | None) -> None:
        if cycle_min is not None:
            copies = [
                Window(w.start_min + k * cycle_min, w.end_min + k * cycle_min)
                for w in windows
                for k in (-1, 0, 1, 2)
            ]
            windows = copies
        self._windows = merged(windows)
        self._starts = [w.start_min for w in self._windows]
        self._cycle_min = cycle_min

    def next_open(self, minute: int) -> int:
        """The first minute from `minute` on outside the windows."""
        base = minute - minute % self._cycle_min if self._cycle_min else 0
        index = bisect_right(self._starts, minute - base) - 1
        if index >= 0 and minute - base < self._windows[index].end_min:
            return self._windows[index].end_min + base
        return minute


@dataclass(frozen=True)
class _Movement:
    """What limits one kind of movement of an operator and type at an airport."""

    closed: Closed
    held: tuple[Window, ...]  # minutes within the tolerance of held slots; empty: none are held
    openings: tuple[int, ...]  # minutes a slot window opens or a held slot comes into tolerance


class Clockwork:
    """Times routes of an instance; caches what it looks up.

    Args:
        resolved: The resolved instance.
        relaxed: Numbers of constraints to leave out; only C2, C7, C8 and C13 matter here.
    """

    def __init__(self, resolved: ResolvedInstance, relaxed: frozenset[str] = frozenset()) -> None:
        self._resolved = resolved
        self._relaxed = relaxed
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else None
        self._movements: dict[tuple[str, str, str, str, bool], _Movement] = {}

    def rotations(self, route: Route, start_min: int) -> tuple[Rotation, ...]:
        """Every timing of a route whose first departure is at `start_min`; often one, or none."""
        return tuple(self._whole(route, self._extend(route, (), start_min, start_min)))

    def search(
        self, route: Route, start_min: int, accept: Callable[[Leg], bool]
    ) -> Iterator[Rotation]:
        """Timings of which every leg is accepted, earliest first, found one by one."""
        yield from self._whole(route, self._extend(route, (), start_min, start_min, accept))

    def at(self, route: Route, off_min: Sequence[int]) -> Rotation | None:
        """A route at given off-blocks; None if something forbids them (C2, C7, C8, C13)."""
        legs: list[Leg] = []
        hops = zip(route.airports[:-1], route.airports[1:], route.stops, off_min, strict=True)
        for index, (origin, destination, stop, minute) in enumerate(hops):
            key = route.operator, route.type, origin, destination
            block_min, relaxed = self._resolved.leg[key].block_min, bool(self._relaxed)
            departure = self._movement(route, origin, "departure", relaxed)
            arrival = self._movement(route, destination, "arrival", relaxed)
            if self._first_legal(minute, minute, departure, arrival, block_min) is None:
                return None
            if legs:
                least_min = self._least_stop_min(route, index - 1, relaxed="C2" in self._relaxed)
                if minute < legs[-1].on_block_min + least_min:
                    return None
            legs.append(Leg(origin, destination, minute, minute + block_min, stop))
        rotation = Rotation(route.operator, route.type, tuple(legs))
        crewed = "C13" in self._relaxed or has_legal_crews(self._resolved, rotation)
        return rotation if crewed else None

    def _whole(self, route: Route, timings: Iterable[tuple[Leg, ...]]) -> Iterator[Rotation]:
        """Rotations that are not too long and that crews may fly (C13)."""
        for legs in timings:
            duration_min = legs[-1].on_block_min - legs[0].off_block_min
            if duration_min <= self._resolved.universe.max_duration_min:
                rotation = Rotation(route.operator, route.type, legs)
                if "C13" in self._relaxed or has_legal_crews(self._resolved, rotation):
                    yield rotation

    def _extend(
        self,
        route: Route,
        legs: tuple[Leg, ...],
        earliest_min: int,
        latest_min: int,
        accept: Callable[[Leg], bool] | None = None,
    ) -> Iterator[tuple[Leg, ...]]:
        index = len(legs)
        if index == len(route.stops):
            yield legs
            return
        origin, destination, stop = (
            route.airports[index],
            route.airports[index + 1],
            route.stops[index],
        )
        block_min = self._resolved.leg[route.operator, route.type, origin, destination].block_min
        for off_block in self._departures(
            route, origin, destination, block_min, earliest_min, latest_min
        ):
            leg = Leg(origin, destination, off_block, off_block + block_min, stop)
            first = legs[0].off_block_min if legs else off_block
            if leg.on_block_min - first > self._resolved.universe.max_duration_min:
                break
            if accept is not None and not accept(leg):
                continue
            onward = leg.on_block_min + self._least_stop_min(route, index, relaxed=False)
            last = onward + self._resolved.universe.max_wait_min
            if "C2" in self._relaxed:
                onward = leg.on_block_min + self._least_stop_min(route, index, relaxed=True)
            yield from self._extend(route, (*legs, leg), onward, last, accept)

    def _least_stop_min(self, route: Route, index: int, *, relaxed: bool) -> int:
        ground = self._resolved.ground_at[route.airports[index + 1], route.type]
        if relaxed:
            return 0
        return ground.turnaround_min if route.stops[index] == "full" else ground.technical_stop_min

    def _departures(
        self,
        route: Route,
        origin: str,
        destination: str,
        block_min: int,
        earliest_min: int,
        latest_min: int,
    ) -> list[int]:
        """Off-block minutes: the earliest legal one, and those that wait for a slot.

        With relaxed constraints the choices of the full problem stay among them, so that leaving a
        constraint out can only add rotations.
        """
        minutes: set[int] = set()
        for relaxed in {False, bool(self._relaxed)}:
            departure = self._movement(route, origin, "departure", relaxed)
            arrival = self._movement(route, destination, "arrival", relaxed)
            wishes = {earliest_min}
            if "C2" in self._relaxed and latest_min > earliest_min:
                wishes.add(latest_min - self._resolved.universe.max_wait_min)
            if latest_min > earliest_min:
                wishes.update(self._within(departure.openings, 0, earliest_min, latest_min))
                wishes.update(self._within(arrival.openings, block_min, earliest_min, latest_min))
            for wish in wishes:
                minute = self._first_legal(wish, latest_min, departure, arrival, block_min)
                if minute is not None:
                    minutes.add(minute)
        return sorted(minutes)

    def _first_legal(
        self,
        minute: int,
        latest_min: int,
        departure: _Movement,
        arrival: _Movement,
        block_min: int,
    ) -> int | None:
        """The first minute up to `latest_min` at which departure and arrival are both legal."""
        while minute <= latest_min:
            step = departure.closed.next_open(minute)
            step = arrival.closed.next_open(step + block_min) - block_min
            step = self._next_held(departure, step)
            step = self._next_held(arrival, step + block_min) - block_min
            if step == minute:
                return minute
            minute = step
        return None

    def _next_held(self, movement: _Movement, minute: int) -> int:
        if not movement.held:
            return minute
        cycle = self._cycle_min or 0
        candidates = []
        for window in movement.held:
            shift = -(-(minute - window.end_min + 1) // cycle) * cycle if cycle else 0
            if minute < window.end_min + shift:
                candidates.append(max(minute, window.start_min + shift))
        return min(candidates, default=NEVER_MIN)

    def _within(
        self, openings: tuple[int, ...], block_min: int, earliest_min: int, latest_min: int
    ) -> Iterator[int]:
        """Off-blocks in (earliest, latest] at which the movement, `block_min` later, can open."""
        cycle = self._cycle_min
        for opening in openings:
            minute = opening - block_min
            if cycle:
                minute += -(-(earliest_min + 1 - minute) // cycle) * cycle
                while minute <= latest_min:
                    yield minute
                    minute += cycle
            elif earliest_min < minute <= latest_min:
                yield minute

    def _movement(self, route: Route, airport: str, kind: str, relaxed: bool) -> _Movement:
        key = (route.operator, route.type, airport, kind, relaxed)
        if key not in self._movements:
            self._movements[key] = self._look_up(*key)
        return self._movements[key]

    def _look_up(
        self, operator: str, type_: str, airport: str, kind: str, relaxed: bool
    ) -> _Movement:
        r = self._resolved
        left_out = self._relaxed if relaxed else frozenset()
        closures = [
            window
            for closure in r.closures
            if closure.airport == airport
            and closure.movement == kind
            and type_ in closure.types
            and (not closure.operators or operator in closure.operators)
            for window in closure.windows
        ]
        slots = [
            h
            for h in r.held_slots
            if (h.airport, h.movement, h.operator) == (airport, kind, operator)
        ]
        held = [Window(h.minute - h.tolerance_min, h.minute + h.tolerance_min + 1) for h in slots]
        openings = {w.start_min for w in held}
        openings.update(
            limit.window.start_min
            for limit in r.slot_limits
            if limit.airport == airport
            and (limit.departures if kind == "departure" else limit.arrivals)
            and (not limit.operators or operator in limit.operators)
        )
        return _Movement(
            Closed([] if "C8" in left_out else closures, self._cycle_min),
            () if "C7" in left_out else merged(held),
            tuple(sorted(openings)),
        )


NEVER_MIN = 10**9
"""A minute past any period."""
