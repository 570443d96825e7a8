"""The product and plain HiGHS on files of the Regional Flight Scheduling Problem, in turn.

    python -m benchmarks.rfsp_compare

Each solve is a process of its own with one thread. Seconds are those of solving, imports left out:
for the product they include reading the file, resolving, rule of thumb and audit, for plain HiGHS
(`benchmarks.rfsp_milp`) building the model. Where others use the machine, CPU seconds tell more.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "rfsp"
PEER_LIMIT_S = 600.0
SAME = 1e-4
"""How far two optima may be apart; profits are multiples of 0.1."""


def run(module: str, file: Path, time_limit_s: float | None) -> dict[str, Any]:
    """What a module's command line tells about a file; empty if it fails."""
    command = [sys.executable, "-m", module, str(file), "--json", "--threads", "1"]
    if time_limit_s is not None:
        command += ["--time-limit", str(time_limit_s)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        print(done.stderr, file=sys.stderr)
        return {}
    return told


def line(file: Path, own: dict[str, Any], peer: dict[str, Any]) -> str:
    """A row of the table."""
    ratio, cpu_ratio = (
        peer.get(key, math.nan) / own.get(key, math.nan) for key in ("seconds", "cpu_seconds")
    )
    cells = [
        file.stem.removeprefix("instance-"),
        *(str(own.get(key)) for key in ("status", "objective", "bound", "seconds", "cpu_seconds")),
        *(str(peer.get(key)) for key in ("status", "objective")),
        *(f"{peer.get(key, math.nan):.1f}" for key in ("seconds", "cpu_seconds")),
        f"{ratio:.1f}",
        f"{cpu_ratio:.1f}",
    ]
    return "| " + " | ".join(cells) + " |"


def agree(own: dict[str, Any], peer: dict[str, Any]) -> bool:
    """Whether no optimum contradicts the other's result."""
    if own.get("status") == peer.get("status") == "optimal":
        return bool(abs(own["objective"] - peer["objective"]) <= SAME)
    return bool(own) and bool(peer)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print a table; 1 if the two contradict each other or one of them failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", type=Path, nargs="*", help="default: all of benchmarks/rfsp/")
    parser.add_argument("--peer-limit", type=float, default=PEER_LIMIT_S, help="seconds for HiGHS")
    options = parser.parse_args(arguments)
    print(
        "| file | freighter | value | bound | s | CPU s | HiGHS | value | s | CPU s | times | CPU |"
    )
    print("|" + " --- |" * 12)
    fine = True
    for file in options.files or sorted(FOLDER.glob("*.json")):
        own = run("benchmarks.rfsp", file, None)
        peer = run("benchmarks.rfsp_milp", file, options.peer_limit)
        print(line(file, own, peer), flush=True)
        fine = fine and agree(own, peer)
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main())
