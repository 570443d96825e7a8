"""A bound by one MIP: all flights and cargo of a period, and as many trucks as they need at least.

Whatever has a price in a bound may be kept as a row instead; the rest of the bound stays as it is
(docs/decomposition.md). Here all limits are rows, and flights and trucks whole numbers; where
trucks are many, which dispatches they take is left out (`truck_pools`). What such a MIP proves
bounds all plans, as far as HiGHS is trusted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from optimizer.dual import Point, Relaxation
from optimizer.primal.alike import CargoWorth
from optimizer.primal.flown import FlightKey, Flown
from optimizer.primal.part import Part
from optimizer.primal.programme import FlightProgramme


class WholeProgramme:
    """All flights of plans that are within some room of a point, as one MIP.

    Attributes:
        flights: The MIP.
        rest_usd: What the bound is above the value of the MIP.

    Args:
        relaxation: Evaluated last at the point.
        room_usd: Flights of plans that are worse than the point by more are left out.
        flown: These are not left out.
    """

    def __init__(
        self, relaxation: Relaxation, point: Point, room_usd: float, flown: Iterable[FlightKey] = ()
    ) -> None:
        sizes = [pool.size for pool in relaxation.resolved.pools]
        near = enumerate(relaxation.flown_within(point, room_usd))
        free = {(k, r): sizes[k] for k, own in near for r in own.tolist()}
        free |= {(k, r): sizes[k] for k, r in flown}
        pools = tuple(range(len(sizes)))
        part = Part(free, {}, frozenset(r for _, r in free), pools)
        worth = CargoWorth(relaxation, point, whole_trucks=True)
        self.flights = FlightProgramme(relaxation, worth, Flown(Counter()), part)
        self.flights.state(relaxation.residuals)
        self.flights.count()
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
