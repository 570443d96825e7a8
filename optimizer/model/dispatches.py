"""Which truck dispatches a model needs to look at (C11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from optimizer.model.columns import Columns, OnBoard

Groups: TypeAlias = Mapping[tuple[str, str], Sequence[OnBoard]]
"""Cargo on board by (consignment, lane)."""


def dispatches(c: Columns, groups: Groups, *, feeder: bool) -> dict[tuple[str, str], list[int]]:
    """Absolute dispatches in order, for the cargo of each consignment and lane.

    Where a lane's trucks are not limited, one dispatch before each departure will do: whatever
    leaves earlier for that departure can leave with it, in no more trucks and for less storage.
    That holds for all cargo of a customs mode on the lane, so the departures of all of it count.
    For deliveries it is one dispatch after each arrival.
    """
    legal: dict[tuple[str, str], set[int]] = {}
    closest: dict[tuple[str, str], set[int]] = defaultdict(set)
    for lane_id, minute, mode in c.sets.dispatches:
        closest[lane_id, mode].add(minute)
    for (consignment_id, lane_id), items in groups.items():
        mode = c.resolved.consignment[consignment_id].customs
        found: set[int] = set()
        for minutes in _ranges(c, items, feeder=feeder):
            found.update(_near(c, lane_id, mode, minutes, feeder=feeder))
            closest[lane_id, mode].add(c.modulo(minutes[-1] if feeder else minutes[0]))
        legal[consignment_id, lane_id] = found
    return {
        (consignment_id, lane_id): sorted(
            minute
            for minute in found
            if c.lane(lane_id).trucks_per_dispatch is not None
            or c.modulo(minute) in closest[lane_id, c.resolved.consignment[consignment_id].customs]
        )
        for (consignment_id, lane_id), found in legal.items()
    }


def _near(c: Columns, lane_id: str, mode: str, minutes: range, *, feeder: bool) -> Sequence[int]:
    """Of the dispatches for a flight those that a restricted model looks at."""
    most_min = None if c.sets.restriction is None else c.sets.restriction.most_wait_min
    if most_min is None:
        return minutes
    last = minutes[-1] if feeder else minutes[0]
    return [
        minute
        for minute in minutes
        if abs(minute - last) <= most_min or (lane_id, c.modulo(minute), mode) in c.sets.dispatches
    ]


def _ranges(c: Columns, items: Sequence[OnBoard], *, feeder: bool) -> list[range]:
    """The dispatches that suit each flight of a consignment; flights at the same time are one."""
    cargo = c.sets.cargo
    if feeder:
        by_minute = {x.carriage.off_block_min: x.carriage.offer for x in items}
        return [cargo.feeder_dispatches(offer, off) for off, offer in by_minute.items()]
    by_minute = {x.carriage.on_block_min: x.carriage.offer for x in items}
    return [cargo.delivery_dispatches(offer, on) for on, offer in by_minute.items()]
