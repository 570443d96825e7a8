"""Windows as sorted arrays: the next legal minute, for many minutes at once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from optimizer.domain.resolved import ResolvedInstance, Window
from optimizer.engine.cargo_table import Bools, Ints
from optimizer.network.timing import NEVER_MIN, merged


class WindowSet:
    """A union of windows, repeated every period if there is a cycle."""

    def __init__(self, windows: Iterable[Window], cycle_min: int) -> None:
        if cycle_min:
            windows = [
                Window(w.start_min + k * cycle_min, w.end_min + k * cycle_min)
                for w in windows
                for k in (-2, -1, 0, 1, 2)
            ]
        union = merged(w for w in windows if w.end_min > w.start_min)
        self.starts: Ints = np.array([w.start_min for w in union], dtype=np.int64)
        self.ends: Ints = np.array([w.end_min for w in union], dtype=np.int64)
        self._cycle_min = cycle_min

    def __bool__(self) -> bool:
        return len(self.starts) > 0

    def hold(self, minutes: Ints) -> Bools:
        """Whether each minute lies in one of the windows."""
        return self.next_outside(minutes) != minutes

    def next_outside(self, minutes: Ints) -> Ints:
        """For each minute, the first one from it on outside the windows."""
        if not self:
            return minutes
        base = minutes - minutes % self._cycle_min if self._cycle_min else np.zeros_like(minutes)
        within = minutes - base
        index = np.searchsorted(self.starts, within, side="right") - 1
        end = self.ends[np.maximum(index, 0)]
        inside = (index >= 0) & (within < end)
        return np.where(inside, end + base, minutes)


class LegClocks:
    """When legs may leave so that both movements are legal (C7 held slots, C8)."""

    def __init__(self, resolved: ResolvedInstance, relaxed: frozenset[str] = frozenset()) -> None:
        self._resolved = resolved
        self._relaxed = relaxed
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else 0
        self._forbidden: dict[tuple[str, str, str, str], tuple[Window, ...]] = {}
        self._legs: dict[tuple[str, str, str, str], WindowSet] = {}

    def leg(self, operator: str, type_: str, origin: str, destination: str) -> WindowSet:
        """Off-block minutes at which a leg may not leave."""
        key = (operator, type_, origin, destination)
        if key not in self._legs:
            block_min = self._resolved.leg[key].block_min
            arrivals = self._movement(operator, type_, destination, "arrival")
            shifted = [Window(w.start_min - block_min, w.end_min - block_min) for w in arrivals]
            if self._cycle_min:
                shifted = [_into_cycle(w, self._cycle_min) for w in shifted]
            departures = self._movement(operator, type_, origin, "departure")
            self._legs[key] = WindowSet((*departures, *shifted), self._cycle_min)
        return self._legs[key]

    def _movement(self, operator: str, type_: str, airport: str, kind: str) -> tuple[Window, ...]:
        key = (operator, type_, airport, kind)
        if key not in self._forbidden:
            closures = [
                window
                for closure in self._resolved.closures
                if "C8" not in self._relaxed
                and (closure.airport, closure.movement) == (airport, kind)
                and type_ in closure.types
                and (not closure.operators or operator in closure.operators)
                for window in closure.windows
            ]
            self._forbidden[key] = merged((*closures, *self._not_held(operator, airport, kind)))
        return self._forbidden[key]

    def _not_held(self, operator: str, airport: str, kind: str) -> list[Window]:
        """Minutes outside the tolerance of held slots, where the operator holds any."""
        held = [
            Window(h.minute - h.tolerance_min, h.minute + h.tolerance_min + 1)
            for h in self._resolved.held_slots
            if (h.operator, h.airport, h.movement) == (operator, airport, kind)
        ]
        if not held or "C7" in self._relaxed:
            return []
        cycle = self._cycle_min
        if not cycle:
            edges = [-NEVER_MIN, *(m for w in merged(held) for m in (w.start_min, w.end_min))]
            edges.append(NEVER_MIN)
            return [Window(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        union = WindowSet(held, cycle)
        gaps = zip(union.ends[:-1].tolist(), union.starts[1:].tolist(), strict=True)
        return [Window(a, b) for a, b in gaps if 0 <= a < cycle]


def _into_cycle(window: Window, cycle_min: int) -> Window:
    start = window.start_min % cycle_min
    return Window(start, start + window.end_min - window.start_min)
