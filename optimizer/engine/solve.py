"""solve(): yardstick, heuristic, bound; then the reference model if it is within reach."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.engine.bound import bound_micro
from optimizer.engine.heuristic import Heuristic
from optimizer.engine.result import (
    OPTIMAL_GAP,
    EngineResult,
    Method,
    Progress,
    ProgressCallback,
    Status,
    relative_gap,
)
from optimizer.engine.stop import Latch, Stop, any_of
from optimizer.model import model_size, solve_reference
from optimizer.plan.plan import Plan

METHODS = ("auto", "reference", "heuristic")
HEURISTIC_S = 60.0
"""Time limit of the heuristic if none is given."""
MOST_COLUMNS, COLUMNS_WITHOUT_LIMIT, COLUMNS_A_SECOND = 120_000, 30_000, 2_500
"""Reference models with more variables are left alone unless asked for: at all, without a time
limit, and by seconds left (its first relaxation takes about a second for so many)."""
QUICK_ROUNDS, QUICK_S, QUICK_SHARE = 40, 10.0, 0.15
"""Before the reference model takes over: neighbours tried and rounds of the bound made, and the
longest time for them, in seconds and as a share of what is left."""
BOUND_ROUNDS = 400
BOUND_SHARE, BUILT_SHARE, IMPROVED_SHARE = 0.2, 0.5, 0.9
"""Where no reference model follows: shares of the time after which the bound, construction and
improvement end; the rest is for the last exact plan."""
UNKNOWN_USD = 1e12
"""Stands for a bound that is not known yet: more than any plan earns."""


def solve(
    resolved: ResolvedInstance,
    *,
    gap: float = 1e-4,
    time_limit: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    start: Plan | None = None,
    on_progress: ProgressCallback | None = None,
    should_stop: Stop | None = None,
    method: str = "auto",
) -> EngineResult:
    """Find a plan and a bound on what any plan can earn.

    Args:
        resolved: The resolved instance.
        gap: Stop when bound and plan are within this share of the bound.
        time_limit: Seconds; None: until the reference model is solved, or 60 s for the heuristic.
        seed: Seed of every random choice.
        threads: Threads of the MILP solver; None for one.
        start: A plan to start from. Flights that are not in the universe are left out.
        on_progress: Told every better plan and bound.
        should_stop: Asked often; the best plan so far is returned once it says so.
        method: ``heuristic`` never uses the reference model, ``reference`` always, ``auto`` where
            it is within reach. A `KeyboardInterrupt` also ends with the best plan so far.

    Raises:
        ValueError: An unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not {method!r}")
    run = _Run(resolved, gap, time_limit, seed, threads, on_progress, should_stop)
    try:
        run.work(start, method)
    except KeyboardInterrupt:
        run.interrupted = True
    return run.result()


def _exact_micro(usd: float) -> int:
    """A bound of the MILP solver, which knows it to about a micro-dollar, in micro-dollars."""
    return math.ceil(min(usd, UNKNOWN_USD) * MICRO - 0.01)


class _Run:
    """One call of `solve`: what is known so far, and how it goes on."""

    def __init__(
        self,
        resolved: ResolvedInstance,
        gap: float,
        time_limit: float | None,
        seed: int,
        threads: int | None,
        on_progress: ProgressCallback | None,
        should_stop: Stop | None,
    ) -> None:
        self._resolved = resolved
        self._gap = gap
        self._limit_s = time_limit
        self._seed = seed
        self._threads = threads
        self._on_progress = on_progress
        self._began = time.monotonic()
        self._latch = Latch(should_stop)
        self._phase = "network"
        self._phases: dict[str, float] = {}
        self._plan: Plan | None = None
        self._thumb: Plan | None = None
        self._bound_micro = round(UNKNOWN_USD * MICRO)
        self._infeasible = False
        self._method: Method = "heuristic"
        self.interrupted = False

    def _stop(self) -> bool:
        """Whether time is up or the caller wants it."""
        return self._latch() or self._left_s() <= 0

    def work(self, start: Plan | None, method: str) -> None:
        """Everything, phase by phase, until done or stopped."""
        with self._during("network"):
            heuristic = Heuristic(self._resolved, self._seed, self._stop, self._found)
            self._bounded(heuristic.bound_usd(self._stop, 0))
        with self._during("rule of thumb"):
            self._thumb = heuristic.rule_of_thumb()
        if start is not None:
            with self._during("start"):
                heuristic.start_from(start)
        with self._during("first plan"):
            heuristic.construct(ways=1)
        with self._during("network"):
            reach = self._within_reach(method)
        if reach:
            self._quickly(heuristic)
        else:
            self._at_leisure(heuristic)
        if not self._done() and (reach or (self._plan is None and method == "auto")):
            with self._during("reference"):
                self._solve_reference()

    def _within_reach(self, method: str) -> bool:
        """Whether the reference model is to be solved: asked for, or small enough for the time."""
        if method != "auto":
            return method == "reference"
        columns = model_size(self._resolved).columns
        if self._limit_s is None:
            return columns <= COLUMNS_WITHOUT_LIMIT
        return columns <= min(MOST_COLUMNS, COLUMNS_A_SECOND * self._left_s())

    def _quickly(self, heuristic: Heuristic) -> None:
        """A good start for the reference model."""
        end = time.monotonic() + min(QUICK_S, QUICK_SHARE * self._left_s())
        stop = any_of(self._stop, lambda: time.monotonic() >= end)
        with self._during("bound"):
            self._bounded(heuristic.bound_usd(stop, QUICK_ROUNDS))
        if not self._done():
            with self._during("improve"):
                heuristic.construct(stop=stop)
                heuristic.improve(stop, lambda: end - time.monotonic(), QUICK_ROUNDS)

    def _at_leisure(self, heuristic: Heuristic) -> None:
        """The whole time for bound and improvement."""
        if self._limit_s is None:
            self._limit_s = HEURISTIC_S
        left_s, now = self._left_s(), time.monotonic()

        def until(share: float) -> Stop:
            return any_of(self._stop, lambda: time.monotonic() >= now + share * left_s)

        with self._during("bound"):
            self._bounded(heuristic.bound_usd(until(BOUND_SHARE), BOUND_ROUNDS))
        if not self._done():
            with self._during("first plan"):
                heuristic.construct(stop=until(BUILT_SHARE))
        if not self._done():
            with self._during("improve"):
                stop = any_of(until(IMPROVED_SHARE), self._close_enough)
                heuristic.improve(stop, self._left_s)

    def _solve_reference(self) -> None:
        left_s = None if self._limit_s is None else max(0.1, self._left_s())
        found = solve_reference(
            self._resolved,
            gap=self._gap,
            time_limit=left_s,
            threads=self._threads or 1,
            start=self._plan,
            on_progress=lambda _, bound_usd: self._bounded_micro(_exact_micro(bound_usd)),
            should_stop=self._stop,
        )
        self._method = "reference"
        if found.status == "infeasible":
            self._infeasible = True
            return
        self._bounded_micro(_exact_micro(found.bound_usd))
        if found.plan is not None:
            self._found(found.plan)

    def _found(self, plan: Plan) -> None:
        """Keep a better plan, and tell."""
        if self._plan is None or plan.contribution_micro > self._plan.contribution_micro:
            self._plan = plan
            self._tell()

    def _bounded(self, usd: float) -> None:
        """Keep a better bound, and tell."""
        if usd == -float("inf"):
            self._infeasible = True
            return
        self._bounded_micro(bound_micro(min(usd, UNKNOWN_USD)))

    def _bounded_micro(self, micro: int) -> None:
        if micro < self._bound_micro:
            self._bound_micro = micro
            self._tell()

    def _tell(self) -> None:
        if self._on_progress is None:
            return
        known = self._bound_micro < UNKNOWN_USD * MICRO
        self._on_progress(
            Progress(
                phase=self._phase,
                seconds=self._seconds(),
                value_usd=None if self._plan is None else self._plan.contribution_micro / MICRO,
                bound_usd=self._bound_micro / MICRO if known else None,
                gap=self._relative_gap() if known else None,
            )
        )

    def _relative_gap(self) -> float | None:
        if self._plan is None:
            return None
        return relative_gap(self._plan.contribution_micro, self._bound_micro)

    def _close_enough(self) -> bool:
        gap = self._relative_gap()
        return gap is not None and gap <= max(self._gap, OPTIMAL_GAP)

    def _done(self) -> bool:
        return self._infeasible or self._stop() or self._close_enough()

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _left_s(self) -> float:
        if self._limit_s is None:
            return float("inf")
        return max(0.0, self._limit_s - self._seconds())

    @contextmanager
    def _during(self, phase: str) -> Iterator[None]:
        before, self._phase = self._phase, phase
        began = time.monotonic()
        try:
            yield
        finally:
            self._phases[phase] = self._phases.get(phase, 0.0) + time.monotonic() - began
            self._phase = before

    def result(self) -> EngineResult:
        """What is known now."""
        plan = None if self._infeasible else self._plan
        bound = 0 if self._infeasible else self._bound_micro
        if plan is not None:
            bound = max(bound, plan.contribution_micro)
        return EngineResult(
            plan=plan,
            bound_micro=bound,
            status=self._status(plan, bound),
            seconds=self._seconds(),
            method=self._method,
            rule_of_thumb=self._thumb if plan is not None else None,
            phases=dict(self._phases),
        )

    def _status(self, plan: Plan | None, bound: int) -> Status:
        if self._infeasible:
            return "infeasible"
        if plan is not None:
            gap = relative_gap(plan.contribution_micro, bound)
            if gap <= OPTIMAL_GAP:
                return "optimal"
            if gap <= self._gap:
                return "gap_reached"
        return "interrupted" if self.interrupted or self._latch() else "time_limit"
