"""Whole trucks: on which dispatch each load travels (K10, C12).

A truck that must leave anyway takes along what could leave later (for deliveries: earlier), as far
as it and the terminal (C10) have room and storage costs less than a truck. Where trucks are few,
the dearest cargo is served first and the rest stays behind.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from optimizer.domain.resolved import ResolvedLane
from optimizer.engine.cargo_table import CargoTable
from optimizer.engine.kernel import LEAST_KG
from optimizer.engine.lines import Flown
from optimizer.engine.loading import TruckKey, carriage, truck_key
from optimizer.engine.shipment import Shipment
from optimizer.engine.stock import wait_of

ROUNDING = 1e-7


@dataclass(slots=True)
class _Freight:
    """Part of a shipment that waits for a truck, between its first and last dispatch."""

    shipment: Shipment
    first_min: int
    last_min: int
    step_min: int
    shift_min: int
    kg: float
    density: float
    storage: float


class Hauler:
    """Chooses dispatches of shipments."""

    def __init__(self, cargo: CargoTable, flights: Sequence[Flown]) -> None:
        self._cargo = cargo
        self._flights = flights
        self._free: dict[tuple[str, int], int] = {}
        self._stock = cargo.stock

    def haul(self, shipments: Sequence[Shipment]) -> list[Shipment]:
        """The same shipments, perhaps in parts, with every dispatch chosen.

        Shipments for which there are no trucks are left out.
        """
        self._free.clear()
        self._stock = self._cargo.stock.copy()
        for s in shipments if self._stock else ():
            offer = self._cargo.offers[s.offer]
            at = carriage(self._cargo, self._flights[s.flight], s.offer, s.segment, s.weeks)
            wait = wait_of(self._cargo, offer, at.off_block_min)
            if wait is not None:
                self._stock.take(*wait, round(1000 * s.kg))
        return self._choose(self._choose(shipments, feeder=True), feeder=False)

    def _choose(self, shipments: Sequence[Shipment], *, feeder: bool) -> list[Shipment]:
        groups: dict[tuple[str, str], list[_Freight]] = defaultdict(list)
        done: list[Shipment] = []
        for s in shipments:
            offer = self._cargo.offers[s.offer]
            access = offer.uplift if feeder else offer.discharge
            if access.lane is None:
                done.append(s)
            else:
                freight = self._freight(s, feeder=feeder)
                if freight is not None:
                    groups[access.lane, offer.consignment.customs].append(freight)
        for (lane_id, customs), freights in sorted(groups.items(), key=lambda x: x[0]):
            lane = self._cargo.resolved.lane[lane_id]
            sweep = self._serve_dearest if lane.trucks_per_dispatch is not None else self._sweep
            for freight, minute, kg in sweep(lane, customs, freights, feeder):
                minute += freight.shift_min
                field = "feeder_min" if feeder else "delivery_min"
                done.append(replace(freight.shipment, kg=kg, **{field: minute}))
        return done

    def _freight(self, s: Shipment, *, feeder: bool) -> _Freight | None:
        cargo = self._cargo
        offer = cargo.offers[s.offer]
        at = carriage(cargo, self._flights[s.flight], s.offer, s.segment, s.weeks)
        if feeder:
            dispatches = cargo.index.feeder_dispatches(offer, at.off_block_min)
        else:
            dispatches = cargo.index.delivery_dispatches(offer, at.on_block_min)
        if not dispatches:
            return None
        cycle = cargo.cycle_min
        anchor = dispatches[-1] if feeder else dispatches[0]
        shift = anchor - anchor % cycle if cycle else 0
        return _Freight(
            shipment=s,
            first_min=dispatches[0] - shift,
            last_min=dispatches[-1] - shift,
            step_min=dispatches.step,
            shift_min=shift,
            kg=s.kg,
            density=float(cargo.arrays.volume_m3_per_kg[s.offer]),
            storage=float(cargo.arrays.storage_usd_per_kg_min[s.offer]) if feeder else 0.0,
        )

    def _sweep(
        self, lane: ResolvedLane, customs: str, freights: list[_Freight], feeder: bool
    ) -> Iterator[tuple[_Freight, int, float]]:
        """Feeders by last dispatch, earliest first; deliveries by first dispatch, latest first."""
        sign = 1 if feeder else -1

        def deadline(f: _Freight) -> int:
            return f.last_min if feeder else -f.first_min

        def release(f: _Freight) -> int:
            return f.first_min if feeder else -f.last_min

        price = dict(lane.cost_micro)[customs] * 1e-6
        waiting = sorted(freights, key=deadline)
        payload_kg, volume_m3 = lane.payload_g / 1e3, lane.volume_cm3 / 1e6
        for at, due in enumerate(waiting):
            if due.kg < LEAST_KG:
                continue
            now = deadline(due)
            must = [f for f in waiting[at:] if deadline(f) == now and f.kg >= LEAST_KG]
            kg = sum(f.kg for f in must)
            m3 = sum(f.kg * f.density for f in must)
            trucks = math.ceil(max(kg / payload_kg, m3 / volume_m3) - ROUNDING)
            room_kg, room_m3 = trucks * payload_kg - kg, trucks * volume_m3 - m3
            for f in must:
                yield f, sign * now, f.kg
                f.kg = 0.0
            for f in waiting[at + 1 :]:
                if room_kg < LEAST_KG or room_m3 < 1e-6:
                    break
                if f.kg < LEAST_KG or release(f) > now:
                    continue
                share = max(1 / payload_kg, f.density / volume_m3) * price
                if f.storage * (deadline(f) - now) >= share:
                    continue
                part = min(f.kg, room_kg, room_m3 / f.density if f.density else math.inf)
                part = self._early_kg(lane, f, now, part) if feeder else part
                if part >= LEAST_KG:
                    yield f, sign * now, part
                    f.kg -= part
                    room_kg -= part
                    room_m3 -= part * f.density

    def _serve_dearest(
        self, lane: ResolvedLane, customs: str, freights: list[_Freight], feeder: bool
    ) -> Iterator[tuple[_Freight, int, float]]:
        """Dearest cargo first, on trucks with room, else on new ones while there are any."""
        room: dict[TruckKey, list[float]] = {}
        for f in sorted(freights, key=lambda f: -f.shipment.worth_usd_per_kg):
            minutes = range(f.first_min, f.last_min + 1, f.step_min)
            for opening in (False, True):
                for minute in reversed(minutes) if feeder else minutes:
                    if f.kg < LEAST_KG:
                        break
                    key = truck_key(self._cargo, lane.id, minute, customs)
                    left = room.setdefault(key, [0.0, 0.0])
                    if opening:
                        self._open(lane, key, f, left)
                    part = min(f.kg, left[0], left[1] / f.density if f.density else math.inf)
                    part = self._early_kg(lane, f, minute, part) if feeder else part
                    if part >= LEAST_KG:
                        yield f, minute, part
                        f.kg -= part
                        left[0] -= part
                        left[1] -= part * f.density

    def _early_kg(self, lane: ResolvedLane, f: _Freight, minute: int, kg: float) -> float:
        """How much of a freight may come earlier than by its last truck, and takes that room."""
        airport = lane.destination
        if minute >= f.last_min or not self._stock.limits(airport):
            return kg
        wait = airport, minute + lane.truck_min, f.last_min + lane.truck_min
        taken = max(0.0, min(kg, self._stock.room_g(*wait) * 1e-3))
        if taken >= LEAST_KG:
            self._stock.take(*wait, round(1000 * taken))
        return taken

    def _open(self, lane: ResolvedLane, key: TruckKey, f: _Freight, left: list[float]) -> None:
        """As many new trucks as the freight needs and there are."""
        payload_kg, volume_m3 = lane.payload_g / 1e3, lane.volume_cm3 / 1e6
        free = self._free.setdefault((key[0], key[1]), lane.trucks_per_dispatch or 0)
        over = max((f.kg - left[0]) / payload_kg, (f.kg * f.density - left[1]) / volume_m3)
        trucks = max(0, min(free, math.ceil(over - ROUNDING)))
        self._free[key[0], key[1]] = free - trucks
        left[0] += trucks * payload_kg
        left[1] += trucks * volume_m3


def trucks_needed(cargo: CargoTable, shipments: Sequence[Shipment]) -> dict[TruckKey, int]:
    """Whole trucks of each run that shipments take."""
    use: dict[TruckKey, list[float]] = {}
    for s in shipments:
        for key in runs_of(cargo, s):
            lane = cargo.resolved.lane[key[0]]
            load = use.setdefault(key, [0.0, 0.0])
            load[0] += s.kg * 1e3 / lane.payload_g
            load[1] += s.kg * float(cargo.arrays.volume_m3_per_kg[s.offer]) * 1e6 / lane.volume_cm3
    return {key: max(1, math.ceil(max(load) - ROUNDING)) for key, load in use.items()}


def runs_of(cargo: CargoTable, s: Shipment) -> Iterator[TruckKey]:
    """Truck runs of a shipment."""
    offer = cargo.offers[s.offer]
    rides = ((offer.uplift.lane, s.feeder_min), (offer.discharge.lane, s.delivery_min))
    for lane, minute in rides:
        if lane is not None and minute is not None:
            yield truck_key(cargo, lane, minute, offer.consignment.customs)


def trucks_usd(cargo: CargoTable, trucks: dict[TruckKey, int]) -> float:
    """What trucks cost (K10)."""
    lanes = cargo.resolved.lane
    return sum(
        number * dict(lanes[lane].cost_micro)[customs] * 1e-6
        for (lane, _, customs), number in trucks.items()
    )
