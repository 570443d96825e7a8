"""Prices of stock (C10) in the bound and in its certificate."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from optimizer.dual import Ascent, Pace, Relaxation, first_point
from optimizer.dual.certify import certificate
from optimizer.dual.tree import Part
from optimizer.dual.waits import Waits
from optimizer.generate import tiny
from optimizer.generate.options import PeriodKind
from optimizer.model import solve_reference
from optimizer.plan.certificate import Leaf, Prices, StockPrice
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from optimizer.verify.certificate import verify_certificate
from optimizer.verify.certificate.names import MOST_PRICE
from optimizer.verify.stock import times
from tests import certificates

SEEDS = range(16)
PACE = Pace(120)


@cache
def relaxed(seed: int) -> Relaxation:
    """The bound of a tiny instance with stock; some are cyclic, some change aircraft."""
    kind: PeriodKind = "dated" if seed % 3 else "cyclic"
    more = ("transit",) if seed % 4 == 3 else ("dwell",) if seed % 4 == 1 else ()
    return Relaxation(resolve(tiny(seed, kind, limits=("stock", *more))))


@cache
def best_plan(seed: int) -> Plan:
    plan = solve_reference(relaxed(seed).resolved, gap=1e-9).plan
    assert plan is not None
    return plan


@pytest.mark.parametrize("seed", SEEDS)
def test_a_wait_pays_at_the_instants_it_holds(seed: int) -> None:
    """Stretches come to what the audit counts at every instant, over all weeks."""
    resolved = relaxed(seed).resolved
    waits, rng = Waits(resolved), np.random.default_rng(seed)
    cycle_min = resolved.period.length_min if resolved.period.cyclic else None
    price = rng.uniform(0, 2, len(waits.instants))
    paid = np.concatenate(([0.0], np.cumsum(price)))

    def before(minute: int) -> float:
        week, within = divmod(int(waits.stretch(np.array([minute]))[0]), len(price))
        return float(week * paid[-1] + paid[within])

    for _ in range(20):
        start = int(rng.integers(-4_000 if cycle_min else 0, 12_000))
        end = start + int(rng.integers(0, 15_000))
        count = [times(start, end, m, cycle_min) for m in waits.instants.tolist()]
        assert before(end) - before(start) == pytest.approx(np.array(count) @ price)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_paid_is_price_times_stock(seed: int) -> None:
    """Prices times what is used are what cargo pays, less what its rides save."""
    r = relaxed(seed)
    rng = np.random.default_rng(seed)
    prices = rng.uniform(0, 2, r.stock.number)
    class_kg = rng.uniform(0, 9, len(r.catalogue.items.wait))
    entry_kg = rng.uniform(0, 9, len(r.catalogue.rides.run))
    used = r.stock.most_kg - r.stock.left_kg(class_kg, entry_kg)
    paid = r.stock.wait_usd(prices) @ class_kg - r.stock.ride_usd(prices) @ entry_kg
    assert prices @ used == pytest.approx(paid)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_certificate_proves_what_the_bound_claims(seed: int) -> None:
    """At random prices: no less than the best plan earns, no more than the bound says."""
    r = relaxed(seed)
    rng = np.random.default_rng(seed)
    first = r.first_prices()
    for most in (0.005, 0.05, 1.0):
        prices = replace(
            first,
            stock=rng.uniform(0, most, r.stock.number) * (rng.random(r.stock.number) < 0.5),
            supply=rng.uniform(0, 1, len(first.supply)),
        )
        point = r.at(prices, rounds=6)
        stated = certificate(r, Part((), point, None))
        proof = verify_certificate(r.resolved, stated, best_plan(seed))
        assert proof.accepted, proof.problems
        assert proof.bound_micro is not None
        assert proof.bound_micro <= point.usd * 1e6 * (1 + 1e-6) + 1e4
        assert proof.bound_micro >= best_plan(seed).contribution_micro - 1_000


@pytest.mark.parametrize("seed", SEEDS)
def test_no_prices_of_any_minutes_are_wrong(seed: int) -> None:
    resolved, rng = relaxed(seed).resolved, random.Random(seed)
    for _ in range(4):
        root = certificates.random_tree(resolved, rng, 2)
        stated = certificates.certificate(resolved, root)
        proof = verify_certificate(resolved, stated, best_plan(seed))
        assert proof.accepted, proof.problems


def test_prices_of_stock_lower_the_bound() -> None:
    """Where stock binds; elsewhere both bounds are about the same, found in other steps."""
    lower = 0
    for seed in SEEDS:
        r = relaxed(seed)
        found = []
        for x in (r, Relaxation(replace(r.resolved, stock_limits=()))):
            ascent = Ascent(x, first_point(x))
            list(ascent.run(PACE, lambda: False))
            found.append(ascent.best.usd)
        best_usd = best_plan(seed).contribution_micro * 1e-6
        assert found[0] >= best_usd - 0.01
        lower += found[0] < found[1] - 0.005 * abs(found[1])
    assert lower >= 5


def test_the_largest_prices_do_not_overflow() -> None:
    """One such price counts; a thousand are told to be too many."""
    for seed in SEEDS:
        resolved = relaxed(seed).resolved
        airport = resolved.stock_limits[0].airport
        for number, fits in ((1, True), (1000, False)):
            every = tuple(StockPrice(airport, m, MOST_PRICE) for m in range(number))
            stated = certificates.certificate(resolved, Leaf(Prices(stock=every)))
            assert verify_certificate(resolved, stated, best_plan(seed)).accepted == fits


def test_signs_and_names_are_looked_at() -> None:
    resolved = relaxed(0).resolved
    airport = resolved.stock_limits[0].airport
    for prices, words in (
        ([(airport, 60, -1)], "is negative"),
        ([(airport, 60, MOST_PRICE + 1)], "beyond reckoning"),
        ([("XXX", 60, 1)], "there is no such airport with limited stock"),
        ([(airport, -60, 1)], "the minute is not in the week"),
        ([(airport, 60, 1), (airport, 60, 2)], "has 2 prices"),
    ):
        stock = tuple(StockPrice(*x) for x in prices)
        stated = certificates.certificate(resolved, Leaf(Prices(stock=stock)))
        proof = verify_certificate(resolved, stated, best_plan(0))
        assert not proof.accepted
        assert any(words in problem for problem in proof.problems), proof.problems
