"""Minutes, windows and overlaps, in a dated period and in a week that repeats."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.domain.resolved import Window


def holds(window: Window, minute: int, cycle_min: int | None) -> bool:
    """Whether a half-open window holds a minute; over all weeks if there is a cycle."""
    if cycle_min is None:
        return window.start_min <= minute < window.end_min
    after_start = (minute - window.start_min) % cycle_min
    return after_start < window.end_min - window.start_min


def overlap(start: int, end: int, window: Window, cycle_min: int | None) -> bool:
    """Whether [start, end) and a window share a minute; over all weeks if there is a cycle."""
    if start >= end or window.start_min >= window.end_min:
        return False
    if cycle_min is None:
        return start < window.end_min and window.start_min < end
    return holds(window, start, cycle_min) or holds(Window(start, end), window.start_min, cycle_min)


def distance_min(a: int, b: int, cycle_min: int | None) -> int:
    """Minutes between two instants; the shorter way round if there is a cycle."""
    if cycle_min is None:
        return abs(a - b)
    ahead = (a - b) % cycle_min
    return min(ahead, cycle_min - ahead)


def peak(intervals: Iterable[tuple[int, int]], cycle_min: int | None) -> tuple[int, int]:
    """Most half-open intervals that hold at one instant, and the first such minute.

    With a cycle every interval is repeated every week, for ever in both directions, and the minute
    is one of the week. Empty intervals count nowhere.
    """
    always = 0
    steps: dict[int, int] = {0: 0} if cycle_min is not None else {}
    for start, end in intervals:
        if end <= start:
            continue
        if cycle_min is None:
            pieces = [(start, end)]
        else:
            weeks, rest = divmod(end - start, cycle_min)
            always += weeks
            begin = start % cycle_min
            stop = begin + rest
            pieces = [(begin, min(stop, cycle_min)), (0, max(0, stop - cycle_min))]
        for begin, stop in pieces:
            steps[begin] = steps.get(begin, 0) + 1
            steps[stop] = steps.get(stop, 0) - 1
    count, most, at = always, always, 0
    for minute in sorted(steps):
        count += steps[minute]
        if count > most:
            most, at = count, minute
    return most, at
