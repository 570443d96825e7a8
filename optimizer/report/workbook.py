"""A solution folder as a workbook: its tables as sheets, for planners (``.xlsx``).

Imported only when one is written: openpyxl is slow to load.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from optimizer.errors import Finding, SolutionError
from optimizer.files.atomic import write_file
from optimizer.files.workbook.sheet import frozen, head, put, undated, unit_of, width_of
from optimizer.report.folder import SUMMARY_FILE, TABLE_FILES

TEXTS: Final = frozenset({
    "airport", "authority", "block", "cap_limit", "code", "consignment", "customs",
    "delivery_lane", "destination", "detail", "direction", "discharge", "feeder_lane", "flight",
    "flight_number", "held_slot", "item", "key", "kind", "lane", "lift", "movement", "name",
    "operator", "operators", "origin", "other_airport", "pool", "reason", "route", "scope",
    "sold", "station", "stop", "tail", "type", "uplift", "window", "windows",
})  # fmt: skip
"""Columns that are words, also where a name looks like a number."""
SUMMARY_TEXT: Final = "summary.txt"
FIRST: Final = ("schedule", "loads", "trucks", "costs", "left_behind")
"""Sheets that follow summary and figures; profit and loss comes next, then all others."""
TIME_FORMAT: Final = "yyyy-mm-dd hh:mm"
FORMATS: Final = {"usd": "#,##0.00", "kg": "#,##0.0", "m3": "#,##0.0"}
"""How numbers are shown, by the last part of a column's name; what is in the cell is exact."""

Value = str | float | int | bool | datetime | None
Column = tuple[str, list[Value]]


def solution_workbook(folder: Path) -> bytes:
    """The content of the ``.xlsx`` file: ``summary``, ``figures``, and a sheet a table.

    Raises:
        SolutionError: The folder is no solution, or a table of it cannot be read.
    """
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    figures = _figures(folder)
    _write_summary(book.create_sheet("summary"), _text(folder / SUMMARY_TEXT))
    _write(
        book.create_sheet("figures"),
        [
            ("figure", [name for name, _ in figures]),
            ("value", [value for _, value in figures]),
            ("unit", [unit_of(name) for name, _ in figures]),
        ],
    )
    for name in sorted((Path(file).stem for file in TABLE_FILES), key=_rank):
        if (folder / f"{name}.csv").exists():
            _write(book.create_sheet(name), _table(folder / f"{name}.csv"))
    stream = io.BytesIO()
    book.save(stream)
    return undated(stream.getvalue())


def write_solution_workbook(folder: Path, output: Path) -> None:
    """Write it, whole or not at all.

    Raises:
        SolutionError: The folder is no solution, or a table of it cannot be read.
        OSError: The file cannot be written; what was there is untouched.
    """
    write_file(output, solution_workbook(folder))


def _rank(name: str) -> tuple[int, int]:
    order = [Path(file).stem for file in TABLE_FILES]
    if name in FIRST:
        return 0, FIRST.index(name)
    return (1 if name.startswith("pnl_") else 2), order.index(name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        problem = f"is not in {path.parent}; name a folder that solve wrote"
    except (OSError, UnicodeDecodeError) as error:
        problem = f"cannot be read: {error}"
    raise SolutionError([Finding(problem=problem, file=path.name)])


def _figures(folder: Path) -> list[tuple[str, Value]]:
    """All figures of the summary by name; those of a group as ``group.name``."""
    try:
        document = json.loads(_text(folder / SUMMARY_FILE))
    except json.JSONDecodeError as error:
        finding = Finding(problem=f"is not JSON: {error}", file=SUMMARY_FILE)
        raise SolutionError([finding]) from None
    return list(_flat("", document))


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, Value]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{prefix}.{name}" if prefix else str(name), inner)
    elif isinstance(value, list):
        yield prefix, "; ".join(map(str, value))
    else:
        yield prefix, value


def _table(path: Path) -> list[Column]:
    """A table with its values as what they are; times in local clock time, and in UTC beside."""
    rows = list(csv.reader(io.StringIO(_text(path))))
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        finding = Finding(problem="is no table: rows differ in length", file=path.name)
        raise SolutionError([finding])
    names = rows[0]
    found: list[Column] = []
    for name, *cells in zip(*rows, strict=True):
        if not name.endswith(("_local", "_utc")):
            found.append((name, _values(name, cells)))
            continue
        times = [_time(path, name, cell) for cell in cells]
        if name.endswith("_utc"):
            found.append(
                (name, [time and time.astimezone(UTC).replace(tzinfo=None) for time in times])
            )
            continue
        found.append((name, [time and time.replace(tzinfo=None) for time in times]))
        twin = f"{name.removesuffix('_local')}_utc"
        if twin not in names:
            found.append(
                (twin, [time and time.astimezone(UTC).replace(tzinfo=None) for time in times])
            )
    return found


def _time(path: Path, name: str, cell: str) -> datetime | None:
    try:
        return datetime.fromisoformat(cell) if cell else None
    except ValueError:
        finding = Finding(problem="is no instant", file=path.name, column=name, value=cell)
        raise SolutionError([finding]) from None


def _values(name: str, cells: Sequence[str]) -> list[Value]:
    """Words, or numbers, or yes and no: whatever all cells of a column are."""
    if name in TEXTS:
        return [cell or None for cell in cells]
    if all(cell in ("True", "False", "") for cell in cells):
        return [cell == "True" if cell else None for cell in cells]
    try:
        return [_number(cell) if cell else None for cell in cells]
    except ValueError:
        return [cell or None for cell in cells]


def _number(cell: str) -> float | int:
    if re.fullmatch(r"-?\d+", cell):
        return int(cell)
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError(cell)
    return number


def _write_summary(sheet: Worksheet, text: str) -> None:
    """What ``summary.txt`` says, a line a row: what it is about, and the words."""
    for row, line in enumerate(text.splitlines(), start=1):
        about, _, words = line.partition(": ") if row == 1 else re.split("(  +)", line, maxsplit=1)
        cell = sheet.cell(row, 1)
        head(cell, about)
        put(sheet.cell(row, 2), words)
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 110
    sheet.freeze_panes = "B2"


def _write(sheet: Worksheet, columns: list[Column]) -> None:
    for number, (name, values) in enumerate(columns, start=1):
        top = sheet.cell(1, number)
        head(top, name)
        if meaning := _meaning(name):
            top.comment = Comment(meaning, "freighter")
        shown = FORMATS.get(name.rsplit("_", 1)[-1])
        for row, value in enumerate(values, start=2):
            _put(sheet.cell(row, number), value, shown)
        longest = max((len(_shown(value)) for value in values), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = width_of(name, longest)
    frozen(sheet, len(columns), max((len(values) for _, values in columns), default=0))


def _put(cell: Cell | MergedCell, value: Value, shown: str | None) -> None:
    if isinstance(value, datetime):
        cell.value = value
        cell.number_format = TIME_FORMAT
    elif isinstance(value, float):
        cell.value = value  # as far as a workbook keeps it: 16 digits
        cell.number_format = shown or "General"
    else:
        put(cell, value)


def _shown(value: Value) -> str:
    """About as long as the value is shown."""
    if isinstance(value, datetime):
        return TIME_FORMAT
    return f"{value:,.2f}" if isinstance(value, float) else str("" if value is None else value)


def _meaning(name: str) -> str:
    """The unit or clock of a column."""
    if name.endswith("_local"):
        return "local time of the airport concerned"
    if name.endswith("_utc"):
        return "UTC"
    return f"unit: {unit}" if (unit := unit_of(name)) else ""
