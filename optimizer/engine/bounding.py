"""The bound of a solve: prices, branching tree and certificate, on one relaxation."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence

from optimizer.control import UNITS_A_SECOND, Budget, pass_units, pricing_units
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import (
    Ascent,
    Cluster,
    ClusterTrees,
    Floats,
    Loaded,
    Pace,
    Part,
    Point,
    Relaxation,
    Repriced,
    StoppedError,
    Tree,
    certificate,
    claimed_micro,
    clusters_of,
    first_point,
    thinned,
    tighten,
)
from optimizer.plan.certificate import Certificate
from optimizer.plan.rotation import Rotation

LEAST_PASSES, MOST_PASSES = 20, 400
"""Passes of one ascent: as many as there is time for."""
PASSES_FROM_FREE = 150
"""With fewer an ascent that begins with all limits free does not get far."""
FEW_SHARE = 0.3
"""An ascent is expected to get this share of what is left."""
PASS_COSTS = 0.8
"""A pass over the near rotations and its slope, in passes over all."""
SHORT = Pace(0, every=5, step=(0.06, 0.01), temperature=(0.02, 0.002))
"""How an ascent of few passes goes."""
THINNED_ROTATIONS, EVERY, THIN_SHARE = 150_000, 4, 0.5
"""With more rotations there is no time for enough passes over all of them: prices settle on every
so many-th departure of each route first, for such a share of the time."""
THIN = Pace(0, step=(0.15, 0.008), temperature=(0.02, 0.0015))
AFTER_THIN = Pace(0, step=(0.015, 0.003), temperature=(0.002, 0.0005))
"""How prices settle there, and how they follow all departures then."""
FINE = Pace(0, step=(0.01, 0.0005), temperature=(0.003, 0.0002))
"""How later ascents go on."""
SETTLING_PASSES = 40
"""Passes in which prices that are given follow what is different here."""
TIGHTENING_PASSES, LEAST_TIGHTENING, MANY_PASSES = 150, 300, 10_000
"""Passes in which prices follow inequalities that were stated, and those there must be time for."""
NO_GAIN, LITTLE = 1e-5, 0.01
"""An ascent that lowers the bound by a smaller share of it is the last; one that lowers it by a
smaller share of the gap is the last for now."""


class Bounding:
    """Lowers the bound on demand; the relaxation is built on first use.

    Args:
        budget: Where the work is booked.
        tell: Told every better bound, in micro-dollars; None says that there is no plan at all.
        given: A certificate of this or of a similar instance, whose prices and trees to begin with.
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        budget: Budget,
        threads: int,
        tell: Callable[[int | None], None],
        given: Certificate | None = None,
    ) -> None:
        self._resolved = resolved
        self._budget = budget
        self._threads = threads
        self._tell = tell
        self._ascent: Ascent | None = None
        self._tree: Tree | None = None
        self._trees: ClusterTrees | None = None
        self._clusters: list[Cluster] | None = None
        self._given = given
        self._booked = self._priced_before = 0
        self._books = threading.Lock()
        self.settled = False
        self.relaxation: Relaxation | None = None

    @property
    def built(self) -> bool:
        """Whether there are prices."""
        return self._ascent is not None

    @property
    def point(self) -> Point:
        """The best prices without branches.

        Raises:
            RuntimeError: There are none yet.
        """
        return self._running.best

    def reviewed(self) -> Point:
        """The point from which clusters are divided, as the one looked at last."""
        return self._relaxed.at(
            self.point.prices if self._trees is None else self._trees.point.prices
        )

    @property
    def clusters(self) -> list[Cluster]:
        """Parts of the fleet with cargo of their own; none if all compete for cargo."""
        if self._clusters is None:
            found = clusters_of(self._relaxed)
            self._clusters = found if len(found) > 1 else []
        return self._clusters

    @property
    def trees(self) -> ClusterTrees | None:
        """Those of clusters, if there are any yet."""
        return self._trees

    @property
    def _abreast(self) -> int:
        """Clusters that are looked at side by side: that depends on the clock."""
        return 1 if self._budget.by_work else self._threads

    @property
    def _running(self) -> Ascent:
        if self._ascent is None:
            raise RuntimeError("build() first")
        return self._ascent

    def build(self, whole: Budget) -> None:
        """Build the relaxation and price it for the first time, unless the budget ends before.

        Ascents end lowest from where all limits are free: what there is enough of never gets a
        price. Where there is time for few passes only they begin from the best of some simple
        prices instead.
        """
        try:
            relaxation = Relaxation(self._resolved, threads=self._threads, stop=whole)
        except StoppedError:
            return
        self.relaxation = relaxation
        if self._given is not None:
            self._reprice(self._given, whole)
            return
        point = relaxation.at(relaxation.first_prices())
        self._begin_from(point)
        if whole.stop():
            return
        many = relaxation.size > THINNED_ROTATIONS
        if not many and self.passes(FEW_SHARE * whole.left_s) < PASSES_FROM_FREE:
            point = first_point(relaxation)
        else:
            point = relaxation.at(relaxation.first_prices())  # this time from good multipliers
        self._begin_from(point)

    def _begin_from(self, point: Point) -> None:
        """Let prices run from a point on, from now."""
        self._ascent = Ascent(self._relaxed, point)
        self._book()
        self._tell_usd(point.usd)

    def _reprice(self, given: Certificate, share: Budget) -> None:
        """Begin from the prices of a certificate, and with its trees."""
        repriced = Repriced(self._relaxed, given, lambda: self.spent(share))
        self._begin_from(repriced.point)
        root = repriced.tree()
        if root is not None:
            self._tree = Tree(self._relaxed, self._running, -math.inf)
            self._tree.take_over(root)
        elif given.clusters and self.clusters:
            self._relaxed.at(repriced.point.prices)
            rooms_usd = [math.inf] * len(self.clusters)
            self._trees = ClusterTrees(self._relaxed, repriced.point, self.clusters, rooms_usd)
            repriced.clusters(self._trees, self._abreast)
        self._book()
        self._tell_usd(self._proven_usd)

    def settle(self, value_usd: float, gap_usd: float, share: Budget) -> None:
        """Let prices of the certificate that was given follow what is different here.

        Args:
            value_usd: Of the best plan.
            gap_usd: How near the bound has to come to it.
            share: What there is for it.
        """
        if self._given is None:
            return
        if self._tree is not None:
            self._tree.target_usd = value_usd
            for bound_usd in self._tree.settle(gap_usd, lambda: self.spent(share)):
                self._book()
                self._tell_usd(bound_usd)
            self._relaxed.branch(())
        elif self._proven_usd - value_usd > gap_usd:
            self.sharpen(FINE.of(SETTLING_PASSES), share)
            trees, known = self._trees, self._running
            if trees is None or known.best.usd >= trees.point.usd or share.stop():
                return
            root = Part((), known.best, None)
            self._priced_before, self._trees = self._priced_before + trees.priced, None
            self._reprice(certificate(self._relaxed, root, trees.trees), share)

    @property
    def _proven_usd(self) -> float:
        """The best bound that there is proof of."""
        trees = [x.bound_usd for x in (self._tree, self._trees) if x is not None]
        return min([self.point.usd, *trees])

    def settle_and_tighten(self, share: Budget, value_usd: float) -> None:
        """Let prices run, and follow inequalities that are stated then if there is time for both.

        Args:
            value_usd: Of the best plan.
        """
        passes = self.passes(share.left_s, MANY_PASSES)
        both = passes >= 2 * LEAST_TIGHTENING and not self.clusters
        self.lower(share.share(0.5) if both else share, value_usd)
        self.tighten(share)

    def lower(self, share: Budget, value_usd: float = -math.inf) -> None:
        """Let prices run for a share of the budget, or until that does not help any more.

        Once clusters have been divided from some prices, that is what others do not come near.

        Args:
            value_usd: Of the best plan.
        """
        if self._trees is not None:
            return
        first = self._tree is None and self._given is None and not self.settled
        many, begun = self._relaxed.size > THINNED_ROTATIONS, self._running.use is not None
        thin = first and many and not begun and self._settle_thinned(share.share(THIN_SHARE))
        ascent = self._running
        while not share.stop() and not self.settled:
            passes = self.passes(share.left_s)
            pace = FINE
            if first:
                hasty = SHORT if passes < PASSES_FROM_FREE else Pace(0)
                pace = AFTER_THIN if thin else hasty
            before, first = ascent.best.usd, False
            spent, over = self._spent_by(share)
            for point in ascent.run(pace.of(passes), spent, over=over):
                self._tell_usd(point.usd)
            self._book()
            gain, long = before - ascent.best.usd, passes >= PASSES_FROM_FREE
            self.settled = gain <= NO_GAIN * abs(before) and long
            if long and math.isfinite(value_usd) and gain <= LITTLE * (before - value_usd):
                return

    def _settle_thinned(self, share: Budget) -> bool:
        """Let prices settle where few departures are looked at, then look at all there.

        What they would prove on the way holds for these departures only, and is told to nobody.

        Returns:
            Whether that is a beginning: these departures make some plan, and the prices found prove
            more than those of before. Else nothing is done.
        """
        relaxation = self._relaxed
        relaxation.domain = thinned(relaxation, EVERY)
        try:
            point = relaxation.at(self.point.prices)
            if math.isinf(point.usd):
                return False
            ascent = Ascent(relaxation, point)
            spent, over = self._spent_by(share)
            for _ in ascent.run(THIN.of(self.passes(share.left_s)), spent, over=over):
                pass
        finally:
            relaxation.domain = None
        point = relaxation.at(ascent.best.prices)
        if point.usd >= self.point.usd:
            return False
        self._begin_from(point)
        return True

    def tighten(self, share: Budget) -> None:
        """State residual capacity inequalities that what flights carry breaks, as long as prices
        that follow lower the bound.

        Trees of before know nothing of them, so there are none once there is a tree; nor is there
        anything to gain where prices have no time to follow. Clusters state their own.
        """
        if self._tree is not None or self.clusters:
            return
        if self.passes(share.left_s, MANY_PASSES) < LEAST_TIGHTENING:
            return
        relaxation, stated = self._relaxed, 0
        while not share.stop():
            loaded, before = Loaded(relaxation), self._running.best.usd
            pace = FINE.of(min(TIGHTENING_PASSES, self.passes(share.left_s)))
            for point in self._running.run(pace, lambda: self.spent(share), loaded):
                self._tell_usd(point.usd)
            self._book()
            gain = before - self._running.best.usd
            if share.stop() or (stated and gain <= NO_GAIN * abs(before)):
                return
            stated = tighten(relaxation, loaded)
            if not stated and gain <= NO_GAIN * abs(before):
                return
            if stated:
                best = self._running.best
                best = relaxation.at(best.prices).no_worse_than(best)
                self._ascent = Ascent(relaxation, best)

    def sharpen(self, pace: Pace, share: Budget) -> None:
        """Let prices run at some pace, from the best ones."""
        for point in self._running.run(pace, lambda: self.spent(share)):
            self._tell_usd(point.usd)
        self._book()

    def branch(self, value_usd: float, gap_usd: float, share: Budget) -> None:
        """Divide the plans until the bound is within `gap_usd` of a plan's value, or time is up."""
        if self._tree is None:
            self._tree = Tree(self._relaxed, self._running, value_usd)
        self._tree.target_usd = value_usd
        for bound_usd in self._tree.grow(gap_usd, lambda: self.spent(share)):
            self._book()
            self._tell_usd(bound_usd)
        self._relaxed.branch(())

    def branch_clusters(
        self, point: Point, rooms_usd: Sequence[float], gap_usd: float, share: Budget
    ) -> None:
        """Divide the plans of every cluster by itself.

        Args:
            point: The one reviewed last.
            rooms_usd: By cluster, how far its part of the bound is above what the plan earns.
            gap_usd: How near the bound has to come to the plan.
        """
        if self._trees is None:
            self._trees = ClusterTrees(self._relaxed, point, self.clusters, rooms_usd)
        self._trees.aim(rooms_usd)
        for bound_usd in self._trees.grow(gap_usd, lambda: self.spent(share), self._abreast):
            self._book()
            self._tell_usd(bound_usd)

    def better_than(self, value_usd: float) -> dict[str, list[Rotation]]:
        """By pool, the rotations that a plan of a larger value could fly; others are out."""
        relaxation, point = self._relaxed, self.point
        rotations = relaxation.catalogue.rotations
        kept = relaxation.flown_within(point, point.usd - value_usd)
        return {
            pool.id: [rotations[r] for r in own.tolist()]
            for pool, own in zip(self._resolved.pools, kept, strict=True)
        }

    def supply_usd_per_kg(self) -> Floats:
        """What more of each consignment is worth elsewhere at the best prices.

        Negative where a commitment pays for carrying it (C19).
        """
        relaxation = self._relaxed
        consignments = relaxation.catalogue.kinds.consignments
        return relaxation.cargo_usd(self.point.prices)[:consignments]

    def certificate(self) -> Certificate | None:
        """Proof of the bound; None before there are prices."""
        if self._ascent is None:
            return None
        if self._trees is not None and self._trees.bound_usd <= self._proven_usd:
            root = Part((), self._trees.point, None)
            return certificate(self._relaxed, root, self._trees.trees)
        root = Part((), self.point, None)
        if self._tree is not None and self._tree.bound_usd <= self._proven_usd:
            root = self._tree.root
        proof = certificate(self._relaxed, root)
        self._relaxed.branch(())
        return proof

    @property
    def _relaxed(self) -> Relaxation:
        if self.relaxation is None:
            raise RuntimeError("build() first")
        return self.relaxation

    def passes(self, seconds: float, most: int = MOST_PASSES) -> int:
        """How many passes over all rotations, or nearly all, fit into so much time."""
        relaxation = self._relaxed
        units = pricing_units(relaxation.size) + pass_units(1)
        each_s = units / UNITS_A_SECOND if self._budget.by_work else relaxation.pass_s
        if math.isinf(seconds) or each_s <= 0:
            return most
        return int(min(most, max(LEAST_PASSES, seconds / (PASS_COSTS * each_s))))

    def _spent_by(self, share: Budget) -> tuple[Callable[[], bool], Callable[[], float]]:
        """Whether a share of the budget is spent, and what part of it."""
        whole_s = share.left_s

        def over() -> float:
            return 1.0 - share.left_s / whole_s if 0.0 < whole_s < math.inf else 0.0

        return lambda: self.spent(share), over

    def spent(self, share: Budget) -> bool:
        """Whether a share of the budget is; asked before every pass, which is booked."""
        self._budget.spend(pass_units(1))
        self._book()
        return share.stop()

    def _book(self) -> None:
        """Book the rotations priced since the last time."""
        with self._books:  # clusters are divided side by side
            priced = self._relaxed.priced + self._priced_before
            priced += 0 if self._trees is None else self._trees.priced
            self._budget.spend(pricing_units(priced - self._booked))
            self._booked = priced

    def _tell_usd(self, usd: float) -> None:
        self._tell(None if math.isinf(usd) else claimed_micro(usd))
