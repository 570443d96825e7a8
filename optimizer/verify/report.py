"""What an audit says."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer.plan.money import MoneyLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken constraint at one place, for a planner.

    Attributes:
        code: Number of the constraint in ``docs/formulation.md``, for example ``C4``.
        message: What is wrong, where, and by how much.
        amount: By how much the limit is exceeded or missed, in `unit`; 0 where it has no measure.
        unit: ``g``, ``cm3``, ``min``, ``movements``, ``aircraft``, ``trucks``, ``rotations``,
            ``flights``, ``changes`` or "".
        minute: When, from the start of the period; None where it does not apply.
    """

    code: str
    message: str
    amount: int = 0
    unit: str = ""
    operator: str = ""
    pool: str = ""
    tail: str = ""
    flight: str = ""
    leg: int | None = None
    consignment: str = ""
    station: str = ""
    lane: str = ""
    minute: int | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """The verdict on one plan.

    Attributes:
        violations: Every broken constraint, by number.
        costs_match: Whether the plan's money lines are those of the audit, to the micro-dollar.
        money: The audit's own money lines.
        money_difference_micro: The plan's contribution minus the audit's.
        money_differences: Each number and line that differs, in words.
        resolved_match: Whether the resolved instance follows from the instance; None if not asked.
        resolved_differences: Where it does not.
        bound_verified: Whether the plan's bound was proven; None without a certificate.
        bound_verified_micro: The bound that the certificate proves, in micro-dollars; None without
            an accepted certificate.
        certificate_problems: Why the certificate is not accepted.
        notes: What is legal, but worth knowing.
    """

    violations: tuple[Violation, ...]
    costs_match: bool
    money: tuple[MoneyLine, ...]
    money_difference_micro: int
    money_differences: tuple[str, ...] = ()
    resolved_match: bool | None = None
    resolved_differences: tuple[str, ...] = ()
    bound_verified: bool | None = None
    bound_verified_micro: int | None = None
    certificate_problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def feasible(self) -> bool:
        """Whether no constraint is broken."""
        return not self.violations

    @property
    def contribution_micro(self) -> int:
        """Revenue minus cost by the audit's own lines, in micro-dollars."""
        return sum(line.amount_micro for line in self.money)
