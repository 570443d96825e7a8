"""Synthetic rungs of the ladder: plain ones, and the same weeks with every limit and cost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.task import Case

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance
    from optimizer.generate import LadderName

TEN = tuple(range(1, 11))


def _make(name: LadderName, full: bool, seed: int) -> Instance:
    from optimizer.generate import ladder

    return ladder(name, seed, full=full)


def _rung(name: LadderName, rank: int, about: str, seeds: tuple[int, ...]) -> Case:
    return Case(name, rank, about, seeds, partial(_make, name, False))


def _full(name: LadderName, rank: int, about: str, seeds: tuple[int, ...]) -> Case:
    about = f"{about}, every switch"
    return Case(f"{name}-full", rank, about, seeds, partial(_make, name, True), usual=False)


CASES = (
    _rung("XS", 1, "3 destinations, 3 tails, 40 consignments, hourly departures", TEN),
    _rung("S", 2, "5 destinations, 5 tails, 130 consignments, hourly departures", TEN),
    _rung("M", 3, "12 destinations, 12 tails, 400 consignments, hourly departures", TEN),
    _rung("XL", 5, "70 destinations, 180 tails, 10,000 consignments, half-hourly departures", (1,)),
    _full("XS", 7, "3 destinations, 3 tails, 40 consignments", TEN),
    _full("S", 8, "5 destinations, 5 tails, 130 consignments", TEN),
    _full("M", 9, "12 destinations, 12 tails, 400 consignments", TEN),
    _full("L", 10, "70 destinations, 90 tails, 2,500 consignments", (1,)),
)
