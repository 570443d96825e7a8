"""Limits that flights share: slots (C7), stands (C9), frequency caps (C15), markets (C17).

Each keeps count of the flights in the plan, and says whether one more fits.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import combinations
from typing import Protocol

import numpy as np

from optimizer.domain.resolved import ResolvedInstance, ResolvedMarket
from optimizer.engine.slot_limits import HeldSlots, SlotWindows
from optimizer.plan.rotation import Rotation
from optimizer.plan.stands import stand_stays

SIZES = "ABCDEF"
"""ICAO aerodrome reference code letters, smallest first."""


class SharedLimit(Protocol):
    """A limit on the flights of a plan together."""

    def fits(self, rotation: Rotation) -> bool:
        """Whether one more flight keeps the limit."""
        ...

    def add(self, rotation: Rotation) -> None:
        """Count a flight."""
        ...

    def remove(self, rotation: Rotation) -> None:
        """Count it no more."""
        ...


class StandLimits:
    """C9: at every instant aircraft that need size s or more fit on the stands that have it."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._resolved = resolved
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else 0
        length = resolved.period.length_min + (0 if self._cycle_min else 7 * 1440)
        self._stands: dict[str, list[int]] = {}
        self._taken: dict[str, np.ndarray[tuple[int, int], np.dtype[np.int16]]] = {}
        for airport in resolved.airports:
            if airport.stands:
                number = dict(airport.stands)
                rooms = [sum(number.get(s, 0) for s in SIZES[i:]) for i in range(len(SIZES))]
                self._stands[airport.code] = rooms
                self._taken[airport.code] = np.zeros((len(SIZES), length), dtype=np.int16)

    def fits(self, rotation: Rotation) -> bool:
        """Whether every stay finds a stand."""
        stays = self._stays(rotation)
        if not stays:
            return True
        self.add(rotation)
        free = all(
            int(self._taken[airport][i, a:b].max(initial=0)) <= self._stands[airport][i]
            for airport, size, start, end in stays
            for a, b in self._pieces(start, end)
            for i in range(size + 1)
        )
        self.remove(rotation)
        return free

    def add(self, rotation: Rotation) -> None:
        """Take stands."""
        self._count(rotation, 1)

    def remove(self, rotation: Rotation) -> None:
        """Give them back."""
        self._count(rotation, -1)

    def _count(self, rotation: Rotation, step: int) -> None:
        for airport, size, start, end in self._stays(rotation):
            for a, b in self._pieces(start, end):
                self._taken[airport][: size + 1, a:b] += np.int16(step)

    def _stays(self, rotation: Rotation) -> list[tuple[str, int, int, int]]:
        if not self._stands:
            return []
        size = SIZES.index(self._resolved.type[rotation.type].size_code)
        return [
            (stay.airport, size, stay.start_min, stay.end_min)
            for stay in stand_stays(self._resolved, rotation)
            if stay.airport in self._stands
        ]

    def _pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        if not self._cycle_min:
            return [(start, end)]
        weeks, rest = divmod(end - start, self._cycle_min)
        pieces = [(0, self._cycle_min)] * weeks
        begin = start % self._cycle_min
        stop = begin + rest
        pieces.append((begin, min(stop, self._cycle_min)))
        if stop > self._cycle_min:
            pieces.append((0, stop - self._cycle_min))
        return pieces


class FrequencyCaps:
    """C15: most rotations of an operator that offer one of some pairs."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._caps = resolved.right_caps
        self._pairs = [frozenset(cap.pairs) for cap in self._caps]
        self._used = [0] * len(self._caps)

    def fits(self, rotation: Rotation) -> bool:
        """Whether every cap it falls under has room."""
        return all(self._used[i] < self._caps[i].max_flights for i in self._concerned(rotation))

    def add(self, rotation: Rotation) -> None:
        """Count it."""
        for i in self._concerned(rotation):
            self._used[i] += 1

    def remove(self, rotation: Rotation) -> None:
        """Count it no more."""
        for i in self._concerned(rotation):
            self._used[i] -= 1

    def _concerned(self, rotation: Rotation) -> list[int]:
        if not self._caps:
            return []
        offered = set(combinations((a for _, a in rotation.cargo_points()), 2))
        return [
            i
            for i, cap in enumerate(self._caps)
            if cap.operator == rotation.operator and not offered.isdisjoint(self._pairs[i])
        ]


class Markets:
    """C17: least and most rotations that serve a station, and spacing of their departures."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self.markets = resolved.markets
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else 0
        self._starts: list[list[int]] = [[] for _ in self.markets]

    def fits(self, rotation: Rotation) -> bool:
        """Whether most and spacing of every market it serves stay kept."""
        return all(self._room(i, rotation.off_block_min) for i in self._concerned(rotation))

    def add(self, rotation: Rotation) -> None:
        """Count it."""
        for i in self._concerned(rotation):
            insort(self._starts[i], self._minute(rotation.off_block_min))

    def remove(self, rotation: Rotation) -> None:
        """Count it no more."""
        for i in self._concerned(rotation):
            self._starts[i].remove(self._minute(rotation.off_block_min))

    def short(self) -> list[ResolvedMarket]:
        """Markets that do not have their least rotations yet."""
        return [
            m
            for m, starts in zip(self.markets, self._starts, strict=True)
            if m.min_rotations is not None and len(starts) < m.min_rotations
        ]

    def _concerned(self, rotation: Rotation) -> list[int]:
        served = {airport for _, airport in rotation.cargo_points()}
        return [
            i
            for i, market in enumerate(self.markets)
            if market.station in served and serves(market, rotation)
        ]

    def _minute(self, minute: int) -> int:
        return minute % self._cycle_min if self._cycle_min else minute

    def _room(self, i: int, off_block_min: int) -> bool:
        market, starts = self.markets[i], self._starts[i]
        if market.max_rotations is not None and len(starts) >= market.max_rotations:
            return False
        least = market.min_spacing_min
        if least is None:
            return True
        if self._cycle_min and least > self._cycle_min:
            return False  # a rotation is followed by itself a week later
        if not starts:
            return True
        minute = self._minute(off_block_min)
        at = bisect_left(starts, minute)
        if self._cycle_min:
            gaps = [
                (minute - starts[at - 1]) % self._cycle_min,
                (starts[at % len(starts)] - minute) % self._cycle_min,
            ]
        else:
            gaps = [minute - s for s in starts[max(0, at - 1) : at]]
            gaps += [s - minute for s in starts[at : at + 1]]
        return all(gap >= least for gap in gaps)


def serves(market: ResolvedMarket, rotation: Rotation) -> bool:
    """Whether a rotation counts for a market (C17)."""
    if market.operators and rotation.operator not in market.operators:
        return False
    if market.gateway is not None and rotation.origin != market.gateway:
        return False
    return any(airport == market.station for _, airport in rotation.cargo_points())


class SharedLimits:
    """All limits that flights share."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self.slots = SlotWindows(resolved)
        self.markets = Markets(resolved)
        self._limits: tuple[tuple[str, SharedLimit], ...] = (
            ("slot", self.slots),
            ("frequency", FrequencyCaps(resolved)),
            ("frequency", self.markets),
            ("slot", HeldSlots(resolved)),
            ("stands", StandLimits(resolved)),
        )

    def fits(self, rotation: Rotation) -> bool:
        """Whether one more flight keeps them all."""
        return self.forbids(rotation) is None

    def forbids(self, rotation: Rotation) -> str | None:
        """What one more flight would break: ``slot``, ``frequency`` or ``stands``; else None."""
        for name, limit in self._limits:
            if not limit.fits(rotation):
                return name
        return None

    def add(self, rotation: Rotation) -> None:
        """Count a flight."""
        for _, limit in self._limits:
            limit.add(rotation)

    def remove(self, rotation: Rotation) -> None:
        """Count it no more."""
        for _, limit in self._limits:
            limit.remove(rotation)
