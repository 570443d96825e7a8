"""Rung XL of the ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.task import Case

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance


def _make(seed: int) -> Instance:
    from optimizer.generate import ladder

    return ladder("XL", seed)


CASE = Case(
    name="XL",
    rank=5,
    about="70 destinations, 180 tails, 10 000 consignments, half-hourly departures",
    seeds=(1,),
    make=_make,
)
