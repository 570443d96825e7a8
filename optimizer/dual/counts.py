"""Limits on numbers of flights and trucks: the branches that lead to a part of the plans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from optimizer.dual.arrays import Floats
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.hubtime import HubTime
from optimizer.dual.timetable import Timings
from optimizer.plan.certificate import FlightCount, Quantity, Sense, TruckCount

Limit = tuple[Quantity, Sense, int]
"""A quantity, and how much of it there is at most or at least."""


@dataclass(frozen=True, slots=True, eq=False)
class CountLimit:
    """A limit on a number of flights or trucks.

    Attributes:
        implied: One of the same kind that is as tight makes it idle.
        arcs: By pool, how often each arc counts (0 or 1); None if it is about trucks.
        run: The truck run; None if it is about flights.
    """

    quantity: Quantity
    sense: Sense
    number: int
    implied: bool
    arcs: list[Floats] | None
    run: int | None

    def price_range(self, truck_usd: Floats) -> tuple[float, float]:
        """Least and greatest price.

        Trucks that must run are paid at most what they cost, so that a truck of each run costs at
        least 0 and cargo never earns by riding.

        Args:
            truck_usd: By run, what a truck costs.
        """
        if self.implied:
            return 0.0, 0.0
        if self.sense == "at_most":
            return 0.0, np.inf
        return (-np.inf if self.run is None else -float(truck_usd[self.run])), 0.0

    def left(self, flows: list[Floats], trucks: Floats) -> float:
        """How far the limit is from what is used."""
        if self.run is not None:
            return self.number - float(trucks[self.run])
        counted = self.arcs or []
        return self.number - sum(float(a @ f) for a, f in zip(counted, flows, strict=True))


class Counting:
    """Makes limits out of quantities; remembers which arcs count."""

    def __init__(self, catalogue: Catalogue, networks: list[HubTime]) -> None:
        self._catalogue = catalogue
        self._networks = networks
        self._arcs: dict[Quantity, list[Floats]] = {}

    def limits(self, path: Iterable[Limit]) -> tuple[CountLimit, ...]:
        """Limits with the arcs or the truck run they are about."""
        path = list(path)
        tightest: dict[tuple[Quantity, Sense], int] = {}
        for place, (quantity, sense, number) in enumerate(path):
            known = tightest.setdefault((quantity, sense), place)
            if (number < path[known][2]) if sense == "at_most" else (number > path[known][2]):
                tightest[quantity, sense] = place
        return tuple(
            CountLimit(
                quantity, sense, number, tightest[quantity, sense] != place,
                *self._counted(quantity),
            )
            for place, (quantity, sense, number) in enumerate(path)
        )  # fmt: skip

    def _counted(self, quantity: Quantity) -> tuple[list[Floats] | None, int | None]:
        if isinstance(quantity, TruckCount):
            key = (quantity.lane, quantity.dispatch_min, quantity.customs)
            return None, self._catalogue.runs[key]
        if quantity not in self._arcs:
            counts = self._matching(quantity)
            self._arcs[quantity] = [
                counts[network.rotations] * (quantity.pool in ("", network.pool.id))
                for network in self._networks
            ]
        return self._arcs[quantity], None

    def _matching(self, count: FlightCount) -> Floats:
        """By rotation: 1 if its flights count, whichever pool flies them, else 0."""
        table = self._catalogue.timetable
        found = np.zeros(len(table.rotations))
        for timings in table.routes:
            if self._on_route(count, timings):
                found[timings.span] = 1.0
        if count.from_min is not None:
            found[table.off_min < count.from_min] = 0.0
        if count.until_min is not None:
            found[table.off_min >= count.until_min] = 0.0
        return found

    def _on_route(self, count: FlightCount, timings: Timings) -> bool:
        route, gateways = timings.route, self._catalogue.resolved.gateways
        if count.airports and count.airports != route.airports:
            return False
        served = {*route.full_stops[1:-1], *({route.airports[0], route.airports[-1]} - {*gateways})}
        return not count.station or count.station in served
