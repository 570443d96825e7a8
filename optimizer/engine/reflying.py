"""Flights of the best plan chosen anew, part by part, and the exact plans that come of it.

A search by parts ends where no part has a better plan. So other plans are dived for, improved in
the same way for a while, and merged with the best ones: the MIP over the flights of several good
plans is small, and its best plan often better than each of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count

import numpy as np

from optimizer.control import Budget
from optimizer.domain.resolved import MICRO
from optimizer.dual import Cluster, Point, Relaxation
from optimizer.engine.diving import Diving, Evaluate
from optimizer.engine.record import Record
from optimizer.engine.wanted import wanted_by
from optimizer.plan.plan import Plan
from optimizer.primal import FlightSearch, Flown, rooms_usd

IDLE_PARTS, FLIGHTS_A_PART = 12, 20
"""A plan is improved by parts until so many in a row were no better, and at least one for so many
flights."""
EXACT_TIMES = 5.0
"""The best plan is improved for at least so many times as long as an exact plan takes."""
FIRST_SHARE, OTHER_SHARE, MERGE_SHARE, WHOLLY_SHARE = 0.25, 0.1, 0.3, 0.2
"""Shares of the time for improving the best plan, at first and after each merging, for each
merging, and for trying clusters as a whole each time."""
THOROUGH_ROUND = 3
"""Every so many-th round the best plan is improved by large parts, and by whole clusters, too."""
MERGED = 3
"""So many other plans are merged with the best one, the latest."""
WORTH_USD = 1.0
"""A better plan is better by more."""
MOST_ROUNDS = 6
"""Without a limit of time the search ends after so many other plans that led to nothing."""


class Reflying:
    """Searches around the best plan of a solve.

    Attributes:
        misled: What the plan it began with earns less than its flights are told to, as a share of
            it: whole trucks, mostly.

    Args:
        diving: Finds other plans; None for none.
        clusters: Parts of the fleet with cargo of their own.
        evaluate: Makes exact plans, and tells the record of better ones.
        rng: Source of every random choice.
        budget: Where the work is booked.
        threads: So many parts are solved side by side.
        most_misled: Where it is misled more, it leaves the time to what comes after.
    """

    def __init__(
        self,
        relaxation: Relaxation,
        point: Point,
        record: Record,
        diving: Diving | None,
        clusters: Sequence[Cluster],
        evaluate: Evaluate,
        rng: np.random.Generator,
        budget: Budget,
        threads: int,
        most_misled: float,
    ) -> None:
        self._record = record
        self._diving = diving
        self._evaluate = evaluate
        self._search = FlightSearch(relaxation, point, clusters, rng, budget, threads)
        self._relaxation = relaxation
        self._plan: Plan | None = None
        self._best: Flown | None = None
        self._others: list[Flown] = []
        self._most_misled = most_misled
        self._exact_s = 0.0
        self.misled = 0.0

    def work(self, stop: Budget) -> None:
        """Search around the best plan until told to stop."""
        search, whole_s = self._search, stop.left_s
        best = self._begin(stop)
        if best is None:
            return
        idle = 0
        for number in count(1):
            if stop.stop() or self._record.close_enough or idle >= MOST_ROUNDS:
                break
            if self.misled > self._most_misled:
                break
            before_usd = search.value_usd(best)
            other = self._other(stop, OTHER_SHARE * whole_s)
            if other is not None:
                if search.value_usd(other) > before_usd:
                    best, other = other, best
                self._others = [*self._others[1 - MERGED :], other]
            best = search.merge(best, self._others, stop.share(1.0, MERGE_SHARE * whole_s))
            if number % THOROUGH_ROUND == 0:
                best = search.whole_clusters(best, stop.share(1.0, WHOLLY_SHARE * whole_s))
            share = stop.share(1.0, max(OTHER_SHARE * whole_s, EXACT_TIMES * self._exact_s))
            thoroughly = other is None or number % THOROUGH_ROUND == 0
            best = search.descend(best, share, _most_idle(best), thoroughly=thoroughly)
            better = search.value_usd(best) > before_usd + WORTH_USD
            idle = idle + 1 if not better and math.isinf(stop.left_s) else 0
            if better:
                self._exact(best, stop)
        self._best, self._plan = best, self._record.plan

    def rooms_usd(self, point: Point, clusters: Sequence[Cluster]) -> list[float] | None:
        """By cluster, how far its part of the bound is above what the best plan earns.

        None without a plan that is known here.

        Args:
            point: The point that the relaxation was looked at last.
        """
        flown, plan = self._best, self._record.plan
        if plan is not self._plan and plan is not None:
            flown = self._search.loaded(plan.flights)
        if flown is None:
            return None
        return rooms_usd(self._relaxation, point, self._relaxation.value_usd, clusters, flown)

    def _begin(self, stop: Budget) -> Flown | None:
        """The best plan so far, improved by parts."""
        plan = self._record.plan
        if plan is None or stop.stop():
            return None
        if plan is self._plan and self._best is not None:
            return self._best
        flown = self._search.loaded(plan.flights)
        if flown is None:
            return None
        self.misled = self._missing(flown, plan)
        best = self._search.descend(flown, stop.share(FIRST_SHARE), _most_idle(flown))
        if self._search.value_usd(best) > self._search.value_usd(flown) + WORTH_USD:
            self._exact(best, stop)
        return best

    def _other(self, stop: Budget, most_s: float) -> Flown | None:
        """Another plan from a dive, improved by parts."""
        flights = None if self._diving is None else self._diving.lines_anew(stop)
        flown = None if flights is None else self._search.loaded(flights)
        if flown is None:
            return None
        return self._search.descend(flown, stop.share(1.0, most_s), _most_idle(flown))

    def _exact(self, flown: Flown, stop: Budget) -> None:
        """Make the exact plan; the record keeps it if it is the best."""
        before_s = stop.left_s
        self._evaluate(flown.flights(self._relaxation), wanted_by(self._relaxation, flown))
        if math.isfinite(before_s):
            self._exact_s = before_s - stop.left_s

    def _missing(self, flown: Flown, plan: Plan) -> float:
        """What a plan earns less than its flights are told to, as a share of it."""
        resolved = self._relaxation.resolved
        fixed_micro = sum(pool.fixed_micro * pool.size for pool in resolved.pools)
        fixed_micro += sum(block.fixed_micro for block in resolved.blocks)
        usd = plan.contribution_micro / MICRO
        told_usd = self._search.value_usd(flown) - fixed_micro / MICRO
        return (told_usd - usd) / max(1.0, abs(usd))


def _most_idle(flown: Flown) -> int:
    """After so many parts in a row that were no better a plan counts as improved."""
    return max(IDLE_PARTS, len(flown.times) // FLIGHTS_A_PART)
