"""The inner loop: which cargo goes on one timed rotation, and what it earns.

A hold is filled greedily by margin per size, over all segments at once: for one weight limit and
one volume limit a leg that is close to the fractional knapsack, and what it finds is always
feasible.
"""

from __future__ import annotations

import numpy as np

from optimizer.control import kernel
from optimizer.engine.cargo_table import Bools, CargoArrays, Floats, Ints, Shape

LEAST_KG = 1e-3
ILLEGAL_MIN = -1
"""Marks a first departure from which the route cannot be flown."""
NEVER = -1_000_000
"""Weeks later of an offer that a flight does not suit in any week."""


@kernel
def _weeks_in_time(
    earliest_min: int, latest_min: int, off_block_min: int, on_block_min: int, cycle_min: int
) -> int:
    """Periods after its base week in which a flight first leaves late and lands early enough.

    Plain numbers and no arrays, so that the compiler puts it in place of a call: most offers of a
    long period end here.
    """
    weeks = 0
    if cycle_min > 0:  # rounded up; negative for a leg that falls into its rotation's next week
        weeks = -((off_block_min - earliest_min) // cycle_min)
    if off_block_min + weeks * cycle_min < earliest_min:
        return NEVER
    if on_block_min + weeks * cycle_min > latest_min:
        return NEVER
    return weeks


@kernel
def _keeps(cargo: CargoArrays, offer: int, departure_min: int) -> bool:
    """Whether an offer does not wait longer at its airport than it may."""
    dwell = cargo.dwell_min[offer]
    return dwell < 0 or departure_min - arrival_at_airport(cargo, offer, departure_min) <= dwell


@kernel
def weeks_later(
    cargo: CargoArrays, offer: int, off_block_min: int, on_block_min: int, cycle_min: int
) -> int:
    """Periods after its base week in which a flight first suits an offer (C11), or `NEVER`."""
    weeks = _weeks_in_time(
        cargo.earliest_min[offer], cargo.latest_min[offer], off_block_min, on_block_min, cycle_min
    )
    if weeks != NEVER and not _keeps(cargo, offer, off_block_min + weeks * cycle_min):
        return NEVER
    return weeks


@kernel
def arrival_at_airport(cargo: CargoArrays, offer: int, departure_min: int) -> int:
    """When an offer comes to its airport if its truck leaves as late as it can."""
    truck = cargo.truck_min[offer]
    if truck < 0:
        return cargo.ready_min[offer]
    latest = departure_min - cargo.export_min[offer] - truck
    return latest - (latest - cargo.offset_min[offer]) % cargo.every_min[offer] + truck


@kernel
def _worth(
    cargo: CargoArrays, shape: Shape, segment: int, offer: int, off_block_min: int, weeks: int,
    cycle_min: int,
) -> float:  # fmt: skip
    """Margin per kg, less fuel and storage."""
    departure = off_block_min + weeks * cycle_min
    stored_min = departure - arrival_at_airport(cargo, offer, departure)
    storage = cargo.storage_usd_per_kg_min[offer] * stored_min
    return cargo.margin_usd_per_kg[offer] - shape.carriage_usd_per_kg[segment] - storage


@kernel
def _on_offer(cargo: CargoArrays, shape: Shape, left_kg: Floats) -> tuple[Ints, Ints]:
    """Offers of which the operator may carry something, and where those of a segment begin."""
    segments = shape.low.shape[0]
    most = 0
    for s in range(segments):
        most += shape.high[s] - shape.low[s]
    offers, first = np.empty(most, np.int64), np.zeros(segments + 1, np.int64)
    count = 0
    for s in range(segments):
        for offer in range(shape.low[s], shape.high[s]):
            left = left_kg[cargo.consignment[offer]]
            if left >= LEAST_KG and cargo.allowed[offer, shape.flyer]:
                offers[count] = offer
                count += 1
        first[s + 1] = count
    return offers, first


@kernel
def _next_offer(
    cargo: CargoArrays, shape: Shape, offers: Ints, start: int, end: int, segment: int,
    off_block_min: int, on_block_min: int, left_kg: Floats, cycle_min: int,
) -> tuple[int, int, float]:  # fmt: skip
    """Where the next offer is that can fly and earns something, its weeks, and its worth."""
    for at in range(start, end):
        offer = offers[at]
        if left_kg[cargo.consignment[offer]] < LEAST_KG:
            continue
        weeks = _weeks_in_time(
            cargo.earliest_min[offer], cargo.latest_min[offer], off_block_min, on_block_min,
            cycle_min,
        )  # fmt: skip
        if weeks == NEVER or not _keeps(cargo, offer, off_block_min + weeks * cycle_min):
            continue
        worth = _worth(cargo, shape, segment, offer, off_block_min, weeks, cycle_min)
        if worth > 0:
            return at, weeks, worth
    return -1, 0, 0.0


@kernel
def _is_apart(
    cargo: CargoArrays, offer: int, first: int, last: int, aboard: Bools, shut: Bools, met: Bools
) -> bool:
    """Whether goods are shut out, or must not be beside some on board, which are noted (C16)."""
    found = False
    for goods in range(shut.shape[0]):
        if cargo.holds[offer, goods] and shut[goods]:
            return True
        if cargo.apart[offer, goods]:
            for leg in range(first, last + 1):
                if aboard[leg, goods]:
                    met[goods] = found = True
    return found


@kernel
def _fill(
    cargo: CargoArrays, shape: Shape, offers: Ints, first_of: Ints, off_min: Ints, block_min: Ints,
    left_kg: Floats, cycle_min: int, chosen: Ints, chosen_kg: Floats, shut: Bools, met: Bools,
) -> tuple[float, int]:  # fmt: skip
    """Fill one rotation; takes what it loads from `left_kg`.

    Goods that are `shut` out stay behind; those on board that others must not be beside are `met`.
    """
    legs = shape.cap_kg.shape[0]
    aboard = np.zeros((legs, shut.shape[0]), np.bool_)
    segments = shape.low.shape[0]
    room_kg = shape.cap_kg.copy()
    room_m3 = np.full(legs, shape.volume_m3)
    room_positions = np.empty((legs, shape.positions.shape[0]))
    room_positions[:] = shape.positions
    head = np.full(segments, -1)
    weeks = np.zeros(segments, np.int64)
    worth = np.zeros(segments)
    for s in range(segments):
        last = shape.last_leg[s]
        head[s], weeks[s], worth[s] = _next_offer(
            cargo, shape, offers, first_of[s], first_of[s + 1], s, off_min[shape.first_leg[s]],
            off_min[last] + block_min[last], left_kg, cycle_min,
        )  # fmt: skip
    total, count = 0.0, 0
    while count < chosen.shape[0]:
        best, best_score = -1, 0.0
        for s in range(segments):
            if head[s] >= 0:
                score = worth[s] / cargo.size[offers[head[s]]]
                if score > best_score:
                    best, best_score = s, score
        if best < 0:
            break
        offer, last = offers[head[best]], shape.last_leg[best]
        density = cargo.volume_m3_per_kg[offer]
        kg = left_kg[cargo.consignment[offer]]
        for leg in range(shape.first_leg[best], last + 1):
            kg = min(kg, room_kg[leg])
            if density > 0:
                kg = min(kg, room_m3[leg] / density)
            for limit in range(room_positions.shape[1]):
                if cargo.positions_per_kg[offer, limit] > 0:
                    kg = min(kg, room_positions[leg, limit] / cargo.positions_per_kg[offer, limit])
        if kg >= LEAST_KG and _is_apart(
            cargo, offer, shape.first_leg[best], last, aboard, shut, met
        ):
            kg = 0.0
        if kg >= LEAST_KG:
            for leg in range(shape.first_leg[best], last + 1):
                for goods in range(shut.shape[0]):
                    if cargo.holds[offer, goods]:
                        aboard[leg, goods] = True
            left_kg[cargo.consignment[offer]] -= kg
            chosen[count, 0], chosen[count, 1], chosen[count, 2] = offer, best, weeks[best]
            chosen_kg[count] = kg
            total += kg * worth[best]
            count += 1
        full = False
        for leg in range(shape.first_leg[best], last + 1):
            room_kg[leg] -= max(kg, 0.0)
            room_m3[leg] -= max(kg, 0.0) * density
            for limit in range(room_positions.shape[1]):
                room_positions[leg, limit] -= max(kg, 0.0) * cargo.positions_per_kg[offer, limit]
            if room_kg[leg] < LEAST_KG or room_m3[leg] < 1e-6:
                full = True
        if full:
            head[best] = -1
        else:
            head[best], weeks[best], worth[best] = _next_offer(
                cargo, shape, offers, head[best] + 1, first_of[best + 1], best,
                off_min[shape.first_leg[best]], off_min[last] + block_min[last], left_kg, cycle_min,
            )  # fmt: skip
    return total, count


@kernel
def _best_fill(
    cargo: CargoArrays, shape: Shape, offers: Ints, first_of: Ints, off_min: Ints, block_min: Ints,
    left_kg: Floats, cycle_min: int, chosen: Ints, chosen_kg: Floats,
) -> tuple[float, int]:  # fmt: skip
    """Fill one rotation, with goods that kept others out or without some of them; takes nothing."""
    goods = cargo.holds.shape[1]
    shut, met, without = np.zeros(goods, np.bool_), np.zeros(goods, np.bool_), -1
    best_usd, count = _fill(
        cargo, shape, offers, first_of, off_min, block_min, left_kg, cycle_min, chosen, chosen_kg,
        shut, met,
    )  # fmt: skip
    for k in range(count):
        left_kg[cargo.consignment[chosen[k, 0]]] += chosen_kg[k]
    again = met.copy()
    for g in range(goods):
        if again[g]:
            shut[g] = True
            usd, count = _fill(
                cargo, shape, offers, first_of, off_min, block_min, left_kg, cycle_min, chosen,
                chosen_kg, shut, met,
            )  # fmt: skip
            for k in range(count):
                left_kg[cargo.consignment[chosen[k, 0]]] += chosen_kg[k]
            shut[g] = False
            if usd > best_usd:
                best_usd, without = usd, g
    if again.any():  # the last one tried need not be the best
        if without >= 0:
            shut[without] = True
        best_usd, count = _fill(
            cargo, shape, offers, first_of, off_min, block_min, left_kg, cycle_min, chosen,
            chosen_kg, shut, met,
        )  # fmt: skip
        for k in range(count):
            left_kg[cargo.consignment[chosen[k, 0]]] += chosen_kg[k]
    return best_usd, count


@kernel
def fill(
    cargo: CargoArrays, shape: Shape, off_min: Ints, block_min: Ints, left_kg: Floats,
    cycle_min: int,
) -> tuple[float, Ints, Floats]:  # fmt: skip
    """The best cargo left for one rotation, found greedily; takes nothing.

    Returns:
        What it earns in dollars, rows of (offer, segment, weeks later), and the kg of each.
    """
    offers, first_of = _on_offer(cargo, shape, left_kg)
    chosen, chosen_kg = np.empty((first_of[-1], 3), np.int64), np.empty(first_of[-1])
    usd, count = _best_fill(
        cargo, shape, offers, first_of, off_min, block_min, left_kg, cycle_min, chosen, chosen_kg
    )
    return usd, chosen[:count].copy(), chosen_kg[:count].copy()


@kernel
def worths(
    cargo: CargoArrays, shape: Shape, off_min: Ints, block_min: Ints, asked: Bools,
    left_kg: Floats, cycle_min: int,
) -> Floats:  # fmt: skip
    """What the cargo of a route earns from each first departure asked for; 0 for the others."""
    offers, first_of = _on_offer(cargo, shape, left_kg)
    chosen, chosen_kg = np.empty((first_of[-1], 3), np.int64), np.empty(first_of[-1])
    value = np.zeros(off_min.shape[0])
    for i in range(off_min.shape[0]):
        if asked[i] and off_min[i, 0] != ILLEGAL_MIN and first_of[-1] > 0:
            value[i], _ = _best_fill(
                cargo, shape, offers, first_of, off_min[i], block_min, left_kg, cycle_min, chosen,
                chosen_kg,
            )  # fmt: skip
    return value


@kernel
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
            if not cargo.allowed[offer, shape.flyer]:
                continue
            weeks = _weeks_in_time(
                cargo.earliest_min[offer], cargo.latest_min[offer], off, on, cycle_min
            )
            if weeks == NEVER or not _keeps(cargo, offer, off + weeks * cycle_min):
                continue
            usd = _worth(cargo, shape, s, offer, off, weeks, cycle_min)
            if usd > 0:
                rows[count, 0], rows[count, 1], rows[count, 2] = offer, s, weeks
                worth[count] = usd
                count += 1
    return rows[:count].copy(), worth[:count].copy()
