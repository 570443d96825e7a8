"""C18 and K12: bought capacity from the table to the certificate."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer import solve as solve_instance
from optimizer.domain.authorities import Support
from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import (
    ResolvedBlock,
    ResolvedHandlingLimit,
    ResolvedInstance,
    ResolvedRequirement,
    Window,
)
from optimizer.dual import Relaxation
from optimizer.engine import explain_left_behind, solve
from optimizer.errors import InstanceError, Severity
from optimizer.files import read_instance, read_timetable, write_instance
from optimizer.files.judge import judge
from optimizer.generate import GeneratorOptions, generate
from optimizer.generate import tiny as random_tiny
from optimizer.model import ReferenceResult, solve_reference
from optimizer.plan.costing import price
from optimizer.plan.plan import Load, Plan, Segment, Truck
from optimizer.report.page import page_html
from optimizer.report.page.document import document
from optimizer.report.summary import summary
from optimizer.report.text import summary_text
from optimizer.report.view import PlanView
from optimizer.resolve import resolve
from optimizer.verify import audit, rederive
from optimizer.verify.certificate import verify_certificate
from tests.builders import block, consignment, tail, tiny
from tests.cargo_cases import case_blocks, case_hard_block_first
from tests.certificates import certificate, random_tree
from tests.resolved_changes import reversed_tables, shifted_week, times_money
from tests.tiny_cases import random_prices, slack_usd
from tests.verify_world import KINDS, Kind, checked, codes, edit, good_plan, with_load, world

SEEDS = range(58)
GAP = 1e-9


@cache
def drawn(seed: int) -> Instance:
    return random_tiny(seed, limits=("blocks", "few_trucks", "carriers"))


@cache
def solved(seed: int) -> tuple[ResolvedInstance, ReferenceResult]:
    resolved = resolve(drawn(seed))
    return resolved, solve_reference(resolved, gap=GAP)


# --- the audit ---


def bought(kind: Kind, **changes: Any) -> ResolvedInstance:
    """10 t and 40 m³ from CGO to LUX on a flight of XB, for 900 USD and 0.2 USD/kg."""
    row = ResolvedBlock(
        id="B", kind="bsa", operator="XB", flight="XB 9", origin="CGO", destination="LUX",
        off_block_min=3000, on_block_min=3600, weight_g=10_000_000, volume_cm3=40_000_000,
        fixed_micro=900_000_000, pico_per_g=200_000_000, meets=(),
    )  # fmt: skip
    r = world(kind)
    carriers = tuple(replace(c, operators=("CV", "XB")) for c in r.consignments)
    return replace(r, consignments=carriers, blocks=(replace(row, **changes),))


def on_block(kind: Kind, r: ResolvedInstance) -> Plan:
    """The good plan, with the 10 t of OUT that F3 took on the block instead."""
    plan = with_load(good_plan(kind), 1, segments=(Segment("B", 0, 0),))
    return price(r, plan)


@pytest.mark.parametrize("kind", KINDS)
def test_exact_use_passes_and_one_unit_less_fails(kind: Kind) -> None:
    r = bought(kind)
    plan = on_block(kind, r)
    report = audit(r, plan)
    assert report.feasible, report.violations
    assert report.costs_match, report.money_differences
    assert codes(bought(kind, weight_g=9_999_999), plan) == {"C18"}
    assert codes(bought(kind, volume_cm3=39_999_999), plan) == {"C18"}
    (violation,) = checked(bought(kind, weight_g=9_998_000), plan).violations
    assert (violation.amount, violation.unit, violation.flight) == (2_000, "g", "B")
    assert "block B CGO-LUX" in violation.message


def test_weeks_of_a_cyclic_block_share_its_room() -> None:
    r = bought("cyclic", weight_g=19_999_999, volume_cm3=80_000_000)
    r = replace(r, consignments=edit(r.consignments, 0, due_min=30_000))
    plan = on_block("cyclic", r)
    later = Load("OUT", 10_000_000, Truck("Yiwu-CGO", 10_800), (Segment("B", 0, 0, 1),), None)
    loads = (replace(plan.loads[0], grams=30_000_000), *plan.loads[1:], later)
    assert codes(r, replace(plan, loads=loads)) == {"C18"}
    roomy = replace(r, blocks=(replace(r.blocks[0], weight_g=20_000_000),))
    assert codes(roomy, replace(plan, loads=loads)) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_other_limits_hold_on_blocks_too(kind: Kind) -> None:
    plan = on_block(kind, bought(kind))
    assert codes(bought(kind, off_block_min=1979, on_block_min=2579), plan) == {"C11"}
    assert codes(bought(kind, on_block_min=10_000), plan) == {"C11"}
    assert codes(bought(kind, operator="XC"), plan) == {"C0"}
    assert codes(bought(kind, destination="LGG"), plan) == {"C0"}
    assert codes(replace(bought(kind), blocks=()), plan) == {"C0"}
    assert codes(bought(kind, id="F2"), good_plan(kind)) == {"C0"}
    cool = ResolvedRequirement("cool", ("OUT",), ("T",), ("CGO", "LUX"))
    assert codes(replace(bought(kind), requirements=(cool,)), plan) == {"C16"}
    assert codes(replace(bought(kind, meets=("cool",)), requirements=(cool,)), plan) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_terminals_and_trucks_count_cargo_of_blocks(kind: Kind) -> None:
    r = bought(kind)
    plan = on_block(kind, r)
    for loaded, window, airport in (
        (True, Window(2990, 3001), "CGO"), (False, Window(3590, 3601), "LUX"),
    ):  # fmt: skip
        limit = ResolvedHandlingLimit("H", airport, loaded, not loaded, window, 10_000_000)
        assert codes(replace(r, handling_limits=(limit,)), plan) == set()
        less = replace(limit, most_g=9_999_999)
        assert codes(replace(r, handling_limits=(less,)), plan) == {"C10"}
    without = tuple(run for run in plan.trucks if run.dispatch_min != 720)
    assert codes(r, replace(plan, trucks=without)) == {"C12"}


def test_hard_blocks_are_paid_in_any_case_and_soft_ones_by_use() -> None:
    r = bought("dated")
    unused, used = price(r, good_plan("dated")), on_block("dated", r)
    for plan, amounts in ((unused, [-900_000_000]), (used, [-2_000_000_000, -900_000_000])):
        assert sorted(x.amount_micro for x in plan.money if x.code == "K12") == amounts
        assert audit(r, plan).costs_match
    forgetful = replace(used, money=tuple(x for x in used.money if x.code != "K12"))
    report = audit(r, forgetful)
    assert not report.costs_match
    assert "K12 (bought capacity)" in report.money_differences[0]


# --- everything that plans ---


def test_by_hand() -> None:
    for instance, usd, blocks in (
        (case_blocks(2.2), 256_000, {"HARD"}),
        (case_blocks(1.8), 260_000, {"HARD", "SOFT"}),
        (case_hard_block_first(), 36_000, {"HARD"}),
    ):
        r = resolve(instance)
        found = solve(r, gap=0)
        assert found.plan is not None
        assert found.plan.contribution_micro == usd * 1_000_000
        assert {x.segments[0].flight for x in found.plan.loads} & {"HARD", "SOFT"} == blocks
        assert found.rule_of_thumb is not None
        assert audit(r, found.rule_of_thumb).feasible
        assert found.certificate is not None
        assert verify_certificate(r, found.certificate, found.plan).accepted


def test_engine_reference_and_certificate_agree() -> None:
    """Engine = reference on at least 50 instances, each with an accepted certificate."""
    used = proven = 0
    for seed in SEEDS:
        r, best = solved(seed)
        assert best.plan is not None
        assert best.value_usd is not None
        found = solve(r, gap=1e-6, work_limit=100, threads=1)
        assert found.plan is not None
        slack = 0.01 + 1e-6 * abs(best.value_usd)
        assert found.plan.contribution_micro * 1e-6 == pytest.approx(best.value_usd, abs=slack)
        for plan in (best.plan, found.plan):
            report = audit(r, plan)
            assert report.feasible, (seed, report.violations)
            assert report.costs_match, (seed, report.money_differences)
        used += any(x.segments[0].flight in r.block for x in best.plan.loads)
        if found.certificate is None:  # nothing can be carried, so nothing was priced
            assert not best.plan.loads
            continue
        proof = verify_certificate(r, found.certificate, found.plan)
        assert proof.accepted, (seed, proof.problems)
        assert proof.bound_micro is not None
        assert proof.bound_micro * 1e-6 >= best.value_usd - slack
        proven += 1
    assert proven >= 50
    assert used >= 40


def test_it_counts() -> None:
    raised = 0
    for seed in SEEDS[:30]:
        r, best = solved(seed)
        free = solve_reference(r, gap=GAP, relaxed=frozenset({"C18"})).value_usd
        assert free is not None
        assert best.value_usd is not None
        assert free >= best.value_usd - 0.01
        raised += free > best.value_usd + 1
    assert raised >= 15


@pytest.mark.parametrize("seed", SEEDS[:12])
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


def test_changes_of_known_effect() -> None:
    """Order, money times seven, another start of the week, more and cheaper room."""

    def optimum(r: ResolvedInstance) -> float:
        found = solve_reference(r, gap=GAP).value_usd
        assert found is not None
        return found

    weeks = 0
    for seed in SEEDS[:20]:
        r, best = solved(seed)
        usd = best.value_usd
        assert usd is not None
        assert optimum(reversed_tables(r)) == pytest.approx(usd, rel=1e-6, abs=0.01)
        assert optimum(times_money(r, 7)) == pytest.approx(7 * usd, rel=1e-6, abs=0.07)
        if r.period.cyclic:
            by_min = r.universe.departure_grid_min * (1 + seed % 5)
            assert optimum(shifted_week(r, by_min)) == pytest.approx(usd, rel=1e-6, abs=0.01)
            weeks += 1
        roomier = tuple(
            replace(b, weight_g=b.weight_g + 10**6, pico_per_g=b.pico_per_g // 2) for b in r.blocks
        )
        assert optimum(replace(r, blocks=roomier)) >= usd - 0.01
    assert weeks >= 5


def test_support_is_for_own_flights() -> None:
    """R4 by tonne is not paid for what flies on a block, in model, money, audit and bound."""
    demand = (consignment(carriers=("XB",)),)
    support = (Support(authority="H", uplift="CGO", discharge="LUX", usd_per_t=100),)
    r = resolve(tiny(demand=demand, support=support, blocks=(block(usd_per_kg=0.5),)))
    found = solve(r, gap=0)
    assert found.plan is not None
    assert found.plan.contribution_micro == 45_000_000_000
    assert audit(r, found.plan).costs_match
    assert found.certificate is not None
    assert verify_certificate(r, found.certificate, found.plan).accepted


@pytest.mark.parametrize("period", ["cyclic", "dated"])
def test_larger_instances_without_the_reference_model(period: str) -> None:
    options = GeneratorOptions.model_validate(
        {"destinations": 3, "tails": 3, "consignments": 40, "departure_grid_min": 360,
         "blocks": True, "period": period}
    )  # fmt: skip
    r = resolve(generate(options))
    assert {b.kind for b in r.blocks} >= {"belly", "bsa"}
    found = solve(r, work_limit=4, threads=1, method="heuristic")
    assert found.plan is not None
    assert any(x.segments[0].flight in r.block for x in found.plan.loads)
    report = audit(r, found.plan, certificate=found.certificate)
    assert report.feasible, report.violations
    assert report.costs_match
    assert report.bound_verified, report.certificate_problems
    again = solve(r, work_limit=1, threads=1, method="heuristic", start=found.plan)
    assert again.plan is not None
    assert again.plan.contribution_micro >= found.plan.contribution_micro


def test_nothing_but_bought_capacity() -> None:
    instance = tiny(fleet=(), demand=(consignment(),), blocks=(block(usd_per_kg=0.5),))
    assert not [f for f in judge(instance) if f.severity is Severity.ERROR]
    r = resolve(instance)
    best = solve_reference(r, gap=GAP)
    assert best.plan is not None
    assert best.plan.contribution_micro == 45_000_000_000  # 30 t at 2 - 0.5 USD
    assert audit(r, best.plan, instance=instance).resolved_match
    found = solve(r, gap=0)
    assert found.plan is not None
    assert found.plan.contribution_micro == 45_000_000_000


# --- the format ---


def test_written_and_read(tmp_path: Path) -> None:
    for number, instance in enumerate((*map(drawn, range(5)), case_blocks(1.8))):
        write_instance(instance, tmp_path / str(number))
        assert read_instance(tmp_path / str(number)) == instance


def test_rederiving_finds_what_is_wrong() -> None:
    for seed in range(6):
        assert rederive(solved(seed)[0], drawn(seed), None) == () or drawn(seed).reference_data
    instance = case_blocks(1.8)
    r = resolve(instance)
    assert rederive(r, instance, None) == ()
    first = r.blocks[0]
    for changes in (
        {"operator": "XD"}, {"origin": "LUX"}, {"off_block_min": 601}, {"on_block_min": 1},
        {"weight_g": 1}, {"volume_cm3": 1}, {"fixed_micro": 1}, {"pico_per_g": 5 * 10**9},
        {"meets": ("cool",)},
    ):  # fmt: skip
        changed = (replace(first, **changes), *r.blocks[1:])
        assert rederive(replace(r, blocks=changed), instance, None), changes
    assert rederive(replace(r, blocks=()), instance, None)


def test_digests_without_blocks_stay() -> None:
    r = resolve(tiny())
    assert resolved_digest(replace(r, blocks=())) == resolved_digest(r)
    assert resolved_digest(resolve(tiny(blocks=(block(),)))) != resolved_digest(r)


def test_a_cyclic_block_is_moved_into_the_first_week() -> None:
    r = resolve(tiny(kind="cyclic", blocks=(block(off_min=-600, on_min=0),)))
    assert (r.blocks[0].off_block_min, r.blocks[0].on_block_min) == (9480, 10_080)


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"name": "F12"}, "reserved-name", "block"),
        ({"on_min": 600}, "end-before-start", "arrives_at"),
        ({"off_min": -10}, "outside-period", "departs_at"),
        ({"off_min": 10_080, "on_min": 10_500}, "outside-period", "departs_at"),
        ({"destination": "CGO"}, "no-leg", "destination"),
        ({"destination": "XQX"}, "unknown-airport", "destination"),
        ({"meets": ("cool",)}, "unknown-requirement", "meets"),
    ],
)
def test_bad_blocks_are_findings(changes: dict[str, Any], code: str, column: str) -> None:
    instance = tiny(reference_data=True, blocks=(block(**changes),))
    found = {(f.code, f.column, f.row) for f in judge(instance) if f.severity is Severity.ERROR}
    assert (code, column, 2) in found


@pytest.mark.parametrize(
    "changes",
    [{"on_min": 600}, {"off_min": -10}, {"destination": "CGO"}, {"meets": ("cool",)},
     {"weight_kg": 0.0001}, {"volume_m3": 1e-9}],
)  # fmt: skip
def test_bad_blocks_are_not_resolved(changes: dict[str, Any]) -> None:
    with pytest.raises(InstanceError, match="block B"):
        resolve(tiny(blocks=(block(**changes),)))


def test_doubled_unused_and_unlikely_blocks() -> None:
    twice = tiny(blocks=(block(), block()))
    assert "duplicate" in {f.code for f in judge(twice)}
    with pytest.raises(InstanceError, match="more than once"):
        resolve(twice)
    elsewhere = tiny(stations=("LUX",), demand=(consignment(carriers=("CV",)),), blocks=(block(),))
    assert [(f.code, f.column) for f in judge(elsewhere)] == [("unused", "block")]
    slow = tiny(blocks=(block(on_min=600 + 3 * 1440, weight_kg=20),))
    assert {f.code for f in judge(slow)} == {"misdated", "unusual-figure"}


def test_cargo_that_only_a_block_can_take_is_not_doubted() -> None:
    alone = consignment(carriers=("XB",))
    assert [f.code for f in judge(tiny(demand=(alone, consignment("O2"))))] == [
        "unknown-operator",
        "no-carrier",
    ]
    assert not judge(tiny(demand=(alone, consignment("O2")), blocks=(block(),)))


@pytest.mark.parametrize("name", ["bsa", "belly", "interline", "given_flights"])
def test_other_names_of_the_table_are_told(name: str, tmp_path: Path) -> None:
    write_instance(case_blocks(1.8), tmp_path / "case")
    (tmp_path / "case" / "blocks.csv").rename(tmp_path / "case" / f"{name}.csv")
    with pytest.raises(InstanceError) as error:
        read_instance(tmp_path / "case")
    assert [(f.file, f.nearest) for f in error.value.findings] == [(f"{name}.csv", "blocks.csv")]


def test_the_switch_of_the_generator_leaves_everything_else() -> None:
    plain = GeneratorOptions(destinations=4, tails=3, consignments=40)
    with_blocks = generate(plain.model_copy(update={"blocks": True}))
    assert with_blocks.demand == generate(plain).demand
    assert with_blocks.fleet == generate(plain).fleet
    assert sum(b.fixed_usd > 0 for b in with_blocks.blocks) == 1
    assert not judge(with_blocks)


# --- the reports ---


def test_reports_tell_own_and_bought_lift() -> None:
    r = resolve(case_blocks(1.8))
    plan = solve_reference(r, gap=GAP).plan
    assert plan is not None
    view = PlanView(r, plan)
    lifts = view.loads.groupby("lift")["kg"].sum().to_dict()
    assert lifts == pytest.approx({"own": 90_000, "bsa": 30_000, "belly": 20_000})
    table = view.blocks.set_index("block")
    assert table["used_kg"].to_dict() == pytest.approx({"HARD": 30_000, "SOFT": 20_000})
    assert table["cost_usd"].to_dict() == pytest.approx({"HARD": 24_000, "SOFT": 36_000})
    assert table.loc["SOFT", "use"] == pytest.approx(0.5)
    figures = summary(r, plan, audit=audit(r, plan), left=explain_left_behind(r, plan))
    assert figures["money_usd"]["K12"] == -60_000
    assert (figures["own_lift_kg"], figures["bought_lift_kg"]) == (90_000, 50_000)
    text = summary_text(r, figures)
    assert "lift             own 90.0 t, bought 50.0 t of 70.0 t (2 of 2 blocks used)" in text
    for dimension in ("rotation", "leg", "tail", "operator", "route", "consignment"):
        by = view.costs.by(dimension)
        assert by["contribution_usd"].sum() == pytest.approx(260_000)
    by_flight = view.costs.by("rotation").set_index("flight")
    assert by_flight.loc["HARD", "K12_bought_capacity_usd"] == pytest.approx(-24_000)
    assert by_flight.loc["SOFT", "route"] == "CGO-LUX"
    by_leg = view.costs.by("leg").set_index("flight")
    assert by_leg.loc["HARD", "destination"] == "LUX"
    assert set(view.costs.by("consignment")["consignment"]) >= {"A", "B"}


def test_an_unused_hard_block_is_in_every_table() -> None:
    r = resolve(tiny(demand=(consignment(carriers=("CV",)),), blocks=(block(fixed_usd=700),)))
    plan = solve_reference(r, gap=GAP).plan
    assert plan is not None
    view = PlanView(r, plan)
    assert view.blocks["cost_usd"].tolist() == [700]
    for dimension in ("rotation", "leg", "tail", "operator", "route", "consignment"):
        by = view.costs.by(dimension)
        assert by["K12_bought_capacity_usd"].sum() == pytest.approx(-700)


def test_the_page_shows_bought_flights_after_own_ones() -> None:
    r = resolve(case_blocks(1.8))
    plan = solve_reference(r, gap=GAP).plan
    assert plan is not None
    shown = document(PlanView(r, plan), summary(r, plan))
    assert [f["id"] for f in shown["flights"]] == ["F1", "HARD", "SOFT"]
    assert [shown["rows"][f["row"]]["operator"] for f in shown["flights"]] == ["CV", "XB", "XC"]
    assert shown["flights"][2]["money"] == {"R1": 40_000, "K12": -36_000}
    assert shown["flights"][2]["legs"][0]["cap_kg"] == 40_000
    carried = {parts[0][0] for _, _, parts in shown["cargo"]["loads"]}
    assert carried == {0, 1, 2}
    assert page_html(PlanView(r, plan), summary(r, plan))


def test_cut_offs_and_timetables_know_blocks(tmp_path: Path) -> None:
    seed = next(
        s
        for s in SEEDS
        if any(
            x.feeder and x.segments[0].flight in solved(s)[0].block
            for x in (solved(s)[1].plan or Plan("", "", (), (), ())).loads
        )
    )
    r, best = solved(seed)
    assert best.plan is not None
    result = solve_instance(drawn(seed), gap=1e-6)
    assert result.plan is not None
    cut_offs = result.plan.truck_cutoffs
    on_blocks = cut_offs[cut_offs["flight"].isin(r.block.keys())]
    assert on_blocks["booked_kg"].sum() > 0
    folder = result.write(tmp_path / "solution")
    again = read_timetable(drawn(seed), r, folder / "schedule.csv", folder / "loads.csv")
    report = audit(r, again)
    assert report.feasible, report.violations
    assert again.carried_g == result.plan.data.carried_g


def test_reasons_name_bought_capacity() -> None:
    def left(*demand: Any, **fields: Any) -> dict[str, tuple[str, str]]:
        instance = tiny(demand=demand, fleet=(tail(end_airport="LUX"),), days=2, **fields)
        r = resolve(instance)
        plan = solve_reference(r, gap=GAP).plan
        assert plan is not None
        return {x.consignment: (x.reason, x.detail) for x in explain_left_behind(r, plan)}

    only = consignment("ONLY", carriers=("XB",), due_min=2880)
    found = left(only, blocks=(block(),))
    assert found["ONLY"] == ("payload", "the one flight in its time is full, by payload: B")
    found = left(only, blocks=(block(usd_per_kg=3),))
    assert found["ONLY"][0] == "uneconomic"
    assert "the price of its capacity" in found["ONLY"][1]
    early = consignment("ONLY", carriers=("XB",), ready_min=700, due_min=2880)
    assert left(early, blocks=(block(),))["ONLY"][0] == "cut-off"
