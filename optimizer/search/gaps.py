"""Where tails are free: minutes at which the flights of a pool leave at least one tail unused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.plan.rotation import Rotation


class Gaps:
    """Free time of a pool's tails next to flights that stay: a rotation needs one tail throughout.

    Necessary for a rotation to fit, not sufficient: which tail is where, and every other limit, is
    left to the model.

    Args:
        resolved: The resolved instance.
        pool: Whose tails.
        flights: What the pool flies in any case.
    """

    def __init__(
        self, resolved: ResolvedInstance, pool: ResolvedPool, flights: Sequence[Rotation]
    ) -> None:
        self._resolved = resolved
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else None
        length = resolved.period.length_min
        changes: dict[int, int] = {0: 0, length: 0}
        for rotation in flights:
            for start, end in self._within(*self._busy(rotation)):
                changes[start] = changes.get(start, 0) + 1
                changes[end] = changes.get(end, 0) - 1
        self.intervals: list[tuple[int, int]] = []
        busy, since = 0, 0
        for minute in sorted(changes):
            if busy < pool.size and minute > since:
                self._add(since, minute)
            busy, since = busy + changes[minute], minute
        self._join_over_the_end(length)

    def fits(self, rotation: Rotation) -> bool:
        """Whether one tail is free all the time, turnaround included where a flight follows."""
        start, end = self._busy(rotation)
        length = end - start
        for low, high in self.intervals:
            if self._cycle_min is None:
                if low <= start and min(end, self._resolved.period.length_min) <= high:
                    return True
            else:
                ahead = (start - low) % self._cycle_min
                if ahead + length <= high - low or high - low >= self._cycle_min:
                    return True
        return False

    def near(self, start_min: int, end_min: int) -> Iterator[tuple[int, int]]:
        """Free intervals that meet [start, end)."""
        for low, high in self.intervals:
            if self._cycle_min is None:
                if low < end_min and start_min < high:
                    yield low, high
            elif (start_min - low) % self._cycle_min < high - low or (
                low - start_min
            ) % self._cycle_min < end_min - start_min:
                yield low, high

    def _busy(self, rotation: Rotation) -> tuple[int, int]:
        ground = self._resolved.ground_at[rotation.destination, rotation.type]
        return rotation.off_block_min, rotation.on_block_min + ground.turnaround_min

    def _within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """An interval cut to the period; in a cyclic one, its parts of every week."""
        length = self._resolved.period.length_min
        if self._cycle_min is None:
            yield max(0, start), min(end, length)
            return
        end -= start // length * length
        start %= length
        while start < end:
            yield start, min(end, length)
            start, end = 0, end - length

    def _add(self, start: int, end: int) -> None:
        if self.intervals and self.intervals[-1][1] == start:
            self.intervals[-1] = (self.intervals[-1][0], end)
        else:
            self.intervals.append((start, end))

    def _join_over_the_end(self, length: int) -> None:
        """In a cyclic period the last interval goes on as the first."""
        if self._cycle_min is None or len(self.intervals) < 2:
            return
        if self.intervals[0][0] == 0 and self.intervals[-1][1] == length:
            first = self.intervals.pop(0)
            self.intervals[-1] = (self.intervals[-1][0], length + first[1])
