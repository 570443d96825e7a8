"""Improve a plan by solving parts of it to the end: large neighbourhood search by restricted MIPs.

Every move frees some flights, adds candidates for the tails that are idle then, keeps all other
flights, and lets the reference model choose again: flights, cargo on every flight it concerns, and
whole trucks. The plan is never worsened.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.model.repertoire import Repertoire
from optimizer.model.restriction import Restriction
from optimizer.plan.plan import Plan
from optimizer.search.adapt import Adaptive
from optimizer.search.attempt import Attempt, Limits, attempt
from optimizer.search.candidates import candidates
from optimizer.search.master import SPARE_FLIGHTS, dived, narrowed, relax
from optimizer.search.neighbourhoods import KINDS, Neighbourhood, View, trucks, whole
from optimizer.search.propose import Candidate, Propose, UniverseProposals
from optimizer.search.subproblem import Incumbent, incumbent, restricted

MOST_ON_BOARD, MASTER_ON_BOARD = 6_000, 12_000
"""Ways of cargo that a neighbourhood looks at, and the first move, of the whole plan."""
CANDIDATES, CANDIDATES_A_FLIGHT, MOST_CANDIDATES, MASTER_CANDIDATES = 40, 25, 400, 900
"""Rotations that a neighbourhood may fly: some, and some more for every freed flight, up to a
number; and those of the first move."""
ASKED, MASTER_ASKED = 250, 500
"""How often HiGHS may ask whether to stop, in a neighbourhood and in the first move: a limit of
work that does not depend on the machine."""
SLICE_S, MASTER_SHARE, FIRST_DIVE_SHARE = 8.0, 0.5, 0.7
"""Longest time of a neighbourhood in seconds; of the first relaxations and of the dive after them
as a share of what is left."""
MASTER_ROUNDS = 2
"""Relaxations of the whole plan, each with candidates at the prices of the one before."""
FLIGHTS_AT_ONCE = 20
"""Where the relaxation flies no more, the whole plan is solved at once; else a dive is made."""
MOST_FLIGHTS = 120
"""Plans of more flights are never freed as a whole."""
FIRST_SIZE, DIVE_SIZE, DIVE_SHARE = 6.0, 40.0, 0.4
"""Flights freed at first: where they are solved at once; and where a dive is made, at most and as a
share of all."""
DIVE_S, TRUCKS_S = 20.0, 10.0
"""Longest time of a dive in a neighbourhood, and of cargo and trucks for its flights."""
DIVING, DIVED = "dive ", ("window", "pools", "related")
"""Kinds of neighbourhoods in which dives are made, and how those are called."""
PATIENCE = 40
"""Without a limit of time the search ends after so many neighbourhoods in a row that were no
better."""
USUAL = 0.7
"""Weight of the past in what a better plan usually gains."""
SMOOTH = 0.9
"""Weight of the past in prices of consignments."""


def _never() -> bool:
    return False


def _forever() -> float:
    return math.inf


def improve_by_mip(
    resolved: ResolvedInstance,
    plan: Plan,
    *,
    propose: Propose | None = None,
    seed: int = 0,
    stop: Callable[[], bool] = _never,
    left_s: Callable[[], float] = _forever,
    on_plan: Callable[[Plan], None] | None = None,
    work: int | None = None,
    on_work: Callable[[int], None] | None = None,
    threads: int = 1,
) -> Plan:
    """Search for a better plan around one.

    Limited by `work` alone, the result depends on the arguments alone. Without a limit of time the
    search ends by itself, once it has found nothing better for long.

    Args:
        resolved: The resolved instance.
        plan: A feasible plan of it.
        propose: Finds rotations worth trying; None for one that looks through the universe.
        seed: Seed of every random choice.
        stop: Asked often; the best plan so far is returned once it says so.
        left_s: Seconds left.
        on_plan: Told every better plan.
        work: Simplex iterations after which no further neighbourhood is begun; None for no limit.
        on_work: Told, after each model, how many simplex iterations it took.
        threads: Threads of the MIP solver.

    Returns:
        The best plan found; `plan` itself if none is better.

    Raises:
        ValueError: A load of the plan is no itinerary of the instance.
    """
    search = _Search(resolved, plan, propose, seed, threads)
    search.limit(stop, left_s, work)
    search.on_plan, search.on_work = on_plan, on_work
    search.run()
    return search.best.plan


class _Search:
    """One call of `improve_by_mip`; `best` is the best plan so far."""

    def __init__(
        self,
        resolved: ResolvedInstance,
        plan: Plan,
        propose: Propose | None,
        seed: int,
        threads: int,
    ) -> None:
        self._resolved = resolved
        self._repertoire = Repertoire(resolved)
        self._default = UniverseProposals(resolved, seed, self._repertoire)
        self._propose = self._default if propose is None else propose
        self._rng = np.random.default_rng(seed)
        self._threads = threads
        self._prices: dict[str, float] = {}
        self._liked: tuple[Candidate, ...] = ()
        self._done_work = 0
        self.on_plan: Callable[[Plan], None] | None = None
        self.on_work: Callable[[int], None] | None = None
        self.best: Incumbent = incumbent(self._repertoire, plan)

    def limit(
        self, stop: Callable[[], bool], left_s: Callable[[], float], work: int | None
    ) -> None:
        """Say when to end."""
        self._stop, self._left_s, self._work = stop, left_s, work

    def run(self) -> None:
        """The whole plan with few candidates, then neighbourhoods until the end."""
        self._whole_plan(self._at_most(MASTER_SHARE * self._left_s()))
        self._try(trucks(View(self._resolved, self.best.plan), 0, self._rng), diving=False)
        flights = max(1, len(self.best.plan.flights))
        sizes = {name: min(FIRST_SIZE, flights) for name in KINDS}
        sizes |= {
            DIVING + name: max(FIRST_SIZE, min(DIVE_SIZE, DIVE_SHARE * flights)) for name in DIVED
        }
        adaptive = Adaptive(sizes, flights, self._rng)
        usual_usd, idle = 1.0, 0
        while not self._ended(idle):
            view = View(self._resolved, self.best.plan)
            name, size = adaptive.choose()
            kind = KINDS.get(name.removeprefix(DIVING), whole) if view.flights else whole
            before_usd, before = self.best.plan.contribution_micro / MICRO, self._done_work
            found = self._try(
                kind(view, size, self._rng), diving=name.startswith(DIVING) or not view.flights
            )
            gain_usd = self.best.plan.contribution_micro / MICRO - before_usd
            idle = 0 if gain_usd > 0 else idle + 1
            hourly_usd = gain_usd / max(1, self._done_work - before)
            if gain_usd > 0:
                usual_usd = USUAL * usual_usd + (1 - USUAL) * hourly_usd
            finished, quickly = (found.finished, found.quickly) if found else (False, False)
            adaptive.learn(name, hourly_usd / usual_usd, finished=finished, quickly=quickly)

    def _at_most(self, seconds: float) -> Callable[[], float]:
        """Seconds left of so many from now, and of all."""
        if math.isinf(self._left_s()):
            return _forever
        end_s = self._left_s() - seconds
        return lambda: min(self._left_s(), self._left_s() - end_s)

    def _whole_plan(self, left_s: Callable[[], float]) -> None:
        """Relaxations of the whole plan tell what is worth what; a dive makes flights of the last.

        What they use stays at hand for the neighbourhoods.
        """
        flights = len(self.best.plan.flights)
        if flights > MOST_FLIGHTS:
            return
        part = whole(View(self._resolved, self.best.plan), flights, self._rng)
        freed = [f.id for f in part.freed]
        restriction, relaxed = None, None
        for _ in range(MASTER_ROUNDS):
            if self._ended() or left_s() <= 0:
                break
            before_s = left_s()
            found = self._candidates(part, MASTER_CANDIDATES)
            restriction = restricted(
                self._repertoire, self.best, freed, (*self._liked, *found), MASTER_ON_BOARD
            )
            again = relax(self._repertoire, restriction, left_s(), self._threads, self._stop)
            if again is None:
                break
            relaxed = again
            self._book(relaxed.iterations)
            self._liked = (*relaxed.used, *relaxed.spare)[: len(relaxed.used) + SPARE_FLIGHTS]
            self._prices = dict(relaxed.usd_per_kg)
            self._default.reprice(self._prices, relaxed.usd_per_tail)
            if left_s() < 2 * (before_s - left_s()):  # another would leave no time for the dive
                break
        if restriction is None or relaxed is None or self._stopped():
            return
        fewer = narrowed(restriction, self.best.plan, relaxed)
        if relaxed.flights <= FLIGHTS_AT_ONCE:
            self._solve(fewer, MASTER_ASKED, left_s())
            return
        self._dive(fewer, self._at_most(FIRST_DIVE_SHARE * self._left_s()))

    def _stopped(self) -> bool:
        return self._stop() or self._left_s() <= 0

    def _ended(self, idle: int = 0) -> bool:
        if self._stopped():
            return True
        if self._work is not None and self._done_work >= self._work:
            return True
        return math.isinf(self._left_s()) and idle >= PATIENCE

    def _dive(self, restriction: Restriction, left_s: Callable[[], float]) -> Attempt | None:
        """Whole flights by diving, then their best cargo and trucks."""
        flights, iterations = dived(
            self._repertoire,
            self.best.plan,
            restriction,
            left_s,
            self._threads,
            self._stop,
            self._rng,
        )
        self._book(iterations)
        return None if flights is None else self._solve(flights, ASKED, TRUCKS_S)

    def _try(self, part: Neighbourhood, *, diving: bool) -> Attempt | None:
        """Solve a neighbourhood and keep a better plan; None if there is no time for it."""
        if self._ended():
            return None
        most = min(MOST_CANDIDATES, CANDIDATES + CANDIDATES_A_FLIGHT * len(part.freed))
        found = self._candidates(part, most) if part.freed or part.pools else []
        freed = [f.id for f in part.freed]
        on_board = MASTER_ON_BOARD if diving else MOST_ON_BOARD
        restriction = restricted(self._repertoire, self.best, freed, found, on_board)
        if diving:
            return self._dive(restriction, self._at_most(DIVE_S))
        return self._solve(restriction, ASKED, SLICE_S)

    def _candidates(self, part: Neighbourhood, most: int) -> list[Candidate]:
        return candidates(
            self._resolved,
            self.best.plan,
            part,
            self._propose,
            most,
            self._liked,
            self._stopped,
        )

    def _solve(self, restriction: Restriction, asked: int, seconds: float) -> Attempt:
        """Solve a restricted model and keep a better plan."""
        timed = self._work is None or math.isfinite(self._left_s())
        limits = Limits(
            asked, max(0.0, min(seconds, self._left_s())) if timed else math.inf, self._threads
        )
        found = attempt(self._repertoire, self.best.plan, restriction, limits, self._stop)
        self._book(found.iterations)
        self._reprice(found.prices_usd_per_kg)
        if found.plan is not None:
            self.best = incumbent(self._repertoire, found.plan)
            if self.on_plan is not None:
                self.on_plan(found.plan)
        return found

    def _book(self, iterations: int) -> None:
        self._done_work += max(1, iterations)
        if self.on_work is not None:
            self.on_work(iterations)

    def _reprice(self, usd_per_kg: dict[str, float]) -> None:
        for consignment, price in usd_per_kg.items():
            before = self._prices.get(consignment, price)
            self._prices[consignment] = SMOOTH * before + (1 - SMOOTH) * price
        self._default.reprice(self._prices)
