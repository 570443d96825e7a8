"""``freighter replan``."""

from __future__ import annotations

import time
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
from optimizer.cli.solve_command import Gap, Seed, Threads, default_folder
from optimizer.cli.watch import watching
from optimizer.defaults import CHANGE_USD, DEFAULT_GAP, REPLAN_S

if TYPE_CHECKING:
    from optimizer.whatif.replan import Replanned

MOST_TOLD = 12


@command
def replan(
    instance: InstancePath,
    solution: Annotated[
        Path,
        typer.Argument(metavar="SOLUTION", help="What is published.", show_default=False),
    ],
    disruption: Annotated[
        Path,
        typer.Argument(metavar="DISRUPTION", help="TOML file: what happened.", show_default=False),
    ],
    most_changes: Annotated[
        int | None,
        typer.Option(min=0, help="At most so many rotations are moved, dropped or added."),
    ] = None,
    change_usd: Annotated[
        float, typer.Option(min=0, help="Cost of a published flight not flown as published.")
    ] = CHANGE_USD,
    time_limit: Annotated[
        float, typer.Option(min=0.001, help="Seconds for all of it, writing included.")
    ] = REPLAN_S,
    gap: Gap = DEFAULT_GAP,
    seed: Seed = 0,
    threads: Threads = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder; solutions/NAME-replanned if not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Plan again after a disruption: what can stay stays, changes cost, and are counted."""
    began_s = time.monotonic()
    from optimizer import api
    from optimizer.files import certificate_beside, read_plan
    from optimizer.report.folder import check_target
    from optimizer.whatif.replan import read_disruption, told
    from optimizer.whatif.replan import replan as planned_again

    wanted = api.read(instance)
    note_warnings(wanted)
    plan, what = read_plan(solution), read_disruption(disruption)
    options = {
        "gap": gap, "seed": seed, "threads": threads,
        "start_certificate": certificate_beside(solution),
    }  # fmt: skip
    folder = output or default_folder(f"{wanted.name}-replanned")
    check_target(folder)  # before the work, not after it
    try:
        with watching() as watch:
            found = watch.run(
                lambda should_stop: planned_again(
                    wanted,
                    plan,
                    what,
                    most_changes=most_changes,
                    change_usd=change_usd,
                    time_limit=time_limit,
                    began_s=began_s,
                    options=options,
                    should_stop=should_stop,
                )
            )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if not found.result.accepted:
        folder = folder.with_name(f"{folder.name}-rejected")
    written = found.result.write(folder)
    if as_json:
        print_json(found.result.summary() | {"replan": told(found)})
    else:
        before = plan.contribution_micro / 1e6
        say(_text(found, before))
    note(f"written to {written}")
    if not found.result.accepted:
        note("freighter: the audit rejects the plan; please report this")
        raise typer.Exit(EXIT_REJECTED)


def _text(found: Replanned, before_usd: float) -> str:
    kinds = ("dropped", "moved", "added")
    groups = {kind: [c.text() for c in found.changes if c.kind == kind] for kind in kinds}
    now_usd = found.result.plan.contribution_usd + found.fined_usd
    lines = [
        found.result.text().rstrip(),
        f"published        {before_usd:,.0f} USD before, {now_usd - before_usd:+,.0f} now, without "
        f"the {found.fined_usd:,.0f} USD that changes are weighed with",
        f"changes          {len(found.changes)}"
        + ("" if found.allowed is None else f" of at most {found.allowed}")
        + "".join(f", {len(texts)} {kind}" for kind, texts in groups.items()),
    ]
    for kind, texts in groups.items():
        if texts:
            more = f" and {len(texts) - MOST_TOLD} more" if len(texts) > MOST_TOLD else ""
            lines.append(f"  {kind:<14} {', '.join(texts[:MOST_TOLD])}{more}")
    if found.firm:
        lines.append(f"firm             {len(found.firm)} flights leave too soon to be changed")
    return "\n".join(lines)
