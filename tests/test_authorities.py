"""Carbon (K13) and route support (R4)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance, ResolvedSupport
from optimizer.engine import solve
from optimizer.engine.heuristic import Heuristic
from optimizer.errors import InstanceError
from optimizer.files import read_instance, write_instance
from optimizer.files.judge import judge
from optimizer.files.resolved_json import read_resolved, write_resolved
from optimizer.generate import GeneratorOptions, generate, tiny
from optimizer.model import solve_reference
from optimizer.plan.costing import price
from optimizer.report.pnl import CODE_COLUMNS, pnl
from optimizer.report.summary import summary
from optimizer.resolve import resolve
from optimizer.verify import audit, rederive
from optimizer.verify.certificate import verify_certificate
from tests import builders
from tests.hand_worked import hand_worked
from tests.verify_world import KINDS, Kind, good_plan, world

CASES = ("carbon", "support-by-flight", "support-by-tonne")
PROOF_WORK = 200
SEEDS = range(58)
TABLES = ("carbon", "support")


@cache
def instance_of(seed: int) -> Instance:
    """A tiny instance with carbon and support."""
    return tiny(seed, limits=TABLES)


def optimum_usd(instance: Instance) -> float:
    value = solve_reference(resolve(instance), gap=1e-9).value_usd
    assert value is not None
    return value


def prove(instance: Instance) -> float:
    """The optimum in USD, by reference and engine, audited and certified."""
    resolved = resolve(instance)
    best_usd = optimum_usd(instance)
    slack = max(0.01, 1e-6 * abs(best_usd))
    found = solve(resolved, gap=0, work_limit=PROOF_WORK, threads=1)
    assert found.plan is not None
    assert found.certificate is not None
    assert found.plan.contribution_micro * 1e-6 == pytest.approx(best_usd, abs=slack)
    report = audit(resolved, found.plan, instance=instance)
    assert report.feasible, report.violations
    assert report.costs_match, report.money_differences
    assert not report.resolved_differences
    verdict = verify_certificate(resolved, found.certificate, found.plan)
    assert verdict.accepted, verdict.problems
    assert verdict.bound_micro is not None
    assert verdict.bound_micro * 1e-6 >= best_usd - slack
    return best_usd


@cache
def stated(name: str) -> ResolvedInstance:
    return resolve(hand_worked()[name].instance)


@pytest.mark.parametrize("name", CASES)
def test_hand_worked_cases_by_the_engine(name: str) -> None:
    found = solve(stated(name), gap=0, work_limit=PROOF_WORK)
    assert found.plan is not None
    assert found.plan.contribution_micro == hand_worked()[name].contribution_micro
    report = audit(stated(name), found.plan, instance=hand_worked()[name].instance)
    assert report.feasible
    assert report.costs_match
    assert report.resolved_match


def test_engine_finds_the_optimum_where_the_money_counts() -> None:
    """Engine = reference, certified; carbon never raises an optimum, support never lowers it."""
    counts = {"carbon": 0, "support": 0, "either": 0}
    for seed in SEEDS:
        instance = instance_of(seed)
        with_it = prove(instance)
        without = {
            name: optimum_usd(instance.model_copy(update={name: ()})) - with_it for name in TABLES
        }
        assert without["carbon"] >= -0.01, seed
        assert without["support"] <= 0.01, seed
        moved = [name for name in TABLES if abs(without[name]) > 0.01]
        for name in (*moved, *(["either"] if moved else [])):
            counts[name] += 1
    assert counts["either"] >= 50
    assert min(counts["carbon"], counts["support"]) >= 15, counts


@pytest.mark.parametrize("seed", range(10))
def test_the_bound_known_at_once_is_one(seed: int) -> None:
    """With as much support as to fly for nothing else."""
    resolved = resolve(instance_of(seed))
    rich = replace(
        resolved,
        supports=tuple(
            replace(x, flight_micro=10**12, pico_per_g=10**12) for x in resolved.supports
        ),
    )
    for r in (resolved, rich):
        value = solve_reference(r, gap=1e-9).value_usd
        assert value is not None
        assert Heuristic(r, 0).simple_bound_usd() >= value - 0.01


@pytest.mark.parametrize("name", TABLES)
def test_the_generator_states_it(name: str) -> None:
    size = {"destinations": 6, "tails": 6, "consignments": 60}
    with_it = generate(GeneratorOptions.model_validate(size | {name: True}))
    assert getattr(with_it, name)
    assert not [f for f in judge(with_it) if f.file == f"{name}.csv"]
    resolved = resolve(with_it)
    assert (
        resolved.supports if name == "support" else any(x.carbon_fixed_micro for x in resolved.legs)
    )


# --- money ----------------------------------------------------------------------------------------


def paid_world(kind: Kind) -> ResolvedInstance:
    """Carbon on every leg, support for flights to LUX and cargo from LUX, and for nobody else."""
    r = world(kind)
    legs = tuple(
        replace(leg, carbon_fixed_micro=1_000_000, carbon_pico_per_g=3_000_000) for leg in r.legs
    )
    supports = (
        ResolvedSupport("A", (), (("CGO", "LUX"), ("CGO", "LGG")), 5_000_000, 0),
        ResolvedSupport("B", ("CV",), (("LUX", "CGO"),), 0, 7_000_000),
        ResolvedSupport("C", ("XX",), (("CGO", "LUX"),), 9_000_000, 9_000_000),
    )
    return replace(r, legs=legs, supports=supports)


@pytest.mark.parametrize("kind", KINDS)
def test_every_micro_dollar_of_it_is_audited(kind: Kind) -> None:
    resolved = paid_world(kind)
    plan = price(resolved, good_plan(kind))
    assert audit(resolved, plan).costs_match
    for code in ("R4", "K13"):
        places = [i for i, line in enumerate(plan.money) if line.code == code]
        assert places
        for i in places:
            money = list(plan.money)
            money[i] = replace(money[i], amount_micro=money[i].amount_micro + 1)
            report = audit(resolved, replace(plan, money=tuple(money)))
            assert not report.costs_match
            numbers = {text.split()[0] for text in report.money_differences}
            assert numbers == {code}


@pytest.mark.parametrize("kind", KINDS)
def test_support_is_for_its_pairs_and_operators(kind: Kind) -> None:
    resolved = paid_world(kind)
    plan = price(resolved, good_plan(kind))
    paid = {line.item for line in plan.money if line.code == "R4"}
    assert "C" not in paid
    flights = [x for x in plan.money if x.code == "R4" and x.item == "A"]
    assert len(flights) == len(plan.flights)  # once each, though some offer both pairs
    back = sum(load.grams for load in plan.loads if load.consignment == "BACK")
    earned = sum(x.amount_micro for x in plan.money if x.code == "R4" and x.item == "B")
    assert earned == back * 7
    tonnes = plan.flights[0].rotation.legs
    assert len([x for x in plan.money if x.code == "K13"]) >= len(tonnes)


def test_lines_add_up_by_every_dimension() -> None:
    resolved = paid_world("dated")
    plan = price(resolved, good_plan("dated"))
    for by in ("rotation", "leg", "tail", "operator", "route", "consignment"):
        table = pnl(resolved, plan, by)
        assert round(table["contribution_usd"].sum() * 1e6) == plan.contribution_micro
        assert table[CODE_COLUMNS["K13"]].sum() < 0 < table[CODE_COLUMNS["R4"]].sum()


@pytest.mark.parametrize("distance_km", [40, 61.3, 97.7, 150])
def test_carbon_of_a_hop_is_derived_from_what_is_not_rounded(distance_km: float) -> None:
    """A gram of fuel is more than a millionth of what a hop of some hundred kilometres burns."""
    hop = builders.track("CGO", "MAD", distance_km=distance_km, block_min=45)
    instance = hand_worked()["carbon"].instance.model_copy(update={"tracks": (hop,)})
    resolved = resolve(instance)
    assert rederive(resolved, instance, None) == ()
    legs = tuple(replace(x, carbon_fixed_micro=x.carbon_fixed_micro + 1000) for x in resolved.legs)
    assert rederive(replace(resolved, legs=legs), instance, None)


def test_co2_is_told() -> None:
    resolved = stated("carbon")
    plan = solve_reference(resolved, gap=1e-9).plan
    assert plan is not None
    assert summary(resolved, plan)["co2_t"] == 197.5


# --- files ----------------------------------------------------------------------------------------


def test_digests_without_it_are_as_before(tmp_path: Path) -> None:
    bare, stated_ = resolve(builders.tiny()), stated("carbon")
    write_resolved(bare, tmp_path / "bare.json")
    write_resolved(stated_, tmp_path / "stated.json")
    assert "carbon" not in (tmp_path / "bare.json").read_text()
    assert "supports" not in (tmp_path / "bare.json").read_text()
    assert read_resolved(tmp_path / "stated.json") == stated_
    cheaper = hand_worked()["carbon"].instance.model_copy(update={"carbon": ()})
    assert resolved_digest(resolve(cheaper)) != resolved_digest(stated_)


@pytest.mark.parametrize("name", TABLES)
def test_written_and_read(name: str, tmp_path: Path) -> None:
    for seed in range(5):
        instance = instance_of(seed)
        assert getattr(instance, name)
        write_instance(instance, tmp_path / f"{seed}")
        assert read_instance(tmp_path / f"{seed}") == instance


BAD = [
    ("carbon", "scheme,usd_per_t_co2\nA,70\nA,80\n", "duplicate", 3, "scheme"),
    ("carbon", "scheme,usd_per_t_co2\nA,-1\n", "out-of-range", 2, "usd_per_t_co2"),
    ("carbon", "scheme,paid_share,usd_per_t_co2\nA,40,70\n", "out-of-range", 2, "paid_share"),
    ("carbon", "scheme,origins,usd_per_t_co2\nA,QQ,70\n", "unknown-airport-or-country", 2,
     "origins"),
    ("support", "authority,uplift,discharge\nH,CGO,LUX\n", "", 2, ""),
    ("support", "authority,uplift,discharge,usd_per_t,operators\nH,CGO,LUX,9,QQ\n",
     "unknown-operator", 2, "operators"),
    ("support", "authority,uplift,discharge,usd_per_t\nH,CGO,LUY,9\n", "unknown-airport", 2,
     "discharge"),
    ("support", "authority,uplift,discharge,usd_per_t\nH,CGO,LUX,9\nH,CGO,LUX,8\n", "duplicate",
     3, "discharge"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "text", "code", "row", "column"), BAD)
def test_wrong_rows_are_told(
    table: str, text: str, code: str, row: int, column: str, tmp_path: Path
) -> None:
    folder = tmp_path / "bad"
    write_instance(builders.tiny(), folder)
    (folder / f"{table}.csv").write_text(text)
    with pytest.raises(InstanceError) as told:
        read_instance(folder)
    found = [f for f in told.value.findings if f.file == f"{table}.csv"]
    assert any(f.row == row and f.code.startswith(code) and column in f.column for f in found), (
        found
    )


def test_rederivation_finds_changes() -> None:
    for name in ("carbon", "support"):
        instance = instance_of(1)
        resolved = resolve(instance)
        if name == "carbon":
            legs = tuple(
                replace(x, carbon_fixed_micro=2 * x.carbon_fixed_micro + 10) for x in resolved.legs
            )
            changed = replace(resolved, legs=legs)
        else:
            first, *rest = resolved.supports
            changed = replace(resolved, supports=(replace(first, flight_micro=1), *rest))
        plan = solve_reference(changed, gap=1e-9).plan
        assert plan is not None
        assert not audit(resolved, plan, instance=instance).resolved_differences
        assert audit(changed, plan, instance=instance).resolved_differences
