"""The library as other programs call it."""

from __future__ import annotations

import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import optimizer
from optimizer import (
    InfeasibleError,
    Progress,
    Result,
    audit,
    check,
    read,
    solve,
    write,
)
from optimizer.domain.resolved import MICRO
from optimizer.domain.rules import Market
from optimizer.report.pnl import DIMENSIONS
from tests.builders import tiny
from tests.certificates import certificate
from tests.flying_cases import case_weeks_end
from tests.ground_cases import case_trucks


@pytest.fixture(scope="module")
def result() -> Result:
    return solve(case_trucks())


def test_every_public_name_is_there() -> None:
    assert all(getattr(optimizer, name) is not None for name in optimizer.__all__)
    assert set(dir(optimizer)) == set(optimizer.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = optimizer.nothing  # type: ignore[attr-defined]


def test_write_read_check(tmp_path: Any) -> None:
    write(tiny(), tmp_path / "t.zip")
    assert read(tmp_path / "t.zip") == tiny()
    assert check(tmp_path / "t.zip") == check(str(tmp_path / "t.zip"))


def test_a_result_has_plan_bound_gap_and_audit(result: Result) -> None:
    assert result.plan.contribution_usd == pytest.approx(488, abs=0.01)
    assert result.bound is not None
    assert result.bound >= result.plan.contribution_usd - 1e-6
    assert result.gap is not None
    assert (result.status == "optimal") == (result.gap <= 1e-6)
    assert result.accepted
    assert result.audit is not None
    assert result.audit.resolved_match
    assert not result.plan.schedule.empty
    assert all(not result.plan.costs.by(by).empty for by in DIMENSIONS)
    assert result.text().startswith("trucks:")


def test_audit_takes_results_views_and_plans(result: Result) -> None:
    instance = case_trucks()
    reports = [audit(instance, plan) for plan in (result, result.plan, result.plan.data)]
    assert all(report == result.audit for report in reports)
    proven = audit(instance, result, certificate=certificate(result.resolved))
    assert proven.bound_verified
    assert (proven.bound_verified_micro or 0) / MICRO >= result.plan.contribution_usd - 1e-6
    refused = audit(instance, result, certificate=certificate(result.resolved, bound_micro=0))
    assert refused.bound_verified is False
    assert refused.bound_verified_micro is None


def test_a_result_survives_pickling(result: Result) -> None:
    again: Result = pickle.loads(pickle.dumps(result))
    assert again.plan.data == result.plan.data
    assert again.summary() == result.summary()


def test_the_library_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    solve(case_trucks())
    solve(case_trucks(), method="reference")
    assert capfd.readouterr() == ("", "")


def test_the_same_seed_gives_the_same_plan() -> None:
    instance = case_weeks_end("dated", 2)
    one, two = (solve(instance, seed=5, method="heuristic") for _ in range(2))
    assert one.found == two.found


def test_threads_do_not_disturb_each_other(result: Result) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: solve(case_trucks()), range(3)))
    assert all(r.found == result.found for r in found)


def test_a_solve_can_start_from_a_result(result: Result) -> None:
    again = solve(case_trucks(), start=result)
    assert again.plan.contribution_usd >= result.plan.contribution_usd - 1e-6


def test_a_solve_can_be_cancelled() -> None:
    instance = case_weeks_end("dated", 2)
    stop = threading.Event()
    stop.set()
    result = solve(instance, should_stop=stop.is_set)
    assert result.status in {"interrupted", "optimal", "gap_reached"}
    assert result.bound is not None


def test_progress_is_told() -> None:
    told: list[Progress] = []
    solve(case_trucks(), on_progress=told.append)
    assert told
    assert all(p.phase for p in told)
    assert [p.seconds for p in told] == sorted(p.seconds for p in told)


def test_no_plan_raises_only_when_asked_for() -> None:
    result = solve(tiny(markets=(Market(station="LUX", min_rotations=50),)))
    assert result.status == "infeasible"
    assert result.bound is result.gap is result.audit is None
    assert not result.accepted
    assert result.summary()["contribution_usd"] is None
    with pytest.raises(InfeasibleError, match="no plan satisfies"):
        _ = result.plan


@pytest.mark.parametrize("wrong", [{"gap": -0.1}, {"gap": float("nan")}, {"time_limit": 0.0},
                                   {"threads": 0}])  # fmt: skip
def test_options_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        solve(tiny(), **wrong)
