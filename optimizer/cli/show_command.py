"""``freighter show``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.console import AsJson, command, print_json, say

if TYPE_CHECKING:
    import pandas as pd

FIRST_ROUTES = 25


@command
def show(
    solution: Annotated[
        Path,
        typer.Argument(metavar="SOLUTION", help="Folder that solve wrote.", show_default=False),
    ],
    flight: Annotated[
        str | None, typer.Option("--flight", help="One flight: legs, cargo, money.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every route, however many.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at a solution in the terminal: figures, routes with days and loads, one flight."""
    from optimizer.report import show as report
    from optimizer.report.stored import stored_figures

    if flight is not None:
        parts = report.flight(solution, flight)
        if as_json:
            print_json({name: _records(frame) for name, frame in parts.items()})
        else:
            say("\n\n".join(f"{name}\n{_text(frame)}" for name, frame in parts.items()))
        return
    figures, routes = stored_figures(solution), report.routes(solution)
    if as_json:
        print_json({"summary": figures, "routes": _records(routes)})
        return
    shown = routes if everything else routes.head(FIRST_ROUTES)
    lines = [(solution / "summary.txt").read_text(encoding="utf-8").rstrip(), "", _text(shown)]
    if len(shown) < len(routes):
        lines.append(f"and {len(routes) - len(shown)} more (--all); by map and hour: report.html")
    say("\n".join(lines))


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    whole = frame.astype(object).where(frame.notna(), None)
    return [
        {str(column): value for column, value in row.items()} for row in whole.to_dict("records")
    ]


def _text(frame: pd.DataFrame) -> str:
    whole = {column: "{:,.0f}".format for column in ("contribution_usd", "amount_usd", "load_kg")}
    return "none" if frame.empty else str(frame.to_string(index=False, formatters=whole))
