"""Rung XS of the ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.task import Case

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance


def _make(seed: int) -> Instance:
    from optimizer.generate import ladder

    return ladder("XS", seed)


CASE = Case(
    name="XS",
    rank=1,
    about="3 destinations, 3 tails, 40 consignments, hourly departures",
    seeds=tuple(range(1, 11)),
    make=_make,
)
