"""Take a given plan over, as far as its flights and cargo exist in the universe and fit."""

from __future__ import annotations

import numpy as np

from optimizer.domain.resolved import ResolvedPool
from optimizer.engine.cargo_table import CargoTable
from optimizer.engine.families import Families
from optimizer.engine.finish import assembled
from optimizer.engine.lines import PART_CLOSED, PART_CLOSING, PART_OPENING, Flown
from optimizer.engine.loading import carriage
from optimizer.engine.schedule import Schedule
from optimizer.engine.shipment import Shipment
from optimizer.network import Route, Universe
from optimizer.plan.plan import Flight, Load, Plan


def adopt(schedule: Schedule, families: Families, start: Plan) -> Plan | None:
    """Put a plan's flights and cargo into an empty schedule; the exact plan, if it is complete.

    Flights that do not exist or do not fit are left out, and loads that are not on time.
    """
    taken: dict[str, Flown] = {}
    order = sorted(start.flights, key=lambda f: f.rotation.off_block_min)
    for part in (PART_OPENING, PART_CLOSING, PART_CLOSED):
        for flight in order:
            if (
                flight.id not in taken
                and part_of(schedule, flight.rotation.origin, flight.rotation.destination) == part
            ):
                flown = fly(schedule, families, flight, part)
                if flown is not None:
                    taken[flight.id] = flown
    if not schedule.complete():
        return None
    flights = schedule.carriers
    taken |= schedule.bought
    number = {flown: i for i, flown in enumerate(flights)}
    shipments = []
    for load in start.loads:
        flown = taken.get(load.segments[0].flight)
        if flown is not None and len(load.segments) == 1 and not load.abandoned:
            shipment = _ship(schedule, flown, number[flown], load)
            if shipment is not None:
                shipments.append(shipment)
    shipments = _kept_apart(schedule.cargo, flights, shipments)
    plan = assembled(schedule, flights, shipments)
    _load(schedule, flights, shipments)
    return plan


def in_universe(schedule: Schedule, families: Families, start: Plan) -> bool:
    """Whether all flights of a given plan are in the universe."""
    for flight in start.flights:
        pool = schedule.resolved.pool.get(flight.pool)
        if pool is None or families.universe.known(pool, flight.rotation) is None:
            return False
    return True


def part_of(schedule: Schedule, origin: str, destination: str) -> str:
    """Which part of a line a rotation between two airports can be."""
    gateways = schedule.resolved.gateways
    if origin not in gateways:
        return PART_OPENING
    return PART_CLOSED if destination in gateways else PART_CLOSING


def fly(schedule: Schedule, families: Families, flight: Flight, part: str) -> Flown | None:
    """Add a flight without cargo, if it exists and some line of its pool has room."""
    pool = schedule.resolved.pool.get(flight.pool)
    if pool is None:
        return None
    rotation = flight.rotation
    route = families.universe.known(pool, rotation)
    if route is None:
        return None
    if not schedule.limits.fits(rotation):
        return None
    timed = families.timetable.single(route, rotation)
    lines = [i for i, line in enumerate(schedule.lines) if line.pool.id == pool.id]
    lines.sort(key=lambda i: schedule.lines[i].tail != flight.tail)
    for line in lines:
        if schedule.lines[line].room(timed, part)[0]:
            cost = float(timed.cost_usd[0]) + (0.0 if pool.acmi else float(timed.own_usd[0]))
            empty = np.empty((0, 3), dtype=np.int64)
            flown = Flown(line, timed, 0, part, rotation, empty, np.empty(0), 0.0, cost)
            schedule.add(flown)
            return flown
    return None


def routes_of(universe: Universe, pool: ResolvedPool, part: str) -> tuple[Route, ...]:
    """Routes that the lines of a pool may fly as one of their parts."""
    return {
        PART_CLOSED: universe.routes,
        PART_OPENING: universe.opening_routes,
        PART_CLOSING: universe.closing_routes,
    }[part](pool)


def _ship(schedule: Schedule, flown: Flown, number: int, load: Load) -> Shipment | None:
    """A load as a shipment, if it is an itinerary of the instance and on time."""
    cargo, part = schedule.cargo, load.segments[0]
    shape = flown.timed.shape
    feeder = load.feeder.dispatch_min if load.feeder else None
    delivery = load.delivery.dispatch_min if load.delivery else None
    for segment in range(len(shape.low)):
        ends = int(shape.first_leg[segment]), int(shape.last_leg[segment])
        if ends != (part.uplift_leg, part.discharge_leg):
            continue
        for offer in range(int(shape.low[segment]), int(shape.high[segment])):
            o = cargo.offers[offer]
            lanes = o.uplift.lane, o.discharge.lane
            stated = (
                load.feeder.lane if load.feeder else None,
                load.delivery.lane if load.delivery else None,
            )
            if o.consignment.id != load.consignment or lanes != stated:
                continue
            at = carriage(cargo, flown, offer, segment, part.weeks_later)
            if at not in list(cargo.index.carriages(flown.rotation)):
                return None
            if feeder is not None and feeder not in cargo.index.feeder_dispatches(
                o, at.off_block_min
            ):
                return None
            if delivery is not None and delivery not in cargo.index.delivery_dispatches(
                o, at.on_block_min
            ):
                return None
            worth = float(cargo.arrays_on(flown.rotation).margin_usd_per_kg[offer])
            worth -= float(shape.carriage_usd_per_kg[segment])
            return Shipment(
                number, offer, segment, part.weeks_later, load.grams / 1000, worth, feeder, delivery
            )
    return None


def _kept_apart(
    cargo: CargoTable, flights: list[Flown], shipments: list[Shipment]
) -> list[Shipment]:
    """Shipments without those that must not be beside an earlier one (C16)."""
    if not cargo.kept_apart:
        return shipments
    arrays, found = cargo.arrays, list[Shipment]()
    aboard = [
        np.zeros((len(f.timed.shape.cap_kg), arrays.holds.shape[1]), dtype=np.bool_)
        for f in flights
    ]
    for s in shipments:
        legs = flights[s.flight].legs(s.segment)
        if not (aboard[s.flight][legs] & arrays.apart[s.offer]).any():
            aboard[s.flight][legs] |= arrays.holds[s.offer]
            found.append(s)
    return found


def _load(schedule: Schedule, flights: list[Flown], shipments: list[Shipment]) -> None:
    """Write the cargo into the schedule."""
    for number, flown in enumerate(flights):
        mine = [s for s in shipments if s.flight == number]
        rows = np.array([(s.offer, s.segment, s.weeks) for s in mine], dtype=np.int64)
        kg = np.array([s.kg for s in mine], dtype=float)
        usd = sum(s.kg * s.worth_usd_per_kg for s in mine)
        schedule.remove(flown)
        schedule.add(schedule.reloaded(flown, rows.reshape(-1, 3), kg, usd))
