"""One piece of work in a process of its own, so that its memory is its own.

    python -m benchmarks.worker FOLDER

reads the task in the folder and leaves the outcome there.
"""

from __future__ import annotations

import dataclasses
import json
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cases import all_cases
from benchmarks.solvers import all_solvers
from benchmarks.task import (
    INSTANCE_FOLDER,
    MODEL_FILE,
    OUTCOME_FILE,
    TASK_FILE,
    TRACE_FILE,
    Ended,
    Prepared,
    Recorder,
    Stopwatch,
    Task,
)

if TYPE_CHECKING:
    from optimizer.domain.resolved import ResolvedInstance


def peak_memory_mb() -> float:
    """Most memory of this process, or of a program it ran, in MB (2^20 bytes)."""
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def prepare(task: Task) -> Prepared:
    """Make the instance's folder and, unless it is too large, the reference MILP as a file."""
    from optimizer import api
    from optimizer.model import model_size

    made = all_cases()[task.case].make(task.seed)
    folder = Path(task.folder) / INSTANCE_FOLDER
    if isinstance(made, Path):
        folder, made = made, api.read(made)
    else:
        api.write(made, folder)
    resolved = api.resolve(made)
    estimated = model_size(resolved).columns
    size = {
        "stations": len({s for o in resolved.operators for s in o.stations}),
        "tails": sum(pool.size for pool in resolved.pools),
        "consignments": len(resolved.consignments),
    }
    prepared = Prepared(made.name, str(folder), estimated, size)
    if task.model and estimated <= task.most_columns:
        return _with_model(prepared, resolved, Path(task.folder) / MODEL_FILE)
    return prepared


def _with_model(prepared: Prepared, resolved: ResolvedInstance, path: Path) -> Prepared:
    import pulp

    from optimizer.model import ReferenceModel

    watch = Stopwatch()
    with watch.phase("build"):
        problem = ReferenceModel(resolved).build().problem
    with watch.phase("export"):  # as a minimisation: MPS files say nothing about sense or constant
        problem.writeMPS(str(path), mpsSense=pulp.LpMinimize, rename=True)
    return dataclasses.replace(
        prepared,
        model_file=str(path),
        constant_usd=float(problem.objective.constant),
        size=prepared.size | {"columns": problem.numVariables(), "rows": problem.numConstraints()},
        phases=watch.seconds,
    )


def solve(task: Task) -> Ended:
    """Run a solver."""
    with (Path(task.folder) / TRACE_FILE).open("w") as stream:
        return all_solvers()[task.solver].run(task, Recorder(stream))


def main(folder: Path) -> None:
    """Do the task in a folder."""
    task = Task.read(folder / TASK_FILE)
    outcome = dataclasses.asdict(prepare(task) if task.kind == "prepare" else solve(task))
    outcome["memory_mb"] = round(peak_memory_mb(), 1)
    (folder / OUTCOME_FILE).write_text(json.dumps(outcome))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
