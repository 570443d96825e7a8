"""Edits of any table, for what has no edit of its own."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from typing_extensions import override

from optimizer.domain.base import Name
from optimizer.domain.instance import TABLES
from optimizer.files.records import make_record
from optimizer.whatif.edits.base import Edit
from optimizer.whatif.edits.desk import Desk


class TableEdit(Edit):
    """An edit of some rows of a table."""

    table: Name = Field(description="table of the instance, for example slots")
    where: dict[str, Any] = Field(
        default_factory=dict, description="values, or lists of values, by column; blank: every row"
    )

    def known(self, desk: Desk, columns: dict[str, Any], field: str) -> bool:
        """Whether table and columns exist; findings for those that do not."""
        if not desk.table(self.table):
            return False
        there = TABLES[self.table].model_fields
        unknown = [column for column in columns if column not in there]
        for column in unknown:
            desk.wrong(field, f"{self.table} has no such column", value=column, known=there)
        return not unknown

    @property
    def wanted(self) -> dict[str, tuple[Any, ...]]:
        """Values wanted, by column."""
        return {
            column: tuple(value) if isinstance(value, list | tuple) else (value,)
            for column, value in self.where.items()
        }


class SetValues(TableEdit):
    """Rows of a table get other values."""

    edit: Literal["set_values"] = "set_values"
    values: dict[str, Any] = Field(min_length=1, description="new values by column")

    @override
    def apply(self, desk: Desk) -> None:
        if self.known(desk, self.where, "where") & self.known(desk, self.values, "values"):
            desk.change(self.table, self.wanted, lambda _: self.values)


class ScaleValues(TableEdit):
    """A number in rows of a table times a factor; blanks stay blank."""

    edit: Literal["scale_values"] = "scale_values"
    column: Name = Field(description="which number")
    by: float = Field(ge=0, description="factor")

    @override
    def apply(self, desk: Desk) -> None:
        if not self.known(desk, {**self.where, self.column: None}, "column"):
            return
        there = [getattr(row, self.column) for row in desk.rows(self.table)]
        if any(
            isinstance(value, bool) or not isinstance(value, int | float | None) for value in there
        ):
            desk.wrong("column", "it does not hold numbers", value=self.column)
            return
        whole = all(isinstance(value, int | None) for value in there)

        def scaled(row: Any) -> dict[str, Any]:
            value = getattr(row, self.column)
            if value is None:
                return {}
            return {self.column: round(value * self.by) if whole else value * self.by}

        desk.change(self.table, self.wanted, scaled)


class RemoveRows(TableEdit):
    """Rows of a table go."""

    edit: Literal["remove_rows"] = "remove_rows"

    @override
    def apply(self, desk: Desk) -> None:
        if self.known(desk, self.where, "where"):
            gone = desk.matching(self.table, self.wanted)
            rows = desk.rows(self.table)
            desk.put(self.table, (row for i, row in enumerate(rows) if i not in gone))


class AddRows(Edit):
    """Rows are added to a table."""

    edit: Literal["add_rows"] = "add_rows"
    table: Name = Field(description="table of the instance, for example slots")
    rows: tuple[dict[str, Any], ...] = Field(min_length=1, description="rows, values by column")

    @override
    def apply(self, desk: Desk) -> None:
        if not desk.table(self.table):
            return
        for number, values in enumerate(self.rows):
            made, findings = make_record(desk.place(f"rows[{number}]"), values, TABLES[self.table])
            desk.findings += findings
            if made is not None:
                desk.add(self.table, made)
