"""``freighter solve``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from optimizer.cli.console import (
    EXIT_INTERRUPTED,
    EXIT_REJECTED,
    AsJson,
    InstancePath,
    command,
    note,
    note_warnings,
    print_json,
    say,
)
from optimizer.cli.earlier import earlier_in
from optimizer.cli.log_file import logging_to
from optimizer.cli.progress import Show, display
from optimizer.cli.watch import Watch, watching
from optimizer.control import check_options, log_event
from optimizer.defaults import DEFAULT_GAP
from optimizer.errors import FreighterError

if TYPE_CHECKING:
    from optimizer.api import Result
    from optimizer.domain.instance import Instance
    from optimizer.plan.certificate import Certificate
    from optimizer.plan.plan import Plan
    from optimizer.whatif.explain import Explanation

CONFLICT_S = 60.0
"""Longest time in which a solve that has proven that there is no plan asks why."""


class Method(StrEnum):
    """How to solve."""

    AUTO = "auto"
    REFERENCE = "reference"
    HEURISTIC = "heuristic"


Gap = Annotated[
    float, typer.Option(min=0, help="Stop when proven this close to the best plan possible.")
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        min=0.001,
        help="Be done after so many seconds, with the best plan so far; the heuristic after 60.",
    ),
]
WorkLimit = Annotated[
    float | None,
    typer.Option(help="Stop after so many units of work: the same plan on every machine."),
]
MemoryLimit = Annotated[
    float | None,
    typer.Option(metavar="GIB", help="Stop at so many GiB of memory; 80 % of all if not given."),
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same plan.")]
Threads = Annotated[int | None, typer.Option(min=1, help="Threads to use; all if not given.")]
Start = Annotated[Path | None, typer.Option(help="Solution folder or plan.json to start from.")]
StartSchedule = Annotated[
    Path | None, typer.Option(help="A timetable made elsewhere to start from, as CSV.")
]
Fresh = Annotated[
    bool,
    typer.Option("--fresh", help="Do not start from a plan that the folder holds; replace it."),
]
StartLoads = Annotated[Path | None, typer.Option(help="What it carries, as CSV.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Folder; solutions/NAME if not given.")
]
How = Annotated[
    Method, typer.Option(help="The compact MILP, the heuristic, or what fits the size.")
]
Shown = Annotated[
    Show, typer.Option("--progress", help="On standard error: live on a terminal, else lines.")
]
Log = Annotated[Path | None, typer.Option(help="Write a log to this file, as JSON lines.")]


@command
def solve(
    instance: InstancePath,
    gap: Gap = DEFAULT_GAP,
    time_limit: TimeLimit = None,
    work_limit: WorkLimit = None,
    memory_limit: MemoryLimit = None,
    seed: Seed = 0,
    threads: Threads = None,
    start: Start = None,
    start_schedule: StartSchedule = None,
    start_loads: StartLoads = None,
    fresh: Fresh = False,
    output: Output = None,
    method: How = Method.AUTO,
    progress: Shown = Show.AUTO,
    log: Log = None,
    as_json: AsJson = False,
) -> None:
    """Plan an instance, audit the plan, and write the solution folder.

    A start is a solution (--start), or a timetable of your own (--start-schedule, --start-loads),
    else the plan of this very instance that the folder holds already.
    Ctrl-C stops with the best plan so far; a second one at once.
    """
    try:
        check_options(
            gap, time_limit, threads, work_limit=work_limit, memory_limit=memory_limit, seed=seed
        )
    except ValueError as error:  # not a number passes every comparison of typer
        raise typer.BadParameter(str(error)) from error
    options = _Options(gap, time_limit, work_limit, memory_limit, seed, threads, method.value)
    first = _Start(start, start_schedule, start_loads, fresh)
    if (start_schedule is None) != (start_loads is None) or None not in (start, start_schedule):
        raise typer.BadParameter("give --start, or both --start-schedule and --start-loads")
    with watching() as watch, logging_to(log):
        result, folder = _solved(watch, instance, options, first, output, progress)
        if result.found is None:
            _end_without_plan(watch, result, threads, as_json=as_json)
        written = _write(result, folder)
        log_event("written", folder=str(written))
    if as_json:
        print_json(result.summary())
    else:
        say(result.text())
    note(f"written to {written}")
    if not result.accepted:
        _reject(result, written)


class _Options(NamedTuple):
    """What `api.solve` is given as it is."""

    gap: float
    time_limit: float | None
    work_limit: float | None
    memory_limit: float | None
    seed: int
    threads: int | None
    method: str


class _Start(NamedTuple):
    """Where a plan to start from is: a solution, or a timetable and its loads."""

    solution: Path | None
    schedule: Path | None
    loads: Path | None
    fresh: bool

    def plan(self, wanted: Instance) -> Plan | None:
        """The plan; what is wrong with a timetable is told.

        Raises:
            SolutionError: Something in it cannot be understood.
        """
        from optimizer.files import read_plan

        if self.schedule is not None and self.loads is not None:
            return _timetable(wanted, self.schedule, self.loads)
        if self.solution is None:
            return None
        plan = read_plan(self.solution)
        if plan.instance != wanted.name:
            note(f"the start is a plan of {plan.instance}: only flights that exist here are used")
        return plan

    def certificate(self) -> Certificate | None:
        """The certificate beside the solution, if there is one.

        Raises:
            SolutionError: It cannot be understood.
        """
        from optimizer.files import certificate_beside

        return None if self.solution is None else certificate_beside(self.solution)


def _timetable(wanted: Instance, schedule: Path, loads: Path) -> Plan:
    from optimizer import api
    from optimizer.cli.audit_command import audit_text
    from optimizer.files import read_timetable
    from optimizer.report.text import usd_text

    resolved = api.resolve(wanted)
    plan = read_timetable(wanted, resolved, schedule, loads)
    report = api.audit_resolved(resolved, plan, wanted)
    earned = usd_text(report.contribution_micro / 1_000_000)
    if report.feasible:
        note(f"the start keeps every limit and earns {earned}")
    else:
        note("the start breaks limits: of its flights and loads those are used that fit")
    for line in audit_text(report).splitlines():
        note(line)
    return plan


def _solved(
    watch: Watch,
    instance: Path,
    options: _Options,
    start: _Start,
    output: Path | None,
    show: Show,
) -> tuple[Result, Path]:
    """Read and solve; the result, and the folder for it."""
    from optimizer import api
    from optimizer.report.folder import check_target

    wanted = api.read(instance)
    note_warnings(wanted)
    first, proof = start.plan(wanted), start.certificate()
    folder = output or default_folder(wanted.name)
    check_target(folder)  # before the work, not after it
    earlier = None if start.fresh else earlier_in(folder, wanted)
    if first is None and earlier is not None:
        earlier.tell_start()
        first, proof = earlier.plan, earlier.certificate
    with display(show, watch.stopping) as shown:
        result = watch.run(
            lambda should_stop: api.solve(
                wanted,
                **options._asdict(),
                start=first,
                start_certificate=proof,
                on_progress=shown,
                should_stop=should_stop,
                time_to_write=True,
            )
        )
    return result, folder if earlier is None else earlier.target(result)


def default_folder(name: str) -> Path:
    """Where the solution of an instance goes, whatever its name holds."""
    plain = name.replace("/", "-").replace("\\", "-").lstrip(".")
    return Path("solutions") / (plain or "unnamed")


def _end_without_plan(watch: Watch, result: Result, threads: int | None, *, as_json: bool) -> None:
    """Exit codes 4, 7 and 130; as JSON the figures say why."""
    if result.status == "interrupted":
        if as_json:
            print_json(result.summary())
        else:
            note("freighter: interrupted before a plan was found")
        raise typer.Exit(EXIT_INTERRUPTED)
    try:
        _ = result.plan
    except FreighterError as error:
        answer = _conflict(watch, result, threads) if result.status == "infeasible" else None
        if as_json:
            conflict = {} if answer is None else {"conflict": answer.document}
            print_json(result.summary() | conflict)
            raise typer.Exit(error.exit_code) from error
        if answer is not None:
            note(answer.text())
        raise


def _conflict(watch: Watch, result: Result, threads: int | None) -> Explanation:
    """Which requirements cannot be kept together."""
    from optimizer.whatif.explain import explain_no_plan

    return watch.run(
        lambda should_stop: explain_no_plan(
            result.instance, time_limit=CONFLICT_S, threads=threads, should_stop=should_stop
        )[0]
    )


def _write(result: Result, folder: Path) -> Path:
    """Write the solution; a plan that fails its audit never replaces a good one."""
    if not result.accepted:
        folder = folder.with_name(f"{folder.name}-rejected")
    written = result.write(folder)
    here = Path.cwd()
    return written.relative_to(here) if written.is_relative_to(here) else written


def _reject(result: Result, written: Path) -> None:
    from optimizer.cli.audit_command import audit_text

    note(f"freighter: the audit rejects the plan in {written}; please report this")
    if result.audit is not None:
        note(audit_text(result.audit))
    raise typer.Exit(EXIT_REJECTED)
