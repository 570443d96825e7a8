"""Whether tables of a plan can be made at all: plans made elsewhere may name what is not there."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.bought import carrying_flights
from optimizer.plan.plan import Flight, Load, Plan, Segment, Truck, TruckRun


def is_readable(resolved: ResolvedInstance, plan: Plan) -> bool:
    """Whether all that a plan names exists; limits may be broken all the same.

    The audit tells what is missing (C0).
    """
    flights = carrying_flights(resolved, plan)
    return (
        len(plan.flight) == len(plan.flights)
        and all(_flight(resolved, flight) for flight in plan.flights)
        and plan.flight.keys().isdisjoint(resolved.block)
        and all(_load(resolved, flights, load) for load in plan.loads)
        and all(_run(resolved, run) for run in plan.trucks)
    )


def _flight(resolved: ResolvedInstance, flight: Flight) -> bool:
    rotation = flight.rotation
    ends = {airport for leg in rotation.legs for airport in (leg.origin, leg.destination)}
    return (
        bool(rotation.legs)
        and flight.pool in resolved.pool
        and all((airport, rotation.type) in resolved.ground_at for airport in ends)
        and ends <= resolved.airport.keys()
    )


def _load(resolved: ResolvedInstance, flights: Mapping[str, Flight], load: Load) -> bool:
    return (
        load.consignment in resolved.consignment
        and bool(load.segments)
        and all(_segment(flights, segment) for segment in load.segments)
        and all(_truck(resolved, truck) for truck in (load.feeder, load.delivery))
    )


def _segment(flights: Mapping[str, Flight], segment: Segment) -> bool:
    flight = flights.get(segment.flight)
    if flight is None:
        return False
    return 0 <= segment.uplift_leg <= segment.discharge_leg < len(flight.rotation.legs)


def _truck(resolved: ResolvedInstance, truck: Truck | None) -> bool:
    return truck is None or truck.lane in resolved.lane


def _run(resolved: ResolvedInstance, run: TruckRun) -> bool:
    return run.lane in resolved.lane and run.customs in dict(resolved.lane[run.lane].cost_micro)
