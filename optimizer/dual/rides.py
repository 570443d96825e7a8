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

from optimizer.control import kernel
from optimizer.domain.resolved import Access, ResolvedConsignment, ResolvedInstance
from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.dual.waits import Waits
from optimizer.network import CargoIndex, Offer

RunKey = tuple[str, int, str]
"""Lane, dispatch (cyclic: modulo the week), customs mode."""

_NOTHING: Ints = np.zeros(0, dtype=np.int64)


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
        stock_limit: By entry, the limit on stock (C10) where it arrives; -1 if there is none.
        stock_stretch: By entry, when it arrives, as `Waits` tells it.
        ride: By option, the number of its consignment, lane and end; -1 for option 0.
        minute: By entry, the dispatch (absolute minutes).
    """

    first: Ints
    count: Ints
    run: Ints
    credit_usd_per_kg: Floats
    density_m3_per_kg: Floats
    stock_limit: Ints
    stock_stretch: Ints
    ride: Ints
    minute: Ints

    def best_credit_usd_per_kg(self) -> Floats:
        """By option, the most storage that any of its dispatches saves."""
        most = np.where(self.count > 0, -np.inf, 0.0)
        option = np.repeat(np.arange(len(self.first)), self.count)
        np.maximum.at(most, option, self.credit_usd_per_kg)
        return most

    def cheapest(
        self, run_usd_per_kg: Floats, run_usd_per_m3: Floats, stock_usd_per_kg: Floats
    ) -> tuple[Floats, Ints]:
        """The cheapest dispatch of every option at some prices of truck runs.

        Args:
            stock_usd_per_kg: By entry, what is saved in stock (C10), as storage is.

        Returns:
            By option, its price in USD per kg (0 for option 0), and which entry it is (-1).
        """
        usd, entry = np.empty(len(self.first)), np.empty(len(self.first), dtype=np.int64)
        _cheapest(
            self.first, self.count, self.run, self.credit_usd_per_kg + stock_usd_per_kg,
            self.density_m3_per_kg, run_usd_per_kg, run_usd_per_m3, usd, entry,
        )  # fmt: skip
        return usd, entry


@kernel
def _cheapest(
    first: Ints, count: Ints, run: Ints, credit: Floats, density: Floats, run_kg: Floats,
    run_m3: Floats, price: Floats, entry: Ints,
) -> None:  # fmt: skip
    for o in range(first.shape[0]):
        price[o], entry[o] = 0.0, -1
        least = np.inf
        for e in range(first[o], first[o] + count[o]):
            usd = run_kg[run[e]] + density[o] * run_m3[run[e]] - credit[e]
            if usd < least:
                least = usd
                price[o], entry[o] = usd, e


class Rides:
    """Collects options and truck runs while rotations are loaded.

    Option 0 is no truck at all.
    """

    def __init__(self, index: CargoIndex, waits: Waits) -> None:
        self._index = index
        self._waits = waits
        self._resolved: ResolvedInstance = index.resolved
        self.runs: dict[RunKey, int] = {}
        self._options: dict[tuple[str, str, bool, int, int], int] = {}
        self._known: dict[tuple[str, Access, Access, bool], tuple[int, Ints]] = {}
        self._entries: list[tuple[range, list[int], float, float, int, int]] = []
        self._rides: dict[tuple[str, str, bool], int] = {}
        self._ride_of: list[int] = [-1]

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
        key = (offer.consignment.id, offer.uplift, offer.discharge, storage is None)
        low, table = self._known.get(key, (0, _NOTHING))
        at = stretch - low
        if at.min() < 0 or at.max() >= len(table):
            low, table = self._known[key] = _widened(low, table, stretch)
            at = stretch - low
        found = table[at]
        unknown = found < 0
        if unknown.any():
            minute_of = dict(zip(at[unknown].tolist(), minutes[unknown].tolist(), strict=True))
            for place in sorted(minute_of):
                dispatches = dispatches_of(offer, minute_of[place])
                table[place] = 0
                if len(dispatches):
                    table[place] = self._option(offer.consignment, lane, dispatches, storage)
            found = table[at]
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
            limit = -1
            if storage is not None:  # it is a feeder
                limit = self._waits.limit(self._resolved.lane[lane_id].destination)
            entry = dispatches, runs, storage or 0.0, density, truck_min, limit
            self._entries.append(entry)
            ride = (c.id, lane_id, storage is None)
            self._ride_of.append(self._rides.setdefault(ride, len(self._rides)))
        return self._options[key]

    def arrays(self) -> RideArrays:
        """All options so far; option 0 has no entries."""
        count = [0] + [len(e[1]) for e in self._entries]
        credit = [
            storage * (minute + truck_min)
            for dispatches, _, storage, _, truck_min, _ in self._entries
            for minute in dispatches
        ]
        arrivals = [minute + e[4] for e in self._entries for minute in e[0]]
        limits = np.array([-1] + [e[5] for e in self._entries], dtype=np.int64)
        return RideArrays(
            first=np.concatenate(([0], np.cumsum(count)[:-1])).astype(np.int64),
            count=np.array(count, dtype=np.int64),
            run=np.array([r for e in self._entries for r in e[1]], dtype=np.int64),
            credit_usd_per_kg=np.array(credit, dtype=np.float64),
            density_m3_per_kg=np.array([0.0] + [e[3] for e in self._entries]),
            stock_limit=np.repeat(limits, count),
            stock_stretch=self._waits.stretch(np.array(arrivals, dtype=np.int64)),
            ride=np.array(self._ride_of, dtype=np.int64),
            minute=np.array([minute for e in self._entries for minute in e[0]], dtype=np.int64),
        )


def _widened(low: int, table: Ints, stretch: Ints) -> tuple[int, Ints]:
    """A table that begins at `low`, extended to hold entries for some stretches; -1 if unknown."""
    first, last = int(stretch.min()), int(stretch.max())
    if len(table):
        first, last = min(first, low), max(last, low + len(table) - 1)
    wider = np.full(last - first + 1, -1, dtype=np.int64)
    if len(table):
        wider[low - first : low - first + len(table)] = table
    return first, wider
