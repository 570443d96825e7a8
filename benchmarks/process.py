"""One task in a process of its own, stopped if it takes too long."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.task import OUTCOME_FILE, TASK_FILE, Task

LOG_FILE = "log.txt"
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Work:
    """What a process left: its outcome, or why there is none."""

    outcome: dict[str, Any] | None
    memory_mb: float | None
    failure: str


def run(task: Task, most_seconds: float) -> Work:
    """Run a task; when the time is over, end the process and all it started."""
    folder = Path(task.folder)
    task.write(folder / TASK_FILE)
    command = [sys.executable, "-m", "benchmarks.worker", str(folder)]
    with (folder / LOG_FILE).open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            code = process.wait(most_seconds)
        except subprocess.TimeoutExpired:
            return Work(None, None, f"stopped after {most_seconds:.0f} s")
        finally:
            _end(process)
    if code != 0:
        return Work(None, None, _reason(code, folder / LOG_FILE))
    outcome = json.loads((folder / OUTCOME_FILE).read_text())
    return Work(outcome, outcome.pop("memory_mb"), "")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing running, whatever happened."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _reason(code: int, log: Path) -> str:
    """Last words of a process that failed."""
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return f"failed: {lines[-1][:200]}" if lines else f"failed with code {code}"
