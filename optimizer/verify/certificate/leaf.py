"""The bound of one leaf of the tree: prices times limits, trucks, the lines of every pool, and the
best loads of bought capacity; and that part of it which is about one cluster of pools."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.domain.resolved import ResolvedConsignment, ResolvedInstance, ResolvedPool
from optimizer.plan.certificate import Path, Prices, Quantity, Residual
from optimizer.verify.certificate.cargo import Piece, Way
from optimizer.verify.certificate.falling import Falling
from optimizer.verify.certificate.flying import empty_cost_micro
from optimizer.verify.certificate.lines import Arcs, best_cyclic, best_dated
from optimizer.verify.certificate.loads import Loads, RouteLoads
from optimizer.verify.certificate.payments import Payments, branch_pay
from optimizer.verify.certificate.published import frozen_pay
from optimizer.verify.certificate.residual import Residuals
from optimizer.verify.certificate.stock import StockPrices
from optimizer.verify.certificate.terminals import TerminalPrices
from optimizer.verify.certificate.trucks import TruckPrices
from optimizer.verify.certificate.universe import Bools, Ints, OwnUniverse
from optimizer.verify.certificate.within_hours import Hours
from optimizer.verify.certificate.worth import Worth
from optimizer.verify.movements import SIZES

FEW = 300
"""Pools with fewer rotations are not worth a rough bound."""
AT_ONCE = 16
"""So many rotations of one length are settled in one go."""


@dataclass(frozen=True, slots=True, eq=False)
class _Fleet:
    """A pool's rotations in one row each, without what depends on prices."""

    pool: ResolvedPool
    arcs: Arcs
    block_min: Ints


class Bounds:
    """Bounds of leaves, one after another; what does not depend on prices is done once.

    Attributes:
        exactly: Whether every load is bounded as well as can be, needed or not.
        residuals: Residual capacity inequalities.
    """

    def __init__(
        self, resolved: ResolvedInstance, universe: OwnUniverse, residuals: Sequence[Residual]
    ) -> None:
        self.exactly = False
        self._resolved = resolved
        self._universe = universe
        self._gateway = {airport: number for number, airport in enumerate(resolved.gateways)}
        self._loads = Loads(resolved, universe)
        self.residuals = Residuals(
            resolved, residuals, self._loads.holds, len(universe.blocks), self._loads.could
        )
        self._fleets = [self._fleet(pool) for pool in resolved.pools]

    def bound_micro(self, prices: Prices, path: Path) -> int | None:
        """The most that a plan of a leaf earns; None if it has none."""
        everybody = [pool.id for pool in self._resolved.pools]
        trucks = self._trucks(prices, path)
        worth, first = self._worth(prices, trucks), len(self._universe.blocks)
        lines = self._lines_of(prices, path, worth, everybody)
        if lines is None:
            return None
        limits = prices_times_limits(self._resolved, prices, path)
        total = -(-(limits + self.residuals.limits_pico(prices)) // 1_000_000)
        total += trucks.worth_micro()
        for number, bought in enumerate(self._resolved.blocks, start=first):
            load_micro = self._loads.of(number, worth).settle_all()[0]
            total += int(load_micro) - bought.fixed_micro
        return total + lines

    def cluster_micro(
        self,
        prices: Prices,
        path: Path,
        pools: Collection[str],
        cargo: Collection[str],
        residuals: Collection[int],
    ) -> int | None:
        """The part of a bound that is about some pools, their own cargo, its residual capacity
        inequalities and their branches.

        None if they have no plan.
        """
        worth = self._worth(prices, self._trucks(prices, path))
        lines = self._lines_of(prices, path, worth, pools)
        if lines is None:
            return None
        of, branches = self._resolved.consignment, zip(path, prices.branches, strict=True)
        pico = sum(of[name].weight_g * prices.supply.get(name, 0) for name in cargo)
        pico += self.residuals.limits_pico(prices, residuals)
        pico += 1_000_000 * sum(number * price for (_, _, number), price in branches)
        return lines - (-pico // 1_000_000)

    def carried(self, pools: Collection[str], *, bought: bool) -> set[str]:
        """Consignments that flights of some pools could carry, or bought capacity could, too."""
        numbers = {part.block for pool in pools for part in self._universe.flyable[pool]}
        if bought:
            numbers.update(range(len(self._universe.blocks), len(self._loads.holds)))
        return {piece.consignment.id for n in numbers for piece in self._loads.holds[n].pieces}

    def _lines_of(
        self, prices: Prices, path: Path, worth: Worth, pools: Collection[str]
    ) -> int | None:
        """What the best lines of some pools earn together; None if one has none."""
        branches, payments = _priced(prices, path), Payments(self._resolved, prices)
        numbers = {part.block for pool in pools for part in self._universe.flyable[pool]}
        loads = {number: self._loads.of(number, worth) for number in sorted(numbers)}
        paid = {
            number: payments.of(self._universe.blocks[number])
            - self.residuals.flight_micro(prices, number)
            for number in sorted(numbers)
        }
        found = [
            self._pool_micro(fleet, prices, branches, loads, paid)
            for fleet in self._fleets
            if fleet.pool.id in pools
        ]
        return None if None in found else sum(most for most in found if most is not None)

    def _trucks(self, prices: Prices, path: Path) -> TruckPrices:
        return TruckPrices(self._resolved, prices, _priced(prices, path))

    def _worth(self, prices: Prices, trucks: TruckPrices) -> Worth:
        return Worth(
            self._resolved,
            self._cargo_pays(prices),
            trucks.cargo_pico,
            TerminalPrices(self._resolved, prices.handling),
            StockPrices(self._resolved, prices.stock),
            gateway_prices(prices),
        )

    def _cargo_pays(self, prices: Prices) -> Callable[[Piece], int]:
        """What a piece pays: its grams for supply and promises, its size where capacity is left."""
        by_gram, by_size = cargo_prices(self._resolved, prices), self.residuals.pays(prices)
        return lambda p: p.weight_g * by_gram(p.way, p.consignment) + by_size(p)

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
        loads: Mapping[int, RouteLoads],
        paid: Mapping[int, Ints],
    ) -> int | None:
        """The most that the tails of a pool earn, leases and shares of hours included."""
        pool, arcs = fleet.pool, fleet.arcs
        pays = [arcs.value_micro[:0]]
        for flyable in self._universe.flyable[pool.id]:
            block = self._universe.blocks[flyable.block]
            more = branch_pay(self._resolved, pool.id, block, branches)
            more += frozen_pay(self._resolved, prices, pool.id, block)
            pays.append((paid[flyable.block] + more)[flyable.rows])
        hour_micro = (
            prices.hours_most.get(pool.id, 0)
            + prices.hours_least.get(pool.id, 0)
            + prices.acmi.get(pool.id, 0)
        )
        hours = Hours(pool, prices, fleet.block_min, self._resolved.period.cyclic)
        empty = arcs.value_micro - np.concatenate(pays) - hour_micro * fleet.block_min
        empty = empty - hours.paid_micro
        value = empty + self._loaded_micro(fleet, empty, loads)
        arcs = Arcs(arcs.origin, arcs.off_min, arcs.destination, arcs.ready_min, value)
        lines = self._lines_micro(pool, arcs, fleet.block_min)
        each, found = _tail_micro(pool, prices), []
        for tails in range(len(lines)) if pool.returnable else (pool.size,):
            z = lines[tails]
            if z is not None:
                z = hours.least_of(z, value, tails)
                found.append(z + tails * each + hours.earned_micro(tails))
        return max(found) if found else None

    def _loaded_micro(
        self, fleet: _Fleet, empty_micro: Ints, loads: Mapping[int, RouteLoads]
    ) -> Ints:
        """What the best load of each rotation earns.

        Where hours of a large pool bind in a cyclic period (C14), only the best rotations of each
        length decide; those are settled, and others are bounded roughly.
        """
        parts, first = self._universe.flyable[fleet.pool.id], [0]
        for part in parts:
            first.append(first[-1] + len(part.rows))
        limited = fleet.pool.max_block_min is not None and self._resolved.period.cyclic
        rough = limited and not self.exactly and len(empty_micro) > FEW
        for part in parts if not rough else ():
            loads[part.block].settle_all()
        while True:
            of = [loads[part.block] for part in parts]
            micro = [
                empty_micro[:0],
                *(x.roughly()[p.rows] for x, p in zip(of, parts, strict=True)),
            ]
            found: Ints = np.concatenate(micro)
            settled = [x.settled[p.rows] for x, p in zip(of, parts, strict=True)]
            if not rough:
                return found
            open_ones = _decisive(fleet.block_min, empty_micro + found, np.concatenate(settled))
            if not len(open_ones):
                return found
            places = np.searchsorted(first, open_ones, side="right") - 1
            for k in np.unique(places).tolist():
                of[k].settle(parts[k].rows[open_ones[places == k] - first[k]])

    def _lines_micro(self, pool: ResolvedPool, arcs: Arcs, block_min: Ints) -> list[int | None]:
        """The most that 0, 1, … tails fly in; None if they cannot all have a line."""
        places = len(self._resolved.gateways)
        if self._resolved.period.cyclic:
            length_min = self._resolved.period.length_min
            return [*best_cyclic(arcs, places, length_min, pool.size)]
        best = best_dated(pool, arcs, block_min, self._gateway)
        return [0, *(None if best is None else k * best for k in range(1, pool.size + 1))]


def _decisive(block_min: Ints, value_micro: Ints, settled: Bools) -> Ints:
    """Of each length the best rotations that are not settled, as far as they beat all that are."""
    order = np.lexsort((-value_micro, block_min))
    starts = np.flatnonzero(np.diff(block_min[order], prepend=-1))
    found = []
    for own in np.split(order, starts[1:]):
        best = own[:AT_ONCE]
        known = np.flatnonzero(settled[best])
        ahead = best[: known[0]] if len(known) else best
        found.append(ahead[value_micro[ahead] > 0])
    return np.concatenate(found) if found else order


def _priced(prices: Prices, path: Path) -> list[tuple[Quantity, int]]:
    """The quantities of branches with their prices."""
    return [(q, price) for (q, _, _), price in zip(path, prices.branches, strict=True)]


def _tail_micro(pool: ResolvedPool, prices: Prices) -> int:
    """What a tail kept adds: least hours at their price, less lease, less what ACMI guarantees."""
    paid = pool.fixed_micro
    if pool.acmi:
        share = pool.acmi_micro_per_block_h - 60 * prices.acmi.get(pool.id, 0)
        paid += share * pool.guarantee_min // 60
    least = prices.hours_least.get(pool.id, 0) * (pool.min_block_min or 0)
    return least - paid


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
    stock_g = {x.airport: x.most_g for x in r.stock_limits}
    supply += sum(stock_g[p.airport] * p.pico_per_g for p in prices.stock)
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
