"""Flights priced by their length (C14): choices by enumeration, bounds, certificates, dives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.control import never
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import (
    Ascent,
    Diver,
    Manner,
    Pace,
    Relaxation,
    certificate,
    hour_choices,
    within_hours,
)
from optimizer.dual.slope import use_at
from optimizer.dual.tree import Tree
from optimizer.generate import tiny
from optimizer.model import solve_reference
from optimizer.plan.certificate import Leaf
from optimizer.resolve import resolve
from optimizer.verify.certificate import verify_certificate
from tests import builders
from tests.builders import consignment, tail
from tests.test_dual_within_hours import enumerated
from tests.tiny_cases import random_prices, slack_usd

SETTLE = Pace(120)


@pytest.fixture(autouse=True)
def lines_always_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tails of tiny instances fly so little that hours would otherwise stand in place of lines."""
    monkeypatch.setattr(within_hours, "TIME_LEFT", 0.0)


def limited(seed: int) -> ResolvedInstance | None:
    """A tiny cyclic instance with few hours, whose tails may be returned in every third; None if it
    is dated."""
    resolved = resolve(tiny(seed))
    if not resolved.period.cyclic:
        return None
    pools = tuple(
        replace(
            p,
            max_block_min=2400 + 70 * (seed % 7),
            min_block_min=None,
            returnable=p.returnable or seed % 3 == 0,
        )
        for p in resolved.pools
    )
    return replace(resolved, pools=pools)


CYCLIC = [seed for seed in range(300, 380) if limited(seed) is not None][:30]


def relaxed(seed: int) -> tuple[ResolvedInstance, Relaxation]:
    resolved = limited(seed)
    assert resolved is not None
    return resolved, Relaxation(resolved)


def optimum_usd(resolved: ResolvedInstance) -> float:
    found = solve_reference(resolved, gap=1e-9)
    return -np.inf if found.plan is None else found.plan.contribution_micro * 1e-6


def settled(relaxation: Relaxation) -> Ascent:
    first = relaxation.first_prices()
    relaxation.at(first)
    ascent = Ascent(relaxation, relaxation.at(first))
    for _ in ascent.run(SETTLE, never):
        pass
    return ascent


def test_there_are_choices_of_all_kinds() -> None:
    pools = [
        pool
        for seed in CYCLIC
        for resolved, relaxation in (relaxed(seed),)
        for k, pool in enumerate(resolved.pools)
        if relaxation.hour_choices.of(k)
    ]
    assert len(pools) >= 30
    assert any(pool.returnable for pool in pools)
    assert any(pool.size > 1 for pool in pools)


@pytest.mark.parametrize("seed", CYCLIC)
def test_hours_earn_the_best_choice_of_flights(seed: int) -> None:
    _, relaxation = relaxed(seed)
    choices, rng = relaxation.hour_choices, np.random.default_rng(seed)
    prices = random_prices(relaxation, rng)
    prices = replace(prices, lengths=rng.normal(0.0, 20_000.0, choices.number))
    for k, network in enumerate(relaxation.networks):
        if not choices.of(k):
            continue
        minutes = relaxation.catalogue.timetable.block_min[network.rotations]
        paid = choices.paid_usd(k, prices) + prices.hours_most[k] * minutes
        lengths, where = np.unique(minutes, return_index=True)
        pays = np.asarray(paid)[where].tolist()
        most_min = network.pool.max_block_min or 0
        nothing = np.zeros(0, dtype=np.int64)
        for tails in range(network.pool.size + 1):
            best = enumerated(lengths.tolist(), pays, tails * most_min)
            found = choices.earned_usd(k, prices, nothing)(tails)
            assert found == pytest.approx(best, abs=1e-6)
        number = choices.chosen(k, prices, nothing, network.pool.size, 1e-3)
        assert number @ np.array(pays) == pytest.approx(best, abs=1.0)
        assert choices.minutes(k, number) <= network.pool.size * most_min + 1e-6
        committed = np.zeros(1, dtype=np.int64)
        rest = enumerated(lengths.tolist(), pays, network.pool.size * most_min - int(minutes[0]))
        found = choices.earned_usd(k, prices, committed)(network.pool.size)
        if minutes[0] <= network.pool.size * most_min:
            assert found == pytest.approx(rest + float(np.asarray(paid)[0]), abs=1e-6)


@pytest.mark.parametrize("seed", CYCLIC)
def test_no_prices_prove_less_than_the_optimum_and_certificates_prove_the_same(seed: int) -> None:
    resolved, relaxation = relaxed(seed)
    rng, least = np.random.default_rng(seed), optimum_usd(resolved)
    for _ in range(4):
        assert relaxation.at(random_prices(relaxation, rng)).usd >= least - slack_usd(least)
    ascent = settled(relaxation)
    assert ascent.best.usd >= least - slack_usd(least)
    proof = certificate(relaxation, Tree(relaxation, ascent, -np.inf).root)
    report = verify_certificate(resolved, proof)
    assert report.accepted, report.problems
    assert report.bound_micro is not None
    proven = report.bound_micro * 1e-6
    assert proven >= least - slack_usd(least)
    assert proven <= ascent.best.usd + 2.0 + 1e-6 * abs(ascent.best.usd)


def test_prices_by_length_prove_more_than_prices_by_the_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_length = [settled(relaxed(seed)[1]).best.usd for seed in CYCLIC]
    monkeypatch.setattr(hour_choices, "MOST_STEPS", -1)
    by_minute = [settled(relaxed(seed)[1]).best.usd for seed in CYCLIC]
    lower = 0
    for usd, other_usd in zip(by_length, by_minute, strict=True):
        assert usd <= other_usd + 1e-2 * abs(other_usd)
        lower += usd < other_usd - 2e-3 * abs(other_usd)
    assert lower >= 3


def test_hours_for_three_flights_and_a_half_are_hours_for_three() -> None:
    """Hand-worked: flights of 20 block hours and 70 hours; all four could carry as much."""
    cargo = [consignment(f"D{k}", weight_kg=50_000, volume_m3=200) for k in range(6)]
    row = tail(max_block_h=70)
    resolved = resolve(builders.tiny(kind="cyclic", fleet=(row,), demand=tuple(cargo)))
    relaxation = Relaxation(resolved)
    assert relaxation.hour_choices.of(0)
    best_usd = optimum_usd(resolved)
    found = solve_reference(resolved, gap=1e-9).plan
    assert found is not None
    assert len(found.flights) == 3
    assert settled(relaxation).best.usd == pytest.approx(best_usd, rel=2e-3)


def test_a_length_price_that_is_raised_by_hand_is_found_out() -> None:
    """Hours that earn less than flights pay them would prove too much."""
    seen = 0
    for seed in CYCLIC:
        resolved, relaxation = relaxed(seed)
        proof = certificate(relaxation, Tree(relaxation, settled(relaxation), -np.inf).root)
        assert isinstance(proof.root, Leaf)
        stated = proof.root.prices.lengths
        if not stated:
            continue
        dearer = tuple(replace(x, micro=x.micro + 10**9) for x in stated)
        other = replace(proof, root=Leaf(replace(proof.root.prices, lengths=dearer)))
        report, same = verify_certificate(resolved, other), verify_certificate(resolved, proof)
        assert report.bound_micro is not None
        least = optimum_usd(resolved)
        assert report.bound_micro * 1e-6 >= least - slack_usd(least)
        seen += report.bound_micro != same.bound_micro
    assert seen >= 8


@pytest.mark.parametrize("seed", CYCLIC[:15])
def test_the_slope_is_a_subgradient_in_prices_of_lengths(seed: int) -> None:
    _, relaxation = relaxed(seed)
    choices, rng = relaxation.hour_choices, np.random.default_rng(seed)
    if not choices.number:
        pytest.skip("no pool has choices")
    here = random_prices(relaxation, rng)
    here = replace(here, lengths=rng.normal(0.0, 20_000.0, choices.number))
    there = replace(here, lengths=here.lengths + rng.normal(0.0, 20_000.0, choices.number))
    usd = relaxation.at(there).usd
    for _ in range(3):
        point = relaxation.at(here)
    if not np.isfinite(point.usd):
        pytest.skip("no lines keep the limits")
    slope = use_at(relaxation, point, 1e-3).slope.lengths
    step = there.lengths - here.lengths
    slack = 1e-5 * (abs(point.usd) + float(abs(slope) @ abs(step)))
    assert usd >= point.usd + float(slope @ step) - slack


@pytest.mark.parametrize("seed", CYCLIC[:15])
def test_dives_keep_the_hours_of_pools(seed: int) -> None:
    resolved, relaxation = relaxed(seed)
    diver = Diver(relaxation, relaxation.first_prices(), np.random.default_rng(seed))
    diver.clear()
    assert diver.dive(Manner(), never)
    block_min = relaxation.catalogue.timetable.block_min
    for k, (pool, network) in enumerate(zip(resolved.pools, relaxation.networks, strict=True)):
        flown = network.rotations[relaxation.committed_arcs(k)]
        assert block_min[flown].sum() <= pool.size * (pool.max_block_min or 0)
    diver.clear()
