"""A small world and a good plan in it, built by hand from resolved records, to test the audit.

Operator CV flies two tails of type T from CGO to LUX and LGG, with a technical stop at KGF. Nothing
is limited; a test adds the limit it is about, with the right-hand side that the plan just meets.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from optimizer.domain.period import UniverseLimits
from optimizer.domain.resolved import (
    Access,
    ResolvedAirport,
    ResolvedConsignment,
    ResolvedCustoms,
    ResolvedGround,
    ResolvedInstance,
    ResolvedLane,
    ResolvedLeg,
    ResolvedOperator,
    ResolvedPeriod,
    ResolvedPool,
    ResolvedType,
)
from optimizer.plan.costing import price
from optimizer.plan.plan import Flight, Load, Plan, Segment, Truck, TruckRun
from optimizer.plan.rotation import Leg, Rotation
from optimizer.verify import AuditReport, audit

Kind = Literal["dated", "cyclic"]
KINDS: tuple[Kind, ...] = ("dated", "cyclic")
WEEK = 10_080
BLOCK_MIN = {
    ("CGO", "LUX"): 600,
    ("CGO", "LGG"): 620,
    ("CGO", "KGF"): 300,
    ("KGF", "LUX"): 320,
    ("KGF", "LGG"): 340,
    ("LUX", "LGG"): 60,
}


def leg_data(origin: str, destination: str, block_min: int) -> ResolvedLeg:
    return ResolvedLeg(
        operator="CV",
        type="T",
        origin=origin,
        destination=destination,
        distance_km=10.0 * block_min,
        overflies=(),
        block_min=block_min,
        cap_kg=100_000,
        binding="structure",
        lost_kg=0,
        fuel_fixed_kg=1000,
        fuel_per_kg=0.1,
        fuel_fixed_micro=700_000_000,
        fuel_pico_per_g=70_000_000,
        crew_micro=1_000_000 * block_min,
        maintenance_micro=2_000_000 * block_min,
        navigation_micro=3_000_000 * block_min,
    )


def airport(code: str) -> ResolvedAirport:
    zone = "Asia/Shanghai" if code == "CGO" else "UTC"
    return ResolvedAirport(code, code, "XX", zone, None, None, 100_000_000, 1_000_000, ())


def ground(code: str) -> ResolvedGround:
    return ResolvedGround(code, "T", 120, 60, 5_000_000, 2_000_000, 90, 60_000_000, 1_500_000, ())


def pool(kind: Kind, **changes: Any) -> ResolvedPool:
    whole = ResolvedPool(
        id="P",
        tails=("T1", "T2"),
        operator="CV",
        type="T",
        base="CGO",
        start_airport="CGO",
        end_airport="CGO",
        available_from_min=0,
        available_until_min=WEEK,
        maintenance=(),
        acmi=False,
        returnable=False,
        fixed_micro=7_000_000,
        acmi_micro_per_block_h=0,
        guarantee_min=0,
        max_block_min=None,
        min_block_min=None,
    )
    return replace(whole, **changes)


def consignment(name: str, uplifts: list[Access], discharges: list[Access]) -> ResolvedConsignment:
    """50 t and 200 m³, ready at once, due in a week."""
    return ResolvedConsignment(
        id=name,
        origin=uplifts[0].lane or uplifts[0].airport,
        destination=discharges[0].lane or discharges[0].airport,
        customs="standard",
        weight_g=50_000_000,
        volume_cm3=200_000_000,
        chargeable_g=50_000_000,
        revenue_micro=100_000_000_000,
        surcharge_micro=5_000_000_000,
        ready_min=0,
        due_min=WEEK,
        max_dwell_min=None,
        operators=("CV",),
        uplifts=tuple(uplifts),
        discharges=tuple(discharges),
    )


def lane(origin: str, destination: str) -> ResolvedLane:
    return ResolvedLane(
        id=f"{origin}-{destination}",
        origin=origin,
        destination=destination,
        truck_min=900,
        payload_g=32_000_000,
        volume_cm3=88_000_000,
        cost_micro=(("standard", 900_000_000), ("direct", 990_000_000)),
        dispatch_every_min=360,
        dispatch_offset_min=0,
        trucks_per_dispatch=None,
    )


def world(kind: Kind) -> ResolvedInstance:
    """The resolved instance, without limits but those of aircraft, time and rights."""
    pairs = [(a, b) for a in ("CGO",) for b in ("LUX", "LGG")]
    pairs += [("LUX", "LGG")]
    block = BLOCK_MIN | {(b, a): minutes for (a, b), minutes in BLOCK_MIN.items()}
    codes = ("CGO", "KGF", "LGG", "LUX")
    return ResolvedInstance(
        name="world",
        instance_digest="",
        period=ResolvedPeriod(kind == "cyclic", WEEK, "2025-06-02T00:00+00:00", 30),
        universe=UniverseLimits(max_stations=2, max_technical_stops=1),
        gateways=("CGO",),
        airports=tuple(airport(code) for code in codes),
        types=(ResolvedType("T", "74Y", "E", 400.0, 700_000_000),),
        ground=tuple(ground(code) for code in codes),
        legs=tuple(leg_data(a, b, minutes) for (a, b), minutes in block.items()),
        operators=(
            ResolvedOperator(
                "CV",
                "",
                ("LGG", "LUX"),
                ("KGF",),
                tuple(pairs + [(b, a) for a, b in pairs]),
            ),
        ),
        pools=(pool(kind),),
        consignments=(
            consignment("OUT", [Access("CGO", "Yiwu-CGO")], [Access("LUX", None)]),
            consignment("BACK", [Access("LUX", None)], [Access("CGO", "CGO-Yiwu")]),
            consignment("LIEGE", [Access("CGO", None)], [Access("LGG", None)]),
        ),
        lanes=(lane("Yiwu", "CGO"), lane("CGO", "Yiwu")),
        customs=tuple(ResolvedCustoms("standard", code, 360, 240) for code in codes),
        closures=(),
        slot_limits=(),
        held_slots=(),
        right_caps=(),
        markets=(),
    )


def rotation(start: int, *stops: str) -> Rotation:
    """From CGO over stops (technical ones starred) with least turnarounds: ``KGF*``, ``LUX``."""
    block = BLOCK_MIN | {(b, a): minutes for (a, b), minutes in BLOCK_MIN.items()}
    legs, here, minute = [], "CGO", start
    for stop in (*stops, "CGO"):
        there = stop.rstrip("*")
        technical = stop.endswith("*")
        on_block = minute + block.get((here, there), 500)
        legs.append(Leg(here, there, minute, on_block, "technical" if technical else "full"))
        here, minute = there, on_block + (60 if technical else 120)
    return Rotation("CV", "T", tuple(legs))


def good_plan(kind: Kind) -> Plan:
    """Three rotations, five loads, four truck runs; in a cyclic week F2 runs over the week's end.

    F1 2880 CGO-KGF*-LUX-CGO 4280; F2 4400 (cyclic 9000) CGO-LGG-CGO 5760 (10360);
    F3 3000 CGO-LUX-CGO 4320.
    """
    dated = kind == "dated"
    flights = (
        Flight("F1", "P", "T1" if dated else "", rotation(2880, "KGF*", "LUX")),
        Flight("F2", "P", "T1" if dated else "", rotation(4400 if dated else 9000, "LGG")),
        Flight("F3", "P", "T2" if dated else "", rotation(3000, "LUX")),
    )
    loads = (
        Load("OUT", 40_000_000, Truck("Yiwu-CGO", 360), (Segment("F1", 0, 1),), None),
        Load("OUT", 10_000_000, Truck("Yiwu-CGO", 720), (Segment("F3", 0, 0),), None),
        Load("BACK", 30_000_000, None, (Segment("F1", 2, 2),), Truck("CGO-Yiwu", 4680)),
        Load("BACK", 20_000_000, None, (Segment("F3", 1, 1),), Truck("CGO-Yiwu", 4680)),
        Load("LIEGE", 50_000_000, None, (Segment("F2", 0, 0),), None),
    )
    trucks = (
        TruckRun("Yiwu-CGO", 360, "standard", 2),
        TruckRun("Yiwu-CGO", 720, "standard", 1),
        TruckRun("CGO-Yiwu", 4680, "standard", 3),
    )
    return price(world(kind), Plan("world", "", flights, loads, trucks))


def edit(items: tuple[Any, ...], index: int, **changes: Any) -> tuple[Any, ...]:
    """The same records, one of them changed."""
    return (*items[:index], replace(items[index], **changes), *items[index + 1 :])


def edit_leg(plan: Plan, flight: int, leg: int, **changes: Any) -> Plan:
    """The same plan, one leg of a flight changed."""
    route = plan.flights[flight].rotation
    route = replace(route, legs=edit(route.legs, leg, **changes))
    return replace(plan, flights=edit(plan.flights, flight, rotation=route))


def shifted(plan: Plan, flight: int, minutes: int, first_leg: int = 0) -> Plan:
    """The same plan, the legs of a flight from one on later."""
    legs = plan.flights[flight].rotation.legs
    for i in range(first_leg, len(legs)):
        leg = legs[i]
        off, on = leg.off_block_min + minutes, leg.on_block_min + minutes
        plan = edit_leg(plan, flight, i, off_block_min=off, on_block_min=on)
    return plan


def codes(resolved: ResolvedInstance, plan: Plan) -> set[str]:
    """Numbers of the constraints that an audit finds broken."""
    return {violation.code for violation in checked(resolved, plan).violations}


def checked(resolved: ResolvedInstance, plan: Plan) -> AuditReport:
    """The audit, after looking that every violation tells something."""
    report = audit(resolved, plan)
    for violation in report.violations:
        assert violation.message
        assert violation.amount >= 0
    assert report.feasible == (not report.violations)
    return report


def with_flight(plan: Plan, index: int, **changes: Any) -> Plan:
    return replace(plan, flights=edit(plan.flights, index, **changes))


def with_load(plan: Plan, index: int, **changes: Any) -> Plan:
    return replace(plan, loads=edit(plan.loads, index, **changes))


def with_rotation(plan: Plan, index: int, route: Rotation) -> Plan:
    return with_flight(plan, index, rotation=route)


def with_pool(resolved: ResolvedInstance, **changes: Any) -> ResolvedInstance:
    return replace(resolved, pools=edit(resolved.pools, 0, **changes))


def with_consignment(resolved: ResolvedInstance, index: int, **changes: Any) -> ResolvedInstance:
    return replace(resolved, consignments=edit(resolved.consignments, index, **changes))


def with_operator(resolved: ResolvedInstance, **changes: Any) -> ResolvedInstance:
    return replace(resolved, operators=edit(resolved.operators, 0, **changes))


def with_airport(resolved: ResolvedInstance, code: str, **changes: Any) -> ResolvedInstance:
    index = [a.code for a in resolved.airports].index(code)
    return replace(resolved, airports=edit(resolved.airports, index, **changes))


def without_leg(resolved: ResolvedInstance, origin: str, destination: str) -> ResolvedInstance:
    legs = tuple(x for x in resolved.legs if (x.origin, x.destination) != (origin, destination))
    return replace(resolved, legs=legs)


def with_leg_data(
    resolved: ResolvedInstance, origin: str, destination: str, **changes: Any
) -> ResolvedInstance:
    index = [(x.origin, x.destination) for x in resolved.legs].index((origin, destination))
    return replace(resolved, legs=edit(resolved.legs, index, **changes))


def only_flights(plan: Plan, *flights: int) -> Plan:
    """The plan with some of its flights, without cargo."""
    return replace(plan, flights=tuple(plan.flights[i] for i in flights), loads=(), trucks=())
