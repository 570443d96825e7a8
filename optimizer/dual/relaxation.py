"""The bound for given prices (``docs/decomposition.md``).

For prices of the right sign no plan earns more than

    sum of price * limit  +  over pools, the best lines of flying
    +  over bought capacity, its best load  -  what is paid for it in any case

where a flight earns what its best load earns after prices of cargo and trucks, less its cost empty
and less what it pays at shared limits. Every limit that is priced adds a term price * (limit - use)
>= 0 to the contribution of any plan; what remains falls apart into lines of flying, each of which
is at least bounded by `HubTime.value`, with loads bounded by `load_values`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from optimizer.control import Stop, never
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.counts import Counting, CountLimit, Limit
from optimizer.dual.holds import cargo_arrays, packed_cargo
from optimizer.dual.hour_choices import HourChoices
from optimizer.dual.hubtime import LineValue
from optimizer.dual.items import stack
from optimizer.dual.limits import Limits
from optimizer.dual.lines import IMPOSSIBLE
from optimizer.dual.loading import Cargo, Multipliers, load_values
from optimizer.dual.point import Point
from optimizer.dual.pools import acmi_usd_per_min, kept_usd, pool_usd
from optimizer.dual.prices import Prices
from optimizer.dual.promises import Promises
from optimizer.dual.published import PublishedFlights
from optimizer.dual.residual import Residuals
from optimizer.dual.sharp_loading import sharpen_loads
from optimizer.dual.stock import StockLimits
from optimizer.dual.stopped import go_on_unless
from optimizer.dual.terminals import TerminalLimits
from optimizer.dual.trucks import TruckRuns
from optimizer.dual.within_hours import networks_of
from optimizer.plan.certificate import Residual

ENOUGH = 4_000
"""Fewer rotations are not worth a second thread."""
SHARPENED_PASSES = 5
"""So many passes take as long as sharpening (4.6 on `zhengzhou-week`)."""


class Relaxation:
    """Evaluates prices on an instance. Not for use by several threads at once.

    Attributes:
        threads: Threads that price rotations.
        branches: Limits on counts that plans keep.
        residuals: Residual capacity inequalities.
        committed: By pool, lines that are flown in any case.
        domain: Rotations to look at; None for all.
        networks: By pool, its hub time.
        hour_choices: Choices of flights within the hours of pools.
        promises: Commitments.
        terminals: Handling limits.
        stock: Limits on stock.
        published: Published flights.
        cargo, found: Loads of all rotations, and the multipliers found for them last.
        within: The same, first with volume and then with ULD positions (C6) as what limits loads
            beside weight; the least of their values counts.
        positions: Numbers of the limits of positions there.
        binding: By rotation, and after them by bought capacity, which of these had it last.
        value_usd: By rotation, and after them by bought capacity, what its best load earns at the
            prices it was looked at last.
        priced: Rotations priced so far, in all passes.
        pass_s: How long the quickest pass over all rotations took.

    Args:
        threads: Threads that price rotations.
        stop: Asked while it is built.

    Raises:
        StoppedError: `stop` said so on the way.
    """

    def __init__(self, resolved: ResolvedInstance, threads: int = 1, stop: Stop = never) -> None:
        self.resolved = resolved
        self.catalogue = c = Catalogue(resolved, stop)
        go_on_unless(stop)
        self.limits = Limits(c)
        self.trucks = TruckRuns(resolved, c.runs)
        self.promises = Promises(resolved)
        self.terminals = TerminalLimits(c)
        self.stock = StockLimits(resolved, c.kinds, c.waits, c.items, c.rides)
        self.networks = networks_of(c)
        self.hour_choices = HourChoices(c, self.networks)
        self.published = PublishedFlights(c, self.networks)
        self._counting = Counting(c, self.networks)
        self.branches: tuple[CountLimit, ...] = ()
        self.committed: list[list[tuple[int, ...]]] = [[] for _ in resolved.pools]
        self.domain: Ints | None = None
        self.cargo = cargo_arrays(c)
        self.residuals = Residuals(c, self.cargo, ())
        holds = len(self.cargo.cap_kg)
        self.found = Multipliers(np.full(holds, 0.5), np.zeros(holds), np.zeros(holds))
        packed = packed_cargo(c, self.cargo)
        self.within: list[tuple[Cargo, Multipliers]] = [
            (self.cargo, self.found),
            *(
                (x, Multipliers(np.full(holds, 0.5), np.zeros(holds), np.zeros(holds)))
                for x in packed.values()
            ),
        ]
        self.positions = tuple(packed)
        self.flown: Ints = np.unique(stack([n.rotations for n in self.networks]))
        self.value_usd: Floats = np.zeros(len(c.rotations) + len(c.bought))
        self.binding: Ints = np.zeros(len(self.value_usd), dtype=np.int64)
        self._fixed_usd = sum(block.fixed_micro for block in resolved.blocks) * 1e-6
        self.priced, self.pass_s = 0, np.inf
        self.threads = threads
        self._workers = ThreadPoolExecutor(threads) if threads > 1 else None

    @property
    def size(self) -> int:
        """Number of rotations that can be flown."""
        return len(self.flown)

    def first_prices(self) -> Prices:
        """Prices to begin with: cargo costs nothing, trucks half by weight."""
        pools = self.resolved.pools
        return Prices(
            supply=np.zeros(len(self.catalogue.offered_kg)),
            truck_share=np.full(len(self.trucks.usd), 0.5),
            dispatch=np.zeros(len(self.trucks.available)),
            rows=np.zeros(len(self.limits.rows)),
            hours_most=np.zeros(len(pools)),
            hours_least=np.zeros(len(pools)),
            lengths=np.zeros(self.hour_choices.number),
            acmi=np.array([acmi_usd_per_min(pool) / 2 for pool in pools]),
            commitments=np.zeros(self.promises.number),
            handling=np.zeros(self.terminals.number),
            stock=np.zeros(self.stock.number),
            published=self.published.first_prices(),
            transit=self.catalogue.kinds.first_usd_per_kg(),
            residual=np.zeros(self.residuals.number),
            branches=np.zeros(len(self.branches)),
        )

    def state(self, rows: Iterable[Residual]) -> None:
        """Look at these residual capacity inequalities, too; prices known before have none."""
        self.residuals = Residuals(self.catalogue, self.cargo, (*self.residuals.rows, *rows))

    def completed(self, prices: Prices) -> Prices:
        """The same prices, and 0 for inequalities that were stated since."""
        missing = self.residuals.number - len(prices.residual)
        if not missing:
            return prices
        return replace(prices, residual=np.concatenate((prices.residual, np.zeros(missing))))

    def branch(self, path: Iterable[Limit]) -> None:
        """Look only at plans that keep these limits from now on; each has a price."""
        self.branches = self._counting.limits(path)

    def committed_arcs(self, k: int) -> Ints:
        """Arcs of pool k that are flown in any case, once for every line."""
        return np.array([a for line in self.committed[k] for a in line], dtype=np.int64)

    def committed_rotations(self) -> Ints:
        """Rotations that are flown in any case."""
        found = [n.rotations[self.committed_arcs(k)] for k, n in enumerate(self.networks)]
        return np.unique(stack(found))

    def only_pools(self, pools: Iterable[int]) -> None:
        """Look only at rotations of these pools and at committed ones from now on."""
        found = [self.networks[k].rotations for k in pools]
        self.domain = np.unique(np.concatenate([*found, self.committed_rotations()]))

    def near(self, point: Point, usd: float) -> Ints:
        """Rotations on lines that earn at most so much less than the best lines of their pool."""
        found = [
            network.rotations[network.slack(own, line) <= usd]
            for network, own, line in zip(self.networks, point.arc_usd, point.lines, strict=True)
        ]
        return np.unique(np.concatenate([*found, self.committed_rotations()]))

    def flown_within(self, point: Point, room_usd: float) -> list[Ints]:
        """By pool, the rotations of plans that earn at most so much less than the point's bound."""
        found = []
        for network, own, line in zip(self.networks, point.arc_usd, point.lines, strict=True):
            kept = network.rotations
            if not network.pool.returnable:
                kept = kept[line.usd - network.through(own, network.pool.size) <= room_usd]
            found.append(np.unique(kept))
        return found

    def at(self, prices: Prices, *, rounds: int = 2, among: Ints | None = None) -> Point:
        """The bound at some prices.

        Args:
            rounds: How often the holds of rotations over several stations are priced.
            among: Look at these rotations only: quick, but no bound.
        """
        began = time.monotonic()
        prices = self.completed(prices)
        if among is None:
            among = self.domain
        class_usd, entry = self.class_usd(prices)
        segment_usd = self.terminals.segment_usd(prices.handling)
        which = self.flown if among is None else among
        which = np.concatenate((which, self.catalogue.bought))
        self._load(which, class_usd, segment_usd, rounds)
        flight_usd = self._flight_usd(prices, among)
        usd = self._limits_usd(prices) - self._fixed_usd
        usd += float(self.value_usd[self.catalogue.bought].sum())
        lines, arcs, pools = [], [], []
        closed = self.closed_rotations()
        for k in range(len(self.networks)):
            own = self._arc_usd(k, prices, flight_usd)
            total, own, line = self._pool_usd(k, prices, own, closed)
            arcs.append(own)
            lines.append(line)
            pools.append(total)
        usd += sum(pools)
        if usd <= IMPOSSIBLE / 2:
            usd = -np.inf
        if among is None:
            self.pass_s = min(self.pass_s, time.monotonic() - began)
        return Point(prices, usd, pools, lines, arcs, class_usd, segment_usd, entry)

    def class_usd(self, prices: Prices) -> tuple[Floats, Ints]:
        """By class of items, what a kilogram costs: supply, trucks and waiting; and by option of
        rides, its cheapest dispatch."""
        items = self.catalogue.items
        ride_usd, entry = self.catalogue.rides.cheapest(
            *self.trucks.cargo_usd(prices, self.branches), self.stock.ride_usd(prices.stock)
        )
        usd = self.cargo_usd(prices)[items.consignment] + self.stock.wait_usd(prices.stock)
        return usd + ride_usd[items.feeder] + ride_usd[items.delivery], entry

    def cargo_usd(self, prices: Prices) -> Floats:
        """By kind of cargo, what a kilogram pays: for its supply, less what commitments add, and
        what it is worth where it changes aircraft."""
        kinds = self.catalogue.kinds
        promised = kinds.delivered(self.promises.cargo_usd(prices.commitments))
        changing = kinds.changing(prices.transit, self.stock.change_usd(prices.stock))
        return self.supply_usd(prices) + promised + changing

    def supply_usd(self, prices: Prices) -> Floats:
        """By kind of cargo, what a kilogram pays for its supply."""
        residual_usd = self.residuals.cargo_usd(self.completed(prices).residual)
        return self.catalogue.kinds.leaving(prices.supply + residual_usd)

    def _load(self, which: Ints, class_usd: Floats, segment_usd: Floats, rounds: int) -> None:
        """What the best loads of rotations earn."""
        self.priced += len(which)
        self.binding[which] = 0
        for k, (cargo, found) in enumerate(self.within):
            value_usd = self.value_usd if k == 0 else np.zeros(len(self.value_usd))
            prices = class_usd, segment_usd
            self._on_threads(load_values, cargo, which, *prices, found, rounds, value_usd)
            if k:
                less = which[value_usd[which] < self.value_usd[which]]
                self.value_usd[less], self.binding[less] = value_usd[less], k

    def _on_threads(
        self, work: Callable[..., None], cargo: Cargo, which: Ints, *rest: object
    ) -> None:
        """Let a kernel look at rotations; each thread takes every so many-th one."""
        if self._workers is None or len(which) < ENOUGH:
            work(cargo, which, *rest)
            return
        parts = [np.ascontiguousarray(which[n :: self.threads]) for n in range(self.threads)]
        for done in [self._workers.submit(work, cargo, part, *rest) for part in parts]:
            done.result()

    def sharpen(self, point: Point, among: Ints) -> None:
        """Find the best multipliers of loads at a point's prices, where they begin anew.

        Args:
            among: Rotations that matter; each takes as long as in five passes.
        """
        which = np.concatenate((among, self.catalogue.bought))
        self.priced += SHARPENED_PASSES * len(which)
        for cargo, found in self.within:
            prices = point.class_usd, point.segment_usd
            self._on_threads(sharpen_loads, cargo, which, *prices, found)

    def _flight_usd(self, prices: Prices, among: Ints | None) -> Floats:
        """What a flight of each rotation earns, whoever flies it; others cannot be flown."""
        load_usd = self.value_usd[: len(self.catalogue.rotations)]
        usd = load_usd - self.catalogue.cost_usd - self.limits.per_rotation_usd(prices.rows)
        usd += self.residuals.flight_usd(prices.residual)
        if among is not None:
            outside = np.ones(len(usd), dtype=np.bool_)
            outside[among] = False
            usd[outside] = IMPOSSIBLE
        return usd

    def _limits_usd(self, prices: Prices) -> float:
        """Limits at their prices; those of hours and guarantees are counted with their tails."""
        usd = float(prices.supply @ self.catalogue.offered_kg)
        usd += float(prices.commitments @ self.promises.least_kg)
        usd += float(prices.handling @ self.terminals.most_kg)
        usd += float(prices.stock @ self.stock.most_kg)
        usd += float(prices.residual @ self.residuals.limit)
        usd += float(prices.published @ self.published.flights)
        dispatches_usd = float(prices.dispatch @ self.trucks.available)
        usd += dispatches_usd + float(prices.rows @ self.limits.limit)
        branches = zip(self.branches, prices.branches.tolist(), strict=True)
        usd += self.trucks.raised_usd(prices, self.branches)
        return usd + float(sum(limit.number * price for limit, price in branches))

    def _arc_usd(self, k: int, prices: Prices, flight_usd: Floats) -> Floats:
        """What each arc of pool k earns."""
        pool, rotations = self.resolved.pools[k], self.networks[k].rotations
        usd_per_min = prices.hours_most[k] + prices.hours_least[k] + prices.acmi[k]
        block_min = self.catalogue.timetable.block_min[rotations]
        usd = flight_usd[rotations] - usd_per_min * block_min
        usd = usd - self.hour_choices.paid_usd(k, prices)
        if not pool.acmi:
            usd = usd - self.catalogue.own_usd[rotations]
        if self.published.number:
            usd = usd - self.published.paid_usd(k, prices.published, len(rotations))
        for limit, price in zip(self.branches, prices.branches.tolist(), strict=True):
            if limit.arcs is not None and price:
                usd = usd - price * limit.arcs[k]
        return np.asarray(usd)

    def closed_rotations(self) -> Bools | None:
        """By rotation, whether it would break a limit beside those committed; None if none is."""
        if not any(self.committed):
            return None
        flow = np.zeros(len(self.catalogue.rotations))
        for k, network in enumerate(self.networks):
            np.add.at(flow, network.rotations[self.committed_arcs(k)], 1.0)
        return self.limits.closed(flow)

    def open_usd(self, k: int, arc_usd: Floats, closed: Bools | None) -> Floats:
        """What arcs of pool k earn; those of closed rotations cannot be flown."""
        if closed is None:
            return arc_usd
        return np.where(closed[self.networks[k].rotations], IMPOSSIBLE, arc_usd)

    def _pool_usd(
        self, k: int, prices: Prices, arc_usd: Floats, closed: Bools | None
    ) -> tuple[float, Floats, LineValue]:
        """What pool k earns, and what its free tails do and with which arcs."""
        network, committed = self.networks[k], self.committed_arcs(k)
        settled_usd = float(arc_usd[committed].sum())
        arc_usd = self.open_usd(k, arc_usd, closed)
        kept = kept_usd(self.resolved.pools[k], k, prices)
        hours_usd = self.hour_choices.earned_usd(k, prices, committed)
        usd, line = pool_usd(network, arc_usd, kept, hours_usd, len(self.committed[k]), committed)
        return settled_usd + usd, arc_usd, line
