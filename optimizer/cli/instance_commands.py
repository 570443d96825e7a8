"""``freighter check`` and ``freighter resolve``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.console import (
    AsJson,
    InstancePath,
    command,
    finding_document,
    note,
    print_json,
    say,
)
from optimizer.errors import InstanceError, Severity

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.domain.resolved import ResolvedInstance


@command
def check(instance: InstancePath, as_json: AsJson = False) -> None:
    """Tell everything that is wrong with an instance, at once, and what is surely not meant."""
    from optimizer.files import check_instance

    findings = check_instance(instance)
    errors = [f for f in findings if f.severity is Severity.ERROR]
    warnings = [f for f in findings if f.severity is Severity.WARNING]
    if as_json:
        print_json(
            {
                "instance": str(instance),
                "errors": len(errors),
                "warnings": len(warnings),
                "findings": [finding_document(f) for f in (*errors, *warnings)],
            }
        )
    else:
        lines = [f"error    {f}" for f in errors] + [f"warning  {f}" for f in warnings]
        lines.append(f"{instance}: {_count(errors, 'error')}, {_count(warnings, 'warning')}")
        say("\n".join(lines))
    if errors:
        raise typer.Exit(InstanceError.exit_code)


def _count(things: list[Any], noun: str) -> str:
    return f"{len(things) or 'no'} {noun}{'' if len(things) == 1 else 's'}"


@command
def resolve(
    instance: InstancePath,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write it: FILE.json, lossless, or a folder of CSVs."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a plan will rest on: minutes, caps and which limit sets them, defaults used."""
    from optimizer.domain.digest import resolved_digest, resolved_document
    from optimizer.files import read_instance
    from optimizer.resolve import resolve as resolve_instance

    resolved = resolve_instance(read_instance(instance))
    if output is not None:
        _write(resolved, output)
        note(f"written to {output}")
    if as_json:
        print_json({"resolved_digest": resolved_digest(resolved)} | resolved_document(resolved))
    else:
        say(_resolved_text(resolved, resolved_digest(resolved)))


def _write(resolved: ResolvedInstance, output: Path) -> None:
    from optimizer.files import write_resolved
    from optimizer.report.folder import write_csv, write_folder
    from optimizer.report.resolved_tables import RESOLVED_FILES

    if output.suffix.lower() == ".json":
        write_resolved(resolved, output)
        return
    writers = {name: partial(write_csv, table(resolved)) for name, table in RESOLVED_FILES.items()}
    write_folder(output, writers, marker="legs.csv")


def _resolved_text(resolved: ResolvedInstance, digest: str) -> str:
    from optimizer.report.resolved_tables import legs

    columns = ["operator", "type", "origin", "destination", "distance_km", "block_min", "cap_kg"]
    parts = [
        f"{resolved.name}: {len(resolved.consignments)} consignments, {len(resolved.legs)} legs, "
        f"{sum(p.size for p in resolved.pools)} tails of {len(resolved.operators)} operators",
        f"digest {digest}",
        "",
        "Legs: the cap in kg, what sets it, and what it costs against the structural payload",
        _table(legs(resolved)[[*columns, "cap_limit", "lost_kg"]]),
        "",
        "Defaults used: what the instance left open (S sourced, D derived, K common knowledge, "
        "E estimate)",
        *_defaults(resolved),
    ]
    return "\n".join(parts)


def _defaults(resolved: ResolvedInstance) -> Iterator[str]:
    """One line per record and provenance."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for d in resolved.defaults:
        groups.setdefault((d.table, d.key, d.provenance), []).append(f"{d.field} {d.value}")
    if not groups:
        yield "none"
    for (table, key, provenance), values in groups.items():
        yield f"{' '.join((table, key)).strip()}: {', '.join(values)}  [{provenance}]"


def _table(frame: pd.DataFrame) -> str:
    return "none" if frame.empty else str(frame.to_string(index=False))
