"""HiGHS on the reference MILP, with its own defaults."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.installed import version_of
from benchmarks.task import Ended, Recorder, Solver, Stopwatch, Task


def _run(task: Task, recorder: Recorder) -> Ended:
    import highspy

    highs = highspy.Highs()
    settings: tuple[tuple[str, float], ...] = (
        ("output_flag", False),
        ("threads", task.threads),
        ("random_seed", task.seed),
        ("mip_rel_gap", task.gap),
        ("time_limit", task.time_limit),
    )
    for option, setting in settings:
        highs.setOptionValue(option, setting)
    watch = Stopwatch()
    with watch.phase("read"):
        if highs.readModel(task.model_file) == highspy.HighsStatus.kError:
            raise RuntimeError("HiGHS cannot read the model")

    def told(kind: Any, message: str, out: Any, into: Any, data: Any) -> None:
        value, bound = -out.mip_primal_bound, -out.mip_dual_bound
        recorder.tell(_usd(task, value), _usd(task, bound))

    highs.setCallback(told, None)
    highs.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    recorder.start()
    highs.run()
    seconds = recorder.seconds
    info = highs.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value = _usd(task, -highs.getObjectiveValue()) if found else None
    bound = _usd(task, -info.mip_dual_bound)
    recorder.tell(value, bound)
    words = {
        highspy.HighsModelStatus.kOptimal: "optimal",
        highspy.HighsModelStatus.kInfeasible: "infeasible",
        highspy.HighsModelStatus.kTimeLimit: "time_limit",
    }
    return Ended(words.get(highs.getModelStatus(), "unknown"), value, bound, seconds, watch.seconds)


def _usd(task: Task, amount: float) -> float | None:
    """Contribution for what the model file maximises; None for infinity."""
    return task.constant_usd + amount if math.isfinite(amount) and abs(amount) < 1e30 else None


SOLVER = Solver("highs", True, lambda: version_of("highspy"), _run)
