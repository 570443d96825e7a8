"""``freighter solve`` from a timetable of one's own: a schedule and loads as CSV."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from optimizer.cli.app import app
from optimizer.files import read_plan, write_instance
from tests.frozen_cases import case_frozen_flight, case_odd_slot

SCHEDULE = """tail,origin,destination,off_block,on_block
T1,CGO,LUX,2025-06-02T{off}Z,2025-06-02T{on}Z
"""
LOADS = """consignment,flight,uplift,discharge,kg
D,{flight},CGO,LUX,{kg}
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def solve_from(off: str, on: str, kg: int = 50_000, *more: str) -> Result:
    """The case with a flight published at 11:19, from a flight at some minute."""
    write_instance(case_frozen_flight(300), Path("case"))
    schedule = "flight," + SCHEDULE.format(off=off, on=on).replace("T1,CGO", "X,T1,CGO")
    Path("schedule.csv").write_text(schedule)
    Path("loads.csv").write_text(LOADS.format(flight="X", kg=kg))
    start = ("--start-schedule", "schedule.csv", "--start-loads", "loads.csv")
    return CliRunner().invoke(app, ["solve", "case", *start, *more], prog_name="freighter")


def test_a_timetable_is_a_start() -> None:
    """At the published minute: 99,434.17 USD; no work is left to find the better plan of 00:00."""
    result = solve_from("11:19", "21:19", 50_000, "--work-limit", "0.001", "--json",
                        "--method", "heuristic")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "the start keeps every limit and earns 99,434" in result.stderr
    assert json.loads(result.stdout)["contribution_usd"] >= 99_434.16
    found = read_plan(Path("solutions/frozen-flight-300-usd"))
    assert found.contribution_micro >= 99_434_166_667


def test_what_is_wrong_with_a_start_is_told_and_the_rest_is_used() -> None:
    result = solve_from("11:19", "21:00", 60_000)
    assert result.exit_code == 0, result.output
    assert "the start breaks limits: of its flights and loads those are used that fit" in (
        result.stderr
    )
    assert "C3" in result.stderr
    assert "C0" in result.stderr
    assert read_plan(Path("solutions/frozen-flight-300-usd")).contribution_micro == 99_700_000_000


def test_a_start_that_cannot_be_read_is_an_error() -> None:
    result = solve_from("11:19", "noon")
    assert result.exit_code != 0
    assert "schedule.csv" in result.output


def test_a_held_slot_at_an_odd_minute_is_a_start_too() -> None:
    write_instance(case_odd_slot(), Path("case"))
    schedule = "flight," + SCHEDULE.format(off="13:07", on="23:07").replace("T1,CGO", "X,T1,CGO")
    Path("schedule.csv").write_text(schedule)
    Path("loads.csv").write_text(LOADS.format(flight="X", kg=50_000))
    start = ("--start-schedule", "schedule.csv", "--start-loads", "loads.csv")
    result = CliRunner().invoke(app, ["solve", "case", *start], prog_name="freighter")
    assert result.exit_code == 0, result.output
    assert "the start keeps every limit and earns 99,344" in result.stderr
    assert read_plan(Path("solutions/held-slot-odd-minute")).contribution_micro == 99_344_166_667


@pytest.mark.parametrize(
    "arguments",
    [
        ("--start-schedule", "a.csv"),
        ("--start-loads", "a.csv"),
        ("--start", "a", "--start-schedule", "a.csv", "--start-loads", "a.csv"),
    ],
)
def test_half_a_start_or_two_are_refused(arguments: tuple[str, ...]) -> None:
    write_instance(case_frozen_flight(300), Path("case"))
    result = CliRunner().invoke(app, ["solve", "case", *arguments], prog_name="freighter")
    assert result.exit_code == 2
    assert "--start-schedule" in result.output


def test_the_certificate_beside_a_solution_is_a_start_too() -> None:
    """One of another instance is a start as well; one that cannot be read is an error."""
    runner = CliRunner()
    write_instance(case_frozen_flight(300), Path("case"))
    assert runner.invoke(app, ["solve", "case", "--gap", "0", "-o", "base"]).exit_code == 0
    assert Path("base/certificate.json").exists()
    write_instance(case_frozen_flight(500), Path("variant"))
    for start in ("base", "base/plan.json"):
        result = runner.invoke(app, ["solve", "variant", "--start", start, "-o", "out"])
        assert result.exit_code == 0, result.output
        audited = runner.invoke(app, ["audit", "variant", "out"])
        assert audited.exit_code == 0, audited.output
    Path("base/certificate.json").write_text('{"format": "freighter certificate"}')
    result = runner.invoke(app, ["solve", "variant", "--start", "base", "-o", "out"])
    assert result.exit_code == 6
    assert "certificate.json" in result.output
