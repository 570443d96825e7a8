"""The best load of a rotation, bounded by weak duality (C4, C5).

Multipliers of weight and volume of each hop are searched for in floating point, by an interior
point method on all timings of a route at once. Whatever they are, the sum they are put into is a
bound; it is evaluated in integers, rounded up.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.certificate.cargo import MOST_PICO, Hold
from optimizer.verify.certificate.report import TooLargeError
from optimizer.verify.certificate.universe import Ints

Floats: TypeAlias = NDArray[np.float64]

ROWS_AT_ONCE = 256
"""Timings in one go, so that the arrays of the search stay in the cache."""

EVERY = 8
"""A rough bound looks for multipliers once in so many timings."""
MOST_STEPS = 40
NEAR_ENOUGH = 1e-9
"""The search ends when what is left to gain is this share of the dearest piece."""

MOST_MULTIPLIED = float(2**61)
"""Most pico-dollars of all rooms of a timing at their multipliers."""

STEP_BACK = 0.995
CENTRING = 0.05
TINY = 1e-30
RIDGE = 1e-12
"""Keeps the equations of a step solvable where weight and volume are in proportion."""


def best_load_micro(hold: Hold, worth_pico: Ints) -> Ints:
    """A bound on what the best load of each timing earns, in micro-dollars.

    Args:
        hold: The route's hops and pieces.
        worth_pico: By timing and piece: what the whole piece earns.
    """
    parts = [
        _bound_micro(hold, worth_pico[at : at + ROWS_AT_ONCE])
        for at in range(0, len(worth_pico), ROWS_AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def rough_load_micro(hold: Hold, worth_pico: Ints) -> Ints:
    """A weaker bound, sooner: the multipliers of a few timings serve those between them as well."""
    parts = [
        _rough_micro(hold, worth_pico[at : at + ROWS_AT_ONCE])
        for at in range(0, len(worth_pico), ROWS_AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _rough_micro(hold: Hold, worth_pico: Ints) -> Ints:
    none = np.zeros((len(worth_pico), 2 * len(hold.room_g)), dtype=np.int64)
    bound = _sum_micro(hold, worth_pico, none)
    full = np.flatnonzero(_overfull(hold, worth_pico))
    if len(full):
        tight = worth_pico[full]
        used = np.flatnonzero((tight > 0).any(axis=0))
        part, tight = _with_pieces(hold, used), tight[:, used]
        multipliers = _multipliers(part, tight[::EVERY])
        before = np.arange(len(full)) // EVERY
        for near in (before, np.minimum(before + 1, len(multipliers) - 1)):
            bound[full] = np.minimum(bound[full], _sum_micro(part, tight, multipliers[near]))
    return bound


def _bound_micro(hold: Hold, worth_pico: Ints) -> Ints:
    none = np.zeros((len(worth_pico), 2 * len(hold.room_g)), dtype=np.int64)
    bound = _sum_micro(hold, worth_pico, none)
    full = np.flatnonzero(_overfull(hold, worth_pico))
    if len(full):
        tight = worth_pico[full]
        used = np.flatnonzero((tight > 0).any(axis=0))
        part = _with_pieces(hold, used)
        multipliers = _multipliers(part, tight[:, used])
        bound[full] = np.minimum(bound[full], _sum_micro(part, tight[:, used], multipliers))
    return bound


def _with_pieces(hold: Hold, used: Ints) -> Hold:
    pieces = tuple(hold.pieces[k] for k in used.tolist())
    return Hold(hold.first_leg, hold.last_leg, hold.room_g, hold.room_cm3, pieces)


def _sum_micro(hold: Hold, worth_pico: Ints, multipliers: Ints) -> Ints:
    """Σ hops (room · multipliers) + Σ pieces max(0, worth - what the piece pays), rounded up."""
    on_board = hold.on_board().astype(np.int64)
    hops = len(hold.room_g)
    per_g, per_cm3 = multipliers[:, :hops], multipliers[:, hops:]
    weight_g = np.array([p.weight_g for p in hold.pieces], dtype=np.int64)
    volume_cm3 = np.array([p.volume_cm3 for p in hold.pieces], dtype=np.int64)
    pays = (per_g @ on_board) * weight_g + (per_cm3 @ on_board) * volume_cm3
    gains = np.maximum(0, worth_pico - pays)
    room = per_g * np.array(hold.room_g, dtype=np.int64)
    nano = (-(-gains // 1000)).sum(axis=1) + (-(-room // 1000)).sum(axis=1)
    nano += (-(-per_cm3 * hold.room_cm3 // 1000)).sum(axis=1)
    micro: Ints = -(-nano // 1000)
    return micro


def _overfull(hold: Hold, worth_pico: Ints) -> NDArray[np.bool_]:
    """Timings on some hop of which not everything that pays fits."""
    wanted, rooms = worth_pico > 0, _uses(hold)
    if len(hold.pieces) * MOST_PICO // 1000 >= 2**62:
        raise TooLargeError("there is more cargo than can be reckoned with")
    shares = wanted.astype(np.float64) @ rooms.T
    found: NDArray[np.bool_] = shares.max(axis=1) > 1
    return found


def _uses(hold: Hold) -> Floats:
    """By hop, first weight and then volume: the share of the room that each piece takes."""
    on_board = hold.on_board()
    weight = np.array([p.weight_g for p in hold.pieces], dtype=np.float64)
    volume = np.array([p.volume_cm3 for p in hold.pieces], dtype=np.float64)
    rooms = np.maximum(1.0, np.array(hold.room_g, dtype=np.float64))[:, None]
    by_volume = on_board * volume / max(1.0, float(hold.room_cm3))
    return np.concatenate((on_board * weight / rooms, by_volume))


def _multipliers(hold: Hold, worth_pico: Ints) -> Ints:
    """Multipliers in pico-dollars per gram and per cm³, not so large as to overflow."""
    scale = worth_pico.max(axis=1).astype(np.float64)[:, None]
    gains = np.maximum(worth_pico / scale, -1.0)
    whole = np.nan_to_num(np.maximum(0.0, interior_point(_uses(hold), gains))) * scale
    whole /= np.maximum(1.0, whole.sum(axis=1, keepdims=True) / MOST_MULTIPLIED)
    rooms = np.array([*hold.room_g, *[hold.room_cm3] * len(hold.room_g)], dtype=np.float64)
    result: Ints = np.rint(whole / np.maximum(1.0, rooms)).astype(np.int64)
    return result


def interior_point(use: Floats, gain: Floats) -> Floats:
    """Dual prices y of: most gain · x, use · x <= 1, 0 <= x <= 1, for each row of gain.

    A primal-dual interior point method with fixed centring. A row is done when it is near enough
    to the best.
    """
    rows, number = gain.shape
    found = np.ones((rows, len(use)))
    active = np.arange(rows)
    x = np.full((rows, number), 0.5 / max(1.0, float(use.sum(axis=1).max())))
    y = found.copy()
    spare = gain - y @ use
    z = np.maximum(0.0, spare) + 0.1
    r = z - spare
    for _ in range(MOST_STEPS):
        gap = (x * r).sum(axis=1) + ((1.0 - x) * z).sum(axis=1)
        gap += ((1.0 - x @ use.T) * y).sum(axis=1)
        found[active] = y
        far = gap > NEAR_ENOUGH
        active, x, y, r, z, gap = (v[far] for v in (active, x, y, r, z, gap))
        if not len(active):
            break
        x, y, r, z = _step(use, x, y, r, z, CENTRING * gap / (2 * number + len(use)))
    return found


def _step(
    use: Floats, x: Floats, y: Floats, r: Floats, z: Floats, target: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """A Newton step towards x r = u z = s y = target; u and s are the slacks of x <= 1 and rooms.

    Args:
        use: Share of each room that each piece takes.
        x: Share of each piece that is carried.
        y: Duals of the rooms.
        r: Duals of x >= 0.
        z: Duals of x <= 1.
        target: What the products should be.
    """
    rooms, aim = len(use), target[:, None]
    u, s = 1.0 - x, 1.0 - x @ use.T
    weight = 1.0 / (r / x + z / u)
    q = (aim / x - r) - (aim / u - z)
    products = (use[:, None, :] * use[None, :, :]).reshape(rooms * rooms, -1)
    matrix = (weight @ products.T).reshape(-1, rooms, rooms)
    steady = RIDGE * np.trace(matrix, axis1=1, axis2=2)[:, None]
    matrix[:, range(rooms), range(rooms)] += s / y + steady
    right = (weight * q) @ use.T + aim / y - s
    dy = np.asarray(np.linalg.solve(matrix, right[:, :, None])[:, :, 0], dtype=np.float64)
    dx = weight * (q - dy @ use)
    dr, dz = aim / x - r - r / x * dx, aim / u - z + z / u * dx
    du: Floats = -dx
    ds: Floats = np.negative(dx @ use.T)
    ahead = np.minimum.reduce([_reach(x, dx), _reach(u, du), _reach(s, ds)])[:, None]
    back = np.minimum.reduce([_reach(y, dy), _reach(r, dr), _reach(z, dz)])[:, None]
    return x + ahead * dx, y + back * dy, r + back * dr, z + back * dz


def _reach(value: Floats, change: Floats) -> Floats:
    """How far each row can go before something in it is nearly 0; at most 1."""
    ratio = np.where(change < 0, -value / np.minimum(change, -TINY), np.inf)
    found: Floats = np.minimum(STEP_BACK * ratio.min(axis=1), 1.0)
    return found
