"""Published flights while a plan is built: which are flown, what the others cost, and how many
changes that makes (C20).
"""

from __future__ import annotations

from collections import Counter, defaultdict

from optimizer.domain.resolved import MICRO, ResolvedFrozenFlight, ResolvedInstance
from optimizer.plan.changes import MOST_MOVED_MIN
from optimizer.plan.frozen import Published, Way, apart_min, way_of
from optimizer.plan.rotation import Rotation
from optimizer.plan.timetable import FlightKey, Timetable

DUE_USD = 5_000_000.0
"""What a published flight without a penalty counts while plans are built."""


class PublishedFlights:
    """Counts flights that are as published."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._published = resolved.frozen_flights
        self._by_route = Published(resolved)
        self._number = {frozen.id: n for n, frozen in enumerate(self._published)}
        self._flown = [0] * len(self._published)
        self._known: dict[tuple[str, Rotation], tuple[int, ...]] = {}
        self._changes = None if resolved.most_changes is None else Changes(resolved)

    def count(self, pool: str, rotation: Rotation, step: int) -> None:
        """Count a flight of a pool, or count it no more."""
        for number in self._counts(pool, rotation):
            self._flown[number] += step
        if self._changes is not None:
            self._changes.count(pool, rotation, step)

    def may_add(self, way: Way, off_block_min: int | None = None) -> bool:
        """Whether one more flight does not change more than may be.

        Args:
            off_block_min: When it leaves; None: at any time.
        """
        return self._changes is None or self._changes.may_add(way, off_block_min)

    @property
    def within(self) -> bool:
        """Whether no more is changed than may be."""
        return self._changes is None or not self._changes.beyond

    def missing(self) -> list[ResolvedFrozenFlight]:
        """Published flights that are not flown as often as published, the dearest first."""
        found = [
            f for f, flown in zip(self._published, self._flown, strict=True) if flown < f.flights
        ]
        return sorted(found, key=lambda f: -due_usd(f))

    def is_missing(self, frozen: ResolvedFrozenFlight) -> bool:
        """Whether a published flight is flown less often than published."""
        return any(f is frozen for f in self.missing())

    def lost_usd(self) -> float:
        """What the missing ones cost; those without a penalty a large sum."""
        beyond_usd = 0.0 if self._changes is None else DUE_USD * self._changes.beyond
        return beyond_usd + sum(
            due_usd(f) * max(0, f.flights - flown)
            for f, flown in zip(self._published, self._flown, strict=True)
        )

    def kept(self) -> bool:
        """Whether all without a penalty are flown, and no more is changed than may be."""
        return self.within and all(
            f.penalty_micro is not None or flown >= f.flights
            for f, flown in zip(self._published, self._flown, strict=True)
        )

    def _counts(self, pool: str, rotation: Rotation) -> tuple[int, ...]:
        if not self._published:
            return ()
        key = (pool, rotation)
        if key not in self._known:
            counting = self._by_route.counting(pool, rotation)
            self._known[key] = tuple(self._number[frozen.id] for frozen in counting)
        return self._known[key]


class Changes:
    """Counts flights dropped, moved and added; only ways that changed are counted anew."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._resolved = resolved
        self._timetable = Timetable(resolved)
        self._most = self._timetable.most or 0
        self._flown: dict[Way, Counter[FlightKey]] = defaultdict(Counter)
        self._of_way: dict[Way, tuple[int, list[ResolvedFrozenFlight]]] = {}
        self._stale: set[Way] = set(self._timetable.published)
        self._number = 0

    def count(self, pool: str, rotation: Rotation, step: int) -> None:
        """Count a flight, or count it no more."""
        way = way_of(rotation)
        self._flown[way][pool, rotation] += step
        self._stale.add(way)

    @property
    def beyond(self) -> int:
        """By how many changes there are too many."""
        return max(0, self._counted() - self._most)

    def may_add(self, way: Way, off_block_min: int | None) -> bool:
        """Whether a flight may be added: within the limit, or instead of one that is dropped."""
        if self._counted() < self._most:
            return True
        _, dropped = self._of_way.get(way, (0, []))
        return any(
            off_block_min is None
            or apart_min(self._resolved, off_block_min, f.off_block_min[0]) <= MOST_MOVED_MIN
            for f in dropped
        )

    def _counted(self) -> int:
        for way in self._stale:
            before = self._of_way.get(way, (0, []))[0]
            self._of_way[way] = self._timetable.missing(way, self._flown[way])
            self._number += self._of_way[way][0] - before
        self._stale.clear()
        return self._number


def due_usd(frozen: ResolvedFrozenFlight) -> float:
    """What a published flight counts beyond its cargo."""
    return DUE_USD if frozen.penalty_micro is None else frozen.penalty_micro / MICRO
