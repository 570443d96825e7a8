"""Which residual capacity inequalities what flights carry on average breaks.

For flights F to, or from, a station that come to a capacity of q full ones and a fraction f, those
consignments are taken of which F carries more than the share f: that is the choice that breaks the
inequality most if only F could carry them. All flights that could carry any of them then count, so
that cargo pays whatever flight it takes; F itself is any row of flights one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.control import kernel
from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.dual.ascent import Loaded
from optimizer.dual.relaxation import Relaxation
from optimizer.dual.residual import Residuals, room_g
from optimizer.plan.certificate import Residual

LEAST_FLOW = 1e-3
"""Flights that are flown less are not looked at."""
LEAST_BROKEN = 0.004
"""Inequalities broken by less than this share of a full flight are left out."""
FRACTION = 0.02
"""A capacity this near to whole flights breaks none."""
MOST_FLIGHTS = 400
"""Of an airport; the most flown are looked at."""
MOST_NEW, MOST_ROWS = 150, 1_000
"""So many inequalities are stated at once, and in all."""


def tighten(relaxation: Relaxation, loaded: Loaded, own: frozenset[str] | None = None) -> int:
    """State the inequalities that are broken most.

    Args:
        loaded: What flights carried in the last passes, added up.
        own: Only inequalities about these consignments alone; None for any.

    Returns:
        How many were stated.
    """
    rows = broken(relaxation, loaded.averaged())
    if own is not None:
        rows = [row for row in rows if own.issuperset(row.consignments)]
    stated = rows[: min(MOST_NEW, MOST_ROWS - relaxation.residuals.number)]
    if stated:
        relaxation.state(stated)
    return len(stated)


def broken(relaxation: Relaxation, loaded: Loaded) -> list[Residual]:
    """Inequalities that are broken, those first that are most, none of them stated yet."""
    known = set(relaxation.residuals.rows)
    found: dict[Residual, float] = {}
    for calls in _calls(relaxation, loaded):
        for row, share in calls.broken():
            if row not in known:
                found[row] = max(share, found.get(row, 0.0))
    rows = sorted(found, key=lambda row: -found[row])
    exact = Residuals(relaxation.catalogue, relaxation.cargo, rows)
    carried_kg = _carried_kg(relaxation, loaded)
    left = exact.left(carried_kg, loaded.flow)
    shares = [-x * 1e3 / row.capacity for x, row in zip(left.tolist(), rows, strict=True)]
    order = sorted(range(len(rows)), key=lambda k: -shares[k])
    return [rows[k] for k in order if shares[k] > LEAST_BROKEN]


def _carried_kg(relaxation: Relaxation, loaded: Loaded) -> Floats:
    """By consignment, what leaves its origin, and no more than there is."""
    items, kinds = relaxation.catalogue.items, relaxation.catalogue.kinds
    of_kind = np.bincount(
        items.consignment[relaxation.cargo.cls], loaded.item_kg, len(kinds.consignment)
    )
    carried = kinds.by_consignment(of_kind.astype(np.float64), delivered=False)
    return np.asarray(np.minimum(carried, relaxation.catalogue.offered_kg))


@dataclass(frozen=True, slots=True, eq=False)
class _Calls:
    """Flights of an airport one after the other, and the cargo that could be on board.

    Attributes:
        names: Of the consignments.
        arriving: Whether it arrives there, or leaves.
        flow: By flight.
        room_g, room_cm3: By flight.
        weight_g, volume_cm3: By consignment.
        carried: By flight and consignment, the share of it that is carried.
        could: By flight and consignment, whether it could be.
    """

    names: tuple[str, ...]
    arriving: bool
    flow: Floats
    room_g: Ints
    room_cm3: Ints
    weight_g: Ints
    volume_cm3: Ints
    carried: Floats
    could: Bools

    def broken(self) -> Iterator[tuple[Residual, float]]:
        """Inequalities, and by how much of a full flight they seem to be broken."""
        for per_g, per_cm3 in self._measures():
            room = per_g * self.room_g + per_cm3 * self.room_cm3
            size = per_g * self.weight_g + per_cm3 * self.volume_cm3
            for full in np.unique(room[room > 0]).tolist():
                shares, chosen = _search(
                    self.flow, room / full, size / full, self.carried, self.could,
                    LEAST_BROKEN, FRACTION,
                )  # fmt: skip
                for k in np.flatnonzero(shares > 0.0).tolist():
                    names = tuple(self.names[j] for j in np.flatnonzero(chosen[k]).tolist())
                    yield Residual(names, self.arriving, per_g, per_cm3, full), float(shares[k])

    def _measures(self) -> Iterator[tuple[int, int]]:
        """Size by weight, by volume, and by half of each."""
        yield 1, 0
        if self.room_cm3.max() > 0 and self.volume_cm3.any():
            yield 0, 1
            even = int(self.room_cm3.max()) / max(1, int(self.room_g.max()))
            yield (max(1, round(even)), 1) if even >= 1.0 else (1, max(1, round(1.0 / even)))


def _calls(relaxation: Relaxation, loaded: Loaded) -> Iterator[_Calls]:
    """By station and direction."""
    table = _table(relaxation, loaded)
    kinds, resolved = relaxation.catalogue.kinds, relaxation.resolved
    changing = {t.consignment for t in resolved.transits}
    allowed = np.array([x.id not in changing for x in resolved.consignments], dtype=np.bool_)
    fit = allowed[kinds.consignment[table.kind]] & (table.kind < kinds.consignments)
    gateways = [k for k, a in enumerate(resolved.airports) if a.code in resolved.gateways]
    for arriving in (True, False):
        airport = table.airport[int(arriving)]
        rows = np.flatnonzero(fit & ~np.isin(airport, gateways))
        for station in np.unique(airport[rows]).tolist():
            own = rows[airport[rows] == station]
            calls = _of_airport(relaxation, loaded, table, own, arriving=arriving)
            if calls is not None:
                yield calls


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Items of flights that are flown.

    Attributes:
        item, kind, rotation: Of each.
        hop: Where it leaves and where it arrives: the hold.
        airport: Likewise, by number.
        minute: Likewise: off-block and on-block.
        room_g: On its way.
    """

    item: Ints
    kind: Ints
    rotation: Ints
    hop: tuple[Ints, Ints]
    airport: tuple[Ints, Ints]
    minute: tuple[Ints, Ints]
    room_g: Ints


def _table(relaxation: Relaxation, loaded: Loaded) -> _Table:
    cargo, items = relaxation.cargo, relaxation.catalogue.items
    segments = np.diff(cargo.segments)
    rotation_of = np.repeat(np.arange(len(segments)), segments)
    flown = np.zeros(len(segments), dtype=np.bool_)
    flown[: len(loaded.flow)] = loaded.flow > LEAST_FLOW
    segment_of = np.flatnonzero(flown[rotation_of])
    counts = np.diff(cargo.items)[segment_of]
    segment = np.repeat(segment_of, counts)
    start = np.repeat(cargo.items[segment_of] - np.cumsum(counts) + counts, counts)
    item = start + np.arange(len(start))
    rotation = rotation_of[segment]
    first = cargo.holds[rotation]
    low, high = first + cargo.low[segment], first + cargo.high[segment]
    legs = _legs(relaxation, rotation, items.first_leg[segment], items.last_leg[segment])
    return _Table(
        item, items.consignment[cargo.cls[item]], rotation, (low, high), legs[0], legs[1],
        room_g(cargo, low, high),
    )  # fmt: skip


def _legs(
    relaxation: Relaxation, rotation: Ints, first: Ints, last: Ints
) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
    """Airports and minutes of leaving and arriving."""
    rotations = relaxation.catalogue.rotations
    number = {a.code: k for k, a in enumerate(relaxation.resolved.airports)}
    known: dict[tuple[int, int, int], tuple[int, int, int, int]] = {}
    keys = list(zip(rotation.tolist(), first.tolist(), last.tolist(), strict=True))
    for key in set(keys):
        legs = rotations[key[0]].legs
        leaving, arriving = legs[key[1]], legs[key[2]]
        known[key] = (
            number[leaving.origin], number[arriving.destination],
            leaving.off_block_min, arriving.on_block_min,
        )  # fmt: skip
    table = np.array([known[key] for key in keys], dtype=np.int64).reshape(-1, 4)
    return (table[:, 0], table[:, 1]), (table[:, 2], table[:, 3])


def _of_airport(
    relaxation: Relaxation, loaded: Loaded, table: _Table, own: Ints, *, arriving: bool
) -> _Calls | None:
    """Flights with some items; None if there are too few."""
    cycle = relaxation.catalogue.cycle_min
    hops, which = np.unique(table.hop[int(arriving)][own], return_inverse=True)
    room_g = np.zeros(len(hops), dtype=np.int64)
    np.maximum.at(room_g, which, table.room_g[own])
    rotation = np.zeros(len(hops), dtype=np.int64)
    minute = np.zeros(len(hops), dtype=np.int64)
    rotation[which], minute[which] = table.rotation[own], table.minute[int(arriving)][own]
    flow = loaded.flow[rotation]
    kept = np.argsort(-flow, kind="stable")[:MOST_FLIGHTS]
    order = kept[np.lexsort((rotation[kept], minute[kept] % cycle if cycle else minute[kept]))]
    place = np.full(len(hops), -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    inside = place[which] >= 0
    at, items = place[which][inside], own[inside]
    of = relaxation.catalogue.kinds.consignment[table.kind[items]]
    numbers, column = np.unique(of, return_inverse=True)
    rows = [relaxation.resolved.consignments[j] for j in numbers.tolist()]
    weight_g = np.array([c.weight_g for c in rows], dtype=np.int64)
    carried = np.zeros((len(order), len(rows)))
    np.add.at(carried, (at, column), loaded.item_kg[table.item[items]] * 1e3 / weight_g[column])
    could = np.zeros((len(order), len(rows)), dtype=np.bool_)
    could[at, column] = True
    total = carried.sum(axis=0)
    carried /= np.maximum(1.0, total)
    if not carried.any():
        return None
    return _Calls(
        names=tuple(c.id for c in rows),
        arriving=arriving,
        flow=flow[order],
        room_g=room_g[order],
        room_cm3=np.rint(relaxation.cargo.volume_m3[rotation[order]] * 1e6).astype(np.int64),
        weight_g=weight_g,
        volume_cm3=np.array([c.volume_cm3 for c in rows], dtype=np.int64),
        carried=carried,
        could=could,
    )


@kernel
def _search(
    flow: Floats, room: Floats, size: Floats, carried: Floats, could: Bools,
    least: float, fraction: float,
) -> tuple[Floats, Bools]:  # fmt: skip
    """By first flight of a row, by how much the worst choice is broken, and that choice.

    Args:
        room: By flight, in full flights.
        size: By consignment, likewise.
    """
    n, m = carried.shape
    worst, chosen = np.zeros(n), np.zeros((n, m), np.bool_)
    inside = np.zeros(m, np.bool_)
    total = np.zeros(m)
    for e in range(n):
        for j in range(m):
            total[j] += carried[e, j]
    for start in range(n):
        share, full = np.zeros(m), 0.0
        for step in range(n):
            e = (start + step) % n
            full += room[e] * flow[e]
            for j in range(m):
                share[j] += carried[e, j]
            f = full - np.floor(full)
            if f < fraction or f > 1.0 - fraction:
                continue
            over, offered, used = 0.0, 0.0, 0.0
            for j in range(m):
                inside[j] = share[j] > f + 1e-9
                if inside[j]:
                    over += (share[j] - f) * size[j]
                    offered += size[j]
                    used += min(1.0, total[j]) * size[j]
            if over - np.floor(full) * (1.0 - f) < max(least, worst[start]):
                continue
            q = np.floor(offered)
            rest = offered - q
            if rest < fraction or rest > 1.0 - fraction:
                continue
            broken = used - q * (1.0 - rest)
            for other in range(n):
                takes = False
                for j in range(m):
                    if inside[j] and could[other, j]:
                        takes = True
                        break
                if takes:
                    q = np.floor(room[other] + 1e-9)
                    broken -= flow[other] * (q * rest + min(max(0.0, room[other] - q), rest))
            if broken > max(least, worst[start]):
                worst[start] = broken
                chosen[start] = inside
    return worst, chosen
