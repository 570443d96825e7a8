"""The cargo that every rotation could take, found route by route."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from optimizer.domain.resolved import ResolvedBlock
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.rides import RideArrays, Rides
from optimizer.dual.timetable import Timings
from optimizer.dual.transit import Kinds
from optimizer.dual.waits import Waits
from optimizer.network import CargoIndex, Offer
from optimizer.plan.costing import carriage_pico_per_g


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """Cargo of all rotations, then of bought capacity, in compressed rows: rotation, segment, item.

    An *item* is a kind of cargo (`Kinds`) on one part (segment) of one rotation, with the truck
    rides that are in time. Items of the same kind, rides and wait are priced alike, so what prices
    change of an item's worth is that of its *class*.

    Attributes:
        segments: By rotation, its first segment (and one more entry at the end).
        first_leg: By segment, counted from the rotation's first leg.
        last_leg: By segment, inclusive.
        items: By segment, its first item (and one more entry).
        cls: By item, its class.
        margin_usd_per_kg: By item: freight and surcharges less handling, carriage (K1, K13, R4) and
            storage since minute 0 (or since ready, without a truck), before trucks.
        consignment, feeder, delivery: By class: kind of cargo, and options of rides.
        wait: By class, how long it waits where stock has a price (C10; `Waits`).
        change: By class, how long it does where it comes in to change aircraft.
    """

    segments: Ints
    first_leg: Ints
    last_leg: Ints
    items: Ints
    cls: Ints
    margin_usd_per_kg: Floats
    consignment: Ints
    feeder: Ints
    delivery: Ints
    wait: Ints
    change: Ints


@dataclass(frozen=True, slots=True)
class RouteItems:
    """Items of one route, as they are found: an entry for each offer and week.

    Attributes:
        timings: Of the route.
        segments: First and last leg of each part on which there is cargo.
    """

    timings: int
    segments: list[tuple[int, int]]
    timing: list[Ints]
    segment: list[int]
    cls: list[Ints]
    margin_usd_per_kg: list[Floats]

    def joined(self) -> tuple[Ints, Floats, Ints]:
        """Class, margin and (timing, segment) row of every item."""
        counts = [len(x) for x in self.timing]
        segment = np.repeat(np.array(self.segment, dtype=np.int64), counts)
        margin = np.concatenate([np.zeros(0), *self.margin_usd_per_kg])
        return stack(self.cls), margin, stack(self.timing) * len(self.segments) + segment


class ItemFinder:
    """Finds the items of routes; numbers their classes.

    Attributes:
        rides: Collects truck rides on the way.
    """

    def __init__(self, index: CargoIndex, kinds: Kinds, waits: Waits) -> None:
        self._resolved = resolved = index.resolved
        self._index = index
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else 0
        self._kinds = kinds
        self._waits = waits
        self._classes: list[tuple[int, int, int, int, int]] = []
        self._classes_by: dict[tuple[int, int, int], dict[int, int]] = {}
        self.rides = Rides(self._index, waits)

    def of_route(self, timings: Timings) -> RouteItems:
        """Items of all timings of a route."""
        route = timings.route
        found = RouteItems(timings.count, [], [], [], [], [])
        points = [0] + [i + 1 for i, stop in enumerate(route.stops) if stop == "full"]
        for i, j in combinations(points, 2):
            pair = route.airports[i], route.airports[j]
            if not self._index.may_carry(route.operator, *pair):
                continue
            offers = [
                o
                for o in self._index.all_offers(*pair)
                if self._index.takes(route.operator, route.type, o.consignment)
            ]
            if not offers:
                continue
            carried = route.airports[i : j + 1]
            cost = carriage_pico_per_g(self._resolved, route.operator, route.type, carried) * 1e-9
            for timing, cls, margin in self._carried(
                offers, timings.off_min[:, i].copy(), timings.on_min[:, j - 1].copy()
            ):
                found.timing.append(timing)
                found.segment.append(len(found.segments))
                found.cls.append(cls)
                found.margin_usd_per_kg.append(margin - cost)
            found.segments.append((i, j - 1))
        return found

    def of_block(self, block: ResolvedBlock) -> RouteItems:
        """Items of bought capacity (C18): one timing of one leg, the price taken off (K12)."""
        found = RouteItems(1, [(0, 0)], [], [], [], [])
        offers = [
            o
            for o in self._index.all_offers(block.origin, block.destination)
            if self._index.block_takes(block, o.consignment)
        ]
        off = np.array([block.off_block_min], dtype=np.int64)
        on = np.array([block.on_block_min], dtype=np.int64)
        for timing, cls, margin in self._carried(offers, off, on):
            found.timing.append(timing)
            found.segment.append(0)
            found.cls.append(cls)
            found.margin_usd_per_kg.append(margin - block.pico_per_g * 1e-9)
        return found

    def _carried(
        self, offers: Sequence[Offer], off_min: Ints, on_min: Ints
    ) -> Iterator[tuple[Ints, Ints, Floats]]:
        """Timings that suit offers, with class and margin less carriage, by offer and week."""
        cycle = self._cycle_min
        last_off, first_on = int(off_min.max()), int(on_min.min())
        for offer in offers:
            weeks = range(1)
            if cycle:
                soonest = -(-(offer.earliest_min - last_off) // cycle)
                weeks = range(soonest, (offer.latest_min - first_on) // cycle + 1)
            for week in weeks:
                off, on = off_min + week * cycle, on_min + week * cycle
                suits = (off >= offer.earliest_min) & (on <= offer.latest_min)
                timing = np.flatnonzero(suits)
                for kind, of_kind in self._kinds.of(offer, timing, off, on):
                    found = self._with_rides(offer, kind, of_kind, off[of_kind], on[of_kind])
                    if len(found[0]):
                        yield found

    def _with_rides(
        self, offer: Offer, kind: int, timing: Ints, off_min: Ints, on_min: Ints
    ) -> tuple[Ints, Ints, Floats]:
        """Classes and margins of timings in time; those that break the longest dwell fall out."""
        c, uplift = offer.consignment, offer.uplift.airport
        storage = 0.0
        if uplift in self._resolved.gateways and not c.sold:
            storage = self._resolved.airport[uplift].storage_pico_per_g_h * 1e-9 / 60
        feeder, fed = self.rides.feeders(offer, off_min, storage)
        delivery, delivered = self.rides.deliveries(offer, on_min)
        kept = fed & delivered
        if offer.transit is not None and offer.outbound:
            stored = np.full(len(off_min), offer.transit.connection_min, dtype=np.int64)
        else:
            if offer.uplift.lane is None and c.max_dwell_min is not None:
                kept &= off_min - c.ready_min <= c.max_dwell_min
            stored = off_min - (0 if offer.uplift.lane is not None else c.ready_min)
        margin = offer.margin_usd_per_kg - storage * stored.astype(np.float64)
        wait, change = self._waits.of(offer, off_min), self._waits.changing(offer, on_min)
        waits, cls = wait << 32 | change, np.empty(len(timing), dtype=np.int64)
        for both in np.unique(waits).tolist():
            alike = waits == both
            number = both >> 32, both & 0xFFFFFFFF
            cls[alike] = self._classes_of((kind, *number), feeder[alike], delivery[alike])
        return timing[kept], cls[kept], margin[kept]

    def _classes_of(self, waiting: tuple[int, int, int], feeder: Ints, delivery: Ints) -> Ints:
        """Classes of a kind with its waits."""
        pairs = (feeder << 32 | delivery).tolist()
        known = self._classes_by.setdefault(waiting, {})
        kind, wait, change = waiting
        new = set(pairs) - known.keys()
        for pair in sorted(new):
            known[pair] = len(self._classes)
            key = (kind, pair >> 32, pair & 0xFFFFFFFF, wait, change)
            self._classes.append(key)
        return np.array([known[pair] for pair in pairs], dtype=np.int64)

    def join(self, parts: Sequence[RouteItems], rides: RideArrays) -> Items:
        """Items of all routes, in the order of rotations.

        Those are left out that cost more than they earn and commitments can add, even if cargo and
        trucks are free: prices of both are never negative, so no plan is better off with them.
        """
        seg_count, first_leg, last_leg = [], [], []
        item_count, cls_all, margin_all = [], [], []
        classes = np.array(self._classes, dtype=np.int64).reshape(-1, 5)
        lift = self._kinds.worth_usd_per_kg
        credit = rides.best_credit_usd_per_kg()[classes[:, 1]]
        for part in parts:
            s = len(part.segments)
            seg_count.append(np.full(part.timings, s, dtype=np.int64))
            pairs = np.array(part.segments, dtype=np.int64).reshape(-1, 2)
            first_leg.append(np.tile(pairs[:, 0], part.timings))
            last_leg.append(np.tile(pairs[:, 1], part.timings))
            cls, margin, row = part.joined()
            pays = margin + credit[cls] + lift[classes[cls, 0]] > 0
            cls, margin, row = cls[pays], margin[pays], row[pays]
            order = np.argsort(row, kind="stable")
            cls_all.append(cls[order])
            margin_all.append(margin[order])
            item_count.append(np.bincount(row, minlength=part.timings * s))
        return Items(
            segments=offsets(stack(seg_count)),
            first_leg=stack(first_leg),
            last_leg=stack(last_leg),
            items=offsets(stack(item_count)),
            cls=stack(cls_all),
            margin_usd_per_kg=np.concatenate([np.zeros(0), *margin_all]),
            consignment=np.ascontiguousarray(classes[:, 0]),
            feeder=np.ascontiguousarray(classes[:, 1]),
            delivery=np.ascontiguousarray(classes[:, 2]),
            wait=np.ascontiguousarray(classes[:, 3]),
            change=np.ascontiguousarray(classes[:, 4]),
        )


def stack(arrays: Sequence[Ints]) -> Ints:
    """One after the other; there may be none."""
    return np.concatenate([np.zeros(0, dtype=np.int64), *arrays])


def offsets(counts: Ints) -> Ints:
    """Where each of so many entries begins, and where the last ends."""
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
