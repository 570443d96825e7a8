"""Why cargo stays behind (signature first)."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A remainder of a consignment and the one reason that keeps it on the ground.

    Attributes:
        reason: Short name of the reason.
        detail: The reason in a planner's words.
    """

    consignment: str
    grams: int
    reason: str
    detail: str


def explain_left_behind(resolved: ResolvedInstance, plan: Plan) -> tuple[LeftBehind, ...]:
    """One binding reason for the remainder of every consignment not wholly carried."""
    raise NotImplementedError
