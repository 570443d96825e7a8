"""Planning again for an explanation: all of a small instance, or a large one around a plan.

Both are the reference model: of everything, to the proven optimum; or of a part (`explain_around`),
where what is proven holds for plans that are like the given one elsewhere.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from optimizer import engine, verify
from optimizer.control import Stop, never
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.errors import FreighterError
from optimizer.model import ReferenceModel, model_size, solve_reference
from optimizer.model.highs import PART_OPTIONS, solve_with_highs
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from optimizer.whatif.explain_around import Around, Focus, around

EXACT_COLUMNS: Final = 8_000
"""Estimated variables of a reference model up to which every question is answered exactly."""
EXACT_GAP: Final = 1e-7
DEFAULT_S: Final = 60.0
"""Time for an explanation of a larger instance if none is given."""
SCRATCH_S: Final = 300.0
"""The same where there is no plan to go out from."""
LEAST_S, MOST_S = 2.0, 12.0
"""Least and most seconds for choosing one of several plans around another."""
BASE_PARTS: Final = 4
"""The plan as it is gets this part of the time."""
SCRATCH_LEAST_S, SCRATCH_MOST_S = 5.0, 60.0
"""The same for one from scratch."""
AFTER_S: Final = 0.5
"""A plan is made exact and audited in so many seconds, until that is measured."""
POLISH_SHARE: Final = 0.1
"""Of the time for a plan around another, what is kept for polishing it."""

PROMISES: Final = ("C19", "C20")
ROUNDED_G: Final = 100
"""What rounding to grams may leave short of a promise."""
NOWHERE: Final = Focus()

Ended = Literal["optimal", "infeasible", "open", "no plan"]


@dataclass(frozen=True)
class Replanned:
    """How planning again ended.

    Attributes:
        resolved: What was planned.
        ended: ``optimal`` and ``infeasible`` are proven, of the whole instance or around the plan;
            ``open``: a plan, but perhaps not the best; ``no plan``: none was found in the time.
        plan: The plan, which the audit agrees with.
        bound_usd: No plan earns more, of the whole instance or around the plan; None if unknown.
        part: What could change; None if everything could.
    """

    resolved: ResolvedInstance
    ended: Ended
    plan: Plan | None
    bound_usd: float | None
    part: Around | None = None

    @property
    def usd(self) -> float:
        """Contribution of the plan."""
        return 0.0 if self.plan is None else self.plan.contribution_micro / MICRO

    @property
    def impossible(self) -> bool:
        """Whether there is no plan at all, as far as everything was looked at."""
        return self.ended == "infeasible" and self.part is None


class Replanner:
    """Plans variants of one instance, one after the other, within a time.

    Args:
        resolved: The instance, whose size decides whether answers are exact.
        start: The plan that variants are planned around where they are not.
        time_limit: Seconds for all of it; None: until it is done where answers are exact, else
            `DEFAULT_S`, or `SCRATCH_S` without a start.
        should_stop: Asked often; nothing more is begun once it says so.
        began_s: Where the time limit counts from, on the monotonic clock; None: from now.
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
        began_s: float | None = None,
    ) -> None:
        began_s = time.monotonic() if began_s is None else began_s
        self.exact = model_size(resolved).columns <= EXACT_COLUMNS
        if time_limit is None and not self.exact:
            time_limit = SCRATCH_S if start is None else DEFAULT_S
        self._ends_s = None if time_limit is None else began_s + time_limit
        self._resolved = resolved
        self._start, self._threads, self._seed = start, threads, seed
        self._should_stop = should_stop
        self._before_s, self._after_s = 0.0, 0.0 if self.exact else AFTER_S

    @property
    def left_s(self) -> float | None:
        """Seconds left for planning; None without a limit."""
        if self._ends_s is None:
            return None
        return max(0.0, self._ends_s - self._after_s - time.monotonic())

    @property
    def start(self) -> Plan | None:
        """The plan that variants are planned around: the best known of the instance itself."""
        return None if self.exact else self._start

    def over(self) -> bool:
        """Whether nothing more is to be begun."""
        left_s = self.left_s
        return self._should_stop() or (left_s is not None and left_s <= self._before_s)

    def base(self, resolved: ResolvedInstance, focus: Focus) -> tuple[float, bool]:
        """Contribution of the best plan known of the instance itself, and whether none earns more.

        Around a plan, a better one takes its place.
        """
        given_usd = 0.0 if self._start is None else self._start.contribution_micro / MICRO
        if self.over() and not self.exact:
            return given_usd, False
        found = self.of_resolved(resolved, focus, BASE_PARTS)
        if found.plan is None or (self._start is not None and found.usd <= given_usd):
            return given_usd, found.ended == "optimal" and found.part is None
        if not self.exact:
            self._start = found.plan
        return found.usd, found.ended == "optimal" and found.part is None

    def of_instance(
        self,
        instance: Instance,
        focus: Focus = NOWHERE,
        parts: int = 1,
        above_usd: float = -math.inf,
    ) -> Replanned:
        """Plan an instance.

        Args:
            focus: What matters, where a plan is planned around.
            parts: Among so many plans, this one included, what is left of the time is shared.
            above_usd: Around a plan, plans that earn no more are not wanted: once it is proven that
                there are no others, that is the answer.

        Raises:
            InstanceError: It makes no sense.
        """
        began_s = time.monotonic()
        resolved = resolve(instance)
        return self.of_resolved(resolved, focus, parts, began_s, above_usd)

    def of_resolved(
        self,
        resolved: ResolvedInstance,
        focus: Focus = NOWHERE,
        parts: int = 1,
        began_s: float | None = None,
        above_usd: float = -math.inf,
    ) -> Replanned:
        """Plan a resolved instance; see `of_instance`."""
        began_s = time.monotonic() if began_s is None else began_s
        if self.exact:
            found = self._best(resolved, None, self.left_s)
        elif self._start is None:
            return self._audited(self._from_scratch(resolved, parts))
        else:
            part = self._part(resolved, focus, began_s)
            found = self._best(resolved, part, self._share_s(parts), above_usd)
        return self._audited(found)

    def bound(self, instance: Instance, focus: Focus, above_usd: float, parts: int = 1) -> float:
        """What no plan of an instance around the given one earns more than; minus infinity if there
        is none, infinity if nothing is known.

        Args:
            above_usd: Nothing more is asked once there is a plan, or no plan, that earns more.

        Raises:
            InstanceError: It makes no sense.
        """
        began_s = time.monotonic()
        resolved = resolve(instance)
        part = self._part(resolved, focus, began_s)
        best_usd: list[float | None] = [None]

        def enough() -> bool:
            value_usd = best_usd[0]
            return self._should_stop() or (value_usd is not None and value_usd > above_usd)

        return solve_reference(
            resolved,
            restriction=part.restriction,
            repertoire=part.repertoire,
            gap=EXACT_GAP,
            time_limit=self._share_s(parts),
            on_progress=lambda value_usd, _: best_usd.__setitem__(0, value_usd),
            should_stop=enough,
            options=PART_OPTIONS,
            above_usd=above_usd,
            polish_share=POLISH_SHARE,
        ).bound_usd

    def _part(self, resolved: ResolvedInstance, focus: Focus, began_s: float) -> Around:
        """What may change around the plan.

        Raises:
            RuntimeError: There is no plan.
        """
        if self._start is None:
            raise RuntimeError("there is no plan to plan around")
        part = around(resolved, self._start, focus, self.over, self._resolved)
        self._before_s = max(self._before_s, time.monotonic() - began_s)
        return part

    def _share_s(self, parts: int) -> float:
        """Seconds for one of so many plans around the plan."""
        left_s = self.left_s or 0.0
        if parts == 1:
            return max(0.1, left_s)
        return max(0.1, min(left_s, MOST_S, max(LEAST_S, left_s / parts)))

    def _best(
        self,
        resolved: ResolvedInstance,
        part: Around | None,
        seconds: float | None,
        above_usd: float = -math.inf,
    ) -> Replanned:
        """The best plan of the reference model, of all or of a part."""
        found = solve_reference(
            resolved,
            restriction=None if part is None else part.restriction,
            repertoire=None if part is None else part.repertoire,
            gap=EXACT_GAP,
            time_limit=seconds,
            threads=self._threads or 1 if part is None else 1,
            should_stop=self._should_stop,
            options=None if part is None else PART_OPTIONS,
            above_usd=above_usd,
            polish_share=None if part is None else POLISH_SHARE,
        )
        if found.status == "infeasible":
            return Replanned(resolved, "infeasible", None, found.bound_usd, part)
        if found.plan is None:
            return Replanned(resolved, "no plan", None, found.bound_usd, part)
        ended: Ended = "optimal" if found.status == "optimal" else "open"
        return Replanned(resolved, ended, found.plan, found.bound_usd, part)

    def _from_scratch(self, resolved: ResolvedInstance, parts: int) -> Replanned:
        """A plan of the whole instance, as good as time allows."""
        left_s = self.left_s or 0.0
        share_s = max(SCRATCH_LEAST_S, left_s / parts)
        found = engine.solve(
            resolved,
            time_limit=max(0.1, min(left_s, SCRATCH_MOST_S, share_s)),
            threads=self._threads,
            seed=self._seed,
            should_stop=self._should_stop,
        )
        if found.status == "infeasible":
            return Replanned(resolved, "infeasible", None, None)
        bound_usd = found.bound_micro / MICRO
        if found.plan is None:
            return Replanned(resolved, "no plan", None, bound_usd)
        ended: Ended = "optimal" if found.status == "optimal" else "open"
        return Replanned(resolved, ended, found.plan, bound_usd)

    def _audited(self, found: Replanned) -> Replanned:
        """The same, once the audit agrees; without its plan if that is some grams short of what is
        promised, for rounding could not make up for them.

        Raises:
            FreighterError: It does not agree for another reason.
        """
        if found.plan is None:
            return found
        began_s = time.monotonic()
        verdict = verify.audit(found.resolved, found.plan)
        if not self.exact:  # making a plan exact takes about as long as its audit
            self._after_s = max(self._after_s, 2.5 * (time.monotonic() - began_s))
        if verdict.feasible and verdict.costs_match:
            return found
        short = [v for v in verdict.violations if v.code in PROMISES and v.unit == "g"]
        rounded = all(v.amount <= ROUNDED_G for v in short)
        if verdict.costs_match and rounded and len(short) == len(verdict.violations):
            return replace(found, ended="no plan", plan=None)
        name = found.resolved.name
        raise FreighterError(f"{name}: the audit rejects a plan; please report it")

    def possible(self, resolved: ResolvedInstance) -> bool | None:
        """Whether an instance has any plan; None if that is not known in time."""
        if not self.exact:
            found = self._from_scratch(resolved, parts=4)
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
