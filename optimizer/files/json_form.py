"""One JSON document to settings and rows; faults are told by path, for example ``demand[3]``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizer.errors import Finding
from optimizer.files.place import Place
from optimizer.files.records import shown
from optimizer.files.table import MAX_ROWS
from optimizer.files.text import is_control

MAX_DEPTH = 8
"""Deepest nesting an instance can have reason for."""


@dataclass
class Parsed:
    """A JSON document and what is wrong with its form."""

    value: Any = None
    findings: list[Finding] = field(default_factory=list)


def parse_json(text: str, place: Place) -> Parsed:
    """Parse a document; duplicate keys and control characters are faults too."""
    parsed = Parsed()

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in items:
            if key in made:
                parsed.findings.append(
                    place.finding(key, "the key is there twice", code="duplicate-key")
                )
            made[key] = value
        return made

    try:
        parsed.value = json.loads(text, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        lines = text.split("\n")
        parsed.findings.append(
            Place(place.file, error.lineno).finding(
                "",
                f"not valid JSON: {error.msg}",
                code="bad-json",
                value=lines[error.lineno - 1].strip() if error.lineno <= len(lines) else "",
                expected="one JSON object",
            )
        )
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, deep nesting
        problem = (
            "values are nested too deeply" if isinstance(error, RecursionError) else str(error)
        )
        parsed.findings.append(place.finding("", f"not valid JSON: {problem}", code="bad-json"))
    else:
        parsed.findings += strange_text(parsed.value, "", place, 0)
    return parsed


def strange_text(value: Any, path: str, place: Place, depth: int) -> list[Finding]:
    """Text that no file could hold, and structure that no instance has."""
    if depth > MAX_DEPTH:
        return [place.finding(path, "values are nested too deeply", code="bad-json")]
    if isinstance(value, str):
        if any(is_control(char) or "\ud800" <= char <= "\udfff" for char in value):
            return [
                place.finding(
                    path,
                    "a control character in the text",
                    code="control-character",
                    value=ascii(value),
                    expected="text without control characters",
                )
            ]
        return []
    found: list[Finding] = []
    if isinstance(value, Mapping):
        for key, item in value.items():
            found += strange_text(item, f"{path}.{key}" if path else key, place, depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += strange_text(item, f"{path}[{index}]", place, depth + 1)
    return found


def table_rows(
    name: str, value: Any, file: str
) -> tuple[list[tuple[Place, Mapping[str, Any]]], list[Finding]]:
    """The rows of one table of the document."""
    if not isinstance(value, list):
        place = Place(file)
        return [], [
            place.finding(
                name,
                "a table is a list of objects",
                code="wrong-kind",
                value=shown(value),
                expected=f'"{name}": [ … ]',
            )
        ]
    if len(value) > MAX_ROWS:
        expected = f"at most {MAX_ROWS} rows"
        place = Place(file)
        return [], [
            place.finding(name, "the table is too long", code="too-large", expected=expected)
        ]
    rows: list[tuple[Place, Mapping[str, Any]]] = []
    findings: list[Finding] = []
    for index, item in enumerate(value):
        place = Place(file, prefix=f"{name}[{index}]")
        if isinstance(item, Mapping):
            rows.append((place, item))
        else:
            findings.append(
                place.finding(
                    "",
                    "a row is an object",
                    code="wrong-kind",
                    value=shown(item),
                    expected="{ … }",
                )
            )
    return rows, findings
