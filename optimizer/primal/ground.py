"""How cargo comes and waits where that is limited: trucks (C12), stock and terminals (C10).

Elsewhere a kilogram pays for its truck by a price, and that is all. Where few trucks leave a lane
at a time, or little may wait, it matters which dispatch it takes: a *trip* is what one consignment
has on one dispatch of one lane, and flights take what trips have brought, in turn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from optimizer.dual import Bools, Floats, Ints, Prices, Relaxation


class Ground:
    """The trips of an instance.

    Attributes:
        limited: Whether anything is limited on the ground.
        counted: By option of rides, whether it has trips; others have a price.
        ride_usd: By option, its cheapest dispatch (K10) less the storage that it saves (K11),
            without prices of limits.
        trip_of_entry: By entry of rides, its trip.
        ride, minute: By trip, the consignment, lane and end it belongs to, and its dispatch.
        run, few: By trip, its truck run, and whether few trucks leave there.
        density_m3_per_kg: By trip.
        stock_limit, stretch: By trip, the limit on stock where it arrives (-1: none), and when.
        usd_per_kg: By trip, the storage that it saves, less its price where trucks are many.

    Args:
        relaxation: What can be flown.
        prices: They divide a truck's price between weight and volume.
    """

    def __init__(self, relaxation: Relaxation, prices: Prices) -> None:
        rides, trucks = relaxation.catalogue.rides, relaxation.trucks
        self._relaxation = relaxation
        free = replace(prices, dispatch=np.zeros_like(prices.dispatch))
        per_kg, per_m3 = trucks.cargo_usd(free, ())
        self.ride_usd, _ = rides.cheapest(per_kg, per_m3, np.zeros(len(rides.run)))
        few = trucks.dispatch >= 0
        limited = few[rides.run] | (rides.stock_limit >= 0)
        self.counted: Bools = np.zeros(len(rides.first), dtype=np.bool_)
        has = rides.count > 0
        self.counted[has] = limited[rides.first[has]]
        option = np.repeat(np.arange(len(rides.first)), rides.count)
        pairs = np.stack((rides.ride[option], rides.minute), axis=1)
        _, first, trip = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
        self.trip_of_entry: Ints = trip.reshape(-1)
        self.ride: Ints = rides.ride[option][first]
        self.minute: Ints = rides.minute[first]
        self.run: Ints = rides.run[first]
        self.few: Bools = few[self.run]
        self.density_m3_per_kg: Floats = rides.density_m3_per_kg[option][first]
        self.stock_limit, self.stretch = rides.stock_limit[first], rides.stock_stretch[first]
        priced = per_kg[self.run] + self.density_m3_per_kg * per_m3[self.run]
        saved = rides.credit_usd_per_kg[first]
        self.usd_per_kg: Floats = saved - np.where(self.few, 0.0, priced)
        self.limited = bool(
            self.counted.any() or relaxation.terminals.number or relaxation.stock.number
        )

    def options(self, cls: int) -> list[int]:
        """The options of a class whose dispatches are counted."""
        items = self._relaxation.catalogue.items
        both = int(items.feeder[cls]), int(items.delivery[cls])
        return [option for option in both if self.counted[option]]

    def matters(self, cls: int) -> bool:
        """Whether it matters when cargo of a class comes and leaves."""
        return bool(self.options(cls)) or self._relaxation.stock.matters(cls)

    def is_fed(self, cls: int) -> bool:
        """Whether trips bring a class."""
        return bool(self.counted[self._relaxation.catalogue.items.feeder[cls]])

    def ride_of(self, option: int) -> int:
        """The ride of an option."""
        return int(self._relaxation.catalogue.rides.ride[option])

    def trips(self, option: int) -> list[int]:
        """The trips of an option, by dispatch."""
        rides = self._relaxation.catalogue.rides
        first, count = int(rides.first[option]), int(rides.count[option])
        found: list[int] = self.trip_of_entry[first : first + count].tolist()
        return found

    def usd(self, trips_kg: Mapping[int, float]) -> float:
        """What trips earn: the storage that they save, less their trucks, in fractions of one."""
        trucks = self._relaxation.trucks
        usd = sum(kg * float(self.usd_per_kg[t]) for t, kg in trips_kg.items())
        return usd - sum(
            self.trucks(run, load) * float(trucks.usd[run])
            for run, load in self.loads(trips_kg).items()
        )

    def loads(self, trips_kg: Mapping[int, float]) -> dict[int, Load]:
        """What trips put on runs of lanes with few trucks."""
        found: dict[int, Load] = defaultdict(Load)
        for t, kg in trips_kg.items():
            if self.few[t]:
                load = found[int(self.run[t])]
                load.kg += kg
                load.m3 += kg * float(self.density_m3_per_kg[t])
        return found

    def trucks(self, run: int, load: Load) -> float:
        """Trucks of a run that a load fills."""
        trucks = self._relaxation.trucks
        by_weight = load.kg / float(trucks.payload_kg[run])
        return max(by_weight, load.m3 / float(trucks.volume_m3[run]))


@dataclass(slots=True)
class Load:
    """What is on the trucks of a run."""

    kg: float = 0.0
    m3: float = 0.0
