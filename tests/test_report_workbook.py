"""A solution as a workbook: every value of its tables, as a planner's spreadsheet holds them."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from optimizer.cli.app import app
from optimizer.errors import SolutionError
from optimizer.report.folder import TABLE_FILES
from optimizer.report.workbook import TEXTS, solution_workbook, write_solution_workbook

SOLUTIONS = Path(__file__).parent.parent / "solutions"
FOLDER = SOLUTIONS / "first-steps"


def load(data: bytes) -> dict[str, Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: sheet for sheet in book.worksheets}


def table(sheet: Worksheet) -> dict[str, list[Any]]:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("name", ["tiny-cyclic", "madrid-launch"])
def test_it_reads_back_as_the_tables_say(name: str) -> None:
    sheets = load(solution_workbook(SOLUTIONS / name))
    files = {path.stem for path in (SOLUTIONS / name).glob("*.csv")}
    assert set(sheets) == {"summary", "figures", *files}
    for stem in files:
        stated = rows_of(SOLUTIONS / name / f"{stem}.csv")
        found = table(sheets[stem])
        assert all(len(values) == len(stated) for values in found.values())
        for column in stated[0] if stated else ():
            for row, value in zip(stated, found[column], strict=True):
                _same(column, row[column], value)
                if column.endswith("_local") and row[column]:
                    utc = datetime.fromisoformat(row[column]).astimezone(UTC)
                    twin = found[f"{column.removesuffix('_local')}_utc"]
                    assert utc.replace(tzinfo=None) in twin


def _same(column: str, stated: str, value: Any) -> None:
    if not stated:
        assert value is None
    elif isinstance(value, datetime):
        instant = datetime.fromisoformat(stated)
        clock = instant.astimezone(UTC) if column.endswith("_utc") else instant
        assert value == clock.replace(tzinfo=None)
    elif isinstance(value, bool):
        assert str(value) == stated
    elif isinstance(value, int | float):
        assert column not in TEXTS
        assert value == float(stated)
    else:
        assert value == stated
        assert not column.endswith(("_kg", "_usd", "_m3", "_min", "_local", "_utc"))


def test_sheets_are_in_the_order_a_planner_reads_them() -> None:
    names = list(load(solution_workbook(FOLDER)))
    assert names[:7] == [
        "summary", "figures", "schedule", "loads", "trucks", "costs", "left_behind",
    ]  # fmt: skip
    assert [n for n in names[7:14] if not n.startswith("pnl_")] == []


def test_figures_and_words_of_the_summary() -> None:
    sheets = load(solution_workbook(FOLDER))
    summary = json.loads((FOLDER / "summary.json").read_text(encoding="utf-8"))
    columns = table(sheets["figures"])
    figures = dict(zip(columns["figure"], columns["value"], strict=True))
    units = dict(zip(columns["figure"], columns["unit"], strict=True))
    assert figures["contribution_usd"] == summary["contribution_usd"]
    assert figures["gap"] == pytest.approx(summary["gap"], rel=1e-14)
    assert figures["load_factors.outbound.weight"] == summary["load_factors"]["outbound"]["weight"]
    assert figures["money_usd.K1"] == summary["money_usd"]["K1"]
    assert (units["contribution_usd"], units["carried_kg"]) == ("USD", "kg")
    words = [
        ": ".join(str(cell.value) for cell in row) for row in sheets["summary"].iter_rows(max_col=2)
    ]
    text = (FOLDER / "summary.txt").read_text(encoding="utf-8").splitlines()
    assert words[0] == text[0]
    assert [" ".join(x.split()) for x in words] == [
        " ".join(line.replace("  ", ": ", 1).split()) if number else line
        for number, line in enumerate(text)
    ]


def test_it_is_made_for_a_spreadsheet() -> None:
    """Header in sight, filters, widths, units in comments, numbers with thousands."""
    sheet = load(solution_workbook(FOLDER))["schedule"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions
    heads = {cell.value: cell for cell in sheet[1]}
    assert heads["load_kg"].font.bold
    assert heads["load_kg"].comment.text == "unit: kg"
    assert sheet.cell(2, heads["load_kg"].column).number_format == "#,##0.0"
    assert sheet.cell(2, heads["off_block_local"].column).number_format == "yyyy-mm-dd hh:mm"
    assert sheet.column_dimensions["A"].width >= 8


def test_words_stay_words(tmp_path: Path) -> None:
    """What looks like a number, a formula or an error in a name is kept as it is."""
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "left_behind.csv").write_text(
        "consignment,origin,kg,reason\n007,=1+1,5.25,#N/A\n1E5,-1,1e3,time\n", encoding="utf-8"
    )
    found = table(load(solution_workbook(tmp_path))["left_behind"])
    assert found["consignment"] == ["007", "1E5"]
    assert found["origin"] == ["=1+1", "-1"]
    assert found["kg"] == [5.25, 1000]
    assert found["reason"] == ["#N/A", "time"]


def test_columns_of_words_are_known() -> None:
    """Of every table that is shipped: what is not a number, a time or a flag is a column of words;
    none of these is ever a number by what it means."""
    for path in SOLUTIONS.glob("*/*.csv"):
        if path.name not in TABLE_FILES:
            continue
        for row in rows_of(path):
            for column, value in row.items():
                if column in TEXTS or column.endswith(("_local", "_utc")) or not value:
                    continue
                assert value in ("True", "False") or float(value) is not None, (path, column)


def test_the_same_solution_makes_the_same_file_and_nothing_else_is_touched(tmp_path: Path) -> None:
    write_solution_workbook(FOLDER, tmp_path / "a" / "plan.xlsx")
    assert (tmp_path / "a" / "plan.xlsx").read_bytes() == solution_workbook(FOLDER)
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["plan.xlsx"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("summary.json", None, "is not in"),
        ("summary.json", "{", "is not JSON"),
        ("trucks.csv", "lane,trucks\na,1\nb\n", "rows differ in length"),
        ("trucks.csv", "lane,dispatch_utc\na,tomorrow\n", "is no instant"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_written(
    tmp_path: Path, name: str, text: str | None, words: str
) -> None:
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    if text is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SolutionError) as told:
        write_solution_workbook(tmp_path, tmp_path / "plan.xlsx")
    assert words in str(told.value)
    assert name in str(told.value)
    assert not (tmp_path / "plan.xlsx").exists()


def test_the_command(tmp_path: Path) -> None:
    output = tmp_path / "plan.xlsx"
    command = ["export", str(FOLDER), "--to", "xlsx", "-o", str(output)]
    result = CliRunner().invoke(app, [*command, "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["path"] == str(output)
    assert "schedule" in openpyxl.load_workbook(output).sheetnames
    wrong = ["export", str(FOLDER), "--to", "mps", "-o", str(tmp_path / "plan.mps")]
    assert CliRunner().invoke(app, wrong).exit_code == 2
