"""Rung L of the ladder: the week of Zhengzhou that is kept with the product."""

from __future__ import annotations

from pathlib import Path

from benchmarks.task import Case

FOLDER = Path(__file__).parents[2] / "instances" / "zhengzhou-week"


def _make(seed: int) -> Path:
    """The same instance whatever the seed, which is the solver's alone."""
    return FOLDER


CASES = (
    Case(
        name="L",
        rank=4,
        about="`instances/zhengzhou-week`, hourly departures",
        seeds=(1,),
        make=_make,
        any_seed=False,
    ),
)
