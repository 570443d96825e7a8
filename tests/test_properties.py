"""What must hold of every optimum, over generated tiny instances."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.constraints_count import effects
from optimizer.domain.resolved import ResolvedInstance
from optimizer.generate import tiny
from optimizer.model import RELAXABLE, ReferenceResult, solve_reference
from optimizer.resolve import resolve
from optimizer.verify import audit
from tests.resolved_changes import (
    LOOSENED,
    reversed_tables,
    shifted_week,
    split_consignment,
    times_money,
)

GAP = 1e-9
SAME = 1e-6
"""Optima within this share are equal."""


@cache
def tiny_resolved(seed: int) -> ResolvedInstance:
    return resolve(tiny(seed))


@cache
def solved(seed: int) -> ReferenceResult:
    return solve_reference(tiny_resolved(seed), gap=GAP)


def optimum(resolved: ResolvedInstance) -> float | None:
    result = solve_reference(resolved, gap=GAP)
    assert result.status in ("optimal", "infeasible")
    return result.value_usd


def same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return a == pytest.approx(b, rel=SAME, abs=0.01)


def seeds(*, first: int, number: int, cyclic: bool | None = None) -> list[int]:
    """Seeds of feasible instances that carry something."""
    found: list[int] = []
    seed = first
    while len(found) < number:
        resolved = tiny_resolved(seed)
        suits = cyclic is None or resolved.period.cyclic == cyclic
        if suits and (plan := solved(seed).plan) is not None and plan.loads:
            found.append(seed)
        seed += 1
    return found


@pytest.mark.parametrize("seed", range(200))
def test_two_solvers_agree_and_the_audit_with_both(seed: int) -> None:
    resolved, first = tiny_resolved(seed), solved(seed)
    second = solve_reference(resolved, solver="cbc", gap=GAP)
    assert first.status == second.status
    assert same(first.value_usd, second.value_usd)
    for result in (first, second):
        if result.plan is None:
            assert result.status == "infeasible"
            continue
        report = audit(resolved, result.plan)
        assert report.feasible, report.violations
        assert report.costs_match, report.money_differences
        assert same(result.plan.contribution_micro * 1e-6, result.value_usd)
        assert result.bound_usd >= result.plan.contribution_micro * 1e-6 - 0.01


@pytest.mark.parametrize("number", sorted(RELAXABLE))
def test_each_constraint_counts(number: str) -> None:
    """Leaving it out raises some optima and lowers none."""
    raised = 0
    for effect in effects(range(60), [number]):
        assert not effect.lowered, effect
        raised += effect.raised
        if raised == 3:
            return
    pytest.fail(f"{number} counts on {raised} of 60 instances only")


@pytest.mark.parametrize("limit", LOOSENED)
def test_a_looser_limit_never_costs(limit: str) -> None:
    changed = 0
    for seed in range(200, 320):
        loose = LOOSENED[limit](tiny_resolved(seed))
        if loose == tiny_resolved(seed):
            continue
        before, after = solved(seed).value_usd, optimum(loose)
        if before is not None:
            assert after is not None
            assert after >= before - max(0.01, SAME * abs(before)), seed
        changed += 1
        if changed == 12:
            break
    assert changed >= 5


@pytest.mark.parametrize("seed", range(100, 125))
def test_order_of_rows_does_not_matter(seed: int) -> None:
    assert same(optimum(reversed_tables(tiny_resolved(seed))), solved(seed).value_usd)


@pytest.mark.parametrize("seed", range(100, 120))
def test_money_scales(seed: int) -> None:
    before, after = solved(seed).value_usd, optimum(times_money(tiny_resolved(seed), 7))
    assert same(after, None if before is None else 7 * before)


def test_a_split_consignment_is_worth_the_same() -> None:
    for seed in seeds(first=100, number=20):
        resolved = tiny_resolved(seed)
        index = seed % len(resolved.consignments)
        assert same(optimum(split_consignment(resolved, index)), solved(seed).value_usd), seed


def test_a_week_has_no_beginning() -> None:
    for seed in seeds(first=100, number=15, cyclic=True):
        resolved = tiny_resolved(seed)
        grid_min = resolved.universe.departure_grid_min
        by_min = grid_min * (1 + seed % (10_080 // grid_min - 1))
        assert same(optimum(shifted_week(resolved, by_min)), solved(seed).value_usd), seed


def test_a_pool_is_as_good_as_its_tails() -> None:
    """Dated; in a week that repeats, the tails of a pool may swap and single ones may not."""
    checked = 0
    for seed in range(100, 300):
        instance = tiny(seed)
        if instance.period.kind == "cyclic" or all(row.count == 1 for row in instance.fleet):
            continue
        rows = tuple(
            row.model_copy(update={"tail": f"{row.tail}{k}", "count": 1})
            for row in instance.fleet
            for k in range(row.count)
        )
        if any(m.tail not in {row.tail for row in rows} for m in instance.maintenance):
            continue
        named = resolve(instance.model_copy(update={"fleet": rows}))
        assert same(optimum(named), solved(seed).value_usd), seed
        checked += 1
        if checked == 15:
            break
    assert checked == 15
