"""C18 and R3: capacity sold, from the table to the certificate."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import (
    ResolvedCommitment,
    ResolvedCustoms,
    ResolvedHandlingLimit,
    ResolvedInstance,
    ResolvedRequirement,
    ResolvedStockLimit,
    Window,
)
from optimizer.dual import Relaxation
from optimizer.engine import explain_left_behind, solve
from optimizer.errors import InstanceError, Severity
from optimizer.files import read_instance, write_instance
from optimizer.files.judge import judge
from optimizer.generate import GeneratorOptions, generate
from optimizer.generate import tiny as random_tiny
from optimizer.model import ReferenceResult, solve_reference
from optimizer.plan.costing import price
from optimizer.plan.freeze import freeze
from optimizer.plan.plan import Load, Plan, Segment
from optimizer.report import stock_use
from optimizer.report.page import page_html
from optimizer.report.summary import summary
from optimizer.report.text import summary_text
from optimizer.report.view import PlanView
from optimizer.resolve import resolve
from optimizer.verify import audit, rederive
from optimizer.verify.certificate import verify_certificate
from optimizer.whatif.explain import explain
from optimizer.whatif.explain_changes import make_edit
from optimizer.whatif.explain_conflict import requirements
from optimizer.whatif.scenario import Scenario, apply
from tests.builders import consignment, tail, tiny
from tests.certificates import certificate, random_tree
from tests.sold_cases import case_charter, case_sold, sold
from tests.tiny_cases import random_prices, slack_usd
from tests.verify_world import KINDS, Kind, checked, codes, edit, good_plan, with_load, world

SEEDS = range(54)
GAP = 1e-9


@cache
def drawn(seed: int) -> Instance:
    return random_tiny(seed, limits=("sold",))


@cache
def solved(seed: int) -> tuple[ResolvedInstance, ReferenceResult]:
    resolved = resolve(drawn(seed))
    return resolved, solve_reference(resolved, gap=GAP)


# --- the audit ---


def selling(kind: Kind, **changes: Any) -> ResolvedInstance:
    """The 50 t from CGO to LGG that F2 takes are sold, for 100,000 USD, to leave when F2 does."""
    r = world(kind)
    whole = {
        "customs": "; sold", "surcharge_micro": 0, "ready_min": 4400 if kind == "dated" else 9000,
        "due_min": 20_000, "max_dwell_min": 0, "sold": "block",
    }  # fmt: skip
    customs = (*r.customs, *(ResolvedCustoms("; sold", code, 0, 0) for code in ("CGO", "LGG")))
    cargo = edit(r.consignments, 2, **(whole | changes))
    other = replace(world(kind).consignments[2], id="OTHER", weight_g=1000, volume_cm3=4000)
    return replace(r, customs=customs, consignments=(*cargo, other))


def beside(kind: Kind) -> Plan:
    """The good plan with a kilogram of another consignment on F2."""
    plan = good_plan(kind)
    return replace(
        plan, loads=(*plan.loads, Load("OTHER", 1000, None, (Segment("F2", 0, 0),), None))
    )


@pytest.mark.parametrize("kind", KINDS)
def test_whole_on_one_flight_and_nothing_less(kind: Kind) -> None:
    r = selling(kind)
    plan = price(r, good_plan(kind))
    report = audit(r, plan)
    assert report.feasible, report.violations
    assert report.costs_match, report.money_differences
    assert codes(r, with_load(plan, 4, grams=49_999_999)) == {"C18"}
    (violation,) = checked(r, with_load(plan, 4, grams=49_000_000)).violations
    assert (violation.amount, violation.unit, violation.flight) == (1_000_000, "g", "F2")
    half = replace(plan.loads[4], grams=25_000_000)
    assert codes(r, replace(plan, loads=(*plan.loads[:4], half, half))) == {"C18"}
    assert codes(r, replace(plan, loads=plan.loads[:4])) == set()  # an offer may be left


@pytest.mark.parametrize("kind", KINDS)
def test_beside_a_charter_there_is_nothing(kind: Kind) -> None:
    assert codes(selling(kind), beside(kind)) == set()
    r = selling(kind, sold="aircraft")
    assert codes(r, good_plan(kind)) == set()
    assert codes(r, beside(kind)) == {"C18"}
    after = good_plan(kind)
    home = replace(
        r.consignments[3], uplifts=r.consignments[3].discharges,
        discharges=r.consignments[3].uplifts, origin="LGG", destination="CGO", due_min=20_000,
    )  # fmt: skip
    r = replace(r, consignments=(*r.consignments[:3], home))
    back = Load("OTHER", 1000, None, (Segment("F2", 1, 1),), None)
    assert (
        codes(r, replace(after, loads=(*after.loads, back))) == set()
    )  # on the next leg there may


@pytest.mark.parametrize("kind", KINDS)
def test_other_numbers_hold_too(kind: Kind) -> None:
    start = selling(kind).consignments[2].ready_min
    plan = good_plan(kind)
    assert codes(selling(kind, ready_min=start - 1), plan) == {"C11"}
    assert codes(selling(kind, ready_min=start + 1), plan) == {"C11"}
    assert codes(selling(kind, ready_min=start - 1, max_dwell_min=1), plan) == set()
    assert codes(selling(kind, operators=()), plan) == {"C0"}
    only = ResolvedRequirement("LIEGE; types", ("LIEGE",), ("U",), ("CGO", "LGG"))
    assert codes(replace(selling(kind), requirements=(only,)), plan) == {"C16"}
    due = ResolvedCommitment("LIEGE; contract", ("LIEGE",), 50_000_000, None)
    r = replace(selling(kind), commitments=(due,))
    assert codes(r, plan) == set()
    assert codes(r, replace(plan, loads=plan.loads[:4])) == {"C19"}
    heavy = with_load(plan, 4, grams=50_000_001)
    assert "C0" in codes(selling(kind), heavy)
    legs = selling(kind).legs
    low = tuple(replace(x, cap_kg=49_999) if x.destination == "LGG" else x for x in legs)
    assert codes(replace(selling(kind), legs=low), plan) == {"C4"}
    exact = tuple(replace(x, cap_kg=50_000) if x.destination == "LGG" else x for x in legs)
    assert codes(replace(selling(kind), legs=exact), plan) == set()
    types = (replace(world(kind).types[0], volume_cm3=200_000_000),)
    assert codes(replace(selling(kind), types=types), plan) == set()
    tight = replace(selling(kind, volume_cm3=200_000_001), types=types)
    assert codes(tight, plan) == {"C5"}


@pytest.mark.parametrize("kind", KINDS)
def test_terminals_count_it_and_stock_does_not(kind: Kind) -> None:
    start = selling(kind).consignments[2].ready_min
    plan = good_plan(kind)
    window = Window(start, start + 1)
    limit = ResolvedHandlingLimit("H", "CGO", True, False, window, 50_000_000)
    assert codes(replace(selling(kind), handling_limits=(limit,)), plan) == set()
    less = replace(limit, most_g=49_999_999)
    assert codes(replace(selling(kind), handling_limits=(less,)), plan) == {"C10"}
    r = selling(kind, ready_min=start - 600, max_dwell_min=600)
    without = replace(plan, loads=plan.loads[4:], trucks=())
    r = replace(r, stock_limits=(ResolvedStockLimit("CGO", 0),))
    assert codes(r, without) == set()
    assert not stock_use.stock_use(r, without)["stock_kg"].any()


def test_money_is_r3_and_what_it_burns() -> None:
    r = selling("dated")
    plan = price(r, good_plan("dated"))
    lines = {(x.code, x.item, x.amount_micro) for x in plan.money if x.consignment == "LIEGE"}
    assert lines == {("R3", "sold", 100_000_000_000)}  # neither handling nor storage
    ferry = price(r, replace(good_plan("dated"), loads=plan.loads[:4]))
    saved = plan.contribution_micro - ferry.contribution_micro
    assert saved == 100_000_000_000 - 50_000_000 * 70  # 70 micro-dollars of fuel a gram
    report = audit(r, replace(plan, money=tuple(x for x in plan.money if x.code != "R3")))
    assert report.feasible
    assert not report.costs_match


# --- reference, engine, certificate ---


def test_by_hand() -> None:
    for instance, provided, usd in (
        (case_sold(), {"OFFER"}, 220_000),
        (case_charter(200_000), set(), 220_000),
        (case_charter(230_000), {"CHARTER"}, 230_000),
    ):
        r = resolve(instance)
        for method in ("auto", "heuristic"):
            found = solve(r, gap=0, work_limit=20, threads=1, method=method)
            assert found.plan is not None
            assert found.plan.contribution_micro == usd * 10**6
            assert {x.consignment for x in found.plan.loads} & {
                "OFFER",
                "LOW",
                "DUE",
                "CHARTER",
            } == (provided)
            report = audit(r, found.plan, instance=instance, certificate=found.certificate)
            assert report.feasible
            assert report.costs_match
            assert report.resolved_match, report.resolved_differences
            assert report.bound_verified, report.certificate_problems


def test_contracts_are_kept_or_paid_for() -> None:
    base = case_sold()
    for penalty, usd in ((None, 215_000), (2.0, 215_000), (1.2, 218_000)):
        rows = (*base.sold[:2], base.sold[2].model_copy(update={"penalty_usd_per_kg": penalty}))
        r = resolve(base.model_copy(update={"sold": rows}))
        best, found = solve_reference(r, gap=GAP), solve(r, gap=0, work_limit=20, threads=1)
        for plan in (best.plan, found.plan):
            assert plan is not None
            assert plan.contribution_micro == usd * 10**6
            assert audit(r, plan).feasible
    impossible = sold("BIG", weight_kg=91_000, contracted=True)
    r = resolve(base.model_copy(update={"sold": (impossible,)}))
    assert solve_reference(r).status == "infeasible"
    assert solve(r, work_limit=20, threads=1).plan is None


def test_engine_reference_and_certificate_agree() -> None:
    """Engine = reference on at least 50 instances, each with an accepted certificate."""
    used = proven = money = 0
    for seed in SEEDS:
        r, best = solved(seed)
        found = solve(r, gap=1e-6, work_limit=100, threads=1)
        if best.plan is None or best.value_usd is None:
            assert (best.status, found.status) == ("infeasible", "infeasible")
            continue
        assert found.plan is not None
        slack = 0.01 + 1e-6 * abs(best.value_usd)
        for plan in (best.plan, found.plan):
            assert plan.contribution_micro * 1e-6 == pytest.approx(best.value_usd, abs=slack)
            report = audit(r, plan)
            assert report.feasible, (seed, report.violations)
            assert report.costs_match, (seed, report.money_differences)
        used += any(r.consignment[x.consignment].sold for x in best.plan.loads)
        money += any(x.code == "R3" for x in best.plan.money)
        assert found.certificate is not None
        proof = verify_certificate(r, found.certificate, found.plan)
        assert proof.accepted, (seed, proof.problems)
        assert proof.bound_micro is not None
        assert proof.bound_micro * 1e-6 >= best.value_usd - slack
        proven += 1
    assert proven >= 50
    assert used == money >= 25


def test_it_counts() -> None:
    raised = 0
    for seed in SEEDS[:32]:
        r, best = solved(seed)
        free = solve_reference(r, gap=GAP, relaxed=frozenset({"C18"})).value_usd
        assert free is not None
        if best.value_usd is None:
            continue
        assert free >= best.value_usd - 0.01
        raised += free > best.value_usd + 1
    assert raised >= 15


@pytest.mark.parametrize("seed", range(6))
def test_no_prices_are_below_the_optimum(seed: int) -> None:
    r, best = solved(seed)
    assert best.plan is not None
    assert best.value_usd is not None
    relaxation, rng = Relaxation(r), np.random.default_rng(seed)
    for _ in range(4):
        point = relaxation.at(random_prices(relaxation, rng))
        assert point.usd >= best.value_usd - slack_usd(best.value_usd)
    chance = random.Random(seed)
    for _ in range(3):
        proof = verify_certificate(r, certificate(r, random_tree(r, chance, 2)), best.plan)
        assert proof.accepted, proof.problems


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_flights_at_once_one_is_chartered(kind: Kind) -> None:
    """Both leave at minute 0: a charter takes one, a block and 60 t of cargo the other."""
    at_once = {"departs_until": "2025-06-02T00:00+00:00"}
    instance = tiny(
        kind=kind, fleet=(tail(count=2),),
        demand=(consignment(weight_kg=250_000, volume_m3=500, due_min=620),),
        sold=(sold("CHARTER", whole_aircraft=True, price_usd=400_000, **at_once),
              sold("MORE", weight_kg=40_000, price_usd=150_000, **at_once)),
    )  # fmt: skip
    r = resolve(instance)
    best, found = solve_reference(r, gap=GAP), solve(r, gap=0, work_limit=200, threads=1)
    for plan in (best.plan, found.plan):
        assert plan is not None
        assert plan.contribution_micro == (400_000 + 150_000 + 2 * 60_000) * 10**6
        assert audit(r, plan).feasible


@pytest.mark.parametrize("period", ["cyclic", "dated"])
def test_larger_instances_without_the_reference_model(period: str) -> None:
    options = GeneratorOptions.model_validate(
        {"destinations": 3, "tails": 3, "consignments": 40, "departure_grid_min": 360,
         "sold": True, "period": period}
    )  # fmt: skip
    instance = generate(options)
    assert not judge(instance)
    r = resolve(instance)
    found = solve(r, work_limit=4, threads=1, method="heuristic")
    assert found.plan is not None
    assert any(x.code == "R3" for x in found.plan.money)
    report = audit(r, found.plan, certificate=found.certificate)
    assert report.feasible, report.violations
    assert report.costs_match
    assert report.bound_verified, report.certificate_problems
    again = solve(r, work_limit=1, threads=1, method="heuristic", start=found.plan)
    assert again.plan is not None
    assert again.plan.contribution_micro >= found.plan.contribution_micro


# --- the format ---


def test_written_and_read(tmp_path: Path) -> None:
    for number, instance in enumerate((*map(drawn, range(5)), case_sold())):
        write_instance(instance, tmp_path / str(number))
        assert read_instance(tmp_path / str(number)) == instance


def test_rederiving_finds_what_is_wrong() -> None:
    for seed in range(6):
        assert rederive(solved(seed)[0], drawn(seed), None) == () or drawn(seed).reference_data
    instance = case_sold()
    r = resolve(instance)
    assert rederive(r, instance, None) == ()
    at = [c.id for c in r.consignments].index("DUE")
    for changes in (
        {"origin": "LUX"}, {"weight_g": 1}, {"volume_cm3": 1}, {"revenue_micro": 1}, {"sold": ""},
        {"sold": "aircraft"}, {"ready_min": 9}, {"max_dwell_min": 9}, {"due_min": 9},
        {"operators": ()}, {"surcharge_micro": 5}, {"uplifts": ()},
    ):  # fmt: skip
        changed = replace(r, consignments=edit(r.consignments, at, **changes))
        assert rederive(changed, instance, None), changes
    for field in ("requirements", "commitments", "consignments"):
        assert rederive(replace(r, **{field: ()}), instance, None)
    due = (replace(r.commitments[0], penalty_pico_per_g=5),)
    assert rederive(replace(r, commitments=due), instance, None)
    types = (replace(r.requirements[0], types=()), *r.requirements[1:])
    assert rederive(replace(r, requirements=types), instance, None)


def test_digests_without_it_stay() -> None:
    r = resolve(tiny())
    cargo = tuple(replace(c, sold="") for c in r.consignments)
    assert resolved_digest(replace(r, consignments=cargo)) == resolved_digest(r)
    assert resolved_digest(resolve(tiny(sold=(sold(),)))) != resolved_digest(r)


def test_permuted_rows_change_nothing() -> None:
    instance = case_sold()
    turned = instance.model_copy(update={"sold": instance.sold[::-1]})
    assert replace(resolve(turned), instance_digest="") == replace(
        resolve(instance), instance_digest=""
    )


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"name": "OUT"}, "duplicate", "sold"),
        ({"departs_until": "2025-06-01T23:59+00:00"}, "end-before-start", "departs_until"),
        ({"departs_from": "2025-06-09T00:00+00:00", "departs_until": "2025-06-09T01:00+00:00"},
         "outside-period", "departs_from"),
        ({"destination": "CGO"}, "no-leg", "destination"),
        ({"destination": "XQX"}, "unknown-airport", "destination"),
        ({"operators": ("CW",)}, "unknown-operator", "operators"),
        ({"types": ("T101",)}, "unknown-type", "types"),
    ],
)  # fmt: skip
def test_bad_rows_are_findings(changes: dict[str, Any], code: str, column: str) -> None:
    instance = tiny(reference_data=True, sold=(sold(**changes),))
    found = {(f.code, f.column, f.row) for f in judge(instance) if f.severity is Severity.ERROR}
    assert (code, column, 2) in found


@pytest.mark.parametrize(
    "changes",
    [{"name": "OUT"}, {"departs_until": "2025-06-01T23:59+00:00"}, {"destination": "CGO"},
     {"operators": ("CW",)}, {"types": ("T101",)}, {"weight_kg": 0.0001}, {"volume_m3": 1e-9},
     {"departs_from": "2025-06-09T00:00+00:00", "departs_until": "2025-06-09T01:00+00:00"}],
)  # fmt: skip
def test_bad_rows_are_not_resolved(changes: dict[str, Any]) -> None:
    with pytest.raises(InstanceError, match="sold block"):
        resolve(tiny(sold=(sold(**changes),)))


def test_what_belongs_together() -> None:
    with pytest.raises(ValueError, match="uld_positions"):
        sold(deck="main")
    with pytest.raises(ValueError, match="contracted"):
        sold(penalty_usd_per_kg=1)
    twice = tiny(sold=(sold(), sold()))
    assert "duplicate" in {f.code for f in judge(twice)}
    with pytest.raises(InstanceError, match="more than once"):
        resolve(twice)
    week = {"departs_until": "2025-06-09T00:00+00:00"}
    assert "longer-than-week" in {f.code for f in judge(tiny(kind="cyclic", sold=(sold(**week),)))}
    far = tiny(sold=(sold(origin="LUX", destination="CGO", weight_kg=20),))
    assert {f.code for f in judge(far)} == {"unusual-figure"}


@pytest.mark.parametrize("name", ["charters", "blocks_sold"])
def test_other_names_of_the_table_are_told(name: str, tmp_path: Path) -> None:
    write_instance(case_sold(), tmp_path / "case")
    (tmp_path / "case" / "sold.csv").rename(tmp_path / "case" / f"{name}.csv")
    with pytest.raises(InstanceError) as error:
        read_instance(tmp_path / "case")
    assert [(f.file, f.nearest) for f in error.value.findings] == [(f"{name}.csv", "sold.csv")]


def test_positions_that_are_sold() -> None:
    types = (case_sold().types[0].model_copy(update={"main_positions": 20, "lower_positions": 10}),)
    rows = (sold(price_usd=500_000, uld_positions=12, deck="main"),
            sold("T", price_usd=500_000, uld_positions=8.001, deck="main"))  # fmt: skip
    instance = case_sold().model_copy(update={"types": types, "sold": rows})
    r = resolve(instance)
    assert rederive(r, instance, None) == ()
    best = solve_reference(r, gap=GAP)
    assert best.plan is not None
    assert sum(r.consignment[x.consignment].sold != "" for x in best.plan.loads) == 1
    eight = (rows[0], rows[1].model_copy(update={"uld_positions": 8}))
    r = resolve(instance.model_copy(update={"sold": eight}))
    best = solve_reference(r, gap=GAP)
    assert best.plan is not None
    assert sum(r.consignment[x.consignment].sold != "" for x in best.plan.loads) == 2


# --- reports and what is asked about plans ---


def test_reports_tell_what_is_sold() -> None:
    instance = case_sold()
    r = resolve(instance)
    best = solve_reference(r, gap=GAP)
    assert best.plan is not None
    view = PlanView(r, best.plan)
    table = view.sold.set_index("sold")
    assert table.loc["OFFER", ["provided", "flight", "earned_usd", "penalty_usd"]].tolist() == [
        True, "F1", 70_000, 0,
    ]  # fmt: skip
    assert table.loc["DUE", ["provided", "contracted", "penalty_usd"]].tolist() == [
        False, True, 10_000,
    ]  # fmt: skip
    assert view.costs.by("rotation")["R3_capacity_sold_usd"].sum() == 70_000
    figures = summary(r, best.plan)
    assert (figures["sold_blocks"], figures["sold_blocks_provided"]) == (3, 1)
    assert "sold             1 of 3 blocks provided, 30.0 t" in summary_text(r, figures)
    assert "OFFER" in page_html(view, figures)
    reasons = {x.consignment: x.reason for x in explain_left_behind(r, best.plan)}
    assert reasons["LOW"] in ("payload", "whole", "uneconomic")


def test_what_is_frozen_and_explained() -> None:
    instance = case_sold()
    r = resolve(instance)
    plan = solve_reference(r, gap=GAP).plan
    assert plan is not None
    frozen = freeze(instance, r, plan).onto(instance)
    assert not [f for f in judge(frozen) if f.severity is Severity.ERROR]
    again = solve_reference(resolve(frozen), gap=GAP).plan
    assert again is not None
    assert again.contribution_micro == plan.contribution_micro
    assert "earns" in {line[0] for line in explain(instance, plan, "OFFER").lines}
    assert "not provided" in explain(instance, plan, "LOW").head
    hard = tiny(sold=(sold(contracted=True),))
    assert [x.id for x in requirements(hard)] == ["S; contract"]


def test_a_scenario_sells_more() -> None:
    row = sold("NEW").model_dump(mode="json", exclude_defaults=True)
    edits = (make_edit("add_rows", table="sold", rows=[row]),)
    changed = apply(tiny(), Scenario("more", edits))
    assert changed.sold == (sold("NEW"),)
