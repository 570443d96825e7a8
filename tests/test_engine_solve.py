"""The engine against the reference model, the audit, and interruptions, on tiny instances."""

from __future__ import annotations

import logging
from functools import cache

import pytest

from optimizer.control import LOGGER_NAME
from optimizer.domain.resolved import ResolvedInstance
from optimizer.engine import EngineResult, Progress, solve
from optimizer.engine.result import OPTIMAL_GAP, relative_gap
from optimizer.generate import TINY_LIMITS, GeneratorOptions, generate, ladder, tiny
from optimizer.model import ReferenceResult, solve_reference
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from optimizer.verify import audit
from optimizer.verify.certificate import verify_certificate
from tests.tiny_cases import reference_of, resolved_of

SEEDS = (*range(12), 18, 19, 31, 36, 63, 85, 133, 155, 169)
CENT = 10_000
SAME = 1e-7
WORK = 100
"""Units of work: about what the heuristic alone needs."""
PROOF_WORK = 400
"""Enough to prove any of them."""


@cache
def heuristic(seed: int) -> EngineResult:
    return solve(resolved_of(seed), method="heuristic", work_limit=WORK)


def assert_sound(resolved: ResolvedInstance, plan: Plan) -> None:
    report = audit(resolved, plan)
    assert report.feasible, report.violations
    assert report.costs_match


def slack(micro: float) -> float:
    return CENT + SAME * abs(micro)


@pytest.mark.parametrize("seed", SEEDS)
def test_heuristic_is_sound_and_never_beats_the_optimum(seed: int) -> None:
    optimum, found = reference_of(seed), heuristic(seed)
    if optimum.status == "infeasible":
        assert found.plan is None
        return
    assert optimum.value_usd is not None
    optimum_micro = optimum.value_usd * 1e6
    assert found.plan is not None
    assert_sound(resolved_of(seed), found.plan)
    assert found.plan.contribution_micro <= optimum_micro + slack(optimum_micro)
    assert found.bound_micro >= optimum_micro - slack(optimum_micro)


@pytest.mark.parametrize("seed", SEEDS)
def test_rule_of_thumb_is_a_plan(seed: int) -> None:
    found = heuristic(seed)
    if found.plan is None:
        return
    assert found.rule_of_thumb is not None
    assert_sound(resolved_of(seed), found.rule_of_thumb)
    assert found.rule_of_thumb.contribution_micro <= found.plan.contribution_micro


def assert_proven(
    resolved: ResolvedInstance, optimum: ReferenceResult, found: EngineResult
) -> None:
    """The optimum, sound; a bound above it; and a certificate that an independent hand accepts."""
    if optimum.status == "infeasible":
        assert (found.status, found.plan) == ("infeasible", None)
        return
    assert optimum.value_usd is not None
    optimum_micro = optimum.value_usd * 1e6
    assert found.plan is not None
    assert_sound(resolved, found.plan)
    value_micro = found.plan.contribution_micro
    assert value_micro == pytest.approx(optimum_micro, rel=1e-6, abs=CENT)
    assert found.bound_micro >= max(value_micro, optimum_micro - slack(optimum_micro))
    assert found.certificate is not None
    report = verify_certificate(resolved, found.certificate, found.plan)
    assert report.accepted, report.problems
    assert report.bound_micro is not None
    assert report.bound_micro >= optimum_micro - slack(optimum_micro)


@pytest.mark.parametrize("first", range(200, 320, 10))
def test_optimum_bound_and_certificate(first: int) -> None:
    for seed in range(first, first + 10):
        resolved = resolve(tiny(seed))
        optimum = solve_reference(resolved, gap=1e-9)
        assert_proven(resolved, optimum, solve(resolved, gap=0, work_limit=PROOF_WORK))


@pytest.mark.parametrize("seed", SEEDS[:12])
def test_auto_proves_the_optimum(seed: int) -> None:
    found = solve(resolved_of(seed), gap=1e-9)
    optimum = reference_of(seed)
    if optimum.status == "infeasible":
        assert found.status == "infeasible"
        assert found.plan is None
        assert found.rule_of_thumb is None
        return
    assert optimum.value_usd is not None
    assert found.plan is not None
    assert found.status == "optimal"
    assert found.plan.contribution_micro == pytest.approx(
        optimum.value_usd * 1e6, rel=1e-6, abs=CENT
    )


@pytest.mark.parametrize("limit", TINY_LIMITS)
def test_every_limit_alone(limit: str) -> None:
    resolved = resolve(tiny(7, limits=(limit,)))
    optimum = solve_reference(resolved, gap=1e-9)
    found = solve(resolved, method="heuristic", work_limit=WORK)
    if optimum.status == "infeasible":
        assert found.plan is None
        return
    assert optimum.value_usd is not None
    assert found.plan is not None
    assert_sound(resolved, found.plan)
    optimum_micro = optimum.value_usd * 1e6
    assert found.plan.contribution_micro <= optimum_micro + slack(optimum_micro)
    assert found.bound_micro >= optimum_micro - slack(optimum_micro)


@pytest.mark.parametrize("seed", (2, 3, 10, 20))
def test_same_seed_same_plan(seed: int) -> None:
    first = heuristic(seed)
    again = solve(resolved_of(seed), method="heuristic", work_limit=WORK)
    assert again.plan == first.plan
    assert again.bound_micro == first.bound_micro


@pytest.mark.parametrize("method", ("auto", "heuristic"))
@pytest.mark.parametrize("seed", (2, 6, 20, 36))
def test_same_work_same_plan(seed: int, method: str) -> None:
    """Whatever phase the limit falls into."""
    for work in (3, 12, 40):
        one, two = (
            solve(resolved_of(seed), gap=0, work_limit=work, seed=seed, threads=1, method=method)
            for _ in range(2)
        )
        assert (one.plan, one.bound_micro, one.certificate) == (
            two.plan,
            two.bound_micro,
            two.certificate,
        )
        assert (one.status, one.work) == (two.status, two.work)


def test_same_work_same_plan_of_a_week() -> None:
    resolved = resolve(ladder("XS", 1))
    one, two = (solve(resolved, work_limit=60, seed=1, threads=1) for _ in range(2))
    assert one.plan is not None
    assert_sound(resolved, one.plan)
    assert (one.plan, one.bound_micro, one.work) == (two.plan, two.bound_micro, two.work)


@pytest.mark.parametrize("seed", (2, 3, 14, 20, 21))
def test_a_start_is_never_worsened(seed: int) -> None:
    optimum = reference_of(seed).plan
    assert optimum is not None
    found = solve(resolved_of(seed), method="heuristic", work_limit=WORK, start=optimum)
    assert found.plan is not None
    assert_sound(resolved_of(seed), found.plan)
    assert found.plan.contribution_micro >= optimum.contribution_micro - CENT


def test_a_start_of_another_instance_does_no_harm() -> None:
    foreign = reference_of(3).plan
    found = solve(resolved_of(2), method="heuristic", work_limit=WORK, start=foreign)
    assert found.plan is not None
    assert_sound(resolved_of(2), found.plan)


@pytest.mark.parametrize("asked", (1, 3, 10, 30, 100, 300))
def test_stopped_at_any_moment_there_is_a_sound_plan(asked: int) -> None:
    resolved = resolved_of(20)
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls > asked

    found = solve(resolved, should_stop=stop, gap=0)
    assert found.bound_micro >= (reference_of(20).value_usd or 0) * 1e6 - CENT
    assert found.status in ("interrupted", "optimal")
    if found.plan is not None:
        assert_sound(resolved, found.plan)


def test_keyboard_interrupt_gives_the_best_plan_so_far() -> None:
    def interrupt(progress: Progress) -> None:
        if progress.value_usd is not None:
            raise KeyboardInterrupt

    found = solve(resolved_of(20), on_progress=interrupt, method="heuristic")
    assert found.status == "interrupted"
    assert found.plan is not None
    assert_sound(resolved_of(20), found.plan)


@pytest.mark.parametrize("seed", (2, 20))
def test_interrupted_in_any_phase_there_is_a_plan_and_a_bound(seed: int) -> None:
    resolved, optimum = resolved_of(seed), reference_of(seed)
    begun: list[str] = []

    def note(event: logging.LogRecord) -> bool:
        if event.getMessage() == "phase begins":
            begun.append(getattr(event, "fields", {})["phase"])
        return True

    log = logging.getLogger(LOGGER_NAME)
    level = log.level
    log.addFilter(note)
    log.setLevel(logging.INFO)
    try:
        ended = {}
        for phase in ("bound", "dive", "improve", "search", "branch"):
            begun.clear()
            ended[phase] = solve(
                resolved,
                method="heuristic",
                work_limit=WORK,
                gap=0,
                should_stop=lambda phase=phase: phase in begun,
            )
    finally:
        log.removeFilter(note)
        log.setLevel(level)
    for phase, found in ended.items():
        assert found.status == "interrupted", phase
        assert list(found.phases)[-1] == phase
        assert found.bound_micro >= (optimum.value_usd or 0) * 1e6 - CENT
        assert found.certificate is not None
        assert found.plan is not None
        assert_sound(resolved, found.plan)


def test_progress_only_gets_better() -> None:
    seen: list[Progress] = []
    found = solve(resolved_of(20), on_progress=seen.append, method="heuristic", work_limit=WORK)
    values = [p.value_usd for p in seen if p.value_usd is not None]
    bounds = [p.bound_usd for p in seen if p.bound_usd is not None]
    assert values == sorted(values)
    assert bounds == sorted(bounds, reverse=True)
    assert found.plan is not None
    assert values[-1] == found.plan.contribution_micro / 1e6


@pytest.mark.parametrize("seed", range(3))
def test_tails_of_a_week_do_not_jump_between_gateways(seed: int) -> None:
    """The audit counts tails that wait at either gateway."""
    options = GeneratorOptions(
        destinations=4, tails=3, consignments=40, period="cyclic", seed=seed, second_gateway=True
    )
    made = generate(options)
    change = made.universe.model_copy(update={"may_change_gateway": True})
    resolved = resolve(made.model_copy(update={"universe": change}))
    result = solve(resolved, method="heuristic", time_limit=3)
    assert result.plan is not None
    assert_sound(resolved, result.plan)
    if result.rule_of_thumb is not None:
        assert_sound(resolved, result.rule_of_thumb)


def test_status_follows_the_gap() -> None:
    loose = solve(resolved_of(2), gap=1e6, method="heuristic")
    assert loose.status == "gap_reached"
    assert loose.gap is not None
    assert loose.gap > OPTIMAL_GAP
    assert heuristic(2).status == "work_limit"


def test_method_must_be_known() -> None:
    with pytest.raises(ValueError, match="method"):
        solve(resolved_of(2), method="magic")


def test_relative_gap() -> None:
    assert relative_gap(90, 100) == pytest.approx(0.1)
    assert relative_gap(-110, -100) == pytest.approx(0.1)
    assert relative_gap(0, 0) == 0
    assert relative_gap(-1, 0) == float("inf")
