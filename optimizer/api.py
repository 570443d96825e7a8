"""The library: read, check, solve, audit, write.

Silent, without global state; safe to call from several threads and processes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import optimizer
from optimizer import files, verify
from optimizer.data import reference
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.errors import Finding, FreighterError, InfeasibleError, NoPlanError
from optimizer.plan.plan import Plan
from optimizer.report.folder import write_solution
from optimizer.report.summary import Outcome, honest_status, relative_gap, summary
from optimizer.report.text import summary_text
from optimizer.report.view import PlanView
from optimizer.resolve import resolve as resolve_instance
from optimizer.verify import AuditReport

if TYPE_CHECKING:
    from optimizer.engine import EngineResult, Progress

DEFAULT_GAP = 0.0001


@dataclass(frozen=True)
class Result:
    """What a solve gives: the plan, how good it is proven to be, and its audit.

    Attributes:
        instance: What was asked.
        resolved: What was planned on.
        outcome: How the solve went.
        found: The plan, None if there is none.
        audit: Verdict on the plan, None if there is none.
    """

    instance: Instance
    resolved: ResolvedInstance
    outcome: Outcome
    found: Plan | None
    audit: AuditReport | None

    @cached_property
    def plan(self) -> PlanView:
        """The plan and its tables.

        Raises:
            InfeasibleError: There is provably none.
            NoPlanError: None was found.
        """
        if self.found is not None:
            return PlanView(self.resolved, self.found)
        if self.outcome.status == "infeasible":
            raise InfeasibleError(
                f"{self.instance.name}: no plan satisfies the hard requirements (least block "
                "hours, least rotations, required end airports)"
            )
        raise NoPlanError(
            f"{self.instance.name}: no plan was found in {self.outcome.seconds:.0f} s; none is "
            "proven impossible"
        )

    @property
    def status(self) -> str:
        """``optimal``, ``gap_reached``, ``time_limit``, ``interrupted`` or ``infeasible``."""
        return honest_status(self.outcome.status, self.gap, self.outcome.gap_tolerance)

    @property
    def bound(self) -> float | None:
        """Proven upper bound of the contribution in dollars; None if infeasible."""
        if self.outcome.status == "infeasible":
            return None
        return self.outcome.bound_micro / MICRO

    @property
    def gap(self) -> float | None:
        """Bound minus contribution over |bound|; None without a plan."""
        if self.found is None:
            return None
        return relative_gap(self.found.contribution_micro, self.outcome.bound_micro)

    @property
    def accepted(self) -> bool:
        """Whether there is a plan and the audit agrees with it in every respect."""
        return self.audit is not None and passed(self.audit)

    def summary(self) -> dict[str, Any]:
        """All figures, as in ``summary.json``."""
        left = () if self.found is None else self.plan.reasons
        return summary(self.resolved, self.found, outcome=self.outcome, audit=self.audit, left=left)

    def text(self) -> str:
        """The figures in a few lines of words."""
        return summary_text(self.resolved, self.summary())

    def write(self, folder: str | Path) -> Path:
        """Write the solution folder, atomically.

        Raises:
            InfeasibleError, NoPlanError: There is no plan to write.
            TargetError: The folder holds something that is not a solution.
        """
        return write_solution(Path(folder), self.plan, self.summary())


def read(path: str | Path) -> Instance:
    """Read an instance: a folder, a ``.json`` or a ``.zip``.

    Raises:
        InstanceError: With every finding at once.
    """
    return files.read_instance(Path(path))


def write(instance: Instance, path: str | Path) -> None:
    """Write an instance in the format the suffix tells: folder, ``.json`` or ``.zip``."""
    files.write_instance(instance, Path(path))


def check(path: str | Path) -> tuple[Finding, ...]:
    """Everything wrong with an instance, and what is legal but surely not meant."""
    return files.check_instance(Path(path))


def resolve(instance: Instance) -> ResolvedInstance:
    """What a plan will rest on: minutes, caps, fuel, windows and money.

    Raises:
        InstanceError: With every finding at once.
    """
    return resolve_instance(instance)


def solve(
    instance: Instance,
    *,
    gap: float = DEFAULT_GAP,
    time_limit: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    start: Plan | PlanView | Result | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    method: str = "auto",
) -> Result:
    """Plan an instance and audit the plan.

    Args:
        instance: What to plan.
        gap: Stop when the plan is proven to be within this share of the best possible.
        time_limit: Stop after this many seconds with the best plan so far; None: 60 s for the
            heuristic, no limit for the reference.
        seed: Seed of every random choice; the same seed gives the same plan.
        threads: Threads to use; None for all.
        start: A plan to start from.
        on_progress: Called with every improvement of plan or bound.
        should_stop: Polled often; when it says so, the best plan so far is returned.
        method: ``auto``, ``reference`` (the compact MILP) or ``heuristic``.

    Raises:
        InstanceError: The instance makes no sense.
        ValueError: An option is out of its range.
    """
    check_options(gap, time_limit, threads)
    from optimizer import engine  # solvers are slow to import, and reading needs none

    resolved = resolve(instance)
    found = engine.solve(
        resolved,
        gap=gap,
        time_limit=time_limit,
        seed=seed,
        threads=threads,
        start=_plan(start),
        on_progress=on_progress,
        should_stop=should_stop,
        method=method,
    )
    verdict = None if found.plan is None else audit_resolved(resolved, found.plan, instance)
    return Result(instance, resolved, _outcome(found, gap, seed), found.plan, verdict)


def check_options(gap: float, time_limit: float | None, threads: int | None) -> None:
    """Refuse options of `solve()` that are out of their range.

    Raises:
        ValueError: One is.
    """
    if not gap >= 0:
        raise ValueError(f"gap must be 0 or more, not {gap}")
    if time_limit is not None and not time_limit > 0:
        raise ValueError(f"time_limit must be more than 0 s, not {time_limit}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads must be 1 or more, not {threads}")


def _outcome(found: EngineResult, gap: float, seed: int) -> Outcome:
    thumb = found.rule_of_thumb
    return Outcome(
        status=found.status,
        bound_micro=found.bound_micro,
        gap_tolerance=gap,
        seconds=found.seconds,
        seed=seed,
        method=found.method,
        solver_version=optimizer.__version__,
        rule_of_thumb_micro=None if thumb is None else thumb.contribution_micro,
        phases=dict(found.phases),
    )


def audit(
    instance: Instance, plan: Plan | PlanView | Result, certificate: object = None
) -> AuditReport:
    """Check a plan against the problem statement, trusting nothing that made it.

    The resolved instance is derived a second time, by the audit's own means, as a separate verdict.

    Args:
        instance: What was asked.
        plan: The plan.
        certificate: Reserved for proofs of a bound, which this version can neither make nor check.

    Raises:
        InstanceError: The instance makes no sense.
        FreighterError: A certificate was given.
    """
    if certificate is not None:
        raise FreighterError("this version cannot verify certificates")
    checked = _plan(plan)
    if checked is None:
        raise NoPlanError(f"{instance.name}: there is no plan to audit")
    return audit_resolved(resolve(instance), checked, instance)


def audit_resolved(resolved: ResolvedInstance, plan: Plan, instance: Instance) -> AuditReport:
    """`audit()` with the resolved instance at hand."""
    return verify.audit(resolved, plan, instance=instance, reference=reference())


def passed(report: AuditReport) -> bool:
    """Whether a plan is feasible, its money right, and its resolved instance derived again."""
    return report.feasible and report.costs_match and report.resolved_match is not False


def _plan(plan: Plan | PlanView | Result | None) -> Plan | None:
    if isinstance(plan, Result):
        return plan.found
    return plan.data if isinstance(plan, PlanView) else plan
