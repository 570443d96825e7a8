"""The good plan, and C0: break it in just one way, and C0 alone is reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from optimizer.domain.resolved import Access, ResolvedInstance
from optimizer.plan.plan import Flight, Load, Plan, Segment, Truck, TruckRun
from optimizer.plan.rotation import Rotation
from tests.verify_world import (
    KINDS,
    Kind,
    checked,
    codes,
    edit,
    edit_leg,
    good_plan,
    only_flights,
    with_consignment,
    with_flight,
    with_load,
    with_operator,
    with_pool,
    with_rotation,
    world,
)

Case = tuple[ResolvedInstance, Plan]


@pytest.mark.parametrize("kind", KINDS)
def test_good_plan_is_feasible_and_its_money_right(kind: Kind) -> None:
    report = checked(world(kind), good_plan(kind))
    assert report.violations == ()
    assert report.costs_match
    assert report.money_difference_micro == 0
    assert report.contribution_micro == good_plan(kind).contribution_micro
    assert report.resolved_match is None
    assert report.bound_verified is None


def _empty_flight(plan: Plan) -> Plan:
    route = Rotation("CV", "T", ())
    return replace(plan, flights=(*plan.flights, Flight("F9", "P", "T1", route)))


def _overcarried(plan: Plan) -> Plan:
    more = Load("LIEGE", 1, None, (Segment("F2", 0, 0),), None)
    return replace(plan, loads=(*plan.loads, more))


C0: dict[str, Callable[[ResolvedInstance, Plan], Case]] = {
    "unknown pool": lambda r, p: (r, with_flight(p, 2, pool="Q")),
    "unknown tail": lambda r, p: (r, with_flight(p, 2, tail="T7")),
    "two flights of one name": lambda r, p: (r, with_flight(p, 2, id="F1")),
    "flight without legs": lambda r, p: (r, _empty_flight(p)),
    "another operator than its pool's": lambda r, p: (
        r,
        with_rotation(p, 1, replace(p.flights[1].rotation, operator="XX")),
    ),
    "unknown consignment": lambda r, p: (r, with_load(p, 4, consignment="NOBODY")),
    "no grams": lambda r, p: (r, with_load(p, 4, grams=0)),
    "negative grams": lambda r, p: (r, with_load(p, 4, grams=-5)),
    "more than offered": lambda r, p: (r, _overcarried(p)),
    "unknown flight": lambda r, p: (r, with_load(p, 4, segments=(Segment("F8", 0, 0),))),
    "no flight": lambda r, p: (r, with_load(p, 4, segments=())),
    "two flights": lambda r, p: (
        r,
        with_load(p, 4, segments=(Segment("F2", 0, 0), Segment("F3", 0, 0))),
    ),
    "leg out of range": lambda r, p: (r, with_load(p, 4, segments=(Segment("F2", 0, 2),))),
    "negative leg": lambda r, p: (r, with_load(p, 4, segments=(Segment("F2", -1, 0),))),
    "unloaded before it is lifted": lambda r, p: (
        r,
        with_load(p, 4, segments=(Segment("F2", 1, 0),)),
    ),
    "unloaded at a technical stop": lambda r, p: (
        with_consignment(r, 0, discharges=(Access("LUX", None), Access("KGF", None))),
        with_load(p, 0, segments=(Segment("F1", 0, 0),)),
    ),
    "lifted at a technical stop": lambda r, p: (
        with_consignment(r, 2, uplifts=(Access("KGF", None),), discharges=(Access("LUX", None),)),
        with_load(p, 4, segments=(Segment("F1", 1, 1),)),
    ),
    "not its carrier": lambda r, p: (with_consignment(r, 2, operators=()), p),
    "not its airport": lambda r, p: (with_consignment(r, 2, discharges=(Access("LUX", None),)), p),
    "not its lane": lambda r, p: (with_consignment(r, 2, uplifts=(Access("CGO", "Yiwu-CGO"),)), p),
    "no truck where there is no way without": lambda r, p: (
        r,
        replace(
            p,
            loads=edit(p.loads, 1, feeder=None),
            trucks=(p.trucks[0], *p.trucks[2:]),
        ),
    ),
    "unknown lane": lambda r, p: (
        r,
        replace(
            p,
            loads=edit(p.loads, 1, feeder=Truck("Moon-CGO", 720)),
            trucks=(p.trucks[0], *p.trucks[2:]),
        ),
    ),
    "trucks of an unknown lane": lambda r, p: (
        r,
        replace(p, trucks=(*p.trucks, TruckRun("Moon-CGO", 0, "standard", 1))),
    ),
    "trucks of an unknown mode": lambda r, p: (
        r,
        replace(p, trucks=(*p.trucks, TruckRun("Yiwu-CGO", 0, "magic", 1))),
    ),
    "no trucks": lambda r, p: (
        r,
        replace(p, trucks=(*p.trucks, TruckRun("Yiwu-CGO", 0, "standard", 0))),
    ),
    "unknown tail returned": lambda r, p: (r, replace(p, returned=("T9",))),
    "tail returned that may not be": lambda r, p: (r, replace(p, returned=("T2",))),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", C0)
def test_c0(name: str, kind: Kind) -> None:
    assert codes(*C0[name](world(kind), good_plan(kind))) == {"C0"}


def test_c0_last_stop_is_technical() -> None:
    for kind in KINDS:
        r, p = world(kind), good_plan(kind)
        r = with_operator(r, technical_stops=("CGO", "KGF"))
        p = edit_leg(p, 0, 2, stop="technical")
        assert codes(r, replace(p, loads=tuple(x for x in p.loads))) == {"C0"}


def test_c0_dated_plan_names_tails_and_knows_no_weeks() -> None:
    r, p = world("dated"), good_plan("dated")
    assert codes(r, with_flight(p, 2, tail="")) == {"C0"}
    assert codes(r, with_load(p, 4, segments=(Segment("F2", 0, 0, 1),))) == {"C0"}
    single = with_pool(r, tails=("T1",))
    assert (
        codes(single, with_flight(with_flight(only_flights(p, 0, 1), 0, tail=""), 1, tail=""))
        == set()
    )
