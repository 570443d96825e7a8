"""Reading a solution folder again, as it was written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.errors import Finding, SolutionError
from optimizer.report.folder import SUMMARY_FILE

_NAMES: Final = dict.fromkeys(
    ("flight", "tail", "operator", "type", "consignment", "origin", "destination", "window"), str
)
"""Columns that are text even if every value looks like a number."""
_NOT_THERE: Final = "is not in {}; name a folder that solve wrote"


def stored_figures(folder: Path) -> dict[str, Any]:
    """``summary.json`` of a solution.

    Raises:
        SolutionError: It is not there, or is not a JSON object.
    """
    text = stored_text(folder, SUMMARY_FILE)
    try:
        found = json.loads(text)
    except ValueError as error:
        raise wrong(SUMMARY_FILE, f"cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise wrong(SUMMARY_FILE, "is not one JSON object")
    return found


def stored_text(folder: Path, name: str) -> str:
    """A file of a solution as text.

    Raises:
        SolutionError: It is not there, or cannot be read.
    """
    try:
        return (folder / name).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise wrong(name, _NOT_THERE.format(folder)) from None
    except (OSError, ValueError) as error:
        raise wrong(name, f"cannot be read: {error}") from None


def stored_table(folder: Path, name: str) -> pd.DataFrame:
    """A table of a solution, for example ``schedule.csv``.

    Raises:
        SolutionError: It is not there, or cannot be read.
    """
    try:
        return pd.read_csv(folder / name, keep_default_na=False, na_values=[""], dtype=_NAMES)
    except (FileNotFoundError, NotADirectoryError):
        raise wrong(name, _NOT_THERE.format(folder)) from None
    except (OSError, ValueError) as error:
        raise wrong(name, f"cannot be read: {error}") from None


def wrong(
    file: str, problem: str, *, column: str = "", value: str = "", nearest: str = ""
) -> SolutionError:
    """The error of something in a solution folder."""
    finding = Finding(problem=problem, file=file, column=column, value=value, nearest=nearest)
    return SolutionError([finding])


def sums_by(table: pd.DataFrame, by: tuple[str, ...], amount: str) -> dict[tuple[Any, ...], float]:
    """Sums of a column by others; a blank key is an empty text."""
    sums: dict[tuple[Any, ...], float] = {}
    for *key, value in table[[*by, amount]].itertuples(index=False):
        named = tuple("" if part != part else part for part in key)  # a blank is not itself
        sums[named] = sums.get(named, 0.0) + value
    return sums
