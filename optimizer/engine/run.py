"""The phases of a solve, in order.

lines        whole lines of flying where tails must fly least hours (`by_lines`)
first plan   the heuristic builds one in seconds (`heuristic`)
bound        prices of everything that plans share (`bounding`, `optimizer.dual`)
dive         lines of flying committed one by one at those prices (`diving`)
improve      neighbours of the plan without any programme (`heuristic`)
flights      parts of the plan chosen anew by small MIPs at prices of trucks (`reflying`)
whole week   a small week as one MIP of flights, trucks at prices (`proving`)
search       parts of the plan solved exactly by restricted MILPs (`optimizer.search`)
branch       the tree that lowers the bound further (`optimizer.dual.tree`)
reference    the reference model, less what prices prove useless, where it is small
"""

from __future__ import annotations

import math
import os

import numpy as np

from optimizer.control import Budget, Stop, neighbour_units, simplex_iterations, simplex_units
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import claimed_micro
from optimizer.engine.bounding import Bounding
from optimizer.engine.by_lines import ByLines, has_lines_to_list
from optimizer.engine.cluster_proofs import ClusterProofs
from optimizer.engine.diving import ONCE, Diving
from optimizer.engine.heuristic import Heuristic
from optimizer.engine.proving import prove_whole
from optimizer.engine.record import Record
from optimizer.engine.reference import solve_rest
from optimizer.engine.reflying import Reflying
from optimizer.engine.result import ProgressCallback
from optimizer.engine.shares import (
    ABOVE_SHARE,
    AFTER_WARM_S,
    AGAIN_SHARE,
    AROUND_SHARE,
    DIVE_PASSES,
    HEURISTIC_S,
    LARGE,
    LOWER_SHARE,
    MANY_ROTATIONS,
    MISLED,
    QUICK,
    REST_SHARE,
    SHARED,
    TIGHTENING_BEFORE_MIP,
    TIGHTENING_SHARE,
    TREES_SHARE,
    WARM_NEIGHBOURS,
    WARM_SHARE,
    Shares,
    proof_is_near,
    shares_of,
    within_reach,
)
from optimizer.model import model_size
from optimizer.plan.certificate import Certificate
from optimizer.plan.plan import Plan
from optimizer.search import improve_by_mip

DIVES, TRIES = 24, 400
"""Most dives from the bound's prices, and most parts of plans flown anew by diving."""
SEARCH_ROWS = 2_000
"""Typical rows of a restricted model, by which work is translated into iterations."""


class Run:
    """One call of `solve`: its phases, in order."""

    def __init__(
        self,
        resolved: ResolvedInstance,
        gap: float,
        budget: Budget,
        seed: int,
        threads: int | None,
        on_progress: ProgressCallback | None,
        given: Certificate | None,
    ) -> None:
        every_thread = threads or len(os.sched_getaffinity(0))
        self._resolved = resolved
        self._gap = gap
        self._budget = budget
        self._stop: Stop = budget
        self._seed = seed
        self._threads = threads or 1
        # parts of plans side by side depend on the clock; prices are the same with any number
        self._abreast = 1 if budget.by_work else every_thread
        self._diving: Diving | None = None
        self._reflying: Reflying | None = None
        self._cluster_proofs: ClusterProofs | None = None
        self.record = Record(resolved, gap, budget, on_progress)
        self._given, self._timetabled = given is not None, resolved.most_changes is not None
        self.bounding = Bounding(resolved, budget, every_thread, self.record.bounded, given)

    def work(self, start: Plan | None, method: str, start_holds: bool) -> None:
        """Everything, phase by phase, until done or stopped."""
        record = self.record
        quick = self._budget.share(1.0, HEURISTIC_S)
        with record.during("network"):
            heuristic = Heuristic(
                self._resolved, self._seed, self._stop, record.found, self._budget
            )
            record.bounded(claimed_micro(heuristic.simple_bound_usd()))
        if start is not None:
            with record.during("start"):
                heuristic.start_from(start, start_holds)
        if self._given:
            self._begin_warm(heuristic)
        if method != "heuristic" and has_lines_to_list(self._resolved):
            with record.during("lines"):
                self._list_lines()
        if not self._timetabled:  # a rule of thumb knows no timetable to keep to
            with record.during("rule of thumb"):
                record.thumb = heuristic.rule_of_thumb()
        if not record.done() and not ((self._timetabled or self._given) and record.plan):
            with record.during("first plan"):
                heuristic.construct(ways=1)
        if record.done():
            return
        with record.during("network"):
            columns = self._columns(method)
        reach = within_reach(method, columns, self._budget.left_s)
        whole = self._budget
        if not reach and math.isinf(whole.left_s):
            whole = whole.share(1.0, max(AFTER_WARM_S, quick.left_s))
        if not self.bounding.built:
            with record.during("network"):
                self.bounding.build(whole)
        shares = self._shares(columns, reach)
        if not record.done() and self.bounding.built:
            self._price(heuristic, whole.share(shares.bound, shares.most_s), shares)
            shares = self._improve(heuristic, whole, shares)
        near = method == "reference" or self._proof_is_near(shares)
        if not record.done() and (reach or (record.plan is None and method == "auto")):
            alone = near or record.plan is None
            with record.during("reference"):
                solve_rest(
                    self._resolved, record, self.bounding, self._gap, self._threads,
                    whole if alone else whole.share(shares.reference),
                )  # fmt: skip
        if not (reach and near) and self.bounding.built:
            self._go_on(heuristic, whole, shares)

    def _begin_warm(self, heuristic: Heuristic) -> None:
        """Bring a given bound and plan together: prices follow, neighbours are tried."""
        record, bounding = self.record, self.bounding
        with record.during("bound"):
            bounding.build(self._budget)
            if record.done() or not bounding.built:
                return
            gap_usd = self._gap * abs(record.bound_usd)
            bounding.settle(record.value_usd, gap_usd, self._budget.share(WARM_SHARE))
        if not record.done():
            with record.during("improve"):
                share = self._budget.share(WARM_SHARE)
                heuristic.reprice(bounding.supply_usd_per_kg())
                heuristic.improve(share, lambda: share.left_s, WARM_NEIGHBOURS)

    def _prove(self, heuristic: Heuristic, share: Budget) -> bool:
        """Bound the whole week by one MIP of flights; False where it is too large."""
        relaxation = self.bounding.relaxation
        if relaxation is not None:
            self.bounding.tighten(share.share(TIGHTENING_BEFORE_MIP))
            point = relaxation.at(self.bounding.point.prices)
            evaluate, gap = heuristic.evaluate, self._gap
            return prove_whole(relaxation, point, self.record, evaluate, share, self._threads, gap)
        return False

    def _proof_is_near(self, shares: Shares) -> bool:
        return proof_is_near(shares, self.record.relative_gap(), self._budget.left_s)

    def _list_lines(self) -> None:
        """Choose among whole lines of flying, where prices leave few."""
        if not self.bounding.built:
            self.bounding.build(self._budget)
        relaxation = self.bounding.relaxation
        if relaxation is not None and all(x.keeps_hours for x in relaxation.networks):
            ByLines(
                self._resolved, self.bounding, self.record, self._budget, self._gap, self._threads
            ).work()

    def _go_on(self, heuristic: Heuristic, whole: Budget, shares: Shares) -> None:
        """Lines flown anew and restricted models in turn, until there is no time left."""
        record = self.record
        with record.during("bound"):
            if not record.done():
                self.bounding.lower(whole.share(LOWER_SHARE))
        while shares.search and record.plan is not None and not record.done() and not whole.stop():
            before = record.value_usd
            with record.during("flights"):
                self._refly(heuristic, whole.share(AGAIN_SHARE))
            if self._diving is not None:
                with record.during("dive"):
                    self._diving.around(whole.share(AROUND_SHARE), TRIES)
            with record.during("search"):
                self._search(record.plan, whole.share(AGAIN_SHARE))
            with record.during("branch"):
                self._branch(whole.share(AGAIN_SHARE))
            if record.value_usd <= before and not math.isfinite(whole.left_s):
                break
        if not shares.search and not record.done():
            if self._reflying is not None:
                with record.during("flights"):
                    self._refly(heuristic, whole.share(REST_SHARE))
                with record.during("branch"):
                    self._branch(whole)
            with record.during("improve"):
                heuristic.improve(whole, lambda: whole.left_s)

    def _columns(self, method: str) -> int:
        """Estimated variables of the reference model; 0 where it is not wanted."""
        return 0 if method == "heuristic" else model_size(self._resolved).columns

    def _shares(self, columns: int, reach: bool) -> Shares:
        """How the time is divided."""
        relaxation = self.bounding.relaxation
        if relaxation is not None:
            self.record.columns = relaxation.size
        return shares_of(columns, reach, 0 if relaxation is None else relaxation.size)

    def _price(self, heuristic: Heuristic, share: Budget, shares: Shares) -> None:
        """Prices and a bound."""
        with self.record.during("bound"):
            if shares is QUICK:  # what more there is to prove the reference model proves sooner
                self.bounding.lower(share, self.record.value_usd)
            else:
                self.bounding.settle_and_tighten(share, self.record.value_usd)
            heuristic.reprice(self.bounding.supply_usd_per_kg())

    def _improve(self, heuristic: Heuristic, whole: Budget, shares: Shares) -> Shares:
        """Plans from prices, their neighbours, and exact parts; then a lower bound.

        Returns:
            How the time is divided now that it is known what MIPs of flights are good for.
        """
        record = self.record
        if not record.done() and shares.dive:
            with record.during("dive"):
                share = whole.share(shares.dive, shares.most_s)
                if shares is LARGE:
                    self._dive_once(heuristic, share)
                else:
                    self._dive(heuristic, share)
        if not record.done():
            with record.during("improve"):
                share = whole.share(shares.improve, shares.most_s)
                heuristic.construct(stop=share)
                heuristic.improve(share, lambda: share.left_s)
        if not record.done() and shares.flights:
            with record.during("flights"):
                self._refly(heuristic, whole.share(shares.flights, shares.most_s))
        if self._reflying is not None:
            shares = shares.after_flights(self._reflying.misled)
        if not record.done() and shares.whole:
            with record.during("whole week"):
                tried = self._prove(heuristic, whole.share(shares.whole))
            if not tried and not record.done():
                with record.during("flights"):
                    self._refly(heuristic, whole.share(SHARED.flights, shares.most_s))
            if self._proof_is_near(shares):
                return shares
        if not record.done() and record.plan is not None and shares.search:
            with record.during("search"):
                self._search(record.plan, whole.share(shares.search, shares.most_s))
        if not record.done() and record.plan is not None and shares.branch:
            with record.during("branch"):
                self._branch(whole.share(shares.branch, shares.most_s))
        return shares

    def _branch(self, share: Budget) -> None:
        """A lower bound by dividing the plans, those of clusters by themselves."""
        record, bounding = self.record, self.bounding
        if record.done():
            return
        bounding.tighten(share.share(TIGHTENING_SHARE))
        gap_usd = self._gap * abs(record.bound_usd)
        rooms_usd = None
        if bounding.clusters and self._reflying is not None:
            point = bounding.reviewed()
            rooms_usd = self._reflying.rooms_usd(point, bounding.clusters)
        if rooms_usd is not None:
            bounding.branch_clusters(point, rooms_usd, gap_usd, share.share(TREES_SHARE))
            if self._cluster_proofs is not None:
                self._cluster_proofs.work(gap_usd, share)
        elif (record.columns or 0) <= MANY_ROTATIONS:
            bounding.branch(record.value_usd, gap_usd, share)

    def _dive(self, heuristic: Heuristic, share: Budget) -> None:
        relaxation = self.bounding.relaxation
        if relaxation is None or self._timetabled:
            return  # lines at the bound's prices know nothing of a limit of changes
        rng = np.random.default_rng(self._seed)
        self._diving = Diving(
            relaxation, self.bounding.point, heuristic.evaluate, rng, self._budget
        )
        self._diving.from_above(share.share(ABOVE_SHARE), DIVES)
        self._diving.around(share, TRIES)

    def _dive_once(self, heuristic: Heuristic, share: Budget) -> None:
        """A plan from one dive, where there is time for one.

        Where hours bind before lines (`HourLimited`) dives commit flight by flight, and what they
        end with is far from what small MIPs make of a constructed plan.
        """
        relaxation = self.bounding.relaxation
        if relaxation is None or self._timetabled or any(x.by_flight for x in relaxation.networks):
            return
        if self.bounding.passes(share.left_s) >= DIVE_PASSES:
            rng, point = np.random.default_rng(self._seed), self.bounding.point
            diving = Diving(relaxation, point, heuristic.evaluate, rng, self._budget)
            diving.from_above(share, 1, ONCE)

    def _refly(self, heuristic: Heuristic, share: Budget) -> None:
        relaxation = self.bounding.relaxation
        if relaxation is None:
            return
        if self._reflying is None:
            rng = np.random.default_rng(self._seed)
            self._reflying = Reflying(
                relaxation,
                self.bounding.point,
                self.record,
                self._diving,
                self.bounding.clusters,
                heuristic.evaluate,
                rng,
                self._budget,
                self._abreast,
                MISLED if relaxation.size <= MANY_ROTATIONS else math.inf,
            )
            self._cluster_proofs = ClusterProofs(
                self.bounding, self.record, heuristic.evaluate, self._abreast
            )
        self._reflying.work(share)

    def _search(self, plan: Plan, share: Budget) -> None:
        """Restricted models around the plan."""
        by_work = self._budget.by_work
        found = improve_by_mip(
            self._resolved,
            plan,
            seed=self._seed,
            stop=lambda: share.stop() or self.record.close_enough,
            left_s=lambda: math.inf if by_work else share.left_s,
            on_plan=self.record.found,
            work=simplex_iterations(share.left_s, SEARCH_ROWS) if by_work else None,
            on_work=self._book_model,
            threads=self._threads,
        )
        self.record.found(found)

    def _book_model(self, iterations: int) -> None:
        """Book a restricted model: building it as a neighbour tried, then solving it."""
        self._budget.spend(neighbour_units(1) + simplex_units(iterations, SEARCH_ROWS))
