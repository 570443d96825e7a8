"""Clusters as MIPs of their own: a lower bound than their trees prove, and better flights.

What a cluster's flights and cargo pay for limits that are shared stays at its prices, so what the
cluster's MIP earns less than its part of the bound, any plan earns less (`ClusterProgramme`). A
plan with a flight that was left out is worse than the bound by more than the room; so what HiGHS
proves, or the bound less the room if that is more, holds at any time, as for the whole week
(`proving`). No certificate proves it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from optimizer.control import Budget, log_event
from optimizer.dual import ClusterTrees
from optimizer.engine.bounding import Bounding
from optimizer.engine.diving import Evaluate
from optimizer.engine.proving import prove_mip
from optimizer.engine.record import Record
from optimizer.plan.plan import Flight
from optimizer.primal import ClusterProgramme, Flown, flights_within, flown_by

MOST_FLIGHTS = 600
"""Flights to choose from; with more, few MIPs end in time."""
ROOMS = (1.0, 0.5, 0.25)
"""Room of a MIP, as shares of what is left; the first with few enough flights is taken."""
FIRST_S, LONGER = 10.0, 4.0
"""Time that a MIP gets at first, and how much more each time that it is tried again."""
LIKE_ROTATIONS = 1_000
"""What a MIP takes beside its rotations, counted in rotations."""
GAP_SHARE = 0.25
"""Of a cluster's share of the gap to stop at, what its MIP may leave."""
TELL_S = 1.0
"""Bounds are told so often."""
WORTH_USD = 1.0
"""Flights that earn more by less are not worth an exact plan."""


class ClusterProofs:
    """Proves more of clusters than their trees do, those first that promise most for their size.

    Args:
        bounding: Has the clusters and their trees.
        record: Told better bounds; knows the best plan.
        evaluate: Makes exact plans, and tells the record of better ones.
        threads: So many are solved side by side.
    """

    def __init__(
        self, bounding: Bounding, record: Record, evaluate: Evaluate, threads: int
    ) -> None:
        self._bounding = bounding
        self._record = record
        self._evaluate = evaluate
        self._threads = threads
        self._trees: ClusterTrees | None = None
        self._tried: Counter[int] = Counter()
        self._done: set[int] = set()

    def work(self, gap_usd: float, stop: Budget) -> None:
        """Solve MIPs of clusters, each for longer the next time, until told to stop.

        Args:
            gap_usd: How near the bound has to come to the plan.
        """
        trees = self._bounding.trees
        if trees is None:
            return
        if trees is not self._trees:
            self._trees, self._tried, self._done = trees, Counter(), set()
        each_usd = gap_usd / max(1, len(trees.clusters))
        with ThreadPoolExecutor(self._threads) as workers:
            under_way: dict[Future[list[Flight] | None], int] = {}
            try:
                while self._send(workers, under_way, trees, each_usd, stop):
                    for done in wait(under_way, TELL_S, FIRST_COMPLETED).done:
                        del under_way[done]
                        flights = done.result()
                        if flights is not None:
                            self._evaluate(flights)
                    self._record.bounded_by_solver(trees.solver_bound_usd)
            except BaseException:
                stop.interrupt()  # those under way, too
                raise

    def _send(
        self,
        workers: ThreadPoolExecutor,
        under_way: dict[Future[list[Flight] | None], int],
        trees: ClusterTrees,
        each_usd: float,
        stop: Budget,
    ) -> bool:
        """Keep all threads busy; False if none is."""
        while len(under_way) < self._threads and not (stop.stop() or self._record.done()):
            number = self._next(trees, each_usd, under_way.values())
            if number is None:
                break
            under_way[workers.submit(self._prove, trees, number, each_usd, stop)] = number
        return bool(under_way)

    def _next(self, trees: ClusterTrees, each_usd: float, busy: Collection[int]) -> int | None:
        """The cluster that promises most for its rotations and the time that it gets."""
        best, most = None, 0.0
        for number, left_usd in enumerate(trees.left_usd()):
            if number in busy or number in self._done or left_usd <= each_usd:
                continue
            rate = left_usd / (trees.size(number) + LIKE_ROTATIONS) / LONGER ** self._tried[number]
            if rate > most:
                best, most = number, rate
        return best

    def _prove(
        self, trees: ClusterTrees, number: int, each_usd: float, stop: Budget
    ) -> list[Flight] | None:
        """Settle the prices of a cluster and solve its MIP, for longer each time.

        Returns:
            The best plan's flights with better ones of the cluster, if there are any.
        """
        tree, plan = trees.planted(number, 1), self._record.plan
        relaxation, target_usd = tree.relaxation, tree.tree.target_usd
        point = tree.settled(lambda: self._bounding.spent(stop))
        pools = {pool.id for pool in relaxation.resolved.pools}
        flights = () if plan is None else plan.flights
        flown = flown_by(relaxation, (x for x in flights if x.pool in pools))
        if flown is None:
            self._done.add(number)
        if flown is None or stop.stop():
            return None
        for share in ROOMS:
            room_usd = share * (point.usd - target_usd)
            keys = flights_within(relaxation, point, room_usd, flown.times)
            if len(keys) <= MOST_FLIGHTS:
                break
        else:
            self._done.add(number)
            return None
        cluster = ClusterProgramme(relaxation, point, tree.cluster.is_own, keys)
        others_usd = point.usd - room_usd

        def bounded(_: float | None, usd: float) -> None:
            tree.solver_usd = min(tree.solver_usd, max(usd + cluster.rest_usd, others_usd))

        budget = stop.share(1.0, FIRST_S * LONGER ** self._tried[number])
        self._tried[number] += 1
        found = prove_mip(cluster.flights, flown, bounded, budget, gap_usd=GAP_SHARE * each_usd)
        log_event(
            "cluster", pools=sorted(pools), flights=len(keys), status=found.status,
            seconds=round(stop.seconds, 3), room_usd=round(tree.first_usd - target_usd, 2),
            tree_usd=round(tree.taken_off_usd, 2), lowered_usd=round(tree.lowered_usd, 2),
        )  # fmt: skip
        if found.status in ("optimal", "infeasible"):
            self._done.add(number)
        if found.values is None or found.value_usd is None:
            return None
        if found.value_usd + cluster.rest_usd < target_usd + WORTH_USD:
            return None
        new = cluster.flights.read(Flown(Counter()), found.values).flights(relaxation)
        return [*(x for x in flights if x.pool not in pools), *new]
