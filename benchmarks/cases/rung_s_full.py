"""Rung S of the ladder with every limit and cost of a standard week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.task import Case

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance


def _make(seed: int) -> Instance:
    from optimizer.generate import ladder

    return ladder("S", seed, full=True)


CASE = Case(
    name="S-full",
    rank=8,
    about="5 destinations, 5 tails, 130 consignments, every switch",
    seeds=tuple(range(1, 11)),
    make=_make,
    usual=False,
)
