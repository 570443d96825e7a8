"""Many limits at once: what proves a bound for each alone proves one for all of them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from optimizer.dual import Ascent, Pace, Relaxation, first_point
from optimizer.generate import tiny
from optimizer.generate.tiny_limits import LIMITS
from optimizer.model import solve_reference
from optimizer.model.highs import solve_with_highs
from optimizer.primal import WholeProgramme
from optimizer.resolve import resolve
from tests.agreement import engine_agrees

OPTIONAL = [name for name, limit in LIMITS.items() if not limit.share]
"""What instances have on demand only; the others come by themselves."""
PAIRS = (("stock", "sold"), ("stock", "transit"), ())
SEEDS = range(100, 196)
PASSES = Pace(60)
PROOF_WORK = 4_000
"""Enough to prove any of them, on every machine."""


@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_hold_and_the_optimum_is_found(seed: int) -> None:
    """Half of the limits, drawn: prices, the week's MIP, engine and certificate against the
    reference."""
    rng = random.Random(f"together-{seed}")
    more = [name for name in OPTIONAL if rng.random() < 0.5]
    instance = tiny(seed, more=[*more, *PAIRS[seed % len(PAIRS)]])
    resolved = resolve(instance)
    best = solve_reference(resolved, gap=1e-9).plan
    if best is None:  # so many limits at once leave none
        return
    optimum = best.contribution_micro
    slack = 1e-6 * max(1e6, abs(optimum))
    engine_agrees(instance, resolved, optimum, PROOF_WORK)
    relaxation = Relaxation(resolved)
    ascent = Ascent(relaxation, first_point(relaxation))
    for point in ascent.run(PASSES, lambda: False):
        assert point.usd * 1e6 >= optimum - slack
    settled = relaxation.at(ascent.best.prices)
    if not np.isfinite(settled.usd):
        return
    whole = WholeProgramme(relaxation, settled, settled.usd - optimum * 1e-6 + 1.0)
    bound_usd = whole.rest_usd
    if whole.flights.programme.columns:
        bound_usd += solve_with_highs(whole.flights.programme, gap=0.0).bound_usd
    assert bound_usd * 1e6 >= optimum - slack
