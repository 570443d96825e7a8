"""Whether two ways to write a set of minutes mean the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from optimizer.domain.resolved import Window
from optimizer.verify.intervals import holds


def disagreement(
    ones: Sequence[Window], others: Sequence[Window], length_min: int, cycle_min: int | None
) -> int | None:
    """First minute of the period that only one of two lists of windows holds."""
    return differing_minute(
        lambda minute: any(holds(w, minute, cycle_min) for w in ones),
        lambda minute: any(holds(w, minute, cycle_min) for w in others),
        (*ones, *others),
        length_min,
        cycle_min,
    )


def differing_minute(
    one: Callable[[int], bool],
    other: Callable[[int], bool],
    windows: Iterable[Window],
    length_min: int,
    cycle_min: int | None,
) -> int | None:
    """First minute at which two rules made of `windows` differ.

    It is enough to look where a window begins or ends, and a minute before; a dated period holds
    its last minute, a week does not.
    """
    edges = {0, length_min}
    for window in windows:
        for edge in (window.start_min, window.end_min):
            edges |= {edge - 1, edge}
    if cycle_min is None:
        minutes = sorted(edge for edge in edges if 0 <= edge <= length_min)
    else:
        minutes = sorted({edge % cycle_min for edge in edges})
    return next((minute for minute in minutes if one(minute) != other(minute)), None)
