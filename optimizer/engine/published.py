"""Published flights while a plan is built: which are flown, what the others cost (C20)."""

from __future__ import annotations

from optimizer.domain.resolved import MICRO, ResolvedFrozenFlight, ResolvedInstance
from optimizer.plan.frozen import Published
from optimizer.plan.rotation import Rotation

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

    def count(self, pool: str, rotation: Rotation, step: int) -> None:
        """Count a flight of a pool, or count it no more."""
        for number in self._counts(pool, rotation):
            self._flown[number] += step

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
        return sum(
            due_usd(f) * max(0, f.flights - flown)
            for f, flown in zip(self._published, self._flown, strict=True)
        )

    def kept(self) -> bool:
        """Whether all without a penalty are flown."""
        return all(
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


def due_usd(frozen: ResolvedFrozenFlight) -> float:
    """What a published flight counts beyond its cargo."""
    return DUE_USD if frozen.penalty_micro is None else frozen.penalty_micro / MICRO
