"""Cargo that changes aircraft, put on the flights of a plan that is made without any (C21).

Schedules know cargo that flies once. What changes aircraft at a gateway is put on board afterwards,
in place of cargo that earns less: by the restricted reference model in which all flights stay, and
all cargo on legs that it could not use. Restricted models and the reference model fly for it too.
"""

from __future__ import annotations

from optimizer.control import Budget, Stop, neighbour_units, simplex_units
from optimizer.domain.resolved import ResolvedInstance
from optimizer.model.repertoire import Repertoire
from optimizer.plan.plan import Plan
from optimizer.search.attempt import Limits, attempt
from optimizer.search.subproblem import cargo_only, incumbent

LIMITS = Limits(asked=20, seconds=6.0, threads=1)
"""Of one model: a good assignment is found at once, the best whole trucks take much longer."""
MOST_ON_BOARD = 1_000
"""Ways of cargo that it looks at."""
MUCH_MORE = 1.5
"""Times what the plan that gained most has gained."""
ROWS = 500
"""Typical rows of such a model, by which iterations are translated into work."""


class Changing:
    """Fills plans with cargo that changes aircraft."""

    def __init__(self, resolved: ResolvedInstance, stop: Stop, budget: Budget) -> None:
        self._resolved = resolved
        self._stop = stop
        self._budget = budget
        self._repertoire = Repertoire(resolved)
        self._most_gained_micro: int | None = None

    def filled(self, plan: Plan, best: Plan | None = None) -> Plan:
        """The plan with such cargo on board as pays, or as it is.

        Args:
            best: Plans that would have to gain much more than any has to be better than this one
                are left as they are.
        """
        r = self._resolved
        if not r.transits or not (plan.flights or r.blocks) or self._stop():
            return plan
        if best is not None and self._most_gained_micro is not None:
            missing_micro = best.contribution_micro - plan.contribution_micro
            if missing_micro > MUCH_MORE * self._most_gained_micro:
                return plan
        start = incumbent(self._repertoire, plan)
        restriction = cargo_only(self._repertoire, start, MOST_ON_BOARD)
        found = attempt(self._repertoire, plan, restriction, LIMITS, self._stop)
        self._budget.spend(neighbour_units(1) + simplex_units(found.iterations, ROWS))
        new = plan if found.plan is None else found.plan
        gained_micro = new.contribution_micro - plan.contribution_micro
        self._most_gained_micro = max(gained_micro, self._most_gained_micro or 0)
        return new
