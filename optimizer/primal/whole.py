"""A bound by one MIP: all flights and cargo of a period, trucks at prices.

Whatever has a price in a bound may be kept as a row instead; the rest of the bound stays as it is
(docs/decomposition.md). Here all limits are rows, and flights whole numbers; trucks stay at their
prices where they are many. What such a MIP proves bounds all plans, as far as HiGHS is trusted.
"""

from __future__ import annotations

from collections import Counter

from optimizer.dual import Point, Relaxation
from optimizer.primal.alike import CargoWorth
from optimizer.primal.flown import Flown
from optimizer.primal.part import Part
from optimizer.primal.programme import FlightProgramme


class WholeProgramme:
    """All flights that a better plan could have, as one MIP.

    Attributes:
        flights: The MIP.
        rest_usd: What the bound is above the value of the MIP.

    Args:
        relaxation: Evaluated last at the point.
        room_usd: Flights of plans that are worse than the point by more are left out.
    """

    def __init__(self, relaxation: Relaxation, point: Point, room_usd: float) -> None:
        free = {
            (k, r): pool.size
            for k, (pool, own) in enumerate(
                zip(
                    relaxation.resolved.pools, relaxation.flown_within(point, room_usd), strict=True
                )
            )
            for r in own.tolist()
        }
        pools = tuple(range(len(relaxation.resolved.pools)))
        part = Part(free, {}, frozenset(r for _, r in free), pools)
        worth = CargoWorth(relaxation, point)
        self.flights = FlightProgramme(relaxation, worth, Flown(Counter()), part)
        self.flights.state(relaxation.residuals)
        self.rest_usd = _rest_usd(relaxation, point)


def _rest_usd(relaxation: Relaxation, point: Point) -> float:
    """Limits at their prices, without those that are rows of the MIP; what tails cost."""
    prices, catalogue = point.prices, relaxation.catalogue
    usd = point.usd - sum(point.pool_usd)
    usd -= float(relaxation.value_usd[catalogue.bought].sum())
    usd -= float(prices.supply @ catalogue.offered_kg)
    usd -= float(prices.rows @ relaxation.limits.limit)
    usd -= float(prices.published @ relaxation.published.flights)
    usd -= float(prices.dispatch @ relaxation.trucks.available)
    usd -= float(prices.handling @ relaxation.terminals.most_kg)
    usd -= float(prices.stock @ relaxation.stock.most_kg)
    residual_usd = relaxation.completed(prices).residual
    usd -= float(residual_usd @ relaxation.residuals.limit)
    usd -= float(prices.commitments @ relaxation.promises.least_kg)
    return usd - sum(pool.fixed_micro * pool.size for pool in relaxation.resolved.pools) * 1e-6
