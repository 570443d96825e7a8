"""Offers as arrays, grouped by pair of airports and sorted by worth, for the loading kernel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import combinations
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from optimizer.control import Budget
from optimizer.domain.resolved import (
    Access,
    ResolvedBlock,
    ResolvedCommitment,
    ResolvedConsignment,
    ResolvedInstance,
    ResolvedLane,
)
from optimizer.network import (
    Caps,
    CargoIndex,
    KeptApart,
    Offer,
    Positions,
    Route,
    StockRoom,
    Terminals,
)
from optimizer.network.positions import UNLIMITED, Milli
from optimizer.plan.costing import carriage_pico_per_g, dearest_support_usd_per_kg
from optimizer.plan.frozen import Published
from optimizer.plan.rotation import Rotation

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

TYPICAL_M3_PER_KG = 0.006
"""Hold volume of a freighter per kg of payload; weighs weight against volume when sorting."""
DUE_USD_PER_KG = 50.0
"""What cargo counts beyond its revenue where a commitment without a penalty is about it (C19)."""


class CargoArrays(NamedTuple):
    """Offers, structure of arrays; within a pair of airports the most worth comes first.

    Attributes:
        consignment: Index of the consignment.
        margin_usd_per_kg: Revenue less cargo handling, and less trucks at their price when full;
            what commitments add included.
        positions_per_kg: By offer and limit, ULD positions a kg takes (C6).
        size: Share of a typical hold that a kg takes, in kg.
        truck_min: Driving time of the feeder; -1 without one.
        dwell_min: Longest dwell; -1 for any.
        holds: By offer and goods that are kept apart from others, whether it holds them (C16).
        apart: Likewise, whether it must not be beside them.
        allowed: By offer and flyer, which is an operator with a type, or a block (C0, C16, C18).
    """

    consignment: Ints
    earliest_min: Ints
    latest_min: Ints
    margin_usd_per_kg: Floats
    volume_m3_per_kg: Floats
    positions_per_kg: Floats
    size: Floats
    storage_usd_per_kg_min: Floats
    ready_min: Ints
    export_min: Ints
    truck_min: Ints
    every_min: Ints
    offset_min: Ints
    dwell_min: Ints
    holds: Bools
    apart: Bools
    allowed: Bools


class Shape(NamedTuple):
    """What loading a route needs to know, whatever its times.

    A segment is a pair of full stops between which the operator may carry; `low` and `high` are
    its offers, and its carriage is fuel and carbon less support (K1, K13, R4). `positions` are
    those of the main deck, the lower deck and both (C6); none where they limit nothing.
    """

    flyer: int
    low: Ints
    high: Ints
    first_leg: Ints
    last_leg: Ints
    carriage_usd_per_kg: Floats
    cap_kg: Floats
    volume_m3: float
    positions: Floats


class CargoTable:
    """All offers of an instance that can earn anything, or be due by a commitment.

    Attributes:
        lift_usd_per_kg: By consignment, what commitments add to a kilogram; absent without any.
        tendered: Commitments that only flights of a published one can keep (C20).

    Args:
        index: Knows which consignment can be offered where.
        budget: Books the work of whatever prices or loads with this table.
    """

    def __init__(self, index: CargoIndex, budget: Budget | None = None) -> None:
        self.index = index
        self.budget = Budget() if budget is None else budget
        r = self.resolved = index.resolved
        self.terminals = Terminals(r)
        self._positions = Positions(r)
        self._caps = Caps(r)
        self.stock = StockRoom(r)
        self.kept_apart = KeptApart(r)
        self.cycle_min = r.period.length_min if r.period.cyclic else 0
        pairs = dict.fromkeys((leg.operator, leg.type) for leg in r.legs)
        self.flyers = {pair: i for i, pair in enumerate(pairs)}
        self._sellers = {block.id: i for i, block in enumerate(r.blocks, start=len(pairs))}
        self.number = {c.id: i for i, c in enumerate(r.consignments)}
        self.weight_kg: Floats = np.array([c.weight_g / 1000 for c in r.consignments], dtype=float)
        self.lift_usd_per_kg: dict[str, float] = {}
        self.tendered = [c for c in r.commitments if c.flight is not None]
        self._published = Published(r)
        self._tendered_for: dict[str, list[ResolvedCommitment]] = defaultdict(list)
        self._tendered_usd: dict[str, float] = defaultdict(float)
        for c in self.tendered:
            self._tendered_for[c.flight or ""].append(c)
            for name in c.consignments:
                self._tendered_usd[name] += commitment_usd_per_kg(c)
        for commitment in r.commitments:
            usd = commitment_usd_per_kg(commitment) if commitment.flight is None else 0.0
            for name in commitment.consignments:
                self.lift_usd_per_kg[name] = self.lift_usd_per_kg.get(name, 0.0) + usd
        self.offers: list[Offer] = []
        self.group: dict[tuple[str, str], tuple[int, int]] = {}
        for pair in self._pairs():
            self._add_group(pair)
        self.truck_usd_per_kg: Floats = np.array(
            [_truck_usd_per_kg(r, o) for o in self.offers], dtype=float
        )
        self.arrays = self._arrays()

    def arrays_on(self, rotation: Rotation) -> CargoArrays:
        """The offers as a flight sees them: what is tendered for it is worth more there (C20)."""
        wanted = self.tendered_on(rotation)
        if not wanted:
            return self.arrays
        lift = np.zeros(len(self.weight_kg))
        for commitment in wanted:
            for name in commitment.consignments:
                lift[self.number[name]] += commitment_usd_per_kg(commitment)
        margin = self.arrays.margin_usd_per_kg + lift[self.arrays.consignment]
        return self.arrays._replace(margin_usd_per_kg=margin)

    def tendered_on(self, rotation: Rotation) -> list[ResolvedCommitment]:
        """What is tendered for flights that depart like this one."""
        if not self.tendered:
            return []
        like = self._published.like(rotation)
        return [c for frozen in like for c in self._tendered_for[frozen.id]]

    def shape(self, route: Route) -> Shape:
        """Segments, caps and carriage of a route."""
        r = self.resolved
        points = [0] + [i + 1 for i, stop in enumerate(route.stops) if stop == "full"]
        rows = []
        for i, j in combinations(points, 2):
            pair = route.airports[i], route.airports[j]
            low, high = self.group.get(pair, (0, 0))
            if high > low and self.index.may_carry(route.operator, *pair):
                carried = route.airports[i : j + 1]
                cost = carriage_pico_per_g(r, route.operator, route.type, carried) * 1e-9
                rows.append((low, high, i, j - 1, cost))
        columns = list(zip(*rows, strict=True)) if rows else [()] * 5
        lows, highs, first, last = (np.array(c, dtype=np.int64) for c in columns[:4])
        return Shape(
            flyer=self.flyers[route.operator, route.type],
            low=lows,
            high=highs,
            first_leg=first,
            last_leg=last,
            carriage_usd_per_kg=np.array(columns[4], dtype=float),
            cap_kg=np.array(self._caps.of(route)),
            volume_m3=r.type[route.type].volume_cm3 * 1e-6,
            positions=self._room(self._positions.of_type(route.type)),
        )

    def block_shape(self, block: ResolvedBlock) -> Shape:
        """Bought capacity (C18) like a route of one leg; its price (K12) is that of carriage."""
        low, high = self.group.get((block.origin, block.destination), (0, 0))
        leg = np.zeros(1, dtype=np.int64)
        return Shape(
            flyer=self._sellers[block.id],
            low=np.array([low], dtype=np.int64),
            high=np.array([high], dtype=np.int64),
            first_leg=leg,
            last_leg=leg,
            carriage_usd_per_kg=np.array([block.pico_per_g * 1e-9]),
            cap_kg=np.array([block.weight_g * 1e-3]),
            volume_m3=block.volume_cm3 * 1e-6,
            positions=self._room(UNLIMITED),
        )

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = {
            (u.airport, d.airport)
            for c in self.resolved.consignments
            for u in c.uplifts
            for d in c.discharges
        }
        return sorted(pairs)

    def _add_group(self, pair: tuple[str, str]) -> None:
        offers = [o for o in self.index.offers(*pair) if self._can_travel(o)]
        worth = [self._worth(o) for o in offers]
        ordered = [o for _, o in sorted(zip(worth, offers, strict=True), key=lambda x: -x[0])]
        if ordered:
            self.group[pair] = (len(self.offers), len(self.offers) + len(ordered))
            self.offers += ordered

    def _margin_usd_per_kg(self, offer: Offer) -> float:
        """Revenue less handling, and what commitments add."""
        return offer.margin_usd_per_kg + self.lift_usd_per_kg.get(offer.consignment.id, 0.0)

    def _worth(self, offer: Offer) -> float:
        margin = self._margin_usd_per_kg(offer) - _truck_usd_per_kg(self.resolved, offer)
        return margin / _size(offer.consignment)

    def _can_travel(self, offer: Offer) -> bool:
        """Whether it earns anything and its lanes have trucks at all."""
        lanes = (_lane(self.resolved, offer.uplift), _lane(self.resolved, offer.discharge))
        support = dearest_support_usd_per_kg(
            self.resolved, offer.uplift.airport, offer.discharge.airport
        )
        margin = self._margin_usd_per_kg(offer) + support
        margin += self._tendered_usd.get(offer.consignment.id, 0.0)
        return margin > 0 and all(lane is None or lane.trucks_per_dispatch != 0 for lane in lanes)

    def _arrays(self) -> CargoArrays:
        r, offers = self.resolved, self.offers
        feeders = [_lane(r, o.uplift) for o in offers]
        customs = [r.customs_at[o.consignment.customs, o.uplift.airport] for o in offers]
        dwells = [o.consignment.max_dwell_min for o in offers]
        flyers = len(self.flyers) + len(self._sellers)
        allowed = np.zeros((len(offers), flyers), dtype=np.bool_)
        for i, offer in enumerate(offers):
            for (operator, type_), flyer in self.flyers.items():
                allowed[i, flyer] = self.index.takes(operator, type_, offer.consignment)
            for block in r.blocks:
                takes = self.index.block_takes(block, offer.consignment)
                allowed[i, self._sellers[block.id]] = takes
        return CargoArrays(
            consignment=_ints(self.number[o.consignment.id] for o in offers),
            earliest_min=_ints(o.earliest_min for o in offers),
            latest_min=_ints(o.latest_min for o in offers),
            margin_usd_per_kg=np.array([self._margin_usd_per_kg(o) for o in offers], dtype=float)
            - self.truck_usd_per_kg,
            volume_m3_per_kg=np.array([volume_m3_per_kg(o.consignment) for o in offers], float),
            positions_per_kg=self._positions_per_kg(),
            size=np.array([_size(o.consignment) for o in offers], dtype=float),
            storage_usd_per_kg_min=np.array([_storage(r, o) for o in offers], dtype=float),
            ready_min=_ints(o.consignment.ready_min for o in offers),
            export_min=_ints(m.export_min for m in customs),
            truck_min=_ints(-1 if x is None else x.truck_min for x in feeders),
            every_min=_ints(1 if x is None else x.dispatch_every_min for x in feeders),
            offset_min=_ints(0 if x is None else x.dispatch_offset_min for x in feeders),
            dwell_min=_ints(-1 if d is None else d for d in dwells),
            holds=self._goods(self.kept_apart.held),
            apart=self._goods(self.kept_apart.apart),
            allowed=allowed,
        )

    def _goods(self, of: Callable[[str], frozenset[int]]) -> Bools:
        """By offer and goods that are kept apart: whether a consignment is concerned."""
        found = np.zeros((len(self.offers), len(self.kept_apart.goods)), dtype=np.bool_)
        for i, offer in enumerate(self.offers):
            found[i, list(of(offer.consignment.id))] = True
        return found

    def _room(self, has: Milli) -> Floats:
        """Positions by limit; none at all where they limit nothing, so that it takes no time."""
        limits = has if self._positions.limited else ()
        return np.array([np.inf if x is None else x * 1e-3 for x in limits], dtype=float)

    def _positions_per_kg(self) -> Floats:
        if not self._positions.limited:
            return np.zeros((len(self.offers), 0))
        taken = [self._positions.per_kg(o.consignment) for o in self.offers]
        return np.array(taken, dtype=float).reshape(-1, 3)


def commitment_usd_per_kg(commitment: ResolvedCommitment) -> float:
    """What a kilogram of a commitment counts beyond its revenue until the least is delivered."""
    penalty = commitment.penalty_pico_per_g
    return DUE_USD_PER_KG if penalty is None else penalty * 1e-9


def volume_m3_per_kg(c: ResolvedConsignment) -> float:
    """Cubic metres that a kg of a consignment takes."""
    return c.volume_cm3 / c.weight_g * 1e-3


def _ints(values: object) -> Ints:
    return np.fromiter(values, dtype=np.int64)  # type: ignore[call-overload]


def _size(c: ResolvedConsignment) -> float:
    return 0.5 + 0.5 * volume_m3_per_kg(c) / TYPICAL_M3_PER_KG


def _lane(resolved: ResolvedInstance, access: Access) -> ResolvedLane | None:
    return None if access.lane is None else resolved.lane[access.lane]


def _truck_usd_per_kg(resolved: ResolvedInstance, offer: Offer) -> float:
    """Trucks of both ends per kg if every truck is full of this cargo (K10)."""
    c, usd = offer.consignment, 0.0
    for access in (offer.uplift, offer.discharge):
        lane = _lane(resolved, access)
        if lane is not None:
            share = max(1 / lane.payload_g, c.volume_cm3 / c.weight_g / lane.volume_cm3)
            usd += dict(lane.cost_micro)[c.customs] * 1e-3 * share
    return usd


def _storage(resolved: ResolvedInstance, offer: Offer) -> float:
    airport = offer.uplift.airport
    if airport not in resolved.gateways or offer.consignment.sold:
        return 0.0
    return resolved.airport[airport].storage_pico_per_g_h * 1e-9 / 60
