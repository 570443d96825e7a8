"""Every rotation of the universe with the cargo it could take, as arrays.

An *item* is a consignment on one part (segment) of one rotation, with the truck rides that are in
time. Items of a rotation that have the same consignment and rides are priced alike, so the dynamic
part of an item's worth is that of its *class*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.costs import RotationCosts
from optimizer.dual.rides import RideArrays, Rides, RunKey
from optimizer.network import CargoIndex, Offer, Route, Universe
from optimizer.plan.rotation import Rotation


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """Cargo of all rotations in compressed rows: rotation, segment, item.

    Attributes:
        segments: By rotation, its first segment (and one more entry at the end).
        first_leg: By segment, counted from the rotation's first leg.
        last_leg: By segment, inclusive.
        items: By segment, its first item (and one more entry).
        cls: By item, its class.
        margin_usd_per_kg: By item: freight and surcharges less handling, fuel and storage since
            minute 0 (or since ready, without a truck), before trucks.
        consignment, feeder, delivery: By class; the latter two are options of `rides`.
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


class Catalogue:
    """Rotations, their legs, costs and cargo.

    Attributes:
        rotations: Distinct rotations of all pools.
        pool_rotations: By pool id, indices of those its tails could fly (C14).
        legs: By rotation, its first leg (and one more entry); caps are by leg.
        cost_usd: By rotation: flying empty, without crew and maintenance.
        own_usd: By rotation: crew and maintenance, which ACMI pools do not pay.
        runs: Truck runs by key.
    """

    def __init__(self, resolved: ResolvedInstance) -> None:
        self.resolved = resolved
        self.universe = Universe(resolved)
        self.index = CargoIndex(resolved)
        self.cycle_min = resolved.period.length_min if resolved.period.cyclic else 0
        self.number = {c.id: i for i, c in enumerate(resolved.consignments)}
        self.weight_kg: Floats = np.array([c.weight_g * 1e-3 for c in resolved.consignments])
        self.density: Floats = np.array(
            [c.volume_cm3 / c.weight_g * 1e-3 for c in resolved.consignments]
        )
        self.rotations: list[Rotation] = []
        self.pool_rotations: dict[str, Ints] = {}
        self._rides = Rides(self.index)
        self._classes: dict[tuple[int, int, int], int] = {}
        self._build()

    @property
    def runs(self) -> dict[RunKey, int]:
        """Truck runs by key."""
        return self._rides.runs

    def _build(self) -> None:
        by_route: dict[Route, list[Rotation]] = {}
        place: dict[Rotation, tuple[Route, int]] = {}
        own: dict[str, list[Rotation]] = {}
        for pool in self.resolved.pools:
            own[pool.id] = self._of_pool(pool, by_route, place)
        costs = RotationCosts(self.resolved)
        first: dict[Route, int] = {}
        cost, own_usd, parts = [np.zeros(0)], [np.zeros(0)], []
        for route, timings in by_route.items():
            first[route] = len(self.rotations)
            self.rotations += timings
            off = np.array([[x.off_block_min for x in t.legs] for t in timings], dtype=np.int64)
            on = np.array([[x.on_block_min for x in t.legs] for t in timings], dtype=np.int64)
            cost.append(costs.usd(route, off, on))
            own_usd.append(np.full(len(timings), costs.own_usd(route)))
            parts.append(self._items_of(route, off, on))
        self.cost_usd: Floats = np.concatenate(cost)
        self.own_usd: Floats = np.concatenate(own_usd)
        for pool in self.resolved.pools:
            at = [first[place[x][0]] + place[x][1] for x in own[pool.id]]
            self.pool_rotations[pool.id] = np.array(at, dtype=np.int64)
        self._legs()
        self.rides: RideArrays = self._rides.arrays()
        self.items = self._join(parts)

    def _of_pool(
        self,
        pool: ResolvedPool,
        by_route: dict[Route, list[Rotation]],
        place: dict[Rotation, tuple[Route, int]],
    ) -> list[Rotation]:
        u = self.universe
        found: dict[Rotation, None] = {}
        routes = (*u.routes(pool), *u.opening_routes(pool), *u.closing_routes(pool))
        for route in routes:
            for start_min in u.starts(pool, route.airports[0]):
                for rotation in u.timings(pool, route, start_min):
                    if rotation not in place:
                        timings = by_route.setdefault(route, [])
                        place[rotation] = (route, len(timings))
                        timings.append(rotation)
                    found[rotation] = None
        return list(found)

    def _legs(self) -> None:
        counts = [len(x.legs) for x in self.rotations]
        self.legs: Ints = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        caps: dict[tuple[str, str, str, str], float] = {
            k: float(leg.cap_kg) for k, leg in self.resolved.leg.items()
        }
        self.cap_kg: Floats = np.array(
            [
                caps[x.operator, x.type, g.origin, g.destination]
                for x in self.rotations
                for g in x.legs
            ]
        )
        volume = {t.type: t.volume_cm3 * 1e-6 for t in self.resolved.types}
        self.volume_m3: Floats = np.array([volume[x.type] for x in self.rotations])

    def _items_of(self, route: Route, off: Ints, on: Ints) -> _Part:
        """Items of all timings of a route."""
        points = [0] + [i + 1 for i, stop in enumerate(route.stops) if stop == "full"]
        segments, timing, segment, cls, margin = [], [], [], [], []
        for i, j in combinations(points, 2):
            pair = route.airports[i], route.airports[j]
            if not self.index.may_carry(route.operator, *pair):
                continue
            offers = [
                o for o in self.index.offers(*pair) if route.operator in o.consignment.operators
            ]
            if not offers:
                continue
            fuel = self._fuel_usd_per_kg(route, i, j)
            for offer in offers:
                for t, c, m in self._carried(offer, off[:, i], on[:, j - 1]):
                    timing.append(t)
                    cls.append(c)
                    margin.append(m - fuel)
                    segment.append(np.full(len(t), len(segments), dtype=np.int64))
            segments.append((i, j - 1))
        return _Part(len(off), segments, timing, segment, cls, margin)

    def _fuel_usd_per_kg(self, route: Route, i: int, j: int) -> float:
        hops = zip(route.airports[i:j], route.airports[i + 1 : j + 1], strict=True)
        legs = (self.resolved.leg[route.operator, route.type, a, b] for a, b in hops)
        return sum(leg.fuel_pico_per_g for leg in legs) * 1e-9

    def _carried(self, offer: Offer, off: Ints, on: Ints) -> list[tuple[Ints, Ints, Floats]]:
        """Timings that suit an offer, with class and margin before fuel, by weeks later."""
        weeks = [0]
        if self.cycle_min:
            lowest = int((-(-(offer.earliest_min - off) // self.cycle_min)).min())
            highest = int(((offer.latest_min - on) // self.cycle_min).max())
            weeks = list(range(lowest, highest + 1))
        found = []
        for week in weeks:
            shift = week * self.cycle_min
            suits = (off + shift >= offer.earliest_min) & (on + shift <= offer.latest_min)
            timing = np.flatnonzero(suits)
            if len(timing):
                found.append(self._rides_of(offer, timing, off[timing] + shift, on[timing] + shift))
        return [x for x in found if len(x[0])]

    def _rides_of(
        self, offer: Offer, timing: Ints, off: Ints, on: Ints
    ) -> tuple[Ints, Ints, Floats]:
        """Classes and margins of timings in time; those that break the longest dwell fall out."""
        c, uplift = offer.consignment, offer.uplift.airport
        storage = 0.0
        if uplift in self.resolved.gateways:
            storage = self.resolved.airport[uplift].storage_pico_per_g_h * 1e-9 / 60
        kept = np.ones(len(timing), dtype=np.bool_)
        since = 0 if offer.uplift.lane is not None else c.ready_min
        if offer.uplift.lane is None and c.max_dwell_min is not None:
            kept = off - c.ready_min <= c.max_dwell_min
        feeder, fed = self._rides.feeders(offer, off, storage)
        delivery, delivered = self._rides.deliveries(offer, on)
        kept &= fed & delivered
        number = self.number[c.id]
        pairs, inverse = np.unique(feeder << 32 | delivery, return_inverse=True)
        ids = [
            self._classes.setdefault((number, x >> 32, x & 0xFFFFFFFF), len(self._classes))
            for x in pairs.tolist()
        ]
        cls = np.array(ids, dtype=np.int64)[inverse]
        margin = offer.margin_usd_per_kg - storage * (off - since)
        return timing[kept], cls[kept], margin[kept]

    def _join(self, parts: Sequence[_Part]) -> Items:
        """All parts in compressed rows; items that can never pay are left out."""
        seg_count, first_leg, last_leg = [], [], []
        item_count, cls_all, margin_all = [], [], []
        classes = np.array(list(self._classes) or [(0, 0, 0)], dtype=np.int64)
        gain = self._best_credit()
        for part in parts:
            s = len(part.segments)
            seg_count.append(np.full(part.timings, s, dtype=np.int64))
            pairs = np.array(part.segments, dtype=np.int64).reshape(-1, 2)
            first_leg.append(np.tile(pairs[:, 0], part.timings))
            last_leg.append(np.tile(pairs[:, 1], part.timings))
            cls, margin, row = part.joined()
            pays = margin + gain[classes[cls, 1]] > 0 if len(cls) else np.zeros(0, dtype=np.bool_)
            cls, margin, row = cls[pays], margin[pays], row[pays]
            order = np.argsort(row, kind="stable")
            cls_all.append(cls[order])
            margin_all.append(margin[order])
            item_count.append(np.bincount(row, minlength=part.timings * s))
        return Items(
            segments=_offsets(seg_count),
            first_leg=_stack(first_leg),
            last_leg=_stack(last_leg),
            items=_offsets(item_count),
            cls=_stack(cls_all),
            margin_usd_per_kg=np.concatenate([np.zeros(0), *margin_all]),
            consignment=np.ascontiguousarray(classes[:, 0]),
            feeder=np.ascontiguousarray(classes[:, 1]),
            delivery=np.ascontiguousarray(classes[:, 2]),
        )

    def _best_credit(self) -> Floats:
        """By option, the most storage that any of its dispatches saves."""
        r = self.rides
        best = np.zeros(len(r.first))
        for option in range(1, len(r.first)):
            span = slice(int(r.first[option]), int(r.first[option] + r.count[option]))
            best[option] = r.credit_usd_per_kg[span].max()
        return best


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Items of one route, as they are found."""

    timings: int
    segments: list[tuple[int, int]]
    timing: list[Ints]
    segment: list[Ints]
    cls: list[Ints]
    margin: list[Floats]

    def joined(self) -> tuple[Ints, Ints | Floats, Ints]:
        """Class, margin and (timing, segment) row of every item."""
        timing, segment = _stack(self.timing), _stack(self.segment)
        margin = np.concatenate([np.zeros(0), *self.margin])
        return _stack(self.cls), margin, timing * len(self.segments) + segment


def _stack(arrays: Sequence[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, dtype=np.int64), *arrays])


def _offsets(counts: Sequence[Ints]) -> Ints:
    return np.concatenate(([0], np.cumsum(_stack(counts)))).astype(np.int64)
