"""Where in the input a record stands, so that every finding can say it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from optimizer.errors import Finding, Severity

SETTINGS_FILE = "instance.toml"
"""The file of a folder that holds everything but the tables."""

SETTINGS_SHEET = "instance"
"""The sheet of a workbook that holds the same."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file, a line of it as an editor counts them, and what its columns are called there.

    Attributes:
        file: File name within the instance.
        row: Line number; None where lines mean nothing (JSON, whole files).
        prefix: Path of the record in a JSON document, for example ``demand[3]``.
        sheet: Sheet of a workbook.
        letters: Columns of the sheet as the spreadsheet names them; under the empty name the one
            of all others.
    """

    file: str
    row: int | None = None
    prefix: str = ""
    sheet: str = ""
    letters: Mapping[str, str] = field(default_factory=dict, compare=False)

    def finding(
        self,
        column: str,
        problem: str,
        *,
        code: str,
        value: object = "",
        expected: str = "",
        nearest: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """A finding about one column of the record that stands here."""
        path = f"{self.prefix}.{column}" if self.prefix and column else self.prefix or column
        return Finding(
            problem=problem,
            file=self.file,
            row=self.row,
            column=path,
            value=shorten(value),
            expected=expected,
            nearest=nearest,
            code=code,
            severity=severity,
            sheet=self.sheet,
            letter=self.letters.get(column.split("[")[0], self.letters.get("", "")),
        )

    def warning(
        self, column: str, problem: str, *, code: str, value: object = "", expected: str = ""
    ) -> Finding:
        """The same for what is legal but surely not meant."""
        return self.finding(
            column,
            problem,
            code=code,
            value=value,
            expected=expected,
            severity=Severity.WARNING,
        )


@dataclass(frozen=True)
class Places:
    """The places of an instance's records and settings.

    An instance that was not read from files is judged as `write_instance` would lay it out: row i
    of a table on line i + 2 of its file.

    Attributes:
        rows: Places of the rows of each table, in order.
        settings: Lines of the settings, keyed by path, for example ``("period", "start")``.
        document: Name of the JSON file, empty for others.
        workbook: Name of the workbook, empty for others.
        partial: Tables of which some rows could not be read; what refers to them is not judged.
    """

    rows: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    settings: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    document: str = ""
    partial: frozenset[str] = frozenset()
    workbook: str = ""

    def row(self, table: str, index: int) -> Place:
        """The place of a row."""
        if table in self.rows:
            return self.rows[table][index]
        if self.document:
            return Place(self.document, prefix=f"{table}[{index}]")
        if self.workbook:
            return Place(self.workbook, index + 2, sheet=table)
        return Place(f"{table}.csv", index + 2)

    def table(self, table: str) -> Place:
        """The place of a whole table."""
        if self.workbook:
            return Place(self.workbook, sheet=table)
        return Place(self.document or f"{table}.csv", prefix=table if self.document else "")

    def setting(self, *path: str) -> Place:
        """The place of a setting, for findings whose column is its dotted path."""
        if self.document:
            return Place(self.document)
        if self.workbook:
            row = self.settings.get(path)
            return Place(self.workbook, row, sheet=SETTINGS_SHEET, letters={"": "B"})
        return Place(SETTINGS_FILE, self.settings.get(path))


def shorten(value: object, length: int = 60) -> str:
    """A value as text that fits into a sentence."""
    text = "" if value is None else str(value)
    return text if len(text) <= length else text[: length - 1] + "…"


def nearest(value: str, known: Iterable[str]) -> str:
    """The known name most like `value`, or nothing when none is close."""
    names = sorted(set(known))
    folded = {name.casefold(): name for name in reversed(names)}
    key = value.strip().casefold()
    if key in folded:
        return folded[key]
    cutoff = 0.5 if len(key) <= 3 else 0.6  # one letter of a two-letter code
    matches = difflib.get_close_matches(key, list(folded), n=8, cutoff=cutoff)
    if not matches:
        return ""
    slips = {match: (_slips(key, match), abs(len(match) - len(key))) for match in matches}
    return folded[min(matches, key=slips.__getitem__)]  # the likest first among equals


def _slips(a: str, b: str) -> int:
    """Letters left out, put in, mistaken or swapped between two words."""
    before, last = [0] * (len(b) + 1), list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y)))
            if i > 1 and j > 1 and (x, a[i - 2]) == (b[j - 2], y):
                row[j] = min(row[j], before[j - 2] + 1)
        before, last = last, row
    return last[-1]
