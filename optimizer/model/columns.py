"""The variables of the reference model, and how rows are written down."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from optimizer.domain.resolved import ResolvedLane, ResolvedTransit
from optimizer.model.programme import Programme, Terms, Variable
from optimizer.model.sets import Sets
from optimizer.network import Carriage
from optimizer.plan.trucks import TruckKey


@dataclass(frozen=True, slots=True)
class OnBoard:
    """Kilograms of one carriage on all flights of one rotation, or on bought capacity: variable z;
    see `Freight`.
    """

    rotation: int
    carriage: Carriage
    kg: Variable
    margin_usd_per_kg: float
    most_kg: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """Tails of a pool on the ground at a gateway over [start, end): a variable of the network."""

    airport: str
    start_min: int
    end_min: int
    tails: Variable


@dataclass(frozen=True, slots=True)
class HubStock:
    """Kilograms that wait at a gateway between flights, from one instant to the next (C21)."""

    transit: ResolvedTransit
    wait_min: int
    kg: Variable


@dataclass(frozen=True, slots=True)
class Side:
    """Which of two incompatible goods may be on board (C16): 1 for those of `one`."""

    chosen: Variable
    one: tuple[Variable, ...]
    other: tuple[Variable, ...]


class Columns:
    """All variables of a reference model; families of rows add to `programme`.

    Attributes:
        x: Flights by choice.
        z: Kilograms on board.
        offered_row: Row of C0, by consignment.
        committed_row: Row of C19 or C20, by commitment.
        short_kg: u, by commitment with a penalty.
        frozen_row: Row of C20, by published flight.
        missing: w, by published flight with a penalty.
        changes_row: Row of C20 that counts changes; None where they are not limited.
        tails_row: Row of C1 that counts tails, by pool.
        feeder_kg: f, by (consignment, lane) and absolute dispatch.
        delivery_kg: d, likewise.
        trucks: y, by truck run.
        ground: Waiting tails, by pool.
        lines: Tails that fly each listed line, by the first pool of its list.
        sold: Cargo that capacity sold takes, with v (C18).
        sides: Goods that are on board where they must be kept apart.
        hub_stock: Cargo that waits for its second flight.
        returned: Tails returned, by pool; only pools that may.
        paid_min: Block minutes paid to the lessor, by ACMI pool.
    """

    def __init__(self, sets: Sets) -> None:
        self.sets = sets
        self.resolved = sets.resolved
        self.relaxed = sets.relaxed
        self.programme = Programme()
        self.consignment_label = _labels(x.id for x in self.resolved.consignments)
        self.lane_label = _labels(x.id for x in self.resolved.lanes)
        self.pool_label = _labels(x.id for x in self.resolved.pools)
        self.mode_label = _labels(sorted({x.customs for x in self.resolved.consignments}))
        self.x: list[Variable] = [
            self.integer(f"x_{self.pool_label[choice.pool.id]}_{k}", choice.most, choice.least)
            for k, choice in enumerate(sets.choices)
        ]
        self.z: list[OnBoard] = [
            OnBoard(
                r,
                item.carriage,
                self.continuous(f"z_{r}_{i}_{self._cargo(item.carriage)}"),
                item.margin_usd_per_kg,
                item.most_kg,
            )
            for r in (*sets.choices_of, *sets.bought)
            for i, item in enumerate(sets.freight(r))
        ]
        self.offered_row: dict[str, int] = {}
        self.committed_row: dict[str, int] = {}
        self.short_kg: dict[str, Variable] = {}
        self.frozen_row: dict[str, int] = {}
        self.missing: dict[str, Variable] = {}
        self.changes_row: int | None = None
        self.tails_row: dict[str, int] = {}
        self.feeder_kg: dict[tuple[str, str], dict[int, Variable]] = {}
        self.delivery_kg: dict[tuple[str, str], dict[int, Variable]] = {}
        self.trucks: dict[TruckKey, Variable] = {}
        self.ground: dict[str, list[Waiting]] = defaultdict(list)
        self.lines: dict[str, list[Variable]] = {}
        self.sides: list[Side] = []
        self.hub_stock: list[HubStock] = []
        self.sold: list[tuple[OnBoard, Variable]] = []
        self.returned: dict[str, Variable] = {
            pool.id: self.integer(f"n_{self.pool_label[pool.id]}", pool.size)
            for pool in self.resolved.pools
            if pool.returnable
        }
        self.paid_min: dict[str, Variable] = {
            pool.id: self.continuous(f"b_{self.pool_label[pool.id]}")
            for pool in self.resolved.pools
            if pool.acmi
        }

    def _cargo(self, carriage: Carriage) -> str:
        return self.consignment_label[carriage.offer.consignment.id]

    @property
    def cycle_min(self) -> int | None:
        """Length of the week that repeats; None in a dated period."""
        period = self.resolved.period
        return period.length_min if period.cyclic else None

    def modulo(self, minute: int) -> int:
        """The minute as shared limits count it: in a cyclic period modulo the week."""
        return minute % self.cycle_min if self.cycle_min else minute

    def returns(self, pool_id: str, factor: float) -> list[tuple[Variable, float]]:
        """Returned tails of a pool, times a factor; no term if none may be returned."""
        return [(self.returned[pool_id], factor)] if pool_id in self.returned else []

    def flights(self, rotation: int, factor: float = 1.0) -> list[tuple[Variable, float]]:
        """Flights of a rotation by any pool, times a factor."""
        return [(self.x[k], factor) for k in self.sets.choices_of[rotation]]

    def by_lane(self, *, feeder: bool) -> dict[tuple[str, str], list[OnBoard]]:
        """Cargo on board by (consignment, lane) of its feeder or delivery."""
        groups: dict[tuple[str, str], list[OnBoard]] = defaultdict(list)
        for item in self.z:
            offer = item.carriage.offer
            lane = offer.uplift.lane if feeder else offer.discharge.lane
            if lane is not None:
                groups[offer.consignment.id, lane].append(item)
        return groups

    def labels(self, key: tuple[str, str]) -> str:
        """A name for what concerns a consignment and a lane."""
        return f"{self.consignment_label[key[0]]}_{self.lane_label[key[1]]}"

    def lane(self, lane_id: str) -> ResolvedLane:
        """A lane."""
        return self.resolved.lane[lane_id]

    def integer(self, name: str, most: float | None, least: float = 0.0) -> Variable:
        """A new variable of whole numbers, from 0 unless said otherwise."""
        return self.programme.variable(name, least, most, whole=True)

    def continuous(self, name: str, most: float | None = None) -> Variable:
        """A new variable of at least 0."""
        return self.programme.variable(name, 0.0, most)

    def at_most(self, name: str, terms: Terms, bound: float) -> int:
        """A row: terms <= bound."""
        return self.programme.row(name, terms, -inf, bound)

    def at_least(self, name: str, terms: Terms, bound: float) -> int:
        """A row: terms >= bound."""
        return self.programme.row(name, terms, bound, inf)

    def equal(self, name: str, terms: Terms, value: float) -> int:
        """A row: terms = value."""
        return self.programme.row(name, terms, value, value)


def _labels(ids: Iterable[str]) -> dict[str, str]:
    """Short names that every model file format takes: a number, and letters for the reader."""
    return {id_: f"{n}_{re.sub('[^A-Za-z0-9]', '_', id_)[:16]}" for n, id_ in enumerate(ids)}
