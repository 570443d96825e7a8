"""The bound for given prices, and how much of every limit the best lines and loads use.

Prices are a vector with blocks: supply of consignments (USD per kg), the weight share of truck
runs, dispatches with few trucks (USD a truck), shared rows (USD a flight), most and least block
hours of pools and the ACMI rate charged by the minute (USD per block minute). A truck of price K
with weight share a charges a K / payload per kg and (1 - a) K / volume per m3, so that full trucks
are paid and the number of trucks needs no bound.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.hubtime import HubTime, LineValue
from optimizer.dual.limits import Limits
from optimizer.dual.lines import IMPOSSIBLE
from optimizer.dual.loading import Cargo, Multipliers, add_loads, load_values, ride_prices
from optimizer.plan.certificate import Quantity, Sense, TruckCount

ENOUGH = 4_000
"""Fewer rotations are not worth a second thread."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Prices of all shared limits."""

    supply: Floats
    truck_share: Floats
    dispatch: Floats
    rows: Floats
    hours_most: Floats
    hours_least: Floats
    acmi: Floats
    branches: Floats

    def blocks(self) -> tuple[Floats, ...]:
        """All blocks, in order."""
        return (
            self.supply, self.truck_share, self.dispatch, self.rows, self.hours_most,
            self.hours_least, self.acmi, self.branches,
        )  # fmt: skip

    def vector(self) -> Floats:
        """One after the other."""
        return np.concatenate(self.blocks())

    def with_supply(self, usd_per_kg: Floats) -> Prices:
        """The same, but for what cargo costs."""
        return replace(self, supply=usd_per_kg)

    def like(self, vector: Floats) -> Prices:
        """The same blocks with other numbers."""
        ends = np.cumsum([len(b) for b in self.blocks()])
        return Prices(*np.split(vector, ends[:-1]))


@dataclass(frozen=True, slots=True, eq=False)
class CountLimit:
    """A limit on a number of flights or trucks (a branch).

    Attributes:
        implied: A tighter one of the same kind makes it idle.
        arcs: By pool, how often each arc counts (0 or 1); None if it is about trucks.
        run: The truck run; None if it is about flights.
    """

    quantity: Quantity
    sense: Sense
    number: int
    implied: bool
    arcs: list[Floats] | None
    run: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The relaxation at some prices.

    Attributes:
        usd: The bound; minus infinity if there is provably no plan.
        lines: By pool, what its lines earn.
        arc_usd: By pool, what each arc of its network earns.
    """

    prices: Prices
    usd: float
    lines: list[LineValue]
    arc_usd: list[Floats]
    class_usd: Floats
    entry: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """What lines and loads use at some prices.

    Attributes:
        slope: Limits less their use: in this direction of prices the bound grows.
        flows: By pool, how often each arc is flown.
        run_by_weight, run_by_volume: By truck run, the trucks its cargo fills.
    """

    slope: Prices
    flows: list[Floats]
    run_by_weight: Floats
    run_by_volume: Floats


class Relaxation:
    """Evaluates prices on an instance.

    Attributes:
        priced: Rotations priced so far, in all passes.
        pass_s: How long the quickest pass over all rotations took.
        committed: By pool, lines that are flown in any case.
        domain: Rotations to look at; None for all.

    Args:
        threads: Threads that price rotations.
    """

    def __init__(self, resolved: ResolvedInstance, threads: int = 1) -> None:
        self.resolved = resolved
        self._threads = threads
        self.catalogue = c = Catalogue(resolved)
        self.limits = Limits(c)
        self.branches: tuple[CountLimit, ...] = ()
        self.committed: list[list[tuple[int, ...]]] = [[] for _ in resolved.pools]
        self.domain: Ints | None = None
        self.networks = [HubTime(c, pool) for pool in resolved.pools]
        self.cargo = _cargo(c)
        holds = len(self.cargo.cap_kg)
        self.found = Multipliers(np.full(holds, 0.5), np.zeros(holds), np.zeros(holds))
        self.block_min: Floats = np.array([x.block_min for x in c.rotations], dtype=np.float64)
        self._trucks()
        self._flown: Ints = np.unique(np.concatenate([n.rotations for n in self.networks]))
        self.value: Floats = np.zeros(len(c.rotations))
        self.priced, self.pass_s = 0, np.inf
        self._matches: dict[Quantity, list[Floats]] = {}

    def _trucks(self) -> None:
        r = self.resolved
        keys = list(self.catalogue.runs)
        lanes = [r.lane[lane] for lane, _, _ in keys]
        self.run_usd: Floats = np.array(
            [dict(x.cost_micro)[k[2]] * 1e-6 for x, k in zip(lanes, keys, strict=True)]
        )
        self.run_kg: Floats = np.array([x.payload_g * 1e-3 for x in lanes])
        self.run_m3: Floats = np.array([x.volume_cm3 * 1e-6 for x in lanes])
        self.dispatches: dict[tuple[str, int], int] = {}
        self.run_dispatch = np.full(len(keys), -1, dtype=np.int64)
        available = []
        for k, (lane, minute, _) in enumerate(keys):
            most = r.lane[lane].trucks_per_dispatch
            if most is not None:
                if (lane, minute) not in self.dispatches:
                    available.append(float(most))
                number = self.dispatches.setdefault((lane, minute), len(self.dispatches))
                self.run_dispatch[k] = number
        self.available: Floats = np.array(available, dtype=np.float64)

    def branch(self, path: Iterable[tuple[Quantity, Sense, int]]) -> None:
        """Look only at plans that keep these limits from now on; prices grow by one each."""
        limits = list(path)
        tightest: dict[tuple[Quantity, Sense], int] = {}
        for quantity, sense, number in limits:
            sign = 1 if sense == "at_most" else -1
            known = tightest.get((quantity, sense), number)
            tightest[quantity, sense] = sign * min(sign * number, sign * known)
        self.branches = tuple(
            CountLimit(
                quantity, sense, number, tightest[quantity, sense] != number,
                *self._counted(quantity),
            )
            for quantity, sense, number in limits
        )  # fmt: skip

    def committed_arcs(self, k: int) -> Ints:
        """Arcs of pool k that are flown in any case, once for every line."""
        return np.array([a for line in self.committed[k] for a in line], dtype=np.int64)

    def only_pools(self, pools: Iterable[int]) -> None:
        """Look only at rotations of these pools and at committed ones from now on."""
        found = [self.networks[k].rotations for k in pools]
        self.domain = np.unique(np.concatenate([*found, self.committed_rotations()]))

    def committed_rotations(self) -> Ints:
        """Rotations that are flown in any case."""
        found = [n.rotations[self.committed_arcs(k)] for k, n in enumerate(self.networks)]
        return np.unique(np.concatenate(found))

    def _counted(self, quantity: Quantity) -> tuple[list[Floats] | None, int | None]:
        if isinstance(quantity, TruckCount):
            key = (quantity.lane, quantity.dispatch_min, quantity.customs)
            return None, self.catalogue.runs[key]
        if quantity not in self._matches:
            self._matches[quantity] = [
                network.matching(self.catalogue, quantity) for network in self.networks
            ]
        return self._matches[quantity], None

    def first_prices(self) -> Prices:
        """Prices to begin with: cargo costs nothing, trucks half by weight."""
        pools = self.resolved.pools
        rate = np.array([p.acmi_micro_per_block_h * 1e-6 / 60 if p.acmi else 0.0 for p in pools])
        return Prices(
            supply=np.zeros(len(self.catalogue.weight_kg)),
            truck_share=np.full(len(self.run_usd), 0.5),
            dispatch=np.zeros(len(self.available)),
            rows=np.zeros(len(self.limits.rows)),
            hours_most=np.zeros(len(pools)),
            hours_least=np.zeros(len(pools)),
            acmi=rate / 2,
            branches=np.zeros(len(self.branches)),
        )

    def truck_prices(self, prices: Prices) -> tuple[Floats, Floats]:
        """By truck run: USD per kg and per m3."""
        usd = self._trucks_usd(prices)
        return prices.truck_share * usd / self.run_kg, (1 - prices.truck_share) * usd / self.run_m3

    def _trucks_usd(self, prices: Prices) -> Floats:
        """What a truck of each run costs, prices of limits included; not below 0."""
        usd = self.run_usd.copy()
        few = self.run_dispatch >= 0
        usd[few] += prices.dispatch[self.run_dispatch[few]]
        for limit, price in zip(self.branches, prices.branches.tolist(), strict=True):
            if limit.run is not None:
                usd[limit.run] += price
        return np.maximum(usd, 0.0)

    def at(self, prices: Prices, *, rounds: int = 2, among: Ints | None = None) -> Point:
        """The bound at some prices.

        Args:
            rounds: How often the holds of rotations over several stations are priced.
            among: Look at these rotations only: quick, but no bound.
        """
        began = time.monotonic()
        if among is None:
            among = self.domain
        looked_at = self._flown if among is None else among
        items, rides = self.catalogue.items, self.catalogue.rides
        run_kg, run_m3 = self.truck_prices(prices)
        ride_usd, entry = np.empty(len(rides.first)), np.empty(len(rides.first), dtype=np.int64)
        ride_prices(
            rides.first, rides.count, rides.run, rides.credit_usd_per_kg, rides.density_m3_per_kg,
            run_kg, run_m3, ride_usd, entry,
        )  # fmt: skip
        class_usd = (
            prices.supply[items.consignment] + ride_usd[items.feeder] + ride_usd[items.delivery]
        )
        self._price(looked_at, class_usd, rounds)
        net = self.value - self.catalogue.cost_usd - self.limits.per_rotation(prices.rows)
        if among is not None:
            outside = np.ones(len(net), dtype=np.bool_)
            outside[among] = False
            net[outside] = IMPOSSIBLE
        usd = float(prices.supply @ self.catalogue.weight_kg)
        usd += float(prices.dispatch @ self.available) + float(prices.rows @ self.limits.limit)
        usd += sum(x.number * y for x, y in zip(self.branches, prices.branches, strict=True))
        lines, arcs = [], []
        for k, (pool, network) in enumerate(zip(self.resolved.pools, self.networks, strict=True)):
            own = net[network.rotations]
            minute = prices.hours_most[k] + prices.hours_least[k] + prices.acmi[k]
            own = own - minute * self.block_min[network.rotations]
            if not pool.acmi:
                own = own - self.catalogue.own_usd[network.rotations]
            for limit, price in zip(self.branches, prices.branches.tolist(), strict=True):
                if limit.arcs is not None and price:
                    own = own - price * limit.arcs[k]
            arcs.append(own)
            total, line = self._pool_usd(k, prices, own)
            lines.append(line)
            usd += total
        if usd <= IMPOSSIBLE / 2:
            usd = -np.inf
        if among is None:
            self.pass_s = min(self.pass_s, time.monotonic() - began)
        return Point(prices, usd, lines, arcs, class_usd, entry)

    def _price(self, which: Ints, class_usd: Floats, rounds: int) -> None:
        """What the best loads of rotations earn; each thread takes every so many-th one."""
        self.priced += len(which)
        if self._threads == 1 or len(which) < ENOUGH:
            load_values(self.cargo, which, class_usd, self.found, rounds, self.value)
            return
        with ThreadPoolExecutor(self._threads) as pool:
            parts = [which[k :: self._threads] for k in range(self._threads)]
            for done in [
                pool.submit(
                    load_values, self.cargo, part, class_usd, self.found, rounds, self.value
                )
                for part in parts
            ]:
                done.result()

    @property
    def size(self) -> int:
        """Number of rotations that can be flown."""
        return len(self._flown)

    def kept_usd(self, k: int, prices: Prices) -> float:
        """What keeping a tail of pool k adds, flying aside: leases, guarantees, hour limits."""
        pool = self.resolved.pools[k]
        usd = -pool.fixed_micro * 1e-6
        if pool.acmi:
            rate = pool.acmi_micro_per_block_h * 1e-6 / 60
            usd -= (rate - float(prices.acmi[k])) * pool.guarantee_min
        if pool.max_block_min is not None:
            usd += float(prices.hours_most[k]) * pool.max_block_min
        if pool.min_block_min is not None:
            usd += float(prices.hours_least[k]) * pool.min_block_min
        return usd

    def _pool_usd(self, k: int, prices: Prices, arc_usd: Floats) -> tuple[float, LineValue]:
        """What the tails of pool k earn at most, and their lines."""
        pool, network = self.resolved.pools[k], self.networks[k]
        kept, busy = self.kept_usd(k, prices), len(self.committed[k])
        flown = float(arc_usd[self.committed_arcs(k)].sum()) + busy * kept
        free = pool.size - busy
        if not pool.returnable:
            line = network.value(arc_usd, free)
            return flown + line.usd + free * kept, line
        best, best_line = 0.0, LineValue(0.0, 0)
        for tails in range(1, free + 1):
            line = network.value(arc_usd, tails)
            if line.usd + tails * kept > best:
                best, best_line = line.usd + tails * kept, line
        return flown + best, best_line

    def near(self, point: Point, usd: float) -> Ints:
        """Rotations on lines that earn at most so much less than the best lines of their pool."""
        found = [
            network.rotations[network.slack(own, line) <= usd]
            for network, own, line in zip(self.networks, point.arc_usd, point.lines, strict=True)
        ]
        return np.unique(np.concatenate([*found, self.committed_rotations()]))

    def flows(self, point: Point, temperature: float) -> list[Floats]:
        """How often each arc of each pool is flown when lines are shared out softly."""
        found = []
        for line, own_usd, network in zip(point.lines, point.arc_usd, self.networks, strict=True):
            own = np.zeros(len(network.rotations))
            if line.tails:
                network.share(own_usd, line, temperature, own)
            np.add.at(own, self.committed_arcs(len(found)), 1.0)
            found.append(own)
        return found

    def use(self, point: Point, temperature: float) -> Use:
        """What soft lines and their loads use, and the direction in which the bound grows."""
        flows = self.flows(point, temperature)
        flow = np.zeros(len(self.catalogue.rotations))
        for network, own in zip(self.networks, flows, strict=True):
            np.add.at(flow, network.rotations, own)
        block_min = np.array(
            [own @ self.block_min[n.rotations] for n, own in zip(self.networks, flows, strict=True)]
        )
        items, rides, prices = self.catalogue.items, self.catalogue.rides, point.prices
        flown = np.flatnonzero(flow > 1e-7)
        use_kg = np.zeros(len(items.consignment))
        add_loads(self.cargo, flown, flow[flown], point.class_usd, self.found, use_kg)
        supply = self.catalogue.weight_kg - np.bincount(
            items.consignment, use_kg, len(self.catalogue.weight_kg)
        )
        run_kg, run_m3 = np.zeros(len(self.run_usd)), np.zeros(len(self.run_usd))
        for option in (items.feeder, items.delivery):
            entry = point.entry[option]
            used = (entry >= 0) & (use_kg > 0)
            run, kg = rides.run[entry[used]], use_kg[used]
            density = self.catalogue.density[items.consignment[used]]
            run_kg += np.bincount(run, kg, len(run_kg))
            run_m3 += np.bincount(run, kg * density, len(run_m3))
        by_weight, by_volume = run_kg / self.run_kg, run_m3 / self.run_m3
        usd, few = self._trucks_usd(prices), self.run_dispatch >= 0
        trucks = prices.truck_share * by_weight + (1 - prices.truck_share) * by_volume
        busy = [len(lines) for lines in self.committed]
        tails = np.array(busy, dtype=np.float64) + [line.tails for line in point.lines]
        pools = self.resolved.pools
        most = np.array([p.max_block_min or 0 for p in pools]) * tails
        least = np.array([p.min_block_min or 0 for p in pools]) * tails
        guarantee = np.array([p.guarantee_min for p in pools]) * tails
        slope = Prices(
            supply=supply,
            truck_share=-usd * (by_weight - by_volume),
            dispatch=self.available
            - np.bincount(self.run_dispatch[few], trucks[few], len(self.available)),
            rows=self.limits.limit - self.limits.use(flow, prices.rows),
            hours_most=most - block_min,
            hours_least=least - block_min,
            acmi=guarantee - block_min,
            branches=np.array([self._left(x, flows, trucks) for x in self.branches], dtype=float),
        )
        return Use(slope, flows, by_weight, by_volume)

    def _branch_box(self, limit: CountLimit) -> tuple[float, float]:
        """Least and greatest price; trucks that must run cannot be paid more than they cost."""
        if limit.implied:
            return 0.0, 0.0
        if limit.sense == "at_most":
            return 0.0, np.inf
        return (-np.inf if limit.run is None else -float(self.run_usd[limit.run])), 0.0

    @staticmethod
    def _left(limit: CountLimit, flows: list[Floats], trucks: Floats) -> float:
        """How far a branch's limit is from what is used."""
        if limit.run is not None:
            return limit.number - float(trucks[limit.run])
        counted = limit.arcs or []
        return limit.number - sum(float(a @ f) for a, f in zip(counted, flows, strict=True))

    def box(self) -> tuple[Prices, Prices, Prices]:
        """Least and greatest prices, and what is a natural size of each."""
        pools = self.resolved.pools
        rate = np.array([p.acmi_micro_per_block_h * 1e-6 / 60 if p.acmi else 0.0 for p in pools])
        inf, none = np.inf, np.zeros(len(pools))
        rows, c = len(self.limits.rows), self.catalogue
        best = np.zeros(len(c.weight_kg))
        np.maximum.at(best, c.items.consignment[c.items.cls], c.items.margin_usd_per_kg)
        flown = self._flown if len(self._flown) else np.zeros(0, dtype=np.int64)
        flight = float(np.median(self.value[flown])) + 1.0 if len(flown) else 1.0
        hour = (
            float(np.median(self.value[flown] / self.block_min[flown])) + 1.0 if len(flown) else 1.0
        )
        runs, few = len(self.run_usd), len(self.available)
        limited = np.array([p.max_block_min is not None for p in pools])
        asked = np.array([p.min_block_min is not None for p in pools])
        low = Prices(
            np.zeros(len(best)), np.zeros(runs), np.zeros(few),
            np.where(self.limits.least, -inf, 0.0), none, np.where(asked, -inf, 0.0), none,
            np.array([self._branch_box(x)[0] for x in self.branches]),
        )  # fmt: skip
        high = Prices(
            np.full(len(best), inf), np.ones(runs), np.full(few, inf),
            np.where(self.limits.least, 0.0, inf), np.where(limited, inf, 0.0), none, rate,
            np.array([self._branch_box(x)[1] for x in self.branches]),
        )  # fmt: skip
        size = Prices(
            np.maximum(best, 0.1), np.full(runs, 0.5), np.full(few, 500.0),
            np.full(rows, 0.3 * flight), np.full(len(pools), 0.3 * hour),
            np.full(len(pools), 0.3 * hour), np.maximum(rate, 1e-3),
            np.array([0.1 * flight if x.run is None else 300.0 for x in self.branches]),
        )  # fmt: skip
        return low, high, size


def _cargo(c: Catalogue) -> Cargo:
    """Holds: consecutive legs that carry the same segments, with the least of their caps."""
    items = c.items
    holds, low, high, caps = [0], [], [], []
    known: dict[tuple[tuple[int, int], ...], list[list[int]]] = {}
    for r in range(len(c.rotations)):
        segments = range(int(items.segments[r]), int(items.segments[r + 1]))
        pairs = tuple((int(items.first_leg[s]), int(items.last_leg[s])) for s in segments)
        legs = int(c.legs[r + 1] - c.legs[r])
        key = (*pairs, (legs, 0))
        if key not in known:
            known[key] = _groups(pairs, legs)
        groups = known[key]
        place = {leg: h for h, group in enumerate(groups) for leg in group}
        low += [place[a] for a, _ in pairs]
        high += [place[b] for _, b in pairs]
        first = int(c.legs[r])
        caps += [float(min(c.cap_kg[first + leg] for leg in group)) for group in groups]
        holds.append(len(caps))
    return Cargo(
        segments=items.segments,
        items=items.items,
        cls=items.cls,
        margin=items.margin_usd_per_kg,
        holds=np.array(holds, dtype=np.int64),
        low=np.array(low, dtype=np.int64),
        high=np.array(high, dtype=np.int64),
        cap_kg=np.array(caps, dtype=np.float64),
        volume_m3=c.volume_m3,
        weight_kg=c.weight_kg[items.consignment],
        density=c.density[items.consignment],
    )


def _groups(pairs: tuple[tuple[int, int], ...], legs: int) -> list[list[int]]:
    """Consecutive legs that the same segments cross; legs that none crosses are left out."""
    groups: list[list[int]] = []
    before: tuple[int, ...] | None = None
    for leg in range(legs):
        crossing = tuple(i for i, (a, b) in enumerate(pairs) if a <= leg <= b)
        if not crossing:
            before = None
        elif crossing == before:
            groups[-1].append(leg)
        else:
            groups.append([leg])
            before = crossing
    return groups
