"""The bound at given prices by multipliers of loads that are good for them.

Loads are bounded by multipliers of their holds, found by a step or two each time a rotation is
looked at. At prices far from those looked at before a bound is poor until they have followed, so
here those of the rotations near the best lines are found at once.
"""

from __future__ import annotations

import math

from optimizer.control import Stop
from optimizer.dual.point import Point
from optimizer.dual.prices import Prices
from optimizer.dual.relaxation import Relaxation

MOST_TURNS, NO_GAIN = 4, 1e-5
"""Better multipliers bring the best lines down and others near, so that is done again, at most so
often, while the bound still falls by such a share."""
NEAR_SHARE = 0.024
"""How much worse than the best lines near ones are, as a share of what a tail earns."""


def settled(relaxation: Relaxation, prices: Prices, stop: Stop) -> Point:
    """The bound at some prices, by multipliers of loads that are good for them."""
    best = relaxation.at(prices)
    tails = max(1, sum(pool.size for pool in relaxation.resolved.pools))
    for _ in range(MOST_TURNS):
        if math.isinf(best.usd) or stop():
            break
        before_usd = best.usd
        near = relaxation.near(best, NEAR_SHARE * max(abs(best.usd), 1.0) / tails)
        relaxation.sharpen(best, near)
        point = relaxation.at(prices)
        if point.usd < best.usd:
            best = point
        if best.usd >= before_usd - NO_GAIN * abs(before_usd):
            break
    return best
