"""External instances: the Regional Flight Scheduling Problem, translated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.task import Case

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance

FOLDER = Path(__file__).parents[1] / "rfsp"
FILES = (
    "instance-10-3-0.75",
    "instance-10-5-0.85",
    "instance-15-3-0.95",
    "instance-15-5-0.75",
    "instance-20-5-0.85",
)


def _make(seed: int) -> Instance:
    """The file of that number, from 1."""
    from benchmarks.rfsp import translate
    from benchmarks.rfsp_format import read_rfsp

    name = FILES[seed - 1]
    return translate(read_rfsp(FOLDER / f"{name}.json"), name)


CASES = (
    Case(
        name="RFSP",
        rank=6,
        usual=False,
        about="five instances of the Regional Flight Scheduling Problem, in the order of "
        "`benchmarks/rfsp`",
        seeds=tuple(range(1, len(FILES) + 1)),
        make=_make,
        any_seed=False,
    ),
)
