"""Money a second time: by hand, and line by line against what prices the plans."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.resolved import ResolvedCharge, ResolvedInstance, Window
from optimizer.plan.costing import price
from optimizer.plan.money import MoneyLine
from optimizer.plan.plan import Flight, Load, Plan, Segment, Truck, TruckRun
from optimizer.verify import audit
from optimizer.verify.money import rounded
from tests.verify_world import (
    KINDS,
    WEEK,
    Kind,
    checked,
    edit,
    good_plan,
    rotation,
    shifted,
    with_flight,
    with_load,
    with_pool,
    world,
)


def _lines(resolved: ResolvedInstance, plan: Plan, code: str) -> list[int]:
    """Amounts of one number, in order of the audit's lines."""
    return [line.amount_micro for line in audit(resolved, plan).money if line.code == code]


@pytest.mark.parametrize("kind", KINDS)
def test_revenue_by_hand(kind: Kind) -> None:
    """50 t earn 100,000 USD and 5,000 USD of surcharges."""
    r, p = world(kind), good_plan(kind)
    shares = [40, 10, 30, 20, 50]
    assert _lines(r, p, "R1") == [2_000_000_000 * share for share in shares]
    assert _lines(r, p, "R2") == [100_000_000 * share for share in shares]


@pytest.mark.parametrize("kind", KINDS)
def test_flying_by_hand(kind: Kind) -> None:
    """Fuel 700 USD and 0.07 USD/kg a leg; crew, maintenance, navigation 1, 2 and 3 USD/min."""
    r, p = world(kind), good_plan(kind)
    tonnes = [40, 40, 30, 50, 0, 10, 20]
    block_min = [300, 320, 600, 620, 620, 600, 600]
    layovers = [-1_500_000] * 3
    assert _lines(r, p, "K1") == [-700_000_000 - 70_000_000 * t for t in tonnes]
    assert sorted(_lines(r, p, "K2")) == sorted([-1_000_000 * m for m in block_min] + layovers)
    assert _lines(r, p, "K3") == [-2_000_000 * m for m in block_min]
    assert _lines(r, p, "K7") == [-3_000_000 * m for m in block_min]


@pytest.mark.parametrize("kind", KINDS)
def test_ground_by_hand(kind: Kind) -> None:
    """A turn costs 5 USD, a technical stop 2; parking 60 USD/h beyond 90 minutes."""
    r, p = world(kind), good_plan(kind)
    turn, stop = -5_000_000, -2_000_000
    assert _lines(r, p, "K8") == [stop, turn, turn, turn, turn, turn, turn]
    assert _lines(r, p, "K6") == [-30_000_000] * 3  # 30 min at LUX, LGG, LUX; KGF is free
    longer = shifted(p, 2, 7, first_leg=1)
    assert _lines(r, longer, "K6") == [-30_000_000, -30_000_000, -37_000_000]


@pytest.mark.parametrize("kind", KINDS)
def test_cargo_by_hand(kind: Kind) -> None:
    """0.1 USD/kg at each end; storage 0.001 USD/kg and hour at CGO; trucks 900 USD."""
    r, p = world(kind), good_plan(kind)
    handled = [40, 40, 10, 10, 30, 30, 20, 20, 50, 50]
    assert _lines(r, p, "K9") == [-100_000_000 * t for t in handled]
    # OUT: trucks arrive at 1260 and 1620, flights leave at 2880 and 3000; LIEGE is ready at 0.
    f2 = p.flights[1].rotation.off_block_min
    stored = [(40, 2880 - 1260), (10, 3000 - 1620), (50, f2)]
    assert _lines(r, p, "K11") == [-1_000_000 * t * minutes // 60 for t, minutes in stored]
    assert _lines(r, p, "K10") == [-1_800_000_000, -900_000_000, -2_700_000_000]


@pytest.mark.parametrize("kind", KINDS)
def test_lease_and_acmi_by_hand(kind: Kind) -> None:
    """Two tails fly 61 h (3660 min); 7 USD lease each."""
    r, p = world(kind), good_plan(kind)
    assert _lines(r, p, "K4") == [-14_000_000]
    wet = with_pool(r, acmi=True, returnable=True, fixed_micro=0, acmi_micro_per_block_h=60_000_000)
    assert _lines(wet, p, "K4") == [-3_660_000_000]
    guaranteed = with_pool(wet, guarantee_min=1830)
    assert _lines(guaranteed, p, "K4") == [-3_660_000_000]
    assert _lines(with_pool(wet, guarantee_min=1831), p, "K4") == [-3_662_000_000]
    returned = replace(p, returned=("T2",))
    assert _lines(with_pool(wet, guarantee_min=5000), returned, "K4") == [-5_000_000_000]
    assert _lines(with_pool(wet, fixed_micro=1), returned, "K4")[0] == -1
    assert _lines(wet, p, "K3") == []
    assert _lines(wet, p, "K2") == [-1_500_000] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_charges_by_the_minute(kind: Kind) -> None:
    """A landing at LUX costs 10 USD, at night 14; F1 lands at 3560 and F3 at 3600."""
    r, p = world(kind), good_plan(kind)
    night = (Window(3570, 3601),)
    charges = (
        ResolvedCharge("landing", "arrival", 10_000_000, 4_000_000, night),
        ResolvedCharge("take-off", "departure", 1_000_000, 9_000_000, (Window(0, 3680),)),
    )
    index = [g.airport for g in r.ground].index("LUX")
    r = replace(r, ground=edit(r.ground, index, charges=charges))
    assert sorted(_lines(r, p, "K5")) == [-14_000_000, -10_000_000, -1_000_000, -1_000_000]


def test_night_charges_run_over_the_weeks_end() -> None:
    """F2 lands at CGO at 10360, minute 280 of the week."""
    r, p = world("cyclic"), good_plan("cyclic")
    night = (Window(10_000, WEEK + 281),)
    charge = ResolvedCharge("landing", "arrival", 1_000_000, 2_000_000, night)
    r = replace(r, ground=edit(r.ground, 0, charges=(charge,)))
    assert sorted(_lines(r, p, "K5")) == [-3_000_000, -1_000_000, -1_000_000]


def test_storage_counts_the_weeks_waited() -> None:
    r, p = world("cyclic"), good_plan("cyclic")
    later = with_load(p, 4, segments=(Segment("F2", 0, 0, 2),))
    waits_min = 9000 + 2 * WEEK
    assert _lines(r, later, "K11")[-1] == -50_000_000 * waits_min // 60


def test_a_gateway_in_mid_rotation_is_no_layover() -> None:
    for kind in KINDS:
        flight = Flight("F", "P", "T1" if kind == "dated" else "", rotation(0, "LUX", "CGO", "LGG"))
        p = price(world(kind), Plan("world", "", (flight,), (), ()))
        report = checked(world(kind), p)
        assert report.costs_match
        layovers = [x.station for x in report.money if x.item == "layover"]
        assert layovers == ["LUX", "LGG"]


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_rounding_is_to_the_nearest_and_halves_away_from_zero(a: int, b: int) -> None:
    whole = rounded(Fraction(a, b))
    off = abs(Fraction(a, b) - whole)
    assert off <= Fraction(1, 2)
    if off == Fraction(1, 2):
        assert abs(whole) > abs(Fraction(a, b))


# --- against what prices the plans ----------------------------------------------------------------

AMOUNT = st.integers(0, 10**10)


@st.composite
def priced_worlds(draw: st.DrawFn) -> tuple[ResolvedInstance, Plan]:
    """Any prices, any flights at any times, any loads: legal or not, but all ids known."""
    kind = draw(st.sampled_from(KINDS))
    r = world(kind)
    legs = tuple(
        replace(
            leg,
            fuel_fixed_micro=draw(AMOUNT),
            fuel_pico_per_g=draw(AMOUNT),
            crew_micro=draw(AMOUNT),
        )
        for leg in r.legs
    )
    night = Window(draw(st.integers(0, WEEK - 1)), draw(st.integers(WEEK, 2 * WEEK)))
    charge = ResolvedCharge("noise", "arrival", draw(AMOUNT), draw(AMOUNT), (night,))
    ground = tuple(
        replace(
            g,
            parking_micro_per_h=draw(AMOUNT),
            parking_free_min=draw(st.integers(0, 300)),
            charges=(charge, replace(charge, item="landing", movement="departure")),
        )
        for g in r.ground
    )
    airports = tuple(
        replace(a, handling_pico_per_g=draw(AMOUNT), storage_pico_per_g_h=draw(AMOUNT))
        for a in r.airports
    )
    pools = edit(
        r.pools,
        0,
        acmi=draw(st.booleans()),
        returnable=True,
        fixed_micro=draw(AMOUNT),
        acmi_micro_per_block_h=draw(AMOUNT),
        guarantee_min=draw(st.integers(0, 10_000)),
    )
    consignments = tuple(
        replace(
            c,
            weight_g=draw(st.integers(1, 10**8)),
            revenue_micro=draw(AMOUNT),
            surcharge_micro=draw(AMOUNT),
            ready_min=draw(st.integers(-500, WEEK)),
        )
        for c in r.consignments
    )
    r = replace(
        r, legs=legs, ground=ground, airports=airports, pools=pools, consignments=consignments
    )
    return r, draw(plans())


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    routes = ("LUX", "LGG", "KGF* LUX", "LUX LGG", "LUX CGO LGG")
    stops = st.sampled_from([tuple(route.split()) for route in routes])
    flights = tuple(
        Flight(f"F{i}", "P", draw(st.sampled_from(["", "T1"])), rotation(start, *draw(stops)))
        for i, start in enumerate(draw(st.lists(st.integers(-100, 2 * WEEK), max_size=4)))
    )
    for i in range(len(flights)):
        delay = draw(st.integers(-200, 1000))
        flights = shifted(Plan("", "", flights, (), ()), i, delay, first_leg=1).flights
    loads = []
    for flight in flights:
        for _ in range(draw(st.integers(0, 3))):
            ends = sorted(draw(st.tuples(*[st.integers(0, len(flight.rotation.legs) - 1)] * 2)))
            dispatch = draw(st.none() | st.integers(-WEEK, WEEK))
            loads.append(
                Load(
                    draw(st.sampled_from(["OUT", "BACK", "LIEGE"])),
                    draw(st.integers(1, 10**8)),
                    None if dispatch is None else Truck("Yiwu-CGO", dispatch),
                    (Segment(flight.id, *ends, draw(st.integers(0, 2))),),
                    draw(st.none() | st.just(Truck("CGO-Yiwu", 4680))),
                )
            )
    mode = st.sampled_from(["standard", "direct"])
    trucks = tuple(
        TruckRun("Yiwu-CGO", 360 * i, draw(mode), draw(st.integers(1, 50)))
        for i in range(draw(st.integers(0, 3)))
    )
    returned = tuple(sorted(draw(st.sets(st.sampled_from(["T1", "T2"])))))
    return Plan("world", "", flights, tuple(loads), trucks, returned)


@settings(max_examples=120, deadline=None)
@given(priced_worlds())
def test_agrees_with_the_costing_of_plans(case: tuple[ResolvedInstance, Plan]) -> None:
    """Storage of a dated plan is left to legal weeks: there a later week means nothing."""
    resolved, plan = case
    if not resolved.period.cyclic:
        same_week = [
            replace(x, segments=(replace(x.segments[0], weeks_later=0),)) for x in plan.loads
        ]
        plan = replace(plan, loads=tuple(same_week))
    plan = price(resolved, plan)
    report = audit(resolved, plan)
    assert report.money_differences == ()
    assert report.costs_match
    assert report.contribution_micro == plan.contribution_micro


# --- what is wrong is found -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_counts(kind: Kind) -> None:
    """A micro-dollar on any line, a line too few, or one twice: the costs do not match."""
    r, p = world(kind), good_plan(kind)
    for i, line in enumerate(p.money):
        more = replace(p, money=edit(p.money, i, amount_micro=line.amount_micro + 1))
        report = audit(r, more)
        assert not report.costs_match
        assert report.money_difference_micro == 1
        assert any(line.code in difference for difference in report.money_differences)
        assert not audit(r, replace(p, money=p.money[:i] + p.money[i + 1 :])).costs_match
        assert not audit(r, replace(p, money=(*p.money, line))).costs_match


def test_lines_belong_where_they_arise() -> None:
    r, p = world("dated"), good_plan("dated")
    keys = ("code", "item", "flight", "station", "consignment", "lane", "tail")
    for i in range(len(p.money)):
        for key in keys:
            moved = replace(p, money=edit(p.money, i, **{key: "elsewhere"}))
            assert not audit(r, moved).costs_match
    crew = next(i for i, x in enumerate(p.money) if x.item == "crew")
    assert not audit(r, replace(p, money=edit(p.money, crew, leg=99))).costs_match


def test_lines_of_nothing_carry_nothing() -> None:
    r, p = world("dated"), good_plan("dated")
    empty = MoneyLine(code="K1", item="fuel", amount_micro=0)
    assert audit(r, replace(p, money=(empty, *reversed(p.money)))).costs_match


def test_a_return_that_may_not_be_saves_nothing() -> None:
    r, p = world("dated"), good_plan("dated")
    assert _lines(r, replace(p, returned=("T1", "T2")), "K4") == [-14_000_000]


def test_a_flight_of_no_pool_costs_what_it_burns() -> None:
    r, p = world("dated"), good_plan("dated")
    assert _lines(r, with_flight(p, 0, pool="Q"), "K1") == _lines(r, p, "K1")
