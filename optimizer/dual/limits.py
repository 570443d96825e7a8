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

    def per_rotation_usd(self, price: Floats) -> Floats:
        """What each rotation pays at some prices by row."""
        uses = self._uses
        if not len(uses.row):
            return np.zeros(len(uses.first) - 1)
        extended = np.concatenate((price, self._cheapest(price)[0]))
        paid = extended[uses.row] * uses.times
        total = np.concatenate(([0.0], np.cumsum(paid)))
        return np.asarray(total[uses.first[1:]] - total[uses.first[:-1]])

    def used(self, flow: Floats, price: Floats) -> Floats:
        """By row, how much of it flights use, by how often each rotation is flown."""
        uses, rows = self._uses, len(self.rows)
        times = uses.times * flow[uses.rotation]
        extended = np.bincount(uses.row, times, rows + len(self._choices))
        used: Floats = extended[:rows].astype(np.float64)
        for k, row in enumerate(self._cheapest(price)[1].tolist()):
            if row >= 0:
                used[row] += extended[rows + k]
        return used

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
