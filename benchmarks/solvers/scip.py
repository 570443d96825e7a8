"""SCIP on the reference MILP, with its own defaults; it solves in one thread."""

from __future__ import annotations

from typing import Any

from benchmarks.installed import version_of
from benchmarks.task import Ended, Recorder, Solver, Stopwatch, Task


def _run(task: Task, recorder: Recorder) -> Ended:
    import pyscipopt

    model = pyscipopt.Model()
    model.hideOutput()
    watch = Stopwatch()
    with watch.phase("read"):
        model.readProblem(task.model_file)
    model.setParam("limits/time", task.time_limit)
    model.setParam("limits/gap", task.gap)
    model.setParam("randomization/randomseedshift", task.seed)
    model.setParam("timing/clocktype", 2)  # wall clock

    kinds: Any = vars(pyscipopt)["SCIP_EVENTTYPE"]  # its stubs leave the name out

    class Told(pyscipopt.Eventhdlr):
        """Notes better solutions and bounds."""

        events = (kinds.BESTSOLFOUND, kinds.DUALBOUNDIMPROVED, kinds.NODESOLVED)

        def eventinit(self) -> None:
            for event in self.events:
                self.model.catchEvent(event, self)

        def eventexit(self) -> None:
            for event in self.events:
                self.model.dropEvent(event, self)

        def eventexec(self, event: Any) -> None:
            recorder.tell(*_amounts(task, self.model))

    model.includeEventhdlr(Told(), "told", "notes better solutions and bounds")
    recorder.start()
    model.optimize()
    seconds = recorder.seconds
    value, bound = _amounts(task, model)
    recorder.tell(value, bound)
    words = {
        "optimal": "optimal",
        "gaplimit": "optimal",
        "infeasible": "infeasible",
        "timelimit": "time_limit",
    }
    return Ended(words.get(model.getStatus(), "unknown"), value, bound, seconds, watch.seconds)


def _amounts(task: Task, model: Any) -> tuple[float | None, float | None]:
    """Value and bound in USD; the model file is a minimisation."""
    amounts = (model.getPrimalbound(), model.getDualbound())
    value, bound = (None if model.isInfinity(abs(a)) else task.constant_usd - a for a in amounts)
    return value, bound


def _version() -> str | None:
    own = version_of("pyscipopt")
    return None if own is None else f"of PySCIPOpt {own}"


SOLVER = Solver("scip", True, _version, _run)
