"""Published flights as priced limits: each is flown as often as published, or paid for (C20, K14).

A price p <= 0 adds p (flights - flown - missing) >= 0 to what a plan earns. Flights that count are
thus paid -p; what is missing costs its penalty and is paid -p, which comes to nothing at best as
long as -p is at most the penalty.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimizer.domain.resolved import ResolvedFrozenFlight
from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.hubtime import HubTime
from optimizer.network import route_of

MOST_USD = 2_000_000.0
"""Greatest price of a flight that must be flown; larger ones would be valid too."""


class PublishedFlights:
    """The published flights of an instance as arrays.

    Attributes:
        flights: By published flight, how often it is flown at least.
        most_usd: By published flight, its penalty, or `MOST_USD`, if less.
        arcs: By published flight and pool, the arcs that count for it.
        keys: By published flight, the same as pairs of pool and rotation, by their numbers.
    """

    def __init__(self, catalogue: Catalogue, networks: list[HubTime]) -> None:
        published = catalogue.resolved.frozen_flights
        self.flights: Floats = np.array([f.flights for f in published], dtype=np.float64)
        self.most_usd: Floats = np.array(
            [
                MOST_USD if f.penalty_micro is None else min(f.penalty_micro * 1e-6, MOST_USD)
                for f in published
            ],
            dtype=np.float64,
        )
        self.arcs: list[list[Ints]] = []
        self.keys: list[frozenset[tuple[int, int]]] = []
        self._first: Floats = np.zeros(len(published))
        for number, frozen in enumerate(published):
            counts = _counting(catalogue, frozen)
            self.arcs.append(
                [
                    np.flatnonzero(counts[n.rotations] & (n.pool.id in frozen.pools))
                    for n in networks
                ]
            )
            pools = enumerate(zip(self.arcs[number], networks, strict=True))
            self.keys.append(
                frozenset((k, r) for k, (own, n) in pools for r in n.rotations[own].tolist())
            )
            self._first[number] = -self._worth_while_usd(number, catalogue, networks)

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.flights)

    def _worth_while_usd(self, number: int, catalogue: Catalogue, networks: list[HubTime]) -> float:
        """What makes a flight worth flying empty, within the penalty."""
        cost_usd = 0.0
        for arcs, network in zip(self.arcs[number], networks, strict=True):
            own = network.rotations[arcs]
            costs = catalogue.cost_usd[own]
            if not network.pool.acmi:
                costs = costs + catalogue.own_usd[own]
            cost_usd = max(cost_usd, float(costs.max(initial=0.0)))
        return min(cost_usd, float(self.most_usd[number]))

    def first_prices(self) -> Floats:
        """Prices to begin with."""
        return self._first.copy()

    def sizes(self, flight_usd: float) -> Floats:
        """Natural sizes of prices: what a flight earns, or the penalty."""
        return np.asarray(np.maximum(1e-3, np.minimum(flight_usd, self.most_usd)))

    def paid_usd(self, k: int, prices: Floats, arcs: int) -> Floats:
        """What each of the arcs of pool k pays: not positive."""
        usd = np.zeros(arcs)
        for price, counted in zip(prices.tolist(), self.arcs, strict=True):
            if price:
                usd[counted[k]] += price
        return usd

    def lost_usd(self, times: Mapping[tuple[int, int], int]) -> float:
        """What flights cost that are not flown as published, by how often pools fly rotations."""
        flown = np.array([sum(times.get(key, 0) for key in keys) for keys in self.keys])
        return float(np.maximum(0.0, self.flights - flown) @ self.most_usd) if self.number else 0.0

    def left(self, flows: list[Floats]) -> Floats:
        """By published flight, how often it is to be flown less how often it is."""
        flown = [
            sum(float(flow[own].sum()) for flow, own in zip(flows, counted, strict=True))
            for counted in self.arcs
        ]
        return self.flights - np.array(flown, dtype=np.float64)


def _counting(catalogue: Catalogue, frozen: ResolvedFrozenFlight) -> Bools:
    """By rotation, whether it departs as published, whichever pool flies it."""
    found: Bools = np.zeros(len(catalogue.rotations), dtype=np.bool_)
    route = route_of(frozen)
    for timings in catalogue.timetable.routes:
        if timings.route.airports == route.airports and timings.route == route:
            alike = np.ones(timings.count, dtype=np.bool_)
            for leg, minute in enumerate(frozen.off_block_min):
                apart = np.abs(timings.off_min[:, leg] - minute)
                if catalogue.cycle_min:
                    apart = apart % catalogue.cycle_min
                    apart = np.minimum(apart, catalogue.cycle_min - apart)
                alike &= apart <= frozen.within_min
            found[timings.span] = alike
    return found
