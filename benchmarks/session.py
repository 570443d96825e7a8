"""A session: every solver on every instance, one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import process
from benchmarks.cases import all_cases
from benchmarks.measure import Row, relative_gap, seconds_to, side_by_side
from benchmarks.solvers import all_solvers
from benchmarks.task import TRACE_FILE, Case, Ended, Point, Prepared, Solver, Task, read_trace

PATIENCE = 1.5
GRACE_S = 40.0
"""A process may take so many times the time limit, and the grace, before it is ended."""
PREPARE_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to run; see the command line."""

    cases: tuple[str, ...]
    solvers: tuple[str, ...]
    seeds: tuple[int, ...] = ()
    time_limit: float = 600.0
    gap: float = 1e-4
    threads: int = 1
    most_columns: int = 2_000_000

    def seeds_of(self, case: Case) -> tuple[int, ...]:
        """Seeds to run a case with: those asked for, as far as the case has them."""
        return tuple(s for s in self.seeds or case.seeds if case.any_seed or s in case.seeds)


def run_session(
    options: Options, tell: Callable[[str], None], done: Callable[[list[Row]], None]
) -> None:
    """Run everything.

    Args:
        tell: Told in a line what happens next.
        done: Given the rows of each instance as soon as they are complete.
    """
    if "freighter" in options.solvers:
        tell("warming up")
        _warm_up()
    for name in options.cases:
        case = all_cases()[name]
        for seed in options.seeds_of(case):
            with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
                rows = _instance(options, case, seed, Path(folder), tell)
                done(side_by_side(list(rows)))


def _warm_up() -> None:
    """Let the product compile its kernels, which happens once in the life of an installation."""
    once = Options(cases=("XS",), solvers=("freighter",), time_limit=5.0)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        list(_instance(once, all_cases()["XS"], 1, Path(folder), lambda _: None))


def _instance(
    options: Options, case: Case, seed: int, folder: Path, tell: Callable[[str], None]
) -> Iterator[Row]:
    """One row for each solver."""
    solvers: Sequence[Solver] = [all_solvers()[name] for name in options.solvers]
    tell(f"{case.name}, seed {seed}: instance and model")
    task = Task(
        kind="prepare",
        folder=str(folder),
        case=case.name,
        seed=seed,
        model=any(solver.needs_model for solver in solvers),
        most_columns=options.most_columns,
    )
    work = process.run(task, PREPARE_S)
    made = None if work.outcome is None else Prepared(**work.outcome)
    for solver in solvers:
        version = solver.version()
        row = Row(
            case=case.name,
            instance=case.name if made is None else made.instance,
            seed=seed,
            solver=solver.name,
            version=version or "",
            size={} if made is None else made.size,
            comparable=solver.comparable,
        )
        if made is None:
            yield replace(row, note=work.failure)
        elif version is None:
            yield replace(row, note="not installed")
        elif solver.needs_model and not made.model_file:
            yield replace(row, note=f"model too large: about {made.estimated_columns:,} columns")
        else:
            tell(f"{case.name}, seed {seed}: {solver.name}")
            yield _solve(options, solver, row, made, folder / solver.name)


def _solve(options: Options, solver: Solver, row: Row, made: Prepared, folder: Path) -> Row:
    folder.mkdir()
    task = Task(
        kind="solve",
        folder=str(folder),
        case=row.case,
        seed=row.seed,
        solver=solver.name,
        instance=made.folder,
        model_file=made.model_file,
        constant_usd=made.constant_usd,
        time_limit=options.time_limit,
        gap=options.gap,
        threads=options.threads,
    )
    work = process.run(task, PATIENCE * options.time_limit + GRACE_S)
    trace = read_trace(folder / TRACE_FILE)
    ended = _last_known(trace) if work.outcome is None else Ended(**work.outcome)
    phases = {**(made.phases if solver.needs_model else {}), **ended.phases}
    return replace(
        row,
        status=ended.status,
        value_usd=ended.value_usd,
        bound_usd=ended.bound_usd,
        gap=relative_gap(ended.value_usd, ended.bound_usd),
        seconds_to_10=seconds_to(0.10, trace),
        seconds_to_1=seconds_to(0.01, trace),
        seconds=None if work.failure else round(ended.seconds, 3),
        phases={name: round(seconds, 3) for name, seconds in phases.items()},
        memory_mb=work.memory_mb,
        rule_of_thumb_usd=ended.rule_of_thumb_usd,
        trace=trace,
        note=work.failure,
    )


def _last_known(trace: Sequence[Point]) -> Ended:
    """What a process had told when it ended without a word."""
    if not trace:
        return Ended("failed", None, None, 0.0)
    return Ended("failed", trace[-1].value_usd, trace[-1].bound_usd, trace[-1].seconds)
