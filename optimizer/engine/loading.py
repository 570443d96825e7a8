"""The best cargo for given rotations, as a linear programme (C4, C5, C12).

    maximise   sum worth(i) x(i)
    subject to sum of x over a consignment       <= its weight
               sum of x on a leg                 <= its cap
               sum of volume on a leg            <= usable volume
               sum of trucks(m) at a dispatch    <= trucks there are, on lanes with few
               x, and its volume, at a dispatch  <= trucks(m) times payload, and volume

over loads i = (offer, flight, segment[, dispatches of lanes with few trucks]), in kg. Trucks cost
their price when full (it is in the worth); whole trucks are made afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from optimizer.domain.resolved import Access, ResolvedLane
from optimizer.engine.cargo_table import CargoTable, Floats, Ints
from optimizer.engine.kernel import LEAST_KG, possible_loads
from optimizer.engine.lines import Flown
from optimizer.network import Carriage

MOST_DISPATCHES = 8
"""Dispatches of a lane with few trucks among which a load may choose in the programme."""


@dataclass(frozen=True)
class Loading:
    """The best cargo of each flight, in the order given.

    Attributes:
        loads: By flight: rows of (offer, segment, weeks later).
        loads_kg: Kilograms of each row.
        cargo_usd: By flight.
        price_usd_per_kg: By consignment: what one more kg of it would earn.
    """

    loads: list[Ints]
    loads_kg: list[Floats]
    cargo_usd: list[float]
    price_usd_per_kg: Floats


@dataclass
class _Columns:
    """Columns of the programme under construction, with their entries."""

    flight: list[int] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    worth: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def add(self, flight: int, row: int, worth: float, entries: list[tuple[int, float]]) -> None:
        """Append a column."""
        self.flight.append(flight)
        self.row.append(row)
        self.worth.append(worth)
        self.index += [i for i, _ in entries]
        self.value += [v for _, v in entries]
        self.start.append(len(self.index))


class LoadingProgramme:
    """Builds and solves the programme for some flights."""

    def __init__(self, cargo: CargoTable, flights: Sequence[Flown]) -> None:
        self._cargo = cargo
        self._flights = flights
        self._upper: list[float] = cargo.weight_kg.tolist()
        self._columns = _Columns()
        self._trucks: dict[tuple[str, int, str], tuple[int, int]] = {}
        self._truck_columns: list[tuple[int, int, int, float, float]] = []
        self._dispatch_rows: dict[tuple[str, int], int] = {}
        self._loads: list[Ints] = []
        self._worths: list[Floats] = []
        for number, flown in enumerate(flights):
            self._add_flight(number, flown)

    def solve(self, seconds: float) -> Loading | None:
        """The best loading; None if it takes longer than that."""
        if not self._columns.worth:
            empty = [np.empty((0, 3), dtype=np.int64) for _ in self._flights]
            none = [np.empty(0) for _ in self._flights]
            return Loading(empty, none, [0.0] * len(empty), np.zeros(len(self._cargo.weight_kg)))
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("time_limit", max(seconds, 0.1))
        highs.passModel(self._model())
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = highs.getSolution()
        kg = np.array(solution.col_value)[: len(self._columns.worth)]
        price = np.array(solution.row_dual)[: len(self._cargo.weight_kg)]
        return self._unpack(np.maximum(kg, 0.0), np.maximum(price, 0.0))

    def _unpack(self, kg: Floats, price: Floats) -> Loading:
        total = [np.zeros(len(rows)) for rows in self._loads]
        for column in np.flatnonzero(kg > LEAST_KG).tolist():
            total[self._columns.flight[column]][self._columns.row[column]] += kg[column]
        loads, loads_kg, usd = [], [], []
        for rows, worth, amount in zip(self._loads, self._worths, total, strict=True):
            used = np.flatnonzero(amount > LEAST_KG)
            loads.append(rows[used])
            loads_kg.append(amount[used])
            usd.append(float(amount @ worth))
        return Loading(loads, loads_kg, usd, price)

    def _add_flight(self, number: int, flown: Flown) -> None:
        cargo, shape = self._cargo, flown.timed.shape
        off = flown.timed.off_min[flown.start]
        rows, worth = possible_loads(
            cargo.arrays, shape, off, flown.timed.block_min, cargo.cycle_min
        )
        self._loads.append(rows)
        self._worths.append(worth)
        weight_rows, volume_rows = self._leg_rows(flown)
        offers = rows[:, 0]
        density = cargo.arrays.volume_m3_per_kg[offers].tolist()
        consignments = cargo.arrays.consignment[offers].tolist()
        for i, (offer, segment, weeks) in enumerate(rows.tolist()):
            first, last = int(shape.first_leg[segment]), int(shape.last_leg[segment])
            entries = [(consignments[i], 1.0)]
            entries += [(r, 1.0) for r in sorted({weight_rows[x] for x in range(first, last + 1)})]
            entries += [
                (r, density[i]) for r in sorted({volume_rows[x] for x in range(first, last + 1)})
            ]
            for dispatches in self._dispatches(flown, offer, segment, weeks, density[i]):
                self._columns.add(number, i, float(worth[i]), entries + dispatches)

    def _leg_rows(self, flown: Flown) -> tuple[list[int], list[int]]:
        """Rows of weight and volume by leg; legs with the same cargo share the tightest."""
        shape = flown.timed.shape
        group: dict[tuple[int, ...], list[int]] = {}
        legs = len(shape.cap_kg)
        for leg in range(legs):
            on_board = (shape.first_leg <= leg) & (leg <= shape.last_leg)
            group.setdefault(tuple(np.flatnonzero(on_board).tolist()), []).append(leg)
        weight, volume = [0] * legs, [0] * legs
        for members in group.values():
            rows = self._row(min(float(shape.cap_kg[x]) for x in members))
            rows_m3 = self._row(shape.volume_m3)
            for leg in members:
                weight[leg], volume[leg] = rows, rows_m3
        return weight, volume

    def _row(self, upper: float) -> int:
        self._upper.append(upper)
        return len(self._upper) - 1

    def _dispatches(
        self, flown: Flown, offer: int, segment: int, weeks: int, density: float
    ) -> list[list[tuple[int, float]]]:
        """Entries in truck rows, for each choice of dispatches on lanes with few trucks."""
        index = self._cargo.index
        stated = self._cargo.offers[offer]
        ways: list[list[tuple[int, float]]] = [[]]
        for access, feeder in ((stated.uplift, True), (stated.discharge, False)):
            lane = self._limited(access)
            if lane is None:
                continue
            at = carriage(self._cargo, flown, offer, segment, weeks)
            minutes = (
                list(index.feeder_dispatches(stated, at.off_block_min))[-MOST_DISPATCHES:]
                if feeder
                else list(index.delivery_dispatches(stated, at.on_block_min))[:MOST_DISPATCHES]
            )
            customs = stated.consignment.customs
            ways = [
                [*way, *self._truck_entries(lane, minute, customs, density)]
                for way in ways
                for minute in minutes
            ]
        return ways

    def _limited(self, access: Access) -> ResolvedLane | None:
        if access.lane is None:
            return None
        lane = self._cargo.resolved.lane[access.lane]
        return lane if lane.trucks_per_dispatch is not None else None

    def _truck_entries(
        self, lane: ResolvedLane, minute: int, customs: str, density: float
    ) -> list[tuple[int, float]]:
        if self._cargo.cycle_min:
            minute %= self._cargo.cycle_min
        key = (lane.id, minute, customs)
        if key not in self._trucks:
            if (lane.id, minute) not in self._dispatch_rows:
                self._dispatch_rows[lane.id, minute] = self._row(float(lane.trucks_per_dispatch or 0))
            rows = self._row(0.0), self._row(0.0)
            self._trucks[key] = rows
            self._truck_columns.append(
                (*rows, self._dispatch_rows[lane.id, minute], lane.payload_g / 1e3,
                 lane.volume_cm3 / 1e6)
            )  # fmt: skip
        weight, volume = self._trucks[key]
        return [(weight, 1.0), (volume, density)]

    def _model(self) -> highspy.HighsLp:
        columns = self._columns
        start, index, value = list(columns.start), list(columns.index), list(columns.value)
        for weight, volume, total, payload_kg, volume_m3 in self._truck_columns:
            index += [weight, volume, total]
            value += [-payload_kg, -volume_m3, 1.0]
            start.append(len(index))
        number = len(columns.worth) + len(self._truck_columns)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = number, len(self._upper)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = np.array(columns.worth + [0.0] * len(self._truck_columns))
        lp.col_lower_ = np.zeros(number)
        lp.col_upper_ = np.full(number, highspy.kHighsInf)
        lp.row_lower_ = np.full(len(self._upper), -highspy.kHighsInf)
        lp.row_upper_ = np.array(self._upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.array(start, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(index, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(value, dtype=float)
        return lp


def carriage(
    cargo: CargoTable, flown: Flown, offer: int, segment: int, weeks: int
) -> Carriage:
    """A load of a flight as the network knows it."""
    first = int(flown.timed.shape.first_leg[segment])
    last = int(flown.timed.shape.last_leg[segment])
    shift = weeks * cargo.cycle_min
    legs = flown.rotation.legs
    return Carriage(
        cargo.offers[offer], first, last, weeks, legs[first].off_block_min + shift,
        legs[last].on_block_min + shift,
    )  # fmt: skip
