"""Better flights around those of a plan: parts of it solved to the end by small MIPs.

Every move frees some flights, adds the rotations that cost the best lines least at the bound's
prices, and chooses flights and cargo anew beside those that stay. Trucks are at linear prices, so
flights are only a proposal: the caller makes the exact plan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from optimizer.control import Budget, neighbour_units, simplex_units
from optimizer.dual import Floats, Point, Relaxation
from optimizer.model.highs import Outcome, solve_with_highs
from optimizer.plan.plan import Flight
from optimizer.primal.flown import Flown, flown_by
from optimizer.primal.neighbourhoods import FIRST_SIZES, KINDS, Choices
from optimizer.primal.part import part_around, whole_part
from optimizer.primal.programme import FlightProgramme
from optimizer.search.adapt import Adaptive

CANDIDATES = 90
"""Rotations that a part may choose from beside the flights freed."""
ASKED = 150
"""How often HiGHS may ask whether to stop: a limit of work that does not depend on the machine."""
SLICE_S, LEAST_S = 1.0, 0.1
"""Longest time of a part in seconds, and what it always gets."""
MOST_FREED = 40
"""Most flights that a part frees."""
MERGE_S, MERGE_ASKED, LEAST_MERGED, MOST_MERGED = 15.0, 900, 150, 500
"""Of merging plans: longest time, the limit of work, and flights to choose from."""
QUICK_SHARE = 0.3
"""What took less than this share of the limits was quick."""
GAP = 3e-5
"""A part is solved up to this share."""
WORTH_USD = 1.0
"""Better flights are better by more."""
USUAL = 0.7
"""Weight of the past in what a better part usually gains."""
OPTIONS = {"mip_detect_symmetry": False}
"""Of HiGHS, as for other restricted models."""


class FlightSearch:
    """Large neighbourhood search over flights, at the prices of a point.

    Args:
        rng: Source of every random choice.
        budget: Where the work is booked.
        threads: Of the MIP solver.
    """

    def __init__(
        self,
        relaxation: Relaxation,
        point: Point,
        rng: np.random.Generator,
        budget: Budget,
        threads: int = 1,
    ) -> None:
        self._relaxation = relaxation
        self._rng = rng
        self._budget = budget
        self._threads = threads
        self._worth_usd_per_kg = worth_usd_per_kg(relaxation, point)
        self._choices = Choices(relaxation, point, rng)
        self._adaptive = Adaptive(FIRST_SIZES, MOST_FREED, rng)
        self._usual = 1.0

    def loaded(self, flights: Sequence[Flight]) -> Flown | None:
        """Flights with the cargo that is best on them; None if they are no plan."""
        flown = flown_by(self._relaxation, flights)
        if flown is None:
            return None
        part = whole_part(self._relaxation, flown)
        programme = FlightProgramme(self._relaxation, self._worth_usd_per_kg, flown, part)
        if not programme.programme.columns:  # nothing flies, and nothing costs
            return programme.read(flown, np.zeros(0))
        found = self._solve(programme, flown)
        return None if found.values is None else programme.read(flown, found.values)

    def value_usd(self, flown: Flown) -> float:
        """What flights and cargo earn, trucks at linear prices."""
        worth = self._worth_usd_per_kg
        cargo_usd = sum(kg * worth[item] for of in flown.kg.values() for item, kg in of.items())
        return float(cargo_usd) + sum(flown.pool_usd.values())

    def descend(self, flown: Flown, stop: Budget, most_idle: int) -> Flown:
        """Flown anew part by part, until so many parts in a row were no better."""
        idle = 0
        while idle < most_idle and not stop.stop():
            better = self._move(flown, stop)
            idle = idle + 1 if better is None else 0
            flown = flown if better is None else better
        return flown

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
        free = {key: self._relaxation.resolved.pools[key[0]].size for key in sorted(keys)}
        part = part_around(self._relaxation, best, free, set(best.times))
        programme = FlightProgramme(self._relaxation, self._worth_usd_per_kg, best, part)
        found = self._solve(programme, best, stop, MERGE_S, MERGE_ASKED)
        if self._gain_usd(programme, best, found) <= WORTH_USD or found.values is None:
            return best
        return programme.read(best, found.values)

    def _move(self, flown: Flown, stop: Budget) -> Flown | None:
        """Solve one part; better flights, if it has any."""
        name, size = self._adaptive.choose()
        freed = KINDS[name](self._relaxation, self._choices, flown, size, self._rng)
        free = self._choices.instead(flown, freed, CANDIDATES)
        part = part_around(self._relaxation, flown, free, set(freed.keys))
        programme = FlightProgramme(self._relaxation, self._worth_usd_per_kg, flown, part)
        before_work, before_s = self._budget.work, self._budget.now_s
        found = self._solve(programme, flown, stop)
        took = max(1e-3, self._budget.work - before_work)
        gain_usd = self._gain_usd(programme, flown, found)
        quick = found.asked <= QUICK_SHARE * ASKED
        if not self._budget.by_work:
            quick = quick and self._budget.now_s - before_s <= QUICK_SHARE * SLICE_S
        self._adaptive.learn(
            name,
            max(0.0, gain_usd) / took / self._usual,
            finished=found.status == "optimal",
            quickly=quick,
        )
        if gain_usd <= WORTH_USD or found.values is None:
            return None
        self._usual = USUAL * self._usual + (1 - USUAL) * gain_usd / took
        return programme.read(flown, found.values)

    def _gain_usd(self, programme: FlightProgramme, flown: Flown, found: Outcome) -> float:
        """By how much a solution is better than what is flown now."""
        if found.value_usd is None:
            return 0.0
        return found.value_usd - programme.value_usd(flown)

    def _solve(
        self,
        programme: FlightProgramme,
        flown: Flown,
        stop: Budget | None = None,
        most_s: float = SLICE_S,
        most_asked: int = ASKED,
    ) -> Outcome:
        timed = not self._budget.by_work
        left_s = most_s if stop is None else min(most_s, stop.left_s)
        found = solve_with_highs(
            programme.programme,
            gap=GAP,
            time_limit=max(LEAST_S, left_s) if timed else None,
            most_asked=most_asked if stop is not None else math.inf,
            threads=self._threads,
            start=programme.start(flown) or None,
            options=OPTIONS,
            should_stop=None if stop is None else stop.stop,
            polish_above_usd=math.inf,
            start_s=math.inf,
        )
        rows = programme.programme.rows
        self._budget.spend(neighbour_units(1) + simplex_units(found.iterations, rows))
        return found


def worth_usd_per_kg(relaxation: Relaxation, point: Point) -> Floats:
    """What a kilogram of every item earns, its trucks paid at the prices of a point."""
    items, cargo = relaxation.catalogue.items, relaxation.cargo
    trucks_usd_per_kg = point.class_usd - point.prices.supply[items.consignment]
    return np.asarray(cargo.margin_usd_per_kg - trucks_usd_per_kg[cargo.cls])
