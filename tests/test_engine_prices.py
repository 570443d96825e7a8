"""What the engine makes of the bound's prices: fewer rotations, dives."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from optimizer.control import Budget
from optimizer.dual import Relaxation
from optimizer.engine.bounding import Bounding
from optimizer.engine.diving import Diving
from optimizer.engine.heuristic import Heuristic
from optimizer.generate import ladder
from optimizer.plan.plan import Flight, Plan
from optimizer.resolve import resolve
from optimizer.verify import audit
from tests.tiny_cases import best_plan, reference_of, resolved_of

SEEDS = tuple(range(0, 60, 2))
BELOW_USD = 1.0


@cache
def bounding(seed: int) -> Bounding:
    budget = Budget(work_limit=60)
    found = Bounding(resolved_of(seed), budget, 1, lambda _: None)
    found.build(budget.share(0.5))
    found.lower(budget)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_rotation_of_a_better_plan_is_kept(seed: int) -> None:
    plan = best_plan(seed)
    kept = bounding(seed).better_than(plan.contribution_micro * 1e-6 - BELOW_USD)
    for flight in plan.flights:
        assert flight.rotation in kept[flight.pool]


def test_a_high_value_leaves_fewer_rotations() -> None:
    """Without this, keeping everything would pass for fixing."""
    fewer = 0
    for seed in SEEDS:
        plan = reference_of(seed).plan
        if plan is None:
            continue
        found = bounding(seed)
        little = sum(map(len, found.better_than(plan.contribution_micro * 1e-6).values()))
        everything = sum(map(len, found.better_than(-1e12).values()))
        assert little <= everything
        fewer += little < everything
    assert fewer > len(SEEDS) // 4


@pytest.mark.parametrize("seed", SEEDS[:15])
def test_plans_of_dives_are_feasible(seed: int) -> None:
    resolved, prices = resolved_of(seed), bounding(seed)
    heuristic = Heuristic(resolved, 0)
    made: list[Plan] = []

    def evaluate(flights: list[Flight]) -> Plan | None:
        plan = heuristic.evaluate(flights)
        if plan is not None:
            made.append(plan)
        return plan

    assert prices.relaxation is not None
    budget = Budget(work_limit=200)
    rng = np.random.default_rng(seed)
    diving = Diving(prices.relaxation, prices.point, evaluate, rng, budget)
    diving.from_above(budget, 2)
    diving.around(budget, 5)
    for plan in made:
        report = audit(resolved, plan)
        assert report.feasible, report.violations
        assert report.costs_match
    if made:
        best = max(made, key=lambda plan: plan.contribution_micro)
        assert diving.lines or not best.flights
    assert prices.relaxation.domain is None
    assert not any(prices.relaxation.committed)


def test_a_promise_of_what_nothing_takes_on_has_no_price() -> None:
    """It must be carried, and no flight goes on from the gateway in time: worth is a number."""
    kinds = Relaxation(resolve(ladder("S", 2, full=True))).catalogue.kinds
    assert np.isfinite(kinds.most_usd_per_kg).all()
    assert not np.isnan(kinds.worth_usd_per_kg).any()
