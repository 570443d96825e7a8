"""Which flights of a plan count for a published one (C20)."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedFrozenFlight
from optimizer.plan.plan import Flight
from optimizer.verify.case import Case
from optimizer.verify.intervals import distance_min


def flights_missing(case: Case, frozen: ResolvedFrozenFlight) -> int:
    """How many flights of a published one the plan does not have."""
    flown = [f for f in case.flights if f.pool in frozen.pools and departs_as(case, frozen, f)]
    return max(0, frozen.flights - len(flown))


def same_way(frozen: ResolvedFrozenFlight, flight: Flight) -> bool:
    """Whether a flight has operator, type and route of a published one."""
    rotation = flight.rotation
    if rotation.operator != frozen.operator or rotation.type != frozen.type:
        return False
    if len(rotation.legs) != len(frozen.stops):
        return False
    return all(
        (leg.origin, leg.destination, leg.stop)
        == (*frozen.airports[number : number + 2], frozen.stops[number])
        for number, leg in enumerate(rotation.legs)
    )


def departs_as(case: Case, frozen: ResolvedFrozenFlight, flight: Flight) -> bool:
    """Whether a flight has type, route and off-blocks of a published one."""
    return same_way(frozen, flight) and all(
        distance_min(leg.off_block_min, published_min, case.cycle_min) <= frozen.within_min
        for leg, published_min in zip(flight.rotation.legs, frozen.off_block_min, strict=False)
    )
