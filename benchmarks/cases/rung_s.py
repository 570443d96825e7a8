"""Rung S of the ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.task import Case

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance


def _make(seed: int) -> Instance:
    from optimizer.generate import ladder

    return ladder("S", seed)


CASE = Case(
    name="S",
    rank=2,
    about="5 destinations, 5 tails, 130 consignments, hourly departures",
    seeds=tuple(range(1, 11)),
    make=_make,
)
