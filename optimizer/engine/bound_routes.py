"""Rotations as the bound sees them: the loosest times and least costs of all timings of a route."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from optimizer.domain.resolved import Access, ResolvedConsignment, ResolvedInstance
from optimizer.engine.bound_kernel import add_use, values
from optimizer.engine.candidates import TimedRoute, Timetable
from optimizer.engine.cargo_table import Bools, CargoArrays, CargoTable, Floats, Ints, Shape


@dataclass(frozen=True, slots=True, eq=False)
class RelaxedRoute:
    """A route from each first departure, in all its timings at once.

    Attributes:
        possible: First departures from which some timing may exist.
        early_on: By first departure and leg: no timing arrives earlier.
        late_off: By first departure and leg: no timing departs later.
        busy_min: No timing is back and turned round sooner.
        cost_usd: No timing costs less, crew and maintenance or ACMI hours aside.
        groups: By segment: the group of cargo it belongs to.
        group_leg: By group: the leg that limits it.
    """

    timed: TimedRoute
    possible: Bools
    early_on: Ints
    late_off: Ints
    busy_min: Ints
    cost_usd: Floats
    groups: Ints
    group_leg: Ints

    @property
    def shape(self) -> Shape:
        """Segments and caps of the route."""
        return self.timed.shape


def relax(timetable: Timetable, timed: TimedRoute) -> RelaxedRoute:
    """See a route as the bound does."""
    route, starts, block = timed.route, timed.starts_min, timed.block_min
    universe = timetable.resolved.universe
    off, waited = timetable.earliest(route, starts)
    last_on = off[:, -1] + block[-1]
    possible = (waited[:, 0] == 0) & (last_on - off[:, 0] <= universe.max_duration_min)
    late = off
    if timed.waits:
        unhindered = off - np.cumsum(waited, axis=1)
        late = unhindered + np.arange(len(block)) * universe.max_wait_min
        late = np.maximum(late, off)
    else:
        possible &= (waited <= universe.max_wait_min).all(axis=1)
    ready = timetable.resolved.ground_at[route.airports[-1], route.type].turnaround_min
    groups, group_leg = _groups(timed)
    return RelaxedRoute(
        timed=timed,
        possible=possible,
        early_on=off + block,
        late_off=late,
        busy_min=last_on + ready - off[:, 0],
        cost_usd=timetable.cost_usd(route, off, block, least=timed.waits),
        groups=groups,
        group_leg=group_leg,
    )


def _groups(timed: TimedRoute) -> tuple[Ints, Ints]:
    """Cargo lifted at the first airport, cargo discharged at the last, and any other by its leg."""
    last_leg = len(timed.block_min) - 1
    legs: dict[tuple[str, int], int] = {}
    groups = []
    for first, last in zip(
        timed.shape.first_leg.tolist(), timed.shape.last_leg.tolist(), strict=True
    ):
        if first == 0:
            key = ("out", 0)
        elif last == last_leg:
            key = ("home", last_leg)
        else:
            key = ("between", first)
        legs.setdefault(key, len(legs))
        groups.append(legs[key])
    return np.array(groups, dtype=np.int64), np.array([leg for _, leg in legs], dtype=np.int64)


class RelaxedCargo:
    """Offers with margins that no plan beats, and what they add up to on relaxed routes."""

    def __init__(self, cargo: CargoTable) -> None:
        self.weight_kg = cargo.weight_kg
        self._cycle_min = cargo.cycle_min
        truck = _least_truck_usd_per_kg(cargo)
        stated = np.array([o.margin_usd_per_kg for o in cargo.offers], dtype=float)
        storage = cargo.arrays.storage_usd_per_kg_min * cargo.arrays.export_min
        self.arrays: CargoArrays = cargo.arrays._replace(margin_usd_per_kg=stated - truck - storage)

    def best_margin(self) -> Floats:
        """By consignment: the best margin per kg of its offers, 0 without any."""
        best = np.zeros(len(self.weight_kg))
        np.maximum.at(best, self.arrays.consignment, self.arrays.margin_usd_per_kg)
        return best

    def all_usd(self) -> float:
        """Every consignment at its best margin."""
        return float(self.best_margin() @ self.weight_kg)

    def values(self, route: RelaxedRoute, prices: Floats) -> Floats:
        """The most a route's cargo earns from each first departure, after prices per kg."""
        return values(
            self.arrays, route.shape, route.groups, route.group_leg, route.late_off,
            route.early_on, route.possible, self.weight_kg, prices, self._cycle_min,
        )  # fmt: skip

    def add_use(
        self, route: RelaxedRoute, start: int, prices: Floats, times: float, use_kg: Floats
    ) -> None:
        """Add the cargo on which the value of one rotation rests."""
        add_use(
            self.arrays, route.shape, route.groups, route.group_leg, route.late_off[start],
            route.early_on[start], self.weight_kg, prices, self._cycle_min, times, use_kg,
        )  # fmt: skip


def _least_truck_usd_per_kg(cargo: CargoTable) -> Floats:
    """Less than whole trucks can cost per kg: by weight, or by volume, the same on a whole lane.

    Trucks of a run are at least its weight over their payload, and at least its volume over theirs;
    for each lane and mode the one that all its cargo would need more of is counted.
    """
    r = cargo.resolved
    by_weight: dict[tuple[str, str], float] = defaultdict(float)
    for c in r.consignments:
        for lane, mode in {(a.lane, c.customs) for a in (*c.uplifts, *c.discharges) if a.lane}:
            full_weight, full_volume = _trucks(r, lane, c)
            by_weight[lane, mode] += full_weight - full_volume
    rates = []
    for offer in cargo.offers:
        c, usd = offer.consignment, 0.0
        for access in (offer.uplift, offer.discharge):
            usd += _truck_usd(r, access, c, by_weight)
        rates.append(usd / (c.weight_g / 1000))
    return np.array(rates, dtype=float)


def _truck_usd(
    resolved: ResolvedInstance,
    access: Access,
    c: ResolvedConsignment,
    by_weight: dict[tuple[str, str], float],
) -> float:
    if access.lane is None:
        return 0.0
    price = dict(resolved.lane[access.lane].cost_micro)[c.customs] * 1e-6
    full_weight, full_volume = _trucks(resolved, access.lane, c)
    return price * (full_weight if by_weight[access.lane, c.customs] > 0 else full_volume)


def _trucks(
    resolved: ResolvedInstance, lane_id: str, c: ResolvedConsignment
) -> tuple[float, float]:
    """Trucks that a consignment fills, by weight and by volume."""
    lane = resolved.lane[lane_id]
    return c.weight_g / lane.payload_g, c.volume_cm3 / lane.volume_cm3
