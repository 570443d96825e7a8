"""CBC, the one PuLP ships, on the reference MILP, with its own defaults.

A program of its own: what it knows is read from what it prints.
"""

from __future__ import annotations

import errno
import os
import pty
import re
import subprocess
from collections.abc import Iterator

from benchmarks.installed import version_of
from benchmarks.task import Ended, Recorder, Solver, Task

NUMBER = r"(-?[\d.]+(?:e[+-]?\d+)?)"
SOLUTION = re.compile(rf"Integer solution of {NUMBER} found")
PROGRESS = re.compile(rf"After \d+ nodes, .*?, {NUMBER} best solution, best possible {NUMBER}")
RELAXED = re.compile(rf"Continuous objective value is {NUMBER}")
VALUE = re.compile(rf"^Objective value:\s+{NUMBER}")
BOUND = re.compile(rf"^Lower bound:\s+{NUMBER}")
RESULT = re.compile(r"^Result - (.*)")
UNKNOWN = 1e49
"""What CBC prints where it knows nothing."""
WORDS = {
    "Optimal solution found": "optimal",
    "Optimal solution found (within gap tolerance)": "optimal",
    "Problem proven infeasible": "infeasible",
    "Stopped on time limit": "time_limit",
}


class Listener:
    """Understands CBC's lines; amounts as it prints them, of a minimisation."""

    def __init__(self) -> None:
        self.value: float | None = None
        self.bound: float | None = None
        self.status = "unknown"

    def hear(self, line: str) -> bool:
        """Take a line in; whether it told anything about value or bound."""
        if match := PROGRESS.search(line):
            self._value(match[1])
            self._bound(match[2])
        elif match := SOLUTION.search(line):
            self._value(match[1])
        elif match := RELAXED.search(line):
            self._bound(match[1])
        elif match := VALUE.match(line):
            self.value = float(match[1])
        elif match := BOUND.match(line):
            self._bound(match[1])
        else:
            if match := RESULT.match(line):
                self.status = WORDS.get(match[1].strip(), "unknown")
            return False
        return True

    def _value(self, text: str) -> None:
        value = float(text)
        if abs(value) < UNKNOWN:
            self.value = value if self.value is None else min(self.value, value)

    def _bound(self, text: str) -> None:
        bound = float(text)
        if abs(bound) < UNKNOWN:
            self.bound = bound if self.bound is None else max(self.bound, bound)


def _run(task: Task, recorder: Recorder) -> Ended:
    import pulp

    command = [
        pulp.PULP_CBC_CMD.pulp_cbc_path, task.model_file,
        "-seconds", str(task.time_limit), "-timeMode", "elapsed", "-ratioGap", str(task.gap),
        "-threads", str(task.threads), "-randomSeed", str(task.seed),
        "-randomCbcSeed", str(task.seed), "-solve", "-quit",
    ]  # fmt: skip
    listener = Listener()
    recorder.start()
    for line in _lines(command):
        if listener.hear(line):
            recorder.tell(_usd(task, listener.value), _usd(task, listener.bound))
    seconds = recorder.seconds
    value, bound = _usd(task, listener.value), _usd(task, listener.bound)
    if listener.status == "optimal" and listener.value is not None:  # it prints no bound then
        bound = _usd(task, listener.value - task.gap * abs(listener.value))
        recorder.tell(value, bound)
    return Ended(listener.status, value, bound, seconds)


def _lines(command: list[str]) -> Iterator[str]:
    """What a program prints, as it prints it: on a terminal it does not hold lines back.

    Raises:
        RuntimeError: It failed.
    """
    ours, its = pty.openpty()
    with open(ours, encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=its)
        os.close(its)
        try:
            yield from output
        except OSError as error:
            if error.errno != errno.EIO:  # how Linux tells that a terminal has been closed
                raise
        finally:
            code = process.wait()
    if code != 0:
        raise RuntimeError(f"CBC ended with {code}")


def _usd(task: Task, amount: float | None) -> float | None:
    return None if amount is None else task.constant_usd - amount


def _version() -> str | None:
    own = version_of("pulp")
    return None if own is None else f"of PuLP {own}"


SOLVER = Solver("cbc", True, _version, _run)
