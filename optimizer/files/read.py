"""An instance from its files, or everything that is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizer.domain.base import Record
from optimizer.domain.instance import TABLES, Instance
from optimizer.errors import Finding, InstanceError, Severity
from optimizer.files.json_form import parse_json, table_rows
from optimizer.files.judge import judge_at
from optimizer.files.kinds import columns, required_fields
from optimizer.files.place import SETTINGS_FILE, Place, Places, nearest
from optimizer.files.records import Records, make_records
from optimizer.files.settings import make_settings, parse_toml
from optimizer.files.source import Source, open_source
from optimizer.files.table import parse_table
from optimizer.files.text import decode
from optimizer.files.unsupported import OTHER_NAMES
from optimizer.files.unsupported import TABLES as COMING


@dataclass
class Draft:
    """What could be made of the files so far.

    Attributes:
        settings: The instance without its rows, when its settings are right.
        tables: Records that could be made, by table.
        places: Where everything stands.
        findings: Everything that is wrong so far.
    """

    settings: Instance | None = None
    tables: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    findings: list[Finding] = field(default_factory=list)

    def instance(self) -> Instance | None:
        """The instance as far as it could be read, when its settings are right."""
        if self.settings is None:
            return None
        return self.settings.model_copy(update=dict(self.tables))


def read_instance(path: str | os.PathLike[str]) -> Instance:
    """Read an instance from a folder, a ``.zip`` of it, one ``.json`` or one ``.xlsx``.

    Args:
        path: Folder or file.

    Returns:
        Exactly what the files state; no reference data joins.

    Raises:
        InstanceError: With every error that can be told without solving.
    """
    draft = read_draft(path)
    instance = draft.instance()
    errors = [f for f in _all_findings(draft) if f.severity is Severity.ERROR]
    if errors or instance is None:
        raise InstanceError(errors)
    return instance


def check_instance(path: str | os.PathLike[str]) -> tuple[Finding, ...]:
    """Everything that is wrong with an instance, errors first, then warnings.

    Bad input never raises.
    """
    findings = _all_findings(read_draft(path))
    return tuple(sorted(findings, key=lambda f: f.severity is Severity.WARNING))


def _all_findings(draft: Draft) -> list[Finding]:
    instance = draft.instance()
    if instance is None:
        return draft.findings
    judged = judge_at(instance, draft.places)
    if any(
        f.severity is Severity.ERROR for f in draft.findings
    ):  # what is surely unmeant cannot be told from half an instance
        judged = tuple(finding for finding in judged if finding.severity is Severity.ERROR)
    return [*draft.findings, *judged]


def read_draft(path: str | os.PathLike[str]) -> Draft:
    """Read as much as can be read."""
    source = open_source(path)
    draft = Draft(findings=list(source.findings))
    if source.document:
        _read_document(source, draft)
    elif source.workbook:
        _read_workbook(source, draft)
    elif source.files or not source.findings:
        _read_folder(source, draft)
    return draft


def _read_folder(source: Source, draft: Draft) -> None:
    rows: dict[str, tuple[Place, ...]] = {}
    partial: set[str] = set(
        TABLES if draft.findings else ()
    )  # a file that cannot be read may be any table
    for name in source.files:
        if name != SETTINGS_FILE and name.removesuffix(".csv") not in TABLES:
            unknown = _unknown_file(name)
            draft.findings.append(unknown)
            partial.add(unknown.nearest.removesuffix(".csv"))
    for table, record in TABLES.items():
        data = source.files.get(f"{table}.csv")
        if data is None:
            continue
        made = _read_table(table, data, record)
        draft.tables[table] = tuple(made.records)
        draft.findings += made.findings
        rows[table] = tuple(made.places)
        if not made.complete:
            partial.add(table)
    settings: dict[str, Any] = {}
    lines: dict[tuple[str, ...], int] = {}
    problems: list[Finding] = []
    if SETTINGS_FILE in source.files:
        text, problems_of_text = decode(source.files[SETTINGS_FILE], Place(SETTINGS_FILE))
        problems = list(problems_of_text)
        if not problems:
            settings, lines, problems = parse_toml(text)
    elif not any(finding.file == SETTINGS_FILE for finding in source.findings):
        problems = [_no_settings()]
    draft.places = Places(rows, lines, partial=frozenset(partial))
    if problems or SETTINGS_FILE not in source.files:
        draft.findings += problems
        return
    draft.settings, problems = make_settings(settings, draft.places)
    draft.findings += problems


def _read_table(table: str, data: bytes, record: type[Record]) -> Records[Record]:
    file = f"{table}.csv"
    text, problems = decode(data, Place(file))
    if problems:
        return Records(findings=list(problems), complete=False)
    required = required_fields(record)
    raw = parse_table(text, file, columns(record), required)
    if not raw.columns:
        return Records(findings=raw.findings, complete=False)
    missing = frozenset(required) - frozenset(raw.columns)
    made = make_records(((row.place, row.cells) for row in raw.rows), record, missing)
    made.findings = [*raw.findings, *made.findings]
    made.complete = made.complete and raw.complete
    return made


def _read_document(source: Source, draft: Draft) -> None:
    for file, data in source.files.items():
        text, problems = decode(data, Place(file))
        draft.findings += problems
        draft.places = Places(document=file)
        if problems:
            return
        parsed = parse_json(text, Place(file))
        draft.findings += parsed.findings
        if parsed.findings and parsed.value is None:
            return
        if not isinstance(parsed.value, Mapping):
            draft.findings.append(
                Place(file).finding(
                    "", "an instance is one JSON object", code="wrong-kind", expected="{ … }"
                )
            )
            return
        _read_object(parsed.value, file, draft)


def _read_workbook(source: Source, draft: Draft) -> None:
    from optimizer.files.workbook.read import read_parts  # openpyxl is slow to load

    for file, data in source.files.items():
        parts = read_parts(file, data)
        draft.findings += parts.findings
        rows = {table: tuple(made.places) for table, made in parts.tables.items()}
        draft.tables = {table: tuple(made.records) for table, made in parts.tables.items()}
        partial = frozenset(parts.partial)
        draft.places = Places(rows, parts.lines, partial=partial, workbook=file)
        if parts.settings is not None:
            draft.settings, problems = make_settings(parts.settings, draft.places)
            draft.findings += problems


def _read_object(value: Mapping[str, Any], file: str, draft: Draft) -> None:
    rows: dict[str, tuple[Place, ...]] = {}
    partial: set[str] = set()
    for table, record in TABLES.items():
        if table not in value:
            continue
        found, problems = table_rows(table, value[table], file)
        made = make_records(found, record)
        draft.tables[table] = tuple(made.records)
        draft.findings += [*problems, *made.findings]
        rows[table] = tuple(made.places)
        if problems or not made.complete:
            partial.add(table)
    draft.places = Places(rows, document=file, partial=frozenset(partial))
    settings = {key: item for key, item in value.items() if key not in TABLES}
    draft.settings, problems = make_settings(settings, draft.places)
    draft.findings += problems


def _unknown_file(name: str) -> Finding:
    place = Place(name)
    stem = name.rsplit(".", 1)[0].lower()
    if name.lower().endswith(".csv") and stem in COMING:
        return place.finding(
            "",
            f"not supported yet: {COMING[stem]}",
            code="not-supported",
            expected="an instance without this file",
        )
    known = [SETTINGS_FILE, *(f"{table}.csv" for table in TABLES)]
    match = f"{OTHER_NAMES[stem]}.csv" if stem in OTHER_NAMES else nearest(name, known)
    return place.finding(
        "",
        "this file is not part of an instance",
        code="unknown-file",
        expected="" if match else "instance.toml, the tables of the format, or Markdown (.md)",
        nearest=match,
    )


def _no_settings() -> Finding:
    return Place(SETTINGS_FILE).finding(
        "",
        "the file is missing",
        code="missing-file",
        expected="instance.toml with format_version, name, gateways and [period]",
    )
