"""A bound by one MIP: all flights and cargo of a period, and as many trucks as they need at least.

Whatever has a price in a bound may be kept as a row instead; the rest of the bound stays as it is
(docs/decomposition.md). Here all limits are rows, and flights and trucks whole numbers; where
trucks are many, which dispatches they take is left out (`truck_pools`). What such a MIP proves
bounds all plans, as far as HiGHS is trusted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from optimizer.dual import Bools, Point, Relaxation
from optimizer.primal.alike import CargoWorth, HeldWorth
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
        worth = CargoWorth(relaxation, point, whole_trucks=True)
        keys = flights_within(relaxation, point, room_usd, flown)
        self.flights = _all_flights(relaxation, worth, keys)
        self.rest_usd = _rest_usd(relaxation, point)


class ClusterProgramme:
    """All flights of a cluster that plans within some room of a point fly, as one MIP. What it
    shares with others stays at the prices of the point (`HeldWorth`); only its own cargo is rows.

    Attributes:
        flights: The MIP.
        rest_usd: What the cluster's bound is above the value of the MIP.

    Args:
        relaxation: Of the cluster, evaluated last at the point.
        point: Without branches.
        is_own: By consignment, whether only the cluster carries it.
        keys: Its flights.
    """

    def __init__(
        self, relaxation: Relaxation, point: Point, is_own: Bools, keys: Iterable[FlightKey]
    ) -> None:
        own = np.flatnonzero(is_own)
        self.flights = _all_flights(relaxation, HeldWorth(relaxation, point, own), keys)
        catalogue, prices = relaxation.catalogue, point.prices
        usd = point.usd - sum(point.pool_usd)
        usd -= float(prices.supply[own] @ catalogue.offered_kg[own])
        residual_usd = relaxation.completed(prices).residual
        usd -= float(residual_usd @ relaxation.residuals.limit)
        self.rest_usd = usd - _fixed_usd(relaxation)


def flights_within(
    relaxation: Relaxation, point: Point, room_usd: float, flown: Iterable[FlightKey] = ()
) -> list[FlightKey]:
    """Flights of plans that are worse than a point by no more than some room, and others.

    Args:
        flown: The others.
    """
    near = enumerate(relaxation.flown_within(point, room_usd))
    return [*dict.fromkeys([*((k, r) for k, own in near for r in own.tolist()), *flown])]


def _all_flights(
    relaxation: Relaxation, worth: CargoWorth, keys: Iterable[FlightKey]
) -> FlightProgramme:
    """A programme in which no flight stays."""
    pools = relaxation.resolved.pools
    free = {(k, r): pools[k].size for k, r in keys}
    part = Part(free, {}, frozenset(r for _, r in free), tuple(range(len(pools))))
    flights = FlightProgramme(relaxation, worth, Flown(Counter()), part)
    flights.state(relaxation.residuals)
    flights.count()
    return flights


def _fixed_usd(relaxation: Relaxation) -> float:
    """What tails cost in any case."""
    return sum(pool.fixed_micro * pool.size for pool in relaxation.resolved.pools) * 1e-6


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
    return usd - _fixed_usd(relaxation)
