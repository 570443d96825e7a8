"""Cases solved with pencil and paper, through files, resolve, reference model and audit."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.files import read_instance
from optimizer.model import ReferenceResult, solve_reference
from optimizer.plan.plan import Flight, Plan
from optimizer.resolve import resolve
from optimizer.verify import audit
from tests.builders import HandWorked
from tests.hand_worked import hand_worked

FOLDERS = Path(__file__).parent.parent / "instances" / "hand-worked"
CASES = hand_worked()


@cache
def solved(name: str) -> tuple[ResolvedInstance, ReferenceResult]:
    resolved = resolve(CASES[name].instance)
    return resolved, solve_reference(resolved, gap=1e-9)


def plan_of(name: str) -> Plan:
    plan = solved(name)[1].plan
    assert plan is not None
    return plan


def flights_with_cargo(plan: Plan) -> list[Flight]:
    carrying = {segment.flight for load in plan.loads for segment in load.segments}
    return [flight for flight in plan.flights if flight.id in carrying]


@pytest.mark.parametrize(("name", "case"), CASES.items())
def test_value_is_exact(name: str, case: HandWorked) -> None:
    result = solved(name)[1]
    assert result.status == "optimal"
    assert plan_of(name).contribution_micro == case.contribution_micro
    assert result.value_usd == pytest.approx(case.contribution_micro * 1e-6, rel=1e-7, abs=1e-4)
    assert len(flights_with_cargo(plan_of(name))) == case.flights


@pytest.mark.parametrize("name", CASES)
def test_audit_agrees(name: str) -> None:
    resolved, _ = solved(name)
    report = audit(resolved, plan_of(name), instance=CASES[name].instance)
    assert report.feasible, report.violations
    assert report.costs_match
    assert report.resolved_match, report.resolved_differences
    assert report.contribution_micro == CASES[name].contribution_micro


@pytest.mark.parametrize(("name", "case"), CASES.items())
def test_second_solver_agrees(name: str, case: HandWorked) -> None:
    result = solve_reference(resolve(case.instance), solver="cbc", gap=1e-9)
    assert result.status == "optimal"
    assert result.plan is not None
    assert result.plan.contribution_micro == case.contribution_micro


@pytest.mark.parametrize(("name", "case"), CASES.items())
def test_from_files(name: str, case: HandWorked) -> None:
    resolved = resolve(read_instance(FOLDERS / name))
    plan = solve_reference(resolved, gap=1e-9).plan
    assert plan is not None
    assert plan.contribution_micro == case.contribution_micro
    assert audit(resolved, plan).feasible


@pytest.mark.parametrize(("demand_t", "route"), [(89, "CGO-MAD"), (90, "CGO-KGF*-MAD")])
def test_technical_stop_pays_from_90_t(demand_t: int, route: str) -> None:
    plan = plan_of(f"technical-stop-{demand_t}")
    assert [flight.rotation.route for flight in plan.flights] == [route]
    assert plan.carried_g == {"D": 86_000_000 if demand_t == 89 else 90_000_000}


def test_weight_and_volume_mix() -> None:
    assert plan_of("weight-volume").carried_g == {"A": 85_200_000, "B": 4_800_000}


@pytest.mark.parametrize(
    ("name", "local"),
    [("curfew-2025-10-26", "2025-10-26T01:00"), ("curfew-2025-03-30", "2025-03-30T00:00")],
)
def test_first_departure_that_lands_after_the_ban(name: str, local: str) -> None:
    resolved, _ = solved(name)
    (flight,) = flights_with_cargo(plan_of(name))
    start = datetime.fromisoformat(resolved.period.start)
    off_block = start + timedelta(minutes=flight.rotation.off_block_min)
    on_block = start + timedelta(minutes=flight.rotation.legs[0].on_block_min)
    departure = off_block.astimezone(ZoneInfo("Asia/Shanghai"))
    assert departure.replace(tzinfo=None).isoformat(timespec="minutes") == local
    assert on_block.astimezone(ZoneInfo("Europe/Luxembourg")).hour == 6


def test_offer_is_returned() -> None:
    plan = plan_of("acmi-returnable")
    assert plan.returned == ("T1",)
    assert not plan.flights


def test_whole_trucks() -> None:
    plan = plan_of("trucks")
    assert [run.trucks for run in plan.trucks] == [2]
    assert plan.carried_g == {"D": 22_880_000}
