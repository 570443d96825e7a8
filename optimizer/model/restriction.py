"""A part of all plans, small enough to be searched for its best one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from optimizer.network import Carriage
from optimizer.plan.rotation import Rotation
from optimizer.plan.trucks import TruckKey

FlightKey: TypeAlias = tuple[str, Rotation]
"""Id of a pool and what it flies."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Kilograms that stay where they are: on all flights of a rotation, and on their trucks."""

    rotation: Rotation
    carriage: Carriage
    feeder_dispatch_min: int | None
    delivery_dispatch_min: int | None
    kg: float


@dataclass(frozen=True, slots=True)
class LineList:
    """Lines of flying to choose from, whole: one for the tail of each of some pools.

    Attributes:
        pools: Ids of dated pools of one tail that differ in nothing but their names.
        lines: What a tail may fly from start to end; each keeps C1, C2 and C14 by itself.
    """

    pools: tuple[str, ...]
    lines: tuple[tuple[Rotation, ...], ...]


@dataclass(frozen=True)
class Restriction:
    """What a restricted model chooses from; it never has a plan that the full model has not.

    Attributes:
        only: Rotations that may be flown, by id of the pool.
        lines: Pools that choose from whole lines instead.
        flown: Flights that must be flown; what is not in `only` is flown just so often.
        consignments: Ids of those to assign; None for all.
        kept: Cargo that stays as it is, of any consignment.
        dispatches: Truck runs to look at even if the model would do without them.
        most_wait_min: How much earlier than the last truck for a departure (later than the first
            one after an arrival) others are looked at; None for any time.
        goods_differ: Whether flights of one rotation may differ in goods that are kept apart (C16),
            as in the full model; else they carry the same, which takes fewer variables.
    """

    only: Mapping[str, Collection[Rotation]]
    flown: Mapping[FlightKey, int] = field(default_factory=dict)
    consignments: frozenset[str] | None = None
    kept: tuple[Kept, ...] = ()
    dispatches: frozenset[TruckKey] = frozenset()
    most_wait_min: int | None = None
    lines: tuple[LineList, ...] = ()
    goods_differ: bool = False
