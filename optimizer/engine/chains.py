"""The best chain of rotations in the free time of one line, all at once.

Greedy insertion leaves gaps that nothing fits in; the longest path over hub time does not. Every
rotation is valued by itself with the cargo left, so cargo wanted twice counts twice: prices of
consignments, charged in part, keep that small, and what is really earned is counted on insertion.
"""

from __future__ import annotations

import numpy as np

from optimizer.control import kernel, pricing_units
from optimizer.engine.candidates import TimedRoute
from optimizer.engine.cargo_table import Floats, Ints
from optimizer.engine.families import Families
from optimizer.engine.kernel import worths
from optimizer.engine.lines import PART_CLOSED
from optimizer.engine.schedule import Schedule


@kernel
def best_chain(
    first_arc: Ints, hop: Ints, usd: Floats, nodes: int, anchor: int, cyclic: bool
) -> tuple[float, Ints]:
    """Longest path through the departures of one period, from an anchor round to it again.

    Args:
        first_arc: Arcs of departure i are ``first_arc[i] : first_arc[i + 1]``.
        hop: By how many departures an arc moves on; more than `nodes` for beyond the end.
        usd: What each arc earns.
        nodes: Number of departures.
        anchor: Where the chain begins; 0 in a dated period.

    Returns:
        What the chain earns, and its arcs.
    """
    value = np.zeros(nodes + 1)
    taken = np.full(nodes, -1)
    for j in range(nodes - 1, -1, -1):
        i = (anchor + j) % nodes
        value[j] = value[j + 1]
        for arc in range(first_arc[i], first_arc[i + 1]):
            then = j + hop[arc]
            if then > nodes:
                if cyclic:
                    continue
                then = nodes
            if usd[arc] + value[then] > value[j]:
                value[j] = usd[arc] + value[then]
                taken[j] = arc
    chain = np.empty(nodes, np.int64)
    count, j = 0, 0
    while j < nodes:
        if taken[j] < 0:
            j += 1
            continue
        chain[count] = taken[j]
        count += 1
        j += hop[taken[j]]
    return value[0], chain[:count].copy()


class Chainer:
    """Finds and flies chains.

    Args:
        prices: By consignment, USD per kg; charged in part to flights that take it.
    """

    def __init__(self, schedule: Schedule, families: Families, prices: Floats) -> None:
        self._schedule = schedule
        self._families = families
        self._prices = prices

    def fly(self, line: int, charged: float, rng: np.random.Generator, anchors: int = 24) -> int:
        """Add the best chain to a line; how many rotations.

        Args:
            charged: Share of the prices that is charged.
            anchors: First departures tried in a cyclic week, at random.
        """
        arcs = self._arcs(line, charged)
        if arcs is None:
            return 0
        timed, start, off, ready, usd = arcs
        departures, first_arc = np.unique(off, return_index=True)
        n = len(departures)
        cycle = self._schedule.cargo.cycle_min
        weeks, within = np.divmod(ready, cycle) if cycle else (np.zeros_like(ready), ready)
        onward = weeks * n + np.searchsorted(departures, within)
        hop = onward - np.searchsorted(departures, off)
        bounds = np.append(first_arc, len(off))
        tried = [0]
        if cycle:
            tried = rng.choice(n, size=min(n, anchors), replace=False).tolist()
        found = [best_chain(bounds, hop, usd, n, int(k), bool(cycle)) for k in tried]
        _, chain = max(found, key=lambda x: x[0])
        return self._add(line, [(timed[a], int(start[a])) for a in chain.tolist()], usd[chain])

    def _arcs(
        self, line: int, charged: float
    ) -> tuple[list[TimedRoute], Ints, Ints, Ints, Floats] | None:
        """Rotations the line has time for and that earn something, by departure."""
        schedule, owner = self._schedule, self._schedule.lines[line]
        arrays = schedule.cargo.arrays
        price = charged * self._prices[arrays.consignment]
        charged_arrays = arrays._replace(margin_usd_per_kg=arrays.margin_usd_per_kg - price)
        routes: list[TimedRoute] = []
        starts, values = [], []
        for family in self._families.parts(line, PART_CLOSED):
            for timed in family.routes:
                if timed.route.airports[0] != timed.route.airports[-1]:
                    continue
                room = owner.room(timed, PART_CLOSED)
                if not room.any() or not schedule.published.may_add(timed.route.way):
                    continue
                schedule.cargo.budget.spend(pricing_units(len(timed.legal)))
                cargo_usd = worths(
                    charged_arrays,
                    timed.shape,
                    timed.off_min,
                    timed.block_min,
                    room,
                    schedule.left_kg,
                    schedule.cargo.cycle_min,
                )
                flying_usd = schedule.hour_cost_usd(owner, timed.total_block_min)
                usd = cargo_usd - timed.cost_usd - flying_usd
                usd = np.where(room, usd if owner.pool.acmi else usd - timed.own_usd, -1.0)
                worth = np.flatnonzero(usd > 0)
                routes += [timed] * len(worth)
                starts.append(worth)
                values.append(usd[worth])
        if not routes:
            return None
        start, usd = np.concatenate(starts), np.concatenate(values)
        off = np.array([t.off_min[s, 0] for t, s in zip(routes, start.tolist(), strict=True)])
        busy = np.array([t.busy_min[s] for t, s in zip(routes, start.tolist(), strict=True)])
        order = np.argsort(off, kind="stable")
        sorted_routes = [routes[i] for i in order.tolist()]
        return sorted_routes, start[order], off[order], (off + busy)[order], usd[order]

    def _add(self, line: int, chain: list[tuple[TimedRoute, int]], usd: Floats) -> int:
        """Add the rotations of a chain, the dearest first, as far as they fit and pay."""
        schedule, owner = self._schedule, self._schedule.lines[line]
        added = 0
        for i in np.argsort(-usd, kind="stable").tolist():
            timed, start = chain[i]
            rotation = timed.rotation(start)
            if not owner.room(timed, PART_CLOSED)[start] or not schedule.may_add(rotation):
                continue
            flown = schedule.load(line, timed, start, PART_CLOSED, rotation)
            if flown.cargo_usd <= flown.cost_usd + schedule.hour_cost_usd(
                owner, timed.total_block_min
            ):
                continue
            schedule.add(flown)
            added += 1
        return added
