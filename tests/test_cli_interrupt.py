"""Ctrl-C on a terminal: the best plan so far, audited and written; a second one: nothing."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from optimizer.files import write_instance
from optimizer.generate import GeneratorOptions, generate

COMMAND = [sys.executable, "-c", "from optimizer.cli import main; main()"]
SOLVE = ["solve", "week", "--gap", "0", "--method", "heuristic", "-o", "best", "--json"]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("interrupt")
    options = GeneratorOptions(destinations=8, tails=8, consignments=200, seed=4, period="dated")
    write_instance(generate(options), folder / "week")
    return folder


@pytest.fixture
def here(week: Path, tmp_path: Path) -> Path:
    (tmp_path / "week").symlink_to(week / "week")
    return tmp_path


def begin(here: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *SOLVE, *more],
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def events(log: Path, process: subprocess.Popen[str]) -> Iterator[dict[str, object]]:
    """The events of a log while it is written."""
    while not log.exists():
        assert process.poll() is None
        time.sleep(0.01)
    with log.open() as stream:
        line = ""
        while process.poll() is None or line:
            line += stream.readline()
            if line.endswith("\n"):
                yield json.loads(line)
                line = ""
            else:
                time.sleep(0.01)


def test_ctrl_c_shows_progress_before_and_a_plan_after(here: Path) -> None:
    terminal, screen = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *SOLVE],
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=screen,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "200"},
    )
    os.close(screen)
    shown = b""
    while b"plan" not in shown:
        shown += os.read(terminal, 4096)
    process.send_signal(signal.SIGINT)
    answer, _ = process.communicate(timeout=120)
    os.close(terminal)
    figures = json.loads(answer)
    assert process.returncode == 0
    assert figures["status"] == "interrupted"
    assert figures["audit"]["feasible"]
    assert json.loads((here / "best" / "summary.json").read_text()) == figures


@pytest.mark.parametrize(
    ("phase", "number"),
    [
        ("network", signal.SIGTERM),
        ("rule of thumb", signal.SIGINT),
        ("bound", signal.SIGINT),
        ("improve", signal.SIGTERM),
    ],
)
def test_a_signal_in_any_phase(here: Path, phase: str, number: int) -> None:
    process = begin(here, "--log", "log")
    for event in events(here / "log", process):
        if event["event"] == "phase begins" and event["phase"] == phase:
            process.send_signal(number)
            break
    answer, remarks = process.communicate(timeout=120)
    figures = json.loads(answer)
    assert figures["status"] == "interrupted"
    assert "Traceback" not in remarks
    if figures["contribution_usd"] is None:
        assert process.returncode == 130
        assert not (here / "best").exists()
    else:
        assert process.returncode == 0
        assert figures["audit"]["feasible"]
        assert figures["bound_usd"] >= figures["contribution_usd"]
        assert json.loads((here / "best" / "summary.json").read_text()) == figures


def test_a_signal_while_reading_ends_at_once(here: Path) -> None:
    process = begin(here, "--log", "log")
    while not (here / "log").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    answer, remarks = process.communicate(timeout=120)
    if process.returncode == 130 and not answer:  # else it was solving already
        assert not (here / "best").exists()
    else:
        assert json.loads(answer)["status"] == "interrupted"
    assert "Traceback" not in remarks


@pytest.mark.parametrize("late", ["progress", "solve ends"])
def test_a_second_ctrl_c_leaves_nothing_or_everything(here: Path, late: str) -> None:
    process = begin(here, "--log", "log")
    asked = 0
    for event in events(here / "log", process):
        if asked == 0 and event["event"] == "progress":
            process.send_signal(signal.SIGINT)
            asked = 1
        if asked == 1 and event["event"] == late:
            process.send_signal(signal.SIGINT)
            break
    _, remarks = process.communicate(timeout=120)
    assert "Traceback" not in remarks
    left = {path.name for path in here.iterdir()} - {"week", "log"}
    if process.returncode == 130 and left:  # between the last file and the answer
        assert left == {"best"}
    elif process.returncode == 130:
        assert left == set()
    else:  # it was done before the second one came
        assert (process.returncode, left) == (0, {"best"})
    if left:
        assert json.loads((here / "best" / "summary.json").read_text())["audit"]["feasible"]
