"""Residual capacity inequalities: what a whole number of flights leaves of some cargo.

Some consignments come to a size D, and a full flight takes u of it: q full flights, and a rest
r = D - q u for one more. That one adds r and not u, so q + 1/2 flights take q u + r / 2, where a
relaxation that knows supply and capacity only may let them take all of D. For any flights and loads

    carried  <=  q (u - r)  +  sum of G(c) over flights,    G(c) = floor(c / u) r + min(c mod u, r)

with c the most that a flight takes of these consignments: this is mixed-integer rounding of
sum of c + (what stays behind) >= D, so it holds for aircraft of all kinds (Magnanti, Mirchandani
and Vachani 1993; Atamtürk 2002). Priced, cargo pays by its size, and flights are paid for what they
add.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.items import offsets, stack
from optimizer.dual.loading import Cargo
from optimizer.plan.certificate import Residual

SIZE_SHARE = 1.0
"""Natural size of a price, as a share of what as much size earns at best."""
LEAST_SIZE_USD = 0.01
UNITS = 1000
"""Sizes are stated by gram and cubic centimetre, and priced by as many units as a kilogram has."""


class Residuals:
    """Such inequalities on an instance, as arrays; sizes in thousands of their units.

    Attributes:
        rows: The inequalities.
        limit: By row, q (u - r) and what bought capacity adds, which is there in any case.
    """

    def __init__(self, catalogue: Catalogue, cargo: Cargo, rows: Sequence[Residual]) -> None:
        self.rows = tuple(rows)
        self._rotations = len(catalogue.rotations)
        self._offered_kg = catalogue.offered_kg
        number = {c.id: j for j, c in enumerate(catalogue.resolved.consignments)}
        ends = _Ends(catalogue, cargo) if rows else None
        members, limits, takers, times = [], [], [], []
        for row in rows:
            of = np.array([number[name] for name in row.consignments], dtype=np.int64)
            members.append(of)
            taker, capacity = (_NONE, _NONE) if ends is None else ends.capacities(row, of)
            size = offered_size(catalogue.resolved, row)
            full, rest = divmod(size, row.capacity)
            added = added_size(capacity, row.capacity, rest) / UNITS
            there = taker >= self._rotations
            limits.append(full * (row.capacity - rest) / UNITS + float(added[there].sum()))
            takers.append(taker[~there])
            times.append(added[~there])
        self.limit: Floats = np.array(limits, dtype=np.float64)
        self._consignment: Ints = stack(members)
        self._row = np.repeat(np.arange(len(rows)), [len(x) for x in members])
        density = catalogue.density_m3_per_kg[: len(self._offered_kg)]
        by_kg = np.array([row.per_g for row in rows], dtype=np.float64)[self._row]
        by_m3 = np.array([row.per_cm3 for row in rows], dtype=np.float64)[self._row]
        self._size: Floats = by_kg + by_m3 * density[self._consignment] * UNITS
        self._taker: Ints = stack(takers)
        self._taker_row = np.repeat(np.arange(len(rows)), [len(x) for x in takers])
        self._added: Floats = np.concatenate([np.zeros(0), *times])

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.rows)

    def cargo_usd(self, prices: Floats) -> Floats:
        """By consignment, what a kilogram pays."""
        paid = prices[self._row] * self._size
        return np.bincount(self._consignment, paid, len(self._offered_kg)).astype(np.float64)

    def flight_usd(self, prices: Floats) -> Floats:
        """By rotation, what a flight is paid."""
        paid = prices[self._taker_row] * self._added
        return np.bincount(self._taker, paid, self._rotations).astype(np.float64)

    def left(self, carried_kg: Floats, flow: Floats) -> Floats:
        """By row, how far what is carried is below what flights allow.

        Args:
            carried_kg: By consignment.
            flow: By rotation, how often it is flown.
        """
        carried = np.bincount(self._row, carried_kg[self._consignment] * self._size, self.number)
        added = np.bincount(self._taker_row, flow[self._taker] * self._added, self.number)
        return np.asarray(self.limit + added - carried)

    def sizes(self, margins_usd_per_kg: Floats) -> Floats:
        """Natural sizes of prices, from the best margins of consignments."""
        found = np.full(self.number, LEAST_SIZE_USD)
        size = np.where(self._size > 0.0, self._size, np.inf)  # by volume, some cargo has none
        earned = margins_usd_per_kg[self._consignment] / size
        np.maximum.at(found, self._row, SIZE_SHARE * earned)
        return found

    def members(self, row: int) -> list[tuple[int, float]]:
        """Consignments of a row, with their size by kilogram."""
        own = self._row == row
        return list(zip(self._consignment[own].tolist(), self._size[own].tolist(), strict=True))

    def takers(self, row: int) -> list[tuple[int, float]]:
        """Rotations that may carry cargo of a row, with what a flight adds to the limit."""
        own = self._taker_row == row
        return list(zip(self._taker[own].tolist(), self._added[own].tolist(), strict=True))


_NONE: Ints = np.zeros(0, dtype=np.int64)


def offered_size(resolved: ResolvedInstance, row: Residual) -> int:
    """D: what the consignments of a row come to."""
    of = [resolved.consignment[name] for name in row.consignments]
    return sum(row.per_g * c.weight_g + row.per_cm3 * c.volume_cm3 for c in of)


def added_size(capacity: Ints, full: int, rest: int) -> Ints:
    """G: what flights add to a limit, by what they take at most."""
    return np.asarray(capacity // full * rest + np.minimum(capacity % full, rest))


def room_g(cargo: Cargo, low: Ints, high: Ints) -> Ints:
    """The least cap of the holds from some to others."""
    room_kg = cargo.cap_kg[low]
    for hops in range(1, int((high - low).max(initial=0)) + 1):
        room_kg = np.minimum(room_kg, cargo.cap_kg[np.minimum(low + hops, high)])
    return np.asarray(np.rint(room_kg * 1e3).astype(np.int64))


class _Ends:
    """Where cargo of rotations leaves and arrives, and what there is room for on its way there."""

    def __init__(self, catalogue: Catalogue, cargo: Cargo) -> None:
        self._cargo = cargo
        consignment = catalogue.kinds.consignment[catalogue.items.consignment[cargo.cls]]
        self._order = np.argsort(consignment, kind="stable")
        counts = np.bincount(consignment, minlength=len(catalogue.offered_kg))
        self._first = offsets(counts.astype(np.int64))
        segments = np.diff(cargo.segments)
        self._rotation = np.repeat(np.arange(len(segments)), segments)
        first = cargo.holds[self._rotation]
        self._low, self._high = first + cargo.low, first + cargo.high
        self._room_g = room_g(cargo, self._low, self._high)
        self._room_cm3 = np.rint(cargo.volume_m3 * 1e6).astype(np.int64)

    def capacities(self, row: Residual, consignments: Ints) -> tuple[Ints, Ints]:
        """Rotations and bought capacity that may carry some consignments, and how much of them.

        All that arrives on one hop is on board together on the shortest way of any of it there.
        """
        spans = [self._order[self._first[j] : self._first[j + 1]] for j in consignments.tolist()]
        segment = np.searchsorted(self._cargo.items, stack(spans), side="right") - 1
        segment = np.unique(segment)
        hop = (self._high if row.arriving else self._low)[segment]
        order = np.lexsort((-self._room_g[segment], hop))
        segment, hop = segment[order], hop[order]
        best = segment[np.flatnonzero(np.diff(hop, prepend=-1))]
        rotation = self._rotation[best]
        size = row.per_g * self._room_g[best] + row.per_cm3 * self._room_cm3[rotation]
        found, place = np.unique(rotation, return_inverse=True)
        total = np.zeros(len(found), dtype=np.int64)
        np.add.at(total, place, size)
        return found, total
