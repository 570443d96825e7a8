"""Cargo that changes aircraft at a gateway (C21), as priced limits.

Whatever has gone on from the gateway by an instant had come in, and was ready, by then. For a
consignment, a gateway and a few instants these are limits: at a price p >= 0 a kilogram that is
ready by the instant is paid p, and one that goes on by it, which earns all of the revenue, pays it.
In all, what a kilogram is worth at the gateway falls with time. That connections take their time
between two instants is what the bound leaves out.

Consignments are *kinds* of cargo; what comes in to change aircraft, and what goes on, are more
kinds, one each for every time between two instants.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.domain.resolved import ResolvedInstance, ResolvedTransit
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.promises import MOST_PIECE_USD
from optimizer.network import CargoIndex, Offer, lift_usd_per_kg

INSTANTS = 12
"""Of each change, evenly spread over the time that the consignment has."""
FIRST_SHARE, LAST_SHARE = 0.75, 0.25
"""Of its revenue, what cargo is worth at the gateway at the first and at the last instant; a guess
to begin with."""


class Kinds:
    """Kinds of cargo: consignments, then by change and instant what comes in, and what goes on.

    Attributes:
        consignment: By kind, the consignment.
        consignments: How many there are.
        instants: By change, the minutes of its instants; nothing goes on after the last.
        worth_usd_per_kg: By kind, the most that delivering a kilogram adds to what it earns.
        most_usd_per_kg: By change and instant, the largest price: that of delivering, or less if it
            cannot be reckoned with.
    """

    def __init__(self, index: CargoIndex) -> None:
        resolved = index.resolved
        rows, transits = resolved.consignments, resolved.transits
        self._at = {c.id: k for k, c in enumerate(rows)}
        self._change = {(t.consignment, t.gateway): k for k, t in enumerate(transits)}
        self.consignments, self._changes = len(rows), len(transits)
        changes = np.array([self._at[t.consignment] for t in transits], dtype=np.int64)
        hub = np.repeat(changes, INSTANTS)
        self.consignment: Ints = np.concatenate((np.arange(len(rows)), hub, hub))
        self.instants: Ints = np.array(
            [_instants(resolved, t) for t in transits], dtype=np.int64
        ).reshape(-1, INSTANTS)
        lift = lift_usd_per_kg(resolved)
        lifts = np.array([lift.get(c.id, 0.0) for c in rows], np.float64)
        onward = np.array([index.onward_usd_per_kg(t) for t in transits], np.float64)
        onward = np.repeat(onward, INSTANTS)
        worth = np.full(
            len(hub), -np.inf
        )  # what nothing takes on is worth nothing, promised or not
        taken = np.isfinite(onward)
        worth[taken] = lifts[hub][taken] + onward[taken]
        self.worth_usd_per_kg: Floats = lifts[self.consignment]
        self.worth_usd_per_kg[self._inbound] = worth
        lifted_kg = max((float(leg.cap_kg) for leg in resolved.legs), default=0.0)
        room = np.array(
            [MOST_PIECE_USD / max(1.0, min(c.weight_g * 1e-3, lifted_kg)) for c in rows], np.float64
        )
        self.most_usd_per_kg: Floats = np.minimum(worth, room[hub]).clip(min=0.0)

    @property
    def _inbound(self) -> slice:
        return slice(self.consignments, self.consignments + self._changes * INSTANTS)

    @property
    def _outbound(self) -> slice:
        return slice(self.consignments + self._changes * INSTANTS, None)

    def of(
        self, offer: Offer, timing: Ints, off_min: Ints, on_min: Ints
    ) -> Iterator[tuple[int, Ints]]:
        """The kinds that an offer is of on some timings, with those timings.

        Args:
            off_min, on_min: By timing, off-block and on-block.
        """
        if offer.transit is None:
            if len(timing):
                yield self._at[offer.consignment.id], timing
            return
        change = self._change[offer.transit.consignment, offer.transit.gateway]
        minutes = off_min if offer.outbound else on_min + offer.transit.connection_min
        minutes = minutes[timing]
        first = self._outbound.start if offer.outbound else self._inbound.start
        instant = np.searchsorted(self.instants[change][:-1], minutes)
        for k in np.unique(instant).tolist():
            yield first + change * INSTANTS + k, timing[instant == k]

    def part_of(self, kind: int) -> tuple[int, int, bool] | None:
        """Change, instant and whether it goes on, of a kind that changes aircraft; else None.

        What comes in can go on by its instant; what goes on does by its own.
        """
        number = kind - self.consignments
        if number < 0:
            return None
        onward, rest = divmod(number, self._changes * INSTANTS)
        return *divmod(rest, INSTANTS), bool(onward)

    def first_usd_per_kg(self) -> Floats:
        """Prices to begin with, by change and instant."""
        share = np.full(INSTANTS, (FIRST_SHARE - LAST_SHARE) / (INSTANTS - 1))
        share[-1] = LAST_SHARE
        return np.asarray(self.most_usd_per_kg * np.tile(share, self._changes))

    def at_gateway_usd(self, prices: Floats, stock_usd: Floats) -> Floats:
        """What a kilogram is worth at the gateway, by change and instant: never rising with time,
        and no more than delivering it and what it pays in stock.

        Args:
            stock_usd: By change and instant, what a kilogram pays in stock from then on (C10).
        """
        table = prices.reshape(-1, INSTANTS)
        total = np.cumsum(table[:, ::-1], axis=1)[:, ::-1].reshape(-1)
        return np.asarray(np.minimum(total, self.most_usd_per_kg + stock_usd))

    def steps_usd(self, prices: Floats, stock_usd: Floats) -> Floats:
        """The prices that come to just that, by change and instant."""
        worth = self.at_gateway_usd(prices, stock_usd).reshape(-1, INSTANTS)
        after = np.concatenate((worth[:, 1:], np.zeros((len(worth), 1))), axis=1)
        return np.asarray(worth - after)

    def spread(self, by_consignment: Floats) -> Floats:
        """By kind, what is told by consignment."""
        return by_consignment[self.consignment]

    def leaving(self, by_consignment: Floats) -> Floats:
        """The same, but 0 for what only goes on: it has left its origin before."""
        found = self.spread(by_consignment)
        found[self._outbound] = 0.0
        return found

    def delivered(self, by_consignment: Floats) -> Floats:
        """The same, but 0 for what only comes in: it is not delivered yet."""
        found = self.spread(by_consignment)
        found[self._inbound] = 0.0
        return found

    def changing(self, prices: Floats, stock_usd: Floats) -> Floats:
        """By kind, what a kilogram pays at prices of changes."""
        found, worth = np.zeros(len(self.consignment)), self.at_gateway_usd(prices, stock_usd)
        found[self._inbound], found[self._outbound] = -worth, worth
        return found

    def onward_usd_per_kg(self) -> Floats:
        """By kind, the most that a kilogram which comes in to change earns by going on."""
        found = np.zeros(len(self.consignment))
        found[self._inbound] = self.most_usd_per_kg
        return found

    def left_kg(self, kg: Floats) -> Floats:
        """By change and instant, what is ready by then less what has gone on, of kilograms by
        kind."""
        left = (kg[self._inbound] - kg[self._outbound]).reshape(-1, INSTANTS)
        return np.asarray(np.cumsum(left, axis=1).reshape(-1))

    def still_kg(self, offered_kg: Floats, kg: Floats) -> Floats:
        """By kind, what more of it there may be beside some kilograms.

        That is what has not left its origin, and of what goes on from a gateway, what is not
        delivered.

        Args:
            offered_kg: By consignment.
            kg: By kind.
        """
        found = self.spread(offered_kg - self.by_consignment(kg, delivered=False))
        onward = self.spread(offered_kg - self.by_consignment(kg, delivered=True))
        found[self._outbound] = onward[self._outbound]
        return found.clip(min=0.0)

    def by_consignment(self, kg: Floats, *, delivered: bool) -> Floats:
        """Kilograms by kind added up: those that are delivered, or that leave their origins."""
        counted = kg.copy()
        counted[self._inbound if delivered else self._outbound] = 0.0
        total = np.bincount(self.consignment, counted, self.consignments)
        return np.asarray(total, dtype=np.float64)


def last_min(resolved: ResolvedInstance, transit: ResolvedTransit) -> int:
    """When a consignment can go on from a gateway at the latest."""
    due_min, period = resolved.consignment[transit.consignment].due_min, resolved.period
    return due_min if period.cyclic else min(due_min, period.length_min)


def _instants(resolved: ResolvedInstance, transit: ResolvedTransit) -> list[int]:
    """From when the consignment can go on at the earliest to when it can at the latest."""
    last = last_min(resolved, transit)
    ready_min = resolved.consignment[transit.consignment].ready_min
    first = min(ready_min + transit.connection_min, last)
    return [first + (last - first) * k // INSTANTS for k in range(1, INSTANTS + 1)]
