"""Waits for flights as stretches of time between the instants at which stock is priced (C10)."""

from __future__ import annotations

import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual.arrays import Ints
from optimizer.dual.transit import last_min
from optimizer.network import Offer

EVERY_MIN = 120
"""Between instants at which stock has a price; in a week that repeats, about that."""


class Waits:
    """Collects waits while rotations are loaded; wait 0 is none that counts.

    A stretch is told by the number of instants before it; in a week that repeats, counted on from
    the first week (before it, they are negative).

    Attributes:
        instants: Minutes at which stock is priced; none if no airport has a limit.
    """

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._resolved = resolved
        self._limit = {x.airport: k for k, x in enumerate(resolved.stock_limits)}
        self._length_min = resolved.period.length_min
        self._cyclic = resolved.period.cyclic
        minutes = range(0, self._length_min, EVERY_MIN) if self._limit else ()
        self.instants: Ints = np.array(minutes, dtype=np.int64)
        self._known: dict[tuple[int, int, int], int] = {(-1, 0, 0): 0}

    def limit(self, airport: str) -> int:
        """The number of the limit of an airport; -1 if any amount may wait there."""
        return self._limit.get(airport, -1)

    def stretch(self, minutes: Ints) -> Ints:
        """The instants before some minutes."""
        if not self._cyclic:
            return np.searchsorted(self.instants, minutes).astype(np.int64)
        week, within = np.divmod(minutes, self._length_min)
        found: Ints = week * len(self.instants) + np.searchsorted(self.instants, within)
        return found

    def of(self, offer: Offer, off_min: Ints) -> Ints:
        """By off-block (absolute minutes), the wait for it.

        Where cargo comes by truck it is counted from the first instant; its rides take off what is
        before they arrive. What goes on from a gateway takes off what comes in counts from then on
        (`changing`). Capacity sold is never in stock: its customer brings it to the aircraft.
        """
        limit = self.limit(offer.uplift.airport)
        if limit < 0 or offer.consignment.sold:
            return np.zeros(len(off_min), dtype=np.int64)
        since_min = 0
        if offer.transit is not None and offer.outbound:
            since_min = last_min(self._resolved, offer.transit)
        elif offer.uplift.lane is None:
            since_min = offer.consignment.ready_min
        return self._numbers(limit, np.full(len(off_min), since_min), off_min)

    def changing(self, offer: Offer, on_min: Ints) -> Ints:
        """By on-block (absolute minutes), the wait of what comes in to change aircraft: until the
        last minute at which it may go on, whenever it does."""
        limit = -1 if offer.transit is None else self.limit(offer.transit.gateway)
        if offer.transit is None or not offer.inbound or limit < 0:
            return np.zeros(len(on_min), dtype=np.int64)
        until_min = last_min(self._resolved, offer.transit)
        return self._numbers(limit, on_min, np.full(len(on_min), until_min))

    def _numbers(self, limit: int, since_min: Ints, until_min: Ints) -> Ints:
        since, until = self.stretch(since_min).tolist(), self.stretch(until_min).tolist()
        keys = [(limit, a, b) for a, b in zip(since, until, strict=True)]
        return np.array([self._known.setdefault(k, len(self._known)) for k in keys], dtype=np.int64)

    def table(self) -> Ints:
        """By wait: limit, stretch from which it counts, and stretch at its end."""
        return np.array(list(self._known), dtype=np.int64).reshape(-1, 3)
