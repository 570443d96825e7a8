"""``freighter stress``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.console import AsJson, InstancePath, command, print_json, say
from optimizer.cli.solve_command import Seed

if TYPE_CHECKING:
    from optimizer.whatif.stress import Stress
    from optimizer.whatif.stress_days import Delays

WEAKEST = 10


@command
def stress(
    instance: InstancePath,
    solution: Annotated[
        Path, typer.Argument(metavar="SOLUTION", help="Folder or plan.json.", show_default=False)
    ],
    runs: Annotated[int, typer.Option(min=1, max=100_000, help="How many weeks to draw.")] = 1000,
    seed: Seed = 0,
    delays: Annotated[
        Path | None, typer.Option(help="TOML file of what may go wrong; docs/stress.md.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Follow a plan through delays and no-shows, many times: what is left of time and money."""
    from optimizer import api
    from optimizer.files import read_plan
    from optimizer.whatif.stress import read_delays, stress_plan

    wanted = api.read(instance)
    resolved = api.resolve(wanted)
    chances = read_delays(delays)
    found = stress_plan(resolved, read_plan(solution), runs=runs, seed=seed, delays=chances)
    if as_json:
        print_json(found.document() | {"seed": seed, "delays": chances.model_dump()})
    else:
        say(_text(wanted.name, found, chances))


def _text(name: str, found: Stress, delays: Delays) -> str:
    told = found.document()
    usd = told["contribution_usd"]
    weak = found.rotations.head(WEAKEST)
    return "\n".join(
        (
            f"{name}: {found.runs:,} runs",
            f"contribution     planned {found.planned_usd:,.0f} USD; on average "
            f"{told['mean_usd']:,.0f}; one week in twenty is below {usd['p5']:,.0f} USD",
            f"                 quartiles {usd['p25']:,.0f}, {usd['p50']:,.0f}, {usd['p75']:,.0f}",
            f"on time          {100 * told['on_time_share']:.1f} % of arrivals, to 15 minutes",
            f"delivered        {100 * told['delivered_share']:.1f} % of planned kg; "
            f"one week in twenty below {100 * told['delivered_share_p5']:.1f} %",
            "weakest rotations, by revenue lost on average",
            str(weak.to_string(index=False)) if len(weak) else "none",
            "chances          "
            + ", ".join(f"{key} {value:g}" for key, value in delays.model_dump().items()),
        )
    )
