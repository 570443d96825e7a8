"""Small instances with their optimum and random prices, for all that solves or bounds them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import Prices, Relaxation
from optimizer.dual.box import box_of
from optimizer.generate import ladder, tiny
from optimizer.generate.options import PeriodKind
from optimizer.model import ReferenceResult, solve_reference
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from tests.certificates import residuals_of


@cache
def resolved_of(seed: int) -> ResolvedInstance:
    """A tiny instance."""
    return resolve(tiny(seed))


@cache
def rung(period: PeriodKind) -> ResolvedInstance:
    """The smallest instance of the ladder."""
    return resolve(ladder("XS", 1, period))


@cache
def reference_of(seed: int) -> ReferenceResult:
    """Its optimum."""
    return solve_reference(resolved_of(seed), gap=1e-9)


def best_plan(seed: int) -> Plan:
    """Its best plan; the test is skipped if there is none."""
    plan = reference_of(seed).plan
    if plan is None:
        pytest.skip("there is no plan")
    return plan


def slack_usd(optimum_usd: float) -> float:
    """How far two programs' sums of money may be apart."""
    return 1e-3 + 1e-8 * abs(optimum_usd)


def random_prices(relaxation: Relaxation, rng: np.random.Generator) -> Prices:
    """Prices of the right sign, of the size that matters, many of them 0; of inequalities, too."""
    if not relaxation.residuals.number:
        relaxation.state(residuals_of(relaxation.resolved))
    relaxation.at(relaxation.first_prices())
    low, high, size = (p.vector() for p in box_of(relaxation))
    x = rng.normal(0, 1, len(size)) * size * (rng.random(len(size)) < 0.6)
    return relaxation.first_prices().like(np.clip(x, low, high))
