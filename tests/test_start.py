"""A solve never ends with less than the plan it began with."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer import read, solve
from optimizer.files import read_plan

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["nanning-corridor", "yiwu-gap", "madrid-launch"])
def test_a_start_that_holds_is_kept(name: str) -> None:
    """Pools of the first change between gateways, which construction cannot do."""
    start = read_plan(ROOT / "solutions" / name / "plan.json")
    result = solve(
        read(ROOT / "instances" / name), start=start, work_limit=20, threads=1, method="heuristic"
    )
    assert result.accepted
    assert result.plan.contribution_usd >= start.contribution_micro * 1e-6 - 1e-6


def test_a_start_of_other_money_is_not_believed() -> None:
    start = read_plan(ROOT / "solutions" / "madrid-launch" / "plan.json")
    instance = read(ROOT / "instances" / "madrid-launch")
    demand = [
        row.model_copy(update={"usd_per_chargeable_kg": row.usd_per_chargeable_kg / 2})
        for row in instance.demand
    ]
    cheaper = instance.model_copy(update={"demand": tuple(demand)})
    result = solve(cheaper, start=start, work_limit=20, threads=1, method="heuristic")
    assert result.accepted
    assert result.plan.contribution_usd < start.contribution_micro * 1e-6
