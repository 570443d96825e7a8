"""The inner loop: which cargo goes on one timed rotation, and what it earns.

A hold is filled greedily by margin per size, over all segments at once: for one weight limit and
one volume limit a leg that is close to the fractional knapsack, and what it finds is always
feasible.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.engine.cargo_table import Bools, CargoArrays, Floats, Ints, Shape

LEAST_KG = 1e-3
ILLEGAL_MIN = -1
"""Marks a first departure from which the route cannot be flown."""


@njit(cache=True, nogil=True)
def weeks_later(
    cargo: CargoArrays, offer: int, off_block_min: int, on_block_min: int, cycle_min: int
) -> int:
    """Periods after its base week in which a flight suits an offer (C11); -1 for never."""
    weeks = 0
    if cycle_min > 0:
        short = cargo.earliest_min[offer] - off_block_min
        if short > 0:
            weeks = (short + cycle_min - 1) // cycle_min
    departure = off_block_min + weeks * cycle_min
    if departure < cargo.earliest_min[offer]:
        return -1
    if on_block_min + weeks * cycle_min > cargo.latest_min[offer]:
        return -1
    dwell = cargo.dwell_min[offer]
    if dwell >= 0 and departure - arrival_at_airport(cargo, offer, departure) > dwell:
        return -1
    return weeks


@njit(cache=True, nogil=True)
def arrival_at_airport(cargo: CargoArrays, offer: int, departure_min: int) -> int:
    """When an offer comes to its airport if its truck leaves as late as it can."""
    truck = cargo.truck_min[offer]
    if truck < 0:
        return cargo.ready_min[offer]
    latest = departure_min - cargo.export_min[offer] - truck
    return latest - (latest - cargo.offset_min[offer]) % cargo.every_min[offer] + truck


@njit(cache=True, nogil=True)
def _worth(
    cargo: CargoArrays, shape: Shape, segment: int, offer: int, off_block_min: int, weeks: int,
    cycle_min: int,
) -> float:  # fmt: skip
    """Margin per kg, less fuel and storage."""
    departure = off_block_min + weeks * cycle_min
    stored_min = departure - arrival_at_airport(cargo, offer, departure)
    storage = cargo.storage_usd_per_kg_min[offer] * stored_min
    return cargo.margin_usd_per_kg[offer] - shape.fuel_usd_per_kg[segment] - storage


@njit(cache=True, nogil=True)
def _next_offer(
    cargo: CargoArrays, shape: Shape, segment: int, start: int, off_block_min: int,
    on_block_min: int, left_kg: Floats, cycle_min: int,
) -> tuple[int, int, float]:  # fmt: skip
    """The next offer of a segment that can fly and earns something: it, its weeks, its worth."""
    for offer in range(start, shape.high[segment]):
        if left_kg[cargo.consignment[offer]] < LEAST_KG:
            continue
        if not cargo.allowed[offer, shape.operator]:
            continue
        weeks = weeks_later(cargo, offer, off_block_min, on_block_min, cycle_min)
        if weeks < 0:
            continue
        worth = _worth(cargo, shape, segment, offer, off_block_min, weeks, cycle_min)
        if worth > 0:
            return offer, weeks, worth
    return -1, 0, 0.0


@njit(cache=True, nogil=True)
def fill(
    cargo: CargoArrays, shape: Shape, off_min: Ints, block_min: Ints, left_kg: Floats,
    cycle_min: int, chosen: Ints, chosen_kg: Floats, chosen_usd: Floats,
) -> tuple[float, int]:  # fmt: skip
    """Fill one rotation; takes what it loads from `left_kg`.

    Returns:
        What the cargo earns in dollars, and how many loads were written to `chosen` (offer,
        segment, weeks later), `chosen_kg` and `chosen_usd`.
    """
    legs = shape.cap_kg.shape[0]
    segments = shape.low.shape[0]
    room_kg = shape.cap_kg.copy()
    room_m3 = np.full(legs, shape.volume_m3)
    head = np.full(segments, -1)
    weeks = np.zeros(segments, np.int64)
    worth = np.zeros(segments)
    for s in range(segments):
        last = shape.last_leg[s]
        head[s], weeks[s], worth[s] = _next_offer(
            cargo, shape, s, shape.low[s], off_min[shape.first_leg[s]],
            off_min[last] + block_min[last], left_kg, cycle_min,
        )  # fmt: skip
    total, count = 0.0, 0
    while count < chosen.shape[0]:
        best, best_score = -1, 0.0
        for s in range(segments):
            if head[s] >= 0:
                score = worth[s] / cargo.size[head[s]]
                if score > best_score:
                    best, best_score = s, score
        if best < 0:
            break
        offer, last = head[best], shape.last_leg[best]
        density = cargo.volume_m3_per_kg[offer]
        kg = left_kg[cargo.consignment[offer]]
        for leg in range(shape.first_leg[best], last + 1):
            kg = min(kg, room_kg[leg])
            if density > 0:
                kg = min(kg, room_m3[leg] / density)
        if kg >= LEAST_KG:
            for leg in range(shape.first_leg[best], last + 1):
                room_kg[leg] -= kg
                room_m3[leg] -= kg * density
            left_kg[cargo.consignment[offer]] -= kg
            chosen[count, 0], chosen[count, 1], chosen[count, 2] = offer, best, weeks[best]
            chosen_kg[count], chosen_usd[count] = kg, kg * worth[best]
            total += kg * worth[best]
            count += 1
        full = False
        for leg in range(shape.first_leg[best], last + 1):
            if room_kg[leg] < LEAST_KG or room_m3[leg] < 1e-6:
                full = True
        if full:
            head[best] = -1
        else:
            head[best], weeks[best], worth[best] = _next_offer(
                cargo, shape, best, offer + 1, off_min[shape.first_leg[best]],
                off_min[last] + block_min[last], left_kg, cycle_min,
            )  # fmt: skip
    return total, count


@njit(cache=True, nogil=True)
def worths(
    cargo: CargoArrays, shape: Shape, off_min: Ints, block_min: Ints, asked: Bools,
    left_kg: Floats, cycle_min: int,
) -> Floats:  # fmt: skip
    """What the cargo of a route earns from each first departure asked for; 0 for the others."""
    most = 1
    for s in range(shape.low.shape[0]):
        most += shape.high[s] - shape.low[s]
    chosen = np.empty((most, 3), np.int64)
    chosen_kg, chosen_usd = np.empty(most), np.empty(most)
    value = np.zeros(off_min.shape[0])
    for i in range(off_min.shape[0]):
        if asked[i] and off_min[i, 0] != ILLEGAL_MIN:
            value[i], count = fill(
                cargo, shape, off_min[i], block_min, left_kg, cycle_min, chosen, chosen_kg,
                chosen_usd,
            )  # fmt: skip
            for k in range(count):
                left_kg[cargo.consignment[chosen[k, 0]]] += chosen_kg[k]
    return value


@njit(cache=True, nogil=True)
def possible_loads(
    cargo: CargoArrays, shape: Shape, off_min: Ints, block_min: Ints, cycle_min: int
) -> tuple[Ints, Floats]:
    """Every load that one rotation could take and that earns something.

    Returns:
        Rows of (offer, segment, weeks later), and the worth of each in dollars per kg.
    """
    most = 0
    for s in range(shape.low.shape[0]):
        most += shape.high[s] - shape.low[s]
    rows, worth = np.empty((most, 3), np.int64), np.empty(most)
    count = 0
    for s in range(shape.low.shape[0]):
        off = off_min[shape.first_leg[s]]
        last = shape.last_leg[s]
        on = off_min[last] + block_min[last]
        for offer in range(shape.low[s], shape.high[s]):
            if not cargo.allowed[offer, shape.operator]:
                continue
            weeks = weeks_later(cargo, offer, off, on, cycle_min)
            if weeks < 0:
                continue
            usd = _worth(cargo, shape, s, offer, off, weeks, cycle_min)
            if usd > 0:
                rows[count, 0], rows[count, 1], rows[count, 2] = offer, s, weeks
                worth[count] = usd
                count += 1
    return rows[:count].copy(), worth[:count].copy()
