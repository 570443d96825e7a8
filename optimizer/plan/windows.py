"""Minutes and windows of a period."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.domain.resolved import Window


def in_windows(minute: int, windows: Iterable[Window], cycle_min: int | None) -> bool:
    """Whether a minute lies in one of the windows, modulo `cycle_min` if given."""
    if cycle_min is None:
        return any(w.start_min <= minute < w.end_min for w in windows)
    m = minute % cycle_min
    return any(w.start_min <= x < w.end_min for w in windows for x in (m, m + cycle_min))
