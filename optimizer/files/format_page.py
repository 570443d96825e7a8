"""Writes ``docs/instance-format.md`` and ``docs/instance.schema.json`` from the records.

``python -m optimizer.files.format_page docs`` writes both into a folder. The explanations stand in
``format_page.template.md``; tables of fields, checks and refused names come from the program.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib import resources
from inspect import cleandoc
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from optimizer.domain.instance import TABLES, Instance
from optimizer.files.atomic import write_file
from optimizer.files.judge import (
    Check,
    aircraft,
    blocks,
    carriage,
    commitments,
    contradictions,
    crews,
    cyclic,
    duplicates,
    frozen,
    offsets,
    plausible,
    positions,
    references,
    refuelling,
    sold,
    special,
    times,
    transit,
)
from optimizer.files.kinds import Kind, annotation_parts, columns, field_choices, field_kinds
from optimizer.files.schema import json_schema_text
from optimizer.files.settings import KEYS, SECTION_RECORDS
from optimizer.files.source import MAX_FILES, MAX_TOTAL_BYTES
from optimizer.files.table import MAX_ROWS
from optimizer.files.text import MAX_FILE_BYTES
from optimizer.files.unsupported import COLUMNS, SECTIONS
from optimizer.files.unsupported import TABLES as COMING
from optimizer.files.write import instance_files, instance_json

_KIND_WORDS = {
    Kind.INSTANT: "instant",
    Kind.INSTANTS: "instants",
    Kind.DATE: "date",
    Kind.CLOCK: "clock",
    Kind.DAYS: "days",
    Kind.INTEGER: "whole number",
    Kind.NUMBER: "number",
    Kind.FLAG: "yes or no",
    Kind.AIRPORT: "airport",
    Kind.COUNTRY: "country",
    Kind.SIZE: "A to F",
    Kind.LIST: "list",
    Kind.ROUTE: "route",
    Kind.TEXT: "text",
    Kind.NAME: "name",
    Kind.RECORD: "values by column",
}
_BOUNDS = (("gt", "> {}"), ("ge", "≥ {}"), ("lt", "< {}"), ("le", "≤ {}"))
_SUBJECTS = (
    ("Stated twice", duplicates.CHECKS),
    ("References", references.CHECKS),
    ("Times", (times.impossible_years, *times.CHECKS, *offsets.CHECKS)),
    ("Contradictions", contradictions.CHECKS),
    ("Aircraft types", aircraft.CHECKS),
    ("Figures", plausible.CHECKS),
    ("Crews", crews.CHECKS),
    ("Special cargo", special.CHECKS),
    ("ULD positions", positions.CHECKS),
    ("Hub transit", transit.CHECKS),
    ("Commitments", commitments.CHECKS),
    ("Bought capacity", blocks.CHECKS),
    ("Capacity sold", sold.CHECKS),
    ("Frozen decisions", frozen.CHECKS),
    ("Carriage", (*carriage.CHECKS, *refuelling.CHECKS)),
    ("Cyclic weeks", cyclic.CHECKS),
)

EXAMPLE: dict[str, Any] = {
    "format_version": 1,
    "name": "first-week",
    "gateways": ["CGO"],
    "period": {"kind": "dated", "start": "2025-02-17T00:00+08:00", "days": 7},
    "universe": {"departure_grid_min": 120},
    "demand": [
        {
            "consignment": "E-1",
            "origin": "Yiwu",
            "destination": "LUX",
            "commodity": "e-commerce",
            "weight_kg": 42000,
            "volume_m3": 320,
            "ready_at": "2025-02-17T20:00+08:00",
            "due_at": "2025-02-21T08:00+01:00",
            "usd_per_chargeable_kg": 3.1,
        },
        {
            "consignment": "I-1",
            "origin": "LUX",
            "destination": "CGO",
            "commodity": "machinery",
            "weight_kg": 18500,
            "volume_m3": 60,
            "ready_at": "2025-02-18T12:00+01:00",
            "due_at": "2025-02-23T23:00+08:00",
            "usd_per_chargeable_kg": 1.4,
        },
    ],
    "fleet": [{"tail": "LX-VCA", "type": "B744F", "operator": "CV", "base": "CGO"}],
}
"""The example of the page, as a JSON document."""


def format_page() -> str:
    """The Markdown text of ``docs/instance-format.md``."""
    example = Instance.model_validate(EXAMPLE)
    files = instance_files(example)
    text = resources.files("optimizer.files").joinpath("format_page.template.md").read_text("utf-8")
    parts = {
        "MAX_FILE_MIB": str(MAX_FILE_BYTES // 2**20),
        "MAX_TOTAL_MIB": str(MAX_TOTAL_BYTES // 2**20),
        "MAX_FILES": str(MAX_FILES),
        "MAX_ROWS": f"{MAX_ROWS:,}",
        "EXAMPLE_TOML": files["instance.toml"],
        "EXAMPLE_DEMAND": files["demand.csv"],
        "EXAMPLE_FLEET": files["fleet.csv"],
        "EXAMPLE_JSON": instance_json(example),
        "SETTINGS": "\n".join(_settings()),
        "TABLES": "\n".join(_tables()),
        "CHECKS": "\n".join(_checks()),
        "UNSUPPORTED": "\n".join(_unsupported()),
    }
    return re.sub(r"@([A-Z_]+)@", lambda match: parts[match[1]], text)


def _settings() -> Iterator[str]:
    yield "### Before the first section\n"
    yield from field_table(Instance, KEYS)
    for name, record in SECTION_RECORDS.items():
        yield f"### [{name}]\n"
        yield _doc(record)
        yield from field_table(record, columns(record))


def _tables() -> Iterator[str]:
    for name, record in TABLES.items():
        yield f"### {name}.csv\n"
        yield _doc(record)
        yield from field_table(record, [c for c in columns(record) if c != "provenance"])


def field_table(record: type[BaseModel], names: Iterable[str]) -> Iterator[str]:
    """Lines of a Markdown table: what each of a record's fields takes and means."""
    yield "| field | value | default | meaning |"
    yield "| --- | --- | --- | --- |"
    for name in names:
        info = record.model_fields[name]
        default = _default(info)
        yield f"| `{name}` | {_value(record, name)} | {default} | {_meaning(info)} |"
    yield ""


def _value(record: type[BaseModel], name: str) -> str:
    choices = field_choices(record).get(name)
    if choices is not None:
        return ", ".join(f"`{word}`" for word in choices)
    words = _KIND_WORDS[field_kinds(record)[name]]
    info = record.model_fields[name]
    metadata = [*annotation_parts(info.annotation)[1], *info.metadata]
    bounds = [
        text.format(f"{limit:g}")
        for key, text in _BOUNDS
        for item in metadata
        if (limit := getattr(item, key, None)) is not None
    ]
    return ", ".join([words, *bounds])


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**required**"
    value = info.default
    if value is PydanticUndefined or value is None or value in ("", ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _meaning(info: FieldInfo) -> str:
    return (info.description or "").replace("|", "\\|").replace("``", "`").replace(" x ", " × ")


def _doc(record: type[BaseModel]) -> str:
    return cleandoc(record.__doc__ or "").replace("``", "`").replace(" x ", " × ") + "\n"


def _checks() -> Iterator[str]:
    for subject, checks in _SUBJECTS:
        yield f"* **{subject}.** " + " ".join(_sentence(check) for check in checks)
    yield ""


def _sentence(check: Check) -> str:
    return cleandoc(check.__doc__ or "").replace("``", "`").replace("\n", " ")


def _unsupported() -> Iterator[str]:
    yield "| what | tables | columns and keys | sections |"
    yield "| --- | --- | --- | --- |"
    subjects = dict.fromkeys([*COMING.values(), *COLUMNS.values(), *SECTIONS.values()])
    for subject in subjects:
        cells = [
            ", ".join(f"`{name}{suffix}`" for name, what in names.items() if what == subject)
            for names, suffix in ((COMING, ".csv"), (COLUMNS, ""), (SECTIONS, ""))
        ]
        yield f"| {subject} | {' | '.join(cells)} |"
    yield ""


def main(folder: str) -> None:
    """Write both files into a folder."""
    write_file(Path(folder) / "instance-format.md", format_page().encode())
    write_file(Path(folder) / "instance.schema.json", json_schema_text().encode())


if __name__ == "__main__":
    main(*sys.argv[1:2] or ["docs"])
