"""``instance.toml``: everything of an instance that is not a table."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from optimizer.domain.instance import TABLES, BlockTime, CrewRule, Instance, Prices
from optimizer.domain.period import Period, UniverseLimits
from optimizer.errors import Finding
from optimizer.files.place import SETTINGS_FILE, Place, Places, nearest
from optimizer.files.records import make_record, shown
from optimizer.files.unsupported import COLUMNS, OTHER_NAMES, SECTIONS
from optimizer.files.unsupported import TABLES as COMING

SECTION_RECORDS: dict[str, type[BaseModel]] = {
    "period": Period,
    "universe": UniverseLimits,
    "prices": Prices,
    "block_time": BlockTime,
    "crew": CrewRule,
}
"""Sections and what each holds."""

KEYS = tuple(
    name for name in Instance.model_fields if name not in TABLES and name not in SECTION_RECORDS
)
"""Keys that stand before the first section."""

Lines = dict[tuple[str, ...], int]


def parse_toml(text: str) -> tuple[dict[str, Any], Lines, list[Finding]]:
    """The document, the line of every key, and what is wrong with its form."""
    try:
        return tomllib.loads(text), _key_lines(text), []
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        match = re.search(r" \(at line (\d+), column \d+\)", message)
        row = int(match[1]) if match else None
        if "at end of document" in message:
            row = text.count("\n") + 1
        problem = re.sub(r" \(at .*\)$", "", message)
        problem = re.sub(r"\('([^()]*?)',?\)", lambda m: m[1].replace("', '", "."), problem)
        line = text.split("\n")[row - 1].strip() if row else ""
    except ValueError:  # whole numbers of thousands of digits
        problem, row, line = "a number has too many digits", None, ""
    except RecursionError:
        problem, row, line = "values are nested too deeply", None, ""
    finding = Place(SETTINGS_FILE, row).finding(
        "",
        f"not valid TOML: {problem}",
        code="bad-toml",
        value=line,
        expected='lines such as name = "week-8" and sections such as [period]',
    )
    return {}, {}, [finding]


def make_settings(
    document: Mapping[str, Any], places: Places
) -> tuple[Instance | None, list[Finding]]:
    """An instance without any row, or why not.

    Args:
        document: Keys and sections; tables left out.
        places: Where they stand.
    """
    findings: list[Finding] = []
    sections: dict[str, Any] = {}
    for name, record in SECTION_RECORDS.items():
        made, problems = _section(name, record, document, places)
        findings += problems
        if made is not None:
            sections[name] = made
    for key in document:
        if key not in KEYS and key not in SECTION_RECORDS:
            findings.append(unknown_key(key, document[key], places))
    findings += _scalars(document, places)
    if findings:
        return None, findings
    values = {key: document[key] for key in KEYS if key in document}
    return Instance.model_validate(values | sections), []


def _scalars(document: Mapping[str, Any], places: Places) -> list[Finding]:
    """Faults of the keys before the first section."""
    values = {key: document[key] for key in KEYS if key in document}
    stand_in = Period(kind="dated", start=datetime(2000, 1, 1, tzinfo=UTC))  # judged by itself
    _, found = make_record(places.setting(), values | {"period": stand_in}, Instance)
    return [_placed(finding, (), places) for finding in found]


def _section(
    name: str, record: type[BaseModel], document: Mapping[str, Any], places: Places
) -> tuple[BaseModel | None, list[Finding]]:
    if name not in document:
        if Instance.model_fields[name].is_required():
            finding = places.setting().finding(
                name, "the section is missing", code="missing-value", expected=f"[{name}]"
            )
            return None, [finding]
        return None, []
    values = document[name]
    if not isinstance(values, Mapping):
        finding = places.setting(name).finding(
            name,
            "this is a section, not a value",
            code="wrong-kind",
            value=shown(values),
            expected=f"[{name}] and its keys",
        )
        return None, [finding]
    made, found = make_record(places.setting(name), values, record)
    return made, [_placed(finding, (name,), places) for finding in found]


def _placed(finding: Finding, section: tuple[str, ...], places: Places) -> Finding:
    """The finding at the line of its key, with the section in its column."""
    key = finding.column.split("[")[0]
    place = places.setting(*section, key)
    if place.row is None and section:
        place = places.setting(*section)
    return dataclasses.replace(
        finding,
        problem=finding.problem.replace("unknown column", "unknown key"),
        file=place.file,
        row=place.row,
        column=".".join([*section, finding.column] if finding.column else section),
        code="unknown-key" if finding.code == "unknown-column" else finding.code,
    )


def unknown_key(key: str, value: Any, places: Places) -> Finding:
    """A key or section the format does not have, or does not have yet."""
    place = places.setting(key)
    coming = SECTIONS.get(key) or COLUMNS.get(key) or COMING.get(key)
    if coming:
        return place.finding(
            key,
            f"not supported yet: {coming}",
            code="not-supported",
            value=key,
            expected="an instance without it",
        )
    if key in TABLES:
        what, home = ("sheets", f"the sheet {key}") if places.workbook else ("files", f"{key}.csv")
        return place.finding(
            key, f"tables are {what} of their own", code="unknown-key", expected=home
        )
    known = [*KEYS, *SECTION_RECORDS]
    if places.document:
        known += TABLES
    homes = [name for name, record in SECTION_RECORDS.items() if key in record.model_fields]
    if homes and not isinstance(value, Mapping):
        return place.finding(
            key,
            "the key stands outside of its section",
            code="unknown-key",
            expected=f"it under [{homes[0]}]",
        )
    match = OTHER_NAMES.get(key) or nearest(key, known)
    return place.finding(
        key,
        "unknown section" if isinstance(value, Mapping) else "unknown key",
        code="unknown-key",
        value=key,
        expected="" if match else "one of " + ", ".join(known),
        nearest=match,
    )


def _key_lines(text: str) -> Lines:
    """Lines of keys and sections, as far as a plain scan can tell."""
    lines: Lines = {}
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if header := re.match(r"^\s*\[+\s*([\w.-]+)\s*\]+", line):
            section = tuple(header[1].split("."))
            lines.setdefault(section, number)
        elif key := re.match(r"^\s*([\w-]+(?:\.[\w-]+)*)\s*=", line):
            lines.setdefault((*section, *key[1].split(".")), number)
    return lines
