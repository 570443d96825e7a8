"""What a solve gives: a plan, how good it is proven to be, and its audit."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from optimizer.control import Stop, never
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.errors import InfeasibleError, NoPlanError
from optimizer.plan.certificate import Certificate
from optimizer.plan.plan import Plan
from optimizer.report.folder import write_solution
from optimizer.report.summary import Outcome, honest_status, relative_gap, summary
from optimizer.report.text import summary_text
from optimizer.report.view import PlanView
from optimizer.verify import AuditReport

_ENDED_BY: Final = {
    "memory_limit": " before the memory limit was reached",
    "work_limit": " before the work limit was reached",
    "interrupted": " before it was interrupted",
}


@dataclass(frozen=True)
class Result:
    """What a solve gives: the plan, how good it is proven to be, and its audit.

    Attributes:
        instance: What was asked.
        resolved: What was planned on.
        outcome: How the solve went.
        found: The plan, None if there is none.
        audit: Verdict on the plan, None if there is none.
        certificate: Proof of a bound that needs no trust in a solver, None if there is none.
        stop: Says when the time for explaining the plan is up.
    """

    instance: Instance
    resolved: ResolvedInstance
    outcome: Outcome
    found: Plan | None
    audit: AuditReport | None
    certificate: Certificate | None = None
    stop: Stop = field(default=never, compare=False, repr=False)

    @cached_property
    def plan(self) -> PlanView:
        """The plan and its tables.

        Raises:
            InfeasibleError: There is provably none.
            NoPlanError: None was found.
        """
        if self.found is not None:
            return PlanView(self.resolved, self.found, self.stop)
        if self.outcome.status == "infeasible":
            kinds = "least block hours, least rotations, required end airports, commitments, "
            kinds += "frozen flights and cargo"
            unmet = "".join(f"\n  {text}" for text in self.outcome.unmet)
            raise InfeasibleError(
                f"{self.instance.name}: no plan satisfies the hard requirements ({kinds}){unmet}"
            )
        raise NoPlanError(
            f"{self.instance.name}: no plan was found in {self.outcome.seconds:.0f} s"
            f"{_ENDED_BY.get(self.outcome.status, '')}; none is proven impossible"
        )

    @property
    def status(self) -> str:
        """How the solve ended, one of the values of ``status`` in ``summary.json``."""
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
        return write_solution(Path(folder), self.plan, self.summary(), self.certificate)


def passed(report: AuditReport) -> bool:
    """Whether a plan is feasible, its money right, and its resolved instance derived again.

    If there was a certificate, its bound must be proven as well.
    """
    agreed = report.resolved_match is not False and report.bound_verified is not False
    return report.feasible and report.costs_match and agreed
