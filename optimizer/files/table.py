"""A CSV file as raw rows: cells by column, with the line each row begins on.

Quoted cells may span lines, so the line is what an editor shows and not a count of rows. Rows
without any content are ignored. Meaning is not looked at here.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from optimizer.errors import Finding
from optimizer.files.place import Place, nearest
from optimizer.files.unsupported import COLUMNS

MAX_ROWS = 200_000
"""Most rows of a table that are read."""

MAX_RAGGED = 20
"""Most rows of the wrong length that are told one by one."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """The filled cells of a row and where it stands."""

    place: Place
    cells: dict[str, str]


@dataclass
class RawTable:
    """What a CSV file holds.

    Attributes:
        columns: Known columns of the header, in order.
        rows: Rows with content.
        findings: What is wrong with the file's form.
        complete: Whether every row of the file is among them.
    """

    columns: tuple[str, ...] = ()
    rows: list[RawRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True


def parse_table(
    text: str, file: str, known: Collection[str], required: Collection[str]
) -> RawTable:
    """Split the text of a CSV file into rows.

    Args:
        text: Content of the file.
        file: Its name, for findings.
        known: Columns the table may have.
        required: Columns it must have.
    """
    table = RawTable()
    lines = _numbered_rows(text, file, table)
    header_line, header = next(lines, (1, []))
    place = Place(file, header_line)
    names = [cell.strip() for cell in header]
    problem = header_problem(names, known, place)
    if problem is not None:
        table.findings.append(problem)
        table.complete = False
        return table
    table.findings += column_findings(names, known, required, place)
    table.columns = tuple(dict.fromkeys(name for name in names if name in known))
    _fill(table, lines, names, known, file)
    return table


def _numbered_rows(text: str, file: str, table: RawTable) -> Iterator[tuple[int, list[str]]]:
    """Rows with content, each with the line it begins on; a broken quote ends them."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            table.complete = False
            table.findings.append(
                Place(file, line).finding(
                    "",
                    f"the row cannot be split into cells ({error})",
                    code="bad-quoting",
                    expected='quotes in pairs; a quote inside a quoted cell is doubled: ""',
                )
            )
            return
        if any(cell.strip() for cell in row):
            yield line, row


def header_problem(names: list[str], known: Collection[str], place: Place) -> Finding | None:
    """Why the first row is no header at all."""
    if not names:
        return place.finding(
            "", "the file holds no header", code="no-header", expected=_some(known)
        )
    if any(name in known for name in names):
        return None
    joined = ",".join(names)
    for delimiter, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")):
        if any(part.strip().strip('"') in known for part in joined.split(delimiter)):
            return place.finding(
                "",
                f"the columns are separated by {word}",
                code="delimiter",
                value=joined,
                expected="commas between columns and decimal points in numbers",
            )
    if any(nearest(name, known) or name in COLUMNS for name in names):
        return None
    return place.finding(
        "",
        "the first row is not a header",
        code="no-header",
        value=joined,
        expected=_some(known),
    )


def _some(known: Collection[str]) -> str:
    return "column names such as " + ", ".join(itertools.islice(known, 4))


def column_findings(
    names: list[str], known: Collection[str], required: Collection[str], place: Place
) -> Iterator[Finding]:
    """Columns that are there twice, unknown or missing."""
    for name, count in Counter(names).items():
        if name and count > 1:
            yield place.finding(
                name, "the column is there twice", code="duplicate-column", value=name
            )
    for name in dict.fromkeys(names):
        if name and name not in known:
            yield unknown_column(place, name, known)
    for name in required:
        if name not in names:
            yield place.finding(
                name, "the column is missing", code="missing-column", expected="a column " + name
            )


def unknown_column(place: Place, name: str, known: Collection[str]) -> Finding:
    """A column or key that the record does not have, or does not have yet."""
    if name in COLUMNS:
        return place.finding(
            name,
            f"not supported yet: {COLUMNS[name]}",
            code="not-supported",
            value=name,
            expected="an instance without it",
        )
    match = nearest(name, known)
    return place.finding(
        name,
        "unknown column" if not place.prefix else "unknown field",
        code="unknown-column",
        value=name,
        expected="" if match else "one of " + ", ".join(known),
        nearest=match,
    )


def _fill(
    table: RawTable,
    lines: Iterator[tuple[int, list[str]]],
    names: list[str],
    known: Collection[str],
    file: str,
) -> None:
    ragged = 0
    for line, row in lines:
        if len(table.rows) == MAX_ROWS:
            table.complete = False
            table.findings.append(
                Place(file, line).finding(
                    "",
                    "the table is too long",
                    code="too-large",
                    expected=f"at most {MAX_ROWS} rows",
                )
            )
            return
        place = Place(file, line)
        stray = [cell for cell in row[len(names) :] if cell.strip()]
        if stray or len(row) < len(names):
            ragged += 1
            if ragged <= MAX_RAGGED:
                table.findings.append(_ragged(place, len(row), len(names)))
            table.complete = False
            continue
        cells: dict[str, str] = {}
        for name, cell in zip(names, row, strict=False):
            content = cell.strip()
            if content and not name:
                table.findings.append(
                    place.finding(
                        "",
                        "a cell under a column without a name",
                        code="nameless-column",
                        value=content,
                        expected="a header over every column",
                    )
                )
            elif content and name in known:
                cells[name] = content
        table.rows.append(RawRow(place, cells))


def _ragged(place: Place, cells: int, columns: int) -> Finding:
    return place.finding(
        "",
        "the row has too many cells" if cells > columns else "the row has too few cells",
        code="ragged-row",
        value=f"{cells} cells",
        expected=f"{columns} cells, as the header (text with a comma stands in double quotes)",
    )
