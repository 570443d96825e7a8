"""Rung M of the ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.task import Case

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance


def _make(seed: int) -> Instance:
    from optimizer.generate import ladder

    return ladder("M", seed)


CASE = Case(
    name="M",
    rank=3,
    about="12 destinations, 12 tails, 400 consignments, hourly departures",
    seeds=tuple(range(1, 11)),
    make=_make,
)
