"""Freighter: assign air-cargo demand to freighter rotations, with a proven bound.

    from optimizer import read, solve

    result = solve(read("instances/zhengzhou-week"), gap=0.005, time_limit=60)
    result.plan.schedule                # pandas
    result.plan.costs.by("rotation")    # pandas
    result.bound, result.gap            # always there

Names are imported on first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from optimizer.api import Result, audit, check, freeze, read, solve, write
    from optimizer.domain.instance import Instance
    from optimizer.domain.resolved import ResolvedInstance
    from optimizer.engine import Progress
    from optimizer.errors import (
        Finding,
        FreighterError,
        InfeasibleError,
        InstanceError,
        NoPlanError,
        SolutionError,
    )
    from optimizer.plan.plan import Plan
    from optimizer.report.view import PlanView
    from optimizer.verify import AuditReport

__version__: Final = "0.1.0"

_HOMES: Final = {
    "Result": "optimizer.api",
    "audit": "optimizer.api",
    "check": "optimizer.api",
    "freeze": "optimizer.api",
    "read": "optimizer.api",
    "solve": "optimizer.api",
    "write": "optimizer.api",
    "Instance": "optimizer.domain.instance",
    "ResolvedInstance": "optimizer.domain.resolved",
    "Progress": "optimizer.engine",
    "Finding": "optimizer.errors",
    "FreighterError": "optimizer.errors",
    "InfeasibleError": "optimizer.errors",
    "InstanceError": "optimizer.errors",
    "NoPlanError": "optimizer.errors",
    "SolutionError": "optimizer.errors",
    "Plan": "optimizer.plan.plan",
    "PlanView": "optimizer.report.view",
    "AuditReport": "optimizer.verify",
}

__all__ = [
    "AuditReport",
    "Finding",
    "FreighterError",
    "InfeasibleError",
    "Instance",
    "InstanceError",
    "NoPlanError",
    "Plan",
    "PlanView",
    "Progress",
    "ResolvedInstance",
    "Result",
    "SolutionError",
    "__version__",
    "audit",
    "check",
    "freeze",
    "read",
    "solve",
    "write",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
