"""What the best load of every rotation earns at given prices, bounded by weak duality.

Legs that carry the same cargo are one *hold*, with the least of their caps. For a hold's prices of
weight and volume a, b >= 0 the value of a load is at most

    sum over holds (a cap + b volume) + sum over cargo kg * max(0, worth - a's - density * b's).

With one hold the best a, b are found by turning the surrogate  theta kg / cap + (1 - theta) m3 /
volume <= 1: a fractional knapsack for each theta, and the right theta is that whose knapsack keeps
both limits. With several holds each is priced in turn, the others' prices taken off. Thetas and
prices of the last pass are where the next begins; whatever they are, the value is an upper bound.
Turning stops early: one hold is bounded to a few in 10,000, several may be a few in 100 too high;
`sharp_loading` finds the best prices of these at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.control import kernel
from optimizer.dual.arrays import Floats, Ints

TURNS = 14
"""Thetas tried for one hold in one pass."""
NEAR = 1e-6
"""Relative excess of a limit that is none."""


class Cargo(NamedTuple):
    """Items and holds of all rotations and of bought capacity; see `optimizer.dual.items.Items`.

    Attributes:
        holds: By rotation, its first hold (and one more entry).
        low, high: By segment, its first and last hold, counted from the rotation's first.
        cap_kg: By hold.
        volume_m3: By rotation.
        weight_kg, density: By class: all of the consignment, and m3 per kg.
    """

    segments: Ints
    items: Ints
    cls: Ints
    margin_usd_per_kg: Floats
    holds: Ints
    low: Ints
    high: Ints
    cap_kg: Floats
    volume_m3: Floats
    weight_kg: Floats
    density_m3_per_kg: Floats


class Multipliers(NamedTuple):
    """By hold: theta, and the prices of weight and volume found last (USD per kg and m3)."""

    theta: Floats
    kg: Floats
    m3: Floats


@kernel
def _rank(
    p: Floats, density: Floats, n: int, a: float, b: float, ratio: Floats, order: Ints
) -> None:
    """Sort cargo by worth per room, the best first, equals by number; `order` holds a guess.

    Insertion from the last turn's order on: thetas change little, so there is little to move.
    """
    for at in range(n):
        k = order[at]
        r = p[k] / max(a + b * density[k], 1e-15)
        while at > 0 and (ratio[at - 1] < r or (ratio[at - 1] == r and order[at - 1] > k)):
            ratio[at], order[at] = ratio[at - 1], order[at - 1]
            at -= 1
        ratio[at], order[at] = r, k


@kernel
def _fill(
    p: Floats, kg: Floats, density: Floats, n: int, theta: float, cap: float, volume: float,
    ratio: Floats, order: Ints,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Fractional knapsack by the surrogate: price of room, value, kg and m3 loaded."""
    a, b = theta / cap, (1.0 - theta) / volume
    _rank(p, density, n, a, b, ratio, order)
    room, value, used_kg, used_m3 = 1.0, 0.0, 0.0, 0.0
    for at in range(n):
        k = order[at]
        size = (a + b * density[k]) * kg[k]
        if size >= room:
            share = room / size if size > 0.0 else 1.0
            part = share * kg[k]
            return ratio[at], value + p[k] * part, used_kg + part, used_m3 + part * density[k]
        room -= size
        value += p[k] * kg[k]
        used_kg += kg[k]
        used_m3 += kg[k] * density[k]
    return 0.0, value, used_kg, used_m3


@kernel
def _best_theta(
    p: Floats, kg: Floats, density: Floats, n: int, theta: float, cap: float, volume: float,
    ratio: Floats, order: Ints,
) -> tuple[float, float]:  # fmt: skip
    """The theta of the least bound found, and its price of room."""
    low, high, least = 0.0, 1.0, np.inf
    best_theta, best_price = theta, 0.0
    tried_low = tried_high = False
    for k in range(n):
        order[k] = k
    for _ in range(TURNS):
        price, value, used_kg, used_m3 = _fill(p, kg, density, n, theta, cap, volume, ratio, order)
        if value < least:
            least, best_theta, best_price = value, theta, price
        heavy, bulky = used_kg > cap * (1.0 + NEAR), used_m3 > volume * (1.0 + NEAR)
        if not heavy and not bulky:
            break
        if heavy:
            low = theta
            if theta >= 1.0:
                break
        else:
            high = theta
            if theta <= 0.0:
                break
        if heavy and not tried_high:
            theta, tried_high = 1.0, True
        elif not heavy and not tried_low:
            theta, tried_low = 0.0, True
        else:
            theta = 0.5 * (low + high)
        if high - low < 1e-7:
            break
    return best_theta, best_price


@kernel
def gather(
    cargo: Cargo, r: int, price: Floats, segment_price: Floats, p: Floats, kg: Floats,
    density: Floats, segment: Ints,
) -> int:  # fmt: skip
    """Cargo of a rotation that is worth anything at these prices; its number."""
    n = 0
    for s in range(cargo.segments[r], cargo.segments[r + 1]):
        for i in range(cargo.items[s], cargo.items[s + 1]):
            c = cargo.cls[i]
            worth = cargo.margin_usd_per_kg[i] - price[c] - segment_price[s]
            if worth > 0.0:
                p[n], kg[n], density[n], segment[n] = (
                    worth, cargo.weight_kg[c], cargo.density_m3_per_kg[c], s
                )  # fmt: skip
                n += 1
    return n


@kernel
def load_bound(
    cargo: Cargo, r: int, n: int, p: Floats, kg: Floats, density: Floats, segment: Ints,
    hold_kg: Floats, hold_m3: Floats,
) -> float:  # fmt: skip
    """What the load of a rotation earns at most, by prices of weight and volume of its holds."""
    first, last = cargo.holds[r], cargo.holds[r + 1]
    value = 0.0
    for h in range(first, last):
        value += hold_kg[h] * max(cargo.cap_kg[h], 0.0) + hold_m3[h] * cargo.volume_m3[r]
    for k in range(n):
        s, worth = segment[k], p[k]
        for h in range(first + cargo.low[s], first + cargo.high[s] + 1):
            worth -= hold_kg[h] + density[k] * hold_m3[h]
        if worth > 0.0:
            value += worth * kg[k]
    return value


@kernel
def _price_holds(
    cargo: Cargo, r: int, n: int, p: Floats, kg: Floats, density: Floats, segment: Ints,
    found: Multipliers, rounds: int, net: Floats, ratio: Floats, order: Ints,
    net_kg: Floats, net_density: Floats,
) -> float:  # fmt: skip
    """Price the holds of a rotation in turn; the bound on its load."""
    first, last = cargo.holds[r], cargo.holds[r + 1]
    volume = cargo.volume_m3[r]
    if last - first == 1:
        rounds = 1
    disjoint = True
    for s in range(cargo.segments[r], cargo.segments[r + 1]):
        if cargo.low[s] != cargo.high[s]:
            disjoint = False
    if disjoint:
        rounds = 1
    for _ in range(rounds):
        for h in range(first, last):
            count = 0
            for k in range(n):
                s = segment[k]
                if cargo.low[s] <= h - first <= cargo.high[s]:
                    worth = p[k]
                    for other in range(first + cargo.low[s], first + cargo.high[s] + 1):
                        if other != h:
                            worth -= found.kg[other] + density[k] * found.m3[other]
                    if worth > 0.0:
                        net[count], net_kg[count], net_density[count] = worth, kg[k], density[k]
                        count += 1
            cap = cargo.cap_kg[h]
            if cap <= 0.0 or count == 0:
                found.kg[h] = 1e3 if cap <= 0.0 else 0.0
                found.m3[h] = 0.0
                continue
            theta, price = _best_theta(
                net, net_kg, net_density, count, found.theta[h], cap, volume, ratio, order
            )
            found.theta[h] = theta
            found.kg[h], found.m3[h] = price * theta / cap, price * (1.0 - theta) / volume
    return load_bound(cargo, r, n, p, kg, density, segment, found.kg, found.m3)


@kernel
def load_values(
    cargo: Cargo, which: Ints, price: Floats, segment_price: Floats, found: Multipliers,
    rounds: int, value: Floats,
) -> None:  # fmt: skip
    """Write to `value` what the best loads of rotations earn at most.

    Args:
        price: By class, what a kg costs.
        segment_price: By segment, what a kg on it costs besides.
    """
    most = 1
    for at in range(which.shape[0]):
        r = which[at]
        n = cargo.items[cargo.segments[r + 1]] - cargo.items[cargo.segments[r]]
        most = max(most, n)
    p, kg, density = np.empty(most), np.empty(most), np.empty(most)
    net, net_kg, net_density = np.empty(most), np.empty(most), np.empty(most)
    ratio, order = np.empty(most), np.empty(most, np.int64)
    segment = np.empty(most, np.int64)
    for at in range(which.shape[0]):
        r = which[at]
        n = gather(cargo, r, price, segment_price, p, kg, density, segment)
        value[r] = 0.0
        if n:
            value[r] = _price_holds(
                cargo, r, n, p, kg, density, segment, found, rounds, net, ratio, order,
                net_kg, net_density,
            )  # fmt: skip


@kernel
def add_loads(
    cargo: Cargo, which: Ints, flow: Floats, price: Floats, segment_price: Floats,
    found: Multipliers, use_kg: Floats, segment_kg: Floats, item_kg: Floats,
) -> None:  # fmt: skip
    """Add the loads on which values rest, times the flow of each rotation, to `use_kg` by class,
    to `segment_kg` by segment, and to `item_kg` by item unless that is empty.

    Items are loaded in the order of their worth against the holds' prices, within all limits.
    """
    for at in range(which.shape[0]):
        r = which[at]
        first, last = cargo.holds[r], cargo.holds[r + 1]
        left_kg = cargo.cap_kg[first:last].copy()
        left_m3 = np.full(last - first, cargo.volume_m3[r])
        low, high = cargo.items[cargo.segments[r]], cargo.items[cargo.segments[r + 1]]
        score, item = np.empty(high - low), np.empty(high - low, np.int64)
        segment = np.empty(high - low, np.int64)
        n = 0
        for s in range(cargo.segments[r], cargo.segments[r + 1]):
            for i in range(cargo.items[s], cargo.items[s + 1]):
                c = cargo.cls[i]
                worth = cargo.margin_usd_per_kg[i] - price[c] - segment_price[s]
                if worth <= 0.0:
                    continue
                room = 1e-12
                for h in range(first + cargo.low[s], first + cargo.high[s] + 1):
                    room += found.kg[h] + cargo.density_m3_per_kg[c] * found.m3[h]
                score[n], item[n], segment[n] = -worth / room, i, s
                n += 1
        for k in np.argsort(score[:n]):
            i, s = item[k], segment[k]
            c = cargo.cls[i]
            part = cargo.weight_kg[c]
            for h in range(cargo.low[s], cargo.high[s] + 1):
                part = min(part, left_kg[h])
                if cargo.density_m3_per_kg[c] > 0.0:
                    part = min(part, left_m3[h] / cargo.density_m3_per_kg[c])
            if part <= 0.0:
                continue
            use_kg[c] += flow[at] * part
            segment_kg[s] += flow[at] * part
            if item_kg.shape[0]:
                item_kg[i] += flow[at] * part
            for h in range(cargo.low[s], cargo.high[s] + 1):
                left_kg[h] -= part
                left_m3[h] -= part * cargo.density_m3_per_kg[c]
