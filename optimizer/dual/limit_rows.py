"""Finds the rows of limits that plans share, and which rotations use them: C7, C9, C15, C17."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from optimizer.domain.resolved import ResolvedHeldSlot, ResolvedMarket
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.costs import within
from optimizer.dual.intervals import at_instants
from optimizer.dual.items import stack
from optimizer.dual.movements import Movements
from optimizer.dual.timetable import Timings

SIZES = "ABCDEF"
"""ICAO aerodrome reference code letters, smallest first."""

Kind = Literal[
    "slots", "held_slots", "stands", "right_caps", "markets_most", "markets_least", "spacing"
]


@dataclass(frozen=True, slots=True)
class Row:
    """A shared limit.

    Attributes:
        key: What identifies it: an id, or (airport, size, minute), or (market, minute).
        limit: The most; with `least` the least.
    """

    kind: Kind
    key: tuple[str | int, ...]
    limit: float
    least: bool = False


class RowFinder:
    """Rows, and how rotations use them.

    Attributes:
        rows: The limits.
        uses: Rotations, the rows they use, and how often.
        choices: By choice, the held-slot rows of which the cheapest is paid.
        choice_uses: Rotations with a movement that has a choice, and that choice.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._resolved = catalogue.resolved
        self._cycle_min = catalogue.cycle_min
        self._movements = Movements(catalogue.timetable)
        self.rows: list[Row] = []
        self.uses: list[tuple[Ints, Ints, Floats]] = []
        self.choices: list[Ints] = []
        self.choice_uses: list[tuple[Ints, int]] = []
        self._slots()
        self._held()
        self._stands()
        self._caps()
        self._markets()

    def _add(self, row: Row, rotations: Ints, times: Floats | None = None) -> None:
        """Limits from above that nothing uses are left out: they are kept anyway."""
        if len(rotations) or row.least:
            number = np.full(len(rotations), len(self.rows), dtype=np.int64)
            self.rows.append(row)
            self.uses.append(
                (rotations, number, np.ones(len(rotations)) if times is None else times)
            )

    def _slots(self) -> None:
        movements = self._movements
        for limit in self._resolved.slot_limits:
            kinds = ["arrival"] * limit.arrivals + ["departure"] * limit.departures
            found = []
            for kind in kinds:
                at = movements.at(limit.airport, kind, limit.operators)
                held = within(movements.minutes(kind)[at], (limit.window,), self._cycle_min)
                found.append(movements.rotation[at[held]])
            self._add(Row("slots", (limit.id,), limit.movements), stack(found))

    def _held(self) -> None:
        groups: dict[tuple[str, str, str], list[tuple[int, ResolvedHeldSlot]]] = defaultdict(list)
        for slot in self._resolved.held_slots:
            groups[slot.airport, slot.movement, slot.operator].append((len(self.rows), slot))
            self.rows.append(Row("held_slots", (slot.id,), slot.slots))
        for (airport, kind, operator), rows in groups.items():
            at = self._movements.at(airport, kind, (operator,))
            minutes, inverse = np.unique(self._movements.minutes(kind)[at], return_inverse=True)
            for k, minute in enumerate(minutes.tolist()):
                fits = [
                    row
                    for row, slot in rows
                    if self._apart_min(minute, slot.minute) <= slot.tolerance_min
                ]
                users = self._movements.rotation[at[inverse == k]]
                self.choice_uses.append((users, len(self.choices)))
                self.choices.append(np.array(fits, dtype=np.int64))

    def _apart_min(self, a: int, b: int) -> int:
        if not self._cycle_min:
            return abs(a - b)
        ahead = (a - b) % self._cycle_min
        return min(ahead, self._cycle_min - ahead)

    def _stands(self) -> None:
        r = self._resolved
        used = sorted({r.type[pool.type].size_code for pool in r.pools})
        for airport in r.airports:
            for size in used if airport.stands else ():
                larger = SIZES[SIZES.index(size) :]
                stands = sum(n for letter, n in airport.stands if letter in larger)
                stays = self._stays(airport.code, larger)
                for minute, rotations, times in at_instants(*stays, self._cycle_min):
                    if times.sum() > stands:
                        key = (airport.code, size, minute)
                        self._add(Row("stands", key, stands), rotations, times)

    def _stays(self, airport: str, sizes: str) -> tuple[Ints, Ints, Ints]:
        """Rotation, start and end of every stay on a stand of such a size, by rotation."""
        rotation, start, end = [], [], []
        for x in self._catalogue.timetable.routes:
            if self._resolved.type[x.route.type].size_code not in sizes:
                continue
            for leg, destination in enumerate(x.route.airports[1:]):
                if destination == airport:
                    rotation.append(x.rotations)
                    start.append(x.on_min[:, leg])
                    end.append(self._leaves_min(x, leg))
        rotations = stack(rotation)
        order = np.argsort(rotations, kind="stable")
        return rotations[order], stack(start)[order], stack(end)[order]

    def _leaves_min(self, timings: Timings, leg: int) -> Ints:
        """When the stand is free again; at gateways and after the last leg, by turnaround (C9)."""
        route, airport = timings.route, timings.route.airports[leg + 1]
        if leg < len(route.stops) - 1 and airport not in self._resolved.gateways:
            return timings.off_min[:, leg + 1]
        ground = self._resolved.ground_at[airport, route.type]
        technical = route.stops[leg] == "technical"
        least_min = ground.technical_stop_min if technical else ground.turnaround_min
        return timings.on_min[:, leg] + least_min

    def _caps(self) -> None:
        for cap in self._resolved.right_caps:
            pairs = set(cap.pairs)
            found = [
                x.rotations
                for x in self._catalogue.timetable.routes
                if x.route.operator == cap.operator
                and not pairs.isdisjoint(combinations(x.route.full_stops, 2))
            ]
            self._add(Row("right_caps", (cap.id,), cap.max_flights), stack(found))

    def _markets(self) -> None:
        for m in self._resolved.markets:
            serving = [x for x in self._catalogue.timetable.routes if _serves(x, m)]
            rotations = stack([x.rotations for x in serving])
            if m.max_rotations is not None:
                self._add(Row("markets_most", (m.id,), m.max_rotations), rotations)
            if m.min_rotations is not None:
                self._add(Row("markets_least", (m.id,), m.min_rotations, least=True), rotations)
            if m.min_spacing_min is not None:
                off = stack([x.off_min[:, 0] for x in serving])
                until = off + m.min_spacing_min
                spaced = at_instants(rotations, off, until, self._cycle_min, close=True)
                for minute, held, times in spaced:
                    self._add(Row("spacing", (m.id, minute), 1), held, times)


def _serves(timings: Timings, market: ResolvedMarket) -> bool:
    """Whether flights of a route count in a market (C17)."""
    route = timings.route
    return (
        (not market.operators or route.operator in market.operators)
        and market.station in route.full_stops
        and (market.gateway is None or route.full_stops[0] == market.gateway)
    )
