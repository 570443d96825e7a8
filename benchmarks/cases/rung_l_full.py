"""Rung L of the ladder with every limit and cost of a standard week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.task import Case

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance


def _make(seed: int) -> Instance:
    from optimizer.generate import ladder

    return ladder("L", seed, full=True)


CASE = Case(
    name="L-full",
    rank=10,
    about="70 destinations, 90 tails, 2,500 consignments, every switch",
    seeds=(1,),
    make=_make,
    usual=False,
)
