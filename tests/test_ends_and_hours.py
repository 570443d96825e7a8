"""Least hours (C14), given ends (C1), ACMI options (K4) and two gateways: what binds is proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import count, islice
from pathlib import Path
from typing import Literal

import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.engine import solve
from optimizer.files import read_instance
from optimizer.generate import tiny
from optimizer.model import solve_reference
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from optimizer.verify import audit
from optimizer.verify.certificate import verify_certificate
from tests.flying_cases import case_two_gateways
from tests.hand_worked import hand_worked

FOLDERS = Path(__file__).parent.parent / "instances" / "hand-worked"
CASES = ("given-ends", "two-gateways", "least-hours", "acmi-returnable", "acmi-committed",
         "acmi-committed-2-slots")  # fmt: skip
WORK = 200
LIMITS: dict[str, tuple[Literal["dated"] | None, tuple[str, ...]]] = {
    "C14": (None, ("least_hours", "poor_cargo")),
    "C1": ("dated", ("away",)),
}
"""By what is relaxed: the kind of period, and the limits of tiny instances that need it."""


def slack_usd(value_usd: float) -> float:
    return max(0.01, 1e-6 * abs(value_usd))


def optimum_usd(resolved: ResolvedInstance, *relaxed: str) -> float:
    value = solve_reference(resolved, relaxed=frozenset(relaxed), gap=1e-9).value_usd
    assert value is not None
    return value


def proven(resolved: ResolvedInstance, best_usd: float) -> Plan:
    """The engine's plan: audited, certified, and as good as the reference model's."""
    slack = slack_usd(best_usd)
    found = solve(resolved, gap=0, work_limit=WORK, threads=1)
    assert found.plan is not None
    assert found.certificate is not None
    assert found.plan.contribution_micro * 1e-6 == pytest.approx(best_usd, abs=slack)
    report = audit(resolved, found.plan)
    assert report.feasible, report.violations
    assert report.costs_match, report.money_differences
    proof = verify_certificate(resolved, found.certificate, found.plan)
    assert proof.accepted, proof.problems
    assert proof.bound_micro is not None
    assert proof.bound_micro * 1e-6 >= best_usd - slack
    return found.plan


@pytest.mark.parametrize("name", CASES)
def test_hand_worked_cases_from_files_by_the_engine(name: str) -> None:
    instance = read_instance(FOLDERS / name)
    resolved = resolve(instance)
    found = solve(resolved, gap=0, work_limit=WORK, threads=1)
    assert found.plan is not None
    assert found.plan.contribution_micro == hand_worked()[name].contribution_micro
    report = audit(resolved, found.plan, instance=instance)
    assert report.feasible, report.violations
    assert report.costs_match
    assert report.resolved_match


@pytest.mark.parametrize("number", LIMITS)
def test_engine_finds_the_optimum_where_the_limit_binds(number: str) -> None:
    """Engine = reference, certified, on at least 50 instances that would be better without it."""
    kind, names = LIMITS[number]
    raised = 0
    for seed in range(60):
        resolved = resolve(tiny(seed, kind, limits=names))
        best_usd = optimum_usd(resolved)
        proven(resolved, best_usd)
        without_usd = optimum_usd(resolved, number)
        assert without_usd >= best_usd - slack_usd(best_usd), seed
        raised += without_usd > best_usd + slack_usd(best_usd)
    assert raised >= 50


def test_an_option_is_returned_where_that_is_better() -> None:
    """An option is never worth less than a commitment; where it is worth more it is returned."""
    better = 0
    for seed in range(24):
        resolved = resolve(tiny(seed, limits=("acmi", "poor_cargo")))
        best_usd = optimum_usd(resolved)
        plan = proven(resolved, best_usd)
        pools = tuple(replace(p, returnable=False) for p in resolved.pools)
        committed_usd = optimum_usd(replace(resolved, pools=pools))
        assert best_usd >= committed_usd - slack_usd(best_usd), seed
        if best_usd > committed_usd + slack_usd(best_usd):
            assert plan.returned, seed
            better += 1
    assert better >= 5


@cache
def changing() -> list[ResolvedInstance]:
    """Tiny instances with two gateways, of which a rotation may join one with the other."""

    def all_of_them() -> Iterator[ResolvedInstance]:
        for seed in count():
            instance = tiny(seed, limits=())
            if instance.universe.may_change_gateway:
                yield resolve(instance)

    return list(islice(all_of_them(), 12))


def changes_of(plan: Plan) -> int:
    """Rotations that end at another gateway than they start from."""
    return sum(
        flight.rotation.legs[0].origin != flight.rotation.legs[-1].destination
        for flight in plan.flights
    )


def test_tails_change_between_gateways_where_that_is_better() -> None:
    changed = 0
    for resolved in changing():
        best_usd = optimum_usd(resolved)
        plan = proven(resolved, best_usd)
        universe = resolved.universe.model_copy(update={"may_change_gateway": False})
        kept_usd = optimum_usd(replace(resolved, universe=universe))
        assert kept_usd <= best_usd + slack_usd(best_usd)
        if kept_usd < best_usd - slack_usd(best_usd):
            assert changes_of(plan)
            changed += 1
    assert changed >= 3


def test_a_tail_goes_round_by_both_gateways() -> None:
    """The hand-worked tail, rotation by rotation; without leave to change it earns 90,000 USD."""
    resolved = resolve(case_two_gateways())
    found = solve(resolved, gap=0, work_limit=WORK, threads=1)
    assert found.plan is not None
    flown = sorted(found.plan.flights, key=lambda f: f.rotation.legs[0].off_block_min)
    assert [f.rotation.route for f in flown] == ["CGO-LUX-NNG", "NNG-LUX-CGO"]
    universe = resolved.universe.model_copy(update={"may_change_gateway": False})
    assert optimum_usd(replace(resolved, universe=universe)) == pytest.approx(90_000)
    stays = replace(found.plan, flights=(flown[0],), loads=())
    report = audit(resolved, stays)
    assert {v.code for v in report.violations} == {"C1"}
