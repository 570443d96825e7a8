"""A running HiGHS: what it asks, how much it has done, and when it is to stop."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import highspy

OnProgress: TypeAlias = Callable[[float | None, float], None]
"""Told the value of the best plan so far (None without one) and the bound, in USD."""
ShouldStop: TypeAlias = Callable[[], bool]
OnWork: TypeAlias = Callable[[int, int], None]
"""Told simplex iterations of the relaxation under way, and nodes so far."""

INTERRUPTS = ("MipInterrupt", "SimplexInterrupt", "IpmInterrupt")
"""Occasions at which HiGHS asks whether to stop."""
INTERIOR_WORTH = 200
"""Simplex iterations that take about as long as one of the interior point method."""


@dataclass
class Watch:
    """Told by HiGHS while it runs; exceptions of callers wait here, HiGHS would swallow them."""

    on_progress: OnProgress | None
    should_stop: ShouldStop | None
    most_asked: float
    on_work: OnWork | None = None
    told: tuple[float | None, float] = (None, math.inf)
    error: BaseException | None = None
    asked: int = 0

    def __call__(self, kind: Any, message: str, out: Any, into: Any, data: Any) -> None:
        """The callback of HiGHS; it minimises the negative contribution."""
        if self.error is not None:
            into.user_interrupt = 1
            return
        try:
            if self.should_stop is not None and self.should_stop():
                into.user_interrupt = 1
            if self.on_work is not None:
                self.on_work(out.simplex_iteration_count, out.mip_node_count)
            if kind == highspy.cb.HighsCallbackType.kCallbackMipInterrupt:
                self.asked += 1
                if self.asked > self.most_asked:
                    into.user_interrupt = 1
                self._tell(-out.mip_primal_bound, -out.mip_dual_bound)
        except BaseException as error:  # re-raised when HiGHS is back
            self.error = error
            into.user_interrupt = 1

    @property
    def is_needed(self) -> bool:
        """Whether anybody wants to know or to stop."""
        limited = math.isfinite(self.most_asked)
        told = (self.on_progress, self.should_stop, self.on_work)
        return limited or any(caller is not None for caller in told)

    def _tell(self, value_usd: float, bound_usd: float) -> None:
        news = (value_usd if math.isfinite(value_usd) else None, bound_usd)
        if self.on_progress is not None and news != self.told and math.isfinite(bound_usd):
            self.told = news
            self.on_progress(*news)


def iterations_of(highs: Any) -> int:
    """Simplex iterations, and interior ones for what they are worth."""
    info = highs.getInfo()
    simplex = max(0, info.simplex_iteration_count) + max(0, info.crossover_iteration_count)
    return int(simplex + INTERIOR_WORTH * max(0, info.ipm_iteration_count))


def listen(highs: Any, watch: Watch) -> None:
    """Let HiGHS ask, if anybody wants to know or to stop."""
    highs.setCallback(watch, None)
    for kind in INTERRUPTS if watch.is_needed else ():
        highs.startCallback(getattr(highspy.cb.HighsCallbackType, f"kCallback{kind}"))


def new_highs(threads: int) -> Any:
    """An instance of HiGHS; all of a process share one scheduler."""
    highspy.Highs.resetGlobalScheduler(True)  # else another number of threads is refused
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", threads)
    return highs
