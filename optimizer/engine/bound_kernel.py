"""Inner loops of the bound: what a rotation could earn at most, and the best line of flying.

A rotation's cargo is split into groups, each held against one leg only (outbound cargo against
the first leg, homebound against the last): leaving the other legs out can only raise the value.
For non-negative prices a on kilograms and b on cubic metres of that leg,

    value <= a cap + b volume + sum over loads of weight * max(0, worth - a - b density)

(weak duality), whatever a and b are; a few directions b / a are tried, each with its best a.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.engine.cargo_table import Bools, CargoArrays, Floats, Ints, Shape

STEPS = 24
"""Bisection steps for the price of room."""


@njit(cache=True, nogil=True)
def _suits(
    cargo: CargoArrays, offer: int, late_off_min: int, early_on_min: int, cycle_min: int
) -> bool:
    """Whether some timing between these could carry an offer (C11); dwell only where exact."""
    weeks = 0
    if cycle_min:
        weeks = -((late_off_min - cargo.earliest_min[offer]) // cycle_min)
    elif late_off_min < cargo.earliest_min[offer]:
        return False
    return early_on_min + weeks * cycle_min <= cargo.latest_min[offer]


@njit(cache=True, nogil=True)
def _gather(
    cargo: CargoArrays, shape: Shape, group: int, groups: Ints, late_off: Ints, early_on: Ints,
    weight_kg: Floats, price: Floats, cycle_min: int, worth: Floats, offers: Ints,
) -> int:  # fmt: skip
    """Loads of a group with positive worth after prices of cargo; their number."""
    count = 0
    for s in range(shape.low.shape[0]):
        if groups[s] != group:
            continue
        off, on = late_off[shape.first_leg[s]], early_on[shape.last_leg[s]]
        for offer in range(shape.low[s], shape.high[s]):
            if not cargo.allowed[offer, shape.operator]:
                continue
            usd = cargo.margin_usd_per_kg[offer] - shape.fuel_usd_per_kg[s]
            usd -= price[cargo.consignment[offer]]
            if usd <= 0 or not _suits(cargo, offer, off, on, cycle_min):
                continue
            worth[count], offers[count] = usd, offer
            count += 1
    return count


@njit(cache=True, nogil=True)
def _knapsack(
    cargo: CargoArrays, weight_kg: Floats, worth: Floats, offers: Ints, count: int, cap_kg: float,
    volume_m3: float, best: Floats,
) -> float:  # fmt: skip
    """Least bound over a few directions; writes the prices of room found to `best`."""
    typical = volume_m3 / max(cap_kg, 1.0)
    least = np.inf
    for way in range(4):
        # room of one kg: x kg + y m3, so that a = t x and b = t y for a price t
        x, y = 1.0, 0.0
        if way == 1:
            x, y = 0.0, 1.0 / max(typical, 1e-9)
        elif way == 2:
            x, y = 0.5, 0.5 / max(typical, 1e-9)
        elif way == 3:
            x, y = 0.2, 0.8 / max(typical, 1e-9)
        room = x * cap_kg + y * volume_m3
        low, high = 0.0, 0.0
        for k in range(count):
            size = x + y * cargo.volume_m3_per_kg[offers[k]]
            if size > 0:
                high = max(high, worth[k] / size)
        for _ in range(STEPS):
            t = 0.5 * (low + high)
            used = 0.0
            for k in range(count):
                size = x + y * cargo.volume_m3_per_kg[offers[k]]
                if worth[k] > t * size:
                    used += size * weight_kg[cargo.consignment[offers[k]]]
            if used > room:
                low = t
            else:
                high = t
        for t in (low, high):
            value = t * room
            for k in range(count):
                size = x + y * cargo.volume_m3_per_kg[offers[k]]
                over = worth[k] - t * size
                if over > 0:
                    value += over * weight_kg[cargo.consignment[offers[k]]]
            if value < least:
                least = value
                best[0], best[1] = t * x, t * y
    return least


@njit(cache=True, nogil=True)
def values(
    cargo: CargoArrays, shape: Shape, groups: Ints, group_leg: Ints, late_off: Ints, early_on: Ints,
    asked: Bools, weight_kg: Floats, price: Floats, cycle_min: int,
) -> Floats:  # fmt: skip
    """The most that the cargo of a route can earn from each first departure asked for."""
    most = 1
    for s in range(shape.low.shape[0]):
        most += shape.high[s] - shape.low[s]
    worth, offers, best = np.empty(most), np.empty(most, np.int64), np.empty(2)
    before = np.empty(most, np.int64)
    value = np.zeros(asked.shape[0])
    for g in range(group_leg.shape[0]):
        count_before, value_before = 0, 0.0
        for i in range(asked.shape[0]):
            if not asked[i]:
                continue
            count = _gather(
                cargo, shape, g, groups, late_off[i], early_on[i], weight_kg, price, cycle_min,
                worth, offers,
            )  # fmt: skip
            same = count == count_before
            k = 0
            while same and k < count:
                same = offers[k] == before[k]
                k += 1
            if not same:  # neighbouring departures mostly suit the same cargo
                value_before = 0.0
                if count:
                    value_before = _knapsack(
                        cargo, weight_kg, worth, offers, count, shape.cap_kg[group_leg[g]],
                        shape.volume_m3, best,
                    )  # fmt: skip
                count_before = count
                before[:count] = offers[:count]
            value[i] += value_before
    return value


@njit(cache=True, nogil=True)
def add_use(
    cargo: CargoArrays, shape: Shape, groups: Ints, group_leg: Ints, late_off: Ints, early_on: Ints,
    weight_kg: Floats, price: Floats, cycle_min: int, times: float, use_kg: Floats,
) -> None:  # fmt: skip
    """Add the cargo that the bound of one rotation rests on, `times` over."""
    most = 1
    for s in range(shape.low.shape[0]):
        most += shape.high[s] - shape.low[s]
    worth, offers, best = np.empty(most), np.empty(most, np.int64), np.empty(2)
    for g in range(group_leg.shape[0]):
        count = _gather(
            cargo, shape, g, groups, late_off, early_on, weight_kg, price, cycle_min, worth, offers
        )
        if not count:
            continue
        leg = group_leg[g]
        _knapsack(cargo, weight_kg, worth, offers, count, shape.cap_kg[leg], shape.volume_m3, best)
        left_kg, left_m3 = shape.cap_kg[leg], shape.volume_m3
        score = np.empty(count)
        for k in range(count):
            density = cargo.volume_m3_per_kg[offers[k]]
            score[k] = -worth[k] / max(best[0] + best[1] * density, 1e-9)
        for k in np.argsort(score):
            density = cargo.volume_m3_per_kg[offers[k]]
            kg = min(weight_kg[cargo.consignment[offers[k]]], left_kg)
            if density > 0:
                kg = min(kg, left_m3 / density)
            use_kg[cargo.consignment[offers[k]]] += times * kg
            left_kg -= kg
            left_m3 -= kg * density


@njit(cache=True, nogil=True)
def best_line(
    start: Ints, first_arc: Ints, arc_next: Ints, arc_usd: Floats, last_usd: Floats, weeks: int
) -> tuple[Floats, Ints]:
    """Longest path over hub time, backwards, through `weeks` repetitions of the departures.

    Args:
        start: Departure minutes of one period, sorted.
        first_arc: Arcs of departure i are ``first_arc[i] : first_arc[i + 1]``.
        arc_next: Departure from which on the aircraft is free again, counted on over the weeks.
        arc_usd: What each arc earns.
        last_usd: What a line can end with at each departure, besides going on; the last entry is
            for after all departures.

    Returns:
        The most that can be earned from each departure on, and the arc taken (-1: wait or end).
    """
    n = start.shape[0]
    total = n * weeks
    value = np.empty(total + 1)
    taken = np.full(total + 1, -1, np.int64)
    value[total] = last_usd[n]
    for j in range(total - 1, -1, -1):
        i, base = j % n, j - j % n
        best = max(value[j + 1], last_usd[i])
        for arc in range(first_arc[i], first_arc[i + 1]):
            then = min(arc_next[arc] + base, total)
            usd = arc_usd[arc] + value[then]
            if usd > best:
                best = usd
                taken[j] = arc
        value[j] = best
    return value, taken
