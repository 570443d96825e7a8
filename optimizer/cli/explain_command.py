"""``freighter explain``."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.console import AsJson, InstancePath, command, note, print_json, say
from optimizer.cli.watch import Watch, watching

if TYPE_CHECKING:
    from optimizer.whatif.explain import Explanation
    from optimizer.whatif.explain_replan import Tell

EXIT_INFEASIBLE, EXIT_INTERRUPTED = 4, 130

Solution = Annotated[
    Path | None,
    typer.Argument(metavar="[SOLUTION", help="Solution folder or plan.json.", show_default=False),
]
Subject = Annotated[
    str | None,
    typer.Argument(
        metavar="SUBJECT]",
        help="Identifier of a consignment, flight, tail, window or other limit.",
        show_default=False,
    ),
]


@command
def explain(
    instance: InstancePath,
    solution: Solution = None,
    subject: Subject = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            help="Seconds in all; without it small instances are solved exactly, larger ones "
            "take about 60.",
        ),
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads to use.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of random choices.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Why cargo stays behind and what would carry it; what a flight, limit or tail is worth.

    With an instance alone: why it has no plan.
    """
    began_s = time.monotonic()
    from optimizer import api
    from optimizer.files import certificate_beside, read_plan
    from optimizer.whatif.explain import explain as explained

    tell = Trying(began_s)
    with watching() as watch:
        if solution is None:
            _no_plan(watch, instance, time_limit, threads, tell, as_json=as_json)
            return
        if subject is None:
            raise typer.BadParameter("name a consignment, flight, tail or limit of the solution")
        wanted = api.read(instance)
        plan = read_plan(solution)
        certificate = certificate_beside(solution)
        answer = watch.run(
            lambda should_stop: explained(
                wanted,
                plan,
                subject,
                certificate=certificate,
                time_limit=time_limit,
                threads=threads,
                seed=seed,
                should_stop=should_stop,
                tell=tell,
                began_s=began_s,
            )
        )
        _tell(answer, as_json=as_json)
        _end(watch)


def _no_plan(
    watch: Watch,
    path: Path,
    time_limit: float | None,
    threads: int | None,
    tell: Tell,
    *,
    as_json: bool,
) -> None:
    """Why there is no plan; exit code 4 if there is none."""
    from optimizer import api
    from optimizer.whatif.explain import explain_no_plan

    instance = api.read(path)
    answer, found = watch.run(
        lambda should_stop: explain_no_plan(
            instance,
            time_limit=time_limit,
            threads=threads,
            should_stop=should_stop,
            tell=tell,
        )
    )
    _tell(answer, as_json=as_json)
    _end(watch)
    if found.possible is False:
        raise typer.Exit(EXIT_INFEASIBLE)


class Trying:
    """Says on standard error what is being tried, and since when.

    Args:
        began_s: When the command began, on the monotonic clock.
    """

    def __init__(self, began_s: float) -> None:
        self._began_s = began_s

    def __call__(self, words: str) -> None:
        """Say it; nobody listening is no reason to end."""
        with contextlib.suppress(OSError, ValueError):
            note(f"{time.monotonic() - self._began_s:8.1f} s  {words}")


def _end(watch: Watch) -> None:
    """Exit code 130 if it was interrupted; the answer is what was found so far."""
    if watch.stopping.is_set():
        note("freighter: interrupted; this is what was found so far")
        raise typer.Exit(EXIT_INTERRUPTED)


def _tell(answer: Explanation, *, as_json: bool) -> None:
    if as_json:
        print_json(answer.document)
    else:
        say(answer.text())
