"""CP-SAT on the reference MILP in whole kilograms, with its own defaults."""

from __future__ import annotations

from typing import Any

from benchmarks.installed import version_of
from benchmarks.task import Ended, Recorder, Solver, Stopwatch, Task
from benchmarks.whole_kilograms import SCALE, WholeModel, whole_model


def _run(task: Task, recorder: Recorder) -> Ended:
    from ortools.sat.python import cp_model

    watch = Stopwatch()
    with watch.phase("read"):
        model = _cp_model(whole_model(_linear_programme(task.model_file)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = task.time_limit
    solver.parameters.relative_gap_limit = task.gap
    solver.parameters.num_workers = task.threads
    solver.parameters.random_seed = task.seed

    def usd(objective_micro: float) -> float:
        return task.constant_usd - objective_micro / SCALE

    class Told(cp_model.CpSolverSolutionCallback):
        """Notes better solutions."""

        known_usd: float | None = None

        def on_solution_callback(self) -> None:
            self.known_usd = usd(self.objective_value)
            recorder.tell(self.known_usd, usd(self.best_objective_bound))

        def on_bound(self, bound: float) -> None:
            recorder.tell(self.known_usd, usd(bound))

    told = Told()
    solver.best_bound_callback = told.on_bound
    recorder.start()
    status = solver.solve(model, told)
    seconds = recorder.seconds
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    value = usd(solver.objective_value) if found else None
    bound = None if status == cp_model.INFEASIBLE else usd(solver.best_objective_bound)
    recorder.tell(value, bound)
    words = {
        cp_model.OPTIMAL: "optimal",
        cp_model.INFEASIBLE: "infeasible",
        cp_model.FEASIBLE: "time_limit",
        cp_model.UNKNOWN: "time_limit",
    }
    return Ended(words.get(status, "unknown"), value, bound, seconds, watch.seconds)


def _linear_programme(model_file: str) -> Any:
    """The model file as a `highspy.HighsLp`; HiGHS reads it, and does nothing else."""
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    if highs.readModel(model_file) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS cannot read the model")
    return highs.getLp()


def _cp_model(whole: WholeModel) -> Any:
    """The model of CP-SAT."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    variables = [model.new_int_var(0, upper, "") for upper in whole.upper]
    for row in whole.rows:
        total = cp_model.LinearExpr.weighted_sum([variables[j] for j in row.columns], row.factors)
        model.add(total == row.most if row.equal else total <= row.most)
    model.minimize(cp_model.LinearExpr.weighted_sum(variables, whole.objective_micro))
    return model


SOLVER = Solver("cp-sat", True, lambda: version_of("ortools"), _run, comparable=False)
