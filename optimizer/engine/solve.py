"""solve(): a first plan, prices with a bound, plans from prices, exact parts, and proof.

first plan   the heuristic builds one in seconds (`heuristic`)
bound        prices of everything that plans share (`bounding`, `optimizer.dual`)
dive         lines of flying committed one by one at those prices (`diving`)
improve      neighbours of the plan without any programme (`heuristic`)
search       parts of the plan solved exactly by restricted MILPs (`optimizer.search`)
branch       the tree that lowers the bound further (`optimizer.dual.tree`)
reference    the reference model, less what prices prove useless, where it is small
"""

from __future__ import annotations

import math

import numpy as np

from optimizer.control import Budget, Stop, simplex_iterations
from optimizer.domain.resolved import ResolvedInstance
from optimizer.engine.bounding import Bounding
from optimizer.engine.diving import Diving
from optimizer.engine.heuristic import Heuristic
from optimizer.engine.record import Record
from optimizer.engine.result import EngineResult, ProgressCallback
from optimizer.model import model_size, solve_reference
from optimizer.plan.plan import Plan
from optimizer.search import improve_by_mip

METHODS = ("auto", "reference", "heuristic")
HEURISTIC_S = 60.0
"""Time limit if none is given and the reference model is out of reach."""
MOST_COLUMNS, COLUMNS_WITHOUT_LIMIT, COLUMNS_A_SECOND = 120_000, 30_000, 2_500
"""Reference models with more variables are left alone unless asked for: at all, without a time
limit, and by seconds left (its first relaxation takes about a second for so many)."""
BOUND_SHARE, DIVE_SHARE, IMPROVE_SHARE = 0.3, 0.2, 0.15
"""Shares of what is left for the first ascent, for dives and for neighbours without programmes."""
DIVES, TRIES = 6, 400
"""Most dives from the bound's prices, and most parts of plans flown anew by diving."""
SEARCH_SHARE, PROOF_SHARE = 0.6, 0.5
"""Shares of what is left then for restricted models, and of the rest for the tree."""
QUICK_S = 10.0
"""Where the reference model follows, each of these phases takes no longer."""
BRANCHED_ROTATIONS = 20_000
"""Instances with more rotations are not branched on: their nodes take too long."""
SEARCH_ROWS = 2_000
"""Typical rows of a restricted model, by which work is translated into iterations."""


def solve(
    resolved: ResolvedInstance,
    *,
    gap: float = 1e-4,
    time_limit: float | None = None,
    work_limit: float | None = None,
    memory_limit_bytes: int | None = None,
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
        work_limit: Units of work (see `optimizer.control.work`). With one, one thread and a seed
            the same plan comes out on every machine, unless another limit ends the solve first.
        memory_limit_bytes: Resident memory of this process; None for no limit.
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
    budget = Budget(
        time_limit_s=time_limit,
        work_limit=work_limit,
        memory_limit_bytes=memory_limit_bytes,
        should_stop=should_stop,
    )
    run = _Run(resolved, gap, budget, seed, threads or 1, on_progress)
    try:
        run.work(start, method)
    except KeyboardInterrupt:
        budget.interrupt()
    return run.record.result(run.bounding.certificate)


class _Run:
    """One call of `solve`: its phases, in order."""

    def __init__(
        self,
        resolved: ResolvedInstance,
        gap: float,
        budget: Budget,
        seed: int,
        threads: int,
        on_progress: ProgressCallback | None,
    ) -> None:
        self._resolved = resolved
        self._gap = gap
        self._budget = budget
        self._stop: Stop = budget
        self._seed = seed
        self._threads = threads
        self.record = Record(gap, budget, on_progress)
        self.bounding = Bounding(resolved, budget, threads, self.record.bounded)

    def work(self, start: Plan | None, method: str) -> None:
        """Everything, phase by phase, until done or stopped."""
        record = self.record
        with record.during("network"):
            heuristic = Heuristic(
                self._resolved, self._seed, self._stop, record.found, self._budget
            )
        with record.during("rule of thumb"):
            record.thumb = heuristic.rule_of_thumb()
        if start is not None:
            with record.during("start"):
                heuristic.start_from(start)
        with record.during("first plan"):
            heuristic.construct(ways=1)
        if record.done:
            return
        with record.during("network"):
            reach = self._within_reach(method)
        whole = self._budget
        if not reach and math.isinf(self._budget.left_s):
            whole = self._budget.share(1.0, HEURISTIC_S)
        self._price(heuristic, whole, reach)
        if self.bounding.built and not record.done:
            self._improve(heuristic, whole, reach)
        if not record.done and (reach or (record.plan is None and method == "auto")):
            with record.during("reference"):
                self._solve_reference()

    def _within_reach(self, method: str) -> bool:
        """Whether the reference model is to be solved: asked for, or small enough for the time."""
        if method != "auto":
            return method == "reference"
        columns = model_size(self._resolved).columns
        if math.isinf(self._budget.left_s):
            return columns <= COLUMNS_WITHOUT_LIMIT
        return columns <= min(MOST_COLUMNS, COLUMNS_A_SECOND * self._budget.left_s)

    def _price(self, heuristic: Heuristic, whole: Budget, reach: bool) -> None:
        """Prices and a bound."""
        with self.record.during("bound"):
            self.bounding.build(heuristic.prices_usd_per_kg())
            relaxation = self.bounding.relaxation
            self.record.columns = None if relaxation is None else relaxation.size
            if not self.record.done:
                self.bounding.lower(whole.share(BOUND_SHARE, self._most_s(reach)))
            heuristic.reprice(self.bounding.supply_usd_per_kg())

    def _improve(self, heuristic: Heuristic, whole: Budget, reach: bool) -> None:
        """Plans from prices, their neighbours, and exact parts; then a lower bound."""
        record, most_s = self.record, self._most_s(reach)
        with record.during("dive"):
            self._dive(heuristic, whole.share(DIVE_SHARE, most_s))
        if not record.done:
            with record.during("improve"):
                share = whole.share(IMPROVE_SHARE, most_s)
                heuristic.construct(stop=share)
                heuristic.improve(share, lambda: share.left_s)
        if not record.done and record.plan is not None:
            with record.during("search"):
                self._search(record.plan, whole.share(SEARCH_SHARE, most_s))
        if not record.done and self._branches:
            with record.during("branch"):
                share = whole.share(PROOF_SHARE if reach else 1.0, most_s)
                gap_usd = self._gap * abs(record.bound_usd)
                self.bounding.branch(record.value_usd, gap_usd, share)
        elif not record.done:
            with record.during("bound"):
                self.bounding.lower(whole.share(1.0))

    def _most_s(self, reach: bool) -> float:
        """Longest time of a phase that the reference model follows."""
        return QUICK_S if reach else math.inf

    @property
    def _branches(self) -> bool:
        relaxation = self.bounding.relaxation
        return relaxation is not None and relaxation.size <= BRANCHED_ROTATIONS

    def _dive(self, heuristic: Heuristic, share: Budget) -> None:
        relaxation = self.bounding.relaxation
        if relaxation is None:
            return
        rng = np.random.default_rng(self._seed)
        diving = Diving(relaxation, self.bounding.point, heuristic.evaluate, rng, self._budget)
        diving.from_above(share.share(0.5), DIVES)
        diving.around(share, TRIES)

    def _search(self, plan: Plan, share: Budget) -> None:
        """Restricted models, candidates by the bound's prices."""
        by_work = self._budget.by_work
        found = improve_by_mip(
            self._resolved,
            plan,
            propose=self.bounding.proposals(),
            seed=self._seed,
            stop=lambda: share.stop() or self.record.close_enough,
            left_s=lambda: math.inf if by_work else share.left_s,
            on_plan=self.record.found,
            work=simplex_iterations(share.left_s, SEARCH_ROWS) if by_work else None,
            threads=self._threads,
        )
        self.record.found(found)

    def _solve_reference(self) -> None:
        left_s = self._budget.clock_left_s
        record = self.record
        found = solve_reference(
            self._resolved,
            gap=self._gap,
            time_limit=None if math.isinf(left_s) else max(0.1, left_s),
            threads=self._threads,
            start=record.plan,
            on_progress=lambda _, bound_usd: record.bounded_by_solver(bound_usd),
            should_stop=self._stop,
            budget=self._budget,
        )
        record.method = "reference"
        if found.status == "infeasible":
            record.bounded(None)
            return
        record.bounded_by_solver(found.bound_usd)
        if found.plan is not None:
            record.found(found.plan)
