"""Block minutes that the lines of a tail must keep (C14), told apart as far as that is not much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.resolved import ResolvedPool
from optimizer.verify.certificate.universe import Ints

MOST_STATES = 5_000_000
"""Instants times amounts of hours; where there are more, hours count by their prices only."""


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """Hours in units of the greatest common divisor of the block minutes of all rotations.

    Attributes:
        block: By rotation.
        least: Of a line.
        most: Amounts told apart: larger ones are forbidden or count as this much.
        forbidden: Whether they are forbidden.
    """

    block: Ints
    least: int
    most: int
    forbidden: bool

    def after(self, rows: Ints) -> Ints:
        """By rotation and hours flown before: hours flown after it; -1 if they are too many."""
        then = np.arange(self.most + 1) + self.block[rows][:, None]
        result: Ints = np.where(then <= self.most, then, -1 if self.forbidden else self.most)
        return result


def hours_of(pool: ResolvedPool, block_min: Ints, instants: int) -> Hours:
    """The hours of a pool's lines; none are told apart without least hours or if it is much."""
    least_min, most_min = pool.min_block_min or 0, pool.max_block_min
    if least_min > 0:
        unit = max(1, int(np.gcd.reduce(block_min)))
        least = -(-least_min // unit)
        most = least if most_min is None else max(0, most_min // unit)
        if instants * (most + 1) <= MOST_STATES:
            return Hours(block_min // unit, least, most, most_min is not None)
    return Hours(np.zeros_like(block_min), 0, 0, False)
