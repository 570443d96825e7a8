"""The rows of a schedule or a load list, and the values in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from optimizer.domain.base import Instant
from optimizer.domain.resolved import ResolvedPeriod
from optimizer.errors import Finding
from optimizer.files.cells import diagnose
from optimizer.files.kinds import Kind
from optimizer.files.place import Place, nearest
from optimizer.files.table import RawRow, parse_table
from optimizer.files.text import MAX_FILE_BYTES, decode
from optimizer.files.world import world_airports

SUFFIXES = ("", "_utc")
"""What may follow the name of a column of instants; every instant has its offset anyway."""


def read_rows(
    path: Path, known: tuple[str, ...], required: tuple[str, ...], either: tuple[str, ...] = ()
) -> tuple[list[RawRow], list[Finding]]:
    """Rows of a CSV file with the cells of the known columns; other columns are passed over.

    Args:
        path: The file.
        known: Columns that are read.
        required: Columns there must be, with or without the suffix ``_utc``.
        either: Columns of which one will do; without any, a misspelt one is told.
    """
    place = Place(path.name)
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else None
    except OSError as error:
        reason = error.strerror or str(error)
        return [], [place.finding("", f"it cannot be read: {reason}", code="unreadable")]
    if data is None:
        return [], [place.finding("", "the file is too large", code="too-large")]
    text, problems = decode(data, place)
    if problems:
        return [], list(problems)
    table = parse_table(text, path.name, known, ())
    missing = [
        name for name in required if not any(name + suffix in table.columns for suffix in SUFFIXES)
    ]
    meant = _missing_names(missing)
    if not set(either) & set(table.columns):
        meant |= set(either)
    findings = [
        finding
        for finding in table.findings
        if finding.code != "unknown-column" or finding.nearest in meant
    ]
    if table.columns:
        for name in missing:
            expected = f"a column {name}"
            findings.append(
                place.finding(
                    name, "the column is missing", code="missing-column", expected=expected
                )
            )
    return table.rows, [f for f in findings if f.code != "not-supported"]


def _missing_names(missing: Collection[str]) -> set[str]:
    return {name + suffix for name in missing for suffix in SUFFIXES}


@dataclass
class Reader:
    """Values of one row; what cannot be understood is noted."""

    row: RawRow
    period: ResolvedPeriod
    findings: list[Finding]

    def text(self, column: str) -> str:
        """A cell, blank when it is empty or its column is not there."""
        return self.row.cells.get(column, "")

    def needed(self, column: str) -> str:
        """A cell that must not be blank."""
        value = self.text(column)
        if not value:
            self.note(column, "the value is missing", "missing-value")
        return value

    def one_of(self, column: str, known: Mapping[str, object], what: str) -> str:
        """A cell that names something of the instance."""
        value = self.needed(column)
        if value and value not in known:
            self.note(column, f"unknown {what}", f"unknown-{what}", value, nearest(value, known))
            return ""
        return value

    def airport(self, column: str, known: Mapping[str, object]) -> str:
        """A cell that names an airport of the plan."""
        value = self.text(column)
        if value and value not in known and value in world_airports():
            self.note(
                column,
                "nothing in this instance goes to this airport",
                "unused-airport",
                value,
                nearest(value, known),
                "a row for it in the instance's airports.csv",
            )
            return ""
        return self.one_of(column, known, "airport")

    def minute(self, column: str) -> int | None:
        """An instant as a minute of the period; None when there is none."""
        for suffix in SUFFIXES:
            if value := self.text(column + suffix):
                return self._minute(column + suffix, value)
        return None

    def needed_minute(self, column: str) -> int | None:
        """An instant that must be there."""
        if not any(self.text(column + suffix) for suffix in SUFFIXES):
            self.note(column, "the value is missing", "missing-value")
            return None
        return self.minute(column)

    def _minute(self, column: str, value: str) -> int | None:
        try:
            instant = _INSTANT.validate_python(value)
        except ValidationError:
            found = diagnose(Kind.INSTANT, value)
            problem = found.problem if found else "this is not an instant"
            close = found.nearest if found else ""
            code = found.code if found else "not-an-instant"
            self.note(column, problem, code, value, close, Kind.INSTANT.value)
            return None
        start = datetime.fromisoformat(self.period.start)
        return int((instant - start).total_seconds()) // 60

    def grams(self, column: str) -> int:
        """Kilograms as grams, rounded to the nearest."""
        value = self.needed(column)
        if value and not re.match(r"^\d{1,12}(\.\d{1,12})?([eE][-+]?\d)?$", value):
            found = diagnose(Kind.NUMBER, value)
            problem = found.problem if found else "this is not a number"
            self.note(
                column,
                "the number is negative" if value.startswith("-") else problem,
                found.code if found else "not-a-number",
                value,
                found.nearest if found else "",
                Kind.NUMBER.value,
            )
            return 0
        grams = int((Decimal(value or "0") * 1000).to_integral_value(rounding="ROUND_HALF_UP"))
        if value and grams == 0:
            self.note(column, "nothing is loaded", "out-of-range", value, "", "more than 0")
        return grams

    def whole(self, column: str) -> int | None:
        """A whole number of 0 or more; None when there is none."""
        value = self.text(column)
        if not value:
            return None
        if not re.match(r"^\d{1,9}(\.0+)?$", value):
            self.note(column, "this is not a whole number", "not-whole", value)
            return None
        return int(value.split(".")[0])

    def note(
        self,
        column: str,
        problem: str,
        code: str,
        value: str = "",
        close: str = "",
        expected: str = "",
    ) -> None:
        """Note a problem with a cell."""
        self.findings.append(
            self.row.place.finding(
                column, problem, code=code, value=value, nearest=close, expected=expected
            )
        )


_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
