"""The best cargo for given rotations, as a linear programme (C4 to C6, C10, C12, C16).

    maximise   sum worth(i) x(i)
    subject to sum of x over a consignment       <= its weight
               sum of x on a leg                 <= its cap
               sum of volume on a leg            <= usable volume
               sum of ULD positions on a leg     <= those of a deck, or of both
               sum of x in a terminal's window   <= what it handles
               sum of x that waits at an instant <= room in the terminal
               x, and its volume, at a dispatch  <= trucks there, by payload and volume
               sum of trucks of a dispatch       <= trucks there are, on lanes with few
               sum of x over a commitment - more <= its least

over loads i = (offer, flight, segment[, dispatches]), in kg. A commitment adds to the worth of its
cargo (C19, K14), but only up to its least kg: `more` takes off what lies beyond. Of cargo tendered
for a published flight (C20) only what is on board of such flights counts. Of goods that are kept
apart (C16) each flight is open to some only (`optimizer.engine.apart`). There are two ways to count
trucks:

* open: trucks cost their price when full; only lanes with few trucks have rows;
* given: whole trucks are there and paid for; every lane has rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from optimizer.domain.resolved import ResolvedCommitment, ResolvedLane
from optimizer.engine.apart import ChosenGoods
from optimizer.engine.cargo_table import CargoTable, Floats, Ints, commitment_usd_per_kg
from optimizer.engine.handling import terminal_kg as all_terminal_kg
from optimizer.engine.kernel import LEAST_KG, possible_loads
from optimizer.engine.lines import Flown
from optimizer.engine.programme import Programme
from optimizer.engine.shipment import Loading, Shipment
from optimizer.engine.stock import StockRows, wait_of
from optimizer.network import Carriage, StockRoom

MOST_DISPATCHES = 8
"""Dispatches of a lane among which a load may choose, where few trucks leave."""
MOST_GIVEN = 4
"""The same where trucks are given."""

Entries = list[tuple[int, float]]
TruckKey = tuple[str, int, str]
"""Lane, dispatch (cyclic: modulo the week), customs mode."""


class LoadingProgramme:
    """Builds and solves the programme for some flights.

    Args:
        cargo: All offers.
        flights: What is flown.
        trucks: Whole trucks that are there and paid for; None to pay for what is used.
        available_kg: By consignment, what there is to load; None for all of it.
        terminal_kg: By window of a terminal, what it handles of these flights; None for all.
        stock: Room for waiting cargo that others leave; None for all.
        provided: What is on board of capacity sold (C18), whole; None to load it like other cargo.
    """

    def __init__(
        self,
        cargo: CargoTable,
        flights: Sequence[Flown],
        trucks: Mapping[TruckKey, int] | None = None,
        available_kg: Floats | None = None,
        terminal_kg: Floats | None = None,
        stock: StockRoom | None = None,
        provided: Sequence[Shipment] | None = None,
    ) -> None:
        self._cargo = cargo
        self._flights = flights
        self._given = trucks
        self._provided = provided
        supply = cargo.weight_kg if available_kg is None else available_kg
        self._supply = np.maximum(supply, 0.0)
        self._programme = Programme(self._supply.tolist())
        room_kg = all_terminal_kg(cargo) if terminal_kg is None else terminal_kg
        room_kg = room_kg - self._provided_kg(len(room_kg))
        self._terminal_rows = [self._programme.row(max(0.0, kg)) for kg in room_kg.tolist()]
        room = cargo.stock if stock is None else stock
        rotations = [flown.rotation for flown in flights]
        self._stock = StockRows(cargo, rotations, room, self._programme)
        self._committed = self._commitment_rows()
        self._tendered = {c.id: self._row_of(c.least_g / 1000, c) for c in cargo.tendered}
        self._rows: dict[TruckKey, tuple[int, int]] = {}
        self._dispatch_rows: dict[tuple[str, int], int] = {}
        self._shipments: list[Shipment] = []
        self._columns: list[int] = []
        self._goods = ChosenGoods(cargo, flights, self._supply)
        for number, flown in enumerate(flights):
            self._add_flight(number, flown)

    def solve(self, seconds: float) -> Loading | None:
        """The best loading; None if it takes longer than that."""
        solution = self._programme.solve(seconds, self._cargo.budget)
        if solution is None:
            return None
        x, price = solution
        loads = [
            Shipment(
                s.flight,
                s.offer,
                s.segment,
                s.weeks,
                float(x[column]),
                s.worth_usd_per_kg,
                s.feeder_min,
                s.delivery_min,
            )
            for s, column in zip(self._shipments, self._columns, strict=True)
            if x[column] > LEAST_KG
        ]
        return Loading([*(self._provided or ()), *loads], price[: len(self._cargo.weight_kg)])

    def _commitment_rows(self) -> dict[int, Entries]:
        """By consignment, rows of its commitments; what is carried elsewhere counts already."""
        cargo, found = self._cargo, dict[int, Entries]()
        for commitment in cargo.resolved.commitments:
            if commitment.flight is not None:
                continue
            members = [cargo.number[name] for name in commitment.consignments]
            elsewhere_kg = float((cargo.weight_kg[members] - self._supply[members]).sum())
            row = self._row_of(commitment.least_g / 1000 - elsewhere_kg, commitment)
            for member in members:
                found.setdefault(member, []).append((row, 1.0))
        return found

    def _row_of(self, least_kg: float, commitment: ResolvedCommitment) -> int:
        """A row of what a commitment adds to, and the column that takes off what lies beyond."""
        row = self._programme.row(max(0.0, least_kg))
        self._programme.column(-commitment_usd_per_kg(commitment), [(row, -1.0)])
        return row

    def _tendered_rows(self, flown: Flown) -> dict[int, Entries]:
        """By consignment, rows of what is tendered for a flight."""
        found: dict[int, Entries] = {}
        for commitment in self._cargo.tendered_on(flown.rotation):
            for name in commitment.consignments:
                entry = (self._tendered[commitment.id], 1.0)
                found.setdefault(self._cargo.number[name], []).append(entry)
        return found

    def _add_flight(self, number: int, flown: Flown) -> None:
        cargo, shape = self._cargo, flown.timed.shape
        off = flown.timed.off_min[flown.start]
        arrays, tendered = cargo.arrays_on(flown.rotation), self._tendered_rows(flown)
        rows, worths = possible_loads(arrays, shape, off, flown.timed.block_min, cargo.cycle_min)
        leg_rows = self._leg_rows(number, flown)
        chartered = self._chartered(number)
        density, positions = cargo.arrays.volume_m3_per_kg, cargo.arrays.positions_per_kg
        offered = self._supply[cargo.arrays.consignment[rows[:, 0]]] >= LEAST_KG
        rows, worths = rows[offered], worths[offered]
        if cargo.kept_apart:
            open_to = self._goods.open_to(flown, rows, worths)
            rows, worths = rows[open_to], worths[open_to]
        for (offer, segment, weeks), worth in zip(rows.tolist(), worths.tolist(), strict=True):
            consignment = int(cargo.arrays.consignment[offer])
            entries: Entries = [(consignment, 1.0), *self._committed.get(consignment, ())]
            entries += tendered.get(consignment, ())
            legs = flown.legs(segment)
            if not chartered.isdisjoint(legs) or self._is_settled(offer):
                continue
            for rows_on in sorted({leg_rows[leg] for leg in legs}):
                takes = (1.0, float(density[offer]), *positions[offer].tolist())
                entries += [(row, a) for row, a in zip(rows_on, takes, strict=True) if a]
            windows = cargo.terminals.windows(flown.rotation, legs[0], legs[-1])
            entries += [
                (self._terminal_rows[n], float(times)) for n, times in Counter(windows).items()
            ]
            load = Shipment(number, offer, segment, weeks, 0.0, worth)
            for way, trucks in self._ways(flown, load):
                self._shipments.append(way)
                self._columns.append(self._programme.column(way.worth_usd_per_kg, entries + trucks))

    def _is_settled(self, offer: int) -> bool:
        """Whether it is capacity sold of which it is settled what is provided."""
        return self._provided is not None and bool(self._cargo.offers[offer].consignment.sold)

    def _chartered(self, number: int) -> set[int]:
        """Legs of a flight on which there is nothing but a charter (C18)."""
        return {
            leg
            for s in self._provided or ()
            if s.flight == number and self._cargo.offers[s.offer].consignment.sold == "aircraft"
            for leg in self._flights[number].legs(s.segment)
        }

    def _provided_kg(self, windows: int) -> Floats:
        """What capacity sold takes of each window of a terminal."""
        taken = np.zeros(windows)
        for s in self._provided or ():
            flown = self._flights[s.flight]
            legs = flown.legs(s.segment)
            for n in self._cargo.terminals.windows(flown.rotation, legs[0], legs[-1]):
                taken[n] += s.kg
        return taken

    def _leg_rows(self, number: int, flown: Flown) -> list[tuple[int, ...]]:
        """Rows of weight, volume, positions by leg; legs of the same cargo share the tightest."""
        shape = flown.timed.shape
        groups: dict[tuple[int, ...], list[int]] = {}
        for leg in range(len(shape.cap_kg)):
            on_board = (shape.first_leg <= leg) & (leg <= shape.last_leg)
            groups.setdefault(tuple(np.flatnonzero(on_board).tolist()), []).append(leg)
        rows: list[tuple[int, ...]] = [()] * len(shape.cap_kg)
        for members in groups.values():
            sold = [
                s
                for s in self._provided or ()
                if s.flight == number and members[0] in flown.legs(s.segment)
            ]
            cap_kg = min(float(shape.cap_kg[leg]) for leg in members) - sum(s.kg for s in sold)
            arrays = self._cargo.arrays
            room_m3 = shape.volume_m3 - sum(s.kg * arrays.volume_m3_per_kg[s.offer] for s in sold)
            decks = shape.positions - sum(s.kg * arrays.positions_per_kg[s.offer] for s in sold)
            weight = self._programme.row(max(0.0, cap_kg))
            volume = self._programme.row(max(0.0, float(room_m3)))
            positions = [self._programme.row(max(0.0, room)) for room in decks.tolist()]
            for leg in members:
                rows[leg] = weight, volume, *positions
        return rows

    def _ways(self, flown: Flown, load: Shipment) -> Iterator[tuple[Shipment, Entries]]:
        """A load with each choice of dispatches that matters, and its entries in truck rows."""
        offer = self._cargo.offers[load.offer]
        worth = load.worth_usd_per_kg
        if self._given is not None:
            worth += float(self._cargo.truck_usd_per_kg[load.offer])
        at = carriage(self._cargo, flown, load.offer, load.segment, load.weeks)
        feeder, delivery = self._counted(offer.uplift.lane), self._counted(offer.discharge.lane)
        feeders: list[int | None] = [None]
        deliveries: list[int | None] = [None]
        latest = 0
        if feeder is not None:
            dispatches = self._cargo.index.feeder_dispatches(offer, at.off_block_min)
            latest = dispatches[-1] if dispatches else 0
            feeders = list(self._some(feeder, reversed(dispatches), offer.consignment.customs))
        if delivery is not None:
            onward = self._cargo.index.delivery_dispatches(offer, at.on_block_min)
            deliveries = list(self._some(delivery, iter(onward), offer.consignment.customs))
        storage = float(self._cargo.arrays.storage_usd_per_kg_min[load.offer])
        density = float(self._cargo.arrays.volume_m3_per_kg[load.offer])
        for first in feeders:
            early = storage * (latest - first) if first is not None else 0.0
            for last in deliveries:
                entries: Entries = []
                for lane, minute in ((feeder, first), (delivery, last)):
                    if lane is not None and minute is not None:
                        rows = self._truck_rows(lane, minute, offer.consignment.customs)
                        entries += [(rows[0], 1.0), (rows[1], density)]
                wait = wait_of(self._cargo, offer, at.off_block_min, first)
                if wait is not None:
                    entries += self._stock.entries(wait)
                way = Shipment(
                    load.flight, load.offer, load.segment, load.weeks, 0.0, worth - early, first,
                    last,
                )  # fmt: skip
                yield way, entries

    def _counted(self, lane_id: str | None) -> ResolvedLane | None:
        """The lane if its trucks have rows."""
        if lane_id is None:
            return None
        lane = self._cargo.resolved.lane[lane_id]
        return lane if self._given is not None or lane.trucks_per_dispatch is not None else None

    def _some(self, lane: ResolvedLane, dispatches: Iterator[int], customs: str) -> Iterator[int]:
        """The first few dispatches that have trucks."""
        found, most = 0, MOST_DISPATCHES if self._given is None else MOST_GIVEN
        for minute in dispatches:
            if self._given is None or self._given.get(self._key(lane, minute, customs), 0) > 0:
                yield minute
                found += 1
                if found == most:
                    return

    def _key(self, lane: ResolvedLane, minute: int, customs: str) -> TruckKey:
        return truck_key(self._cargo, lane.id, minute, customs)

    def _truck_rows(self, lane: ResolvedLane, minute: int, customs: str) -> tuple[int, int]:
        """Rows of weight and volume of a truck run."""
        key = self._key(lane, minute, customs)
        if key not in self._rows:
            payload_kg, volume_m3 = lane.payload_g / 1e3, lane.volume_cm3 / 1e6
            if self._given is not None:
                number = self._given[key]
                rows = (
                    self._programme.row(number * payload_kg),
                    self._programme.row(number * volume_m3),
                )
            else:
                rows = self._programme.row(0.0), self._programme.row(0.0)
                total = self._dispatch_row(lane, key[1])
                self._programme.column(
                    0.0, [(rows[0], -payload_kg), (rows[1], -volume_m3), (total, 1.0)]
                )
            self._rows[key] = rows
        return self._rows[key]

    def _dispatch_row(self, lane: ResolvedLane, minute: int) -> int:
        key = (lane.id, minute)
        if key not in self._dispatch_rows:
            self._dispatch_rows[key] = self._programme.row(float(lane.trucks_per_dispatch or 0))
        return self._dispatch_rows[key]


def truck_key(cargo: CargoTable, lane: str, minute: int, customs: str) -> TruckKey:
    """The truck run a dispatch is part of."""
    return lane, minute % cargo.cycle_min if cargo.cycle_min else minute, customs


def carriage(cargo: CargoTable, flown: Flown, offer: int, segment: int, weeks: int) -> Carriage:
    """A load of a flight as the network knows it."""
    first = int(flown.timed.shape.first_leg[segment])
    last = int(flown.timed.shape.last_leg[segment])
    shift = weeks * cargo.cycle_min
    legs = flown.rotation.legs
    return Carriage(
        cargo.offers[offer], first, last, weeks, legs[first].off_block_min + shift,
        legs[last].on_block_min + shift,
    )  # fmt: skip


def rows_of(
    flights: int, shipments: Sequence[Shipment]
) -> tuple[list[Ints], list[Floats], list[float]]:
    """By flight: rows of (offer, segment, weeks), their kilograms, and what they earn."""
    rows: list[dict[tuple[int, int, int], float]] = [{} for _ in range(flights)]
    usd = [0.0] * flights
    for s in shipments:
        key = (s.offer, s.segment, s.weeks)
        rows[s.flight][key] = rows[s.flight].get(key, 0.0) + s.kg
        usd[s.flight] += s.kg * s.worth_usd_per_kg
    loads = [np.array(list(r), dtype=np.int64).reshape(-1, 3) for r in rows]
    return loads, [np.array(list(r.values()), dtype=float) for r in rows], usd
