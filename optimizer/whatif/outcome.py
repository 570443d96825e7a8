"""What a set of variants came to: one table, differences from the base, curves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.report.compare import Difference, compare
from optimizer.report.compare_text import write_difference
from optimizer.report.frames import frame
from optimizer.report.stored import stored_figures
from optimizer.whatif.curve import Point, curve_svg
from optimizer.whatif.variants import error_of, folder_name

OUTCOMES: Final = (
    "variant", "status", "contribution_usd", "bound_usd", "gap", "difference_usd",
    "least_difference_usd", "most_difference_usd", "verdict", "carried_t", "rotations",
    "tails_used", "seconds",
)  # fmt: skip
DIFFERENCES: Final = "differences"
_VARIED: Final = re.compile(r"(?P<name>.*)\[(?P<field>[^=,]+)=(?P<value>[^,]*)\]")


@dataclass(frozen=True)
class Outcome:
    """Variants against their base.

    Attributes:
        base: Folder of the base's solution.
        table: One row for each variant, the base first.
        differences: Of each variant that has a plan, by name.
    """

    base: Path
    table: pd.DataFrame
    differences: dict[str, Difference]


def outcome(folder: Path, base: Path, variants: Sequence[str]) -> Outcome:
    """Gather what was planned into a folder, and write the differences beside it.

    Args:
        folder: Holds a folder for each variant.
        base: The solution they are compared with.
        variants: Their names.

    Raises:
        SolutionError: A folder is not what was written.
        OSError: Differences cannot be written.
    """
    rows = [_row("base", stored_figures(base))]
    differences = {}
    for name in variants:
        own = folder / folder_name(name)
        error = error_of(folder, name)
        if error:
            blank = dict.fromkeys(OUTCOMES)
            rows.append(blank | {"variant": name, "status": error.splitlines()[0]})
            continue
        found = compare(base, own)
        differences[name] = found
        write_difference(folder / DIFFERENCES / folder_name(name), found)
        rows.append(_row(name, found.b, found))
    return Outcome(base, frame(OUTCOMES, rows), differences)


def _row(name: str, figures: dict[str, Any], found: Difference | None = None) -> dict[str, Any]:
    within = None if found is None else found.interval_usd
    return {
        "variant": name,
        "status": figures.get("status", ""),
        "contribution_usd": round(figures["contribution_usd"], 2),
        "bound_usd": figures.get("bound_usd"),
        "gap": figures.get("gap"),
        "difference_usd": None if found is None else round(found.difference_usd, 2),
        "least_difference_usd": None if within is None else round(within[0], 2),
        "most_difference_usd": None if within is None else round(within[1], 2),
        "verdict": "" if found is None else found.verdict,
        "carried_t": round(figures["carried_kg"] / 1000, 1),
        "rotations": figures["rotations"],
        "tails_used": figures["tails_used"],
        "seconds": figures.get("seconds"),
    }


def curves(found: Outcome) -> dict[str, str]:
    """A drawing for each scenario that varied a single value, by its name."""
    groups: dict[tuple[str, str], list[Point]] = {}
    for row in found.table.to_dict("records"):
        match = _VARIED.fullmatch(str(row["variant"]))
        if match is None or row["contribution_usd"] is None or row["bound_usd"] is None:
            continue
        point = Point(match["value"], float(row["contribution_usd"]), float(row["bound_usd"]))
        groups.setdefault((match["name"], match["field"]), []).append(point)
    return {
        folder_name(name): curve_svg(name, field, points)
        for (name, field), points in groups.items()
        if len(points) > 1
    }
