"""A branching tree for every cluster, and which of them is grown next.

All begin from one point of the whole; what it charges for shared limits stays as it is. A tree is
worth its time where it has taken much off the bound for the rotations priced; so that is what
decides, after a guess to begin with.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import numpy as np

from optimizer.dual.ascent import Ascent, Loaded, Pace
from optimizer.dual.clusters import Cluster, held_prices, part_usd, relaxation_of
from optimizer.dual.point import Point
from optimizer.dual.relaxation import Relaxation
from optimizer.dual.residual_search import tighten
from optimizer.dual.tree import Part, Tree

SETTLE = Pace(300, every=20, step=(0.02, 0.0005), temperature=(0.005, 0.0002))
FINISH = Pace(600, every=20, step=(0.02, 0.0002), temperature=(0.005, 0.0001))
"""How the prices of a cluster settle before it is divided: in turns, after each of which
inequalities are stated, and once more."""
DIVIDE = Pace(400, every=20, step=(0.02, 0.0003), temperature=(0.004, 0.0001))
"""How prices of a part are found from those of the whole it is of."""
SLOW = 0.03
"""A turn that takes off less than this share of what is left is the last but one."""
FIRST_SHARE = 0.1
"""Of the way to a plan's value, what the first step of a cluster is expected to bring."""
MEMORY = 0.7
"""Weight of the past in what steps of a cluster bring."""
LIKE_ROTATIONS = 1_000
"""What a pass over a cluster takes beside its rotations, counted in rotations."""
LEAST_USD = 0.01
"""Trees that have taken off less are not worth stating."""
MOST_CHECKED = 30.0
"""Rotations of all leaves, in those of the whole: checking them takes so much longer."""


class ClusterTree:
    """The tree of one cluster: its prices settle, turn by turn, then its plans are divided.

    Args:
        threads: Threads that price its rotations; None for as many as those of the whole.

    Attributes:
        relaxation: The cluster's own.
        tree: Its bound is the cluster's part of the bound, and constants.
        first_usd: The same of the whole's point.
        expected_usd: What the next step is expected to take off.
        taken_off_usd: How much the tree has lowered the cluster's bound; it may be read while
            another thread goes on.
        solver_usd: A bound like that of the tree, by a solver of MIPs: no certificate proves it.
    """

    def __init__(
        self,
        whole: Relaxation,
        point: Point,
        cluster: Cluster,
        room_usd: float,
        threads: int | None = None,
    ) -> None:
        self.cluster = cluster
        self.relaxation, prices = relaxation_of(whole, point, cluster, threads)
        first = self.relaxation.at(prices)
        own = np.flatnonzero(cluster.is_own).tolist()
        rest_usd = first.usd - part_usd(self.relaxation, first, range(len(cluster.pools)), own)
        self.first_usd = rest_usd + part_usd(whole, point, cluster.pools, cluster.own)
        self.expected_usd = FIRST_SHARE * room_usd
        self.taken_off_usd = 0.0
        self.solver_usd = math.inf
        self._pace: Pace | None = SETTLE
        self._begin(first)
        self._plant(self.first_usd - room_usd)
        self._reckon()

    def _begin(self, point: Point) -> None:
        """Let prices run from a point without branches on."""
        self._root: Point | None = None
        self._held = held_prices(self.relaxation, self.cluster)
        self._ascent = Ascent(self.relaxation, point, self._held)

    def _plant(self, target_usd: float) -> None:
        """Let the tree grow from the best prices so far."""
        self.tree = Tree(self.relaxation, self._ascent, target_usd, self._held, DIVIDE)

    def _reckon(self) -> None:
        self.taken_off_usd = max(0.0, self.first_usd - self.tree.bound_usd)

    def take_over(self, root: Part) -> None:
        """Go on with a tree that was found elsewhere and evaluated on this relaxation; prices that
        were never divided settle further first.
        """
        if root.parts is None:
            self._begin(root.point)
            self._plant(self.tree.target_usd)
        else:
            self._pace = self._root = None
            self.tree.take_over(root)
        self._reckon()

    def aim(self, target_usd: float) -> None:
        """Parts with a bound below need not be divided; the target never falls, for what has been
        left out is below the one it had.
        """
        self.tree.target_usd = max(self.tree.target_usd, target_usd)
        self._reckon()

    def settled(self, stop: Callable[[], bool]) -> Point:
        """The best prices without branches, looked at last; those of a tree that was taken over
        settle first."""
        self.relaxation.branch(())
        if self._root is None and self.tree.root.use is None:
            divided = self.relaxation.at(self.tree.root.point.prices.without_branches())
            best = min(divided, self._ascent.best, key=lambda point: point.usd)
            self._ascent = Ascent(self.relaxation, self.relaxation.at(best.prices), self._held)
            for _ in self._ascent.run(DIVIDE, stop):
                pass
        self._root = self._ascent.best
        return self.relaxation.at(self._root.prices)

    @property
    def lowered_usd(self) -> float:
        """How much lower than at the whole's point the cluster's bound is, by tree or solver."""
        return max(self.taken_off_usd, self.first_usd - self.solver_usd)

    @property
    def own(self) -> frozenset[str]:
        """The cargo that only this cluster could carry."""
        cargo = zip(self.relaxation.resolved.consignments, self.cluster.is_own, strict=True)
        return frozenset(c.id for c, is_own in cargo if is_own)

    @property
    def rotations(self) -> int:
        """What checking its leaves takes."""
        return (self.tree.parts + 1) // 2 * self.relaxation.size

    def step(self, stop: Callable[[], bool]) -> bool:
        """Let prices settle for a turn, or divide the worst part, and learn what that brings.

        False if there is nothing to do.
        """
        before = self.taken_off_usd
        if self._pace is not None:
            self._settle(self._pace, stop)
        elif not self.tree.divide(stop):
            return False
        self._reckon()
        gained = self.taken_off_usd - before
        self.expected_usd = MEMORY * self.expected_usd + (1 - MEMORY) * gained
        return True

    def _settle(self, pace: Pace, stop: Callable[[], bool]) -> None:
        """One turn: prices run; then inequalities that flights break on average are stated."""
        loaded, ascent, target_usd = Loaded(self.relaxation), self._ascent, self.tree.target_usd
        before_usd = ascent.best.usd
        for _ in ascent.run(pace, lambda: stop() or ascent.best.usd < target_usd, loaded):
            pass
        best = ascent.best
        if pace is FINISH or best.usd < target_usd:
            self._pace = None
        elif not stop():
            stated = tighten(self.relaxation, loaded, self.own)
            if not stated or before_usd - best.usd < SLOW * (before_usd - target_usd):
                self._pace = FINISH
            if stated:
                self._begin(self.relaxation.at(best.prices).no_worse_than(best))
        self._plant(target_usd)


class ClusterTrees:
    """The trees of all clusters, from one point of the whole on.

    Attributes:
        point: That point.
        clusters: The clusters.

    Args:
        rooms_usd: By cluster, how far its part of the bound is above what a plan earns.
    """

    def __init__(
        self,
        whole: Relaxation,
        point: Point,
        clusters: Sequence[Cluster],
        rooms_usd: Sequence[float],
    ) -> None:
        self._whole, self.point = whole, point
        self.clusters = clusters
        self._rooms_usd = [*rooms_usd]
        self._trees: dict[int, ClusterTree] = {}
        self._done: set[int] = set()

    @property
    def trees(self) -> list[ClusterTree]:
        """Those that have taken anything off."""
        return [x for _, x in sorted(self._trees.items()) if x.taken_off_usd > LEAST_USD]

    @property
    def priced(self) -> int:
        """Rotations priced so far, in all passes."""
        return sum(tree.relaxation.priced for tree in self._all())

    @property
    def bound_usd(self) -> float:
        """No plan earns more."""
        return self.point.usd - sum(tree.taken_off_usd for tree in self._all())

    @property
    def solver_bound_usd(self) -> float:
        """The same, as far as the solver of MIPs is trusted (`ClusterTree.solver_usd`)."""
        return self.point.usd - sum(tree.lowered_usd for tree in self._all())

    def size(self, number: int) -> int:
        """Rotations of a cluster."""
        return sum(len(self._whole.networks[k].rotations) for k in self.clusters[number].pools)

    def left_usd(self) -> list[float]:
        """By cluster, how far its bound is above what the plan earns."""
        left = [*self._rooms_usd]
        for number, tree in [*self._trees.items()]:
            left[number] -= tree.lowered_usd
        return left

    def planted(self, number: int, threads: int | None = None) -> ClusterTree:
        """The tree of a cluster.

        Args:
            threads: Threads that price its rotations; None for as many as those of the whole.
        """
        if number not in self._trees:
            cluster, room_usd = self.clusters[number], self._rooms_usd[number]
            self._trees[number] = ClusterTree(self._whole, self.point, cluster, room_usd, threads)
        return self._trees[number]

    def unsettled(self, number: int, threads: int | None = None) -> ClusterTree:
        """A tree for a cluster, to take over one found elsewhere; until `aim` with any target.

        Args:
            threads: Threads that price its rotations; None for as many as those of the whole.
        """
        tree = ClusterTree(self._whole, self.point, self.clusters[number], math.inf, threads)
        self._trees[number] = tree
        return tree

    def aim(self, rooms_usd: Sequence[float]) -> None:
        """Take note of a better plan, in which a cluster may earn less than in the last one."""
        self._rooms_usd = [*rooms_usd]
        for number, tree in self._trees.items():
            tree.aim(tree.first_usd - rooms_usd[number])
            if math.isinf(tree.expected_usd):
                tree.expected_usd = FIRST_SHARE * rooms_usd[number]

    def grow(self, gap_usd: float, stop: Callable[[], bool], abreast: int = 1) -> Iterator[float]:
        """Go on with clusters until none has a gap of its share; tells the bound after each step.

        Args:
            abreast: So many take steps side by side.
        """
        each_usd = gap_usd / max(1, len(self.clusters))
        if abreast == 1:
            while not stop() and (number := self._next(each_usd)) is not None:
                self._step(number, stop, None)
                yield self.bound_usd
            return
        with ThreadPoolExecutor(abreast) as workers:
            under_way: dict[Future[None], int] = {}
            while True:
                while len(under_way) < abreast and not stop():
                    number = self._next(each_usd, under_way.values())
                    if number is None:
                        break
                    under_way[workers.submit(self._step, number, stop, 1)] = number
                if not under_way:
                    return
                for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                    del under_way[done]
                    done.result()
                yield self.bound_usd

    def _step(self, number: int, stop: Callable[[], bool], threads: int | None) -> None:
        """Take one step with a cluster, the first time on a relaxation of its own."""
        if not self.planted(number, threads).step(stop) and not stop():
            self._done.add(number)

    def _next(self, gap_usd: float, busy: Collection[int] = ()) -> int | None:
        """The cluster whose next step is expected to take most off for the rotations priced.

        Args:
            busy: Clusters that are at it.
        """
        room = MOST_CHECKED * self._whole.size
        room -= sum(tree.rotations for tree in self._all())
        best, most = None, 0.0
        for number, left_usd in enumerate(self._rooms_usd):
            tree = self._trees.get(number)
            if number in self._done or number in busy or left_usd <= gap_usd:
                continue
            size, expected_usd = self.size(number), FIRST_SHARE * left_usd
            if tree is not None:
                if tree.tree.gap_usd <= gap_usd:
                    continue
                expected_usd = tree.expected_usd
            rate = expected_usd / (size + LIKE_ROTATIONS)
            if size <= room and rate > most:
                best, most = number, rate
        return best

    def _all(self) -> list[ClusterTree]:
        """The trees there are; others may be planted meanwhile."""
        return [*self._trees.values()]
