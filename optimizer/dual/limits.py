"""Limits that plans share, as rows over rotations, and what rotations pay for them.

Every row is: sum of its coefficients over the flights flown <= limit (or >= limit). A movement
that must be matched to a held slot takes part in a *choice* of rows: whichever slot a plan matches
it to, it pays at least the least of their prices.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.items import offsets, stack
from optimizer.dual.limit_rows import RowFinder
from optimizer.dual.line_list import SharedUse

ROUNDED = 1e-6
"""Excess over a limit that is none."""


class _Uses(NamedTuple):
    """How rotations use rows, in compressed rows: `first` by rotation, then row and how often."""

    first: Ints
    row: Ints
    times: Floats
    rotation: Ints


class Limits:
    """Rows of an instance.

    Attributes:
        rows: The limits.
        limit: By row, its right-hand side.
        least: By row, whether it is a limit from below.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        found = RowFinder(catalogue)
        self.rows = found.rows
        self.limit: Floats = np.array([row.limit for row in self.rows], dtype=np.float64)
        self.least: Bools = np.array([row.least for row in self.rows], dtype=np.bool_)
        self._choices = found.choices
        self._uses = self._compressed(found, len(catalogue.rotations))
        self._by_row: Ints = np.argsort(self._uses.row, kind="stable")
        counts = np.bincount(self._uses.row, minlength=len(self.rows) + len(self._choices))
        self._first_by_row = offsets(counts.astype(np.int64))
        self._most_times: Floats = np.zeros(len(counts))
        np.maximum.at(self._most_times, self._uses.row, self._uses.times)

    def per_rotation_usd(self, price: Floats) -> Floats:
        """What each rotation pays at some prices by row."""
        uses = self._uses
        extended = np.concatenate((price, self._cheapest(price)[0]))
        entries = self._by_row[ranges(self._first_by_row, np.flatnonzero(extended))]
        paid = extended[uses.row[entries]] * uses.times[entries]
        found = np.bincount(uses.rotation[entries], paid, len(uses.first) - 1)
        return found.astype(np.float64)

    def closed(self, flow: Floats) -> Bools:
        """By rotation: whether a flight more of it would break a limit (matches left aside)."""
        uses, rows = self._uses, len(self.rows)
        left = np.where(self.least, np.inf, self.limit) - self._used(flow)[:rows]
        nearly_full = np.flatnonzero(left < self._most_times[:rows] - ROUNDED)
        entries = self._by_row[ranges(self._first_by_row, nearly_full)]
        over = entries[uses.times[entries] > left[uses.row[entries]] + ROUNDED]
        return np.bincount(uses.rotation[over], minlength=len(flow)) > 0

    def used_by(self, rotation: int) -> list[tuple[int, float]]:
        """Rows that flights of a rotation use, and how often; choices are numbered after them."""
        span = slice(int(self._uses.first[rotation]), int(self._uses.first[rotation + 1]))
        rows, times = self._uses.row[span].tolist(), self._uses.times[span].tolist()
        return list(zip(rows, times, strict=True))

    def choice(self, number: int) -> list[int]:
        """Rows of held slots to which movements of a choice may be matched."""
        found: list[int] = self._choices[number].tolist()
        return found

    def from_above(self) -> SharedUse:
        """How rotations use limits that a single line may break: all but those from below."""
        limit = np.where(self.least, np.inf, self.limit)
        chosen = np.full(len(self._choices), np.inf)
        uses = self._uses
        return SharedUse(uses.first, uses.row, uses.times, np.concatenate((limit, chosen)))

    def used(self, flow: Floats, price: Floats) -> Floats:
        """By row, how much of it flights use, by how often each rotation is flown."""
        rows, extended = len(self.rows), self._used(flow)
        used: Floats = extended[:rows].astype(np.float64)
        for k, row in enumerate(self._cheapest(price)[1].tolist()):
            if row >= 0:
                used[row] += extended[rows + k]
        return used

    def _used(self, flow: Floats) -> Floats:
        """By row and choice, how much of it flights use."""
        uses = self._uses
        entries = ranges(uses.first, np.flatnonzero(flow))
        times = uses.times[entries] * flow[uses.rotation[entries]]
        found = np.bincount(uses.row[entries], times, len(self.rows) + len(self._choices))
        return found.astype(np.float64)

    def _cheapest(self, price: Floats) -> tuple[Floats, Ints]:
        """By choice, the least price of its rows, and that row (-1 without any)."""
        usd, row = np.zeros(len(self._choices)), np.full(len(self._choices), -1, dtype=np.int64)
        for k, rows in enumerate(self._choices):
            if len(rows):
                best = int(rows[np.argmin(price[rows])])
                usd[k], row[k] = price[best], best
        return usd, row

    def _compressed(self, found: RowFinder, rotations: int) -> _Uses:
        """Uses sorted by rotation; choices are numbered after the rows."""
        n, uses = len(self.rows), list(found.uses)
        for users, choice in found.choice_uses:
            number = np.full(len(users), n + choice, dtype=np.int64)
            uses.append((users, number, np.ones(len(users))))
        rotation = stack([u[0] for u in uses])
        order = np.argsort(rotation, kind="stable")
        counts = np.bincount(rotation, minlength=rotations).astype(np.int64)
        times = np.concatenate([np.zeros(0), *(u[2] for u in uses)])
        row = stack([u[1] for u in uses])
        return _Uses(offsets(counts), row[order], times[order], rotation[order])


def ranges(first: Ints, which: Ints) -> Ints:
    """Positions of the entries of some rows of a compressed table, row by row."""
    counts = first[which + 1] - first[which]
    start = np.repeat(first[which] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
    return np.asarray(start + np.arange(len(start)), dtype=np.int64)
