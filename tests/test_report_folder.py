"""The solution folder: whole or not at all, and readable again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from optimizer.errors import FreighterError
from optimizer.files import read_plan, read_timetable
from optimizer.plan.costing import price
from optimizer.plan.plan import Flight, Load, Plan, Segment
from optimizer.plan.rotation import Leg, Rotation
from optimizer.report.folder import (
    PAGE_FILE,
    PLAN_FILE,
    TABLE_FILES,
    TargetError,
    write_csv,
    write_folder,
    write_solution,
)
from optimizer.report.resolved_tables import RESOLVED_FILES
from optimizer.report.summary import summary
from optimizer.report.view import PlanView
from optimizer.resolve import resolve
from tests.builders import tail, tiny

DOCS = Path(__file__).parent.parent / "docs"


def view(kind: str = "dated", flights: int = 2) -> PlanView:
    """Rotations to LUX, 20 t out and 10 t back on each."""
    instance = tiny(kind=kind, fleet=(tail(count=3),))
    resolved = resolve(instance)
    pool = resolved.pools[0]
    flown = []
    loads = []
    for i in range(flights):
        start = 60 + 1500 * i
        legs = (
            Leg("CGO", "LUX", start, start + 600, "full"),
            Leg("LUX", "CGO", start + 700, start + 1300, "full"),
        )
        name = "" if kind == "cyclic" else pool.tails[i % 2]
        flown.append(Flight(f"F{i}", pool.id, name, Rotation("CV", "T100", legs)))
        loads.append(Load("OUT", 20_000_001, None, (Segment(f"F{i}", 0, 0),), None))
        loads.append(Load("BACK", 10_000_000, None, (Segment(f"F{i}", 1, 1),), None))
    flown.sort(key=lambda f: (f.tail, f.rotation.off_block_min))
    plan = Plan(resolved.name, "", tuple(flown), tuple(loads), ())
    return PlanView(resolved, price(resolved, plan))


def write(where: Path, shown: PlanView) -> Path:
    return write_solution(where, shown, summary(shown.resolved, shown.data))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_solution_holds_every_file_and_nothing_else(tmp_path: Path) -> None:
    folder = write(tmp_path / "solutions" / "tiny", view())
    expected = {PLAN_FILE, PAGE_FILE, "summary.json", "summary.txt", *TABLE_FILES}
    assert {path.name for path in folder.iterdir()} == expected
    assert [path.name for path in folder.parent.iterdir()] == ["tiny"]
    json.loads((folder / "summary.json").read_text())


def test_the_same_plan_makes_the_same_files(tmp_path: Path) -> None:
    assert contents(write(tmp_path / "a", view())) == contents(write(tmp_path / "b", view()))


def test_the_plan_reads_back(tmp_path: Path) -> None:
    shown = view()
    assert read_plan(write(tmp_path / "s", shown)) == shown.data


@pytest.mark.parametrize("kind", ["dated", "cyclic"])
def test_schedule_and_loads_read_back_as_the_plan(tmp_path: Path, kind: str) -> None:
    shown = view(kind)
    folder = write(tmp_path / "s", shown)
    instance = tiny(kind=kind, fleet=(tail(count=3),))
    again = read_timetable(instance, shown.resolved, folder / "schedule.csv", folder / "loads.csv")
    assert again.flights == shown.data.flights
    assert again.loads == shown.data.loads
    assert again.money == shown.data.money


def test_money_in_the_files_adds_up(tmp_path: Path) -> None:
    shown = view()
    folder = write(tmp_path / "s", shown)
    contribution = shown.data.contribution_micro
    assert round(pd.read_csv(folder / "costs.csv")["amount_usd"].sum() * 1e6) == contribution
    for name in ("pnl_rotation.csv", "pnl_consignment.csv", "pnl_tail.csv"):
        assert round(pd.read_csv(folder / name)["contribution_usd"].sum() * 1e6) == contribution


def test_a_new_solution_replaces_the_old_one_and_keeps_notes(tmp_path: Path) -> None:
    folder = write(tmp_path / "s", view(flights=1))
    (folder / "notes.md").write_text("ask CV about Tuesday")
    (folder / "mail").mkdir()
    (folder / "mail" / "1.txt").write_text("agreed")
    write(folder, view(flights=2))
    assert len(read_plan(folder).flights) == 2
    assert (folder / "notes.md").read_text() == "ask CV about Tuesday"
    assert (folder / "mail" / "1.txt").read_text() == "agreed"
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def _fail(path: Path) -> None:
    path.write_text("half")
    raise OSError(28, "No space left on device", str(path))


@pytest.mark.parametrize("there", [True, False])
def test_a_writer_that_fails_leaves_the_last_good_solution(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "s"
    if there:
        write(folder, view())
    before = contents(folder) if there else None
    writers = {PLAN_FILE: lambda path: _write_text(path, "new"), "loads.csv": _fail}
    with pytest.raises(OSError, match="No space left"):
        write_folder(folder, writers, marker=PLAN_FILE)
    assert (contents(folder) if folder.exists() else None) == before
    assert [path.name for path in tmp_path.iterdir()] == (["s"] if there else [])


def _write_text(path: Path, text: str) -> None:
    path.write_text(text)


CRASH = """
import os, signal, sys
from pathlib import Path
from optimizer.report.folder import write_folder

def die(path):
    path.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)

write_folder(
    Path(sys.argv[1]),
    {"plan.json": lambda path: path.write_text("new"), "loads.csv": die},
    marker="plan.json",
)
"""


def test_a_killed_process_leaves_the_last_good_solution(tmp_path: Path) -> None:
    folder = write(tmp_path / "s", view())
    before = contents(folder)
    killed = subprocess.run([sys.executable, "-c", CRASH, str(folder)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert contents(folder) == before


def test_other_folders_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("years of work")
    with pytest.raises(TargetError, match="holds other things"):
        write(tmp_path / "thesis", view())
    assert contents(tmp_path / "thesis") == {"chapter1.tex": b"years of work"}
    with pytest.raises(FreighterError, match="is a file"):
        write(tmp_path / "thesis" / "chapter1.tex", view())


def test_an_empty_folder_and_a_link_are_fine(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link", view())
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / PLAN_FILE).is_file()


@pytest.mark.parametrize("name", TABLE_FILES)
def test_every_column_is_described(name: str) -> None:
    """The page on the solution format names every file and, in its section, every column."""
    text = (DOCS / "solution-format.md").read_text()
    assert f"`{name}`" in text
    columns = TABLE_FILES[name](view()).columns
    assert [column for column in columns if f"`{column}`" not in text] == []


@pytest.mark.parametrize("name", RESOLVED_FILES)
def test_tables_of_the_resolved_instance_are_described(name: str, tmp_path: Path) -> None:
    text = (DOCS / "solution-format.md").read_text()
    table = RESOLVED_FILES[name](view().resolved)
    assert f"`{name}`" in text
    assert [column for column in table.columns if f"`{column}`" not in text] == []
    write_csv(table, tmp_path / name)
    assert len(pd.read_csv(tmp_path / name)) == len(table)


def test_every_figure_of_the_summary_is_described() -> None:
    text = (DOCS / "solution-format.md").read_text()
    shown = view()
    assert [k for k in summary(shown.resolved, shown.data) if f"`{k}`" not in text] == []
