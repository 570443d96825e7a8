"""The best multipliers of loads over several holds at once, by an interior point method.

Holds priced in turn (`loading`) come close to the best prices while prices of cargo change little
from pass to pass, and slowly from nothing: cargo that is on board of two holds keeps the prices of
either where they are. So where multipliers begin anew, those of rotations that matter are found
here. The linear programme of one load, each piece at most once, has a row for weight and one for
volume of each hold; its duals are what is wanted. Whatever comes out bounds the load, and nothing
is kept that bounds it less well than what was known.
"""

from __future__ import annotations

import numpy as np

from optimizer.control import kernel
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.loading import Cargo, Multipliers, gather, load_bound

MOST_STEPS, NEAR_ENOUGH = 30, 1e-7
"""Steps of one load, and the share of its dearest piece that may be left to gain."""
CENTRING, STEP_BACK = 0.05, 0.995
"""How much nearer to the optimum each step aims, and how much of the way to a limit it goes."""
TINY, RIDGE = 1e-14, 1e-12
"""Least that x <= 1 leaves; and what keeps the equations of a step solvable where weight and volume
are in proportion."""


@kernel
def _solve(matrix: Floats, right: Floats, rows: int) -> None:
    """Solve positive definite equations in place, by elimination."""
    for i in range(rows):
        for j in range(i + 1, rows):
            factor = matrix[j, i] / matrix[i, i]
            for k in range(i, rows):
                matrix[j, k] -= factor * matrix[i, k]
            right[j] -= factor * right[i]
    for i in range(rows - 1, -1, -1):
        for k in range(i + 1, rows):
            right[i] -= matrix[i, k] * right[k]
        right[i] /= matrix[i, i]


@kernel
def _reach(value: float, change: float, so_far: float) -> float:
    """How far a step can go before a value is nearly 0."""
    return min(so_far, -STEP_BACK * value / change) if change < 0.0 else so_far


@kernel
def _duals(use: Floats, gain: Floats, rows: int, n: int) -> Floats:
    """Duals of the rows of: most gain x, use x <= 1, 0 <= x <= 1.

    Primal-dual steps with fixed centring: r and z are duals of x >= 0 and of x <= 1, u and s what
    x <= 1 and the rows leave.
    """
    fullest = 1.0
    for i in range(rows):
        fullest = max(fullest, use[i, :n].sum())
    x, y = np.full(n, 0.5 / fullest), np.ones(rows)
    r, z, dx = np.empty(n), np.empty(n), np.empty(n)
    s, ds, right = np.empty(rows), np.empty(rows), np.empty(rows)
    matrix = np.empty((rows, rows))
    for k in range(n):
        spare = gain[k]
        for i in range(rows):
            spare -= y[i] * use[i, k]
        z[k] = max(0.0, spare) + 0.1
        r[k] = z[k] - spare
    for _ in range(MOST_STEPS):
        s[:] = 1.0
        gap = 0.0
        for k in range(n):
            gap += x[k] * r[k] + (1.0 - x[k]) * z[k]
            for i in range(rows):
                s[i] -= use[i, k] * x[k]
        for i in range(rows):
            gap += s[i] * y[i]
        if gap <= NEAR_ENOUGH:
            break
        aim = CENTRING * gap / (2 * n + rows)
        matrix[:] = 0.0
        for i in range(rows):
            right[i] = aim / y[i] - s[i]
        for k in range(n):
            u = max(1.0 - x[k], TINY)
            weight = 1.0 / (r[k] / x[k] + z[k] / u)
            q = (aim / x[k] - r[k]) - (aim / u - z[k])
            for i in range(rows):
                if use[i, k] > 0.0:
                    right[i] += weight * q * use[i, k]
                    for j in range(i + 1):
                        matrix[i, j] += weight * use[i, k] * use[j, k]
        trace = 0.0
        for i in range(rows):
            trace += matrix[i, i]
        for i in range(rows):
            matrix[i, i] += s[i] / y[i] + RIDGE * trace
            for j in range(i):
                matrix[j, i] = matrix[i, j]
        _solve(matrix, right, rows)
        ahead, back = 1.0, 1.0
        ds[:] = 0.0
        for k in range(n):
            u = max(1.0 - x[k], TINY)
            q = (aim / x[k] - r[k]) - (aim / u - z[k])
            for i in range(rows):
                q -= right[i] * use[i, k]
            dx[k] = q / (r[k] / x[k] + z[k] / u)
            for i in range(rows):
                ds[i] -= use[i, k] * dx[k]
            ahead = _reach(u, -dx[k], _reach(x[k], dx[k], ahead))
            back = _reach(r[k], aim / x[k] - r[k] - r[k] / x[k] * dx[k], back)
            back = _reach(z[k], aim / u - z[k] + z[k] / u * dx[k], back)
        for i in range(rows):
            ahead = _reach(s[i], ds[i], ahead)
            back = _reach(y[i], right[i], back)
        for k in range(n):
            u = max(1.0 - x[k], TINY)
            r[k] += back * (aim / x[k] - r[k] - r[k] / x[k] * dx[k])
            z[k] += back * (aim / u - z[k] + z[k] / u * dx[k])
            x[k] += ahead * dx[k]
        for i in range(rows):
            y[i] += back * right[i]
    return y


@kernel
def sharpen_loads(
    cargo: Cargo, which: Ints, price: Floats, segment_price: Floats, found: Multipliers
) -> None:
    """Find the best multipliers of some rotations.

    Args:
        price: By class, what a kg costs.
        segment_price: By segment, what a kg on it costs besides.
    """
    most, holds = 1, 1
    for at in range(which.shape[0]):
        r = which[at]
        most = max(most, cargo.items[cargo.segments[r + 1]] - cargo.items[cargo.segments[r]])
        holds = max(holds, cargo.holds[r + 1] - cargo.holds[r])
    p, kg, density = np.empty(most), np.empty(most), np.empty(most)
    segment, gain = np.empty(most, np.int64), np.empty(most)
    use = np.empty((2 * holds, most))
    new_kg, new_m3 = np.zeros_like(found.kg), np.zeros_like(found.m3)
    for at in range(which.shape[0]):
        r = which[at]
        first, number = cargo.holds[r], cargo.holds[r + 1] - cargo.holds[r]
        volume = cargo.volume_m3[r]
        n = gather(cargo, r, price, segment_price, p, kg, density, segment)
        use[:, :n] = 0.0
        dearest = 0.0
        for k in range(n):
            s, gain[k] = segment[k], p[k] * kg[k]
            for h in range(cargo.low[s], cargo.high[s] + 1):
                if cargo.cap_kg[first + h] <= 0.0:
                    gain[k] = 0.0
                else:
                    use[h, k] = kg[k] / cargo.cap_kg[first + h]
                    use[number + h, k] = kg[k] * density[k] / volume
            dearest = max(dearest, gain[k])
        if dearest <= 0.0 or volume <= 0.0:
            continue
        gain[:n] /= dearest
        y = _duals(use, gain, 2 * number, n)
        for h in range(number):
            cap = cargo.cap_kg[first + h]
            new_kg[first + h] = dearest * max(0.0, y[h]) / cap if cap > 0.0 else 1e3
            new_m3[first + h] = dearest * max(0.0, y[number + h]) / volume
        known = load_bound(cargo, r, n, p, kg, density, segment, found.kg, found.m3)
        if load_bound(cargo, r, n, p, kg, density, segment, new_kg, new_m3) < known:
            for h in range(first, first + number):
                found.kg[h], found.m3[h] = new_kg[h], new_m3[h]
                by_kg = new_kg[h] * max(cargo.cap_kg[h], 0.0)
                both = by_kg + new_m3[h] * volume
                found.theta[h] = by_kg / both if both > 0.0 else 0.5
