"""Stabilised column generation: a maximum over too many columns to write down, from both sides.

A *master*, the linear program over the columns known so far, gives a value from below and prices of
its rows. A *pricer* looks over all columns at given prices: those worth more than they pay join the
master, and weak duality gives a bound from above, at whatever sign-correct prices it is asked. The
master's own prices jump about while columns are few. So the pricer is asked in between the prices
of the best bound and the master's (smoothing: Neame 1999; Wentges, "Weighted Dantzig-Wolfe
decomposition for linear mixed-integer programming", 1997). If it finds nothing there that is worth
adding at the master's prices (a *mis-pricing*), the bound has closed a share of the gap instead,
and the next try is nearer to the master's, up to them: so the optimum is the same. The weight
adapts itself by the slope of the bound (Pessoa, Sadykov, Uchoa, Vanderbeck, "Automation and
combination of linear-programming based stabilization techniques in column generation", 2018).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

import numpy as np

from optimizer.colgen.failures import prices_to_try, solved
from optimizer.colgen.protocols import (
    C,
    ColumnGenerationError,
    ColumnResult,
    FloatArray,
    Master,
    MasterAnswer,
    Priced,
    Pricer,
    Reason,
    Round,
    Stop,
)
from optimizer.colgen.smoothing import Smoothing

PROGRESS = 1e-9
"""Relative change below which bound and value stand still."""
WORTH, KNOWN_WORTH = 1e-9, 1e-6
"""Reduced profit, relative to the largest price, from which a column is worth adding; and from
which a column the master has shows that it is not optimal (tolerances of simplex codes: 1e-7)."""


def generate_columns(
    master: Master[C],
    pricer: Pricer[C],
    *,
    prices: FloatArray,
    gap: float = 1e-6,
    smoothing: float = 0.5,
    most_rounds: int = 100_000,
    patience: int = 200,
    stop: Stop = lambda: False,
    on_round: Callable[[Round], None] = lambda _: None,
) -> ColumnResult:
    """Add columns until bound and value meet.

    Args:
        master: Gets the columns; keeps them afterwards.
        pricer: Gives bounds and columns.
        prices: Sign-correct prices to start from.
        gap: Close enough: bound − value, relative to the bound (absolute below 1).
        smoothing: Weight of the best prices to start with, below 1; 0 is plain column generation.
        most_rounds: Most calls of the pricer.
        patience: Rounds without progress of bound and value after which to give up.
        stop: Asked in every phase; True ends with the best so far.
        on_round: Told about every call of the pricer.

    Raises:
        ColumnGenerationError: An argument is out of range, or the pricer gave a bound that is no
            number. What `stop`, `on_round`, master and pricer raise passes through.
    """
    start = np.array(prices, dtype=np.float64)
    if start.ndim != 1 or not np.isfinite(start).all():
        raise ColumnGenerationError("the prices to start from must be finite, one by row")
    if not (0.0 <= smoothing < 1.0 and 0.0 <= gap < math.inf and patience > 0 and most_rounds >= 0):
        raise ColumnGenerationError("smoothing, gap, patience or most_rounds is out of range")
    limits = gap, most_rounds, patience
    run = _Run(master, pricer, start, Smoothing.starting(smoothing), limits, stop, on_round)
    end = run.to_the_end()
    return ColumnResult(run.bound, run.best, run.value, run.rounds, run.columns, end, run.detail)


@dataclass(slots=True)
class _Run(Generic[C]):
    """Best bound, its prices and the master's value while columns are generated."""

    master: Master[C]
    pricer: Pricer[C]
    best: FloatArray
    smoothing: Smoothing
    limits: tuple[float, int, int]  # gap, most rounds, patience
    stop: Stop
    on_round: Callable[[Round], None]
    bound: float = math.inf
    value: float = -math.inf
    rounds: int = 0
    columns: int = 0
    idle: int = 0
    detail: str = ""

    def to_the_end(self) -> Reason:
        first = self._price(self.best, 0.0)
        if isinstance(first, str):
            return first
        while True:
            answer = solved(self.master, len(self.best), self.stop)
            self.detail = answer.reason
            if answer.status == "stopped":
                return "stopped"
            if answer.status in ("no_dual", "error"):
                return "master failed"
            if answer.status != "optimal" or answer.prices is None:
                reason = self._recover(answer)
            else:
                if answer.value > self.value + PROGRESS * max(1.0, abs(answer.value)):
                    self.idle = 0
                self.value = answer.value
                reason = self._ended() or self._separate(answer.prices)
            if reason is not None:
                return reason

    def _recover(self, answer: MasterAnswer) -> Reason | None:
        """Look for columns that give the master an optimum."""
        for prices in prices_to_try(answer, self.best):
            found = self._price(prices, 0.0)
            if isinstance(found, str):
                return found
            if found[1]:
                return None
        return "infeasible" if answer.status == "infeasible" else "unbounded"

    def _separate(self, out: FloatArray) -> Reason | None:
        """Cut off the master's prices: smoothed ones first, nearer and nearer, its own at last."""
        centre, scale = self.best, max(1.0, float(np.abs(out).max(initial=0.0)))
        weights = self.smoothing.weights()
        first = True
        while weights:
            weight, bound = weights.pop(0), self.bound
            found = self._price(weight * centre + (1.0 - weight) * out if weight else out, weight)
            if isinstance(found, str):
                return found
            priced, new = found
            worth = float(priced.columns.reduced_profits(out).max(initial=0.0))
            if not math.isfinite(worth):
                raise ColumnGenerationError("a reduced profit is not finite")
            if first:
                self.smoothing.adapt(priced.bound, bound, priced.slope, out - centre)
                first = False
            if new and worth > WORTH * scale:
                return None
            if worth > WORTH * scale or not _lower(self.bound, bound):
                weights = weights[-1:]  # known columns, or nothing gained: exact prices next
        return "cycling" if worth > KNOWN_WORTH * scale else "no columns"

    def _price(self, prices: FloatArray, weight: float) -> tuple[Priced[C], int] | Reason:
        """One round: bound, columns into the master, and how many were new; or why it ends."""
        if self.stop():
            return "stopped"
        if self.rounds >= self.limits[1]:
            return "rounds"
        prices = prices.copy()
        prices.flags.writeable = False  # a pricer that writes into them would move the best
        priced = self.pricer.price(prices, self.stop)
        if priced is None:
            return "stopped"
        if math.isnan(priced.bound):
            raise ColumnGenerationError("the pricer's bound is not a number")
        self.rounds += 1
        self.idle = 0 if _lower(priced.bound, self.bound) else self.idle + 1
        if priced.bound < self.bound:
            self.bound, self.best = priced.bound, prices
        new = self.master.add(priced.columns) if len(priced.columns) else 0
        self.columns += new
        self.on_round(Round(self.rounds, self.bound, self.value, new, weight))
        return self._ended() or (priced, new)

    def _ended(self) -> Reason | None:
        if self.bound == -math.inf:
            return "infeasible"
        gap, _, patience = self.limits
        if self.bound - self.value <= gap * max(1.0, abs(self.bound)) < math.inf:
            return "closed"
        return "stalled" if self.idle >= patience else None


def _lower(bound: float, than: float) -> bool:
    """Whether a bound is better by more than rounding."""
    return bound < than - PROGRESS * max(1.0, abs(than)) if math.isfinite(than) else bound < than
