"""Planning again after a disruption."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from optimizer import read, solve
from optimizer.cli.app import app
from optimizer.domain.instance import Instance
from optimizer.files import read_plan
from optimizer.generate import tiny as generated
from optimizer.plan.changes import Timed, changes, paired
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from optimizer.whatif import Scenario, ScenarioError, apply, scenario_of
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
    assert none.within == (len(none.changes) == 0)


def test_new_rotations_fit_the_number_of_changes() -> None:
    instance, plan = shipped("first-steps")
    tail = instance.fleet[0].model_dump(exclude_none=True) | {"tail": "another"}
    more = disruption({"edit": "scale_demand", "by": 3}, {"edit": "add_tail", **tail})
    free = replan(instance, plan, more, change_usd=0, time_limit=25)
    assert len(free.changes) > 1
    one = replan(instance, plan, more, most_changes=1, time_limit=25)
    assert one.result.accepted
    assert [change.kind for change in one.changes] == ["added"] and one.within


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
    assert told["audit"]["feasible"] and told["replan"]["within"]
    assert (tmp_path / "out" / "report.html").exists()
    assert told["replan"]["firm_flights"] > 0


def test_rotations_are_recognised_by_time() -> None:
    a = [Timed("x", 0, "a0"), Timed("x", 600, "a1"), Timed("y", 0, "a2")]
    b = [Timed("x", 590, "b0"), Timed("x", 10_070, "b1")]
    assert set(paired(a, b)) == {("a1", "b0"), ("a0", None), ("a2", None), (None, "b1")}
    assert set(paired(a, b, 10_080)) == {("a1", "b0"), ("a0", "b1"), ("a2", None)}
