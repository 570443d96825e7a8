"""The bound of one leaf of the tree: prices times limits, trucks, the lines of every pool, and the
best loads of bought capacity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.domain.resolved import ResolvedConsignment, ResolvedInstance, ResolvedPool
from optimizer.plan.certificate import Prices, Quantity, Sense
from optimizer.verify.certificate.cargo import Hold, Way
from optimizer.verify.certificate.falling import Falling
from optimizer.verify.certificate.flying import empty_cost_micro
from optimizer.verify.certificate.holds import bought_hold, ends_of, hold_of
from optimizer.verify.certificate.lines import Arcs, best_cyclic, best_dated
from optimizer.verify.certificate.loading import best_load_micro
from optimizer.verify.certificate.packed import packed_holds
from optimizer.verify.certificate.payments import Payments, branch_pay
from optimizer.verify.certificate.published import frozen_pay
from optimizer.verify.certificate.terminals import TerminalPrices
from optimizer.verify.certificate.trucks import TruckPrices
from optimizer.verify.certificate.universe import Ints, OwnUniverse, one_leg
from optimizer.verify.certificate.within_hours import best_within_hours
from optimizer.verify.certificate.worth import Worth
from optimizer.verify.movements import SIZES

Path = Sequence[tuple[Quantity, Sense, int]]
"""The limits of branches on the way to a leaf: quantity, sense, number."""


@dataclass(frozen=True, slots=True, eq=False)
class _Fleet:
    """A pool's rotations in one row each, without what depends on prices."""

    pool: ResolvedPool
    arcs: Arcs
    block_min: Ints


class Bounds:
    """Bounds of leaves, one after another; what does not depend on prices is done once."""

    def __init__(self, resolved: ResolvedInstance, universe: OwnUniverse) -> None:
        self._resolved = resolved
        self._universe = universe
        self._gateway = {airport: number for number, airport in enumerate(resolved.gateways)}
        by_ends, nothing = ends_of(resolved), TerminalPrices(resolved, {})
        free = Worth(resolved, lambda *_: 0, lambda *_: 0, nothing, {})
        self._holds: list[Hold] = [
            hold_of(resolved, block, by_ends, free) for block in universe.blocks
        ]
        self._holds += [bought_hold(resolved, bought, by_ends) for bought in resolved.blocks]
        self._packed = [
            packed_holds(resolved, block.route.type, hold)
            for block, hold in zip(universe.blocks, self._holds, strict=False)
        ]
        self._packed += [[] for _ in resolved.blocks]
        self._timed = [*universe.blocks, *(one_leg(bought) for bought in resolved.blocks)]
        self._fleets = [self._fleet(pool) for pool in resolved.pools]
        self._known: list[tuple[Ints, Ints] | None] = [None] * len(self._holds)

    def bound_micro(self, prices: Prices, path: Path) -> int | None:
        """The most that a plan of a leaf earns; None if it has none."""
        branches = [(q, price) for (q, _, _), price in zip(path, prices.branches, strict=True)]
        trucks = TruckPrices(self._resolved, prices, branches)
        total = -(-prices_times_limits(self._resolved, prices, path) // 1_000_000)
        total += trucks.worth_micro()
        worth = Worth(
            self._resolved,
            cargo_prices(self._resolved, prices),
            trucks.cargo_pico,
            TerminalPrices(self._resolved, prices.handling),
            gateway_prices(prices),
        )
        payments = Payments(self._resolved, prices)
        earned = [
            self._load_micro(number, worth) - payments.of(block)
            for number, block in enumerate(self._universe.blocks)
        ]
        for number, bought in enumerate(self._resolved.blocks, start=len(earned)):
            total += int(self._load_micro(number, worth)[0]) - bought.fixed_micro
        for fleet in self._fleets:
            most = self._pool_micro(fleet, prices, branches, earned)
            if most is None:
                return None
            total += most
        return total

    def _load_micro(self, number: int, worth: Worth) -> Ints:
        """The best load of each timing of a route; where nothing changed, that of the last leaf."""
        block, hold = self._timed[number], self._holds[number]
        rows = len(block.off_min)
        if not hold.pieces:
            return np.zeros(rows, dtype=np.int64)
        pico = np.stack([worth.of(hold, block, piece) for piece in hold.pieces], axis=1)
        pico = np.maximum(pico, -1)
        known = self._known[number]
        changed = np.arange(rows) if known is None else np.flatnonzero((pico != known[0]).any(1))
        micro = np.zeros(rows, dtype=np.int64) if known is None else known[1].copy()
        if len(changed):
            micro[changed] = best_load_micro(hold, pico[changed])
            for packed in self._packed[number]:
                least = np.minimum(micro[changed], best_load_micro(packed, pico[changed]))
                micro[changed] = least
        self._known[number] = (pico, micro)
        return micro

    def _fleet(self, pool: ResolvedPool) -> _Fleet:
        """Where and when the rotations of a pool begin and end, and what they cost empty."""
        parts: list[list[Ints]] = [[np.zeros(0, dtype=np.int64)] for _ in range(6)]
        for flyable in self._universe.flyable[pool.id]:
            block, rows = self._universe.blocks[flyable.block], flyable.rows
            ends = [self._gateway.get(block.route.airports[i], -1) for i in (0, -1)]
            ground = self._resolved.ground_at[block.route.airports[-1], block.route.type]
            cost = empty_cost_micro(self._resolved, block, acmi=pool.acmi)
            columns = (
                np.full(len(rows), ends[0], dtype=np.int64),
                block.off_min[rows, 0],
                np.full(len(rows), ends[1], dtype=np.int64),
                block.on_min[rows, -1] + ground.turnaround_min,
                -cost[rows],
                np.full(len(rows), block.block_min, dtype=np.int64),
            )
            for part, column in zip(parts, columns, strict=True):
                part.append(column)
        joined = [np.concatenate(part) for part in parts]
        return _Fleet(pool, Arcs(*joined[:5]), joined[5])

    def _pool_micro(
        self,
        fleet: _Fleet,
        prices: Prices,
        branches: Sequence[tuple[Quantity, int]],
        earned: Sequence[Ints],
    ) -> int | None:
        """The most that the tails of a pool earn, leases and shares of hours included."""
        pool, arcs = fleet.pool, fleet.arcs
        values = [arcs.value_micro[:0]]
        for flyable in self._universe.flyable[pool.id]:
            block = self._universe.blocks[flyable.block]
            pays = branch_pay(self._resolved, pool.id, block, branches)
            pays += frozen_pay(self._resolved, prices, pool.id, block)
            values.append((earned[flyable.block] - pays)[flyable.rows])
        hour_micro = (
            prices.hours_most.get(pool.id, 0)
            + prices.hours_least.get(pool.id, 0)
            + prices.acmi.get(pool.id, 0)
        )
        value = arcs.value_micro + np.concatenate(values) - hour_micro * fleet.block_min
        arcs = Arcs(arcs.origin, arcs.off_min, arcs.destination, arcs.ready_min, value)
        lines = self._within_hours(fleet, arcs, self._lines_micro(pool, arcs, fleet.block_min))
        each = _tail_micro(pool, prices)
        most = [None if z is None else z + k * each for k, z in enumerate(lines)]
        return max((m for m in most if m is not None), default=0) if pool.returnable else most[-1]

    def _within_hours(
        self, fleet: _Fleet, arcs: Arcs, lines: Sequence[int | None]
    ) -> list[int | None]:
        """The same, less what tails cannot earn within their hours: all together in a cyclic
        period, each by itself in a dated one."""
        most_min = fleet.pool.max_block_min
        if most_min is None:
            return list(lines)
        if self._resolved.period.cyclic:
            within = [
                best_within_hours(fleet.block_min, arcs.value_micro, k * most_min)
                for k in range(len(lines))
            ]
        else:
            one = best_within_hours(fleet.block_min, arcs.value_micro, most_min)
            within = [k * one for k in range(len(lines))]
        return [None if z is None else min(z, w) for z, w in zip(lines, within, strict=True)]

    def _lines_micro(self, pool: ResolvedPool, arcs: Arcs, block_min: Ints) -> list[int | None]:
        """The most that 0, 1, … tails fly in; None if they cannot all have a line."""
        places = len(self._resolved.gateways)
        if self._resolved.period.cyclic:
            length_min = self._resolved.period.length_min
            return [*best_cyclic(arcs, places, length_min, pool.size)]
        best = best_dated(pool, arcs, block_min, self._gateway)
        return [0, *(None if best is None else k * best for k in range(1, pool.size + 1))]


def _tail_micro(pool: ResolvedPool, prices: Prices) -> int:
    """What a tail kept adds: hours at their prices, less lease, less what ACMI guarantees."""
    paid = pool.fixed_micro
    if pool.acmi:
        share = pool.acmi_micro_per_block_h - 60 * prices.acmi.get(pool.id, 0)
        paid += share * pool.guarantee_min // 60
    most = prices.hours_most.get(pool.id, 0) * (pool.max_block_min or 0)
    least = prices.hours_least.get(pool.id, 0) * (pool.min_block_min or 0)
    return most + least - paid


def cargo_prices(
    resolved: ResolvedInstance, prices: Prices
) -> Callable[[Way, ResolvedConsignment], int]:
    """What a gram pays: for supply where it leaves its origin (C0), less what commitments add where
    it is delivered (C19).
    """
    promised: dict[str, int] = {}
    for commitment in resolved.commitments:
        for name in commitment.consignments:
            price = prices.commitments.get(commitment.id, 0)
            promised[name] = promised.get(name, 0) + price

    def pays(way: Way, c: ResolvedConsignment) -> int:
        supply = 0 if way.outbound else prices.supply.get(c.id, 0)
        return supply + (0 if way.inbound else promised.get(c.id, 0))

    return pays


def gateway_prices(prices: Prices) -> dict[tuple[str, str], Falling]:
    """What a gram is worth where it changes aircraft (C21), by consignment and gateway."""
    steps: dict[tuple[str, str], dict[int, int]] = {}
    for p in prices.transit:
        steps.setdefault((p.consignment, p.gateway), {})[p.minute] = p.pico_per_g
    return {change: Falling(found) for change, found in steps.items()}


def prices_times_limits(resolved: ResolvedInstance, prices: Prices, path: Path) -> int:
    """Σ prices · limits in pico-dollars, but those of hours, which count by tail."""
    r = resolved
    supply = sum(r.consignment[c].weight_g * price for c, price in prices.supply.items())
    least_g = {c.id: c.least_g for c in r.commitments}
    supply += sum(least_g[name] * price for name, price in prices.commitments.items())
    handled_g = {x.id: x.most_g for x in r.handling_limits}
    supply += sum(handled_g[name] * price for name, price in prices.handling.items())
    few = sum((r.lane[p.lane].trucks_per_dispatch or 0) * p.micro for p in prices.dispatches)
    slots = {limit.id: limit.movements for limit in r.slot_limits}
    held = {slot.id: slot.slots for slot in r.held_slots}
    caps = {cap.id: cap.max_flights for cap in r.right_caps}
    most = {market.id: market.max_rotations or 0 for market in r.markets}
    least = {market.id: market.min_rotations or 0 for market in r.markets}
    published = {frozen.id: frozen.flights for frozen in r.frozen_flights}
    micro = few
    for limits, priced in (
        (slots, prices.slots),
        (held, prices.held_slots),
        (caps, prices.right_caps),
        (most, prices.markets_most),
        (least, prices.markets_least),
        (published, prices.frozen_flights),
    ):
        micro += sum(limits[name] * price for name, price in priced.items())
    micro += sum(_stands(r, p.airport, p.size) * p.micro for p in prices.stands)
    micro += sum(p.micro for p in prices.spacing)
    micro += sum(n * price for (_, _, n), price in zip(path, prices.branches, strict=True))
    return supply + 1_000_000 * micro


def _stands(resolved: ResolvedInstance, airport: str, size: str) -> int:
    """C9: stands of a size or a larger one."""
    larger = SIZES[SIZES.index(size) :]
    return sum(number for letter, number in resolved.airport[airport].stands if letter in larger)
