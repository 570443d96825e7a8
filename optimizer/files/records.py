"""Raw rows to domain records; what pydantic refuses is said in a planner's words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from optimizer.errors import Finding
from optimizer.files.cells import Diagnosis, diagnose, formula_error
from optimizer.files.kinds import Kind, columns, field_choices, field_kinds, kind_of_pattern
from optimizer.files.place import Place, nearest
from optimizer.files.table import unknown_column

R = TypeVar("R", bound=BaseModel)

MAX_FINDINGS = 200
"""Most bad cells of one table that are told one by one."""

_BOUNDS = {
    "greater_than": ("gt", "more than {}"),
    "greater_than_equal": ("ge", "at least {}"),
    "less_than": ("lt", "less than {}"),
    "less_than_equal": ("le", "at most {}"),
}


@dataclass
class Records(Generic[R]):
    """The records of one table that could be made, and why the others could not."""

    records: list[R] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True


def make_records(
    rows: Iterable[tuple[Place, Mapping[str, Any]]],
    record: type[R],
    told: frozenset[str] = frozenset(),
) -> Records[R]:
    """Validate the rows of one table.

    Args:
        rows: Place and fields of every row; cells of a CSV file are text.
        record: What a row is.
        told: Fields that are known to be missing in every row and not told again.
    """
    result: Records[R] = Records()
    hidden = 0
    for place, values in rows:
        made, findings = make_record(place, values, record)
        findings = [f for f in findings if not (f.code == "missing-value" and f.column in told)]
        if made is not None:
            result.records.append(made)
            result.places.append(place)
            continue
        result.complete = False
        room = MAX_FINDINGS - len(result.findings)
        result.findings += findings[:room]
        hidden += len(findings[room:])
    if hidden:
        last = result.findings[-1]
        result.findings.append(
            Place(last.file, sheet=last.sheet).finding(
                "", f"and {hidden} more problems in this table", code="more"
            )
        )
    return result


def make_record(
    place: Place, values: Mapping[str, Any], record: type[R]
) -> tuple[R | None, list[Finding]]:
    """One record, or why not."""
    findings = [
        *formula_errors(place, values, record),
        *flags_for_numbers(place, values, record),
    ]
    skip = {finding.value for finding in findings}
    try:
        made = record.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False)
        bad_items = {detail["loc"][0] for detail in details if len(detail["loc"]) > 1}
        for detail in details:
            if detail["type"] == "too_short" and detail["loc"][0] in bad_items:
                continue  # only because its bad items were left out
            if shown(detail["input"]) not in skip or detail["type"] == "missing":
                findings.append(translate(place, detail, record))
        return None, findings
    return (None, findings) if findings else (made, [])


def translate(place: Place, detail: ErrorDetails, record: type[BaseModel]) -> Finding:
    """One of pydantic's errors as a finding."""
    location = detail["loc"]
    column = str(location[0]) if location else ""
    value = detail["input"]
    if not location:  # a rule of the whole record
        return place.finding("", _reason(detail), code="contradiction")
    if detail["type"] == "missing":
        return place.finding(
            column,
            "the value is missing",
            code="missing-value",
            expected=_expected(record, column),
        )
    if detail["type"] == "extra_forbidden":
        return unknown_column(place, column, columns(record))
    return _bad_value(place, detail, record, column, value)


def _bad_value(
    place: Place, detail: ErrorDetails, record: type[BaseModel], column: str, value: Any
) -> Finding:
    path = column + "".join(f"[{part}]" for part in detail["loc"][1:] if isinstance(part, int))
    expected = _expected(record, column)
    if detail["type"] in _BOUNDS:
        key, words = _BOUNDS[detail["type"]]
        limit = detail.get("ctx", {}).get(key)
        return place.finding(
            path,
            "the number is negative" if _is_negative(value) and limit == 0 else "out of range",
            code="out-of-range",
            value=shown(value),
            expected=words.format(_plain(limit)),
        )
    if detail["type"] == "too_short":
        return place.finding(path, "the list is empty", code="missing-value", expected=expected)
    element = kind_of_pattern(detail.get("ctx", {}).get("pattern"))
    kind = element or field_kinds(record).get(column, Kind.TEXT)
    diagnosis = _diagnosis(kind, field_choices(record).get(column), value)
    return place.finding(
        path,
        diagnosis.problem,
        code=diagnosis.code,
        value=shown(value),
        expected=element.value if element else expected,
        nearest=diagnosis.nearest,
    )


def _diagnosis(kind: Kind, choices: tuple[str, ...] | None, value: Any) -> Diagnosis:
    if choices is not None:
        return Diagnosis("unknown-word", "unknown word", nearest(str(value), choices))
    if isinstance(value, str):
        found = diagnose(kind, value.strip())
        return found or Diagnosis("bad-value", "the value is not allowed")
    if isinstance(value, float) and kind in (Kind.NUMBER, Kind.INTEGER):
        if value != value or value in (float("inf"), float("-inf")):
            return Diagnosis("not-a-number", "this is not a number")
        return Diagnosis("not-whole", "the number is not whole")
    return Diagnosis("wrong-kind", "the value is of the wrong kind")


def formula_errors(
    place: Place, values: Mapping[str, Any], record: type[BaseModel]
) -> Iterable[Finding]:
    """Formulas and their errors where a value belongs; free text may hold anything."""
    kinds = field_kinds(record)
    for column, value in values.items():
        if kinds.get(column, Kind.TEXT) is Kind.TEXT:
            continue
        text = ";".join(map(str, value)) if isinstance(value, list | tuple) else value
        found = formula_error(text) if isinstance(text, str) else None
        if found is not None:
            yield place.finding(
                column,
                found.problem,
                code=found.code,
                value=shown(value),
                expected="a value, pasted as such",
            )


def flags_for_numbers(
    place: Place, values: Mapping[str, Any], record: type[BaseModel]
) -> Iterable[Finding]:
    """True or false where a number belongs; it would count as 1 or 0."""
    kinds = field_kinds(record)
    for column, value in values.items():
        if isinstance(value, bool) and kinds.get(column) in (Kind.NUMBER, Kind.INTEGER):
            yield place.finding(
                column,
                "the value is of the wrong kind",
                code="wrong-kind",
                value=shown(value),
                expected=_expected(record, column),
            )


def _expected(record: type[BaseModel], column: str) -> str:
    choices = field_choices(record).get(column)
    if choices is not None:
        return " or ".join(choices)
    kind = field_kinds(record).get(column)
    return kind.value if kind is not None else ""


def _reason(detail: ErrorDetails) -> str:
    """The words of a validator of our own, or pydantic's when there are none."""
    error = detail.get("ctx", {}).get("error")
    return str(error) if error is not None else detail["msg"]


def shown(value: Any) -> str:
    """A value as the input shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "" if value is None else str(value)


def _is_negative(value: Any) -> bool:
    try:
        return float(value) < 0
    except (TypeError, ValueError):
        return False


def _plain(number: Any) -> str:
    return f"{number:g}" if isinstance(number, float) else str(number)
