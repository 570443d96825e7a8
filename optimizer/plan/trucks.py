"""The whole trucks that loads take (C12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from math import ceil
from typing import TypeAlias

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Load, Truck, TruckRun

TruckKey: TypeAlias = tuple[str, int, str]
"""Lane, dispatch (cyclic: modulo the week) and customs mode of a truck run."""


def truck_key(resolved: ResolvedInstance, truck: Truck, customs: str) -> TruckKey:
    """The truck run that a ride is part of."""
    cycle_min = resolved.period.length_min if resolved.period.cyclic else None
    minute = truck.dispatch_min % cycle_min if cycle_min else truck.dispatch_min
    return truck.lane, minute, customs


def truck_runs(resolved: ResolvedInstance, loads: Iterable[Load]) -> tuple[TruckRun, ...]:
    """As many whole trucks as weight and volume take, exactly, run by run."""
    weight_g: dict[TruckKey, int] = defaultdict(int)
    volume_cm3: dict[TruckKey, Fraction] = defaultdict(Fraction)
    for load in loads:
        c = resolved.consignment[load.consignment]
        for truck in (load.feeder, load.delivery):
            if truck is not None:
                key = truck_key(resolved, truck, c.customs)
                weight_g[key] += load.grams
                volume_cm3[key] += Fraction(load.grams * c.volume_cm3, c.weight_g)
    runs = []
    for key in sorted(weight_g):
        lane = resolved.lane[key[0]]
        by_weight = -(-weight_g[key] // lane.payload_g)
        by_volume = ceil(volume_cm3[key] / lane.volume_cm3)
        runs.append(TruckRun(*key, max(by_weight, by_volume)))
    return tuple(runs)
