"""When to stop: tiny criteria that compose."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

Stop: TypeAlias = Callable[[], bool]
"""Says whether to stop; cheap, asked often."""


def never() -> bool:
    """Do not stop."""
    return False


def deadline(seconds: float | None) -> Stop:
    """Stop so many seconds from now; never for None."""
    if seconds is None:
        return never
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def rounds(most: int) -> Stop:
    """Stop once asked more than `most` times."""
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > most

    return stop


def any_of(*criteria: Stop | None) -> Stop:
    """Stop as soon as one of the criteria says so; None says nothing."""
    active = tuple(c for c in criteria if c is not None)
    return lambda: any(c() for c in active)


class Latch:
    """A criterion that remembers: once it said stop, it says stop for good.

    `should_stop` of a caller may be true only for a moment.
    """

    def __init__(self, criterion: Stop | None) -> None:
        self._criterion = criterion
        self.set = False

    def __call__(self) -> bool:
        """Whether to stop."""
        if not self.set and self._criterion is not None and self._criterion():
            self.set = True
        return self.set
