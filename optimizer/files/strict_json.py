"""Dataclasses to JSON documents and strictly back: nothing missing, nothing extra, nothing bent.

Plans and resolved instances are written by programs. A file that does not read back to exactly what
it states is refused.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from optimizer.errors import Finding
from optimizer.files.json_form import parse_json
from optimizer.files.place import Place, shorten
from optimizer.files.text import decode

T = TypeVar("T")

MAX_FAULTS = 50
"""Most faults of one file that are told."""


def plain(value: Any) -> Any:
    """Dataclasses, records and tuples as plain JSON values."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def to_text(document: Mapping[str, Any]) -> str:
    """JSON text with one line for each row of a top-level list."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = ",\n".join(f"    {_json(row)}" for row in value)
            parts.append(f"  {_json(key)}: [\n{rows}\n  ]")
        else:
            parts.append(f"  {_json(key)}: {_json(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def load_object(path: str | os.PathLike[str]) -> tuple[dict[str, Any], list[Finding]]:
    """The JSON object in a file, or why there is none."""
    where = Path(path)
    place = Place(where.name)
    try:
        data = where.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        return {}, [place.finding("", f"it cannot be read: {reason}", code="unreadable")]
    text, problems = decode(data, place)
    if problems:
        return {}, list(problems)
    parsed = parse_json(text, place)
    if parsed.findings:
        return {}, parsed.findings
    if not isinstance(parsed.value, dict):
        return {}, [place.finding("", "this is not a JSON object", code="wrong-kind")]
    return parsed.value, []


def restore(
    kind: type[T], document: Mapping[str, Any], file: str
) -> tuple[T | None, list[Finding]]:
    """A dataclass from a JSON object.

    Args:
        kind: The dataclass.
        document: Its fields as plain JSON values.
        file: Name of the file, for findings.
    """
    place = Place(file)
    try:
        value: T = TypeAdapter(kind).validate_json(json.dumps(document), strict=True)
    except ValidationError as error:
        faults = error.errors(include_url=False)[:MAX_FAULTS]
        return None, [_fault(place, fault["loc"], fault["msg"], fault["input"]) for fault in faults]
    surplus = list(_differences(document, plain(value), ""))[:MAX_FAULTS]
    if surplus:
        return None, [
            place.finding(path, "unknown field", code="unknown-field") for path in surplus
        ]
    return value, []


def check_version(document: Mapping[str, Any], key: str, version: int, file: str) -> list[Finding]:
    """Whether the file has the version this program reads."""
    found = document.get(key)
    if found == version and not isinstance(found, bool):
        return []
    return [
        Place(file).finding(
            key,
            "the version cannot be read",
            code="wrong-version",
            value="nothing" if found is None else shorten(found),
            expected=str(version),
        )
    ]


def _fault(place: Place, location: tuple[int | str, ...], message: str, value: object) -> Finding:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    missing = message == "Field required"
    return place.finding(
        path,
        "the field is missing" if missing else message[:1].lower() + message[1:],
        code="missing-field" if missing else "bad-value",
        value="" if missing or isinstance(value, dict | list) else shorten(value),
    )


def _differences(stated: Any, kept: Any, path: str) -> list[str]:
    """Paths of what is stated and not kept."""
    if isinstance(stated, dict) and isinstance(kept, dict):
        found: list[str] = []
        for key, value in stated.items():
            inner = f"{path}.{key}" if path else str(key)
            found += _differences(value, kept[key], inner) if key in kept else [inner]
        return found
    if isinstance(stated, list) and isinstance(kept, list):
        found = []
        for index, (a, b) in enumerate(zip(stated, kept, strict=True)):
            found += _differences(a, b, f"{path}[{index}]")
        return found
    return [] if stated == kept else [path]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
