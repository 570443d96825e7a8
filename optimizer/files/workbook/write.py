"""An instance to a workbook that a planner can fill in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import BaseModel

from optimizer.domain.instance import TABLES, Instance
from optimizer.files.kinds import Kind, columns, field_choices, field_kinds, required_fields
from optimizer.files.place import SETTINGS_SHEET
from optimizer.files.settings import KEYS, SECTION_RECORDS
from optimizer.files.workbook.read import SETTINGS_HEADER
from optimizer.files.workbook.sheet import frozen, head, put, undated, unit_of, width_of

SPARE_ROWS = 1_000
"""Rows with drop-downs below the filled ones."""

SUGGESTIONS: dict[tuple[str, str], tuple[str, str]] = {
    ("demand", "origin"): ("lanes", "origin"),
    ("demand", "destination"): ("airports", "airport"),
    ("demand", "customs"): ("customs", "mode"),
    ("fleet", "type"): ("types", "type"),
    ("fleet", "operator"): ("operators", "operator"),
    ("operators", "crew_rule"): ("crew_rules", "rule"),
    ("maintenance", "tail"): ("fleet", "tail"),
    ("held_slots", "operator"): ("operators", "operator"),
    ("rights", "operator"): ("operators", "operator"),
}
"""Columns whose drop-down shows what another sheet defines; airports have one everywhere."""


def workbook_bytes(document: Mapping[str, Any]) -> bytes:
    """The content of the ``.xlsx`` file.

    Args:
        document: The instance as plain JSON values, defaults left out.
    """
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    _write_settings(book.create_sheet(SETTINGS_SHEET), document)
    filled = {table: len(document.get(table, ())) for table in TABLES}
    for table, record in TABLES.items():
        sheet = book.create_sheet(table)
        _write_table(sheet, record, document.get(table, []))
        _add_choices(sheet, table, record, filled)
    stream = io.BytesIO()
    book.save(stream)
    return undated(stream.getvalue())


def _write_settings(sheet: Worksheet, document: Mapping[str, Any]) -> None:
    for number, name in enumerate(SETTINGS_HEADER, start=1):
        head(sheet.cell(1, number), name)
    row = 1
    homes: list[tuple[str, type[BaseModel], tuple[str, ...], Mapping[str, Any]]]
    homes = [("", Instance, KEYS, document)]
    for name, record in SECTION_RECORDS.items():
        homes.append((f"{name}.", record, columns(record), document.get(name, {})))
    for prefix, record, names, values in homes:
        for name in names:
            row += 1
            put(sheet.cell(row, 1), prefix + name)
            put(sheet.cell(row, 2), values.get(name))
            put(sheet.cell(row, 3), _meaning(record, name).replace("\n", "; "))
            _add_list(sheet, _words(record, name), f"B{row}")
    for letter, width in (("A", 32), ("B", 36), ("C", 100)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _write_table(sheet: Worksheet, record: type[BaseModel], rows: list[dict[str, Any]]) -> None:
    names = columns(record)
    for number, name in enumerate(names, start=1):
        top = sheet.cell(1, number)
        head(top, name)
        comment = Comment(_meaning(record, name), "freighter")
        comment.width, comment.height = 320, 110
        top.comment = comment
        longest = max((len(str(row.get(name, ""))) for row in rows), default=0)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = width_of(name, longest)
        for index, row in enumerate(rows, start=2):
            if name in row:
                put(sheet.cell(index, number), row[name])
    frozen(sheet, len(names), len(rows))


def _meaning(record: type[BaseModel], name: str) -> str:
    info = record.model_fields[name]
    kind = field_kinds(record)[name]
    words = field_choices(record).get(name)
    lines = [
        (info.description or "").replace("``", ""),
        f"unit: {unit}" if kind in (Kind.NUMBER, Kind.INTEGER) and (unit := unit_of(name)) else "",
        "one of: " + ", ".join(words) if words else kind.value,
        "required" if name in required_fields(record) else "blank: " + _default(info.default),
    ]
    return "\n".join(line for line in lines if line)


def _default(value: Any) -> str:
    if value is None or value in ("", ()):
        return "reference data, or none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(record: type[BaseModel], name: str) -> tuple[str, ...]:
    if field_kinds(record)[name] is Kind.FLAG:
        return ("TRUE", "FALSE")
    return field_choices(record).get(name, ())


def _add_choices(
    sheet: Worksheet, table: str, record: type[BaseModel], filled: Mapping[str, int]
) -> None:
    last = filled[table] + 1 + SPARE_ROWS
    kinds = field_kinds(record)
    for number, name in enumerate(columns(record), start=1):
        letter = get_column_letter(number)
        area = f"{letter}2:{letter}{last}"
        _add_list(sheet, _words(record, name), area)
        target = SUGGESTIONS.get((table, name))
        if kinds[name] is Kind.AIRPORT and table != "airports":
            target = ("airports", "airport")
        if target is not None:
            home, column = target
            there = get_column_letter(columns(TABLES[home]).index(column) + 1)
            end = filled[home] + 1 + SPARE_ROWS
            validation = DataValidation(
                "list",
                formula1=f"'{home}'!${there}$2:${there}${end}",
                allow_blank=True,
                showErrorMessage=False,  # reference data holds more codes than the sheet
            )
            validation.add(area)
            sheet.add_data_validation(validation)


def _add_list(sheet: Worksheet, words: tuple[str, ...], area: str) -> None:
    if not words:
        return
    validation = DataValidation(
        "list",
        formula1='"' + ",".join(words) + '"',
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Not one of the words",
        error="One of: " + ", ".join(words),
    )
    validation.add(area)
    sheet.add_data_validation(validation)
