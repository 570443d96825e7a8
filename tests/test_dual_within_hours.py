"""Pools whose hours bind before their lines: knapsacks against enumeration, shares, proofs."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pytest

from optimizer.control import never
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import Ascent, Diver, Manner, Pace, Relaxation, certificate
from optimizer.dual.tree import Tree
from optimizer.dual.within_hours import HourLimited
from optimizer.generate import tiny
from optimizer.model import solve_reference
from optimizer.resolve import resolve
from optimizer.verify.certificate import verify_certificate
from optimizer.verify.certificate.within_hours import best_within_hours


def few_hours(seed: int) -> ResolvedInstance | None:
    """A tiny cyclic instance whose tails may fly little; None if it is dated."""
    resolved = resolve(tiny(seed))
    if not resolved.period.cyclic:
        return None
    pools = tuple(
        replace(p, max_block_min=2400 + 60 * (seed % 7), min_block_min=None) for p in resolved.pools
    )
    return replace(resolved, pools=pools)


CYCLIC = [seed for seed in range(300, 360) if few_hours(seed) is not None][:24]


def relaxed(seed: int) -> tuple[ResolvedInstance, Relaxation]:
    resolved = few_hours(seed)
    assert resolved is not None
    return resolved, Relaxation(resolved)


def hour_limited(relaxation: Relaxation) -> list[HourLimited]:
    return [n for n in relaxation.networks if isinstance(n, HourLimited)]


def enumerated(block_min: list[int], usd: list[float], limit_min: int) -> float:
    """The best multiset within the limit, by looking at all of them."""
    best, items = 0.0, list(zip(block_min, usd, strict=True))
    most = int(limit_min // max(1, min(block_min))) if block_min else 0
    for number in range(1, most + 1):
        for chosen in combinations_with_replacement(items, number):
            if sum(minutes for minutes, _ in chosen) <= limit_min:
                best = max(best, sum(worth for _, worth in chosen))
    return best


@pytest.mark.parametrize("seed", range(20))
def test_the_check_finds_the_best_choice_within_hours(seed: int) -> None:
    rng = np.random.default_rng(seed)
    minutes = rng.integers(200, 900, 5)
    micro = rng.integers(-50, 1000, 5)
    limit = int(rng.integers(0, 2500))
    found = best_within_hours(minutes, micro, limit)
    assert found == enumerated(minutes.tolist(), micro.tolist(), limit)


def test_some_instances_are_bound_by_hours() -> None:
    assert sum(bool(hour_limited(relaxed(seed)[1])) for seed in CYCLIC) >= 12


@pytest.mark.parametrize("seed", CYCLIC[:12])
def test_value_is_the_best_choice_and_slack_what_an_arc_costs(seed: int) -> None:
    _, relaxation = relaxed(seed)
    rng = np.random.default_rng(seed)
    block_min = relaxation.catalogue.timetable.block_min
    for network in hour_limited(relaxation):
        usd = rng.normal(0.0, 1000.0, len(network.rotations))
        minutes = block_min[network.rotations]
        limit = network.pool.size * (network.pool.max_block_min or 0)
        lengths = np.unique(minutes)
        best = [float(usd[minutes == length].max()) for length in lengths]
        line = network.value(usd, network.pool.size)
        assert line.usd == pytest.approx(enumerated(lengths.tolist(), best, limit))
        slack, through = network.slack(usd, line), network.through(usd, network.pool.size)
        possible = minutes <= limit
        assert slack[possible].min() == pytest.approx(0.0, abs=1e-6) or line.usd == 0.0
        assert np.allclose(line.usd - slack[possible], through[possible])
        for arc in np.flatnonzero(possible)[:5].tolist():
            rest = enumerated(lengths.tolist(), best, int(limit - minutes[arc]))
            assert through[arc] == pytest.approx(usd[arc] + rest)
        flow = np.zeros(len(usd))
        network.share(usd, line, 1e-3, flow)
        assert flow @ usd == pytest.approx(line.usd, abs=1.0)
        assert flow @ minutes <= limit + 1e-6


@pytest.mark.parametrize("seed", CYCLIC)
def test_the_bound_holds_and_is_proven(seed: int) -> None:
    resolved, relaxation = relaxed(seed)
    relaxation.at(relaxation.first_prices())
    ascent = Ascent(relaxation, relaxation.at(relaxation.first_prices()))
    for _ in ascent.run(Pace(60), never):
        pass
    found = solve_reference(resolved, gap=1e-9)
    if found.plan is None:
        return
    value_usd = found.plan.contribution_micro * 1e-6
    assert ascent.best.usd >= value_usd - 1e-6 * abs(value_usd) - 0.01
    report = verify_certificate(
        resolved, certificate(relaxation, Tree(relaxation, ascent, -np.inf).root)
    )
    assert report.accepted, report.problems
    assert report.bound_micro is not None
    assert report.bound_micro * 1e-6 >= value_usd - 1e-6 * abs(value_usd) - 0.01


@pytest.mark.parametrize("seed", CYCLIC[:12])
def test_dives_commit_flights_within_hours(seed: int) -> None:
    _, relaxation = relaxed(seed)
    relaxation.at(relaxation.first_prices())
    prices = relaxation.at(relaxation.first_prices()).prices
    diver = Diver(relaxation, prices, np.random.default_rng(seed))
    diver.clear()
    assert diver.dive(Manner(), never)
    for k, network in enumerate(relaxation.networks):
        if isinstance(network, HourLimited):
            flown = relaxation.committed_arcs(k)
            minutes = relaxation.catalogue.timetable.block_min[network.rotations[flown]]
            assert minutes.sum() <= network.pool.size * (network.pool.max_block_min or 0)
