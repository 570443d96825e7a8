"""``freighter new``, ``freighter generate`` and ``freighter export``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.console import AsJson, command, print_json, say

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance
    from optimizer.generate import GeneratorOptions


class PeriodKind(StrEnum):
    """Kind of period."""

    CYCLIC = "cyclic"
    DATED = "dated"


class ModelFormat(StrEnum):
    """What an instance can be exported to."""

    MPS = "mps"
    LP = "lp"
    JSON = "json"
    XLSX = "xlsx"


Output = Annotated[
    Path, typer.Option("--output", "-o", help="Folder, .xlsx, .json or .zip.", show_default=False)
]
Destinations = Annotated[int | None, typer.Option(help="Airports served.")]
Tails = Annotated[int | None, typer.Option(help="Aircraft.")]
Consignments = Annotated[int | None, typer.Option(help="Consignments.")]
Period = Annotated[PeriodKind | None, typer.Option(help="Standard week or dated horizon.")]
Days = Annotated[int | None, typer.Option(help="Length of a dated horizon.")]
Month = Annotated[int | None, typer.Option(help="Month, 1 to 12: tonnes and freights.")]
Grid = Annotated[int | None, typer.Option(help="Grid of first departures, minutes.")]
Tension = Annotated[
    float | None, typer.Option(help="Tonnes offered over tonnes that can be lifted.")
]
ImportsShare = Annotated[float | None, typer.Option(help="Share of imports in the tonnes offered.")]
TechnicalStops = Annotated[int | None, typer.Option(help="Most technical stops in a rotation.")]
Switches = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="LIMIT",
        help="Switch on a rarer limit: slots, curfews, stands, acmi, markets, … "
        "(docs/commands.md lists them); repeat it for more.",
    ),
]
Seed = Annotated[int | None, typer.Option(help="The same seed gives the same one.")]


@command
def new(
    folder: Annotated[Path, typer.Argument(help="A new folder.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Write a first instance of a few lines, with comments."""
    from optimizer.files.atomic import new_folder
    from optimizer.generate import first_instance_files

    _must_be_new(folder)
    files = first_instance_files()
    with new_folder(folder) as fresh:
        for name, text in files.items():
            (fresh / name).write_text(text, encoding="utf-8", newline="\n")
    if as_json:
        print_json({"folder": str(folder), "files": sorted(files)})
    else:
        say(f"{folder}: {', '.join(sorted(files))}\nnext: freighter solve {folder}")


@command
def generate(
    output: Output,
    destinations: Destinations = None,
    tails: Tails = None,
    consignments: Consignments = None,
    period: Period = None,
    days: Days = None,
    month: Month = None,
    grid: Grid = None,
    tension: Tension = None,
    imports_share: ImportsShare = None,
    technical_stops: TechnicalStops = None,
    with_: Switches = None,
    seed: Seed = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a synthetic instance of any size from the sourced distributions."""
    from optimizer.domain.digest import instance_digest
    from optimizer.files import write_instance
    from optimizer.generate import generate as make

    if not force:
        _must_be_new(output)
    stated = {
        "destinations": destinations,
        "tails": tails,
        "consignments": consignments,
        "period": None if period is None else period.value,
        "days": days,
        "month": month,
        "departure_grid_min": grid,
        "tension": tension,
        "imports_share": imports_share,
        "technical_stops": technical_stops,
        "seed": seed,
    }
    instance = make(_options(stated, with_ or []))
    write_instance(instance, output)
    document = {
        "path": str(output),
        "name": instance.name,
        "instance_digest": instance_digest(instance),
        "consignments": len(instance.demand),
        "tails": sum(row.count for row in instance.fleet),
    }
    if as_json:
        print_json(document)
    else:
        say(
            f"{output}: {instance.name}, {document['consignments']:,} consignments, "
            f"{document['tails']:,} tails"
        )


def _must_be_new(path: Path) -> None:
    """Nothing a planner has written is replaced unasked."""
    from optimizer.report.folder import TargetError

    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise TargetError(f"{path} is there already; name a new one")


def _options(stated: dict[str, Any], switches: list[str]) -> GeneratorOptions:
    """Options as asked; a wrong one is an error of usage."""
    from pydantic import ValidationError

    from optimizer.generate import SWITCHES, GeneratorOptions

    named = [name.strip().replace("-", "_") for text in switches for name in text.split(",")]
    for name in named:
        if name not in SWITCHES:
            raise typer.BadParameter(f"no limit called {name!r}; choose from {', '.join(SWITCHES)}")
    fields = {key: value for key, value in stated.items() if value is not None}
    try:
        return GeneratorOptions.model_validate(fields | dict.fromkeys(named, True))
    except ValidationError as error:
        problems = [
            ": ".join((*map(str, e["loc"]), str(e["msg"]).removeprefix("Value error, ")))
            for e in error.errors()
        ]
        raise typer.BadParameter("; ".join(problems)) from error


@command
def export(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="INSTANCE|SOLUTION",
            help="Instance (folder, .xlsx, .json or .zip), or folder that solve wrote.",
            show_default=False,
        ),
    ],
    to: Annotated[
        ModelFormat,
        typer.Option(
            help="The reference MILP as mps or lp; an instance as json or xlsx; a solution as xlsx."
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="File.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Write the reference MILP for anybody's solver, or an instance or a solution as one file."""
    from optimizer.files import read_instance
    from optimizer.report.folder import SUMMARY_FILE

    if output.suffix.lower() != f".{to.value}":
        raise typer.BadParameter(f"--to {to.value} writes a file that ends in .{to.value}")
    if (path / SUMMARY_FILE).exists():
        _export_solution(path, to, output, as_json=as_json)
        return
    read = read_instance(path)
    _export(read, to, output)
    if as_json:
        print_json({"instance": read.name, "to": to.value, "path": str(output)})
    else:
        say(f"{output}: {read.name} as {to.value}")


def _export_solution(folder: Path, to: ModelFormat, output: Path, *, as_json: bool) -> None:
    from optimizer.report.workbook import write_solution_workbook

    if to is not ModelFormat.XLSX:
        raise typer.BadParameter(
            f"{folder} is a solution, which is written as xlsx, not {to.value}"
        )
    write_solution_workbook(folder, output)
    if as_json:
        print_json({"solution": str(folder), "to": to.value, "path": str(output)})
    else:
        say(f"{output}: the tables of {folder} as {to.value}")


def _export(instance: Instance, to: ModelFormat, output: Path) -> None:
    if to in (ModelFormat.JSON, ModelFormat.XLSX):
        from optimizer.files import write_instance

        write_instance(instance, output)
        return
    from optimizer.model import write_model
    from optimizer.resolve import resolve

    output.parent.mkdir(parents=True, exist_ok=True)
    write_model(resolve(instance), output)
