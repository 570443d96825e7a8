"""Holds: what limits the load of a rotation (C4, C5, C10, C18), as arrays for the kernels."""

from __future__ import annotations

import numpy as np

from optimizer.dual.arrays import Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.items import offsets, stack
from optimizer.dual.loading import Cargo
from optimizer.network import Caps, Positions

NO_LIMIT = 1e12
LEAST_POSITIONS = 1e-3
"""Stands for none, so that a share of it can be told; more room is no harm to a bound."""


def cargo_arrays(catalogue: Catalogue) -> Cargo:
    """Items and holds of all rotations and of bought capacity.

    Consecutive legs on which the same segments are on board are one hold with the least of their
    caps: loads that keep it keep all of them. Legs without cargo are none. What a flight lifts on
    its first leg has waited in the terminal all together (C10).
    """
    resolved, items = catalogue.resolved, catalogue.items
    leg_caps = Caps(resolved)
    count, low, high = [], [], []
    rotations = len(catalogue.rotations)
    caps, volume = [np.zeros(0)], np.zeros(rotations + len(resolved.blocks))
    volume_m3 = {t.type: t.volume_cm3 * 1e-6 for t in resolved.types}
    for x in catalogue.timetable.routes:
        route = x.route
        segments = slice(int(items.segments[x.first]), int(items.segments[x.first + 1]))
        pairs = tuple(
            zip(items.first_leg[segments].tolist(), items.last_leg[segments].tolist(), strict=True)
        )
        groups = _groups(pairs, len(route.stops))
        place = {leg: h for h, group in enumerate(groups) for leg in group}
        cap_kg = leg_caps.of(route)
        least = np.array([min(cap_kg[i] for i in group) for group in groups], dtype=np.float64)
        count.append(np.full(x.count, len(groups), dtype=np.int64))
        low.append(_repeated([place[a] for a, _ in pairs], x.count))
        high.append(_repeated([place[b] for _, b in pairs], x.count))
        caps.append(np.tile(least, x.count))
        volume[x.span] = volume_m3[route.type]
    for number, block in enumerate(resolved.blocks, start=rotations):
        count.append(np.ones(1, dtype=np.int64))
        low.append(_repeated([0], 1))
        high.append(_repeated([0], 1))
        caps.append(np.array([block.weight_g * 1e-3]))
        volume[number] = block.volume_cm3 * 1e-6
    return Cargo(
        segments=items.segments,
        items=items.items,
        cls=items.cls,
        margin_usd_per_kg=items.margin_usd_per_kg,
        holds=offsets(stack(count)),
        low=stack(low),
        high=stack(high),
        cap_kg=np.concatenate(caps),
        volume_m3=volume,
        weight_kg=catalogue.weight_kg[items.consignment],
        density_m3_per_kg=catalogue.density_m3_per_kg[items.consignment],
    )


def packed_cargo(catalogue: Catalogue, cargo: Cargo) -> dict[int, Cargo]:
    """The same with ULD positions (C6) in place of volume, by the number of each limit that may
    bind.

    A load keeps weight and volume, and it keeps weight and positions of the main deck, of the lower
    deck and of both: the best load within any of these is at least the best of those that keep all.
    """
    resolved, found = catalogue.resolved, dict[int, Cargo]()
    positions = Positions(resolved)
    if not positions.limited:
        return found
    taken = np.array([positions.per_kg(c) for c in resolved.consignments], dtype=np.float64)
    for number in range(taken.shape[1]):
        room = np.full(len(cargo.volume_m3), NO_LIMIT)
        for x in catalogue.timetable.routes:
            limit = positions.of_type(x.route.type)[number]
            if limit is not None:
                room[x.span] = max(limit * 1e-3, LEAST_POSITIONS)
        if room.min(initial=NO_LIMIT) < NO_LIMIT and taken[:, number].any():
            consignment = catalogue.kinds.consignment[catalogue.items.consignment]
            per_kg = np.ascontiguousarray(taken[consignment, number])
            found[number] = cargo._replace(volume_m3=room, density_m3_per_kg=per_kg)
    return found


def _repeated(numbers: list[int], times: int) -> Ints:
    return np.tile(np.array(numbers, dtype=np.int64), times)


def _groups(pairs: tuple[tuple[int, int], ...], legs: int) -> list[list[int]]:
    """Consecutive legs that the same segments cross; legs that none crosses are left out."""
    groups: list[list[int]] = []
    before: tuple[int, ...] | None = None
    for leg in range(legs):
        crossing = tuple(i for i, (a, b) in enumerate(pairs) if a <= leg <= b)
        if not crossing:
            before = None
        elif crossing == before:
            groups[-1].append(leg)
        else:
            groups.append([leg])
            before = crossing
    return groups
