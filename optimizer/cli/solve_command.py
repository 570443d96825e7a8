"""``freighter solve``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.console import (
    EXIT_REJECTED,
    AsJson,
    InstancePath,
    command,
    note,
    note_warnings,
    print_json,
    say,
)
from optimizer.errors import FreighterError

if TYPE_CHECKING:
    from optimizer.api import Result


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
        help="Stop after so many seconds with the best plan so far; the heuristic after 60.",
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same plan.")]
Threads = Annotated[int | None, typer.Option(min=1, help="Threads to use; all if not given.")]
Start = Annotated[Path | None, typer.Option(help="Solution folder or plan.json to start from.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Folder; solutions/NAME if not given.")
]
How = Annotated[
    Method, typer.Option(help="The compact MILP, the heuristic, or what fits the size.")
]


@command
def solve(
    instance: InstancePath,
    gap: Gap = 0.0001,
    time_limit: TimeLimit = None,
    seed: Seed = 0,
    threads: Threads = None,
    start: Start = None,
    output: Output = None,
    method: How = Method.AUTO,
    as_json: AsJson = False,
) -> None:
    """Plan an instance, audit the plan, and write the solution folder.

    Ctrl-C stops with the best plan so far; a second one at once.
    """
    from optimizer import api
    from optimizer.cli.progress import run_watched
    from optimizer.files import read_plan
    from optimizer.report.folder import check_target

    try:
        api.check_options(gap, time_limit, threads)
    except ValueError as error:  # not a number passes every comparison above
        raise typer.BadParameter(str(error)) from error
    wanted = api.read(instance)
    note_warnings(wanted)
    first = None if start is None else read_plan(start)
    if first is not None and first.instance != wanted.name:
        note(f"the start is a plan of {first.instance}: only flights that exist here are used")
    folder = output or default_folder(wanted.name)
    check_target(folder)  # before the work, not after it
    result = run_watched(
        lambda on_progress, should_stop: api.solve(
            wanted,
            gap=gap,
            time_limit=time_limit,
            seed=seed,
            threads=threads,
            start=first,
            on_progress=on_progress,
            should_stop=should_stop,
            method=method.value,
        )
    )
    if result.found is None:
        _end_without_plan(result, as_json=as_json)
    written = _write(result, folder)
    if as_json:
        print_json(result.summary())
    else:
        say(result.text())
    note(f"written to {written}")
    if not result.accepted:
        _reject(result, written)


def default_folder(name: str) -> Path:
    """Where the solution of an instance goes, whatever its name holds."""
    plain = name.replace("/", "-").replace("\\", "-").lstrip(".")
    return Path("solutions") / (plain or "unnamed")


def _end_without_plan(result: Result, *, as_json: bool) -> None:
    """Exit codes 4 and 7; as JSON the figures say why."""
    try:
        _ = result.plan
    except FreighterError as error:
        if as_json:
            print_json(result.summary())
            raise typer.Exit(error.exit_code) from error
        raise


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
