"""One object that knows when a solve has to stop, and how much each phase of it may take.

Where a work limit is set, nothing but the end of the whole solve may depend on the clock: shares of
it and predictions of what still fits go by work alone. A time limit beside it is a last resort.
"""

from __future__ import annotations

import math
import threading
import time
from typing import Literal

from optimizer.control.memory import MemoryGuard
from optimizer.control.stop import Latch, Stop, never
from optimizer.control.work import UNITS_A_SECOND, node_units, simplex_units

Reason = Literal["time limit", "work limit", "memory limit", "interrupted"]


class _Account:
    """What all shares of a budget draw on: the limits of the whole, and what was spent."""

    def __init__(
        self,
        time_limit_s: float | None,
        work_limit: float | None,
        memory_limit_bytes: int | None,
        should_stop: Stop | None,
    ) -> None:
        self.began_s = time.monotonic()
        self.end_s = math.inf if time_limit_s is None else self.began_s + time_limit_s
        self.end_work = math.inf if work_limit is None else float(work_limit)
        self.by_work = work_limit is not None
        self.work = 0.0
        self.reason: Reason | None = None
        self._wish = Latch(should_stop)
        self._memory = never if memory_limit_bytes is None else MemoryGuard(memory_limit_bytes)
        self._lock = threading.Lock()

    def spend(self, units: float) -> None:
        with self._lock:
            self.work += units

    def end(self, reason: Reason) -> None:
        with self._lock:
            self.reason = self.reason or reason

    def ended(self) -> Reason | None:
        """Why the whole solve has to stop; the first reason is kept."""
        if self.reason is None:
            if self._wish():
                self.end("interrupted")
            elif self._memory():
                self.end("memory limit")
            elif self.work >= self.end_work:
                self.end("work limit")
            elif time.monotonic() >= self.end_s:
                self.end("time limit")
        return self.reason


class Budget:
    """Time, work and memory of a solve; a `Stop` for whatever runs on it.

    Args:
        time_limit_s: Seconds from now; None for no limit.
        work_limit: Units of work (see `optimizer.control.work`); None for no limit.
        memory_limit_bytes: Resident memory; None for no limit.
        should_stop: The caller's wish; heard once, it is kept.
    """

    def __init__(
        self,
        *,
        time_limit_s: float | None = None,
        work_limit: float | None = None,
        memory_limit_bytes: int | None = None,
        should_stop: Stop | None = None,
    ) -> None:
        account = _Account(time_limit_s, work_limit, memory_limit_bytes, should_stop)
        self._account = account
        self._end_s, self._end_work = account.end_s, account.end_work

    def __call__(self) -> bool:
        """The same as `stop()`."""
        return self.stop()

    def stop(self) -> bool:
        """Whether this budget is used up; cheap, and once true, true for good."""
        return self._account.ended() is not None or self._used_up()

    def _used_up(self) -> bool:
        if self._account.by_work:
            return self._account.work >= self._end_work
        return time.monotonic() >= self._end_s

    @property
    def reason(self) -> Reason | None:
        """Why the whole solve has to stop; None while it may go on, though a share be used up."""
        return self._account.reason

    def interrupt(self) -> None:
        """End the whole solve now, as the caller's wish would."""
        self._account.end("interrupted")

    def spend(self, units: float) -> None:
        """Book work; from any thread.

        Raises:
            ValueError: Less than nothing.
        """
        if not units >= 0:
            raise ValueError(f"work must be 0 or more units, not {units}")
        self._account.spend(units)

    def share(self, fraction: float, most_s: float = math.inf) -> Budget:
        """A part of what is left, for a phase; what the phase does not use, others may.

        Args:
            fraction: Of the work left where there is a work limit, else of the seconds left.
            most_s: It gets no more than this; under a work limit the same in nominal seconds.

        Raises:
            ValueError: The fraction is not within 0 and 1.
        """
        if not 0 <= fraction <= 1:
            raise ValueError(f"a share must be between 0 and 1, not {fraction}")
        account = self._account
        granted_s = min(most_s, fraction * self.left_s if fraction else 0.0)
        if account.by_work:
            end_work = account.work + granted_s * UNITS_A_SECOND
            return _Share(account, self._end_s, min(self._end_work, end_work))
        return _Share(account, min(self._end_s, time.monotonic() + granted_s), self._end_work)

    @property
    def by_work(self) -> bool:
        """Whether there is a work limit, so that no decision may depend on the clock."""
        return self._account.by_work

    @property
    def now_s(self) -> float:
        """The clock to decide by; under a work limit it goes with the work alone."""
        if self._account.by_work:
            return self._account.work / UNITS_A_SECOND
        return time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the solve began."""
        return time.monotonic() - self._account.began_s

    @property
    def work(self) -> float:
        """Units spent by the whole solve."""
        return self._account.work

    @property
    def left_s(self) -> float:
        """Seconds left, to decide by: nominal ones under a work limit; infinite without a limit."""
        if self._account.by_work:
            return max(0.0, self._end_work - self._account.work) / UNITS_A_SECOND
        return self.clock_left_s

    @property
    def clock_left_s(self) -> float:
        """Seconds left on the clock; only to end by, as a solver's time limit, not to decide by."""
        return max(0.0, self._end_s - time.monotonic())

    def allows(self, seconds: float) -> bool:
        """Whether a step that is predicted to take so long fits into what is left."""
        return seconds <= self.left_s and not self.stop()


class _Share(Budget):
    """A part of a budget, with ends of its own."""

    def __init__(self, account: _Account, end_s: float, end_work: float) -> None:
        self._account = account
        self._end_s, self._end_work = end_s, end_work


class MipWork:
    """Books a branch and bound as it goes on.

    Args:
        budget: Where.
        rows: Of its programme.
    """

    def __init__(self, budget: Budget, rows: int) -> None:
        self._budget = budget
        self._rows = rows
        self._iterations = self._nodes = 0

    def __call__(self, iterations: int, nodes: int) -> None:
        """Iterations of the relaxation under way, which begin anew with each, and nodes so far."""
        more = iterations - self._iterations if iterations >= self._iterations else iterations
        units = simplex_units(max(0, more), self._rows) + node_units(max(0, nodes - self._nodes))
        self._iterations, self._nodes = max(0, iterations), max(self._nodes, nodes)
        self._budget.spend(units)
