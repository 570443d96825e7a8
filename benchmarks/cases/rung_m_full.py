"""Rung M of the ladder with every limit and cost of a standard week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.task import Case

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance


def _make(seed: int) -> Instance:
    from optimizer.generate import ladder

    return ladder("M", seed, full=True)


CASE = Case(
    name="M-full",
    rank=9,
    about="12 destinations, 12 tails, 400 consignments, every switch",
    seeds=tuple(range(1, 11)),
    make=_make,
    usual=False,
)
