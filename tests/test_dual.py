"""Bounds from prices: valid whatever the prices, and close to the optimum at good ones."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual.ascent import Ascent, Pace, first_point
from optimizer.dual.relaxation import Prices, Relaxation
from optimizer.generate import tiny
from optimizer.model import solve_reference
from optimizer.resolve import resolve
from tests import builders


def random_prices(relaxation: Relaxation, rng: np.random.Generator) -> Prices:
    """Prices of the right sign, of the size that matters, many of them 0."""
    relaxation.at(relaxation.first_prices())
    low, high, size = (p.vector() for p in relaxation.box())
    x = rng.normal(0, 1, len(size)) * size * (rng.random(len(size)) < 0.6)
    return relaxation.first_prices().like(np.clip(x, low, high))


def optimum_of(resolved: ResolvedInstance) -> float | None:
    return solve_reference(resolved, gap=1e-9).value_usd


@pytest.mark.parametrize("seed", range(200, 240))
def test_never_below_the_optimum_whatever_the_prices(seed: int) -> None:
    resolved = resolve(tiny(seed))
    optimum = optimum_of(resolved)
    if optimum is None:
        return
    relaxation = Relaxation(resolved)
    slack = 1e-3 + 1e-8 * abs(optimum)
    rng = np.random.default_rng(seed)
    assert relaxation.at(relaxation.first_prices()).usd >= optimum - slack
    for _ in range(6):
        assert relaxation.at(random_prices(relaxation, rng)).usd >= optimum - slack
    start = first_point(relaxation)
    bounds = [start.usd, *(p.usd for p in Ascent(relaxation, start).run(Pace(60), lambda: False))]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] >= optimum - slack


@pytest.mark.parametrize(
    ("kind", "tails", "rotations"),
    [("cyclic", 1, 5), ("cyclic", 2, 11), ("dated", 1, 5), ("dated", 5, 25)],
)
def test_exact_where_aircraft_time_is_all_that_counts(
    kind: str, tails: int, rotations: int
) -> None:
    resolved = resolve(builders.case_weeks_end(kind, tails))
    relaxation = Relaxation(resolved)
    point = relaxation.at(relaxation.first_prices())
    optimum = optimum_of(resolved)
    assert optimum is not None
    assert point.usd == pytest.approx(optimum, rel=1e-9)
