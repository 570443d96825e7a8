"""Which flights count for a published one, and how many are missing (C20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

from optimizer.domain.resolved import (
    ResolvedCommitment,
    ResolvedFrozenFlight,
    ResolvedInstance,
)
from optimizer.plan.plan import Load, Plan
from optimizer.plan.rotation import Rotation

Way: TypeAlias = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""Operator, type, airports and stops."""


class Published:
    """The published flights of an instance by route, so that few are looked at."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._resolved = resolved
        self._by_way: dict[Way, list[ResolvedFrozenFlight]] = defaultdict(list)
        for frozen in resolved.frozen_flights:
            way = frozen.operator, frozen.type, frozen.airports, frozen.stops
            self._by_way[way].append(frozen)

    def like(self, rotation: Rotation) -> list[ResolvedFrozenFlight]:
        """Those whose route, type and times a rotation has, whoever flies it."""
        if not self._by_way:
            return []
        like = self._by_way.get(way_of(rotation), ())
        return [f for f in like if on_time(self._resolved, f, rotation)]

    def counting(self, pool: str, rotation: Rotation) -> list[ResolvedFrozenFlight]:
        """Those for which a flight of a pool counts."""
        return [frozen for frozen in self.like(rotation) if pool in frozen.pools]


def way_of(rotation: Rotation) -> Way:
    """The way of a rotation."""
    airports = (rotation.origin, *(leg.destination for leg in rotation.legs))
    return rotation.operator, rotation.type, airports, tuple(leg.stop for leg in rotation.legs)


def on_time(resolved: ResolvedInstance, frozen: ResolvedFrozenFlight, rotation: Rotation) -> bool:
    """Whether a rotation of the way of a published flight leaves when that does."""
    times = zip(rotation.legs, frozen.off_block_min, strict=False)
    return all(
        apart_min(resolved, leg.off_block_min, minute) <= frozen.within_min for leg, minute in times
    )


def apart_min(resolved: ResolvedInstance, a: int, b: int) -> int:
    """Minutes between two instants; in a cyclic period the shorter way round."""
    if not resolved.period.cyclic:
        return abs(a - b)
    ahead = (a - b) % resolved.period.length_min
    return min(ahead, resolved.period.length_min - ahead)


def flights_missing(
    resolved: ResolvedInstance, plan: Plan
) -> Iterator[tuple[ResolvedFrozenFlight, int]]:
    """Published flights that are flown less often than published, and how much less."""
    published, flown = Published(resolved), defaultdict[str, int](int)
    for flight in plan.flights if resolved.frozen_flights else ():
        for frozen in published.counting(flight.pool, flight.rotation):
            flown[frozen.id] += 1
    for frozen in resolved.frozen_flights:
        if flown[frozen.id] < frozen.flights:
            yield frozen, frozen.flights - flown[frozen.id]


class Delivered:
    """What a plan delivers of each commitment: all of it, or on flights of a published one."""

    def __init__(self, resolved: ResolvedInstance, plan: Plan) -> None:
        self._carried_g = plan.carried_g
        self._flights: dict[str, set[str]] = defaultdict(set)
        self._loads: dict[str, list[Load]] = defaultdict(list)
        if any(c.flight is not None for c in resolved.commitments):
            published = Published(resolved)
            for flight in plan.flights:
                for frozen in published.like(flight.rotation):
                    self._flights[frozen.id].add(flight.id)
            for load in plan.loads:
                self._loads[load.consignment].append(load)

    def grams(self, commitment: ResolvedCommitment) -> int:
        """Grams that count for it (C19, C20)."""
        if commitment.flight is None:
            return sum(self._carried_g.get(c, 0) for c in commitment.consignments)
        flights = self._flights[commitment.flight]
        return sum(
            load.grams
            for c in commitment.consignments
            for load in self._loads[c]
            if load.segments[-1].flight in flights and not load.abandoned
        )
