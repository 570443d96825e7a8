"""Better flights around those of a plan: parts of it solved to the end by small MIPs.

Every move frees some flights, adds the rotations that cost the best lines least at the bound's
prices, and chooses flights and cargo anew beside those that stay. Trucks are at linear prices, so
flights are only a proposal: the caller makes the exact plan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

import numpy as np

from optimizer.control import Budget, neighbour_units, simplex_units
from optimizer.dual import Cluster, Point, Relaxation
from optimizer.model.highs import PART_OPTIONS, Outcome, solve_with_highs
from optimizer.model.programme import Programme
from optimizer.plan.plan import Flight
from optimizer.primal.alike import CargoWorth
from optimizer.primal.flown import FlightKey, Flown, flown_by
from optimizer.primal.neighbourhoods import FIRST_SIZES, KINDS, MANY_FLOWN, Choices, Freed
from optimizer.primal.part import Part, part_around, whole_part
from optimizer.primal.programme import FlightProgramme
from optimizer.search.adapt import Adaptive

LEAST_S = 0.1
"""What a part always gets, in seconds."""
MOST_FREED = 40
"""Most flights that a part frees."""
LEAST_MERGED, MOST_MERGED = 150, 500
"""Of merging plans: flights to choose from."""
QUICK_SHARE = 0.3
"""What took less than this share of the limits was quick."""
USUAL_COLUMNS, GROWTH = 33, 1.5
"""Parts with more columns a candidate get more time and work, by this power of how many times that
they have: where trips, trucks and stock are limited (C10, C12) they have five times as many."""
WIDE_COLUMNS, NARROWER, NARROWEST = 6_000, 0.85, 0.4
"""Of plans of many flights, parts with more columns get fewer candidates, by this factor each time,
down to this share: several small parts gain more than a large one. Not where the ground is limited:
there trips have columns that candidates need."""
GAP = 3e-5
"""A part is solved up to this share."""
WORTH_USD = 1.0
"""Better flights are better by more."""
USUAL = 0.7
"""Weight of the past in what a better part usually gains."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard a part is tried.

    Attributes:
        candidates: Rotations that it may choose from beside the flights freed.
        most_s: Longest time, in seconds.
        most_asked: How often HiGHS may ask whether to stop: a limit of work that does not depend on
            the machine.
    """

    candidates: int
    most_s: float
    most_asked: int

    def on(self, programme: Programme) -> Effort:
        """The same for a programme, which may be large for its candidates."""
        times = max(1.0, programme.columns / (USUAL_COLUMNS * self.candidates)) ** GROWTH
        return replace(self, most_s=times * self.most_s, most_asked=round(times * self.most_asked))


QUICKLY, THOROUGHLY = Effort(90, 1.0, 150), Effort(250, 4.0, 600)
"""How parts are tried at first, and where no part has anything better."""
MERGING = Effort(LEAST_MERGED, 15.0, 900)
WHOLLY = Effort(600, 10.0, 1_500)
"""How a cluster is tried as a whole."""


@dataclass(frozen=True, slots=True)
class _Solved:
    """What HiGHS found, and what that took in units of work and in seconds."""

    outcome: Outcome
    work: float
    seconds: float


@dataclass(frozen=True, slots=True)
class _Try:
    """A part of some flights that is being solved."""

    kind: str
    freed: frozenset[FlightKey]
    effort: Effort
    flown: Flown
    programme: FlightProgramme
    solved: Future[_Solved]


class FlightSearch:
    """Large neighbourhood search over flights, at the prices of a point.

    Args:
        clusters: Parts of the fleet with cargo of their own, if there are several.
        rng: Source of every random choice.
        budget: Where the work is booked.
        threads: So many parts are solved side by side. With more than one, what comes out depends
            on which is done first.
    """

    def __init__(
        self,
        relaxation: Relaxation,
        point: Point,
        clusters: Sequence[Cluster],
        rng: np.random.Generator,
        budget: Budget,
        threads: int = 1,
    ) -> None:
        self._relaxation = relaxation
        self._rng = rng
        self._budget = budget
        self._abreast = threads
        self._workers = ThreadPoolExecutor(threads) if threads > 1 else None
        self._cargo_worth = CargoWorth(relaxation, point)
        self._choices = Choices(relaxation, point, clusters, rng)
        self._clustered = bool(clusters)
        sizes = {kind: size for kind, size in FIRST_SIZES.items() if clusters or kind != "cluster"}
        self._adaptive = Adaptive(sizes, MOST_FREED, rng)
        self._usual = self._width = 1.0
        self._finished: set[frozenset[FlightKey]] = set()

    def loaded(self, flights: Sequence[Flight]) -> Flown | None:
        """Flights with the cargo that is best on them; None if they are no plan."""
        flown = flown_by(self._relaxation, flights)
        if flown is None:
            return None
        part = whole_part(self._relaxation, flown)
        programme = FlightProgramme(self._relaxation, self._cargo_worth, flown, part)
        if not programme.programme.columns:  # nothing flies, and nothing costs
            return programme.read(flown, np.zeros(0))
        effort = QUICKLY.on(programme.programme)
        found = self._solve(programme, flown, effort=effort).outcome
        return None if found.values is None else programme.read(flown, found.values)

    def value_usd(self, flown: Flown) -> float:
        """What flights and cargo earn, trucks at linear prices."""
        worth = self._cargo_worth.usd_per_kg
        cargo_usd = sum(kg * worth[item] for of in flown.kg.values() for item, kg in of.items())
        pools_usd = sum(flown.pool_usd.values())
        return float(cargo_usd) + pools_usd + self._cargo_worth.besides_usd(flown)

    def descend(
        self, flown: Flown, stop: Budget, most_idle: int, *, thoroughly: bool = False
    ) -> Flown:
        """Flown anew part by part, until so many parts in a row were no better.

        Args:
            thoroughly: Then try as many larger ones, and go on as before if one is better.
        """
        idle = 0
        most = 2 * most_idle if thoroughly else most_idle
        under_way: list[_Try] = []
        while True:
            while len(under_way) < self._abreast and idle < most and not stop.stop():
                effort = QUICKLY if idle < most_idle else THOROUGHLY
                kind, size = self._adaptive.choose()
                freed = KINDS[kind](self._relaxation, self._choices, flown, size, self._rng)
                under_way.append(self._begin(flown, freed, kind, effort, stop))
            if not under_way:
                return flown
            better, _ = self._next_done(under_way, flown, stop)
            idle = idle + 1 if better is None else 0
            flown = flown if better is None else better

    def whole_clusters(self, flown: Flown, stop: Budget) -> Flown:
        """All flights of each cluster chosen anew at once, those first that are far from their part
        of the bound; of large ones, flights around one time.

        A cluster whose best flights are known is not tried again while it flies them.
        """
        left = self._choices.by_room(flown) if self._clustered else []
        under_way: list[_Try] = []
        while under_way or left:
            while left and len(under_way) < self._abreast and not stop.stop():
                freed = self._choices.of_pools(left.pop(0), flown, MOST_FREED)
                if freed.keys not in self._finished:
                    under_way.append(self._begin(flown, freed, "cluster", WHOLLY, stop))
            if not under_way:
                return flown
            better, done = self._next_done(under_way, flown, stop)
            if better is not None:
                flown = better
            elif done.solved.result().outcome.status == "optimal":
                self._finished.add(done.freed)
        return flown

    def _next_done(
        self, under_way: list[_Try], flown: Flown, stop: Budget
    ) -> tuple[Flown | None, _Try]:
        """Wait for a part; better flights than those flown now, if it has any."""
        wait([x.solved for x in under_way], return_when=FIRST_COMPLETED)
        done = next(x for x in under_way if x.solved.done())
        under_way.remove(done)
        better = self._end(done)
        if better is not None and done.flown is not flown:
            better = self._joined(flown, better, stop)
        return better, done

    def merge(self, best: Flown, others: Sequence[Flown], stop: Budget) -> Flown:
        """The best flights out of those of several plans, the first of them known to be good.

        Where these are few, the most promising others join them.
        """
        keys = {*best.times}.union(*(other.times for other in others))
        if len(keys) > MOST_MERGED:
            return best
        more = self._choices.best(max(0, LEAST_MERGED - len(keys)))
        keys.update(more)
        if len(keys) == len(best.times):
            return best
        part = part_around(self._relaxation, best, self._free(keys), set(best.times))
        return self._chosen(best, part, stop, MERGING) or best

    def _begin(self, flown: Flown, freed: Freed, kind: str, effort: Effort, stop: Budget) -> _Try:
        """Solve the part around some flights."""
        free = self._choices.instead(flown, freed, round(self._width * effort.candidates))
        part = part_around(self._relaxation, flown, free, set(freed.keys))
        programme = FlightProgramme(self._relaxation, self._cargo_worth, flown, part)
        if len(flown.times) > MANY_FLOWN and not self._cargo_worth.ground.limited:
            self._learn_width(programme.programme.columns, effort)
        effort = effort.on(programme.programme)
        if self._workers is not None:
            solved = self._workers.submit(self._solve, programme, flown, stop, effort)
        else:
            solved = Future()
            solved.set_result(self._solve(programme, flown, stop, effort))
        return _Try(kind, freed.keys, effort, flown, programme, solved)

    def _learn_width(self, columns: int, effort: Effort) -> None:
        """Give the next parts fewer candidates if this one is wide for them, else more again."""
        wide = columns > WIDE_COLUMNS * effort.candidates / QUICKLY.candidates
        width = self._width * (NARROWER if wide else 1.0 / NARROWER)
        self._width = min(1.0, max(NARROWEST, width))

    def _end(self, done: _Try) -> Flown | None:
        """Better flights, if the part has any; learns from it."""
        solved = done.solved.result()
        found, took = solved.outcome, max(1e-3, solved.work)
        better, gain_usd = self._better(done.programme, done.flown, found)
        quick = found.asked <= QUICK_SHARE * done.effort.most_asked
        if not self._budget.by_work:
            quick = quick and solved.seconds <= QUICK_SHARE * done.effort.most_s
        self._adaptive.learn(
            done.kind,
            max(0.0, gain_usd) / took / self._usual,
            finished=found.status == "optimal",
            quickly=quick,
        )
        if better is not None:
            self._usual = USUAL * self._usual + (1 - USUAL) * gain_usd / took
        return better

    def _joined(self, flown: Flown, other: Flown, stop: Budget) -> Flown | None:
        """The best flights out of those in which two plans differ, if better than the first."""
        keys = flown.times.keys() | other.times.keys()
        apart = {key for key in keys if flown.times[key] != other.times[key]}
        part = part_around(self._relaxation, flown, self._free(apart), apart)
        return self._chosen(flown, part, stop, QUICKLY)

    def _free(self, keys: set[FlightKey]) -> dict[FlightKey, int]:
        """Each as often as its pool has tails."""
        return {key: self._relaxation.resolved.pools[key[0]].size for key in sorted(keys)}

    def _chosen(self, flown: Flown, part: Part, stop: Budget, effort: Effort) -> Flown | None:
        """The best flights of a part; None if they are no better."""
        programme = FlightProgramme(self._relaxation, self._cargo_worth, flown, part)
        found = self._solve(programme, flown, stop, effort.on(programme.programme)).outcome
        return self._better(programme, flown, found)[0]

    def _better(
        self, programme: FlightProgramme, flown: Flown, found: Outcome
    ) -> tuple[Flown | None, float]:
        """A solution, if it is better than what is flown now, and by how much."""
        if found.values is None:
            return None, 0.0
        new = programme.read(flown, found.values)
        gain_usd = programme.value_usd(new) - programme.value_usd(flown)
        return (new if gain_usd > WORTH_USD else None), gain_usd

    def _solve(
        self,
        programme: FlightProgramme,
        flown: Flown,
        stop: Budget | None = None,
        effort: Effort = QUICKLY,
    ) -> _Solved:
        timed, began_s = not self._budget.by_work, self._budget.now_s
        left_s = effort.most_s if stop is None else min(effort.most_s, stop.left_s)
        found = solve_with_highs(
            programme.programme,
            gap=GAP,
            time_limit=max(LEAST_S, left_s) if timed else None,
            most_asked=effort.most_asked if stop is not None else math.inf,
            start=programme.start(flown) or None,
            options=PART_OPTIONS,
            should_stop=None if stop is None else stop.stop,
            polish_above_usd=math.inf,
            start_s=math.inf,
        )
        work = neighbour_units(1) + simplex_units(found.iterations, programme.programme.rows)
        self._budget.spend(work)
        return _Solved(found, work, self._budget.now_s - began_s)
