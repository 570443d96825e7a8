"""Where edits are applied: an instance under change, and what is wrong with the edits so far."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from optimizer.domain.base import Record
from optimizer.domain.instance import TABLES, Instance
from optimizer.errors import Finding
from optimizer.files.place import Place, nearest
from optimizer.files.records import translate

R = TypeVar("R", bound=BaseModel)


class Desk:
    """An instance under change.

    Every change makes a new instance; the one that was handed over stays as it is. What cannot be
    done is a finding at the place of the edit concerned, so that all of them are told at once.

    Attributes:
        instance: As changed so far.
        findings: What is wrong with the edits so far.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.findings: list[Finding] = []
        self._place = Place("")

    def at(self, place: Place) -> None:
        """Findings from now on belong to the edit that stands there."""
        self._place = place

    def wrong(
        self, column: str, problem: str, *, value: object = "", known: Iterable[str] = ()
    ) -> None:
        """Something about the edit cannot be done.

        Args:
            column: Field of the edit.
            problem: Why, in a planner's words.
            value: What it states.
            known: What it could have stated; the nearest is told.
        """
        near = nearest(str(value), known)
        self.findings.append(
            self._place.finding(column, problem, code="edit", value=value, nearest=near)
        )

    def place(self, path: str) -> Place:
        """The place of a part of the edit."""
        prefix = f"{self._place.prefix}.{path}" if self._place.prefix else path
        return dataclasses.replace(self._place, prefix=prefix)

    def rows(self, table: str) -> tuple[Any, ...]:
        """Rows of a table."""
        rows: tuple[Any, ...] = getattr(self.instance, table)
        return rows

    def put(self, table: str, rows: Iterable[Record]) -> None:
        """Replace the rows of a table."""
        self.instance = self.instance.model_copy(update={table: tuple(rows)})

    def add(self, table: str, *rows: Record) -> None:
        """Append rows to a table."""
        self.put(table, (*self.rows(table), *rows))

    def changed(self, row: R, changes: Mapping[str, Any]) -> R:
        """A row with other values, checked; as it was if they make no sense."""
        try:
            return type(row).model_validate(row.model_dump() | dict(changes))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self.findings.append(translate(self._place, detail, type(row)))
            return row

    def change(
        self,
        table: str,
        wanted: Mapping[str, Iterable[Any]],
        to: Callable[[Any], Mapping[str, Any]],
    ) -> None:
        """Give the rows that match other values.

        Args:
            table: Which table.
            wanted: See `matching`.
            to: New values of a row.
        """
        chosen = self.matching(table, wanted)
        self.put(
            table,
            (
                self.changed(row, to(row)) if number in chosen else row
                for number, row in enumerate(self.rows(table))
            ),
        )

    def matching(self, table: str, wanted: Mapping[str, Iterable[Any]]) -> set[int]:
        """Numbers of the rows whose fields have one of the values wanted; a finding if none has.

        Args:
            table: Which table.
            wanted: Values by field; a field without values does not matter.
        """
        rows = self.rows(table)
        chosen = set(range(len(rows)))
        for column, values in wanted.items():
            asked = tuple(values)
            if not asked:
                continue
            there = [getattr(row, column) for row in rows]
            for value in asked:
                if not any(_is(value, own) for own in there):
                    self.wrong(
                        column,
                        f"no row of {table} has it",
                        value=value,
                        known={str(x) for own in there for x in _each(own)},
                    )
            chosen &= {
                number
                for number, own in enumerate(there)
                if any(_is(value, own) for value in asked)
            }
        if not chosen and not any(f.code == "edit" for f in self.findings):
            self.wrong("", f"no row of {table} matches")
        return chosen

    def table(self, name: str, column: str = "table") -> bool:
        """Whether there is such a table; a finding if not."""
        if name in TABLES:
            return True
        self.wrong(column, "there is no such table", value=name, known=TABLES)
        return False


def _each(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _is(value: Any, own: Any) -> bool:
    """Whether a field has a value; a list has every value in it."""
    return any(value == each or str(value) == str(each) for each in _each(own) if each is not None)
