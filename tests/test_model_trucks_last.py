"""Flights first and whole trucks later, and the inequalities for whole trucks."""

from __future__ import annotations

import itertools
import math

import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.generate import tiny as generated
from optimizer.model import ReferenceModel, solve_reference, solving
from optimizer.model.columns import Columns
from optimizer.model.highs import START_S, solve_with_highs
from optimizer.model.relaxation import Relaxation
from optimizer.model.strengthen import strengthen
from optimizer.model.trucks_last import Limits, flights_then_trucks
from optimizer.resolve import resolve

RELATIVE = 1e-6


def limits(gap: float = 1e-9) -> Limits:
    """Nothing limited, nobody told."""
    return Limits(gap, math.inf, 1, None, None, None, START_S)


def built(resolved: ResolvedInstance) -> Columns:
    return ReferenceModel(resolved).build().built


@pytest.mark.parametrize("seed", range(400, 500))
def test_every_best_plan_keeps_every_inequality(seed: int) -> None:
    """Inequalities of relaxations and of flights cut off no solution: the optimum stays."""
    columns = built(resolve(generated(seed)))
    programme = columns.programme
    best = solve_with_highs(programme, gap=1e-9)
    if best.values is None:
        return
    rows = programme.rows
    strengthen(columns, Relaxation(programme), rounds=20)
    start = {v: float(round(best.values[v])) for v in programme.whole_columns()}
    found = flights_then_trucks(columns, start, limits())
    values = dict(enumerate(best.values.tolist()))
    scale = max(map(abs, values.values()), default=1.0)
    for row in range(rows, programme.rows):
        assert programme.is_kept(row, values, 1e-5 * max(1.0, scale))
    assert best.value_usd is not None
    slack = RELATIVE * abs(best.value_usd) + 1e-3
    assert found.bound_usd >= best.value_usd - slack
    assert found.value_usd <= best.value_usd + slack


@pytest.mark.parametrize("seed", range(400, 460))
def test_the_optimum_is_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From any plan, with flights first as with all whole numbers at once."""
    resolved = resolve(generated(seed))
    once = solve_reference(resolved, gap=1e-9)
    if once.plan is None or once.value_usd is None:
        return
    monkeypatch.setattr(solving, "LEAST_RUNS", 0)
    told: list[float] = []
    poor = solve_reference(resolved, gap=0.3).plan
    again = solve_reference(
        resolved, gap=1e-9, start=poor, on_progress=lambda _, bound: told.append(bound)
    )
    assert again.status == "optimal"
    assert again.value_usd == pytest.approx(once.value_usd, rel=RELATIVE, abs=1e-3)
    assert all(bound >= once.value_usd - 1e-3 - RELATIVE * abs(once.value_usd) for bound in told)
    assert again.plan is not None
    assert again.plan.contribution_micro * 1e-6 == pytest.approx(
        once.plan.contribution_micro * 1e-6, rel=RELATIVE, abs=0.1
    )


@pytest.mark.parametrize("seed", range(400, 420))
def test_whole_trucks_at_the_best_flights(seed: int) -> None:
    """From the best flights on nothing worse is found than them with their trucks."""
    columns = built(resolve(generated(seed)))
    best = solve_with_highs(columns.programme, gap=1e-9)
    if best.values is None or best.value_usd is None:
        return
    start = {v: float(round(best.values[v])) for v in columns.x}
    found = flights_then_trucks(columns, start, limits(gap=1e-4))
    assert found.bound_usd >= found.value_usd
    if found.values is None:
        return
    for v in columns.programme.whole_columns():
        assert abs(found.values[v] - round(found.values[v])) < 1e-5
    for row in range(columns.programme.rows):
        assert columns.programme.is_kept(row, dict(enumerate(found.values.tolist())), 1e-2)


@pytest.mark.parametrize("payload", [3, 5, 8])
@pytest.mark.parametrize("total", [4, 7, 9, 13, 16])
def test_the_inequality_for_whole_trucks_by_cases(payload: int, total: int) -> None:
    """sum f <= W - r (N - sum y) for all whole loads and trucks of two runs."""
    number = -(-total // payload)
    rest = total - (number - 1) * payload
    tight = 0
    for first, second in itertools.product(range(number + 2), repeat=2):
        most = min(total, payload * (first + second))
        right = total - rest * (number - first - second)
        assert most <= right
        tight += most == right
    assert tight


@pytest.mark.parametrize("seed", range(420, 440))
def test_bounds_are_told_as_they_fall(seed: int) -> None:
    """They are no larger than the relaxation, and no lower than the start."""
    columns = built(resolve(generated(seed)))
    relaxed, start = (
        Relaxation(columns.programme).solve(),
        solve_with_highs(columns.programme, gap=0.3),
    )
    if relaxed is None or start.values is None or start.value_usd is None:
        return
    told: list[float] = []
    taken = Limits(1e-6, math.inf, 1, lambda _, bound: told.append(bound), None, None, START_S)
    flights = {v: float(round(start.values[v])) for v in columns.x}
    found = flights_then_trucks(columns, flights, taken)
    assert told
    assert told == sorted(told, reverse=True)
    slack = RELATIVE * abs(relaxed.bound_usd) + 1e-3
    assert start.value_usd - slack <= found.bound_usd <= relaxed.bound_usd + slack
