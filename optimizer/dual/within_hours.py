"""Pools whose hours end before their time does (C14): the best flights in so many block minutes.

A carrier that gives a hub a few hours of each aircraft flies two or three rotations with a pool.
Priced hours would let it fly two and a half. Where the most block hours leave so much time that
lines hardly ever bind, flights are bounded by the integer knapsack

    Z(pool) = max { sum usd(a) n(a) :  sum block(a) n(a) <= most hours,  n(a) whole }

instead of lines, and hours need no price. Only the best arc of each length counts, so that is one
sweep over minutes. This is for weeks that repeat, whose hours count pool by pool; in a dated period
lines keep the hours of their tail themselves (`optimizer.dual.hours`).
"""

from __future__ import annotations

import numpy as np

from optimizer.control import kernel
from optimizer.domain.resolved import ResolvedPool
from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.hubtime import NO_ARCS, HubTime, LineValue
from optimizer.dual.lines import IMPOSSIBLE
from optimizer.dual.pools import nameless

TIME_LEFT = 0.8
"""Hours bind instead of lines if tails that fly all of them are away for at most this share of the
period."""


@kernel
def most_within(limit: int, minutes: Ints, usd: Floats, best: Floats) -> None:
    """By minutes to spend: the most that flights of these lengths and earnings earn."""
    best[0] = 0.0
    for m in range(1, limit + 1):
        most = best[m - 1]
        for g in range(minutes.shape[0]):
            if minutes[g] <= m and usd[g] + best[m - minutes[g]] > most:
                most = usd[g] + best[m - minutes[g]]
        best[m] = most


@kernel
def soft_within(limit: int, minutes: Ints, usd: Floats, temperature: float, number: Floats) -> None:
    """Add how often each length is flown when sequences of flights count by exp(usd / temperature).

    A sequence may end with minutes left.
    """
    soft, reached = np.zeros(limit + 1), np.zeros(limit + 1)
    for m in range(limit + 1):
        top = 0.0
        for g in range(minutes.shape[0]):
            if minutes[g] <= m:
                top = max(top, usd[g] + soft[m - minutes[g]])
        total = np.exp(-top / temperature)
        for g in range(minutes.shape[0]):
            if minutes[g] <= m:
                total += np.exp((usd[g] + soft[m - minutes[g]] - top) / temperature)
        soft[m] = top + temperature * np.log(total)
    reached[limit] = 1.0
    for m in range(limit, -1, -1):
        if reached[m] < 1e-12:
            continue
        for g in range(minutes.shape[0]):
            if minutes[g] <= m:
                part = reached[m] * np.exp((usd[g] + soft[m - minutes[g]] - soft[m]) / temperature)
                number[g] += part
                reached[m - minutes[g]] += part


def hours_bind(catalogue: Catalogue, pool: ResolvedPool) -> bool:
    """Whether hours leave a pool so much time that lines hardly bind."""
    own = catalogue.pool_rotations[pool.id]
    if pool.max_block_min is None or not len(own) or not catalogue.cycle_min:
        return False
    table = catalogue.timetable
    away = (table.ready_min[own] - table.off_min[own]) / np.maximum(table.block_min[own], 1)
    return bool(pool.max_block_min * float(away.max()) <= TIME_LEFT * catalogue.cycle_min)


class HourLimited(HubTime):
    """The flights of a pool whose hours bind before its lines do; a line is a single flight.

    Its `LineValue` has the minutes that remain as its only part.
    """

    def __init__(self, catalogue: Catalogue, pool: ResolvedPool) -> None:
        super().__init__(catalogue, pool)
        self.priced_hours = False
        self.by_flight = True
        table = catalogue.timetable
        self._cycle_min = catalogue.cycle_min
        self._block_min: Ints = table.block_min[self.rotations].astype(np.int64)
        self._off_min = table.off_min[self.rotations]
        self._ready_min = table.ready_min[self.rotations]
        self._lengths, self._length = np.unique(self._block_min, return_inverse=True)
        # of the last value: arcs that find no tail beside committed ones
        self._closed = np.zeros(len(self.rotations), dtype=np.bool_)

    def open_tails(self, committed: int) -> int:
        """All tails: any may fly more beside its committed flights."""
        return self.pool.size

    def value(self, usd: Floats, tails: int, committed: Ints = NO_ARCS) -> LineValue:
        """The most that flights earn beside the committed ones, within the hours of so many tails.

        Flights that might want another tail than there is beside the committed ones are left out.
        """
        self._closed = self._overlaps(committed) >= self.pool.size
        limit_min = self._minutes_left(committed, tails)
        most = self._most_within(self._open_usd(usd), limit_min)
        return LineValue(float(most[-1]), tails, ((limit_min, 1),))

    def fit(self, committed: Ints) -> Bools:
        """By arc: whether a tail can fly it beside the committed ones, within its hours."""
        left_min = self._minutes_left(committed, self.pool.size)
        return (self._block_min <= left_min) & (self._overlaps(committed) < self.pool.size)

    def share(self, usd: Floats, value: LineValue, temperature: float, flow: Floats) -> None:
        """Write to `flow` how often each arc is flown when hours are shared out softly."""
        flow[:] = 0.0
        if not len(usd):
            return
        open_usd = self._open_usd(usd)
        best = self._best_by_length(open_usd)
        possible = open_usd > IMPOSSIBLE / 2
        weight = np.where(possible, np.exp((open_usd - best[self._length]) / temperature), 0.0)
        total = np.maximum(np.bincount(self._length, weight, len(best)), 1e-300)
        soft = best + temperature * np.log(total)
        number = np.zeros(len(best))
        ((limit_min, _),) = value.parts
        kept = (best > IMPOSSIBLE / 2) & (self._lengths <= limit_min)
        part = np.zeros(int(kept.sum()))
        soft_within(limit_min, self._lengths[kept], soft[kept], temperature, part)
        number[kept] = part
        flow[:] = weight / total[self._length] * number[self._length]

    def slack(self, usd: Floats, line: LineValue) -> Floats:
        """By arc: how much less than `line` flights earn if one of them is this arc."""
        if not line.tails:
            return super().slack(usd, line)
        ((limit_min, _),) = line.parts
        return line.usd - self._with_each(self._open_usd(usd), limit_min)

    def through(self, usd: Floats, tails: int) -> Floats:
        """By arc: the most that the flights of so many tails earn if one of them is this arc."""
        return self._with_each(usd, (self.pool.max_block_min or 0) * tails)

    def _with_each(self, usd: Floats, limit_min: int) -> Floats:
        """By arc: it, and the best flights in the minutes it leaves."""
        left_min = limit_min - self._block_min
        most = self._most_within(usd, limit_min)[np.maximum(left_min, 0)]
        return np.where(left_min >= 0, np.maximum(usd + most, IMPOSSIBLE), IMPOSSIBLE)

    def _most_within(self, usd: Floats, limit_min: int) -> Floats:
        """By minutes up to a limit: the most that flights earn in them."""
        most = np.zeros(limit_min + 1)
        best = self._best_by_length(usd)
        pays = best > 0.0
        most_within(limit_min, self._lengths[pays], best[pays], most)
        return most

    def _best_by_length(self, usd: Floats) -> Floats:
        best = np.full(len(self._lengths), IMPOSSIBLE)
        np.maximum.at(best, self._length, usd)
        return best

    def _open_usd(self, usd: Floats) -> Floats:
        return np.where(self._closed, IMPOSSIBLE, usd) if self._closed.any() else usd

    def _minutes_left(self, committed: Ints, tails: int) -> int:
        spent_min = int(self._block_min[committed].sum())
        return max(0, (self.pool.max_block_min or 0) * tails - spent_min)

    def _overlaps(self, committed: Ints) -> Ints:
        """By arc: how many committed flights are away at some time while it is."""
        number = np.zeros(len(self.rotations), dtype=np.int64)
        cycle = self._cycle_min
        for other in committed.tolist():
            off, ready = int(self._off_min[other]), int(self._ready_min[other])
            apart = ((self._off_min - ready) % cycle) + (self._ready_min - self._off_min)
            number += apart + (ready - off) > cycle
        return number


def networks_of(catalogue: Catalogue) -> list[HubTime]:
    """What bounds the flights of each pool: its lines, or its hours where they bind before."""
    found: list[HubTime] = []
    known: dict[ResolvedPool, HubTime] = {}
    for pool in catalogue.resolved.pools:
        kind = nameless(pool)
        if hours_bind(catalogue, pool):
            found.append(HourLimited(catalogue, pool))
        elif kind in known:
            found.append(known[kind].of_twin(pool))
        else:
            found.append(known.setdefault(kind, HubTime(catalogue, pool)))
    return found
