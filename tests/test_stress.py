"""Plans on bad days."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from optimizer import read, solve
from optimizer.cli.app import app
from optimizer.domain.resolved import ResolvedInstance
from optimizer.files import read_plan
from optimizer.generate import tiny as generated
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from optimizer.whatif import ScenarioError
from optimizer.whatif.stress import read_delays, stress_plan
from optimizer.whatif.stress_days import Delays
from tests.ground_cases import case_trucks

ROOT = Path(__file__).parent.parent
CALM = Delays(
    block_sd_share=0, turnaround_late_share=0, turnaround_late_min=0, truck_late_share=0,
    truck_late_min=0, demand_sd_share=0, no_show_share=0,
)  # fmt: skip


def shipped(name: str) -> tuple[ResolvedInstance, Plan]:
    resolved = resolve(read(ROOT / "instances" / name))
    return resolved, read_plan(ROOT / "solutions" / name)


@pytest.mark.parametrize(
    "name", ["first-steps", "tiny-cyclic", "madrid-launch", "luxembourg-bridge", "zhengzhou-week"]
)
def test_on_good_days_all_goes_as_planned(name: str) -> None:
    found = stress_plan(*shipped(name), runs=3, delays=CALM)
    assert found.contribution_usd == pytest.approx(found.planned_usd, abs=1e-6)
    assert found.on_time_share.min() == found.delivered_share.min() == 1.0
    assert (found.rotations["mean_delay_min"] == 0).all()


@pytest.mark.parametrize("seed", range(6))
def test_good_days_of_generated_plans(seed: int) -> None:
    instance = generated(seed)
    plan = solve(instance, gap=0.01, work_limit=100).found
    assert plan is not None
    found = stress_plan(resolve(instance), plan, runs=2, delays=CALM)
    assert found.contribution_usd == pytest.approx(found.planned_usd, abs=1e-6)
    assert found.delivered_share.min() == 1.0


def test_worse_days_are_worse_and_the_same_seed_draws_the_same() -> None:
    resolved, plan = shipped("zhengzhou-week")
    mild = Delays(truck_late_share=0.05, no_show_share=0.01)
    hard = Delays(truck_late_share=0.5, turnaround_late_share=0.6, no_show_share=0.1)
    a, b = (stress_plan(resolved, plan, runs=100, delays=d) for d in (mild, hard))
    assert b.contribution_usd.mean() < a.contribution_usd.mean() <= a.planned_usd
    assert b.on_time_share.mean() < a.on_time_share.mean() < 1
    assert b.delivered_share.mean() < a.delivered_share.mean() < 1
    again = stress_plan(resolved, plan, runs=100, delays=hard)
    assert np.array_equal(b.contribution_usd, again.contribution_usd)
    other = stress_plan(resolved, plan, runs=100, delays=hard, seed=1)
    assert not np.array_equal(b.contribution_usd, other.contribution_usd)
    lost = b.planned_usd - b.contribution_usd.mean()
    assert b.rotations["mean_lost_usd"].sum() == pytest.approx(lost, abs=1)


def test_trucks_that_never_come_bring_nothing() -> None:
    instance = case_trucks()
    result = solve(instance, gap=0)
    assert result.found is not None
    never = CALM.model_copy(update={"truck_late_share": 1.0, "truck_late_min": 1e9})
    found = stress_plan(result.resolved, result.found, runs=4, delays=never)
    assert found.delivered_share.max() == 0
    revenue = sum(x.amount_micro for x in result.found.money if x.code in ("R1", "R2")) / 1e6
    assert found.contribution_usd == pytest.approx(found.planned_usd - revenue, abs=0.01)


def test_nobody_comes() -> None:
    resolved, plan = shipped("first-steps")
    nobody = CALM.model_copy(update={"no_show_share": 1.0})
    assert stress_plan(resolved, plan, runs=2, delays=nobody).delivered_share.max() == 0


def test_the_command(tmp_path: Path) -> None:
    call = ["stress", str(ROOT / "instances" / "madrid-launch")]
    call += [str(ROOT / "solutions" / "madrid-launch"), "--runs", "200"]
    result = CliRunner().invoke(app, call)
    assert result.exit_code == 0, result.output
    assert "weakest rotations" in result.stdout
    told = json.loads(CliRunner().invoke(app, [*call, "--json"]).stdout)
    assert told["runs"] == 200
    assert told["contribution_usd"]["p5"] <= told["contribution_usd"]["p95"] <= told["planned_usd"]
    path = tmp_path / "mine.toml"
    path.write_text("no_show_share = 0.5\n")
    assert read_delays(path).no_show_share == 0.5
    path.write_text("no_show_shar = 0.5\ntruck_late_share = 2\n")
    with pytest.raises(ScenarioError, match="no_show_share"):
        read_delays(path)
    assert CliRunner().invoke(app, [*call, "--delays", str(path)]).exit_code == 3


def test_the_estimates_are_documented() -> None:
    text = (ROOT / "docs" / "stress.md").read_text(encoding="utf-8")
    for name, info in Delays.model_fields.items():
        assert f"| `{name}` | {info.default:g} |" in text
