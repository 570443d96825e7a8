"""The application: its commands, and how it ends."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from optimizer import __version__
from optimizer.cli.audit_command import audit
from optimizer.cli.console import EXIT_INTERRUPTED
from optimizer.cli.explain_command import explain
from optimizer.cli.instance_commands import check, resolve
from optimizer.cli.make_commands import export, generate, new
from optimizer.cli.replan_command import replan
from optimizer.cli.show_command import show
from optimizer.cli.solve_command import solve
from optimizer.cli.stress_command import stress
from optimizer.cli.watch import leave
from optimizer.cli.whatif_commands import compare, whatif

app = typer.Typer(
    name="freighter",
    help="Assign air-cargo demand to freighter rotations, and prove how good the plan is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"freighter {__version__}\n")
        raise typer.Exit


@app.callback()
def freighter(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Assign air-cargo demand to freighter rotations, and prove how good the plan is."""


for _command in (
    solve,
    show,
    explain,
    whatif,
    compare,
    replan,
    stress,
    check,
    resolve,
    audit,
    new,
    generate,
    export,
):
    app.command()(_command)


def main() -> None:
    """Run the command line and end the process with a documented exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # terminals without UTF-8
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="freighter")
    except KeyboardInterrupt:
        leave(EXIT_INTERRUPTED)
    except SystemExit as end:
        if end.code == EXIT_INTERRUPTED:
            leave(EXIT_INTERRUPTED)
        raise
