"""Prices of everything that plans share, as a vector with named blocks."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np

from optimizer.dual.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Prices of all shared limits; those of lower limits are not positive, all others not negative.

    Attributes:
        supply: USD per kg, by consignment (C0).
        truck_share: By truck run, the share of a truck's price that its weight pays; the rest is
            paid by volume (C12, K10).
        dispatch: USD a truck, by dispatch of lanes with few trucks (C12).
        rows: USD a flight or movement, by row of `Limits` (C7, C9, C15, C17).
        hours_most, hours_least: USD per block minute, by pool (C14).
        lengths: USD a flight beside the price of its minutes, by pool and block minutes (C14).
        acmi: USD per block minute, by pool: the part of the lessor's rate that is charged by the
            minute, the rest by the guarantee (K4).
        commitments: USD per kg, not positive, by commitment (C19), from minus its penalty
            (K14) on.
        handling: USD per kg loaded or unloaded, by limit of a terminal (C10).
        stock: USD per kg that waits, by limit on stock and instant (C10).
        published: USD a flight, not positive, by published flight (C20), from minus its penalty
            (K14) on.
        transit: USD per kg, by change of aircraft and instant (C21): what goes on by then pays.
        residual: By residual capacity inequality, USD for as much size as a kilogram has grams.
        branches: USD a flight or truck, by branch.
    """

    supply: Floats
    truck_share: Floats
    dispatch: Floats
    rows: Floats
    hours_most: Floats
    hours_least: Floats
    lengths: Floats
    acmi: Floats
    commitments: Floats
    handling: Floats
    stock: Floats
    published: Floats
    transit: Floats
    residual: Floats
    branches: Floats

    def blocks(self) -> tuple[Floats, ...]:
        """All blocks, in order."""
        return tuple(getattr(self, field.name) for field in fields(self))

    def vector(self) -> Floats:
        """One after the other."""
        return np.concatenate(self.blocks())

    def like(self, vector: Floats) -> Prices:
        """The same blocks with other numbers."""
        ends = np.cumsum([len(b) for b in self.blocks()])
        return Prices(*np.split(vector, ends[:-1]))

    def with_supply(self, usd_per_kg: Floats) -> Prices:
        """The same, but for what cargo costs."""
        return replace(self, supply=usd_per_kg)

    def without_branches(self) -> Prices:
        """The same where no branch has a price."""
        return replace(self, branches=self.branches[:0])

    def with_branch(self) -> Prices:
        """The same for one branch more, whose price is 0: then the bound is the same too."""
        return replace(self, branches=np.concatenate((self.branches, [0.0])))


class Box(NamedTuple):
    """Least and greatest prices for which the bound is one, and a natural size of each."""

    low: Prices
    high: Prices
    size: Prices
