"""Terminals as priced limits: kilograms loaded and unloaded in their windows (C10).

A price p >= 0 adds p (limit - handled) >= 0 to what a plan earns. Cargo on a segment of a rotation,
or on bought capacity, pays it at its off-block and at its on-block, whatever it is and however it
came: what terminals take is a matter of the segment, not of the class of its items.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from optimizer.domain.resolved import ResolvedHandlingLimit
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.costs import within
from optimizer.dual.items import stack

SIZE_SHARE = 0.3
"""Natural size of such a price, as a share of what a kilogram earns."""
LEAST_SIZE_USD = 0.1


class TerminalLimits:
    """The handling limits of an instance as arrays.

    Attributes:
        number: How many there are.
        most_kg: By limit.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        limits = catalogue.resolved.handling_limits
        self.number = len(limits)
        self.most_kg: Floats = np.array([x.most_g * 1e-3 for x in limits], dtype=np.float64)
        self._segments = len(catalogue.items.first_leg)
        self._free = np.zeros(self._segments)
        uses: list[tuple[Ints, int]] = []
        for cargo in _timed(catalogue):
            for number, limit in enumerate(limits):
                if limit.airport in cargo.airports:
                    uses += [(x, number) for x in _users(catalogue, cargo, limit)]
        self._segment: Ints = stack([segments for segments, _ in uses])
        self._limit: Ints = stack([np.full(len(x), k, dtype=np.int64) for x, k in uses])
        order = np.argsort(self._segment, kind="stable")
        self._sorted_segment, self._sorted_limit = self._segment[order], self._limit[order]

    def segment_usd(self, prices: Floats) -> Floats:
        """By segment of a rotation or of bought capacity, what a kilogram on it pays."""
        if not self.number:
            return self._free
        paid = np.bincount(self._segment, prices[self._limit], self._segments)
        return paid.astype(np.float64)

    def used_by(self, segment: int) -> list[int]:
        """The limits that a kilogram on a segment counts for; twice for one that it does twice."""
        first, last = np.searchsorted(self._sorted_segment, (segment, segment + 1))
        found: list[int] = self._sorted_limit[first:last].tolist()
        return found

    def left_kg(self, segment_kg: Floats) -> Floats:
        """By limit, what it leaves of what is carried, by segment."""
        handled = np.bincount(self._limit, segment_kg[self._segment], self.number)
        return np.asarray(self.most_kg - handled)

    def sizes(self, margins_usd_per_kg: Floats) -> Floats:
        """Natural sizes of prices, from the best margins of consignments."""
        earned = float(np.median(margins_usd_per_kg)) if len(margins_usd_per_kg) else 0.0
        return np.full(self.number, max(LEAST_SIZE_USD, SIZE_SHARE * earned))


class _Timed(NamedTuple):
    """Timings that call at the same airports: those of a route, or bought capacity (C18).

    Attributes:
        first: Index of the first of its rotations.
        off_min, on_min: By timing and leg.
    """

    first: int
    airports: tuple[str, ...]
    off_min: Ints
    on_min: Ints


def _timed(catalogue: Catalogue) -> Iterator[_Timed]:
    for x in catalogue.timetable.routes:
        yield _Timed(x.first, x.route.airports, x.off_min, x.on_min)
    for number, block in zip(catalogue.bought.tolist(), catalogue.resolved.blocks, strict=True):
        off, on = (np.array([[m]]) for m in (block.off_block_min, block.on_block_min))
        yield _Timed(number, (block.origin, block.destination), off, on)


def _users(catalogue: Catalogue, cargo: _Timed, limit: ResolvedHandlingLimit) -> list[Ints]:
    """Segments that count for a limit; once for loading and once for unloading."""
    items, timings = catalogue.items, len(cargo.off_min)
    first, last = (int(items.segments[cargo.first + k]) for k in (0, timings))
    if first == last:
        return []
    segments = np.arange(first, last)
    timing = (segments - first) // ((last - first) // timings)
    airports = np.array(cargo.airports)
    found = []
    for counts, leg, airport, minutes in (
        (limit.loaded, items.first_leg[first:last], airports[:-1], cargo.off_min),
        (limit.unloaded, items.last_leg[first:last], airports[1:], cargo.on_min),
    ):
        if counts:
            holds = within(minutes[timing, leg], (limit.window,), catalogue.cycle_min)
            found.append(segments[holds & (airport[leg] == limit.airport)])
    return found
