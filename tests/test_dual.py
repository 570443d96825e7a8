"""Bounds from prices: valid whatever the prices, and close to the optimum at good ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import Ascent, Pace, Prices, Relaxation, first_point
from optimizer.dual import relaxation as relaxation_module
from optimizer.dual.box import box_of
from optimizer.dual.hubtime import EXACT_TAILS
from optimizer.dual.slope import use_at
from optimizer.model import solve_reference
from optimizer.resolve import resolve
from tests import flying_cases
from tests.tiny_cases import random_prices, reference_of, resolved_of, rung, slack_usd


@pytest.mark.parametrize("seed", range(200, 262))
def test_never_below_the_optimum_whatever_the_prices(seed: int) -> None:
    optimum = reference_of(seed).value_usd
    relaxation = Relaxation(resolved_of(seed))
    least = -np.inf if optimum is None else optimum - slack_usd(optimum)
    rng = np.random.default_rng(seed)
    assert relaxation.at(relaxation.first_prices()).usd >= least
    for _ in range(6):
        assert relaxation.at(random_prices(relaxation, rng)).usd >= least
    start = first_point(relaxation)
    bounds = [start.usd, *(p.usd for p in Ascent(relaxation, start).run(Pace(60), lambda: False))]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] >= least


@pytest.mark.parametrize(
    ("kind", "tails", "rotations"),
    [("cyclic", 1, 5), ("cyclic", 2, 11), ("dated", 1, 5), ("dated", 5, 25)],
)
def test_exact_where_aircraft_time_is_all_that_counts(
    kind: str, tails: int, rotations: int
) -> None:
    resolved = resolve(flying_cases.case_weeks_end(kind, tails))
    relaxation = Relaxation(resolved)
    point = relaxation.at(relaxation.first_prices())
    result = solve_reference(resolved, gap=1e-9)
    assert result.plan is not None
    assert point.usd == pytest.approx(result.value_usd, rel=1e-9)
    assert len(result.plan.flights) == rotations
    flown = use_at(relaxation, point, 1e-6 * point.usd).flows
    assert sum(f.sum() for f in flown) == pytest.approx(rotations, rel=1e-3)


def single_holds(relaxation: Relaxation) -> bool:
    """Whether loads are bounded exactly, and lines too."""
    exact = not relaxation.catalogue.cycle_min or all(
        pool.size <= EXACT_TAILS for pool in relaxation.resolved.pools
    )
    return exact and bool((relaxation.cargo.low == relaxation.cargo.high).all())


def test_the_slope_is_a_subgradient() -> None:
    """The bound is convex in prices but for the weight share of trucks, which is kept here."""
    seen = 0
    for seed in range(200, 240):
        relaxation = Relaxation(resolved_of(seed))
        if not single_holds(relaxation):
            continue
        rng = np.random.default_rng(seed)
        for _ in range(4):
            here, there = random_prices(relaxation, rng), random_prices(relaxation, rng)
            there = replace(there, truck_share=here.truck_share)
            usd = relaxation.at(there).usd
            for _ in range(3):  # multipliers of loads are turned from pass to pass
                point = relaxation.at(here)
            if not np.isfinite(point.usd):
                continue
            slope = use_at(relaxation, point, 1e-3).slope.vector()
            step = there.vector() - here.vector()
            slack = 1e-6 * (abs(point.usd) + float(abs(slope) @ abs(step)))
            assert usd >= point.usd + float(slope @ step) - slack
            seen += 1
    assert seen >= 20


def test_the_slope_is_the_gradient_where_there_is_one() -> None:
    """Small steps to both sides change the bound as the slope says, unless there is a kink."""
    smooth = 0
    for seed in range(200, 260):
        relaxation = Relaxation(resolved_of(seed))
        if not single_holds(relaxation):
            continue
        rng = np.random.default_rng(seed)
        here = random_prices(relaxation, rng)
        box = box_of(relaxation)
        step = 1e-5 * rng.normal(0, 1, len(here.vector())) * box.size.vector()
        step = np.where((box.low.vector() < here.vector()) & (here.vector() < box.high.vector()),
                        step, 0.0)  # fmt: skip
        ahead = relaxation.at(here.like(here.vector() + step)).usd
        behind = relaxation.at(here.like(here.vector() - step)).usd
        point = relaxation.at(here)
        if not np.isfinite(point.usd) or not step.any():
            continue
        told = float(use_at(relaxation, point, 1e-3).slope.vector() @ step)
        sides = sorted((point.usd - behind, ahead - point.usd))
        slack = 2e-9 * abs(point.usd) + 2e-2 * abs(told)
        assert sides[0] - slack <= told <= sides[1] + slack
        smooth += sides[1] - sides[0] <= slack
    assert smooth >= 10


@pytest.mark.parametrize("seed", range(200, 220))
def test_the_order_of_consignments_does_not_matter(seed: int) -> None:
    resolved = resolved_of(seed)
    order = np.random.default_rng(seed).permutation(len(resolved.consignments)).tolist()
    mixed = replace(resolved, consignments=tuple(resolved.consignments[i] for i in order))
    one, other = Relaxation(resolved), Relaxation(mixed)
    prices = random_prices(one, np.random.default_rng(seed))
    other.state(one.residuals.rows)
    runs = [other.catalogue.runs[key] for key in one.catalogue.runs]
    share, dispatch = np.empty(len(runs)), np.empty(len(prices.dispatch))
    share[runs] = prices.truck_share
    dispatch[[other.trucks.dispatches[key] for key in one.trucks.dispatches]] = prices.dispatch
    again = replace(prices.with_supply(prices.supply[order]), truck_share=share, dispatch=dispatch)
    assert other.at(again).usd == pytest.approx(one.at(prices).usd, rel=1e-7)


def more_of(resolved: ResolvedInstance, what: str) -> ResolvedInstance:
    """The same with wider limits."""
    if what == "supply":
        more = [
            replace(
                c, weight_g=2 * c.weight_g, volume_cm3=2 * c.volume_cm3,
                revenue_micro=2 * c.revenue_micro, surcharge_micro=2 * c.surcharge_micro,
            )
            for c in resolved.consignments
        ]  # fmt: skip
        return replace(resolved, consignments=tuple(more))
    if what == "slots":
        slots = [replace(x, movements=x.movements + 1) for x in resolved.slot_limits]
        return replace(resolved, slot_limits=tuple(slots))
    if what == "caps":
        caps = [replace(x, max_flights=x.max_flights + 1) for x in resolved.right_caps]
        return replace(resolved, right_caps=tuple(caps))
    if what == "markets":
        markets = [
            replace(
                m,
                min_rotations=None if m.min_rotations is None else m.min_rotations - 1,
                max_rotations=None if m.max_rotations is None else m.max_rotations + 1,
            )
            for m in resolved.markets
        ]
        return replace(resolved, markets=tuple(markets))
    pools = [
        replace(p, max_block_min=None if p.max_block_min is None else p.max_block_min + 60)
        for p in resolved.pools
    ]
    return replace(resolved, pools=tuple(pools))


@pytest.mark.parametrize("what", ["supply", "slots", "caps", "markets", "hours"])
def test_wider_limits_never_lower_the_bound(what: str) -> None:
    higher = 0
    for seed in range(200, 240):
        resolved = resolved_of(seed)
        tight, wide = Relaxation(resolved), Relaxation(more_of(resolved, what))
        if [n.by_flight for n in tight.networks] != [n.by_flight for n in wide.networks]:
            continue  # with more hours, lines bind before them: another bound
        prices = random_prices(tight, np.random.default_rng(seed))
        wide.state(tight.residuals.rows)
        if what == "supply":  # more cargo is another inequality, and not a wider one
            prices = replace(prices, residual=np.zeros(tight.residuals.number))
        before, after = tight.at(prices).usd, wide.at(prices).usd
        assert after >= before - slack_usd(before)
        higher += after > before + 1.0
    assert higher >= 1


def test_a_second_thread_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaxation_module, "ENOUGH", 10)
    resolved = rung("cyclic")
    found: list[tuple[list[float], Prices]] = []
    for threads in (1, 2):
        relaxation = Relaxation(resolved, threads=threads)
        ascent = Ascent(relaxation, first_point(relaxation))
        bounds = [p.usd for p in ascent.run(Pace(30), lambda: False)]
        found.append((bounds, ascent.last.prices))
    assert found[0][0] == found[1][0]
    assert (found[0][1].vector() == found[1][1].vector()).all()
