"""Prices on some departures first, passes over few rotations, and a pace that keeps up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import optimizer.engine.bounding as bounding_module
from optimizer.control import Budget, never
from optimizer.dual import Ascent, Ints, Pace, Relaxation, thinned
from optimizer.dual.lines import IMPOSSIBLE, best_walks, shares
from optimizer.engine.bounding import Bounding
from optimizer.generate import ladder
from optimizer.resolve import resolve
from tests import flying_cases


@pytest.fixture(scope="module")
def relaxation() -> Relaxation:
    return Relaxation(resolve(ladder("XS", 1, "cyclic")))


def test_every_route_keeps_some_of_its_departures_all_week(relaxation: Relaxation) -> None:
    route = relaxation.catalogue.timetable.route_of
    kept, flown = thinned(relaxation, 4), relaxation.flown
    assert np.isin(kept, flown).all()
    before, after = np.bincount(route[flown]), np.bincount(route[kept], minlength=route.max() + 1)
    assert (after[before > 0] >= 1).all()
    assert (np.abs(after - before / 4) < 1).all()
    off = relaxation.catalogue.timetable.off_min
    longest = before.argmax()
    own = np.sort(off[kept[route[kept] == longest]])
    every = np.sort(off[flown[route[flown] == longest]])
    assert np.diff(own).max() <= 5 * np.diff(every).max()


def test_every_single_one_is_all(relaxation: Relaxation) -> None:
    assert thinned(relaxation, 1).tolist() == relaxation.flown.tolist()


def test_bounds_on_some_departures_are_told_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounding_module, "THINNED_ROTATIONS", 0)
    told: list[int | None] = []
    bounding = Bounding(resolve(ladder("XS", 1, "cyclic")), Budget(), 1, told.append)
    bounding.build(Budget())
    bounding.lower(Budget(), 3_900_745.0)
    relaxation = bounding.relaxation
    assert relaxation is not None
    assert relaxation.domain is None
    assert min(x for x in told if x is not None) >= 3_900_745_000_000  # a plan earns that
    assert bounding.point.usd <= 3_945_000.0


def test_prices_that_have_run_are_not_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    times = []

    def counted(relaxation: Relaxation, every: int) -> Ints:
        times.append(every)
        return thinned(relaxation, every)

    monkeypatch.setattr(bounding_module, "THINNED_ROTATIONS", 0)
    monkeypatch.setattr(bounding_module, "thinned", counted)
    budget = Budget(work_limit=80)
    bounding = Bounding(resolve(ladder("XS", 1, "cyclic")), budget, 1, lambda _: None)
    bounding.build(budget)
    bounding.lower(budget.share(0.6))
    before_usd = bounding.point.usd
    assert not bounding.settled
    bounding.lower(budget.share(0.3))
    assert bounding.point.usd <= before_usd
    assert len(times) == 1


@pytest.mark.parametrize("seed", range(5))
def test_arcs_that_cannot_be_flown_change_nothing(relaxation: Relaxation, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for network in relaxation.networks:
        usd = rng.normal(0.0, 1e5, len(network.rotations))
        usd[rng.random(len(usd)) < 0.8] = IMPOSSIBLE
        walks = np.empty(network.window)
        best_walks(*network.graph, usd, network.window, 1, walks)
        value = network.value(usd, 1)
        assert value.usd == max(0.0, walks.max())
        if not value.parts:
            continue
        flow, expected = np.empty(len(usd)), np.zeros(len(usd))
        network.share(usd, value, 2e4, flow)
        weight = np.exp((walks - walks.max()) / 2e4)
        weight /= weight.sum()
        for e in np.flatnonzero(weight > 1e-4).tolist():
            end = e + network.graph.nodes
            shares(*network.graph, usd, e, end, 2e4, float(weight[e]), expected)
        np.testing.assert_allclose(flow, expected, rtol=1e-12, atol=1e-15)


def test_a_pace_whose_time_is_over_is_at_its_end() -> None:
    def lowest_usd(pace: Pace, over: float) -> float:
        relaxation = Relaxation(resolve(ladder("XS", 1, "cyclic")))
        ascent = Ascent(relaxation, relaxation.at(relaxation.first_prices()))
        return [point.usd for point in ascent.run(pace, never, over=lambda: over)][-1]

    falling = Pace(30, step=(0.1, 0.01), temperature=(0.02, 0.001))
    at_its_end = Pace(30, step=(0.01, 0.01), temperature=(0.001, 0.001))
    assert lowest_usd(falling, 1.0) == lowest_usd(at_its_end, 0.0)
    assert lowest_usd(falling, 0.0) < lowest_usd(at_its_end, 0.0)


def test_an_interrupt_on_some_departures_leaves_all_to_be_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounding_module, "THINNED_ROTATIONS", 0)
    bounding: Bounding | None = None

    def interrupt() -> bool:
        relaxation = None if bounding is None else bounding.relaxation
        if relaxation is not None and relaxation.domain is not None:
            raise KeyboardInterrupt
        return False

    budget = Budget(should_stop=interrupt)
    bounding = Bounding(resolve(ladder("XS", 1, "cyclic")), budget, 1, lambda _: None)
    bounding.build(budget)
    with pytest.raises(KeyboardInterrupt):
        bounding.lower(budget)
    assert bounding.relaxation is not None
    assert bounding.relaxation.domain is None


def test_departures_that_make_no_plan_are_no_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounding_module, "THINNED_ROTATIONS", 0)
    monkeypatch.setattr(bounding_module, "thinned", lambda *_: np.zeros(0, dtype=np.int64))
    resolved = resolve(flying_cases.case_weeks_end("dated", 1))
    pools = tuple(replace(pool, min_block_min=600) for pool in resolved.pools)
    bounding = Bounding(replace(resolved, pools=pools), Budget(), 1, lambda _: None)
    bounding.build(Budget())
    relaxation = bounding.relaxation
    assert relaxation is not None
    relaxation.domain = np.zeros(0, dtype=np.int64)
    assert relaxation.at(relaxation.first_prices()).usd == -np.inf
    relaxation.domain = None
    before_usd = bounding.point.usd
    bounding.lower(Budget())
    assert relaxation.domain is None
    assert np.isfinite(bounding.point.usd)
    assert bounding.point.usd <= before_usd
