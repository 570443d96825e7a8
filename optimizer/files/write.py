"""An instance to its files: folder, ``.zip``, ``.json`` or ``.xlsx``, each holding the same.

Only what differs from a field's default is written, columns and rows in a fixed order, numbers so
that they read back as they were.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from optimizer.domain.base import Record
from optimizer.domain.instance import TABLES, Instance
from optimizer.errors import Finding, InstanceError
from optimizer.files.atomic import new_folder, write_file
from optimizer.files.kinds import columns, required_fields
from optimizer.files.place import SETTINGS_FILE, Place
from optimizer.files.records import formula_errors
from optimizer.files.source import is_ignored
from optimizer.files.text import is_control
from optimizer.files.toml import to_toml

MAX_CELL_TEXT = 32_767
"""Most characters of a cell of a workbook, by its format."""

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the same instance makes the same archive


def write_instance(instance: Instance, path: str | os.PathLike[str]) -> None:
    """Write an instance; the suffix tells the form (``.json``, ``.zip``, ``.xlsx``, else a folder).

    A folder of the same name is replaced when it is an instance; its Markdown and hidden files
    stay.

    Args:
        instance: What to write.
        path: Where to.

    Raises:
        InstanceError: The path is taken by something else, or a text cannot be written.
        OSError: It cannot be written; what was there is untouched.
    """
    target = Path(path)
    _refuse(target, instance)
    suffix = target.suffix.lower()
    if suffix == ".json":
        write_file(target, instance_json(instance).encode())
    elif suffix == ".xlsx":
        from optimizer.files.workbook.write import workbook_bytes  # openpyxl is slow to load

        write_file(target, workbook_bytes(instance_document(instance)))
    elif suffix == ".zip":
        write_file(target, _zipped(instance_files(instance)))
    else:
        with new_folder(target, keep=is_ignored) as folder:
            for name, text in instance_files(instance).items():
                (folder / name).write_bytes(text.encode())


def instance_document(instance: Instance) -> dict[str, Any]:
    """The instance as plain JSON values, defaults left out."""
    return instance.model_dump(mode="json", exclude_defaults=True)


def instance_json(instance: Instance) -> str:
    """The instance as one JSON document, one line for each row."""
    document = instance_document(instance)
    parts = []
    for key, value in document.items():
        if key in TABLES:
            rows = ",\n".join(f"    {_json(row)}" for row in value)
            parts.append(f"  {_json(key)}: [\n{rows}\n  ]")
        else:
            parts.append(f"  {_json(key)}: {_json(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def instance_files(instance: Instance) -> dict[str, str]:
    """Texts of the files of the folder, by name."""
    document = instance_document(instance)
    settings = {key: value for key, value in document.items() if key not in TABLES}
    files = {SETTINGS_FILE: to_toml(settings)}
    for table, record in TABLES.items():
        if rows := document.get(table):
            files[f"{table}.csv"] = _table_csv(rows, record)
    return files


def to_csv(names: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """CSV text: commas, quotes where needed, one line feed a row."""
    lines = [",".join(_cell(name) for name in names)]
    lines += [",".join(_cell(value) for value in row) for row in rows]
    return "\n".join(lines) + "\n"


def _table_csv(rows: list[dict[str, Any]], record: type[Record]) -> str:
    required = set(required_fields(record))
    filled = set().union(*rows)
    names = [name for name in columns(record) if name in required or name in filled]
    return to_csv(names, ([row.get(name) for name in names] for row in rows))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    text = ";".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    if any(char in text for char in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _zipped(files: Mapping[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode())
    return stream.getvalue()


def _refuse(target: Path, instance: Instance) -> None:
    document = instance_document(instance)
    longest = MAX_CELL_TEXT if target.suffix.lower() == ".xlsx" else None
    findings = [*_bad_target(target), *_unwritable(document, "", longest)]
    for table, record in TABLES.items():
        for index, row in enumerate(document.get(table, ())):
            findings += formula_errors(Place("", prefix=f"{table}[{index}]"), row, record)
    if findings:
        raise InstanceError(findings)


def _bad_target(target: Path) -> list[Finding]:
    suffix = target.suffix.lower()
    place = Place(str(target))
    if suffix in {".xls", ".xlsm", ".ods", ".csv", ".toml"}:
        return [
            place.finding(
                "",
                f"an instance is not written as {suffix}",
                code="not-supported",
                expected="a folder, .xlsx, .json or .zip",
            )
        ]
    if suffix in {".json", ".zip", ".xlsx"}:
        if target.is_dir():
            return [place.finding("", "there is a folder of this name", code="path-taken")]
        return []
    if target.exists() and not target.is_dir():
        return [place.finding("", "there is a file of this name", code="path-taken")]
    if not target.is_dir() or (target / SETTINGS_FILE).exists():
        return []
    if all(is_ignored(entry.name) for entry in target.iterdir()):
        return []
    return [
        place.finding(
            "",
            "there is a folder of this name that is not an instance",
            code="path-taken",
            expected="a new or empty folder, or an instance to replace",
        )
    ]


def _unwritable(value: Any, path: str, longest: int | None) -> list[Finding]:
    """Text made in a program that no file can hold."""
    if isinstance(value, list) and longest is not None and all(isinstance(v, str) for v in value):
        value = ";".join(value)
    if isinstance(value, str):
        if longest is not None and len(value) > longest:
            limit = f"at most {longest} characters in a cell of a workbook"
            return [
                Place("").finding(path, "the text is too long", code="too-large", expected=limit)
            ]
        if any(is_control(char) for char in value):
            return [
                Place("").finding(
                    path,
                    "a control character in the text",
                    code="control-character",
                    value=ascii(value),
                )
            ]
        return []
    found: list[Finding] = []
    if isinstance(value, dict):
        for key, item in value.items():
            found += _unwritable(item, f"{path}.{key}" if path else key, longest)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += _unwritable(item, f"{path}[{index}]", longest)
    return found
