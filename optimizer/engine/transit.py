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
ROWS = 500
"""Typical rows of such a model, by which iterations are translated into work."""


class Changing:
    """Fills plans with cargo that changes aircraft."""

    def __init__(self, resolved: ResolvedInstance, stop: Stop, budget: Budget) -> None:
        self._resolved = resolved
        self._stop = stop
        self._budget = budget
        self._repertoire = Repertoire(resolved)

    def filled(self, plan: Plan) -> Plan:
        """The plan with such cargo on board as pays, or as it is."""
        r = self._resolved
        if not r.transits or not (plan.flights or r.blocks) or self._stop():
            return plan
        start = incumbent(self._repertoire, plan)
        restriction = cargo_only(self._repertoire, start, MOST_ON_BOARD)
        found = attempt(self._repertoire, plan, restriction, LIMITS, self._stop)
        self._budget.spend(neighbour_units(1) + simplex_units(found.iterations, ROWS))
        return plan if found.plan is None else found.plan
