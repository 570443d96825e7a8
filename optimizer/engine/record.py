"""What a solve knows so far: the best plan, the best bound, how long each phase took."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from optimizer.control import Budget, log_event
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.engine.result import (
    OPTIMAL_GAP,
    EngineResult,
    Method,
    Progress,
    ProgressCallback,
    Status,
    relative_gap,
    stopped_status,
)
from optimizer.plan.certificate import Certificate
from optimizer.plan.costing import is_plan
from optimizer.plan.plan import Plan

UNKNOWN_USD = 1e12
"""Stands for a bound that is not known yet: more than any plan earns."""


class Record:
    """Keeps the best of everything and tells of it.

    Attributes:
        plan: The best plan, None until there is one.
        thumb: The yardstick.
        infeasible: Whether there is provably no plan.
        method: Which way the last plan or proof came.
        columns: Rotations or columns in play.

    Args:
        gap: Relative gap at which a solve is done.
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        gap: float,
        budget: Budget,
        on_progress: ProgressCallback | None,
    ) -> None:
        self._resolved = resolved
        self._gap = gap
        self._budget = budget
        self._on_progress = on_progress
        self._phase = "network"
        self._phases: dict[str, float] = {}
        self._bound_micro = round(UNKNOWN_USD * MICRO)
        self.plan: Plan | None = None
        self.thumb: Plan | None = None
        self.infeasible = False
        self.method: Method = "heuristic"
        self.columns: int | None = None

    def found(self, plan: Plan) -> None:
        """Keep a better plan, and tell; one that is short of a commitment (C19) is no plan."""
        if not is_plan(self._resolved, plan):
            return
        if self.plan is None or plan.contribution_micro > self.plan.contribution_micro:
            self.plan = plan
            self._tell()

    def bounded(self, micro: int | None) -> None:
        """Keep a better bound, and tell; None says that there is no plan at all."""
        if micro is None:
            self.infeasible = True
        elif micro < self._bound_micro:
            self._bound_micro = micro
            self._tell()

    def bounded_by_solver(self, usd: float) -> None:
        """Keep a bound of the MILP solver, which knows it to about a micro-dollar."""
        if usd == -math.inf:
            self.bounded(None)
        else:
            self.bounded(math.ceil(min(usd, UNKNOWN_USD) * MICRO - 0.01))

    @property
    def value_usd(self) -> float:
        """Of the best plan; minus infinity without one."""
        return -math.inf if self.plan is None else self.plan.contribution_micro / MICRO

    @property
    def bound_usd(self) -> float:
        """No plan earns more."""
        return self._bound_micro / MICRO

    @property
    def close_enough(self) -> bool:
        """Whether the gap is as small as asked for."""
        gap = self.relative_gap()
        return gap is not None and gap <= max(self._gap, OPTIMAL_GAP)

    def done(self) -> bool:
        """Whether there is nothing left to do, or no time to do it."""
        return self.infeasible or self._budget.stop() or self.close_enough

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        """Count the time of a phase."""
        before, self._phase = self._phase, phase
        began = time.monotonic()
        log_event("phase begins", phase=phase, seconds=round(self._budget.seconds, 3))
        try:
            yield
        finally:
            took_s = time.monotonic() - began
            self._phases[phase] = self._phases.get(phase, 0.0) + took_s
            self._phase = before
            log_event("phase ends", phase=phase, took_s=round(took_s, 3), work=self._budget.work)

    def result(self, make_certificate: Callable[[], Certificate | None]) -> EngineResult:
        """How the solve ended."""
        certificate = make_certificate()
        if certificate is not None:  # trees tell no less than the value they aimed at
            self._bound_micro = min(self._bound_micro, certificate.bound_micro)
        plan = None if self.infeasible else self.plan
        bound = 0 if self.infeasible else self._bound_micro
        if plan is not None:
            bound = max(bound, plan.contribution_micro)
        return EngineResult(
            plan=plan,
            bound_micro=bound,
            status=self._status(plan, bound),
            seconds=self._budget.seconds,
            work=self._budget.work,
            method=self.method,
            rule_of_thumb=self.thumb if plan is not None else None,
            phases=dict(self._phases),
            certificate=certificate,
        )

    def _status(self, plan: Plan | None, bound: int) -> Status:
        if self.infeasible:
            return "infeasible"
        if plan is not None:
            gap = relative_gap(plan.contribution_micro, bound)
            if gap <= OPTIMAL_GAP:
                return "optimal"
            if gap <= self._gap:
                return "gap_reached"
        return stopped_status(self._budget.reason, by_work=self._budget.by_work)

    def relative_gap(self) -> float | None:
        """Between the best plan and bound; None without a plan."""
        if self.plan is None:
            return None
        return relative_gap(self.plan.contribution_micro, self._bound_micro)

    def _tell(self) -> None:
        """Tell the caller and the log of a better plan or bound."""
        known = self._bound_micro < UNKNOWN_USD * MICRO
        progress = Progress(
            phase=self._phase,
            seconds=self._budget.seconds,
            value_usd=None if self.plan is None else self.value_usd,
            bound_usd=self.bound_usd if known else None,
            gap=self.relative_gap() if known else None,
            columns=self.columns,
            work=self._budget.work,
        )
        log_event("progress", **progress.document())
        if self._on_progress is not None:
            self._on_progress(progress)
