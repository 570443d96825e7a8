"""Inequalities that whole lines keep: no line breaks one, and they lower the relaxation."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from optimizer.control import Budget
from optimizer.dual import Relaxation, first_point
from optimizer.dual.lines import IMPOSSIBLE
from optimizer.generate import ladder, tiny
from optimizer.model.highs import solve_with_highs
from optimizer.model.relaxation import Relaxation as LinearRelaxation
from optimizer.primal import WholeProgramme, flown_by
from optimizer.resolve import resolve
from tests.test_whole_programme import best_plan, settled

SEEDS = range(1, 60, 2)
"""Of cyclic weeks, as in the tests of the MIP."""


def relaxed_usd(whole: WholeProgramme) -> float:
    found = LinearRelaxation(whole.flights.programme).solve()
    assert found is not None
    return found.bound_usd


def line_rows_of(whole: WholeProgramme) -> list[int]:
    return [n for n, name in enumerate(whole.flights.programme.row_names) if name == "lines"]


def a_line(
    relaxation: Relaxation, whole: WholeProgramme, k: int, rng: np.random.Generator
) -> dict[int, float]:
    """What all tails of a pool fly at best for some worth of flights, as values of columns."""
    network = relaxation.networks[k]
    may = [(k, r) in whole.flights.x for r in network.rotations.tolist()]
    worth = np.where(may, rng.normal(0.3, 1.0, len(may)), IMPOSSIBLE)
    value = network.value(worth, network.pool.size)
    flown: Counter[int] = Counter()
    for weeks, number in value.parts:
        for arc in network.best_walk(worth, weeks):
            flown[whole.flights.x[k, int(network.rotations[arc])]] += number
    return {column: float(times) for column, times in flown.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_no_line_and_no_plan_breaks_one(seed: int) -> None:
    resolved = resolve(tiny(seed, "cyclic"))
    best = best_plan(resolved)
    if best is None:
        return
    optimum_usd = best.contribution_micro * 1e-6
    relaxation, point = settled(resolved)
    whole = WholeProgramme(relaxation, point, point.usd - optimum_usd + 1.0)
    programme = whole.flights.programme
    if not programme.columns:
        return
    before_usd = relaxed_usd(whole)
    assert whole.flights.keep_lines(Budget()) == len(line_rows_of(whole))
    assert relaxed_usd(whole) <= before_usd + 1e-3
    rng = np.random.default_rng(seed)
    for k in range(len(relaxation.networks)):
        for _ in range(20):
            line = a_line(relaxation, whole, k, rng)
            assert all(programme.is_kept(row, line, 1e-9) for row in line_rows_of(whole))
    flown = flown_by(relaxation, best.flights)
    assert flown is not None
    start = whole.flights.start(flown)
    assert all(programme.is_kept(row, start, 1e-9) for row in line_rows_of(whole))
    found = solve_with_highs(programme, gap=0.0)
    assert found.bound_usd + whole.rest_usd >= optimum_usd - 1e-6 * abs(optimum_usd) - 1e-3


def test_they_take_what_flows_gain_by_half_walks() -> None:
    """Where tails fly all week long: XS, seed 2, whose relaxation is 3 % weaker without them."""
    relaxation = Relaxation(resolve(ladder("XS", 2, "cyclic")))
    point = first_point(relaxation)
    whole = WholeProgramme(relaxation, point, abs(point.usd))
    before_usd = relaxed_usd(whole) + whole.rest_usd
    assert whole.flights.keep_lines(Budget()) >= 10
    assert relaxed_usd(whole) + whole.rest_usd <= 0.98 * before_usd


def test_nothing_is_added_where_time_is_up_or_lines_are_all_there_is() -> None:
    relaxation = Relaxation(resolve(ladder("XS", 1, "cyclic")))
    point = first_point(relaxation)
    whole = WholeProgramme(relaxation, point, 0.01 * abs(point.usd))
    rows = whole.flights.programme.rows
    assert whole.flights.keep_lines(Budget(time_limit_s=0.0)) == 0
    assert whole.flights.programme.rows == rows
    dated = Relaxation(resolve(tiny(2, "dated")))
    point = first_point(dated)
    whole = WholeProgramme(dated, point, abs(point.usd))
    assert whole.flights.keep_lines(Budget()) == 0
