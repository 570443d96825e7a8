"""Which intervals hold at which instants, in a week that may repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.dual.arrays import Floats, Ints

INSTANT_MIN = 30
"""At most one instant in each stretch of so many minutes is looked at."""
MOST_CLOSE = 400
"""Where no more instants are asked for, all of them may be looked at."""


def at_instants(
    rotation: Ints, start_min: Ints, end_min: Ints, cycle_min: int, *, close: bool = False
) -> Iterator[tuple[int, Ints, Floats]]:
    """Instants with the rotations that hold then, and how many weeks' ones of each.

    Only when an interval begins can a limit on them be broken first. Of instants close together
    the first is kept; limits at others are left out, which leaves the bound one.

    Args:
        start_min, end_min: By interval, half-open.
        cycle_min: Length of a week that repeats; 0 if none does.
        close: Whether to look at instants close together too, unless there are many.
    """
    begins = start_min % cycle_min if cycle_min else start_min
    order = np.argsort(begins, kind="stable")
    in_order = begins[order]
    reach_min = int((end_min - start_min).max(initial=0))
    distinct = np.unique(begins)
    if not close or len(distinct) > MOST_CLOSE:
        distinct = distinct[np.unique(distinct // INSTANT_MIN, return_index=True)[1]]
    for minute in distinct.tolist():
        near = _begun(order, in_order, minute, reach_min, cycle_min)
        start, end = start_min[near], end_min[near]
        if cycle_min:
            times = (minute - start) // cycle_min - (minute - end) // cycle_min
        else:
            times = ((start <= minute) & (minute < end)).astype(np.int64)
        holds = times > 0
        yield minute, rotation[near[holds]], times[holds].astype(np.float64)


def _begun(order: Ints, begins: Ints, minute: int, reach_min: int, cycle_min: int) -> Ints:
    """Intervals that can hold at a minute: begun before it by less than the longest one."""
    if cycle_min and reach_min >= cycle_min:
        return np.arange(len(order))
    since = minute - reach_min
    low, high = np.searchsorted(begins, (since, minute), side="right")
    found = order[low:high]
    if cycle_min and since < 0:
        before = order[np.searchsorted(begins, since + cycle_min, side="right") :]
        found = np.concatenate((found, before))
    return np.sort(found)
