"""Tighten a model before it is solved: rounds of its relaxation and of inequalities it violates."""

from __future__ import annotations

import math
import time

from optimizer.model.columns import Columns
from optimizer.model.highs import Outcome
from optimizer.model.relaxation import Relaxation
from optimizer.model.truck_cuts import TruckCuts, add_cuts
from optimizer.model.watch import ShouldStop

ROUNDS = 12
"""Most rounds of cutting unless said otherwise."""
LEAST_SHARE = 1e-6
"""A round that lowers the relaxation by a smaller share is the last."""


def strengthen(
    columns: Columns,
    relaxation: Relaxation,
    *,
    rounds: int = ROUNDS,
    time_limit: float = math.inf,
    should_stop: ShouldStop | None = None,
) -> Outcome | None:
    """Add rows that every plan keeps and the relaxation does not.

    Args:
        columns: The model; rows are added to its programme.
        relaxation: Of that programme.
        rounds: Most rounds of cutting.
        time_limit: Seconds for all rounds.
        should_stop: Asked often whether to stop.

    Returns:
        The optimum of the last relaxation that was solved, None if none was.
    """
    end = time.monotonic() + time_limit
    cuts = TruckCuts(columns)
    best: Outcome | None = None
    for number in range(rounds):
        found = relaxation.solve(max(0.0, end - time.monotonic()), should_stop)
        if found is None or found.values is None:
            break
        slow = best is not None and best.bound_usd - found.bound_usd <= LEAST_SHARE * abs(
            best.bound_usd
        )
        best = found
        violated = [] if slow else list(cuts.violated(found.values.tolist()))
        if not violated:
            break
        add_cuts(columns.programme, violated, number)
    return best
