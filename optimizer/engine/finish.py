"""From a schedule to an exact plan: best cargo, whole trucks that pay, integer grams."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from optimizer.engine.cargo_table import CargoTable
from optimizer.engine.hauling import Hauler, runs_of, trucks_needed, trucks_usd
from optimizer.engine.kernel import LEAST_KG
from optimizer.engine.lines import PART_BOUGHT, Flown
from optimizer.engine.loading import (
    LoadingProgramme,
    TruckKey,
    carriage,
    rows_of,
)
from optimizer.engine.schedule import Schedule
from optimizer.engine.shipment import Loading, Shipment
from optimizer.engine.sold import doubtful, settled, worth_usd
from optimizer.model.assemble import Carried, assemble
from optimizer.plan.bought import draft_id
from optimizer.plan.costing import rank
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.rotation import BoughtRotation

REFILLS = 2
"""How often cargo is exchanged to fill the trucks that are paid for."""
LEAST_LOADING_S = 0.02
GROWTH = 2.0
"""How much longer the next programme may take than the last."""
DOUBTS_SHARE = 0.2
"""Share of the time for trying what is sold and may be worth less than what it displaces."""


def plan_of(schedule: Schedule, seconds: float) -> tuple[Plan, list[Shipment]]:
    """The best exact plan with the flights of a complete schedule, and its cargo.

    Shipments count the schedule's carriers.

    Args:
        seconds: For exchanging cargo by linear programmes: first with trucks at their price when
            full, then to fill the whole trucks that are paid for. None is begun that is not likely
            to end in time; without any, the schedule's own cargo is taken.
    """
    clock = schedule.cargo.budget
    end = clock.now_s + seconds
    flights = schedule.carriers
    hauled = _paying(schedule.cargo, flights, _own_cargo(schedule.cargo, flights), open_trucks=True)
    best, cargo = assembled(schedule, flights, hauled), hauled
    took_s = LEAST_LOADING_S
    trucks: dict[TruckKey, int] | None = None
    for _ in range(1 + REFILLS):
        if clock.now_s + took_s * GROWTH > end:
            break
        loading, took_s = _loaded(schedule, flights, trucks, end)
        if loading is None:
            break
        hauled = _paying(schedule.cargo, flights, loading.shipments, open_trucks=trucks is None)
        plan = assembled(schedule, flights, hauled)
        if rank(schedule.resolved, plan) > rank(schedule.resolved, best):
            best, cargo = plan, hauled
        elif trucks is not None:
            break
        trucks = trucks_needed(schedule.cargo, hauled)
    return best, cargo


def _loaded(
    schedule: Schedule, flights: Sequence[Flown], trucks: dict[TruckKey, int] | None, end: float
) -> tuple[Loading | None, float]:
    """The best cargo; what is sold whole or not at all (C18), and the best beside it.

    Returns:
        None if it is not found in time; and how long one programme takes.
    """
    cargo = schedule.cargo
    clock = cargo.budget
    began = clock.now_s
    loading = LoadingProgramme(cargo, flights, trucks).solve(end - began)
    took_s = clock.now_s - began
    provided = None if loading is None else settled(cargo, flights, loading.shipments)
    if loading is None or provided is None:
        return loading, took_s
    doubts_end = began + DOUBTS_SHARE * (end - began)
    best, without = loading, [None, *doubtful(cargo, provided, loading.shipments)]
    best_usd = -math.inf
    for left_out in without:
        if clock.now_s > doubts_end and best is not loading:
            break
        kept = [s for s in provided if s != left_out]
        programme = LoadingProgramme(cargo, flights, trucks, provided=kept)
        trial = programme.solve(max(LEAST_LOADING_S, end - clock.now_s))
        if trial is not None and worth_usd(cargo, trial) > best_usd:
            best, best_usd, provided = trial, worth_usd(cargo, trial), kept
    return best, took_s


def real_loads(schedule: Schedule, shipments: Sequence[Shipment]) -> list[Flown]:
    """The carriers of a schedule with shipments on board, which pay their share of whole trucks."""
    cargo, flights = schedule.cargo, schedule.carriers
    trucks = trucks_needed(cargo, shipments)
    loaded: dict[TruckKey, float] = defaultdict(float)
    for s in shipments:
        for key in runs_of(cargo, s):
            loaded[key] += s.kg
    paying = []
    for s in shipments:
        usd_per_kg = sum(
            trucks_usd(cargo, {key: trucks[key]}) / loaded[key] for key in runs_of(cargo, s)
        )
        paying.append(replace(s, worth_usd_per_kg=s.worth_usd_per_kg - usd_per_kg))
    columns = rows_of(len(flights), paying)
    return [
        schedule.reloaded(f, loads, kg, usd)
        for f, loads, kg, usd in zip(flights, *columns, strict=True)
    ]


def assembled(schedule: Schedule, flights: Sequence[Flown], shipments: Sequence[Shipment]) -> Plan:
    """The exact plan with these flights, bought capacity among them, and shipments."""
    ids = [
        draft_id(f.rotation.block) if isinstance(f.rotation, BoughtRotation) else f"X{number}"
        for number, f in enumerate(flights)
    ]
    named = [
        Flight(id_, schedule.lines[f.line].pool.id, "", f.rotation)
        for id_, f in zip(ids, flights, strict=True)
        if f.part != PART_BOUGHT
    ]
    carried = [
        Carried(
            carriage(schedule.cargo, flights[s.flight], s.offer, s.segment, s.weeks),
            ids[s.flight],
            s.feeder_min,
            s.delivery_min,
            s.kg,
        )
        for s in shipments
    ]
    return assemble(schedule.resolved, named, carried, schedule.returned())


def _own_cargo(cargo: CargoTable, flights: Sequence[Flown]) -> list[Shipment]:
    """What the schedule has loaded."""
    worths = [cargo.arrays_on(flown.rotation).margin_usd_per_kg for flown in flights]
    return [
        Shipment(
            number,
            int(offer),
            int(segment),
            int(weeks),
            float(kg),
            float(worths[number][offer] - flown.timed.shape.carriage_usd_per_kg[segment]),
        )
        for number, flown in enumerate(flights)
        for (offer, segment, weeks), kg in zip(flown.loads, flown.loads_kg, strict=True)
    ]


def _paying(
    cargo: CargoTable,
    flights: Sequence[Flown],
    shipments: Sequence[Shipment],
    *,
    open_trucks: bool,
) -> list[Shipment]:
    """Shipments on trucks, less the cargo of trucks that do not pay; worth is before trucks."""
    if open_trucks:
        shipments = [
            replace(s, worth_usd_per_kg=s.worth_usd_per_kg + float(cargo.truck_usd_per_kg[s.offer]))
            for s in Hauler(cargo, flights).haul(shipments)
        ]
    return _drop_poor_trucks(cargo, shipments)


def _drop_poor_trucks(cargo: CargoTable, shipments: Sequence[Shipment]) -> list[Shipment]:
    """Leave behind the cheapest cargo of a run where that saves a truck that costs more."""
    kg = [s.kg for s in shipments]
    members: dict[TruckKey, list[int]] = defaultdict(list)
    for i, s in enumerate(shipments):
        for key in runs_of(cargo, s):
            members[key].append(i)
    for key in sorted(members):
        lane = cargo.resolved.lane[key[0]]
        price = dict(lane.cost_micro)[key[2]] * 1e-6
        while True:
            dropped = _last_truck(cargo, key, shipments, kg, members[key])
            loss = sum(part * shipments[i].worth_usd_per_kg for i, part in dropped)
            if not dropped or loss >= price:
                break
            for i, part in dropped:
                kg[i] -= part
    return [replace(s, kg=left) for s, left in zip(shipments, kg, strict=True) if left >= LEAST_KG]


def _last_truck(
    cargo: CargoTable,
    key: TruckKey,
    shipments: Sequence[Shipment],
    kg: Sequence[float],
    members: Sequence[int],
) -> list[tuple[int, float]]:
    """The cheapest cargo without which a run needs one truck less: (shipment, kg)."""
    lane = cargo.resolved.lane[key[0]]
    present = [replace(shipments[i], kg=kg[i]) for i in members if kg[i] >= LEAST_KG]
    if not present:
        return []
    trucks = trucks_needed(cargo, present).get(key, 0)
    density = {i: float(cargo.arrays.volume_m3_per_kg[shipments[i].offer]) for i in members}
    over_kg = sum(kg[i] for i in members) - (trucks - 1) * lane.payload_g / 1e3
    over_m3 = sum(kg[i] * density[i] for i in members) - (trucks - 1) * lane.volume_cm3 / 1e6

    def cheapness(i: int) -> float:
        share = max(1e3 / lane.payload_g, density[i] * 1e6 / lane.volume_cm3)
        return shipments[i].worth_usd_per_kg / share

    dropped = []
    for i in sorted(members, key=cheapness):
        if over_kg <= 0 and over_m3 <= 0:
            break
        if kg[i] < LEAST_KG:
            continue
        by_volume = over_m3 / density[i] if density[i] > 0 else 0.0
        part = min(kg[i], max(over_kg, by_volume))
        dropped.append((i, part))
        over_kg -= part
        over_m3 -= part * density[i]
    return dropped
