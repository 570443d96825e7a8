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
from optimizer.whatif.drawing_words import LANGUAGES
from optimizer.whatif.frontier import Priced, frontier_svg
from optimizer.whatif.variants import error_of, folder_name

OUTCOMES: Final = (
    "variant", "status", "contribution_usd", "bound_usd", "gap", "difference_usd",
    "least_difference_usd", "most_difference_usd", "verdict", "carried_t", "rotations",
    "tails_used", "co2_t", "carbon_usd", "seconds",
)  # fmt: skip
DIFFERENCES: Final = "differences"
CARBON_PRICE: Final = "usd_per_t_co2"
"""Field of the edit that sets one price of CO2 for every leg."""
CO2_ROUNDED_T: Final = 0.1
"""Tonnes to which summaries state CO2."""
_VARIED: Final = re.compile(r"(?P<name>.*)\[(?P<field>[^=,]+)=(?P<value>[^,]*)\]")


@dataclass(frozen=True)
class Outcome:
    """Variants against their base.

    Attributes:
        name: Of the instance.
        table: One row for each variant, the base first.
        differences: Of each variant that has a plan, by name.
    """

    name: str
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
    figures = stored_figures(base)
    rows = [_row("base", figures)]
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
    return Outcome(figures["instance"], frame(OUTCOMES, rows), differences)


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
        "co2_t": figures.get("co2_t"),
        "carbon_usd": round(0.0 - figures.get("money_usd", {}).get("K13", 0.0), 2),
        "seconds": figures.get("seconds"),
    }


@dataclass(frozen=True)
class Drawing:
    """A drawing by language, and the stem of its file's name."""

    name: str
    texts: dict[str, str]


def curves(found: Outcome) -> list[Drawing]:
    """Drawings for each scenario that varied a single value: its curve, and where that was the
    one price of CO2, contribution against CO2.
    """
    groups: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
    for row in found.table.astype(object).to_dict("records"):
        match = _VARIED.fullmatch(str(row["variant"]))
        if match is not None and not _lacking(row, "contribution_usd", "bound_usd"):
            values = groups.setdefault((match["name"], match["field"]), [])
            values.append((match["value"], {str(key): value for key, value in row.items()}))
    drawings = []
    for (name, axis), rows in groups.items():
        if len(rows) < 2:
            continue
        stem = folder_name(name)
        points = [
            Point(value, row["contribution_usd"], row["bound_usd"], row["variant"])
            for value, row in rows
        ]
        texts = {word: curve_svg(name, axis, points, word) for word in LANGUAGES}
        drawings.append(Drawing(stem, texts))
        priced = _priced(rows) if axis == CARBON_PRICE else []
        if priced:
            texts = {word: frontier_svg(name, priced, word) for word in LANGUAGES}
            drawings.append(Drawing(f"{stem}-co2", texts))
    return drawings


def _lacking(row: dict[Any, Any], *columns: str) -> bool:
    return any(row[column] is None or row[column] != row[column] for column in columns)


def _priced(rows: Sequence[tuple[str, dict[str, Any]]]) -> list[Priced]:
    """Plans by price of CO2; none if one of them pays for its CO2 in another way as well."""
    found = []
    for value, row in rows:
        if _lacking(row, "co2_t", "carbon_usd"):
            return []
        price = float(value)
        if abs(price * row["co2_t"] - row["carbon_usd"]) > price * CO2_ROUNDED_T + 1:
            return []
        before_usd = row["contribution_usd"] + row["carbon_usd"]
        point = Priced(price, row["co2_t"], before_usd, row["bound_usd"], row["variant"])
        found.append(point)
    return found
