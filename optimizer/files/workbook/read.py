"""Sheets to records and settings, or everything that is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from openpyxl.utils import get_column_letter

from optimizer.domain.base import Record
from optimizer.domain.instance import TABLES, Instance
from optimizer.errors import Finding
from optimizer.files.cells import Diagnosis
from optimizer.files.kinds import Kind, columns, field_kinds, required_fields
from optimizer.files.place import SETTINGS_SHEET, Place, nearest
from optimizer.files.records import Records, make_records, shown
from optimizer.files.settings import SECTION_RECORDS, Lines
from optimizer.files.source import is_ignored
from optimizer.files.table import MAX_ROWS, column_findings, header_problem
from optimizer.files.unsupported import OTHER_NAMES
from optimizer.files.unsupported import TABLES as COMING
from optimizer.files.workbook.convert import ZONE_KEY, as_text, zone_of
from optimizer.files.workbook.grid import Cell, Sheet, open_grid

SETTINGS_HEADER = ("key", "value", "meaning")


@dataclass
class Parts:
    """What a workbook holds.

    Attributes:
        tables: Records of every table with a sheet.
        settings: Keys and sections; None when they cannot be read.
        lines: Rows of the settings.
        partial: Tables of which something may be missing.
        findings: What is wrong with the workbook's form.
    """

    tables: dict[str, Records[Record]] = field(default_factory=dict)
    settings: dict[str, Any] | None = None
    lines: Lines = field(default_factory=dict)
    partial: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def read_parts(file: str, data: bytes) -> Parts:
    """Read the sheets of a workbook.

    Args:
        file: Its name, for findings.
        data: Its content.
    """
    sheets, problems = open_grid(file, data)
    parts = Parts(findings=problems)
    if problems:
        return parts
    known = {sheet.name: sheet for sheet in sheets}
    for sheet in sheets:
        if sheet.name == SETTINGS_SHEET or sheet.name in TABLES:
            parts.findings += _form(file, sheet)
        elif not is_ignored(sheet.name):
            unknown = _unknown_sheet(file, sheet.name)
            parts.findings.append(unknown)
            parts.partial.add(unknown.nearest)
    zone = None
    if SETTINGS_SHEET in known:
        zone = _read_settings(file, known[SETTINGS_SHEET], parts)
    else:
        parts.findings.append(
            Place(file, sheet=SETTINGS_SHEET).finding(
                "",
                "the sheet is missing",
                code="missing-sheet",
                expected="a sheet instance with rows of key and value: format_version, name, …",
            )
        )
    for table, record in TABLES.items():
        if table in known:
            made = _read_table(file, known[table], record, zone)
            parts.tables[table] = made
            parts.findings += made.findings
            if not made.complete:
                parts.partial.add(table)
    return parts


def _form(file: str, sheet: Sheet) -> list[Finding]:
    place = Place(file, sheet=sheet.name)
    found = [
        place.finding(
            "",
            "merged cells",
            code="merged-cells",
            value=area,
            expected="a value in every cell of its own",
        )
        for area in sheet.merged
    ]
    if sheet.hidden and sheet.rows:
        found.append(place.warning("", "the sheet is hidden, and read", code="hidden-sheet"))
    return found


def _unknown_sheet(file: str, name: str) -> Finding:
    place = Place(file, sheet=name)
    if name.lower() in COMING:
        return place.finding(
            "",
            f"not supported yet: {COMING[name.lower()]}",
            code="not-supported",
            expected="an instance without this sheet",
        )
    match = OTHER_NAMES.get(name.lower()) or nearest(name, [SETTINGS_SHEET, *TABLES])
    return place.finding(
        "",
        "this sheet is not part of an instance",
        code="unknown-sheet",
        expected="" if match else "the tables of the format, or a name that begins with a dot",
        nearest=match,
    )


def _read_table(
    file: str, sheet: Sheet, record: type[Record], zone: tzinfo | None
) -> Records[Record]:
    if not sheet.rows:
        return Records()
    first = min(sheet.rows)
    header = sheet.rows[first]
    names = [header[i].text if i in header else "" for i in range(1, max(header) + 1)]
    letters = {name: get_column_letter(i) for i, name in enumerate(names, start=1)}
    place = Place(file, first, sheet=sheet.name, letters=letters)
    known, required = columns(record), required_fields(record)
    problem = header_problem(names, known, place)
    if problem is not None:
        return Records(findings=[problem], complete=False)
    findings = list(column_findings(names, known, required, place))
    kinds = field_kinds(record)
    rows: list[tuple[Place, dict[str, str]]] = []
    complete = True
    for number, cells in sheet.rows.items():
        place = Place(file, number, sheet=sheet.name, letters=letters)
        if number == first:
            continue
        if len(rows) == MAX_ROWS:
            limit = f"at most {MAX_ROWS} rows"
            findings.append(
                place.finding("", "the table is too long", code="too-large", expected=limit)
            )
            complete = False
            break
        values, problems = _row(place, cells, names, kinds, zone)
        findings += problems
        if problems:
            complete = False
        else:
            rows.append((place, values))
    made = make_records(rows, record, frozenset(required) - frozenset(names))
    made.findings = [*findings, *made.findings]
    made.complete = made.complete and complete
    return made


def _row(
    place: Place,
    cells: dict[int, Cell],
    names: list[str],
    kinds: dict[str, Kind],
    zone: tzinfo | None,
) -> tuple[dict[str, str], list[Finding]]:
    values: dict[str, str] = {}
    findings: list[Finding] = []
    for number, cell in cells.items():
        name = names[number - 1] if number <= len(names) else ""
        if not name:
            found = place.finding(
                "",
                f"a cell under a column without a name ({get_column_letter(number)})",
                code="nameless-column",
                value=cell.text,
                expected="a header over every column",
            )
            findings.append(found)
        elif name in kinds:
            text = as_text(cell, kinds[name], zone)
            if isinstance(text, Diagnosis):
                findings.append(_cell_finding(place, name, cell, kinds[name], text))
            else:
                values[name] = text
    return values, findings


def _cell_finding(place: Place, column: str, cell: Cell, kind: Kind, why: Diagnosis) -> Finding:
    expected = "a value, pasted as such" if cell.fault else kind.value
    return place.finding(
        column,
        why.problem,
        code=why.code,
        value=shown(cell.value),
        expected=expected,
        nearest=why.nearest,
    )


def _read_settings(file: str, sheet: Sheet, parts: Parts) -> tzinfo | None:
    """Fill in the settings; the zone of dates without offset is handed back."""
    if not sheet.rows:
        problem = Place(file, sheet=sheet.name).finding("", "the sheet is empty", code="empty-file")
        parts.findings.append(problem)
        return None
    first = min(sheet.rows)
    names = tuple(sheet.rows[first][i].text for i in (1, 2) if i in sheet.rows[first])
    if names != SETTINGS_HEADER[:2]:
        parts.findings.append(
            Place(file, first, sheet=sheet.name).finding(
                "",
                "the first row is not the header of the settings",
                code="no-header",
                value=", ".join(names),
                expected="key in column A, value in column B",
            )
        )
        return None
    zone = _stated_zone(file, sheet, parts)
    settings: dict[str, Any] = {}
    before = len(parts.findings)
    for number, cells in sheet.rows.items():
        key = cells[1].text if 1 in cells else ""
        if number == first or key == ZONE_KEY:
            continue
        place = Place(file, number, sheet=sheet.name, letters={"": "B"})
        wrong = _setting(place, key, cells, zone, settings)
        if wrong is not None:
            parts.findings.append(wrong)
        elif key:
            parts.lines[tuple(key.split("."))] = number
    if len(parts.findings) == before:
        parts.settings = settings
    return zone


def _setting(
    place: Place, key: str, cells: dict[int, Cell], zone: tzinfo | None, settings: dict[str, Any]
) -> Finding | None:
    cell = cells.get(2)
    if not key:
        if cell is None:
            return None
        return place.finding("", "a value without its key", code="nameless-column", value=cell.text)
    *path, name = key.split(".")
    home: Any = settings
    record = SECTION_RECORDS.get(path[0], Instance) if path else Instance
    for part in path:
        home = home.setdefault(part, {}) if isinstance(home, dict) else {}
    if not isinstance(home, dict) or name in home:
        return place.finding(key, "the key is there twice", code="duplicate-key", value=key)
    if cell is None:
        return None
    kind = field_kinds(record).get(name, Kind.TEXT)
    text = as_text(cell, kind, zone)
    if isinstance(text, Diagnosis):
        return _cell_finding(place, key, cell, kind, text)
    if kind is Kind.LIST:
        home[name] = [part.strip() for part in text.split(";") if part.strip()]
    elif key == "format_version" and text.isascii() and text.isdigit() and len(text) < 9:
        home[name] = int(text)
    else:
        home[name] = text
    return None


def _stated_zone(file: str, sheet: Sheet, parts: Parts) -> tzinfo | None:
    for number, cells in sheet.rows.items():
        if 1 in cells and cells[1].text == ZONE_KEY and 2 in cells:
            zone = zone_of(cells[2].text)
            if zone is None:
                place = Place(file, number, sheet=sheet.name, letters={"": "B"})
                parts.findings.append(
                    place.finding(
                        ZONE_KEY,
                        "there is no such zone",
                        code="unknown-zone",
                        value=cells[2].text,
                        expected="UTC, an offset such as +08:00, or a name such as Asia/Shanghai",
                    )
                )
            return zone
    return None
