"""What flights are to carry, put on board before cargo is exchanged by linear programmes.

Those do not choose between goods that must be kept apart (C16): a flight keeps the goods that it
carries. MIPs of flights do choose, so what they chose goes on board first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from optimizer.dual import Relaxation
from optimizer.engine.schedule import Schedule
from optimizer.plan.rotation import Rotation
from optimizer.primal import Flown

Wanted: TypeAlias = Mapping[Rotation, Mapping[str, float]]
"""By rotation, the kilograms of consignments that each of its flights is to carry."""


def wanted_by(relaxation: Relaxation, flown: Flown) -> Wanted:
    """What a MIP of flights chose; without cargo that changes aircraft (C21)."""
    kinds, cargo = relaxation.catalogue.kinds, relaxation.cargo
    kind_of = relaxation.catalogue.items.consignment[cargo.cls]
    names = [c.id for c in relaxation.resolved.consignments]
    flights: dict[int, int] = defaultdict(int)
    for (_, r), times in flown.times.items():
        flights[r] += times
    found: dict[Rotation, dict[str, float]] = {}
    for r, times in flights.items():
        own: dict[str, float] = defaultdict(float)
        for item, kg in flown.kg.get(r, {}).items():
            if kinds.part_of(int(kind_of[item])) is None:
                own[names[int(kinds.consignment[kind_of[item]])]] += kg / times
        found[relaxation.catalogue.rotations[r]] = own
    return found


def load_wanted(schedule: Schedule, wanted: Wanted) -> None:
    """Put it on board as far as it fits, in place of what is there."""
    cargo = schedule.cargo
    for flown in list(schedule.flights):
        wanted_kg = np.zeros(len(cargo.weight_kg))
        for name, kg in wanted.get(flown.rotation, {}).items():
            if name in cargo.number:
                wanted_kg[cargo.number[name]] = kg
        schedule.remove(flown)
        schedule.add(schedule.filled(flown, wanted_kg))
