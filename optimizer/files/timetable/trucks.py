"""Trucks that a load list leaves open: lane, dispatch, and how many (C11, C12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import ceil

from optimizer.domain.resolved import Access, ResolvedConsignment, ResolvedInstance, ResolvedLane
from optimizer.plan.plan import Load, Truck, TruckRun

Stated = tuple[str, int | None]
"""Lane and dispatch as far as the load list says."""


def feeder(
    resolved: ResolvedInstance,
    consignment: ResolvedConsignment,
    airport: str,
    off_block_min: int,
    stated: Stated,
) -> Truck | None:
    """The truck to the airport: as stated, else the latest that meets the cut-off (C11)."""
    cutoff_min = off_block_min - _customs_min(resolved, consignment, airport, export=True)

    def dispatch(lane: ResolvedLane) -> int:
        latest = cutoff_min - lane.truck_min
        return latest - (latest - lane.dispatch_offset_min) % lane.dispatch_every_min

    def late(lane: ResolvedLane) -> bool:
        return dispatch(lane) < consignment.ready_min

    lanes = _lanes(resolved, consignment.uplifts, airport)
    name = stated[0] or _likely(lanes, consignment.customs, late)
    if not name:
        return None
    return Truck(name, dispatch(resolved.lane[name]) if stated[1] is None else stated[1])


def delivery(
    resolved: ResolvedInstance,
    consignment: ResolvedConsignment,
    airport: str,
    on_block_min: int,
    stated: Stated,
) -> Truck | None:
    """The truck from the airport: as stated, else the first after the release (C11)."""
    released_min = on_block_min + _customs_min(resolved, consignment, airport, export=False)

    def dispatch(lane: ResolvedLane) -> int:
        return released_min + _wait_min(lane, released_min)

    def late(lane: ResolvedLane) -> bool:
        return dispatch(lane) + lane.truck_min > consignment.due_min

    lanes = _lanes(resolved, consignment.discharges, airport)
    name = stated[0] or _likely(lanes, consignment.customs, late)
    if not name:
        return None
    return Truck(name, dispatch(resolved.lane[name]) if stated[1] is None else stated[1])


def weeks_later(
    resolved: ResolvedInstance, consignment: ResolvedConsignment, airport: str, off_block_min: int
) -> int:
    """The first week whose flight the consignment can be ready for; 0 in a dated period."""
    if not resolved.period.cyclic:
        return 0
    ready = consignment.ready_min
    lanes = _lanes(resolved, consignment.uplifts, airport)
    if lanes:
        ready = min(ready + _wait_min(lane, ready) + lane.truck_min for lane in lanes)
    ready += _customs_min(resolved, consignment, airport, export=True)
    return max(0, -(-(ready - off_block_min) // resolved.period.length_min))


def least_trucks(resolved: ResolvedInstance, loads: Iterable[Load]) -> tuple[TruckRun, ...]:
    """The least whole trucks that carry the loads, by lane, dispatch and customs mode (C12)."""
    grams: dict[tuple[str, int, str], int] = {}
    volume_cm3: dict[tuple[str, int, str], Fraction] = {}
    for load in loads:
        c = resolved.consignment[load.consignment]
        for truck in (load.feeder, load.delivery):
            if truck is None:
                continue
            minute = truck.dispatch_min
            if resolved.period.cyclic:
                minute %= resolved.period.length_min
            key = (truck.lane, minute, c.customs)
            grams[key] = grams.get(key, 0) + load.grams
            volume = Fraction(load.grams * c.volume_cm3, c.weight_g)
            volume_cm3[key] = volume_cm3.get(key, Fraction(0)) + volume
    return tuple(
        TruckRun(*key, _trucks(resolved.lane[key[0]], grams[key], volume_cm3[key]))
        for key in sorted(grams)
    )


def _trucks(lane: ResolvedLane, grams: int, volume_cm3: Fraction) -> int:
    return max(-(-grams // lane.payload_g), ceil(volume_cm3 / lane.volume_cm3))


def _likely(lanes: list[ResolvedLane], customs: str, late: Callable[[ResolvedLane], bool]) -> str:
    """The cheapest of the lanes that are in time; of all of them if none is."""
    ranked = sorted((late(x), dict(x.cost_micro).get(customs, 0), x.id) for x in lanes)
    return ranked[0][2] if ranked else ""


def _lanes(
    resolved: ResolvedInstance, accesses: Iterable[Access], airport: str
) -> list[ResolvedLane]:
    """Lanes that join a consignment's place with the airport; none if it is there itself."""
    at = [access for access in accesses if access.airport == airport]
    if any(access.lane is None for access in at):
        return []
    return [resolved.lane[access.lane] for access in at if access.lane is not None]


def _wait_min(lane: ResolvedLane, minute: int) -> int:
    """From a minute to the next dispatch."""
    return (lane.dispatch_offset_min - minute) % lane.dispatch_every_min


def _customs_min(
    resolved: ResolvedInstance, consignment: ResolvedConsignment, airport: str, *, export: bool
) -> int:
    customs = resolved.customs_at.get((consignment.customs, airport))
    if customs is None:
        return 0
    return customs.export_min if export else customs.import_min
