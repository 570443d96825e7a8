"""Write an instance folder: one CSV per table, and ``instance.toml``.

Rows are checked by the records of `optimizer.domain` before anything is written; a README in the
folder is left alone.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from optimizer.domain.instance import TABLES, Instance

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def write_folder(folder: Path, header: Mapping[str, Any], tables: Tables) -> Instance:
    """Check and write an instance.

    Args:
        folder: Where to; made if it is missing.
        header: What ``instance.toml`` states; nested mappings become TOML tables.
        tables: Rows by table name; lists in cells are joined by semicolons.

    Returns:
        The instance that was written.

    Raises:
        pydantic.ValidationError: A row is not a valid record; nothing is written.
    """
    cells = {name: [_cells(row) for row in rows] for name, rows in tables.items() if rows}
    instance = Instance.model_validate({**header, **cells})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "instance.toml").write_text(_toml(header), encoding="utf-8")
    for name in TABLES:
        path = folder / f"{name}.csv"
        if name in cells:
            _write_csv(path, name, cells[name])
        else:
            path.unlink(missing_ok=True)
    return instance


def _cells(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as text; blanks are left out."""
    return {key: text for key, value in row.items() if (text := _cell(value)) != ""}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    return str(value)


def _write_csv(path: Path, table: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Columns in the record's order, provenance last, columns without any value left out."""
    fields = [name for name in TABLES[table].model_fields if name != "provenance"]
    used = [name for name in (*fields, "provenance") if any(name in row for row in rows)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, used, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _toml(header: Mapping[str, Any]) -> str:
    """TOML of plain values; JSON's strings, numbers, booleans and arrays are TOML's."""
    top = {key: value for key, value in header.items() if not isinstance(value, Mapping)}
    text = _lines(top)
    for key, value in header.items():
        if isinstance(value, Mapping):
            text += f"\n[{key}]\n" + _lines(value)
    return text


def _lines(values: Mapping[str, Any]) -> str:
    return "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()
    )
