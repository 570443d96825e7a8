"""From a relaxation to whole flights: fix those it likes best, solve again, until all are whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import floor

import numpy as np
from numpy.typing import NDArray

from optimizer.model.columns import Columns
from optimizer.model.highs import Outcome
from optimizer.model.programme import Variable
from optimizer.model.relaxation import Relaxation

WHOLE = 1e-6
"""A number of flights so near to a whole one is that."""
SURE = 0.85
"""Flights with more than such a fraction are all fixed at once."""
LIKELY = 0.5
"""Of those with more than this, the best tenth of what is open."""
SCATTER = 0.15
"""Share by which a fraction may look smaller than it is."""
MOST_FAILURES = 12
"""After so many fixings that were no good a dive is given up."""


def dive(
    columns: Columns,
    relaxation: Relaxation,
    relaxed: Outcome,
    value_usd: float,
    left_s: Callable[[], float],
    stop: Callable[[], bool],
    rng: np.random.Generator,
) -> dict[Variable, float] | None:
    """Whole numbers of flights whose relaxation is worth more than a value; None if none is found.

    Args:
        columns: The model of the relaxation.
        relaxation: Solved; its columns get narrower limits.
        relaxed: Its optimum.
        value_usd: What the flights must be able to earn.
        left_s: Seconds left for it.
        stop: Asked often whether to stop.
        rng: Scatters what is fixed first, so that one dive is not like another.
    """
    lower = {x: columns.programme.lower[x] for x in columns.x}
    upper = {x: columns.programme.upper[x] for x in columns.x}
    failures, found = 0, relaxed
    while found.values is not None:
        values = found.values
        chosen = _chosen(columns.x, values, rng)
        if not chosen:
            return {x: float(round(values[x])) for x in columns.x}
        better: Outcome | None = None
        for attempted in (chosen, chosen[:1]) if len(chosen) > 1 else (chosen,):
            for x in attempted:
                relaxation.limit(x, floor(values[x] + WHOLE) + 1.0, upper[x])
            better = _worth(relaxation.solve(left_s(), stop), value_usd)
            if better is not None:
                lower |= {x: floor(values[x] + WHOLE) + 1.0 for x in attempted}
                break
            if stop() or left_s() <= 0:
                return None
            for x in attempted:
                relaxation.limit(x, lower[x], upper[x])
        if better is None:
            failures += 1
            upper[chosen[0]] = float(floor(values[chosen[0]] + WHOLE))
            relaxation.limit(chosen[0], lower[chosen[0]], upper[chosen[0]])
            better = _worth(relaxation.solve(left_s(), stop), value_usd)
        if better is None or failures > MOST_FAILURES:
            return None
        found = better
    return None


def _worth(found: Outcome | None, value_usd: float) -> Outcome | None:
    """A relaxation that promises more than a value."""
    return found if found is not None and found.bound_usd > value_usd else None


def _chosen(
    flights: Sequence[Variable], values: NDArray[np.float64], rng: np.random.Generator
) -> list[Variable]:
    """Flights to fix, the surest first; none if all are whole."""
    fractions = [
        (fraction * float(rng.uniform(1 - SCATTER, 1)), x)
        for x in flights
        if (fraction := float(values[x] - floor(values[x] + WHOLE))) > WHOLE
    ]
    fractions.sort(key=lambda item: (-item[0], item[1]))
    tenth = 1 + len(fractions) // 10
    likely = [x for fraction, x in fractions[:tenth] if fraction > LIKELY]
    sure = [x for fraction, x in fractions if fraction > SURE]
    return list(dict.fromkeys((*(x for _, x in fractions[:1]), *sure, *likely)))
