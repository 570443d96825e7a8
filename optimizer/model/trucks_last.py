"""Flights first, whole trucks later: a bound and a start for a model of many truck runs.

What decides nearly everything is which rotations fly. With trucks that may be fractions only
flights are branched on, which closes that part of the gap soon; the optimum is a bound for whole
trucks too. At the flights it is attained at, inequalities for whole trucks (`truck_cuts`) are
looked for, which hold for any flights, and the solve is repeated with them as rows. Each round's
flights are also given whole trucks, which may be a better plan.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.model.columns import Columns
from optimizer.model.highs import Outcome, solve_with_highs
from optimizer.model.programme import Variable
from optimizer.model.relaxation import Relaxation
from optimizer.model.strengthen import strengthen
from optimizer.model.watch import OnProgress, OnWork, ShouldStop

LEAST_RUNS = 60
"""With fewer truck runs all whole numbers are solved for at once."""
ROUNDS = 6
"""Most rounds of flights and of inequalities."""
LEAST_GAIN = 5e-5
"""A round that lowers the bound by a smaller share is the last."""
CUT_ROUNDS = 40
"""Most rounds of inequalities at the flights of one round."""
FLIGHTS_SHARE, TRUCKS_SHARE = 0.8, 0.1
"""Shares of the time there is: for flights in all, and for whole trucks at those of one round."""
LEAN: dict[str, Any] = {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_allow_restart": False,
}
"""Options of HiGHS where a good start is known, so that it need not look for one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a solve may take, and who wants to know.

    Attributes:
        gap: Relative gap to stop at.
        seconds: For all of it.
        threads: Of the solver.
        on_progress: Told better values and bounds.
        on_work: Makes who is told the work of one solve; None if nobody is.
        start_s: Longest time to complete a start.
        polish_s: Longest time to polish a solution, beyond those seconds.
    """

    gap: float
    seconds: float
    threads: int
    on_progress: OnProgress | None
    should_stop: ShouldStop | None
    on_work: Callable[[], OnWork] | None
    start_s: float
    polish_s: float = math.inf


@dataclass(slots=True)
class Found:
    """What is known after all rounds.

    Attributes:
        bound_usd: No solution of the model is worth more.
        value_usd: Of the best solution with whole trucks; minus infinity without one.
        values: Its columns; None without one.
    """

    bound_usd: float = math.inf
    value_usd: float = -math.inf
    values: NDArray[np.float64] | None = field(default=None, repr=False)

    def is_closed(self, gap: float) -> bool:
        """Whether the solution is within a relative gap of the bound."""
        return self.bound_usd - self.value_usd <= gap * abs(self.bound_usd)

    def outcome(self) -> Outcome:
        """That, of a solve that is closed."""
        bound_usd = max(self.bound_usd, self.value_usd)
        return Outcome("optimal", self.value_usd, bound_usd, self.values)

    def beside(self, outcome: Outcome) -> Outcome:
        """An outcome of the same model, with what is better here."""
        if outcome.status == "infeasible":
            return outcome
        value_usd = -math.inf if outcome.value_usd is None else outcome.value_usd
        if self.value_usd > value_usd:
            value_usd = self.value_usd
            outcome = replace(outcome, value_usd=value_usd, values=self.values)
        return replace(outcome, bound_usd=max(min(outcome.bound_usd, self.bound_usd), value_usd))


def flights_then_trucks(columns: Columns, start: Mapping[Variable, float], limits: Limits) -> Found:
    """Rounds of whole flights with fractions of trucks, each with more inequalities as rows.

    Args:
        columns: The model; rows that every solution keeps are added to its programme.
        start: Whole flights that have a solution.
        limits: What it may take; of progress, only bounds are told.
    """
    found, end = Found(), time.monotonic() + FLIGHTS_SHARE * limits.seconds
    tried: list[dict[Variable, float]] = []
    for _ in range(ROUNDS):
        before_usd = found.bound_usd
        outcome = _solve(columns, start, limits, end - time.monotonic(), whole_trucks=False)
        found.bound_usd = min(found.bound_usd, outcome.bound_usd)
        if limits.on_progress is not None and math.isfinite(found.bound_usd):
            limits.on_progress(None, found.bound_usd)
        if outcome.values is None or outcome.status != "optimal":
            break
        flights = {v: float(round(outcome.values[v])) for v in _flights(columns)}
        more = _cut(columns, flights, limits, end)
        if flights not in tried:
            tried.append(flights)
            _keep_better(found, _complete(columns, flights, limits))
        gained = before_usd - found.bound_usd
        if not more or found.is_closed(limits.gap) or gained <= LEAST_GAIN * abs(found.bound_usd):
            break
    return found


def _keep_better(found: Found, complete: Outcome) -> None:
    """Remember a solution with whole trucks if it is the best one."""
    value_usd = -math.inf if complete.value_usd is None else complete.value_usd
    if value_usd > found.value_usd:
        found.value_usd, found.values = value_usd, complete.values


def _flights(columns: Columns) -> list[Variable]:
    """All whole numbers but those of trucks."""
    trucks = set(columns.trucks.values())
    return [v for v in columns.programme.whole_columns() if v not in trucks]


def _solve(
    columns: Columns,
    start: Mapping[Variable, float],
    limits: Limits,
    seconds: float,
    *,
    whole_trucks: bool,
) -> Outcome:
    """The model from a start, its trucks whole or not."""
    whole = columns.programme.whole
    kinds = {v: whole[v] for v in columns.trucks.values()}
    try:
        for v in kinds:
            whole[v] = whole_trucks
        return solve_with_highs(
            columns.programme,
            gap=limits.gap,
            time_limit=max(0.0, seconds),
            threads=limits.threads,
            start=start,
            options=LEAN,
            should_stop=limits.should_stop,
            on_work=None if limits.on_work is None else limits.on_work(),
            start_s=limits.start_s,
        )
    finally:
        for v, kind in kinds.items():
            whole[v] = kind


def _complete(columns: Columns, flights: Mapping[Variable, float], limits: Limits) -> Outcome:
    """The best whole trucks for some flights."""
    programme = columns.programme
    limited = {v: (programme.lower[v], programme.upper[v]) for v in flights}
    try:
        for v, number in flights.items():
            programme.lower[v] = programme.upper[v] = number
        seconds = TRUCKS_SHARE * limits.seconds
        return solve_with_highs(
            programme,
            gap=limits.gap,
            time_limit=seconds,
            threads=limits.threads,
            should_stop=limits.should_stop,
            on_work=None if limits.on_work is None else limits.on_work(),
        )
    finally:
        for v, (low, high) in limited.items():
            programme.lower[v], programme.upper[v] = low, high


def _cut(columns: Columns, flights: Mapping[Variable, float], limits: Limits, end: float) -> bool:
    """Add inequalities that fractions of trucks at some flights violate; whether there were any."""
    rows, relaxation = columns.programme.rows, Relaxation(columns.programme, limits.threads)
    for v, number in flights.items():
        relaxation.limit(v, number, number)
    left_s = max(0.0, end - time.monotonic())
    strengthen(
        columns, relaxation, rounds=CUT_ROUNDS, time_limit=left_s, should_stop=limits.should_stop
    )
    return columns.programme.rows > rows
