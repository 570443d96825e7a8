"""Prices of terminals (C10) in the bound and in its certificate."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from optimizer.dual import Ascent, Pace, Relaxation, first_point
from optimizer.dual.certify import certificate
from optimizer.dual.tree import Part
from optimizer.engine import solve
from optimizer.generate import tiny
from optimizer.generate.options import PeriodKind
from optimizer.model import solve_reference
from optimizer.network import Terminals
from optimizer.plan.bought import bought_rotation
from optimizer.plan.certificate import Leaf, Prices
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from optimizer.verify import audit
from optimizer.verify.certificate import verify_certificate
from optimizer.verify.certificate.names import MOST_PRICE
from tests import certificates

SEEDS = range(16)
PACE = Pace(120)


@cache
def relaxed(seed: int) -> Relaxation:
    """The bound of a tiny instance with terminals; some are cyclic, some have bought capacity."""
    kind: PeriodKind = "dated" if seed % 3 else "cyclic"
    more = ("blocks",) if seed % 4 == 3 else ()
    return Relaxation(resolve(tiny(seed, kind, limits=("handling", *more))))


@cache
def best_plan(seed: int) -> Plan:
    plan = solve_reference(relaxed(seed).resolved, gap=1e-9).plan
    assert plan is not None
    return plan


@pytest.mark.parametrize("seed", SEEDS)
def test_cargo_pays_for_the_windows_it_counts_in(seed: int) -> None:
    """Segment by segment what `Terminals` says of its rotation, which models and engine use."""
    r = relaxed(seed)
    items, where = r.catalogue.items, Terminals(r.resolved)
    rng = np.random.default_rng(seed)
    prices, kg = rng.uniform(0, 2, r.terminals.number), rng.uniform(0, 9, len(items.first_leg))
    paid, left = r.terminals.segment_usd(prices), r.terminals.most_kg.copy()
    bought = map(bought_rotation, r.resolved.blocks)
    for number, rotation in enumerate((*r.catalogue.rotations, *bought)):
        for s in range(int(items.segments[number]), int(items.segments[number + 1])):
            windows = list(where.windows(rotation, int(items.first_leg[s]), int(items.last_leg[s])))
            assert paid[s] == pytest.approx(prices[windows].sum())
            np.subtract.at(left, windows, kg[s])
    assert r.terminals.left_kg(kg) == pytest.approx(left)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_certificate_proves_what_the_bound_claims(seed: int) -> None:
    """At random prices: no less than the best plan earns, no more than the bound says."""
    r = relaxed(seed)
    rng = np.random.default_rng(seed)
    size = r.terminals.number
    first = r.first_prices()
    for most in (0.02, 0.5, 3.0):
        prices = replace(
            first,
            handling=rng.uniform(0, most, size) * (rng.random(size) < 0.7),
            supply=rng.uniform(0, 1, len(first.supply)),
        )
        point = r.at(prices, rounds=6)
        proof = verify_certificate(
            r.resolved, certificate(r, Part((), point, None)), best_plan(seed)
        )
        assert proof.accepted, proof.problems
        assert proof.bound_micro is not None
        assert proof.bound_micro <= point.usd * 1e6 * (1 + 1e-6) + 1e4
        assert proof.bound_micro >= best_plan(seed).contribution_micro - 1_000


def test_terminals_and_bought_capacity_together() -> None:
    """Engine = reference, certified; what is bought goes through terminals like all cargo."""
    for seed in range(3, 35, 4):
        resolved = resolve(tiny(seed, limits=("handling", "blocks")))
        best = solve_reference(resolved, gap=1e-9)
        assert best.value_usd is not None
        slack = max(0.01, 1e-6 * abs(best.value_usd))
        found = solve(resolved, gap=0, work_limit=200, threads=1)
        assert found.plan is not None and found.certificate is not None
        assert found.plan.contribution_micro * 1e-6 == pytest.approx(best.value_usd, abs=slack)
        assert audit(resolved, found.plan).feasible
        assert verify_certificate(resolved, found.certificate, found.plan).accepted


def test_prices_of_terminals_lower_the_bound() -> None:
    """Where terminals bind; elsewhere both bounds are about the same, found in other steps."""
    lower = 0
    for seed in SEEDS:
        r = relaxed(seed)
        found = []
        for x in (r, Relaxation(replace(r.resolved, handling_limits=()))):
            ascent = Ascent(x, first_point(x))
            list(ascent.run(PACE, lambda: False))
            found.append(ascent.best.usd)
        best_usd = best_plan(seed).contribution_micro * 1e-6
        assert found[0] >= best_usd - 0.01
        lower += found[0] < found[1] - 0.005 * abs(found[1])
    assert lower >= 5


def test_the_largest_prices_do_not_overflow() -> None:
    for seed in SEEDS:
        resolved = relaxed(seed).resolved
        every = {x.id: MOST_PRICE for x in resolved.handling_limits}
        proof = verify_certificate(
            resolved,
            certificates.certificate(resolved, Leaf(Prices(handling=every))),
            best_plan(seed),
        )
        assert proof.accepted, proof.problems


def test_signs_and_names_are_looked_at() -> None:
    resolved = relaxed(0).resolved
    name = resolved.handling_limits[0].id
    for prices, words in (
        ({name: -1}, "is negative"),
        ({name: MOST_PRICE + 1}, "beyond reckoning"),
        ({"nowhere": 1}, "there is no such limit of a terminal"),
    ):
        stated = certificates.certificate(resolved, Leaf(Prices(handling=prices)))
        proof = verify_certificate(resolved, stated, best_plan(0))
        assert not proof.accepted
        assert any(words in problem for problem in proof.problems)
