"""How a time limit is divided between solving and what has to follow it."""

from __future__ import annotations

import math
import time
from typing import Final

AUDIT_SHARE: Final = 4.0
WRITE_SHARE: Final = 10.0
"""Auditing and writing a plan take about so many times as long as resolving its instance, which
tells both the size of the instance and the speed of the machine."""
EXPLAIN_SHARE: Final = 12.0
"""And so is saying why cargo stays behind, of which there may be less."""
MOST_EXPLAINING_SHARE: Final = 0.05
"""At most this share of the time limit is kept for it."""
MOST_KEPT_SHARE: Final = 0.4
"""At most this share of the time limit is kept for them."""
GRACE_S: Final = 0.5
"""A limit may be passed by so little: less is kept."""
LEAST_SOLVING_S: Final = 0.05


class SolveClock:
    """Runs from the start of a solve as its user sees it.

    Args:
        time_limit_s: For everything up to the plan, audited and perhaps written; None for no limit.
        began_s: Where it counts from, on the monotonic clock; None: from now.
    """

    def __init__(self, time_limit_s: float | None, began_s: float | None = None) -> None:
        self._began_s = time.monotonic() if began_s is None else began_s
        self._limit_s = math.inf if time_limit_s is None else time_limit_s
        self._audit_s = self._write_s = self._explain_s = 0.0

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._began_s

    def resolved(self, took_s: float, *, time_to_write: bool) -> None:
        """Predict auditing and writing, now that it is known how long resolving took.

        Args:
            time_to_write: Whether writing counts.
        """
        self._audit_s = AUDIT_SHARE * took_s
        self._write_s = WRITE_SHARE * took_s if time_to_write else 0.0
        self._explain_s = min(EXPLAIN_SHARE * took_s, MOST_EXPLAINING_SHARE * self._limit_s)

    def solving_s(self) -> float | None:
        """Seconds for solving from now on; None for no limit."""
        if math.isinf(self._limit_s):
            return None
        after_s = max(0.0, self._audit_s + self._write_s + self._explain_s - GRACE_S)
        kept_s = min(after_s, MOST_KEPT_SHARE * self._limit_s)
        return max(LEAST_SOLVING_S, self._limit_s - self.seconds - kept_s)

    def explaining_s(self) -> float | None:
        """Seconds for explaining the audited plan from now on; None for no limit."""
        if math.isinf(self._limit_s):
            return None
        return max(0.0, self._limit_s - self.seconds - self._write_s)
