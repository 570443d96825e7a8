"""Everything that can go wrong, as one small tree of exceptions.

A `Finding` is one sentence for the planner about one place in the input. Exceptions that stem from
input carry all findings at once; every exception knows the exit code the command line ends with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How bad a finding is."""

    ERROR = "error"  # the instance cannot be planned
    WARNING = "warning"  # legal, but surely not what was meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem in the input, told where it is and what would be right.

    Attributes:
        problem: What is wrong, in a planner's words.
        file: File name within the instance, for example ``demand.csv``.
        row: Line number in that file as an editor shows it (the header is line 1); None when the
            finding concerns the whole file.
        column: Column or key.
        sheet: Sheet of a workbook.
        letter: Column of the sheet as the spreadsheet names it, for example ``E``.
        value: What was found there, as text.
        expected: What would have been right.
        nearest: The closest legal value, when there is one ("did you mean").
        code: Stable short name of the check, for tests and machines.
    """

    problem: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    expected: str = ""
    nearest: str = ""
    code: str = ""
    severity: Severity = Severity.ERROR
    sheet: str = ""
    letter: str = ""

    def __str__(self) -> str:
        place = self.file
        if self.sheet:
            place += f", sheet {self.sheet}" if place else f"sheet {self.sheet}"
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            column = f"{self.column} ({self.letter})" if self.letter else self.column
            place += f", column {column}" if place else f"column {column}"
        text = f"{place}: {self.problem}" if place else self.problem
        if self.value:
            text += f": {self.value!r}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.nearest:
            text += f"; did you mean {self.nearest!r}?"
        return text


class FreighterError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code = 1


class FindingsError(FreighterError):
    """Bad input, with every finding."""

    headline = "the input"

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        count = len(self.findings)
        noun = "problem" if count == 1 else "problems"
        lines = "\n".join(f"  {finding}" for finding in self.findings)
        super().__init__(f"{count} {noun} in {self.headline}:\n{lines}")

    def __reduce__(self) -> tuple[type[FindingsError], tuple[tuple[Finding, ...]]]:
        return type(self), (self.findings,)


class InstanceError(FindingsError):
    """The instance cannot be read or makes no sense."""

    exit_code = 3
    headline = "the instance"


class SolutionError(FindingsError):
    """A solution, schedule or load list cannot be read or belongs to another instance."""

    exit_code = 6
    headline = "the solution"


class InfeasibleError(FreighterError):
    """No plan satisfies the hard requirements."""

    exit_code = 4


class NoPlanError(FreighterError):
    """No plan was found before the limits were reached, though none is proven impossible."""

    exit_code = 7
