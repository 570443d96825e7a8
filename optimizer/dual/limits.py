"""Limits that plans share, as rows over rotations: C7, C9, C14, C15, C17.

Every row is: sum of its coefficients over the flights flown <= limit (or >= limit). A movement
that must be matched to a held slot takes part in a *choice* of rows: it pays the least of their
prices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from optimizer.domain.resolved import ResolvedHeldSlot
from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.costs import within

SIZES = "ABCDEF"
"""ICAO aerodrome reference code letters, smallest first."""
INSTANT_MIN = 30
"""Stands and spacing are priced at one instant in each stretch of so many minutes."""

Kind = Literal[
    "slots", "held_slots", "stands", "right_caps", "markets_most", "markets_least", "spacing"
]


@dataclass(frozen=True, slots=True)
class Row:
    """A shared limit.

    Attributes:
        key: What identifies it: an id, or (airport, size, minute), or (market, minute).
        most: The limit; `least` says that it is one from below.
    """

    kind: Kind
    key: tuple[str | int, ...]
    limit: float
    least: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Movements:
    """All take-offs and landings: legs of all rotations, and which of them are at an airport."""

    rotation: Ints
    departs: dict[str, list[int]]
    arrives: dict[str, list[int]]
    off_min: Ints
    on_min: Ints


class Limits:
    """Rows of an instance and how rotations use them, in compressed rows by rotation.

    Attributes:
        rows: The limits.
        first: By rotation, its first use (and one more entry).
        row, times: By use: which row, how often. Rows from ``len(rows)`` on are choices.
        choices: By choice, the held-slot rows of which the cheapest is paid.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = c = catalogue
        self._resolved = c.resolved
        self._cycle_min = c.cycle_min
        self.rows: list[Row] = []
        self.choices: list[Ints] = []
        self._uses: list[tuple[Ints, Ints, Floats]] = []
        self._choice_uses: list[tuple[Ints, int]] = []
        self._movements = self._all_movements()
        self._serving_by = self._serving()
        self._slots()
        self._held()
        self._stands()
        self._caps()
        self._markets()
        self._compress()

    def _all_movements(self) -> Movements:
        rotations = self._catalogue.rotations
        legs = [(r, leg) for r, x in enumerate(rotations) for leg in x.legs]
        departs: dict[str, list[int]] = defaultdict(list)
        arrives: dict[str, list[int]] = defaultdict(list)
        for i, (_, leg) in enumerate(legs):
            departs[leg.origin].append(i)
            arrives[leg.destination].append(i)
        return Movements(
            rotation=np.array([r for r, _ in legs], dtype=np.int64),
            departs=departs,
            arrives=arrives,
            off_min=np.array([leg.off_block_min for _, leg in legs], dtype=np.int64),
            on_min=np.array([leg.on_block_min for _, leg in legs], dtype=np.int64),
        )

    def _add(self, row: Row, rotations: Ints, times: Floats | None = None) -> None:
        if len(rotations) or row.least:
            number = np.full(len(rotations), len(self.rows), dtype=np.int64)
            self.rows.append(row)
            self._uses.append(
                (rotations, number, np.ones(len(rotations)) if times is None else times)
            )

    def _at(self, airport: str, kind: str, operators: tuple[str, ...]) -> Ints:
        """Legs with such a movement at an airport."""
        m, rotations = self._movements, self._catalogue.rotations
        legs = (m.departs if kind == "departure" else m.arrives).get(airport, [])
        if operators:
            legs = [i for i in legs if rotations[int(m.rotation[i])].operator in operators]
        return np.array(legs, dtype=np.int64)

    def _minutes(self, kind: str) -> Ints:
        return self._movements.off_min if kind == "departure" else self._movements.on_min

    def _slots(self) -> None:
        legs: dict[tuple[str, str, tuple[str, ...]], Ints] = {}
        for limit in self._resolved.slot_limits:
            kinds = ["arrival"] * limit.arrivals + ["departure"] * limit.departures
            found = [np.zeros(0, dtype=np.int64)]
            for kind in kinds:
                key = (limit.airport, kind, limit.operators)
                if key not in legs:
                    legs[key] = self._at(*key)
                at = legs[key]
                held = within(self._minutes(kind)[at], (limit.window,), self._cycle_min)
                found.append(self._movements.rotation[at[held]])
            self._add(Row("slots", (limit.id,), limit.movements), np.concatenate(found))

    def _held(self) -> None:
        groups: dict[tuple[str, str, str], list[tuple[int, ResolvedHeldSlot]]] = defaultdict(list)
        for slot in self._resolved.held_slots:
            groups[slot.airport, slot.movement, slot.operator].append((len(self.rows), slot))
            self.rows.append(Row("held_slots", (slot.id,), slot.slots))
        for (airport, kind, operator), rows in groups.items():
            at = self._at(airport, kind, (operator,))
            when = self._minutes(kind)[at]
            distinct, inverse = np.unique(when, return_inverse=True)
            for k, minute in enumerate(distinct.tolist()):
                fits = [
                    row
                    for row, slot in rows
                    if self._apart_min(minute, slot.minute) <= slot.tolerance_min
                ]
                choice = len(self.choices)
                self.choices.append(np.array(fits, dtype=np.int64))
                self._choice_uses.append((self._movements.rotation[at[inverse == k]], choice))

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
                for minute, rotations, times in self._at_instants(*stays):
                    if times.sum() > stands:
                        key = (airport.code, size, minute)
                        self._add(Row("stands", key, stands), rotations, times)

    def _stays(self, airport: str, sizes: str) -> tuple[Ints, Ints, Ints]:
        """Rotation, start and end of every stay on a stand of such a size."""
        r, rows = self._resolved, []
        for i, rotation in enumerate(self._catalogue.rotations):
            if r.type[rotation.type].size_code not in sizes:
                continue
            for k, leg in enumerate(rotation.legs):
                if leg.destination != airport:
                    continue
                if k == len(rotation.legs) - 1 or airport in r.gateways:
                    ground = r.ground_at[airport, rotation.type]
                    technical = leg.stop == "technical"
                    least = ground.technical_stop_min if technical else ground.turnaround_min
                    rows.append((i, leg.on_block_min, leg.on_block_min + least))
                else:
                    rows.append((i, leg.on_block_min, rotation.legs[k + 1].off_block_min))
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]

    def _at_instants(
        self, rotation: Ints, start: Ints, end: Ints
    ) -> Iterator[tuple[int, Ints, Floats]]:
        """Instants at which intervals begin, thinned out, with the rotations that hold then."""
        cycle = self._cycle_min
        begins = np.unique(start % cycle if cycle else start)
        kept = begins[np.unique(begins // INSTANT_MIN, return_index=True)[1]]
        for minute in kept.tolist():
            if cycle:
                times = (minute - start) // cycle - (minute - end) // cycle
            else:
                times = ((start <= minute) & (minute < end)).astype(np.int64)
            held = np.flatnonzero(times > 0)
            yield minute, rotation[held], times[held].astype(np.float64)

    def _serving(self) -> dict[tuple[str, tuple[str, ...]], list[int]]:
        """Rotations by operator and airports of full stops, both ends included."""
        found: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
        for i, x in enumerate(self._catalogue.rotations):
            found[x.operator, tuple(a for _, a in x.cargo_points())].append(i)
        return found

    def _caps(self) -> None:
        for cap in self._resolved.right_caps:
            pairs = set(cap.pairs)
            found = [
                i
                for (operator, points), members in self._serving_by.items()
                if operator == cap.operator and not pairs.isdisjoint(combinations(points, 2))
                for i in members
            ]
            self._add(
                Row("right_caps", (cap.id,), cap.max_flights), np.array(found, dtype=np.int64)
            )

    def _markets(self) -> None:
        rotations = self._catalogue.rotations
        for m in self._resolved.markets:
            found = [
                i
                for (operator, points), members in self._serving_by.items()
                if (not m.operators or operator in m.operators)
                and m.station in points
                and (m.gateway is None or points[0] == m.gateway)
                for i in members
            ]
            serving = np.array(found, dtype=np.int64)
            if m.max_rotations is not None:
                self._add(Row("markets_most", (m.id,), m.max_rotations), serving)
            if m.min_rotations is not None:
                self._add(Row("markets_least", (m.id,), m.min_rotations, least=True), serving)
            if m.min_spacing_min is not None:
                off = np.array([rotations[i].off_block_min for i in found], dtype=np.int64)
                instants = self._at_instants(serving, off, off + m.min_spacing_min)
                for minute, held, times in instants:
                    self._add(Row("spacing", (m.id, minute), 1), held, times)

    def _compress(self) -> None:
        """Sort uses by rotation."""
        n = len(self.rows)
        uses = list(self._uses)
        for rotations, choice in self._choice_uses:
            uses.append((rotations, np.full(len(rotations), n + choice), np.ones(len(rotations))))
        empty = np.zeros(0, dtype=np.int64)
        rotation = np.concatenate([empty, *(u[0] for u in uses)])
        row = np.concatenate([empty, *(u[1] for u in uses)])
        times = np.concatenate([np.zeros(0), *(u[2] for u in uses)])
        order = np.argsort(rotation, kind="stable")
        counts = np.bincount(rotation, minlength=len(self._catalogue.rotations))
        self.first: Ints = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        self.row: Ints = row[order]
        self.times: Floats = times[order]
        self.limit: Floats = np.array([row.limit for row in self.rows], dtype=np.float64)
        self._endless = np.full(len(self.choices), np.inf)
        self.least = np.array([row.least for row in self.rows], dtype=np.bool_)

    def fits(self, used: Floats) -> Bools:
        """By rotation, whether one more flight keeps all upper limits; choices are not looked at."""
        room = np.concatenate((np.where(self.least, np.inf, self.limit - used), self._endless))
        short = room[self.row] < self.times - 1e-6
        counted = np.concatenate(([0], np.cumsum(short)))
        return np.asarray(counted[self.first[1:]] == counted[self.first[:-1]])

    def fits_one(self, used: Floats, rotation: int) -> bool:
        """The same for one rotation."""
        uses = slice(int(self.first[rotation]), int(self.first[rotation + 1]))
        row = self.row[uses]
        plain = row < len(self.rows)
        row, times = row[plain], self.times[uses][plain]
        bound = ~self.least[row]
        return bool((used[row] + times <= self.limit[row] + 1e-6)[bound].all())

    def take(self, used: Floats, rotation: int, flights: float) -> None:
        """Add what flights of a rotation use to `used`; choices are not counted."""
        uses = slice(int(self.first[rotation]), int(self.first[rotation + 1]))
        row = self.row[uses]
        plain = row < len(self.rows)
        np.add.at(used, row[plain], flights * self.times[uses][plain])

    def per_rotation(self, price: Floats) -> Floats:
        """What each rotation pays for its movements at some prices by row."""
        if not len(self.row):
            return np.zeros(len(self._catalogue.rotations))
        extended = np.concatenate((price, self._cheapest(price)[0]))
        paid = extended[self.row] * self.times
        total = np.concatenate(([0.0], np.cumsum(paid)))
        return total[self.first[1:]] - total[self.first[:-1]]

    def use(self, flow: Floats, price: Floats) -> Floats:
        """By row, how much of it flights use, by how often each rotation is flown."""
        counts = self.first[1:] - self.first[:-1]
        extended = np.bincount(
            self.row, self.times * np.repeat(flow, counts), len(self.rows) + len(self.choices)
        )
        used: Floats = extended[: len(self.rows)].copy()
        for k, row in enumerate(self._cheapest(price)[1].tolist()):
            if row >= 0:
                used[row] += extended[len(self.rows) + k]
        return used

    def _cheapest(self, price: Floats) -> tuple[Floats, Ints]:
        """By choice, the least price of its rows, and that row (-1 without any)."""
        usd, row = np.zeros(len(self.choices)), np.full(len(self.choices), -1, dtype=np.int64)
        for k, rows in enumerate(self.choices):
            if len(rows):
                best = int(rows[np.argmin(price[rows])])
                usd[k], row[k] = price[best], best
        return usd, row
