"""A certificate priced anew: its prices and trees on another, similar instance.

Prices of the right sign bound any instance, and the leaves of a tree cover all plans of any
instance. So a certificate bounds a variant of its instance too; how well only has to be evaluated.
Of a branch on something that is unknown here, and of which every plan has none, the upper side is
left; of one with an empty side the other.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from optimizer.control import Stop, never
from optimizer.dual.arrays import Floats
from optimizer.dual.box import box_of
from optimizer.dual.cluster_trees import ClusterTree, ClusterTrees
from optimizer.dual.counts import Limit
from optimizer.dual.given import Known, given_prices, known_residuals, own_prices
from optimizer.dual.point import Point
from optimizer.dual.prices import Prices
from optimizer.dual.relaxation import Relaxation
from optimizer.dual.settled import settled
from optimizer.dual.tree import Part
from optimizer.plan import certificate as stated
from optimizer.plan.certificate import (
    Branch,
    Certificate,
    Cluster,
    FlightCount,
    Leaf,
    Node,
    Quantity,
)

MOST_COUNT = 10**6
"""No plan has more flights, or trucks of a run."""
MOST_LEAVES = 8
"""So many leaves, the least divided ones, are tried as prices without branches."""
UNKNOWN_SHARES = (0.5, 0.9)
"""Beside nothing, what cargo that no leaf has a price for may cost, as shares of its best margin:
it may be new here."""

PricesOf = Callable[[stated.Prices, tuple[int, ...]], Prices]
"""Prices of a leaf, whose branches the relaxation has, and the stated prices of these branches."""


class Repriced:
    """A certificate on a relaxation.

    Attributes:
        point: The best of its prices without branches.

    Args:
        stop: Asked before every pass; once it says so, trees are left out.
    """

    def __init__(
        self, relaxation: Relaxation, certificate: Certificate, stop: Stop = never
    ) -> None:
        self._relaxation, self._certificate, self._stop = relaxation, certificate, stop
        self._supply: Floats = np.zeros(len(relaxation.resolved.consignments))
        relaxation.branch(())
        self._residuals = known_residuals(relaxation, certificate.residuals)
        there = set(relaxation.residuals.rows)
        relaxation.state(row for row in dict.fromkeys(self._residuals.values()) if row not in there)
        self.point = self._without_branches()

    def tree(self) -> Part | None:
        """Its tree; None if it has none."""
        if not isinstance(self._certificate.root, Branch):
            return None
        return _parts(self._relaxation, self._certificate.root, self._given, self._stop)

    def clusters(self, trees: ClusterTrees, abreast: int = 1) -> None:
        """Give clusters its trees, as far as it has one for the very pools.

        Args:
            abreast: So many are priced side by side.
        """
        pools = [pool.id for pool in self._relaxation.resolved.pools]
        number = {
            frozenset(pools[k] for k in cluster.pools): n
            for n, cluster in enumerate(trees.clusters)
        }
        found = [(number.get(frozenset(of.pools)), of) for of in self._certificate.clusters]
        known = [(n, of) for n, of in found if n is not None and _by_flights(of)]
        threads = None if abreast == 1 else 1
        workers = ThreadPoolExecutor(abreast)
        try:
            for done in [workers.submit(self._cluster, trees, n, of, threads) for n, of in known]:
                done.result()
        finally:  # an interrupt waits for those under way only
            workers.shutdown(cancel_futures=True)

    def _cluster(self, trees: ClusterTrees, n: int, of: Cluster, threads: int | None) -> None:
        """Give one cluster its tree."""
        if self._stop():
            return
        tree = trees.unsettled(n, threads)
        parts = _own_parts(tree, of.root, self._residuals, self._stop)
        if parts is not None:
            tree.take_over(parts)

    def _given(self, of: stated.Prices, branches: tuple[int, ...]) -> Prices:
        return given_prices(self._relaxation, of, branches, self._supply, self._residuals)

    def _without_branches(self) -> Point:
        """Good prices without branches, and a guess at those of cargo that no leaf prices."""
        r = self._relaxation
        leaves = [(len(path), x.prices) for x, path in self._certificate.leaves() if not x.empty]
        first = [prices for _, prices in sorted(leaves, key=lambda x: x[0])[:MOST_LEAVES]]
        leaf_prices = [self._given(x, ()) for x in first or [stated.Prices()]]
        tried = [settled(r, prices, self._stop) for prices in leaf_prices]
        best = min(tried, key=lambda point: point.usd)
        known = {name for _, prices in leaves for name in prices.supply}
        unknown = np.array([c.id not in known for c in r.resolved.consignments], dtype=np.bool_)
        size = box_of(r).size.supply
        for share in UNKNOWN_SHARES:
            supply = np.where(unknown, share * size, best.prices.supply)
            point = r.at(best.prices.with_supply(supply))
            if point.usd < best.usd:
                best, self._supply = point, np.where(unknown, share * size, 0.0)
        return best


def _by_flights(of: Cluster) -> bool:
    """Whether its tree divides by numbers of flights only."""
    return all(isinstance(about, FlightCount) for _, path in of.leaves() for about, _, _ in path)


def _own_parts(of: ClusterTree, root: Node, residuals: Known, stop: Stop) -> Part | None:
    """The tree of a cluster, at the prices of its own that its leaves state."""
    own = of.own
    shared = of.tree.root.point.prices

    def prices_of(leaf: stated.Prices, branches: tuple[int, ...]) -> Prices:
        return own_prices(of.relaxation, shared, leaf, branches, own, residuals)

    return _parts(of.relaxation, root, prices_of, stop)


@dataclass(frozen=True, slots=True)
class _Met:
    """A node on the way down.

    Attributes:
        path: Limits on the way to it.
        kept: Which of the branches on the way in the certificate are these.
        depth: How many branches there were.
        above: The number of the node above; -1 for the root.
    """

    node: Node
    path: tuple[Limit, ...] = ()
    kept: tuple[int, ...] = ()
    depth: int = 0
    above: int = -1

    def passed(self, side: Node) -> _Met:
        """A side that is all there is."""
        return _Met(side, self.path, self.kept, self.depth + 1, self.above)

    def sides(self, of: Branch, number: int) -> tuple[_Met, _Met]:
        """Both sides."""
        kept, depth = (*self.kept, self.depth), self.depth + 1
        most: Limit = (of.quantity, "at_most", of.most)
        least: Limit = (of.quantity, "at_least", of.most + 1)
        return (
            _Met(of.at_most, (*self.path, most), kept, depth, number),
            _Met(of.at_least, (*self.path, least), kept, depth, number),
        )


def _parts(relaxation: Relaxation, root: Node, prices_of: PricesOf, stop: Stop) -> Part | None:
    """A tree of a certificate as one of parts, from its leaves up without recursion.

    None once told to stop.
    """
    met, waiting = list[_Met](), [_Met(root)]
    while waiting:
        at = _divided(relaxation, waiting.pop())
        met.append(at)
        if isinstance(at.node, Branch):
            waiting += at.sides(at.node, len(met) - 1)
    below: dict[int, list[Part]] = {}
    for number, at in reversed([*enumerate(met)]):  # a side "at most" is met last
        if isinstance(at.node, Branch):
            low, high = below.pop(number)
            worse = max(low.point, high.point, key=lambda point: point.usd)
            part = Part(at.path, worse, None, at.node.quantity, at.node.most, (low, high))
        elif stop():
            break
        else:
            relaxation.branch(at.path)
            known = dict(enumerate(at.node.prices.branches))
            prices = prices_of(at.node.prices, tuple(known.get(k, 0) for k in at.kept))
            part = Part(at.path, settled(relaxation, prices, stop), None)
        below.setdefault(at.above, []).append(part)
    relaxation.branch(())
    return below[-1][0] if -1 in below else None


def _divided(relaxation: Relaxation, at: _Met) -> _Met:
    """The node itself, or the first below that divides plans which there are here."""
    while isinstance(at.node, Branch):
        low, high = at.node.at_most, at.node.at_least
        most = at.node.most
        if _unknown(relaxation, at.node.quantity) or _is_empty(high) or most > MOST_COUNT:
            at = at.passed(low)
        elif _is_empty(low) or most < 0:
            at = at.passed(high)
        else:
            break
    return at


def _is_empty(node: Node) -> bool:
    return isinstance(node, Leaf) and node.empty


def _unknown(relaxation: Relaxation, quantity: Quantity) -> bool:
    """Whether it is about something that no plan here can have any of."""
    resolved = relaxation.resolved
    if isinstance(quantity, FlightCount):
        airports = {*quantity.airports, quantity.station} - {""}
        unknown_pool = bool(quantity.pool) and quantity.pool not in resolved.pool
        return unknown_pool or not airports <= resolved.airport.keys()
    run = (quantity.lane, quantity.dispatch_min, quantity.customs)
    return run not in relaxation.catalogue.runs
