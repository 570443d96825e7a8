"""C21: cargo that changes aircraft at a gateway; K9 and C10 twice there, K11 while it waits."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from optimizer.control import Budget, never
from optimizer.data import reference
from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import (
    Access,
    ResolvedCommitment,
    ResolvedHandlingLimit,
    ResolvedInstance,
    ResolvedRequirement,
    ResolvedSupport,
    ResolvedTransit,
    Window,
)
from optimizer.domain.transit import Connection
from optimizer.engine import explain_left_behind, solve
from optimizer.engine.adopt import adopt
from optimizer.engine.cargo_table import CargoTable
from optimizer.engine.families import Families
from optimizer.engine.schedule import Schedule
from optimizer.engine.transit import Changing
from optimizer.errors import InstanceError, SolutionError
from optimizer.files import read_instance, write_instance
from optimizer.files.certificate_json import certificate_from_json, certificate_to_json
from optimizer.files.judge import judge
from optimizer.files.plan_json import plan_from_json, plan_to_json
from optimizer.files.timetable import read_timetable
from optimizer.generate import GeneratorOptions, generate, ladder, tiny
from optimizer.model import ReferenceResult, solve_reference
from optimizer.model.assemble import Carried
from optimizer.model.columns import OnBoard
from optimizer.model.connected import connected
from optimizer.model.programme import Programme
from optimizer.model.relaxation import Relaxation
from optimizer.model.transit_rows import c21_transit
from optimizer.network import CargoIndex, Carriage, Offer, Universe
from optimizer.plan.certificate import Certificate, Leaf, Prices, TransitPrice
from optimizer.plan.costing import price
from optimizer.plan.plan import Load, Plan, Segment, Truck
from optimizer.report.resolved_tables import RESOLVED_FILES
from optimizer.report.summary import summary
from optimizer.report.text import summary_text
from optimizer.report.view import PlanView
from optimizer.resolve import resolve
from optimizer.verify import audit
from optimizer.verify.certificate import verify_certificate
from optimizer.verify.certificate.falling import Falling
from optimizer.verify.certificate.names import Names
from optimizer.verify.rederive import rederive
from tests.builders import consignment, tail
from tests.builders import tiny as small
from tests.ground_cases import case_transit
from tests.verify_world import codes

SEEDS = range(66)
GAP = 1e-9
C21 = frozenset(("C21",))


@cache
def resolved_of(seed: int) -> ResolvedInstance:
    """A tiny instance; of some, cargo may change aircraft."""
    return resolve(tiny(seed, limits=["transit", "few_trucks" if seed % 2 else "dwell"]))


@cache
def reference_of(seed: int) -> ReferenceResult:
    return solve_reference(resolved_of(seed), gap=GAP)


@cache
def hub(connection_min: int = 180) -> ResolvedInstance:
    """Liège to Dhaka, by hand."""
    return resolve(case_transit(connection_min))


@cache
def hub_plan() -> Plan:
    plan = solve_reference(hub(), gap=GAP).plan
    assert plan is not None
    return plan


def changed(plan: Plan, **fields: Any) -> Plan:
    """The plan with another load."""
    (load,) = plan.loads
    return replace(plan, loads=(replace(load, **fields),))


def waiting(r: ResolvedInstance, **fields: Any) -> ResolvedInstance:
    """The instance with another consignment."""
    (c,) = r.consignments
    return replace(r, consignments=(replace(c, **fields),))


def test_engine_finds_the_optimum_and_proves_it() -> None:
    """Engine = reference on at least 50 instances, each with an accepted certificate."""
    solved = raised = changing = 0
    for seed in SEEDS:
        r = resolved_of(seed)
        if not r.transits:
            continue
        best, found = reference_of(seed), solve(r, gap=0, work_limit=300, threads=1)
        assert best.value_usd is not None
        assert best.plan is not None
        assert found.plan is not None, seed
        slack = 0.01 + 1e-6 * abs(best.value_usd)
        assert found.plan.contribution_micro * 1e-6 == pytest.approx(best.value_usd, abs=slack)
        for plan in (best.plan, found.plan):
            report = audit(r, plan)
            assert report.feasible, (seed, report.violations)
            assert report.costs_match, (seed, report.money_differences)
        assert found.certificate is not None
        proof = verify_certificate(r, found.certificate, found.plan)
        assert proof.accepted, (seed, proof.problems)
        assert proof.bound_micro is not None
        assert proof.bound_micro * 1e-6 >= best.value_usd - slack
        without = solve_reference(r, relaxed=C21, gap=1e-6)
        assert without.value_usd is not None
        assert without.value_usd >= best.value_usd - slack
        raised += without.value_usd > best.value_usd + slack
        changing += any(len(load.segments) > 1 for load in best.plan.loads)
        solved += 1
    assert solved >= 50
    assert raised >= 15
    assert changing >= 25


@pytest.mark.parametrize("number", ["C1", "C4", "C5", "C10", "C11", "C12", "C15", "C16", "C19"])
def test_leaving_another_constraint_out_never_costs_anything(number: str) -> None:
    for seed in (4,) if number == "C11" else (3, 10):
        r, best = resolved_of(seed), reference_of(seed)
        without = solve_reference(r, relaxed=frozenset((number,)), gap=1e-6)
        assert best.value_usd is not None
        assert without.value_usd is not None
        assert without.value_usd >= best.value_usd - 1e-5 * abs(best.value_usd) - 0.01


def test_a_plan_that_would_have_to_gain_much_more_than_any_has_is_left_as_it_is() -> None:
    r = resolved_of(3)
    best = solve(r, gap=0, work_limit=100, threads=1, method="heuristic").plan
    assert best is not None
    schedule = Schedule(CargoTable(CargoIndex(r)))
    families = Families(Universe(r), schedule.cargo, schedule.lines)
    bare = adopt(schedule, families, replace(best, loads=(), trucks=()))
    assert bare is not None
    changing = Changing(r, never, Budget())
    filled = changing.filled(bare)
    gained_micro = filled.contribution_micro - bare.contribution_micro
    assert gained_micro > 0
    assert changing.filled(bare, filled).contribution_micro == filled.contribution_micro
    more = replace(filled.money[0], amount_micro=gained_micro)
    far = replace(filled, money=(*filled.money, more))
    assert changing.filled(bare, far) is bare


def test_the_heuristic_alone_carries_transit_cargo() -> None:
    found = solve(resolved_of(3), gap=0, work_limit=100, threads=1, method="heuristic")
    assert found.plan is not None
    assert any(len(load.segments) > 1 for load in found.plan.loads)
    assert audit(resolved_of(3), found.plan).feasible


def test_a_start_with_transit_cargo_is_kept() -> None:
    plan = hub_plan()
    found = solve(hub(), gap=0, work_limit=5, threads=1, start=plan, start_holds=True)
    assert found.plan is not None
    assert found.plan.contribution_micro == plan.contribution_micro


def test_an_exact_connection_passes_and_a_minute_less_fails() -> None:
    plan = hub_plan()
    assert codes(hub(), plan) == set()
    assert codes(hub(181), plan) == {"C21"}
    (violation,) = audit(hub(181), plan).violations
    assert (violation.amount, violation.unit, violation.station) == (1, "min", "CGO")
    assert "3:00 h later" in violation.message


def test_in_a_week_that_repeats_weeks_count() -> None:
    instance = case_transit(180)
    instance = instance.model_copy(
        update={
            "universe": instance.universe.model_copy(update={"departure_grid_min": 720}),
            "period": instance.period.model_copy(update={"kind": "cyclic", "days": 7}),
            "fleet": (tail("T1"), tail("T2")),
            "demand": (
                instance.demand[0].model_copy(
                    update={"due_at": instance.demand[0].ready_at.replace(day=12)}
                ),
            ),
        }
    )
    r = resolve(instance)
    plan = solve_reference(r, gap=GAP).plan
    assert plan is not None
    (load,) = plan.loads
    assert len(load.segments) == 2
    assert codes(r, plan) == set()
    first, second = load.segments
    earlier = replace(second, weeks_later=second.weeks_later - 1)
    assert codes(r, changed(plan, segments=(first, earlier))) == {"C21"}


def test_it_may_not_wait_longer_than_its_dwell() -> None:
    assert codes(waiting(hub(), max_dwell_min=180), hub_plan()) == set()
    assert codes(waiting(hub(), max_dwell_min=179), hub_plan()) == {"C21"}
    none = solve_reference(waiting(hub(), max_dwell_min=179), gap=GAP)
    assert none.value_usd == pytest.approx(0.0, abs=1e-6)


def test_abandoned_cargo_costs_and_earns_nothing() -> None:
    first = hub_plan().loads[0].segments[:1]
    plan = price(hub(), changed(hub_plan(), segments=first, abandoned=True))
    report = audit(hub(), plan)
    assert report.feasible, report.violations
    assert report.costs_match, report.money_differences
    assert plan.contribution_micro == -(2_000 + 1_000 + 8_000) * 10**6
    assert {x.item for x in plan.money if x.code == "K9"} == {"loading", "transit unloading"}
    assert not plan.carried_g
    promised = ResolvedCommitment("K", ("X",), 20_000_000, None)
    assert codes(replace(hub(), commitments=(promised,)), plan) == {"C19"}
    assert codes(replace(hub(), commitments=(promised,)), hub_plan()) == set()


def bad_loads() -> dict[str, dict[str, Any]]:
    """What makes no sense of a load that changes aircraft."""
    first, second = hub_plan().loads[0].segments
    return {
        "three flights": {"segments": (first, second, second)},
        "no flight": {"segments": ()},
        "abandoned, but goes on": {"abandoned": True},
        "abandoned where it may not change": {"segments": (second,), "abandoned": True},
        "brought and forgotten": {"segments": (first,)},
        "not brought": {"segments": (second,)},
        "the wrong way round": {"segments": (second, first)},
        "no such second flight": {"segments": (first, replace(second, flight="F9"))},
        "no such second leg": {"segments": (first, replace(second, discharge_leg=7))},
        "weeks in a dated plan": {"segments": (first, replace(second, weeks_later=1))},
    }


@pytest.mark.parametrize("name", bad_loads())
def test_what_makes_no_sense_is_c0(name: str) -> None:
    assert codes(hub(), changed(hub_plan(), **bad_loads()[name])) == {"C0"}


def test_who_may_not_change_is_c0() -> None:
    assert codes(replace(hub(), transits=()), hub_plan()) == {"C0"}


def test_an_abandoned_load_has_no_truck() -> None:
    first = hub_plan().loads[0].segments[:1]
    plan = changed(hub_plan(), segments=first, abandoned=True, delivery=Truck("CGO-Yiwu", 0))
    assert "C0" in codes(hub(), plan)


def test_the_terminal_of_the_hub_handles_it_twice() -> None:
    whole_day = ResolvedHandlingLimit("H", "CGO", True, True, Window(0, 1440), 40_000_000)
    assert codes(replace(hub(), handling_limits=(whole_day,)), hub_plan()) == set()
    less = replace(whole_day, most_g=39_999_999)
    assert codes(replace(hub(), handling_limits=(less,)), hub_plan()) == {"C10"}
    best = solve_reference(replace(hub(), handling_limits=(less,)), gap=GAP).plan
    assert best is not None
    assert best.carried_g == {"X": 19_999_999}
    assert codes(replace(hub(), handling_limits=(less,)), best) == set()


def test_rights_and_requirements_hold_for_both_flights() -> None:
    (operator,) = hub().operators
    for pair in (("LGG", "CGO"), ("CGO", "DAC")):
        rights = tuple(x for x in operator.rights if x != pair)
        r = replace(hub(), operators=(replace(operator, rights=rights),))
        assert codes(r, hub_plan()) == {"C15"}
    for airports in (("LGG", "DAC"), ("LGG", "CGO")):
        cool = ResolvedRequirement("cool", ("X",), ("T100",), airports)
        r = replace(hub(), requirements=(cool,))
        assert codes(r, hub_plan()) == {"C16"}
        assert solve_reference(r, gap=GAP).value_usd == pytest.approx(0.0, abs=1e-6)
        (left,) = explain_left_behind(r, replace(hub_plan(), loads=()))
        assert left.reason in ("special cargo", "time")


def test_the_through_freight_is_shared_by_block_time() -> None:
    freight = [x.amount_micro for x in hub_plan().money if x.code == "R1"]
    assert freight == [42_857_142_857, 17_142_857_143]
    assert audit(hub(), hub_plan()).costs_match
    moved = replace(hub_plan(), money=(replace(hub_plan().money[0], flight="F2"),))
    assert not audit(hub(), moved).costs_match


def stocks_agree(rng: random.Random) -> None:
    """The rows of stocks and a pairing of every arrival with every departure: one optimum."""
    least, dwell = rng.randrange(5), rng.choice((None, rng.randrange(12)))
    c = waiting(hub(), max_dwell_min=dwell).consignments[0]
    transit = ResolvedTransit("X", "CGO", least)
    there, gate = Access("LGG", None), Access("CGO", None)
    inward = Offer(c, there, gate, 0, 99, -1.0, transit)
    onward = Offer(c, gate, Access("DAC", None), 0, 99, 2.0, transit)
    arrivals = [(rng.randrange(20), rng.uniform(0, 9)) for _ in range(rng.randrange(1, 6))]
    departures = [(rng.randrange(20), rng.uniform(0, 9)) for _ in range(rng.randrange(1, 6))]
    stocks, pairs, z = Programme(), Programme(), list[OnBoard]()
    for offer, times in ((inward, arrivals), (onward, departures)):
        for minute, most_kg in times:
            kg = stocks.variable("z", 0.0, most_kg)
            z.append(OnBoard(0, Carriage(offer, 0, 0, 0, minute, minute), kg, 0.0, most_kg))
    c21_transit(
        SimpleNamespace(  # type: ignore[arg-type]
            z=z,
            relaxed=frozenset(),
            hub_stock=[],
            consignment_label={"X": "X"},
            resolved=waiting(hub(), max_dwell_min=dwell),
            continuous=lambda name: stocks.variable(name, 0.0, None),
            at_most=lambda name, terms, bound: stocks.row(name, terms, -np.inf, bound),
            equal=lambda name, terms, value: stocks.row(name, terms, value, value),
        )
    )
    stocks.maximise({x.kg: 1.0 for x in z if x.carriage.offer.outbound})
    for a, (on, _) in enumerate(arrivals):
        for d, (off, _) in enumerate(departures):
            longest = off - on if dwell is None else dwell
            fits = least <= off - on <= longest
            pairs.variable(f"{a} {d}", 0.0, None if fits else 0.0)
    numbers = range(len(arrivals) * len(departures))
    for a, (_, most) in enumerate(arrivals):
        mine = [(k, 1.0) for k in numbers if k // len(departures) == a]
        pairs.row("in", mine, -np.inf, most)
    for d, (_, most) in enumerate(departures):
        mine = [(k, 1.0) for k in numbers if k % len(departures) == d]
        pairs.row("out", mine, -np.inf, most)
    pairs.maximise(dict.fromkeys(numbers, 1.0))
    one, other = Relaxation(stocks).solve(), Relaxation(pairs).solve()
    assert one is not None
    assert other is not None
    assert one.bound_usd == pytest.approx(other.bound_usd, abs=1e-6)
    assert one.values is not None
    carried = [Carried(x.carriage, "F", None, None, float(one.values[x.kg])) for x in z]
    joined = connected(waiting(hub(), max_dwell_min=dwell), carried)
    assert sum(x.kg for x in joined) == pytest.approx(one.bound_usd, abs=1e-6)
    for x in joined:
        assert x.onward is not None
        wait_min = x.onward[0].off_block_min - x.carriage.on_block_min
        assert least <= wait_min <= (99 if dwell is None else dwell)


def test_stocks_leave_out_no_connection() -> None:
    rng = random.Random(21)
    for _ in range(80):
        stocks_agree(rng)


def test_instances_without_transit_keep_their_digest() -> None:
    r = resolve(small())
    digest = resolved_digest(r)
    assert resolved_digest(replace(r, transits=())) == digest
    transit = ResolvedTransit("OUT", "CGO", 1)
    assert resolved_digest(replace(r, transits=(transit,))) != digest


def test_blank_minutes_come_from_the_reference_data() -> None:
    assert all(row.provenance.startswith("E") for row in reference().connections)
    instance = ladder_instance()
    r = resolve(instance)
    found = {(t.gateway, t.connection_min) for t in r.transits}
    assert found <= {("CGO", 180), ("CGO", 360), ("CGO", 600)}
    assert found
    told = {(d.key, d.value) for d in r.defaults if d.table == "connections"}
    assert told
    assert not rederive(r, instance, reference())
    (first, *others) = r.transits
    wrong = replace(r, transits=(replace(first, connection_min=5), *others))
    assert any("connection_min: 5" in text for text in rederive(wrong, instance, reference()))
    assert any(
        "changes of aircraft" in x for x in rederive(replace(r, transits=()), instance, reference())
    )


def test_the_row_of_a_gateway_comes_first() -> None:
    rows = (
        Connection(mode="airside", connection_min=60),
        Connection(mode="airside", gateway="CGO", connection_min=90),
    )
    instance = case_transit(1).model_copy(update={"connections": rows})
    assert [t.connection_min for t in resolve(instance).transits] == [90]


def with_transit(mode: str | None = "airside", **fields: Any) -> Instance:
    """LUX to MAD, which may change at CGO."""
    rows = (Connection(mode="airside", connection_min=60),)
    demand = (consignment("X", origin="LUX", destination="MAD", transit=mode),)
    changes: dict[str, Any] = {"connections": rows, "demand": demand} | fields
    return small(stations=("LUX", "MAD"), **changes)


AIRSIDE = Connection(mode="airside", connection_min=60)
BAD: dict[str, tuple[Instance, str, str]] = {
    "unknown mode": (with_transit("airsid"), "unknown-connection", "demand.csv"),
    "no gateway": (
        with_transit(
            connections=(AIRSIDE, Connection(mode="airside", gateway="LUX", connection_min=1))
        ),
        "no-gateway",
        "connections.csv",
    ),
    "twice": (with_transit(connections=(AIRSIDE, AIRSIDE)), "duplicate", "connections.csv"),
    "nothing to change": (
        with_transit(demand=(consignment("X", transit="airside"),)),
        "unused",
        "demand.csv",
    ),
    "nobody names it": (with_transit(None), "unused", "connections.csv"),
    "no rights": (with_transit(None), "no-rights", "demand.csv"),
}


@pytest.mark.parametrize(("instance", "code", "file"), BAD.values(), ids=BAD)
def test_bad_input_is_a_finding(instance: Instance, code: str, file: str) -> None:
    assert file in {f.file for f in judge(instance) if f.code == code}
    if code in ("unknown-connection", "duplicate"):
        with pytest.raises(InstanceError):
            resolve(instance)


def test_good_input_is_none() -> None:
    assert not judge(with_transit())
    assert [t.gateway for t in resolve(with_transit()).transits] == ["CGO"]
    (found,) = (f for f in judge(with_transit("airsid")) if f.code == "unknown-connection")
    assert found.nearest == "airside"


def test_written_and_read_again_it_is_the_same(tmp_path: Any) -> None:
    for number, instance in enumerate((case_transit(180), ladder_instance())):
        write_instance(instance, tmp_path / str(number))
        assert read_instance(tmp_path / str(number)) == instance
    abandoned = changed(hub_plan(), segments=hub_plan().loads[0].segments[:1], abandoned=True)
    for plan in (hub_plan(), abandoned):
        assert plan_from_json(plan_to_json(plan)) == plan


def ladder_instance() -> Instance:
    return generate(GeneratorOptions(destinations=3, tails=3, consignments=40, transit=True))


def test_the_switch_of_the_generator_leaves_everything_else() -> None:
    instance = ladder_instance()
    plain = generate(GeneratorOptions(destinations=3, tails=3, consignments=40))
    goes_on = {row.consignment for row in instance.demand if row.transit}
    assert len(goes_on) >= 2
    assert [row for row in instance.demand if not row.transit] == [
        row for row in plain.demand if row.consignment not in goes_on
    ]
    assert not any(row.transit for row in ladder("XS").demand)
    assert len(resolve(instance).transits) == len(goes_on)


def test_a_falling_price_counts_the_steps_ahead() -> None:
    steps = {30: 5, 10: 2, 20: 7}
    found = Falling(steps).at(np.arange(40, dtype=np.int64))
    assert found.tolist() == [sum(p for t, p in steps.items() if t >= m) for m in range(40)]
    assert Falling(steps).most == 14
    assert Falling({}).at(np.zeros(3, dtype=np.int64)).tolist() == [0, 0, 0]


def test_prices_of_changes_are_checked() -> None:
    names = Names(hub())
    good = TransitPrice("X", "CGO", 780, 10**9)
    assert not list(names.problems(Prices(transit=(good,))))
    for wrong, words in (
        ((good, good), "has 2 prices"),
        ((replace(good, gateway="LGG"),), "may not change aircraft there"),
        ((replace(good, pico_per_g=-1),), "negative"),
        ((replace(good, minute=10**14),), "beyond any period"),
    ):
        assert any(words in problem for problem in names.problems(Prices(transit=wrong)))


@pytest.mark.parametrize("seed", [3, 8, 10])
def test_any_prices_of_changes_prove_a_bound(seed: int) -> None:
    """Prices drawn at random, through the file and back: no bound is below the optimum."""
    r, best, rng = resolved_of(seed), reference_of(seed), random.Random(seed)
    assert best.value_usd is not None
    for _ in range(4):
        steps = tuple(
            TransitPrice(t.consignment, t.gateway, minute, rng.randrange(3 * 10**9))
            for t in r.transits
            for minute in rng.sample(range(0, r.period.length_min, 60), 4)
        )
        claim = Certificate(r.name, resolved_digest(r), 10**15, Leaf(Prices(transit=steps)))
        claim = certificate_from_json(certificate_to_json(claim))
        proof = verify_certificate(r, claim)
        assert proof.accepted, proof.problems
        assert proof.bound_micro is not None
        assert proof.bound_micro * 1e-6 >= best.value_usd


def test_reasons_for_cargo_left_behind() -> None:
    grounded = replace(hub_plan(), flights=(), loads=(), money=())
    for r, plan, reason in (
        (hub(181), replace(hub_plan(), loads=()), "connection"),
        (hub(), grounded, "connection"),
        (hub(), replace(hub_plan(), loads=()), "not found"),
        (waiting(hub(), due_min=100), grounded, "time"),
        (waiting(hub(), operators=()), grounded, "carriers"),
        (waiting(hub(), revenue_micro=0), grounded, "uneconomic"),
        (replace(hub(), operators=(replace(hub().operators[0], rights=()),)), grounded, "rights"),
    ):
        (left,) = explain_left_behind(r, plan)
        assert left.reason == reason, left
    half = Load("X", 10_000_000, None, hub_plan().loads[0].segments, None)
    (leg,) = (x for x in hub().legs if (x.origin, x.destination) == ("CGO", "DAC"))
    legs = tuple(replace(x, cap_kg=10_000) if x is leg else x for x in hub().legs)
    (left,) = explain_left_behind(replace(hub(), legs=legs), replace(hub_plan(), loads=(half,)))
    assert (left.reason, left.grams) == ("payload", 10_000_000)


def test_segments_say_where_cargo_changes() -> None:
    assert hub_plan().loads[0].segments == (Segment("F1", 0, 0), Segment("F2", 0, 0))


def test_support_is_paid_for_each_flight_of_what_is_delivered() -> None:
    paid = tuple(
        ResolvedSupport(name, (), (pair,), 0, 10**9)
        for name, pair in (("in", ("LGG", "CGO")), ("out", ("CGO", "DAC")), ("no", ("LGG", "DAC")))
    )
    r = replace(hub(), supports=paid)
    plan = price(r, hub_plan())
    assert [x.amount_micro for x in plan.money if x.code == "R4"] == [20_000 * 10**6] * 2
    assert audit(r, plan).costs_match
    first = plan.loads[0].segments[:1]
    left = price(r, changed(plan, segments=first, abandoned=True))
    assert not [x for x in left.money if x.code == "R4"]
    assert audit(r, left).costs_match
    late = replace(r, consignments=waiting(hub(), due_min=900).consignments)
    assert solve_reference(late, gap=GAP).value_usd == pytest.approx(0.0, abs=1e-6)
    best = solve_reference(r, gap=GAP)
    assert best.value_usd == pytest.approx(85_200)
    found = solve(r, gap=0, work_limit=100, threads=1)
    assert found.plan is not None
    assert found.plan.contribution_micro == 85_200 * 10**6
    assert found.certificate is not None
    assert verify_certificate(r, found.certificate, found.plan).accepted


@pytest.mark.parametrize("seed", [2, 4, 12])
def test_a_flight_of_two_may_be_bought(seed: int) -> None:
    r = resolve(tiny(seed, limits=["transit", "blocks"]))
    best, found = solve_reference(r, gap=GAP), solve(r, gap=0, work_limit=150, threads=1)
    assert best.plan is not None
    assert found.plan is not None
    slack = 0.01 + 1e-6 * abs(best.value_usd or 0.0)
    assert found.plan.contribution_micro * 1e-6 == pytest.approx(best.value_usd, abs=slack)
    bought = {block.id for block in r.blocks}
    flights = [{x.flight for x in load.segments} for load in best.plan.loads]
    assert any(len(on) > 1 and on & bought for on in flights)
    for plan in (best.plan, found.plan):
        report = audit(r, plan)
        assert report.feasible, report.violations
        assert report.costs_match
    assert found.certificate is not None
    assert verify_certificate(r, found.certificate, found.plan).accepted


def test_tables_tell_of_connections_and_add_up() -> None:
    shown = PlanView(hub(), hub_plan())
    assert shown.loads["connection_h"].isna().tolist() == [True, False]
    assert shown.loads["connection_h"].to_list()[1] == 3.0
    assert shown.loads["freight_usd"].to_list() == [0.0, 60_000.0]
    assert shown.loads["delivered_utc"].to_list()[0] == ""
    for dimension in ("rotation", "leg", "consignment", "route", "line"):
        total = shown.costs.by(dimension)[
            "contribution_usd" if dimension != "line" else "amount_usd"
        ]
        assert total.sum() == pytest.approx(45_200)
    figures = summary(hub(), hub_plan(), audit=audit(hub(), hub_plan()), left=())
    assert (figures["carried_kg"], figures["transit_kg"]) == (20_000, 20_000)
    assert figures["cost_usd"] == 14_800
    assert "20.0 t of it in transit" in summary_text(hub(), figures)
    assert RESOLVED_FILES["consignments.csv"](hub())["connections"].to_list() == ["CGO 180"]


SCHEDULE = (
    "flight,tail,origin,destination,off_block,on_block\n"
    "A,T1,LGG,CGO,2025-06-02T00:00Z,2025-06-02T10:00Z\n"
    "B,T2,CGO,DAC,2025-06-02T13:00Z,2025-06-02T17:00Z\n"
    "B,T2,DAC,CGO,2025-06-02T17:00Z,2025-06-02T21:00Z\n"
)
LOADS = "consignment,flight,segment,uplift,discharge,kg\n"
BOTH = LOADS + "X,A,1,LGG,CGO,20000\nX,B,2,CGO,DAC,20000\n"


def timetable(folder: Any, loads: str) -> Plan:
    (folder / "schedule.csv").write_text(SCHEDULE)
    (folder / "loads.csv").write_text(loads)
    return read_timetable(case_transit(180), hub(), folder / "schedule.csv", folder / "loads.csv")


def test_a_load_list_of_ones_own(tmp_path: Any) -> None:
    plan = timetable(tmp_path, BOTH)
    assert plan.contribution_micro == 45_200 * 10**6
    assert audit(hub(), plan).feasible
    (load,) = plan.loads
    assert len(load.segments) == 2
    (left,) = timetable(tmp_path, LOADS + "X,A,1,LGG,CGO,20000\n").loads
    assert left.abandoned


@pytest.mark.parametrize(
    "rows",
    [
        "X,B,2,CGO,DAC,20000\n",
        "X,A,1,LGG,CGO,20000\nX,B,2,CGO,DAC,19999\n",
        "X,A,1,LGG,CGO,20000\nX,B,3,CGO,DAC,20000\n",
    ],
)
def test_a_second_flight_joins_the_row_above(tmp_path: Any, rows: str) -> None:
    with pytest.raises(SolutionError, match="goes on with no load"):
        timetable(tmp_path, LOADS + rows)


def test_the_tables_of_a_plan_read_back(tmp_path: Any) -> None:
    shown = PlanView(hub(), hub_plan())
    shown.schedule.to_csv(tmp_path / "schedule.csv", index=False)
    shown.loads.to_csv(tmp_path / "loads.csv", index=False)
    again = read_timetable(
        case_transit(180), hub(), tmp_path / "schedule.csv", tmp_path / "loads.csv"
    )
    assert again.loads == hub_plan().loads
    assert again.money == hub_plan().money
