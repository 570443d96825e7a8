"""Which windows of terminals cargo counts in (C10)."""

from __future__ import annotations

from collections import defaultdict

from optimizer.domain.resolved import ResolvedHandlingLimit, ResolvedInstance
from optimizer.plan.rotation import Rotation


class Terminals:
    """The handling limits of an instance, by place and time."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self.limits = resolved.handling_limits
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else None
        self._at: dict[str, list[int]] = defaultdict(list)
        for number, limit in enumerate(self.limits):
            self._at[limit.airport].append(number)

    def windows(self, rotation: Rotation, first_leg: int, last_leg: int) -> tuple[int, ...]:
        """Limits that cargo on some legs of a rotation counts for, by number.

        Cargo that is loaded and unloaded within one window of one limit counts twice.
        """
        if not self.limits:
            return ()
        lifted, landed = rotation.legs[first_leg], rotation.legs[last_leg]
        found = [
            n
            for n in self._at.get(lifted.origin, ())
            if self.limits[n].loaded and self._holds(self.limits[n], lifted.off_block_min)
        ]
        found += [
            n
            for n in self._at.get(landed.destination, ())
            if self.limits[n].unloaded and self._holds(self.limits[n], landed.on_block_min)
        ]
        return tuple(found)

    def _holds(self, limit: ResolvedHandlingLimit, minute: int) -> bool:
        start, end = limit.window.start_min, limit.window.end_min
        if self._cycle_min is None:
            return start <= minute < end
        return (minute - start) % self._cycle_min < end - start
