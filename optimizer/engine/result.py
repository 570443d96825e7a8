"""What a solve tells while it runs and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from optimizer.control import Reason, plain
from optimizer.engine.conflict import FlightReach, Reach
from optimizer.plan.certificate import Certificate
from optimizer.plan.plan import Plan

Status = Literal[
    "optimal",
    "gap_reached",
    "time_limit",
    "work_limit",
    "memory_limit",
    "interrupted",
    "infeasible",
]
Method = Literal["reference", "heuristic"]

OPTIMAL_GAP = 1e-6
"""A plan within this share of the bound is called optimal."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How a solve stands.

    Attributes:
        phase: What it is doing.
        seconds: Since it began.
        value_usd: Contribution of the best plan so far.
        bound_usd: No plan earns more.
        gap: Bound minus value over |bound|.
        columns: Rotations or columns in play; None where that has no meaning.
        work: Units of work so far (see `optimizer.control.work`).
    """

    phase: str
    seconds: float
    value_usd: float | None
    bound_usd: float | None
    gap: float | None
    columns: int | None = None
    work: float = 0.0

    def document(self) -> dict[str, Any]:
        """The fields by name, as JSON knows them, rounded for reading."""
        return {
            "phase": self.phase,
            "seconds": round(self.seconds, 3),
            "work": round(self.work, 3),
            "value_usd": self.value_usd,
            "bound_usd": self.bound_usd,
            "gap": plain(self.gap),
            "columns": self.columns,
        }


@dataclass(frozen=True)
class EngineResult:
    """How a solve ended.

    Attributes:
        plan: The best plan found, None if none was.
        bound_micro: No plan earns more; valid whatever the status (0 if infeasible).
        status: ``optimal`` only if the gap is at most `OPTIMAL_GAP`; ``gap_reached`` if it is at
            most what was asked; ``infeasible`` only if proven.
        seconds: Wall time.
        method: Which of the two ways found the plan or the proof.
        rule_of_thumb: The yardstick: dearest cargo first into the next departure of the largest
            aircraft.
        phases: Seconds by phase.
        work: Units of work (see `optimizer.control.work`).
        certificate: Proof of a bound that can be checked without a solver; None if the solve ended
            before there were prices. Its bound may be above `bound_micro`, for which the MILP
            solver may have to be trusted.
        reaches: If infeasible: how far each commitment and published flight without a penalty could
            be kept alone.
    """

    plan: Plan | None
    bound_micro: int
    status: Status
    seconds: float
    method: Method
    rule_of_thumb: Plan | None = None
    phases: Mapping[str, float] = field(default_factory=dict)
    work: float = 0.0
    certificate: Certificate | None = None
    reaches: tuple[Reach | FlightReach, ...] = ()

    @property
    def gap(self) -> float | None:
        """Bound minus contribution over |bound|; None without a plan."""
        if self.plan is None:
            return None
        return relative_gap(self.plan.contribution_micro, self.bound_micro)


ProgressCallback: TypeAlias = Callable[[Progress], None]


_STOPPED: Final[Mapping[Reason, Status]] = {
    "time limit": "time_limit",
    "work limit": "work_limit",
    "memory limit": "memory_limit",
    "interrupted": "interrupted",
}


def stopped_status(reason: Reason | None, *, by_work: bool = False) -> Status:
    """Status of a solve that proved nothing.

    Args:
        reason: What ended it; None if it had nothing left to try, which counts as its limit.
        by_work: Whether that limit is one of work.
    """
    if reason is None:
        return "work_limit" if by_work else "time_limit"
    return _STOPPED[reason]


def relative_gap(value_micro: float, bound_micro: float) -> float:
    """Bound minus value over |bound|, not below 0; infinite if only the bound is 0."""
    difference = max(0.0, bound_micro - value_micro)
    if difference == 0:
        return 0.0
    return difference / abs(bound_micro) if bound_micro else float("inf")
