"""Planning again after a disruption."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from optimizer import read, solve
from optimizer.cli.app import app
from optimizer.domain.instance import Instance
from optimizer.domain.rules import Market
from optimizer.files import read_plan
from optimizer.generate import tiny as generated
from optimizer.model import solve_reference
from optimizer.plan.changes import Timed, changes, paired
from optimizer.plan.freeze import freeze
from optimizer.plan.plan import Plan
from optimizer.plan.timetable import Timetable
from optimizer.resolve import resolve
from optimizer.whatif import Scenario, ScenarioError, apply, scenario_of
from optimizer.whatif.fewest_changes import TooFewChangesError, fewest_changes
from optimizer.whatif.replan import Disruption, read_disruption, replan

BRUSSELS = ZoneInfo("Europe/Brussels")
ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "instances" / "disruptions"
OF = {
    "freighter-on-ground": "zhengzhou-week",
    "trucks-on-strike": "zhengzhou-week",
    "liege-closed": "madrid-launch",
    "late-inbound": "luxembourg-bridge",
}


def shipped(name: str) -> tuple[Instance, Plan]:
    return read(ROOT / "instances" / name), read_plan(ROOT / "solutions" / name)


def disruption(*edits: dict[str, object]) -> Disruption:
    return Disruption(scenario_of({"name": "it", "edit": list(edits)}))


@pytest.mark.parametrize("name", OF)
def test_shipped_disruptions_make_sense(name: str) -> None:
    what = read_disruption(SHIPPED / f"{name}.toml")
    instance = read(ROOT / "instances" / OF[name])
    assert apply(instance, what.scenario) != instance
    assert what.scenario.description and what.scenario.provenance
    assert f"{name}.toml" in (SHIPPED / "README.md").read_text(encoding="utf-8")
    assert {path.stem for path in SHIPPED.glob("*.toml")} == set(OF)


def test_what_left_before_it_was_known_stays() -> None:
    instance, plan = shipped("madrid-launch")
    what = read_disruption(SHIPPED / "liege-closed.toml")
    found = replan(instance, plan, what, time_limit=30)
    assert found.result.accepted and found.result.found is not None
    until = what.frozen_until
    assert until is not None
    start = datetime.fromisoformat(resolve(instance).period.start)
    firm = [f for f in plan.flights if start + timedelta(minutes=f.rotation.off_block_min) < until]
    assert {f.id for f in firm} == set(found.firm) and firm
    flown = [f.rotation for f in found.result.found.flights]
    assert all(f.rotation in flown for f in firm)
    calls = [
        (airport, start + timedelta(minutes=minute))
        for leg in (leg for rotation in flown for leg in rotation.legs)
        for airport, minute in (
            (leg.origin, leg.off_block_min),
            (leg.destination, leg.on_block_min),
        )
    ]
    there = [at.astimezone(BRUSSELS).date().isoformat() for code, at in calls if code == "LGG"]
    assert "2025-02-14" not in there
    assert found.changes


def test_nothing_happened_nothing_changes() -> None:
    instance, plan = shipped("madrid-launch")
    nothing = disruption({"edit": "scale_demand", "by": 1})
    found = replan(instance, plan, nothing, time_limit=20)
    assert found.changes == ()
    assert found.result.plan.contribution_usd >= plan.contribution_micro / 1e6 - 0.01


@pytest.mark.parametrize("seed", range(8))
def test_dear_changes_are_few_and_counted(seed: int) -> None:
    """Half of the cargo is gone: free changes against dear ones, and none at all."""
    instance = generated(seed)
    result = solve(instance, gap=0)
    if result.found is None or not result.found.flights:
        pytest.skip("nothing flies")
    half = disruption({"edit": "scale_demand", "by": 0.5})
    week = 10_080 if instance.period.kind == "cyclic" else None
    counts = []
    for change_usd in (0.0, 1e6):
        again = replan(
            instance, result.found, half, change_usd=change_usd, options={"gap": 0}, time_limit=None
        )
        assert again.result.accepted and again.result.found is not None
        assert list(again.changes) == changes(result.found, again.result.found, week)
        counts.append(sum(change.kind in ("dropped", "moved") for change in again.changes))
        fined = sum(x.amount_micro for x in again.result.found.money if x.code == "K14")
        assert -fined / 1e6 == pytest.approx(change_usd * counts[-1], abs=1)
    assert counts[1] <= counts[0]
    none = replan(instance, result.found, half, most_changes=0, options={"gap": 0}, time_limit=None)
    assert none.result.accepted
    assert none.changes == ()


def test_new_rotations_fit_the_number_of_changes() -> None:
    instance, plan = shipped("first-steps")
    tail = instance.fleet[0].model_dump(exclude_none=True) | {"tail": "another"}
    more = disruption({"edit": "scale_demand", "by": 3}, {"edit": "add_tail", **tail})
    free = replan(instance, plan, more, change_usd=0, time_limit=25)
    assert len(free.changes) > 1
    one = replan(instance, plan, more, most_changes=1, change_usd=0, time_limit=25)
    assert one.result.accepted
    assert len(one.changes) <= 1


@pytest.mark.parametrize("seed", [3, 10, 13])
def test_the_best_with_so_few_changes_is_found(seed: int) -> None:
    instance = generated(seed)
    plan = solve_reference(resolve(instance), gap=1e-9).plan
    assert plan is not None
    much = disruption({"edit": "scale_demand", "by": 4})
    frozen = freeze(instance, resolve(instance), plan, cargo=False, any_tail=True, penalty_usd=50)
    asked = frozen.onto(apply(instance, much.scenario))
    for most in (0, 1, 2):
        found = replan(
            instance, plan, much, most_changes=most, change_usd=50, time_limit=None,
            options={"gap": 0},
        )  # fmt: skip
        assert found.result.accepted
        assert len(found.changes) <= most
        limited = resolve(asked.model_copy(update={"most_changes": most}))
        best = solve_reference(limited, gap=1e-9).plan
        assert best is not None
        earned = found.result.plan.contribution_usd
        assert earned == pytest.approx(best.contribution_micro / 1e6, abs=0.05)


def test_too_few_changes_are_told_with_the_least_number() -> None:
    """Without its aircraft a plan loses all its flights; one change less is not enough."""
    instance, plan = shipped("first-steps")
    tails = Counter(f.tail for f in plan.flights)
    tail, flights = tails.most_common(1)[0]
    gone = disruption({"edit": "ground_tail", "tail": tail})
    with pytest.raises(TooFewChangesError, match=f"the least number is {flights}$"):
        replan(instance, plan, gone, most_changes=flights - 1, time_limit=30)
    enough = replan(instance, plan, gone, most_changes=flights, time_limit=30)
    assert enough.result.accepted
    assert len(enough.changes) == flights


def test_the_least_number_of_changes_is_found_among_all_plans() -> None:
    """Where a flight must be added in place of another, published ones alone are no plan."""
    instance, plan = shipped("first-steps")
    r = resolve(instance)
    first = plan.flights[0].rotation
    station = first.stations[0]
    served = sum(station in f.rotation.stations for f in plan.flights)
    demanding = instance.model_copy(
        update={"markets": (Market(station=station, min_rotations=served + 1),)}
    )
    soft = freeze(demanding, r, plan, cargo=False, any_tail=True, penalty_usd=1)
    asked = resolve(soft.onto(demanding).model_copy(update={"most_changes": 0}))
    found = fewest_changes(asked, plan, 0)
    assert found is not None and found.proven
    assert found.changes == Timetable(asked).changes(
        (f.pool, f.rotation) for f in found.plan.flights
    )
    assert found.changes > 0
    assert solve_reference(replace(asked, most_changes=found.changes - 1)).status == "infeasible"
    assert solve_reference(replace(asked, most_changes=found.changes)).plan is not None


def test_what_cannot_stay_is_a_verdict() -> None:
    instance, plan = shipped("madrid-launch")
    what = disruption({"edit": "close_airport", "airport": "LGG"})
    late = Disruption(what.scenario, instance.period.start + timedelta(days=9))
    from optimizer.errors import FreighterError

    with pytest.raises(FreighterError) as error:
        replan(instance, plan, late, time_limit=20)
    assert error.value.exit_code in (4, 7)


def test_a_week_that_repeats_has_no_now() -> None:
    instance, plan = shipped("tiny-cyclic")
    what = Disruption(Scenario("x", disruption({"edit": "scale_fuel", "by": 1}).scenario.edits),
                      instance.period.start + timedelta(days=3))  # fmt: skip
    with pytest.raises(ValueError, match="cyclic"):
        replan(instance, plan, what)


def test_wrong_disruptions_are_told(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('now = "tomorrow"\nnotice_h = -1\n[[edit]]\nedit = "scale_fuel"\nbi = 2\n')
    with pytest.raises(ScenarioError) as error:
        read_disruption(path)
    for text in ("now", "notice_h", "did you mean 'by'"):
        assert text in str(error.value)


def test_the_command(tmp_path: Path) -> None:
    call = ["replan", str(ROOT / "instances" / "madrid-launch")]
    call += [str(ROOT / "solutions" / "madrid-launch"), str(SHIPPED / "liege-closed.toml")]
    result = CliRunner().invoke(app, [*call, "-o", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["audit"]["feasible"]
    assert (tmp_path / "out" / "report.html").exists()
    assert told["replan"]["firm_flights"] > 0


def test_rotations_are_recognised_by_time() -> None:
    a = [Timed("x", 0, "a0"), Timed("x", 600, "a1"), Timed("y", 0, "a2")]
    b = [Timed("x", 590, "b0"), Timed("x", 10_070, "b1")]
    assert set(paired(a, b)) == {("a1", "b0"), ("a0", None), ("a2", None), (None, "b1")}
    assert set(paired(a, b, 10_080)) == {("a1", "b0"), ("a0", "b1"), ("a2", None)}
