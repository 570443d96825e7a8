"""What a rotation pays at the limits that flights share (C7, C9, C15, C17, branches)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from optimizer.domain.resolved import ResolvedHeldSlot, ResolvedInstance, ResolvedMarket
from optimizer.plan.certificate import FlightCount, Prices, Quantity
from optimizer.verify.certificate.flying import cycle
from optimizer.verify.certificate.steps import PricedMinutes, PricedWindows
from optimizer.verify.certificate.universe import Block, Bools, Ints
from optimizer.verify.movements import SIZES

UNMATCHED = 2**62
"""More than any price: of a movement that no held slot suits."""


class Payments:
    """The prices of one leaf that flights pay, whichever pool flies them."""

    def __init__(self, resolved: ResolvedInstance, prices: Prices) -> None:
        self._resolved = resolved
        self._prices = prices
        self._cycle_min = cycle(resolved)
        self._stands = {
            (airport, size): PricedMinutes(
                [(p.minute, p.micro) for p in prices.stands if (p.airport, p.size) == at],
                self._cycle_min,
            )
            for at in {(p.airport, p.size) for p in prices.stands}
            for airport, size in [at]
        }
        self._spacing = {
            market: PricedMinutes(
                [(p.minute, p.micro) for p in prices.spacing if p.market == market],
                self._cycle_min,
            )
            for market in {p.market for p in prices.spacing}
        }
        self._windows: dict[tuple[str, str, str], PricedWindows] = {}
        self._held = self._priced_held_slots()

    def of(self, block: Block) -> Ints:
        """Micro-dollars of each timing of a route."""
        pays: Ints = np.zeros(len(block.off_min), dtype=np.int64)
        for i in range(len(block.route.technical)):
            for kind, airport, minutes in (
                ("departure", block.route.airports[i], block.off_min[:, i]),
                ("arrival", block.route.airports[i + 1], block.on_min[:, i]),
            ):
                pays += self._slots(block.route.operator, airport, kind).at(minutes)
                held = self._held.get((block.route.operator, airport, kind))
                if held is not None:
                    pays += self._cheapest(held, minutes)
        pays += self._standing(block)
        pays += self._flight(block)
        for market in self._resolved.markets:
            if market.id in self._spacing and serves(block, market):
                off = block.off_min[:, 0]
                pays += self._spacing[market.id].within(off, off + (market.min_spacing_min or 0))
        return pays

    def _slots(self, operator: str, airport: str, kind: str) -> PricedWindows:
        """C7: the windows that concern a kind of movement."""
        key = (operator, airport, kind)
        if key not in self._windows:
            concerned = [
                (limit.window, self._prices.slots[limit.id])
                for limit in self._resolved.slot_limits
                if limit.id in self._prices.slots
                and limit.airport == airport
                and (limit.departures if kind == "departure" else limit.arrivals)
                and (not limit.operators or operator in limit.operators)
            ]
            self._windows[key] = PricedWindows(concerned, self._cycle_min)
        return self._windows[key]

    def _priced_held_slots(self) -> dict[tuple[str, str, str], list[ResolvedHeldSlot]]:
        """C7: slots of an operator for a kind of movement, where any of them has a price."""
        groups: dict[tuple[str, str, str], list[ResolvedHeldSlot]] = {}
        for slot in self._resolved.held_slots:
            groups.setdefault((slot.operator, slot.airport, slot.movement), []).append(slot)
        priced = self._prices.held_slots
        return {k: slots for k, slots in groups.items() if any(s.id in priced for s in slots)}

    def _cheapest(self, slots: Sequence[ResolvedHeldSlot], minutes: Ints) -> Ints:
        """The least price among the held slots that a movement may be matched to."""
        least: Ints = np.full(len(minutes), UNMATCHED, dtype=np.int64)
        for slot in slots:
            apart = np.abs(minutes - slot.minute)
            if self._cycle_min is not None:
                ahead = (minutes - slot.minute) % self._cycle_min
                apart = np.minimum(ahead, self._cycle_min - ahead)
            suits = apart <= slot.tolerance_min
            least[suits] = np.minimum(least[suits], self._prices.held_slots.get(slot.id, 0))
        least[least == UNMATCHED] = 0
        return least

    def _standing(self, block: Block) -> Ints:
        """C9: every stay, at the priced minutes of its size and of smaller ones."""
        r, route = self._resolved, block.route
        pays: Ints = np.zeros(len(block.off_min), dtype=np.int64)
        letter = r.type[route.type].size_code
        for i, technical in enumerate(route.technical):
            airport, on = route.airports[i + 1], block.on_min[:, i]
            ground = r.ground_at[airport, route.type]
            least = ground.technical_stop_min if technical else ground.turnaround_min
            towed = i + 1 == len(route.technical) or airport in r.gateways
            until = on + least if towed else block.off_min[:, i + 1]
            for size in SIZES[: SIZES.index(letter) + 1]:
                if (airport, size) in self._stands:
                    pays += self._stands[airport, size].within(on, until)
        return pays

    def _flight(self, block: Block) -> int:
        """C15 and C17: prices by flight."""
        stops, prices = block.route.full_stops, self._prices
        offered = set(combinations(stops, 2))
        total = sum(
            prices.right_caps.get(cap.id, 0)
            for cap in self._resolved.right_caps
            if cap.operator == block.route.operator and not offered.isdisjoint(cap.pairs)
        )
        return total + sum(
            prices.markets_most.get(market.id, 0) + prices.markets_least.get(market.id, 0)
            for market in self._resolved.markets
            if serves(block, market)
        )


def serves(block: Block, market: ResolvedMarket) -> bool:
    """C17: whether rotations of a route serve the station of a market."""
    route = block.route
    return (
        (not market.operators or route.operator in market.operators)
        and (market.gateway is None or route.airports[0] == market.gateway)
        and market.station in route.full_stops
    )


def branch_pay(
    resolved: ResolvedInstance,
    pool: str,
    block: Block,
    branches: Sequence[tuple[Quantity, int]],
) -> Ints:
    """What each timing of a route, flown by a pool, pays at limits on numbers of flights."""
    pays: Ints = np.zeros(len(block.off_min), dtype=np.int64)
    for counted in _counted(resolved, pool, block, branches):
        pays += counted
    return pays


def _counted(
    resolved: ResolvedInstance,
    pool: str,
    block: Block,
    branches: Sequence[tuple[Quantity, int]],
) -> Iterator[Ints]:
    route, off = block.route, block.off_min[:, 0]
    called = {*route.full_stops[1:-1]}
    called |= {route.airports[0], route.airports[-1]} - set(resolved.gateways)
    for quantity, price in branches:
        if (
            isinstance(quantity, FlightCount)
            and quantity.pool in ("", pool)
            and quantity.airports in ((), route.airports)
            and (not quantity.station or quantity.station in called)
        ):
            inside: Bools = np.ones(len(off), dtype=np.bool_)
            if quantity.from_min is not None:
                inside &= off >= quantity.from_min
            if quantity.until_min is not None:
                inside &= off < quantity.until_min
            yield price * inside.astype(np.int64)
