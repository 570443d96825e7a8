"""The product: from the instance's folder to the solution's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import optimizer
from benchmarks.task import Ended, Recorder, Solver, Stopwatch, Task

if TYPE_CHECKING:
    from optimizer.engine import EngineResult
    from optimizer.report.summary import Outcome


def _run(task: Task, recorder: Recorder) -> Ended:
    from optimizer import api, engine
    from optimizer.domain.resolved import MICRO

    watch = Stopwatch()
    with watch.phase("read"):
        instance = api.read(task.instance)
    with watch.phase("resolve"):
        resolved = api.resolve(instance)
    recorder.start()
    found = engine.solve(
        resolved,
        gap=task.gap,
        time_limit=task.time_limit,
        seed=task.seed,
        threads=task.threads,
        on_progress=lambda progress: recorder.tell(progress.value_usd, progress.bound_usd),
    )
    seconds = recorder.seconds
    phases = {**watch.seconds, **found.phases}
    if found.plan is None:
        bound_usd = None if found.status == "infeasible" else found.bound_micro / MICRO
        return Ended(found.status, None, bound_usd, seconds, phases)
    value_usd, bound_usd = found.plan.contribution_micro / MICRO, found.bound_micro / MICRO
    recorder.tell(value_usd, bound_usd)
    watch = Stopwatch()
    with watch.phase("audit"):
        verdict = api.audit_resolved(resolved, found.plan, instance)
    outcome = _outcome(task, found)
    result = api.Result(instance, resolved, outcome, found.plan, verdict)
    with watch.phase("write"):
        result.write(Path(task.folder) / "solution")
    thumb_micro = outcome.rule_of_thumb_micro
    return Ended(
        status=result.status if result.accepted else "rejected",
        value_usd=value_usd if result.accepted else None,
        bound_usd=bound_usd,
        seconds=seconds,
        phases={**phases, **watch.seconds},
        rule_of_thumb_usd=None if thumb_micro is None else thumb_micro / MICRO,
    )


def _outcome(task: Task, found: EngineResult) -> Outcome:
    """What the solution's summary says of the solve."""
    from optimizer.report.summary import Outcome

    thumb = found.rule_of_thumb
    return Outcome(
        status=found.status,
        bound_micro=found.bound_micro,
        gap_tolerance=task.gap,
        seconds=found.seconds,
        seed=task.seed,
        method=found.method,
        solver_version=optimizer.__version__,
        rule_of_thumb_micro=None if thumb is None else thumb.contribution_micro,
        phases=dict(found.phases),
    )


SOLVER = Solver("freighter", False, lambda: optimizer.__version__, _run)
