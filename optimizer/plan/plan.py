"""The plan: who flies what when, what is on board, which trucks run, what it earns."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from optimizer.plan.money import MoneyLine, total_micro
from optimizer.plan.rotation import Rotation

PLAN_VERSION = 1


@dataclass(frozen=True, slots=True)
class Flight:
    """A rotation that is flown: by a tail of a pool.

    In a cyclic period the tails of a pool swap from week to week and `tail` is empty, unless the
    pool has one tail.
    """

    id: str
    pool: str
    tail: str
    rotation: Rotation


@dataclass(frozen=True, slots=True)
class Truck:
    """The truck ride of a load: lane and absolute minute of dispatch."""

    lane: str
    dispatch_min: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A load's part of a flight: on board from leg `uplift_leg` to leg `discharge_leg`, inclusive.

    `weeks_later` counts how many periods after its base week the flight is meant (cyclic only): a
    consignment ready on Sunday may fly on next Monday's rotation. It is negative for a leg that
    falls into the week after its rotation's first departure and is meant one week earlier.
    """

    flight: str
    uplift_leg: int
    discharge_leg: int
    weeks_later: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """Grams of a consignment on one itinerary.

    Cargo that changes aircraft at a gateway (C21) has a segment for each of its two flights; if it
    is `abandoned` there, only the first.
    """

    consignment: str
    grams: int
    feeder: Truck | None
    segments: tuple[Segment, ...]
    delivery: Truck | None
    abandoned: bool = False


@dataclass(frozen=True, slots=True)
class TruckRun:
    """Whole trucks of one customs mode leaving at one dispatch (cyclic: modulo the week)."""

    lane: str
    dispatch_min: int
    customs: str
    trucks: int


@dataclass(frozen=True)
class Plan:
    """A whole plan; `money` adds up to its contribution.

    Attributes:
        instance: Name of the instance.
        resolved_digest: Digest of the resolved instance it was made for.
        flights: Rotations flown, in order of pool, tail and time.
        loads: What is carried.
        trucks: Truck runs paid for.
        returned: Tails of returnable ACMI offers that are returned.
        money: Every revenue and cost line.
    """

    instance: str
    resolved_digest: str
    flights: tuple[Flight, ...]
    loads: tuple[Load, ...]
    trucks: tuple[TruckRun, ...]
    returned: tuple[str, ...] = ()
    money: tuple[MoneyLine, ...] = field(default=())

    @cached_property
    def flight(self) -> dict[str, Flight]:
        """Flights by id."""
        return {f.id: f for f in self.flights}

    @property
    def contribution_micro(self) -> int:
        """Revenue minus cost, in micro-dollars."""
        return total_micro(self.money)

    @cached_property
    def carried_g(self) -> dict[str, int]:
        """Delivered grams by consignment, for those delivered at all."""
        carried: dict[str, int] = {}
        for load in self.loads:
            if load.abandoned:
                continue
            carried[load.consignment] = carried.get(load.consignment, 0) + load.grams
        return carried
