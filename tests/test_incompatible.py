"""C16: goods that must not be on one leg, from the files to the certificate."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedIncompatible, ResolvedInstance, ResolvedRequirement
from optimizer.domain.special import Incompatible, Requirement
from optimizer.engine import explain_left_behind, solve
from optimizer.engine.adopt import adopt
from optimizer.engine.by_lines import has_lines_to_list
from optimizer.engine.cargo_table import CargoTable
from optimizer.engine.families import Families
from optimizer.engine.heuristic import Heuristic
from optimizer.engine.schedule import Schedule
from optimizer.engine.wanted import load_wanted
from optimizer.errors import InstanceError
from optimizer.files import read_instance, write_instance
from optimizer.files.judge import judge
from optimizer.generate import generate, tiny
from optimizer.generate.synthetic import ladder_options
from optimizer.model import ReferenceModel, solve_reference
from optimizer.network import CargoIndex, KeptApart, Universe
from optimizer.plan.costing import price
from optimizer.plan.plan import Load, Plan, Segment
from optimizer.report import resolved_tables
from optimizer.resolve import resolve
from optimizer.search import improve_by_mip
from optimizer.verify import audit, rederive
from optimizer.whatif import edit
from tests import builders
from tests.agreement import agree
from tests.builders import consignment
from tests.cargo_cases import case_incompatible
from tests.verify_world import KINDS, Kind, checked, codes, good_plan, world

SEEDS = range(51)
RELAXED = 26
"""Of so many instances the optimum without C16 is looked for."""
PROOF_WORK = 60
"""Enough for the reference model to prove any of them, on every machine."""
RULE = frozenset(("C16",))


def _plan(plan: Plan | None) -> Plan:
    assert plan is not None
    return plan


@cache
def ladder_week() -> ResolvedInstance:
    options = ladder_options("XS", 1, "cyclic")
    switches = {"incompatible": True, "transit": True, "blocks": True}
    return resolve(generate(options.model_copy(update=switches)))


# --- the audit ---


def apart(kind: Kind, one: str, other: str) -> ResolvedInstance:
    """The world with a second consignment like OUT, and goods of two consignments kept apart."""
    r = world(kind)
    second = replace(r.consignment["OUT"], id="OUT2")
    goods = tuple(
        ResolvedRequirement(name, (name,), ("T",), tuple(a.code for a in r.airports))
        for name in (one, other)
    )
    return replace(
        r,
        consignments=(*r.consignments, second),
        requirements=goods,
        incompatibles=(ResolvedIncompatible(one, other),),
    )


def with_second(kind: Kind, grams: int, weeks: int = 0) -> Plan:
    """The good plan, of whose 40 t of OUT on F1 so many grams are OUT2."""
    plan = good_plan(kind)
    first = plan.loads[0]
    part = replace(first.segments[0], weeks_later=weeks)
    loads = (
        replace(first, grams=first.grams - grams),
        replace(first, consignment="OUT2", grams=grams, segments=(part,)),
        *plan.loads[1:],
    )
    return replace(plan, loads=tuple(x for x in loads if x.grams))


@pytest.mark.parametrize("kind", KINDS)
def test_a_gram_beside_other_goods_is_too_much(kind: Kind) -> None:
    r = apart(kind, "OUT", "OUT2")
    assert codes(r, good_plan(kind)) == set()
    assert codes(r, with_second(kind, 1)) == {"C16"}
    assert codes(r, with_second(kind, 40_000_000)) == set()  # all of it: none of OUT is beside it
    assert codes(replace(r, incompatibles=()), with_second(kind, 1)) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_goods_may_follow_one_another_on_a_rotation(kind: Kind) -> None:
    """OUT leaves at LUX, where BACK comes on board; LIEGE flies on another rotation."""
    for other in ("BACK", "LIEGE"):
        assert codes(apart(kind, "OUT", other), good_plan(kind)) == set()


def test_weeks_of_a_cyclic_plan_are_on_board_together() -> None:
    r, plan = apart("cyclic", "OUT", "OUT2"), with_second("cyclic", 5_000_000, weeks=1)
    assert "C16" in {v.code for v in audit(r, plan).violations}


def test_a_violation_tells_both_loads_and_where() -> None:
    found = checked(apart("dated", "OUT", "OUT2"), with_second("dated", 7_000_000)).violations
    assert [(v.code, v.consignment, v.flight, v.leg, v.amount, v.unit) for v in found] == [
        ("C16", "OUT", "F1", 0, 7_000_000, "g")
    ]
    message = found[0].message
    assert "33,000 kg of OUT (OUT) and 7,000 kg of OUT2 (OUT2)" in message
    assert "together over CGO-KGF-LUX" in message


def test_the_rule_holds_within_a_block() -> None:
    r = resolve(case_incompatible())
    best = _plan(solve_reference(r, gap=1e-9).plan)
    assert {x.consignment for x in best.loads if x.segments[0].flight == "B"} == {"ANIMALS"}
    loads = []
    for x in best.loads:
        in_block = x.segments[0].flight == "B"
        loads.append(replace(x, grams=x.grams - 1_000) if in_block else x)
        if x.consignment == "ICE":
            loads[-1] = replace(x, grams=x.grams - 1_000)
    spill = Load("ICE", 1_000, None, (Segment("B", 0, 0),), None)
    broken = price(r, replace(best, loads=(*loads, spill)))
    assert [(v.code, v.flight) for v in checked(r, broken).violations] == [("C16", "B")]


# --- everything that plans ---


@pytest.mark.parametrize(
    ("beside_block", "tails", "usd"),
    [(True, 1, 350_000), (False, 1, 300_000), (False, 2, 510_000), (True, 3, 510_000)],
)
def test_model_engine_and_heuristic_by_hand(beside_block: bool, tails: int, usd: int) -> None:
    """With two aircraft that leave at the same minute, each has goods of its own."""
    r = resolve(case_incompatible(beside_block=beside_block, tails=tails))
    for plan in (
        solve_reference(r, gap=1e-9).plan,
        solve_reference(r, solver="cbc", gap=1e-9).plan,
        solve(r, gap=0, work_limit=PROOF_WORK).plan,
        solve(r, gap=0, work_limit=15, method="heuristic").plan,
    ):
        assert _plan(plan).contribution_micro == usd * 1_000_000
        assert audit(r, _plan(plan)).feasible


def test_without_the_rule_both_fly_together() -> None:
    r = resolve(case_incompatible())
    assert solve_reference(r, relaxed=RULE, gap=1e-9).value_usd == pytest.approx(410_000)


def test_engine_and_reference_agree_and_the_rule_counts() -> None:
    def instance_of(seed: int) -> Instance:
        limits = ("incompatible", "blocks") if seed % 4 == 3 else ("incompatible",)
        return tiny(seed, limits=limits)

    agree("C16", SEEDS, instance_of, proof_work=PROOF_WORK, relaxed=RELAXED)


def test_it_goes_with_all_other_limits_of_cargo() -> None:
    limits = ("incompatible", "two_stations", "special_cargo", "transit", "stock", "positions")
    cases = [(seed, limits) for seed in range(6)]
    cases += [(seed, ("incompatible", "sold")) for seed in (1, 13, 21, 25, 33)]
    for seed, switched in cases:
        r = resolve(tiny(seed, limits=switched))
        best = solve_reference(r, gap=1e-9)
        optimum = _plan(best.plan).contribution_micro
        plan = _plan(solve(r, gap=0, work_limit=400).plan)
        assert abs(plan.contribution_micro - optimum) <= 1e-6 * max(1e6, abs(optimum)), seed
        assert audit(r, plan).feasible


def test_whole_lines_of_alike_tails_carry_goods_of_their_own() -> None:
    """Where tails must fly least hours the engine chooses whole lines; tails may fly the same."""
    for seed in (6, 25):
        r = resolve(tiny(seed, kind="dated", limits=("incompatible", "least_hours")))
        assert len(r.pools) > 1 and has_lines_to_list(r)
        optimum = _plan(solve_reference(r, gap=1e-9).plan).contribution_micro
        plan = _plan(solve(r, gap=0, work_limit=100).plan)
        assert abs(plan.contribution_micro - optimum) <= 1e-6 * max(1e6, abs(optimum)), seed
        assert audit(r, plan).feasible


def test_flights_of_one_rotation_may_carry_different_goods() -> None:
    """A rotation has as many indices as flights only where goods must be kept apart."""
    r = resolve(case_incompatible(beside_block=False, tails=2))
    sets = ReferenceModel(r).build().built.sets
    assert {len(further) for further in sets.apart.values()} == {1}
    assert not ReferenceModel(r, relaxed=RULE).build().built.sets.apart
    plain = resolve(builders.tiny(fleet=(builders.tail(count=2),)))
    assert not ReferenceModel(plain).build().built.sets.apart


def test_plans_without_any_model_keep_it() -> None:
    """Construction, improvement and the yardstick alone: what they make passes the audit."""
    for seed in (1, 8, 20, 33):
        r = resolve(tiny(seed, limits=("incompatible", "few_trucks", "blocks")))
        found = solve(r, gap=0, work_limit=15, method="heuristic")
        assert audit(r, _plan(found.plan)).feasible
        assert found.rule_of_thumb is None or audit(r, found.rule_of_thumb).feasible


def test_goods_that_are_wanted_go_on_board_first() -> None:
    """Either of two goods that exclude each other, whatever promises more."""
    chosen = 0
    for seed in range(20):
        r = resolve(tiny(seed, kind="cyclic", limits=("incompatible",)))
        plan = solve(r, gap=0, work_limit=15, method="heuristic").plan
        if plan is None or not plan.flights:
            continue
        apart = KeptApart(r)
        of = {f.id: f.rotation for f in plan.flights}
        kinds = {load.consignment for load in plan.loads if apart.held(load.consignment)}
        for name in sorted(kinds):
            (load, *_) = (x for x in plan.loads if x.consignment == name)
            rotation = of.get(load.segments[0].flight)
            if rotation is None:
                continue
            schedule, wanted = Schedule(CargoTable(CargoIndex(r))), {name: load.grams / 1000}
            families = Families(Universe(r), schedule.cargo, schedule.lines)
            assert adopt(schedule, families, replace(plan, loads=(), trucks=()))
            load_wanted(schedule, {rotation: wanted})
            offers = [o for flown in schedule.flights for o in flown.loads[:, 0].tolist()]
            assert {schedule.cargo.offers[o].consignment.id for o in offers} == {name}
            exact = Heuristic(r, 0).evaluate(list(plan.flights), {rotation: wanted})
            assert audit(r, _plan(exact)).feasible
            chosen += 1
    assert chosen >= 10


def test_a_plan_that_breaks_it_is_a_start_all_the_same() -> None:
    instance = case_incompatible()
    r = resolve(instance)
    free = resolve(instance.model_copy(update={"incompatible": ()}))
    start = _plan(solve_reference(free, gap=1e-9).plan)
    assert {v.code for v in audit(r, start).violations} == {"C16"}
    found = solve(r, gap=0, work_limit=1, start=start)
    assert audit(r, _plan(found.plan)).feasible


def test_a_week_of_ladder_size() -> None:
    """Dives, small MIPs and restricted models, with transit and blocks, keep it too."""
    r = ladder_week()
    assert r.incompatibles and r.transits and r.blocks
    found = solve(r, work_limit=40, gap=1e-3)
    plan = _plan(found.plan)
    report = audit(r, plan, certificate=found.certificate)
    assert report.feasible and report.bound_verified
    better = improve_by_mip(r, plan, work=500)
    assert audit(r, better).feasible
    assert better.contribution_micro >= plan.contribution_micro


def test_positions_of_cargo_that_changes_aircraft() -> None:
    """Parts by small MIPs know cargo by kind: a consignment is several where it changes."""
    options = ladder_options("XS", 1, "cyclic")
    both = options.model_copy(update={"positions": True, "transit": True})
    r = resolve(generate(both))
    assert audit(r, _plan(solve(r, work_limit=40).plan)).feasible


def test_what_stays_behind_is_told_why() -> None:
    r = resolve(case_incompatible(beside_block=False))
    left = explain_left_behind(r, _plan(solve_reference(r, gap=1e-9).plan))
    assert [(x.consignment, x.grams, x.reason) for x in left] == [
        ("ICE", 70_000_000, "incompatible")
    ]
    assert "goods on board that must not be near it: live animals" in left[0].detail


# --- stating it ---


def test_either_way_round_is_the_same_and_what_nobody_sends_is_nothing() -> None:
    def pair(one: str, other: str) -> Instance:
        row = Incompatible(requirement=one, apart_from=other)
        return case_incompatible().model_copy(update={"incompatible": (row,)})

    first, second = (
        resolve(pair(*names)).incompatibles
        for names in (("live animals", "dry ice"), ("dry ice", "live animals"))
    )
    assert first == second == (ResolvedIncompatible("dry ice", "live animals"),)
    plain = case_incompatible().model_copy(update={"incompatible": ()})
    extra = (*plain.requirements, Requirement(requirement="food"))
    row = Incompatible(requirement="food", apart_from="dry ice")
    unsent = plain.model_copy(update={"requirements": extra, "incompatible": (row,)})
    assert resolve(unsent).incompatibles == ()
    without = replace(resolve(plain), instance_digest=resolve(unsent).instance_digest)
    assert resolved_digest(resolve(unsent)) == resolved_digest(without)
    assert {f.code for f in judge(unsent)} == {"unused"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("live animals", "dry cie"), "unknown-requirement"),
        (("dry ice", "dry ice"), "incompatible-with-itself"),
        (("live animals", "both"), "incompatible-in-one"),
    ],
)
def test_what_cannot_be_kept_apart_is_refused(row: tuple[str, str], code: str) -> None:
    instance = case_incompatible()
    mixed = consignment("MIXED", due_min=1440, requires=("live animals", "both"))
    instance = instance.model_copy(
        update={
            "demand": (*instance.demand, mixed),
            "requirements": (*instance.requirements, Requirement(requirement="both")),
            "incompatible": (Incompatible(requirement=row[0], apart_from=row[1]),),
        }
    )
    with pytest.raises(InstanceError) as caught:
        resolve(instance)
    assert {f.code for f in caught.value.findings} == {code}


def test_the_second_derivation_differs_if_a_pair_does() -> None:
    instance = case_incompatible()
    r = resolve(instance)
    assert rederive(r, instance, None) == ()
    for changed in ((), (ResolvedIncompatible("a", "b"),), r.incompatibles * 2):
        assert rederive(replace(r, incompatibles=changed), instance, None)


def test_files_edits_and_tables_keep_it(tmp_path: Path) -> None:
    instance = tiny(3, limits=("incompatible", "blocks"))
    assert instance.incompatible
    write_instance(instance, tmp_path / "written")
    assert read_instance(tmp_path / "written") == instance
    plain = case_incompatible().model_copy(update={"incompatible": ()})
    rows = ({"requirement": "live animals", "apart_from": "dry ice"},)
    edited = edit(plain).add_rows(table="incompatible", rows=rows).done()
    assert edited.incompatible == case_incompatible().incompatible
    table = resolved_tables.consignments(resolve(edited)).set_index("consignment")
    assert table["apart_from"].to_dict() == {
        "ANIMALS": "dry ice",
        "ICE": "live animals",
        "OTHER": "",
    }
