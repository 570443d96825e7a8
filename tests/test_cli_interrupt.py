"""Ctrl-C on a terminal: the best plan so far, audited and written."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

from optimizer.files import write_instance
from optimizer.generate import GeneratorOptions, generate

COMMAND = [sys.executable, "-c", "from optimizer.cli import main; main()"]


def test_ctrl_c_shows_progress_before_and_a_plan_after(tmp_path: Path) -> None:
    options = GeneratorOptions(destinations=8, tails=8, consignments=200, seed=4, period="dated")
    write_instance(generate(options), tmp_path / "week")
    terminal, screen = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "solve", "week", "--gap", "0", "--method", "heuristic", "-o", "best", "--json"],
        cwd=tmp_path,
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
    assert json.loads((tmp_path / "best" / "summary.json").read_text()) == figures
