"""``freighter whatif`` and ``freighter compare``."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.cli.console import (
    EXIT_INTERRUPTED,
    AsJson,
    InstancePath,
    command,
    note,
    print_json,
    say,
)
from optimizer.cli.solve_command import Gap, How, Method, Seed, WorkLimit, default_folder
from optimizer.cli.watch import Watch, watching
from optimizer.defaults import DEFAULT_GAP

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance
    from optimizer.whatif import Scenario
    from optimizer.whatif.outcome import Outcome
    from optimizer.whatif.sweep import Event, Pool
    from optimizer.whatif.variants import SolveOptions, Variant

Scenarios = Annotated[
    list[Path], typer.Argument(metavar="SCENARIO…", help="TOML files of edits.", show_default=False)
]
Base = Annotated[
    Path | None, typer.Option(help="Solution to compare with and start from; solved if not given.")
]
Together = Annotated[
    bool, typer.Option("--together", help="All scenarios at once, one after the other's edits.")
]


@command
def whatif(
    instance: InstancePath,
    scenarios: Scenarios,
    base: Base = None,
    together: Together = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder; solutions/NAME-whatif if not given."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes on this machine.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask cluster instead: tcp://HOST:PORT.")
    ] = None,
    gap: Gap = DEFAULT_GAP,
    time_limit: Annotated[float, typer.Option(min=0.001, help="Seconds for each variant.")] = 60.0,
    work_limit: WorkLimit = None,
    seed: Seed = 0,
    threads: Annotated[int, typer.Option(min=1, help="Threads of each process.")] = 1,
    method: How = Method.AUTO,
    as_json: AsJson = False,
) -> None:
    """Plan variants of an instance, each from the base's plan, and tell what is different.

    Each variant is saved as it is planned; the same command again plans only what is missing.
    """
    from optimizer import api
    from optimizer.files import certificate_beside
    from optimizer.report.folder import check_target
    from optimizer.report.page.stored import stored_document
    from optimizer.whatif import read_scenario
    from optimizer.whatif.variants import SolveOptions, from_base

    wanted = api.read(instance)
    read = [read_scenario(path) for path in scenarios]
    folder = output or default_folder(f"{wanted.name}-whatif")
    options = SolveOptions(
        gap=gap, time_limit=time_limit, work_limit=work_limit, seed=seed, threads=threads,
        method=method.value,
    )  # fmt: skip
    variants = _variants(wanted, read, options, together=together)  # every error before any work
    if base is not None:
        check_target(base)
        stored_document(base)
        certificate_beside(base)
    with watching() as watch, _pool(workers, scheduler) as pool:
        base_folder = _base(watch, wanted, options, base, folder, pool)
        _sweep(watch, [from_base(variant, base_folder) for variant in variants], folder, pool)
    _tell(folder, base_folder, variants, as_json=as_json)


def _variants(
    instance: Instance, scenarios: list[Scenario], options: SolveOptions, *, together: bool
) -> list[Variant]:
    from optimizer.whatif import apply
    from optimizer.whatif.variants import Variant

    if together:
        name = "+".join(scenario.name for scenario in scenarios)
        return [Variant(name, apply(instance, *scenarios), options)]
    each = [variant for scenario in scenarios for variant in scenario.variants()]
    names = [variant.name for variant in each]
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        raise typer.BadParameter(f"two scenarios are called {', '.join(double)}")
    return [Variant(variant.name, apply(instance, variant), options) for variant in each]


def _pool(workers: int, scheduler: str | None) -> AbstractContextManager[Pool]:
    from optimizer.whatif.sweep import cluster_pool, local_pool

    return local_pool(workers) if scheduler is None else cluster_pool(scheduler)


def _base(
    watch: Watch,
    instance: Instance,
    options: SolveOptions,
    base: Path | None,
    folder: Path,
    pool: Pool,
) -> Path:
    """The folder of the base's solution."""
    from optimizer.errors import NoPlanError
    from optimizer.whatif.variants import BASE, Variant, error_of

    if base is not None:
        return base
    _sweep(watch, [Variant(BASE, instance, options)], folder, pool)
    error = error_of(folder, BASE)
    if error:
        raise NoPlanError(f"the base has no plan: {error}")
    return folder / BASE


def _sweep(watch: Watch, variants: list[Variant], folder: Path, pool: Pool) -> None:
    from optimizer.whatif.sweep import sweep

    def shown(event: Event) -> None:
        reason = f": {event.error.splitlines()[0]}" if event.error else ""
        note(f"{event.done}/{event.of}  {event.variant}  {event.kind}{reason}")

    done = watch.run(
        lambda should_stop: sweep(variants, folder, pool, on_event=shown, should_stop=should_stop)
    )
    if not done:
        note(
            f"interrupted; what is planned stays in {folder}, and the same command goes on from it"
        )
        raise typer.Exit(EXIT_INTERRUPTED)


def _tell(folder: Path, base: Path, variants: list[Variant], *, as_json: bool) -> None:
    from optimizer.report.compare_text import difference_text
    from optimizer.whatif.outcome import outcome
    from optimizer.whatif.variants_page import write_outcome

    found = outcome(folder, base, [variant.name for variant in variants])
    written = write_outcome(folder, found)
    if as_json:
        whole = found.table.astype(object).where(found.table.notna(), None)
        print_json(
            {
                "variants": whole.to_dict("records"),
                "differences": {n: d.document() for n, d in found.differences.items()},
            }
        )
    else:
        texts = [difference_text(difference) for difference in found.differences.values()]
        say("\n\n".join((_table(found), *texts)))
    note(f"written to {folder}: " + ", ".join(path.name for path in written))


def _table(found: Outcome) -> str:
    columns = ["variant", "status", "contribution_usd", "bound_usd", "difference_usd", "verdict"]
    return str(
        found.table[columns].to_string(index=False, na_rep="", float_format="{:,.0f}".format)
    )


@command
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Solution folder.", show_default=False)],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another one.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder for tables and a page of what is different."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what is different between two solutions, and whether it is more than their gaps."""
    from optimizer.report.compare import compare as compared
    from optimizer.report.compare_text import difference_text, write_difference

    found = compared(a, b)
    if output is not None:
        note(f"written to {write_difference(output, found)}")
    if as_json:
        print_json(found.document())
    else:
        say(difference_text(found))
