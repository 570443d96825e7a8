"""What an optimal plan flies and carries is in the catalogue, at its worth."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.domain.resolved import ResolvedConsignment
from optimizer.dual import Relaxation
from optimizer.plan.plan import Load, Plan
from optimizer.plan.rotation import Rotation
from tests.tiny_cases import reference_of, resolved_of


def worth_usd_per_kg(
    relaxation: Relaxation, c: ResolvedConsignment, plan: Plan, load: Load
) -> float:
    """What a kg of a load earns before trucks, from the resolved instance alone."""
    resolved, segment = relaxation.resolved, load.segments[0]
    rotation = plan.flight[segment.flight].rotation
    legs = rotation.legs[segment.uplift_leg : segment.discharge_leg + 1]
    usd = (c.revenue_micro + c.surcharge_micro) / c.weight_g * 1e-3
    for code in (legs[0].origin, legs[-1].destination):
        usd -= resolved.airport[code].handling_pico_per_g * 1e-9
    for leg in legs:
        key = (rotation.operator, rotation.type, leg.origin, leg.destination)
        usd -= resolved.leg[key].fuel_pico_per_g * 1e-9
    if legs[0].origin in resolved.gateways:
        since_min = c.ready_min
        if load.feeder is not None:
            since_min = load.feeder.dispatch_min + resolved.lane[load.feeder.lane].truck_min
        shift_min = segment.weeks_later * relaxation.catalogue.cycle_min
        waits_min = legs[0].off_block_min + shift_min - since_min
        rate = resolved.airport[legs[0].origin].storage_pico_per_g_h
        usd -= rate * 1e-9 / 60 * waits_min
    return usd


def entry_of(relaxation: Relaxation, option: int, run: tuple[str, int, str] | None) -> int | None:
    """The entry of a truck run among an option's; -1 for no truck; None if it is not there."""
    rides = relaxation.catalogue.rides
    if run is None:
        return -1 if option == 0 else None
    number = relaxation.catalogue.runs.get(run)
    entries = range(int(rides.first[option]), int(rides.first[option] + rides.count[option]))
    return next((e for e in entries if rides.run[e] == number), None)


def worths_in_catalogue(relaxation: Relaxation, place: int, plan: Plan, load: Load) -> list[float]:
    """Worth of the items of a rotation that could be this load."""
    catalogue, segment, cycle = (
        relaxation.catalogue,
        load.segments[0],
        relaxation.catalogue.cycle_min,
    )
    items = catalogue.items
    number = [c.id for c in relaxation.resolved.consignments].index(load.consignment)
    customs = relaxation.resolved.consignment[load.consignment].customs
    runs = [
        ride and (ride.lane, ride.dispatch_min % cycle if cycle else ride.dispatch_min, customs)
        for ride in (load.feeder, load.delivery)
    ]
    found = []
    for s in range(int(items.segments[place]), int(items.segments[place + 1])):
        if (items.first_leg[s], items.last_leg[s]) != (segment.uplift_leg, segment.discharge_leg):
            continue
        for i in range(int(items.items[s]), int(items.items[s + 1])):
            c = int(items.cls[i])
            fed = entry_of(relaxation, int(items.feeder[c]), runs[0])
            delivered = entry_of(relaxation, int(items.delivery[c]), runs[1])
            if items.consignment[c] == number and fed is not None and delivered is not None:
                credit = catalogue.rides.credit_usd_per_kg[fed] if fed >= 0 else 0.0
                found.append(float(items.margin_usd_per_kg[i] + credit))
    return found


@pytest.mark.parametrize("seed", range(200, 260))
def test_an_optimal_plan_is_in_the_catalogue(seed: int) -> None:
    plan = reference_of(seed).plan
    if plan is None:
        return
    relaxation = Relaxation(resolved_of(seed))
    places: dict[Rotation, int] = {x: r for r, x in enumerate(relaxation.catalogue.rotations)}
    assert len(places) == len(relaxation.catalogue.rotations)
    arcs = {n.pool.id: set(n.rotations.tolist()) for n in relaxation.networks}
    for flight in plan.flights:
        assert places[flight.rotation] in arcs[flight.pool]
    for load in plan.loads:
        c = relaxation.resolved.consignment[load.consignment]
        place = places[plan.flight[load.segments[0].flight].rotation]
        found = worths_in_catalogue(relaxation, place, plan, load)
        worth = worth_usd_per_kg(relaxation, c, plan, load)
        assert any(abs(x - worth) <= 1e-9 * (1 + abs(worth)) for x in found)


@pytest.mark.parametrize("seed", range(200, 230))
def test_the_catalogue_holds_the_universe_once(seed: int) -> None:
    resolved = resolved_of(seed)
    relaxation = Relaxation(resolved)
    catalogue, table = relaxation.catalogue, relaxation.catalogue.timetable
    for pool in resolved.pools:
        own = catalogue.pool_rotations[pool.id]
        assert len(np.unique(own)) == len(own)
    for r, x in enumerate(catalogue.rotations):
        assert table.off_min[r] == x.off_block_min
        assert table.block_min[r] == x.block_min
        assert table.airports[table.origin[r]] == x.origin
        ground = resolved.ground_at[x.destination, x.type]
        assert table.ready_min[r] == x.on_block_min + ground.turnaround_min
        holds = range(int(relaxation.cargo.holds[r]), int(relaxation.cargo.holds[r + 1]))
        caps = [resolved.leg[x.operator, x.type, g.origin, g.destination].cap_kg for g in x.legs]
        assert all(relaxation.cargo.cap_kg[h] in caps for h in holds)
