"""solve(): a first plan, prices with a bound, plans from prices, exact parts, and proof (`run`)."""

from __future__ import annotations

from dataclasses import replace

from optimizer.control import Budget, Stop
from optimizer.domain.resolved import ResolvedInstance
from optimizer.engine.conflict import reaches
from optimizer.engine.result import EngineResult, ProgressCallback
from optimizer.engine.run import Run
from optimizer.engine.shares import MOST_S, within_reach
from optimizer.model import model_size
from optimizer.plan.certificate import Certificate
from optimizer.plan.plan import Plan

METHODS = ("auto", "reference", "heuristic")


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
    start_holds: bool = False,
    start_certificate: Certificate | None = None,
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
        threads: Threads of everything; None for one in the MILP solver and all there are for
            pricing, which gives the same with any number, and, without a work limit, for parts
            of plans solved side by side.
        start: A plan to start from. Flights that are not in the universe are left out.
        start_holds: Whether it is known to keep all limits of this instance and to state its money
            rightly; then it is kept as it is if nothing better is found.
        start_certificate: Of this instance or of a similar one: prices and trees to begin with. It
            is evaluated here, not believed.
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
    run = Run(resolved, gap, budget, seed, threads, on_progress, start_certificate)
    try:
        run.work(start, method, start_holds)
    except KeyboardInterrupt:
        budget.interrupt()
    found = run.record.result(run.bounding.certificate)
    if found.status == "infeasible" and within_reach(method, model_size(resolved).columns, MOST_S):
        found = replace(found, reaches=reaches(resolved, budget))
    return found
