"""An upper bound on what any plan can earn, without solving the model.

Consignments get prices u >= 0 per kilogram. For any such prices

    contribution <= sum over consignments of u * weight + sum over lines of Z(line, u)

where Z is the best line of flying if cargo costs u and is shared with nobody; every other limit
that flights share is left out. Rotations are bounded by `bound_kernel`, lines by the longest path
over hub time: in a cyclic week, with F(i) the most from departure i on over many weeks,
theta = max F(i) - F(i + week) bounds what an aircraft earns in a week (phi(i) = F(i), continued
with phi(i + week) = phi(i) - theta, prices every rotation at its worth or more). Trucks count by
weight or by volume, which whole trucks never beat; ACMI by its hours or by its guarantee. Prices
follow a subgradient with Polyak steps.
"""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np

from optimizer.domain.resolved import MICRO, ResolvedPool
from optimizer.engine.bound_lines import IMPOSSIBLE, BestLine, LineNetwork
from optimizer.engine.bound_routes import RelaxedCargo, RelaxedRoute, relax
from optimizer.engine.cargo_table import Floats
from optimizer.engine.families import Families, Family
from optimizer.engine.lines import Line
from optimizer.engine.stop import Stop, never

SLACK_USD = 0.001
"""For the rounding of money lines to the micro-dollar."""
SLACK_SHARE = 1e-9
"""For floating point."""
FIRST_SHARES = (0.4, 0.6, 0.8, 0.95)
"""Shares of a consignment's best margin that are tried as its first price."""
PATIENCE = 3
"""Rounds without a better bound after which steps are halved."""


class Bounder:
    """Computes bounds.

    Args:
        families: All routes, as long as they are exhaustive; else only the simplest bound is made.
        lines: All lines.
    """

    def __init__(self, families: Families, lines: list[Line]) -> None:
        self._families = families
        self._cargo = RelaxedCargo(families.cargo)
        self._pools = families.cargo.resolved.pools
        self._routes: dict[int, list[RelaxedRoute]] = {}
        self._networks: list[tuple[LineNetwork, list[Family], ResolvedPool, int]] = []
        self._lines = lines

    def simple_usd(self) -> float:
        """Every consignment at its best margin, less what pools cost in any case."""
        fixed = sum(
            _fixed_usd(pool, 1.0) * pool.size for pool in self._pools if not pool.returnable
        )
        return self._cargo.all_usd() - fixed

    def improve(
        self, prices: Floats, target_usd: float, stop: Stop = never, rounds: int = 60
    ) -> tuple[float, Floats]:
        """The least bound found from some prices on, and its prices; minus infinity if impossible.

        Args:
            target_usd: Contribution of the best plan; steps aim at it.
        """
        best, best_u = self.simple_usd(), prices
        if not self._families.exhaustive:
            return best, best_u
        u = self._first_prices(np.maximum(prices, 0.0), stop)
        since, pace = 0, 1.0
        for _ in range(rounds):
            found = self.evaluate(u, stop)
            if found is None:
                break
            usd, use_kg = found
            if usd < best:
                best, best_u, since = usd, u, 0
            else:
                since += 1
            if since == PATIENCE:
                u, pace, since = best_u, pace / 2, 0
            if usd == IMPOSSIBLE or stop():
                break
            slope = self._cargo.weight_kg - use_kg
            slope = np.where((u <= 0) & (slope > 0), 0.0, slope)
            length = float(slope @ slope)
            if length <= 0:
                break
            step = pace * max(usd - target_usd, 1e-6 * abs(usd)) / length
            u = np.maximum(0.0, u - step * slope)
        return best, best_u

    def _first_prices(self, prices: Floats, stop: Stop) -> Floats:
        """The best of the prices given and some shares of the best margins."""
        margin = self._cargo.best_margin()
        tried = [prices, *(np.maximum(prices, share * margin) for share in FIRST_SHARES)]
        found = [(u, self.evaluate(u, stop)) for u in tried]
        bounds = [(value[0], k) for k, (_, value) in enumerate(found) if value is not None]
        return tried[min(bounds)[1]] if bounds else prices

    def evaluate(self, prices: Floats, stop: Stop = never) -> tuple[float, Floats] | None:
        """The bound for some prices, and the cargo it uses; None if stopped on the way."""
        self._prepare()
        usd = float(prices @ self._cargo.weight_kg)
        use_kg = np.zeros(len(prices))
        values: dict[int, list[Floats]] = {}
        for network, families, pool, tails in self._networks:
            for family in families:
                if id(family) not in values:
                    if stop():
                        return None
                    values[id(family)] = [
                        self._cargo.values(r, prices) for r in self._routes[id(family)]
                    ]
            by_part: dict[str, list[Floats]] = defaultdict(list)
            for family in families:
                by_part[family.part] += values[id(family)]
            best_usd, line = _best(network, by_part, pool)
            usd += tails * best_usd
            if usd == IMPOSSIBLE:
                break
            if best_usd > 0 or not pool.returnable:
                self._add_use(line, families, prices, tails, use_kg)
        return usd, use_kg

    def _add_use(
        self, line: BestLine, families: list[Family], prices: Floats, tails: int, use_kg: Floats
    ) -> None:
        routes: dict[str, list[RelaxedRoute]] = defaultdict(list)
        for family in families:
            routes[family.part] += self._routes[id(family)]
        for part, route, start in line.flown:
            self._cargo.add_use(routes[part][route], start, prices, tails * line.times, use_kg)

    def _prepare(self) -> None:
        """Relax routes and build the networks of lines, on first use."""
        if self._networks or not self._lines:
            return
        for family in self._families.all:
            self._routes[id(family)] = [
                relax(self._families.timetable, timed) for timed in family.routes
            ]
        alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for i, line in enumerate(self._lines):
            families = tuple(id(f) for f in self._families.of_line[i])
            alike[families, _terms(line.pool)].append(i)
        for members in alike.values():
            line = self._lines[members[0]]
            families_of = self._families.of_line[members[0]]
            routes: dict[str, list[RelaxedRoute]] = defaultdict(list)
            for family in families_of:
                routes[family.part] += self._routes[id(family)]
            network = LineNetwork(line, routes, self._families.cargo.cycle_min)
            tails = sum(self._lines[i].size for i in members)
            self._networks.append((network, families_of, line.pool, tails))


def bound_micro(usd: float) -> int:
    """A bound in dollars as one in micro-dollars, rounded up with room for rounded lines."""
    return math.ceil((usd + SLACK_USD + SLACK_SHARE * abs(usd)) * MICRO)


def _best(
    network: LineNetwork, cargo_usd: dict[str, list[Floats]], pool: ResolvedPool
) -> tuple[float, BestLine]:
    """What one aircraft earns at most, ownership included, and the line that does."""
    found: list[tuple[float, BestLine]] = []
    shares = (1.0, 0.0) if pool.acmi and pool.guarantee_min else (0.0,)
    for share in shares:
        rate = (1 - share) * pool.acmi_micro_per_block_h * 1e-6 if pool.acmi else None
        line = network.best(cargo_usd, rate)
        usd = line.usd - _fixed_usd(pool, share)
        found.append((max(0.0, usd) if pool.returnable else usd, line))
    return min(found, key=lambda x: x[0])


def _fixed_usd(pool: ResolvedPool, share: float) -> float:
    """Lease, and a share of the ACMI guarantee, of one tail (K4)."""
    usd = pool.fixed_micro * 1e-6
    if pool.acmi:
        usd += share * pool.guarantee_min / 60 * pool.acmi_micro_per_block_h * 1e-6
    return usd


def _terms(pool: ResolvedPool) -> tuple[object, ...]:
    """What makes two lines differ, besides their routes."""
    return (
        pool.start_airport, pool.end_airport, pool.available_from_min, pool.available_until_min,
        pool.maintenance, pool.acmi, pool.returnable, pool.fixed_micro,
        pool.acmi_micro_per_block_h, pool.guarantee_min,
    )  # fmt: skip
