"""What a benchmark asks of a solver in a process of its own, and what comes back."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TextIO

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance

TASK_FILE = "task.json"
OUTCOME_FILE = "outcome.json"
TRACE_FILE = "trace.jsonl"
MODEL_FILE = "model.mps"
INSTANCE_FOLDER = "instance"

Kind = Literal["prepare", "solve"]


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work for one process, done in `folder`.

    Attributes:
        kind: ``prepare`` makes the instance and the model file, ``solve`` runs a solver on them.
        case: Name of the benchmark.
        seed: Draws the instance, where it is drawn, and is the solver's seed.
        model: Whether to write the model file (prepare).
        most_columns: No model larger than this is written (prepare).
        solver: Who solves (solve).
        instance: Folder of the instance (solve).
        constant_usd: Contribution = this minus the objective of the model file (solve).
        time_limit: Seconds of solving; reading apart.
        gap: Relative gap to stop at.
    """

    kind: Kind
    folder: str
    case: str
    seed: int
    model: bool = True
    most_columns: int = 0
    solver: str = ""
    instance: str = ""
    model_file: str = ""
    constant_usd: float = 0.0
    time_limit: float = 600.0
    gap: float = 1e-4
    threads: int = 1

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(dataclasses.asdict(self)))

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `write` wrote."""
        return cls(**json.loads(path.read_text()))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What solvers are given.

    Attributes:
        instance: Its name.
        folder: Where it lies.
        estimated_columns: Of the reference MILP, before it is built.
        size: What there is of what; columns and rows only if the model was built.
        model_file: The reference MILP, minimising; empty if it was not written.
        constant_usd: Contribution = this minus the objective of the model file.
        phases: Seconds to build and to write the model.
    """

    instance: str
    folder: str
    estimated_columns: int
    size: dict[str, int]
    model_file: str = ""
    constant_usd: float = 0.0
    phases: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a solver ended; amounts in USD of contribution.

    Attributes:
        status: ``optimal`` within the gap asked for, ``time_limit``, ``infeasible``, ``unknown`` or
            ``rejected`` (the audit found fault with the plan).
        seconds: Of solving.
        phases: Seconds by phase, whatever lies outside of solving included.
    """

    status: str
    value_usd: float | None
    bound_usd: float | None
    seconds: float
    phases: dict[str, float] = field(default_factory=dict)
    rule_of_thumb_usd: float | None = None


class Recorder:
    """Notes values and bounds with the second they were known, on disk at once.

    What a process knew survives if it has to be killed.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._began = time.monotonic()
        self._last: tuple[float | None, float | None] = (None, None)

    def start(self) -> None:
        """Solving begins now."""
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since solving began."""
        return time.monotonic() - self._began

    def tell(self, value_usd: float | None, bound_usd: float | None) -> None:
        """Note a value and a bound, each None if unknown, unless nothing is new."""
        if (value_usd, bound_usd) != self._last:
            self._last = (value_usd, bound_usd)
            self._stream.write(json.dumps([round(self.seconds, 3), value_usd, bound_usd]) + "\n")
            self._stream.flush()


@dataclass(frozen=True, slots=True)
class Point:
    """What was known after so many seconds of solving."""

    seconds: float
    value_usd: float | None
    bound_usd: float | None


def read_trace(path: Path) -> tuple[Point, ...]:
    """The points of a recorder; a last line cut short by a kill is left out."""
    if not path.exists():
        return ()
    lines = path.read_text().split("\n")[:-1]
    return tuple(Point(*json.loads(line)) for line in lines)


class Stopwatch:
    """Seconds by phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what happens within."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - began


@dataclass(frozen=True, slots=True)
class Solver:
    """Somebody who takes part.

    Attributes:
        name: On the command line and in tables.
        needs_model: Whether it solves the exported reference MILP.
        version: Its version; None if it is not installed. Cheap: imports nothing.
        run: Does the work.
        comparable: Whether its bound is one for the same problem; whole kilograms are another.
    """

    name: str
    needs_model: bool
    version: Callable[[], str | None]
    run: Callable[[Task, Recorder], Ended]
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """A benchmark: a family of instances by seed.

    Attributes:
        name: On the command line and in tables.
        rank: Place in the order of tables.
        about: What it is, in a few words.
        seeds: Seeds of a full run.
        make: The instance of a seed: a record, or the folder it lies in.
        any_seed: Whether other seeds draw further instances.
        usual: Whether it is run where no cases are named.
    """

    name: str
    rank: int
    about: str
    seeds: tuple[int, ...]
    make: Callable[[int], Instance | Path]
    any_seed: bool = True
    usual: bool = True
