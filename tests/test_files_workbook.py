"""Instances as workbooks: the same as the folder; faults told with sheet, row and letter."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from typer.testing import CliRunner

from optimizer.cli.app import app
from optimizer.domain.digest import instance_digest
from optimizer.domain.instance import TABLES, Instance
from optimizer.errors import Finding, InstanceError, Severity
from optimizer.files import check_instance, instance_files, read_instance, write_instance
from optimizer.files.kinds import columns
from optimizer.files.read import read_draft
from optimizer.files.workbook import grid
from optimizer.files.workbook.convert import ZONE_KEY
from optimizer.files.workbook.write import SUGGESTIONS
from tests.bad_input import GOOD
from tests.files_strategies import instances

SHIPPED = sorted(path.parent for path in Path("instances").glob("*/instance.toml"))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A workbook that is right."""
    folder = tmp_path / "good"
    folder.mkdir()
    for name, text in GOOD.items():
        (folder / name).write_text(text, encoding="utf-8")
    write_instance(read_instance(folder), tmp_path / "week.xlsx")
    return tmp_path / "week.xlsx"


def change(path: Path, spoil: Callable[[Workbook], None]) -> tuple[Finding, ...]:
    book = openpyxl.load_workbook(path)
    spoil(book)
    book.save(path)
    return check_instance(path)


def cell_of(table: str, column: str, row: int = 2) -> str:
    number = columns(TABLES[table]).index(column) + 1
    return f"{openpyxl.utils.get_column_letter(number)}{row}"


def put(table: str, column: str, value: object) -> Callable[[Workbook], None]:
    def spoil(book: Workbook) -> None:
        book[table][cell_of(table, column)] = value

    return spoil


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_shipped_instances_survive(folder: Path, tmp_path: Path) -> None:
    instance = read_instance(folder)
    write_instance(instance, tmp_path / "x.xlsx")
    again = read_instance(tmp_path / "x.xlsx")
    assert again == instance
    assert instance_digest(again) == instance_digest(instance)
    assert instance_files(again) == instance_files(instance)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances())
def test_generated_instances_survive(instance: Instance) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "x.xlsx"
        write_instance(instance, path)
        data = path.read_bytes()
        draft = read_draft(path)
        assert not draft.findings, [str(finding) for finding in draft.findings]
        assert draft.instance() == instance
        assert instance_files(draft.instance() or instance) == instance_files(instance)
        write_instance(instance, path)
        assert path.read_bytes() == data  # the same instance makes the same workbook


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("demand", "weight_kg", "30,000", "thousands-separator"),
        ("demand", "weight_kg", "30000 kg", "unit-in-number"),
        ("demand", "weight_kg", -1, "out-of-range"),
        ("demand", "weight_kg", True, "not-a-number"),
        ("demand", "weight_kg", datetime(2025, 6, 2), "date-mangled"),
        ("demand", "weight_kg", "=1+1", "formula-error"),
        ("demand", "consignment", datetime(2025, 3, 1), "date-mangled"),
        ("demand", "consignment", True, "wrong-kind"),
        ("demand", "consignment", None, "missing-value"),
        ("demand", "ready_at", datetime(2025, 6, 2, 8), "no-offset"),
        ("demand", "ready_at", "2025-06-02T08:00", "no-offset"),
        ("demand", "ready_at", 45810.3333, "date-mangled"),
        ("demand", "carriers", "CV,5Y", "list-separator"),
        ("fleet", "contract", "leased", "unknown-word"),
        ("fleet", "operator", "CW", "similar-operator"),
        ("fleet", "count", 1.5, "not-whole"),
        ("charges", "night_from_local", time(6, 0, 30), "not-a-clock"),
        ("tracks", "both_ways", "maybe", "not-a-flag"),
    ],
)
def test_bad_cells(good: Path, table: str, column: str, value: object, code: str) -> None:
    found = change(good, put(table, column, value))
    letter = cell_of(table, column)[:-1]
    hits = [f for f in found if f.sheet == table and f.row == 2 and f.letter == letter]
    assert code in {f.code for f in hits}, [str(f) for f in found]
    assert f"week.xlsx, sheet {table}, row 2, column {hits[0].column} ({letter}): " in str(hits[0])
    assert hits[0].column.split("[")[0] == column


def test_the_good_workbook_is_good(good: Path) -> None:
    assert [f for f in check_instance(good) if f.severity is Severity.ERROR] == []


def test_what_is_read_without_a_finding(good: Path) -> None:
    before = read_instance(good)

    def dress(book: Workbook) -> None:
        demand = book["demand"]
        demand[cell_of("demand", "weight_kg")] = "30000"  # a number typed as text
        demand[cell_of("demand", "ready_at")] = datetime(2025, 6, 2, 8)
        demand.insert_rows(3, 2)  # blank rows
        demand.insert_cols(2)  # a blank column
        book["charges"][cell_of("charges", "night_from_local", 3)] = timedelta(hours=23)
        book["charges"][cell_of("charges", "night_to_local", 3)] = time(6)
        book["instance"].append([ZONE_KEY, "Asia/Shanghai"])
        book["tracks"][cell_of("tracks", "both_ways")] = "TRUE"
        book.create_sheet(".scratch").append(["anything"])
        empty = next(s for s in book.worksheets if s.max_row == 1)
        del book[empty.title]

    errors = [f for f in change(good, dress) if f.severity is Severity.ERROR]
    assert errors == []
    assert read_instance(good) == before


@pytest.mark.parametrize(
    ("zone", "local", "code"),
    [
        ("Asia/Shangai", datetime(2025, 6, 2, 8), "unknown-zone"),
        ("+15:00", datetime(2025, 6, 2, 8), "unknown-zone"),
        ("../../etc", datetime(2025, 6, 2, 8), "unknown-zone"),
        ("Europe/Luxembourg", datetime(2025, 3, 30, 2, 30), "ambiguous-time"),
        ("Europe/Luxembourg", datetime(2025, 10, 26, 2, 30), "ambiguous-time"),
        ("+08:00", datetime(2025, 6, 2, 8, 0, 30), "not-whole-minute"),
    ],
)
def test_zones_are_never_guessed(good: Path, zone: str, local: datetime, code: str) -> None:
    def spoil(book: Workbook) -> None:
        book["instance"].append([ZONE_KEY, zone])
        book["demand"][cell_of("demand", "ready_at")] = local

    found = change(good, spoil)
    assert code in {f.code for f in found}, [str(f) for f in found]


def rename(old: str, new: str) -> Callable[[Workbook], None]:
    return lambda book: setattr(book[old], "title", new)


def setting(key: str, value: object) -> Callable[[Workbook], None]:
    def spoil(book: Workbook) -> None:
        for row in book["instance"].iter_rows(min_row=2):
            if row[0].value == key:
                row[1].value = value

    return spoil


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (rename("demand", "demands"), "unknown-sheet", "did you mean 'demand'"),
        (rename("instance", "settings"), "missing-sheet", "sheet instance"),
        (lambda book: book["fleet"].merge_cells("A2:B2"), "merged-cells", "sheet fleet"),
        (lambda book: setattr(book["fleet"], "sheet_state", "hidden"), "hidden-sheet", "hidden"),
        (put("fleet", "base", "XX"), "not-an-airport", "sheet fleet, row 2, column base"),
        (
            lambda book: book["fleet"].__setitem__("A1", "tial"),
            "unknown-column",
            "sheet fleet, row 1, column tial (A)",
        ),
        (
            lambda book: book["fleet"].__setitem__("AZ2", "stray"),
            "nameless-column",
            "without a name (AZ)",
        ),
        (
            lambda book: book["instance"].append(["period.dys", 7]),
            "unknown-key",
            "did you mean 'days'",
        ),
        (lambda book: book["instance"].append(["name", "x"]), "duplicate-key", "there twice"),
        (lambda book: book["instance"].append(["name.x", "x"]), "duplicate-key", "there twice"),
        (lambda book: book["instance"].append([None, "x"]), "nameless-column", "without its key"),
        (
            setting("period.start", datetime(2025, 6, 2)),
            "no-offset",
            "column period.start (B)",
        ),
        (setting("period.days", "seven"), "not-a-number", "column period.days (B)"),
        (setting("format_version", 2), "unknown-word", "column format_version (B)"),
        (lambda book: book["instance"].delete_rows(1), "no-header", "key in column A"),
    ],
)
def test_bad_sheets(good: Path, spoil: Callable[[Workbook], None], code: str, words: str) -> None:
    found = change(good, spoil)
    assert any(f.code == code and words in str(f) for f in found), [str(f) for f in found]


def test_formulas_count_by_the_value_saved_with_them(good: Path) -> None:
    before = read_instance(good)
    cell = cell_of("demand", "weight_kg")
    found = change(good, put("demand", "weight_kg", "=15000*2"))
    assert found[0].code == "formula-error"
    stream = io.BytesIO()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if b"15000*2" in data:
                data = re.sub(
                    rb"<f>15000\*2</f><v\s*/>|<f>15000\*2</f><v></v>",
                    b"<f>15000*2</f><v>30000</v>",
                    data,
                )
                assert b"<v>30000</v>" in data, cell
            target.writestr(name, data)
    good.write_bytes(stream.getvalue())
    assert read_instance(good) == before


def test_a_workbook_that_unpacks_to_too_much(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MAX_XML_BYTES", 10_000)
    assert [f.code for f in check_instance(good)] == ["too-large"]


def test_a_text_that_no_cell_holds_is_not_cut(good: Path, tmp_path: Path) -> None:
    instance = read_instance(good).model_copy(update={"description": "x" * 40_000})
    with pytest.raises(InstanceError, match="too long"):
        write_instance(instance, tmp_path / "long.xlsx")
    assert not (tmp_path / "long.xlsx").exists()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_damage_never_crashes(data: st.DataObject) -> None:
    whole = damage_source()
    start = data.draw(st.integers(0, len(whole) - 1))
    junk = data.draw(st.binary(max_size=40))
    cut = data.draw(st.booleans())
    broken = whole[:start] + junk + (b"" if cut else whole[start + len(junk) :])
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "x.xlsx"
        path.write_bytes(broken)
        found = check_instance(path)
        assert all(str(finding) for finding in found)
        if cut and len(broken) < len(whole) - 100:
            assert any(finding.severity is Severity.ERROR for finding in found)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.booleans(),
                st.integers(-10, 100_000),
                st.floats(allow_nan=False, allow_infinity=False),
                st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)),
                st.sampled_from(["tail", "count", "type", "key", "value", "=1/0", "name", "a.b.c"]),
            ),
            max_size=4,
        ),
        max_size=4,
    )
)
def test_any_cells_are_told_and_never_crash(rows: list[list[object]]) -> None:
    book = Workbook()
    for name in ("instance", "fleet", "crew"):
        sheet = book.create_sheet(name)
        for row in [["key", "value"], *rows] if name == "instance" else rows:
            sheet.append(row)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "x.xlsx"
        book.save(path)
        found = check_instance(path)
    assert any(finding.severity is Severity.ERROR for finding in found)


@lru_cache(maxsize=1)
def damage_source() -> bytes:
    with tempfile.TemporaryDirectory() as name:
        write_instance(read_instance("instances/first-steps"), Path(name) / "x.xlsx")
        return (Path(name) / "x.xlsx").read_bytes()


def test_what_a_planner_sees(good: Path) -> None:
    book = openpyxl.load_workbook(good)
    assert book.sheetnames == ["instance", *TABLES]
    demand = book["demand"]
    assert demand.freeze_panes == "B2"
    assert "unit: kg" in demand[cell_of("demand", "weight_kg", 1)].comment.text
    assert isinstance(demand[cell_of("demand", "weight_kg")].value, int | float)
    lists = {v.formula1 for s in book.worksheets for v in s.data_validations.dataValidation}
    assert '"TRUE,FALSE"' in lists
    assert any(formula.startswith("'operators'!$A$2") for formula in lists)
    frame = pd.read_excel(good, sheet_name="demand")
    assert list(frame["consignment"]) == ["C1", "C2", "C3"]


def test_drop_downs_name_columns_that_exist() -> None:
    for pair in (*SUGGESTIONS, *SUGGESTIONS.values()):
        assert pair[1] in columns(TABLES[pair[0]])


def test_commands_take_and_make_workbooks(tmp_path: Path) -> None:
    runner = CliRunner()
    path = str(tmp_path / "x.xlsx")
    made = runner.invoke(app, ["export", "instances/first-steps", "--to", "xlsx", "-o", path])
    assert made.exit_code == 0, made.output
    assert runner.invoke(app, ["check", path]).exit_code == 0
    wrong = runner.invoke(app, ["export", path, "--to", "xlsx", "-o", str(tmp_path / "x.csv")])
    assert wrong.exit_code == 2


def test_openpyxl_is_loaded_only_when_it_is_needed() -> None:
    code = "import sys, optimizer.cli.app, optimizer.files; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
