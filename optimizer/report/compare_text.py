"""A difference of two solutions in words, and its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.report.compare import Difference
from optimizer.report.folder import PAGE_FILE, write_csv, write_folder
from optimizer.report.page.comparison import comparison_html

_VERDICTS: Final = {
    "better": "better, whatever the gaps hide",
    "worse": "worse, whatever the gaps hide",
    "noise": "within the two gaps: it may be noise",
    "equal": "the same",
    "unknown": "no bound is known for one of them",
}


def difference_text(found: Difference) -> str:
    """The difference in a few lines of words."""
    a, b = found.a, found.b
    within = found.interval_usd
    words = _VERDICTS[found.verdict]
    lines = [
        f"{b['instance']} against {a['instance']}",
        f"contribution     {a['contribution_usd']:,.0f} -> {b['contribution_usd']:,.0f} USD "
        f"({found.difference_usd:+,.0f})",
    ]
    if within is not None:
        lines.append(
            f"best plans       differ by {within[0]:+,.0f} to {within[1]:+,.0f} USD: {words}"
        )
    else:
        lines.append(f"best plans       {words}")
    changed = found.money[found.money["difference_usd"].abs() >= 1]
    order = changed["difference_usd"].abs().sort_values(ascending=False).index
    lines.append(
        "by line          "
        + (
            _list(f"{r.name} {r.difference_usd:+,.0f}" for r in _rows(changed.loc[order]))
            or "alike"
        )
    )
    lines.append(
        f"carried          {a['carried_kg'] / 1000:,.1f} -> {b['carried_kg'] / 1000:,.1f} t"
    )
    pairs = [f"{r.origin}-{r.destination} {r.difference_t:+,.1f}" for r in _rows(found.tonnes)]
    lines.append(f"tonnes           {_list(pairs) or 'alike'}")
    counts = found.rotations["change"].value_counts()
    lines.append(
        f"rotations        {a['rotations']} -> {b['rotations']}: "
        + ", ".join(f"{int(counts.get(c, 0))} {c}" for c in ("added", "dropped", "moved"))
    )
    for change in ("added", "dropped", "moved"):
        own = found.rotations[found.rotations["change"] == change]
        if len(own):
            text = _list(
                f"{r.operator} {r.route}" + (f" {r.moved_h:+g} h" if change == "moved" else "")
                for r in _rows(own)
            )
            lines.append(f"  {change:<14} {text}")
    won = found.cargo["change"].value_counts()
    lines.append(
        "consignments     "
        + ", ".join(f"{int(won.get(c, 0))} {c}" for c in ("won", "lost", "more", "less"))
    )
    return "\n".join(lines)


def _rows(table: pd.DataFrame) -> list[Any]:
    return [_Row(row) for row in table.to_dict("records")]


class _Row:
    """A row of a table by attribute; columns may be called as pandas' own attributes are."""

    def __init__(self, values: dict[Any, Any]) -> None:
        self.__dict__.update({str(key): value for key, value in values.items()})

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def _list(texts: Iterable[str], most: int = 5) -> str:
    found = list(texts)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more


def write_difference(folder: Path, found: Difference) -> Path:
    """Write the tables of a difference and its page into a folder, all or none.

    Raises:
        SolutionError: A solution has no page, or one of another version.
        TargetError: The folder holds something else.
        OSError: It cannot be written.
    """
    writers: dict[str, Callable[[Path], None]] = {
        f"{name}.csv": partial(write_csv, table) for name, table in found.tables()
    }
    writers["difference.txt"] = partial(_write_text, difference_text(found) + "\n")
    writers[PAGE_FILE] = partial(_write_text, comparison_html(found))
    return write_folder(folder, writers, marker="difference.txt")


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
