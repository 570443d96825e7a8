"""A workbook as sheets of filled cells; nothing is interpreted yet."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from optimizer.errors import Finding
from optimizer.files.place import Place

MAX_XML_BYTES = 128 * 1024 * 1024
"""Most bytes of a workbook once unpacked."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell.

    Attributes:
        value: What it shows: text, number, truth value, date or time.
        fault: Why it shows nothing usable: a formula without a value, an error; else empty.
    """

    value: Any
    fault: str = ""

    @property
    def text(self) -> str:
        """The value as plain text."""
        return str(self.value).strip()


@dataclass
class Sheet:
    """Filled cells by row and column number, both from 1."""

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: tuple[str, ...] = ()


def open_grid(name: str, data: bytes) -> tuple[list[Sheet], list[Finding]]:
    """The sheets of a workbook, or why it cannot be opened.

    Args:
        name: Name of the file, for findings.
        data: Its content.
    """
    place = Place(name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        problem = "the workbook has a password or is an old one (.xls)"
        return [], [place.finding("", problem, code="bad-workbook", expected="a plain .xlsx")]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_XML_BYTES:
                limit = f"at most {MAX_XML_BYTES // 2**20} MiB when unpacked"
                too_large = place.finding(
                    "", "the workbook is too large", code="too-large", expected=limit
                )
                return [], [too_large]
            has_formulas = any(
                _FORMULA.search(archive.read(info))
                for info in archive.infolist()
                if info.filename.startswith("xl/worksheets/")
            )
        shown = _load(data, values=True)
        stated = _load(data, values=False) if has_formulas else shown
        sheets = [_sheet(sheet, stated[sheet.title]) for sheet in shown.worksheets]
    # A damaged workbook makes the reader fail in any way at all; for the planner all are one.
    except Exception as error:
        reason = str(error).split("\n")[0] or type(error).__name__
        problem = f"the workbook is damaged ({reason})"
        return [], [place.finding("", problem, code="bad-workbook", expected="a workbook (.xlsx)")]
    return sheets, []


def _load(data: bytes, *, values: bool) -> Workbook:
    with warnings.catch_warnings():  # of charts and styles, which hold no data
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def _sheet(shown: Worksheet, stated: Worksheet) -> Sheet:
    sheet = Sheet(
        shown.title,
        hidden=shown.sheet_state != "visible",
        merged=tuple(sorted(str(area) for area in shown.merged_cells.ranges)),
    )
    for row, column, cell in sorted(_cells(shown, stated), key=lambda found: found[:2]):
        sheet.rows.setdefault(row, {})[column] = cell
    return sheet


def _cells(shown: Worksheet, stated: Worksheet) -> Iterator[tuple[int, int, Cell]]:
    # The sparse store: walking all rows would make a cell of every blank of a million rows.
    for (row, column), source in stated._cells.items():
        cell = shown._cells.get((row, column), source)
        value = cell.value
        if source.data_type == "f" and value is None:
            yield row, column, Cell("", "a formula whose value is not in the file")
        elif cell.data_type == "e":
            yield row, column, Cell(str(value), "the spreadsheet could not show a value here")
        elif isinstance(value, str):
            text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
            if text.strip():
                yield row, column, Cell(text)
        elif value is not None:
            yield row, column, Cell(value)
