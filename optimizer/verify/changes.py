"""How many changes make a plan of the published timetable (C20)."""

from __future__ import annotations

from itertools import product

from optimizer.domain.resolved import ResolvedFrozenFlight
from optimizer.plan.plan import Flight
from optimizer.verify.case import Case
from optimizer.verify.intervals import distance_min
from optimizer.verify.published import departs_as, same_way

DAY_MIN = 1440
"""A flight of the same route within so many minutes is the published one, moved."""

Saved = dict[tuple[int, int], int]
"""By published and flown flight, how many changes fewer there are if they are one."""


def changes(case: Case) -> int:
    """The least number of flights dropped, moved and added."""
    due = [f for f in case.resolved.frozen_flights if f.counted for _ in range(f.flights)]
    saved = {
        (i, j): number
        for (i, frozen), (j, flight) in product(enumerate(due), enumerate(case.flights))
        if (number := _saved(case, frozen, flight))
    }
    return len(due) + len(case.flights) - _most_saved(saved)


def _saved(case: Case, frozen: ResolvedFrozenFlight, flight: Flight) -> int:
    """2 if a flight is a published one unchanged, 1 if moved, 0 if it is another."""
    if not same_way(frozen, flight):
        return 0
    if flight.pool in frozen.pools and departs_as(case, frozen, flight):
        return 2
    apart_min = distance_min(flight.rotation.off_block_min, frozen.off_block_min[0], case.cycle_min)
    return int(apart_min <= DAY_MIN)


def _most_saved(saved: Saved) -> int:
    """The most that pairs can save, each flight in one at most.

    Pairs are exchanged for others, one more at a time, along the way that saves most; when no way
    saves anything, no other pairs save more.
    """
    ways: dict[int, list[int]] = {}
    for i, j in saved:
        ways.setdefault(i, []).append(j)
    partner: dict[int, int] = {}
    while True:
        mine = {i: j for j, i in partner.items()}
        gain = {i: 0 for i in ways if i not in mine}
        came: dict[int, int] = {}
        best: dict[int, int] = {}
        changed = True
        while changed:
            changed = False
            for i, so_far in list(gain.items()):
                for j in ways[i]:
                    if mine.get(i) != j and so_far + saved[i, j] > best.get(j, -len(saved) - 3):
                        best[j], came[j] = so_far + saved[i, j], i
                        changed = True
            for j, i in partner.items():
                if j in best and best[j] - saved[i, j] > gain.get(i, -len(saved) - 3):
                    gain[i] = best[j] - saved[i, j]
                    changed = True
        ends = [j for j in best if j not in partner and best[j] > 0]
        if not ends:
            return sum(saved[i, j] for j, i in partner.items())
        at: int | None = max(ends, key=best.__getitem__)
        while at is not None:
            i = came[at]
            partner[at], at = i, mine.get(i)
