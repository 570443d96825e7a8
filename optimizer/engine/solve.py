"""Solve (signature first)."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedInstance
from optimizer.engine.result import EngineResult, ProgressCallback
from optimizer.engine.stop import Stop
from optimizer.plan.plan import Plan


def solve(
    resolved: ResolvedInstance,
    *,
    gap: float = 1e-4,
    time_limit: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    start: Plan | None = None,
    on_progress: ProgressCallback | None = None,
    should_stop: Stop | None = None,
    method: str = "auto",
) -> EngineResult:
    """Find a plan and a bound."""
    raise NotImplementedError
