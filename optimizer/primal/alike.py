"""Which rotations may carry the same cargo, and what it earns.

Departures an hour apart mostly find the same consignments ready, and what a kilogram earns differs
by an hour's storage. Such rotations of a route share the cargo columns of a programme: one column
for a consignment on any of them, within the holds of all of them that are flown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from optimizer.dual import Bools, Floats, Ints, Point, Relaxation
from optimizer.primal.flown import FlightKey, Flown
from optimizer.primal.ground import Ground
from optimizer.primal.part import delivered_kg

Kind: TypeAlias = tuple[int, tuple[tuple[int, ...], ...]]
"""A route, and by item its segment of the route and its consignment; where it matters on the ground
when it comes and leaves, that too."""


class CargoWorth:
    """What items earn, trucks paid at a point's prices where they are many; which rotations are
    alike.

    Attributes:
        ground: What is limited on the ground.
        held: Whether limits that flights share keep their prices: no rows are written for them.
        paid_usd: By flight, what it pays at such prices beside what its cargo pays.
        usd_per_kg: By item, in USD per kg. Of cargo that changes aircraft (C21) all revenue is with
            what goes on from the gateway.

    Args:
        whole_trucks: Trucks are paid whole and elsewhere, and no item pays any.
    """

    held = False

    def __init__(self, relaxation: Relaxation, point: Point, *, whole_trucks: bool = False) -> None:
        self._relaxation = relaxation
        self.whole_trucks = whole_trucks
        self.paid_usd: dict[FlightKey, float] = {}
        items, cargo = relaxation.catalogue.items, relaxation.cargo
        kinds = relaxation.catalogue.kinds
        self.ground = ground = Ground(relaxation, point.prices)
        promises = relaxation.promises
        promised_usd = kinds.delivered(-promises.cargo_usd(-promises.most_usd_per_kg))
        least_usd = ground.ride_usd
        if whole_trucks:
            saved_usd = relaxation.catalogue.rides.best_credit_usd_per_kg()
            self._whole = _with_whole_trucks(relaxation, ground)
            least_usd = np.where(self._whole, -saved_usd, least_usd)
        ride_usd = np.where(ground.counted, 0.0, least_usd)
        rides_usd, cheapest_usd = (
            x[items.feeder] + x[items.delivery] for x in (ride_usd, least_usd)
        )
        self.usd_per_kg: Floats = cargo.margin_usd_per_kg - rides_usd[cargo.cls]
        most_usd = promised_usd + kinds.onward_usd_per_kg()
        self._may_earn = (
            cargo.margin_usd_per_kg + (most_usd[items.consignment] - cheapest_usd)[cargo.cls]
        )
        self._paying: dict[int, tuple[int, ...]] = {}
        self._kinds: dict[int, Kind] = {}

    def besides_usd(self, flown: Flown) -> float:
        """What a plan earns beside its cargo and its tails: trips, less what it does not keep of
        published flights (C20) and of promises (C19)."""
        lost_usd = self._relaxation.published.lost_usd(flown.times)
        lost_usd += self._relaxation.promises.short_usd(delivered_kg(self._relaxation, flown.kg))
        return self.ground.usd(flown.trips_kg) - lost_usd

    def paying(self, r: int) -> tuple[int, ...]:
        """Items of a rotation that may earn anything; of alike rotations in the same order."""
        if r not in self._paying:
            self._describe(r)
        return self._paying[r]

    def alike(self, rotations: Iterable[int]) -> list[list[int]]:
        """Rotations in groups that may carry the same cargo."""
        groups: dict[Kind, list[int]] = defaultdict(list)
        for r in rotations:
            if r not in self._kinds:
                self._describe(r)
            groups[self._kinds[r]].append(r)
        return list(groups.values())

    def _on_ground(self, cls: int) -> tuple[int, ...]:
        """What alike items of a consignment have in common there."""
        if self.ground.matters(cls):
            return (cls,)
        if not self.whole_trucks:
            return ()
        rides = self._relaxation.catalogue.rides
        return tuple(int(rides.ride[option]) for option in self.whole_truck_options(cls))

    def whole_truck_options(self, cls: int) -> list[int]:
        """Options of a class whose trucks are paid whole and elsewhere, if any are."""
        items = self._relaxation.catalogue.items
        both = int(items.feeder[cls]), int(items.delivery[cls])
        return [option for option in both if self._whole[option]]

    def _describe(self, r: int) -> None:
        catalogue, cargo = self._relaxation.catalogue, self._relaxation.cargo
        first = int(cargo.segments[r])
        items: list[int] = []
        places: list[tuple[int, ...]] = []
        for s in range(first, int(cargo.segments[r + 1])):
            for item in range(int(cargo.items[s]), int(cargo.items[s + 1])):
                if self._may_earn[item] > 0.0:
                    items.append(item)
                    cls = int(cargo.cls[item])
                    consignment = int(catalogue.items.consignment[cls])
                    places.append((s - first, consignment, *self._on_ground(cls)))
            if self._relaxation.terminals.number:
                places.append((s - first, *self._relaxation.terminals.used_by(s)))
        route_of = catalogue.timetable.route_of
        route = int(route_of[r]) if r < len(route_of) else -r  # bought capacity is like no other
        self._paying[r] = tuple(items)
        self._kinds[r] = route, tuple(places)


class HeldWorth(CargoWorth):
    """What items earn where all that cargo pays stays at the prices of a point, but the supply of
    some: of a cluster, whose limits are shared with others.

    Args:
        own: Consignments whose supply, and residual capacity inequalities, are rows.
    """

    held = True

    def __init__(self, relaxation: Relaxation, point: Point, own: Ints) -> None:
        super().__init__(relaxation, point)
        self.ground.limited = False
        prices, cargo = point.prices, relaxation.cargo
        supply = prices.supply.copy()
        supply[own] = 0.0
        free = np.zeros(relaxation.residuals.number)
        class_usd, _ = relaxation.class_usd(replace(prices, supply=supply, residual=free))
        segment = np.repeat(np.arange(len(cargo.items) - 1), np.diff(cargo.items))
        segment_usd = relaxation.terminals.segment_usd(prices.handling)
        self.usd_per_kg = cargo.margin_usd_per_kg - class_usd[cargo.cls] - segment_usd[segment]
        self._may_earn = self.usd_per_kg
        for keys, usd in zip(relaxation.published.keys, prices.published.tolist(), strict=True):
            for key in keys:
                self.paid_usd[key] = self.paid_usd.get(key, 0.0) + usd

    def _on_ground(self, cls: int) -> tuple[int, ...]:
        """When it comes is in its price; what it earns is that of the best of alike rotations."""
        return (cls,) if self._relaxation.stock.matters(cls) else ()


def _with_whole_trucks(relaxation: Relaxation, ground: Ground) -> Bools:
    """By option, whether its trucks may be paid whole: where all that rides on a lane does so."""
    rides = relaxation.catalogue.rides
    lanes = {lane: n for n, lane in enumerate({lane for lane, _, _ in relaxation.catalogue.runs})}
    of_run = np.array([lanes[lane] for lane, _, _ in relaxation.catalogue.runs], dtype=np.int64)
    has = rides.count > 0
    lane = of_run[rides.run[rides.first[has]]]
    counted = np.zeros(len(lanes), dtype=np.bool_)
    counted[lane[ground.counted[has]]] = True
    whole = np.zeros(len(has), dtype=np.bool_)
    whole[has] = ~counted[lane]
    return whole
