"""What a plan flies and carries, in the numbers of a catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from optimizer.dual import Relaxation
from optimizer.plan.plan import Flight
from optimizer.plan.rotation import Rotation

FlightKey: TypeAlias = tuple[int, int]
"""Pool and rotation, by their numbers."""


@dataclass
class Flown:
    """Flights, and the cargo that is best on them at prices of trucks.

    Attributes:
        times: How often each pool flies each rotation.
        kg: By rotation, what all its flights carry of its items.
        pool_usd: By pool, what its tails and flights earn, flying empty.
        trips_kg: By trip (`Ground`), what cargo has on trucks that are counted.
    """

    times: Counter[FlightKey]
    kg: dict[int, dict[int, float]] = field(default_factory=dict)
    pool_usd: dict[int, float] = field(default_factory=dict)
    trips_kg: dict[int, float] = field(default_factory=dict)

    def flights(self, relaxation: Relaxation) -> list[Flight]:
        """The flights as a plan has them."""
        pools, rotations = relaxation.resolved.pools, relaxation.catalogue.rotations
        return [
            Flight(f"X{number}", pools[k].id, "", rotations[r])
            for number, (k, r) in enumerate(self.times.elements())
        ]


def flown_by(relaxation: Relaxation, flights: Iterable[Flight]) -> Flown | None:
    """Flights by their numbers, without cargo; None if one is no rotation of the catalogue."""
    number = {pool.id: k for k, pool in enumerate(relaxation.resolved.pools)}
    times: Counter[FlightKey] = Counter()
    for flight in flights:
        r = next(_alike(relaxation, flight.rotation), None)
        if r is None:
            return None
        times[number[flight.pool], r] += 1
    return Flown(times)


def _alike(relaxation: Relaxation, rotation: Rotation) -> Iterator[int]:
    """Rotations of the catalogue that are the same."""
    catalogue = relaxation.catalogue
    for r in np.flatnonzero(catalogue.timetable.off_min == rotation.off_block_min).tolist():
        if catalogue.rotations[r] == rotation:
            yield r
