"""Rows that hold at every instant: at most so many intervals at once (C9, C17)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.model.columns import Columns


@dataclass(frozen=True, slots=True)
class Stay:
    """[start, end) for every flight of a rotation; in a cyclic period in every week."""

    start_min: int
    end_min: int
    rotation: int


def at_every_instant(c: Columns, name: str, stays: Sequence[Stay], most: int) -> None:
    """At no instant do more than `most` stays hold.

    The number grows only when a stay begins, so those moments suffice; a row whose flights all
    appear in the row before or after it is left out. In a cyclic period stays of all weeks count:
    one longer than a week twice.
    """
    stays = [stay for stay in stays if stay.end_min > stay.start_min]
    starts = sorted({c.modulo(stay.start_min) for stay in stays})
    holding: list[dict[int, int]] = [defaultdict(int) for _ in starts]
    for stay in stays:
        for index, times in _held_starts(c, stay, starts):
            holding[index][stay.rotation] += times
    for index, held in enumerate(_undominated(holding, closed=c.cycle_min is not None)):
        terms = [
            term for rotation, times in held.items() for term in c.flights(rotation, float(times))
        ]
        c.at_most(f"{name}_{index}", terms, most)


def _held_starts(c: Columns, stay: Stay, starts: Sequence[int]) -> list[tuple[int, int]]:
    """Indices of the moments at which a stay holds, with how many of its weeks do."""
    if c.cycle_min is None:
        low, high = bisect_left(starts, stay.start_min), bisect_left(starts, stay.end_min)
        return [(i, 1) for i in range(low, high)]
    weeks, rest_min = divmod(stay.end_min - stay.start_min, c.cycle_min)
    begin = c.modulo(stay.start_min)
    times = dict.fromkeys(range(len(starts)), weeks) if weeks else {}
    for low_min, high_min in (
        (begin, begin + rest_min),
        (begin - c.cycle_min, begin - c.cycle_min + rest_min),
    ):
        for i in range(bisect_left(starts, low_min), bisect_left(starts, high_min)):
            times[i] = times.get(i, 0) + 1
    return list(times.items())


def _undominated(holding: list[dict[int, int]], *, closed: bool) -> list[dict[int, int]]:
    """Without those that are part of a neighbour; of equal neighbours one stays."""
    kept: list[dict[int, int]] = []
    for held in holding:
        if kept and _within(kept[-1], held):
            kept.pop()
        if not kept or not _within(held, kept[-1]):
            kept.append(held)
    if closed:
        while len(kept) > 1 and _within(kept[-1], kept[0]):
            kept.pop()
    return kept


def _within(part: dict[int, int], whole: dict[int, int]) -> bool:
    return all(number <= whole.get(rotation, 0) for rotation, number in part.items())
