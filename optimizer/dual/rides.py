"""Truck rides as options: which dispatches of a lane a consignment can take (C11, K10, K11).

A kilogram that flies needs a feeder dispatch that is in time for its departure. Which of them it
takes is for the prices of truck runs to say, so all that matters is the set of dispatches: an
*option* is a consignment's run of consecutive dispatches of one lane.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd

import numpy as np

from optimizer.domain.resolved import Access, ResolvedConsignment, ResolvedInstance
from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.network import CargoIndex, Offer

RunKey = tuple[str, int, str]
"""Lane, dispatch (cyclic: modulo the week), customs mode."""


@dataclass(frozen=True, slots=True)
class RideArrays:
    """Options and truck runs, structure of arrays.

    Attributes:
        first: By option, its first entry in `run` and `credit_usd_per_kg`.
        count: By option, its number of dispatches.
        run: By entry: the truck run.
        credit_usd_per_kg: By entry: storage saved by arriving that late (K11), so that storage is
            counted from minute 0 to off-block and this taken off.
        density_m3_per_kg: By option.
    """

    first: Ints
    count: Ints
    run: Ints
    credit_usd_per_kg: Floats
    density_m3_per_kg: Floats


class Rides:
    """Collects options and truck runs while rotations are loaded.

    Option 0 is no truck at all.
    """

    def __init__(self, index: CargoIndex) -> None:
        self._index = index
        self._resolved: ResolvedInstance = index.resolved
        self.runs: dict[RunKey, int] = {}
        self._options: dict[tuple[str, str, bool, int, int], int] = {}
        self._known: dict[tuple[str, Access, Access], dict[tuple[bool, int], int]] = {}
        self._entries: list[tuple[range, list[int], float, float, int]] = []

    def feeders(
        self, offer: Offer, off_block_min: Ints, storage_usd_per_kg_min: float
    ) -> tuple[Ints, Bools]:
        """Options of all feeders in time for departures (absolute minutes), and which have any."""
        lane = offer.uplift.lane
        if lane is None:
            return np.zeros(len(off_block_min), dtype=np.int64), np.ones(len(off_block_min), bool)
        c = offer.consignment
        customs = self._resolved.customs_at[c.customs, offer.uplift.airport]
        truck_min = self._resolved.lane[lane].truck_min
        step = 1 if c.max_dwell_min is not None else self._every_min(lane)
        changes_at = self._resolved.lane[lane].dispatch_offset_min + truck_min + customs.export_min
        return self._options_of(
            (offer, lane, storage_usd_per_kg_min),
            (off_block_min - changes_at) // step,
            off_block_min,
            self._index.feeder_dispatches,
        )

    def deliveries(self, offer: Offer, on_block_min: Ints) -> tuple[Ints, Bools]:
        """Options of all deliveries in time after arrivals, and which have any."""
        lane = offer.discharge.lane
        if lane is None:
            return np.zeros(len(on_block_min), dtype=np.int64), np.ones(len(on_block_min), bool)
        c = offer.consignment
        customs = self._resolved.customs_at[c.customs, offer.discharge.airport]
        changes_at = self._resolved.lane[lane].dispatch_offset_min - customs.import_min
        return self._options_of(
            (offer, lane, None),
            -((changes_at - on_block_min) // self._every_min(lane)),
            on_block_min,
            self._index.delivery_dispatches,
        )

    def _every_min(self, lane: str) -> int:
        """Minutes between dispatches; in a cyclic period they recur every week."""
        every = self._resolved.lane[lane].dispatch_every_min
        period = self._resolved.period
        return gcd(every, period.length_min) if period.cyclic else every

    def _options_of(
        self,
        ride: tuple[Offer, str, float | None],
        stretch: Ints,
        minutes: Ints,
        dispatches_of: Callable[[Offer, int], range],
    ) -> tuple[Ints, Bools]:
        """Options by minute; minutes of one stretch have the same dispatches."""
        offer, lane, storage = ride
        known = self._known.setdefault((offer.consignment.id, offer.uplift, offer.discharge), {})
        low = int(stretch.min())
        table = np.full(int(stretch.max()) - low + 1, -1, dtype=np.int64)
        table[stretch - low] = np.arange(len(stretch))
        for at in np.flatnonzero(table >= 0).tolist():
            key = (storage is None, at + low)
            if key not in known:
                dispatches = dispatches_of(offer, int(minutes[table[at]]))
                known[key] = 0
                if len(dispatches):
                    known[key] = self._option(offer.consignment, lane, dispatches, storage)
            table[at] = known[key]
        found = table[stretch - low]
        return found, found > 0

    def _option(
        self, c: ResolvedConsignment, lane_id: str, dispatches: range, storage: float | None
    ) -> int:
        key = (c.id, lane_id, storage is None, dispatches[0], dispatches[-1])
        if key not in self._options:
            cycle = self._resolved.period.length_min if self._resolved.period.cyclic else 0
            runs = []
            for minute in dispatches:
                run = (lane_id, minute % cycle if cycle else minute, c.customs)
                runs.append(self.runs.setdefault(run, len(self.runs)))
            truck_min = self._resolved.lane[lane_id].truck_min
            self._options[key] = len(self._entries) + 1
            density = c.volume_cm3 / c.weight_g * 1e-3
            self._entries.append((dispatches, runs, storage or 0.0, density, truck_min))
        return self._options[key]

    def arrays(self) -> RideArrays:
        """All options so far; option 0 has no entries."""
        count = [0] + [len(runs) for _, runs, _, _, _ in self._entries]
        credit = [
            storage * (minute + truck_min)
            for dispatches, _, storage, _, truck_min in self._entries
            for minute in dispatches
        ]
        return RideArrays(
            first=np.concatenate(([0], np.cumsum(count)[:-1])).astype(np.int64),
            count=np.array(count, dtype=np.int64),
            run=np.array([r for _, runs, _, _, _ in self._entries for r in runs], dtype=np.int64),
            credit_usd_per_kg=np.array(credit, dtype=np.float64),
            density_m3_per_kg=np.array([0.0] + [e[3] for e in self._entries]),
        )
