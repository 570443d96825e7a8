"""Explanations around a plan: audited, never better than the optimum, and true in what they rule
out; within their time, and with what was found so far when they are interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.explained import answer_of, case_of, instance_of
from benchmarks.explained_hub import fault_of, questions
from optimizer.api import read
from optimizer.api import resolve as resolved_of
from optimizer.control import never
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.engine import explain_left_behind
from optimizer.files import read_plan
from optimizer.model import model_size, solve_reference
from optimizer.plan.plan import Plan
from optimizer.verify import audit
from optimizer.whatif import Scenario, apply
from optimizer.whatif import explain_replan as replan
from optimizer.whatif.explain import explain
from optimizer.whatif.explain_around import Focus, around
from optimizer.whatif.explain_cargo import required
from optimizer.whatif.explain_cargo_order import fixed_usd, halves, sets
from optimizer.whatif.explain_catalogue import catalogue
from optimizer.whatif.explain_changes import Case, make_edit
from optimizer.whatif.explain_replan import Replanner
from optimizer.whatif.explain_tried import same_usd

ROOT = Path(__file__).parent.parent
NAME = "nanning-corridor"
SMALL = 8
"""Small cases that are explained both ways."""


@pytest.fixture(scope="module")
def corridor() -> tuple[Instance, ResolvedInstance, Plan]:
    """An instance that is too large for exact answers, and its plan."""
    instance = read(ROOT / "instances" / NAME)
    resolved = resolved_of(instance)
    assert model_size(resolved).columns > replan.EXACT_COLUMNS
    return instance, resolved, read_plan(ROOT / "solutions" / NAME)


def small_cases() -> list[tuple[Case, Plan]]:
    """Tiny instances that leave something behind, and their best plans."""
    found: list[tuple[Case, Plan]] = []
    for seed in range(300):
        instance = instance_of(seed)
        resolved = resolved_of(instance)
        if model_size(resolved).columns > 120 or instance.reference_data:
            continue
        plan = solve_reference(resolved, gap=1e-9).plan
        case = None if plan is None else case_of(instance, resolved, plan, seed)
        if plan is not None and plan.flights and case is not None:
            found.append((case, plan))
        if len(found) == SMALL:
            break
    return found


def test_around_a_plan_nothing_is_better_than_the_optimum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at = 0
    for case, plan in small_cases():
        exact = {t.change.words: t.usd for t in answer_of(case, plan).options}
        monkeypatch.setattr(replan, "EXACT_COLUMNS", 0)
        answer = answer_of(case, plan)
        monkeypatch.undo()
        assert answer.part is not None and not answer.exact
        for option in answer.options:
            assert option.plan is not None
            resolved, made = option.plan
            assert audit(resolved, made).feasible
            assert made.carried_g[case.id] == resolved.consignment[case.id].weight_g
            if option.change.words in exact:
                assert option.usd <= exact[option.change.words] + 0.05
                looked_at += 1
    assert looked_at >= 3


def test_what_is_ruled_out_is_no_cheaper_when_planned_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replan, "EXACT_COLUMNS", 0)
    instance = read(ROOT / "instances" / "madrid-launch")
    resolved, plan = resolved_of(instance), read_plan(ROOT / "solutions" / "madrid-launch")
    cargo = resolved.consignment["MAD-4"]
    case = Case(instance, resolved, cargo, cargo.weight_g - plan.carried_g[cargo.id])
    answer = answer_of(case, plan)
    assert answer.cheapest is not None and answer.cheapest.change.kind == "airspace"
    least_usd = answer.cheapest.price_usd(answer.before_usd)
    ruled_out = [t for t in answer.others if t.verdict == "ruled out"]
    assert len(ruled_out) >= 6 and any(t.together for t in ruled_out)
    replanner, focus = Replanner(resolved, plan, time_limit=60), Focus(frozenset((case.id,)))
    before_usd, _ = replanner.base(resolved, focus)
    assert before_usd == pytest.approx(answer.before_usd)
    for other in ruled_out:
        edits = (*other.change.edits, required(case))
        found = replanner.of_instance(apply(instance, Scenario("x", edits)), focus, parts=2)
        near_usd = 2 * same_usd(before_usd)
        assert found.plan is None or before_usd - found.usd >= least_usd - near_usd


def test_the_cheapest_change_of_a_larger_plan_is_an_audited_plan_in_time(
    corridor: tuple[Instance, ResolvedInstance, Plan],
) -> None:
    instance, resolved, plan = corridor
    told: list[str] = []
    began_s = time.monotonic()
    answer = explain(instance, plan, "MNL-3-3", time_limit=6, tell=told.append)
    assert time.monotonic() - began_s <= 6 * 1.05 + 1
    assert told[:3] == ["why it stays behind", "the plan as it is", "no change"]
    assert answer.document["cheapest"] is not None and not answer.document["exact"]
    assert answer.document["around"]["flights_that_stay"] > 0
    assert fault_of(instance, resolved, "MNL-3-3", answer) == ""
    text = answer.text()
    assert "\nverified " in text and "\nproven " in text and "\nnot proven " in text


def test_a_flight_and_a_tail_have_a_value_within_an_interval(
    corridor: tuple[Instance, ResolvedInstance, Plan],
) -> None:
    instance, _, plan = corridor
    for subject in ("F05", "YG-CGO"):
        answer = explain(instance, plan, subject, time_limit=6)
        value: dict[str, Any] = answer.document["value"]
        assert value["value_at_least_usd"] <= value["value_usd"] + 0.01
        assert value["value_usd"] == pytest.approx(
            value["contribution_usd"] - value["without_usd"], abs=0.02
        )
        assert "certain " in answer.text()


def test_a_limit_is_monotone(corridor: tuple[Instance, ResolvedInstance, Plan]) -> None:
    instance, _, _ = corridor
    edit = make_edit("change_lanes", trucks_per_dispatch=1)
    tight = apply(instance, Scenario("tight", (edit,)))
    resolved = resolved_of(tight)
    found = solve_reference_quickly(resolved)
    lane = next(x.id for x in resolved.lanes if any(run.lane == x.id for run in found.trucks))
    answer = explain(tight, found, lane, time_limit=3).document
    assert answer["one_more"]["difference_usd"] >= 0
    assert answer["one_less"]["difference_usd"] is None or (
        answer["one_less"]["difference_usd"] <= 0
    )


def solve_reference_quickly(resolved: ResolvedInstance) -> Plan:
    """A plan of the engine, soon."""
    from optimizer import engine

    found = engine.solve(resolved, time_limit=2, method="heuristic")
    assert found.plan is not None
    return found.plan


# --- what is around a plan -----------------------------------------------------------------------


def test_flights_that_are_not_possible_any_more_are_taken_out(
    corridor: tuple[Instance, ResolvedInstance, Plan],
) -> None:
    instance, _, plan = corridor
    grounded = apply(instance, Scenario("x", (make_edit("ground_tail", tail="YG-CGO"),)))
    resolved = resolved_of(grounded)
    lost = [f for f in plan.flights if f.pool == "YG-CGO"]
    part = around(resolved, plan, Focus(flights=frozenset(f.id for f in lost)), never)
    assert lost and part.freed >= len(lost)
    assert not any(pool == "YG-CGO" for pool, _ in part.restriction.flown)
    assert sum(part.restriction.flown.values()) == part.kept
    assert part.freed + part.kept == len(plan.flights)
    found = solve_reference(resolved, restriction=part.restriction, repertoire=part.repertoire)
    assert found.plan is not None and audit(resolved, found.plan).feasible


def test_cargo_in_question_is_assigned_anew_and_all_other_flights_stay(
    corridor: tuple[Instance, ResolvedInstance, Plan],
) -> None:
    _, resolved, plan = corridor
    part = around(resolved, plan, Focus(cargo=frozenset(("MNL-3-3",))), never)
    assert part.restriction.consignments is not None
    assert "MNL-3-3" in part.restriction.consignments
    assert 0 < part.freed < len(plan.flights) and part.offered > 0
    found = solve_reference(resolved, restriction=part.restriction, repertoire=part.repertoire)
    assert found.plan is not None
    assert found.plan.contribution_micro >= plan.contribution_micro - 1_000_000


def test_sets_hold_the_whole_catalogue_once(
    corridor: tuple[Instance, ResolvedInstance, Plan],
) -> None:
    instance, resolved, _ = corridor
    cargo = resolved.consignment["MNL-3-3"]
    case = Case(instance, resolved, cargo, cargo.weight_g)
    ladders = catalogue(case)
    tried = list(sets(case, ladders, "fleet hours"))
    words = [ladder[0].words for some in tried for ladder in some]
    assert sorted(words) == sorted(ladder[0].words for ladder in ladders)
    assert tried[0][0][0].kind in ("fleet hours", "aircraft")
    for some in tried:
        if len(some) > 1:
            assert sorted(x[0].words for half in halves(some) for x in half) == sorted(
                x[0].words for x in some
            )
    more = next(x[0] for some in tried for x in some if x[0].kind == "aircraft")
    assert fixed_usd(case, more) > 0


def test_one_reason_is_that_of_all(corridor: tuple[Instance, ResolvedInstance, Plan]) -> None:
    _, resolved, plan = corridor
    reasons = explain_left_behind(resolved, plan)
    one = reasons[len(reasons) // 2]
    assert explain_left_behind(resolved, plan, only={one.consignment}) == (one,)


def test_questions_are_of_all_reasons(
    corridor: tuple[Instance, ResolvedInstance, Plan],
) -> None:
    _, resolved, plan = corridor
    asked = list(questions(resolved, plan, 4, 1))
    names = [name for kind, name in asked if kind == "consignment"]
    reasons = {x.consignment: x.reason for x in explain_left_behind(resolved, plan)}
    assert len(names) == 4 and len({reasons[name] for name in names}) >= 3
    assert {kind for kind, _ in asked} >= {"flight", "tail"}


def test_a_base_that_is_better_takes_the_place_of_the_plan(
    corridor: tuple[Instance, ResolvedInstance, Plan],
) -> None:
    _, resolved, plan = corridor
    replanner = Replanner(resolved, plan, time_limit=5)
    usd, known = replanner.base(resolved, Focus(cargo=frozenset(("SGN-3-3",))))
    assert usd >= plan.contribution_micro / MICRO and not known
    assert replanner.start is not None
    assert replanner.start.contribution_micro / MICRO == pytest.approx(usd)


# --- the command ---------------------------------------------------------------------------------


def test_ctrl_c_tells_what_was_found_so_far() -> None:
    program = "from optimizer.cli import main; main()"
    arguments = [f"instances/{NAME}", f"solutions/{NAME}", "BUD-IN-2", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-c", program, "explain", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stderr is not None
    for line in process.stderr:  # progress
        if "freight of" in line:  # no change has been tried by now
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted; this is what was found so far" in err
    answer = json.loads(out)
    assert answer["options"][0]["kind"] in ("nothing", "rate")
    assert answer["untried"] > 5
