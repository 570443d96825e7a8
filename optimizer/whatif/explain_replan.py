"""Planning again for an explanation: to the proven optimum if it is small, else as time allows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from optimizer import engine, verify
from optimizer.control import Stop, never
from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.errors import FreighterError
from optimizer.model import ReferenceModel, model_size, solve_reference
from optimizer.model.highs import solve_with_highs
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve

EXACT_COLUMNS: Final = 8_000
"""Estimated variables of a reference model up to which every question is answered exactly."""
EXACT_GAP: Final = 1e-7
DEFAULT_S: Final = 300.0
"""Time for an explanation of a larger instance if none is given."""
LEAST_S, MOST_S = 5.0, 60.0
"""Least and most seconds for one plan of a larger instance."""

Ended = Literal["optimal", "infeasible", "open", "no plan"]


@dataclass(frozen=True)
class Replanned:
    """How planning again ended.

    Attributes:
        resolved: What was planned.
        ended: ``optimal`` and ``infeasible`` are proven; ``open``: a plan, but perhaps not the
            best; ``no plan``: none was found in the time.
        plan: The plan, which the audit agrees with.
        bound_usd: No plan earns more; None if there is none.
    """

    resolved: ResolvedInstance
    ended: Ended
    plan: Plan | None
    bound_usd: float | None

    @property
    def usd(self) -> float:
        """Contribution of the plan."""
        return 0.0 if self.plan is None else self.plan.contribution_micro / MICRO


class Replanner:
    """Plans variants of one instance, one after the other, within a time.

    Args:
        resolved: The instance, whose size decides whether answers are exact.
        start: The plan that variants start from.
        time_limit: Seconds for all of it; None: until it is done where answers are exact, else
            `DEFAULT_S`.
        should_stop: Asked often; nothing more is begun once it says so.
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        start: Plan | None = None,
        *,
        time_limit: float | None = None,
        threads: int | None = None,
        seed: int = 0,
        should_stop: Stop = never,
    ) -> None:
        self.exact = model_size(resolved).columns <= EXACT_COLUMNS
        if time_limit is None and not self.exact:
            time_limit = DEFAULT_S
        self._ends_s = None if time_limit is None else time.monotonic() + time_limit
        self._start, self._threads, self._seed = start, threads, seed
        self._should_stop = should_stop

    @property
    def left_s(self) -> float | None:
        """Seconds left; None without a limit."""
        return None if self._ends_s is None else max(0.0, self._ends_s - time.monotonic())

    def over(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._should_stop() or self.left_s == 0

    def of_instance(self, instance: Instance, parts: int = 1) -> Replanned:
        """Plan an instance.

        Args:
            parts: Among so many plans, this one included, what is left of the time is shared.

        Raises:
            InstanceError: It makes no sense.
        """
        return self.of_resolved(resolve(instance), parts)

    def of_resolved(self, resolved: ResolvedInstance, parts: int = 1) -> Replanned:
        """Plan a resolved instance; see `of_instance`."""
        found = self._exactly(resolved) if self.exact else self._in_time(resolved, parts)
        if found.plan is not None:
            verdict = verify.audit(resolved, found.plan)
            if not (verdict.feasible and verdict.costs_match):
                raise FreighterError(f"{resolved.name}: the audit rejects a plan; please report it")
        return found

    def _exactly(self, resolved: ResolvedInstance) -> Replanned:
        found = solve_reference(
            resolved,
            gap=EXACT_GAP,
            time_limit=self.left_s,
            threads=self._threads or 1,
            should_stop=self._should_stop,
        )
        if found.status == "infeasible":
            return Replanned(resolved, "infeasible", None, None)
        if found.plan is None:
            return Replanned(resolved, "no plan", None, found.bound_usd)
        ended: Ended = "optimal" if found.status == "optimal" else "open"
        return Replanned(resolved, ended, found.plan, found.bound_usd)

    def _in_time(self, resolved: ResolvedInstance, parts: int) -> Replanned:
        left_s = self.left_s or 0.0
        found = engine.solve(
            resolved,
            time_limit=max(0.1, min(left_s, MOST_S, max(LEAST_S, left_s / parts))),
            threads=self._threads,
            seed=self._seed,
            start=self._start,
            start_holds=self._holds(resolved),
            should_stop=self._should_stop,
        )
        if found.status == "infeasible":
            return Replanned(resolved, "infeasible", None, None)
        bound_usd = found.bound_micro / MICRO
        if found.plan is None:
            return Replanned(resolved, "no plan", None, bound_usd)
        ended: Ended = "optimal" if found.status == "optimal" else "open"
        return Replanned(resolved, ended, found.plan, bound_usd)

    def _holds(self, resolved: ResolvedInstance) -> bool:
        """Whether the start is a plan of just this instance; else its flights are adopted."""
        return self._start is not None and self._start.resolved_digest == resolved_digest(resolved)

    def possible(self, resolved: ResolvedInstance) -> bool | None:
        """Whether an instance has any plan; None if that is not known in time."""
        if not self.exact:
            found = self._in_time(resolved, parts=4)
            return None if found.ended == "no plan" else found.ended != "infeasible"
        columns = ReferenceModel(resolved).build().built
        programme = columns.programme
        programme.maximise(dict.fromkeys(range(programme.columns), 0.0))
        outcome = solve_with_highs(
            programme,
            gap=EXACT_GAP,
            time_limit=self.left_s,
            should_stop=self._should_stop,
        )
        if outcome.values is not None:
            return True
        return False if outcome.status == "infeasible" else None


Tell = Callable[[str], None]
"""Told what is being tried."""
