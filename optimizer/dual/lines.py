"""Kernels on hub-time graphs: longest paths, what each arc is worth to them, soft shares.

The graph is that of `optimizer.dual.hubgraph`, whose nodes may repeat every week. A closed walk of
k weeks is a path from some node e to the same node k weeks later.
"""

from __future__ import annotations

import numpy as np

from optimizer.control import kernel
from optimizer.dual.arrays import Floats, Ints

IMPOSSIBLE = -1e18
CUT = 16.0
"""Arcs whose best line is worse by so many temperatures have no share."""


@kernel
def onward(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, usd: Floats, begin: int, end: int,
    value: Floats,
) -> None:  # fmt: skip
    """Longest paths from every node in [begin, end] to `end`; ``value[i - begin]``."""
    value[end - begin] = 0.0
    for i in range(end - 1, begin - 1, -1):
        k = i % nodes
        best = IMPOSSIBLE
        if wait[k] > 0 and i + wait[k] <= end:
            best = value[i + wait[k] - begin]
        for a in range(first_arc[k], first_arc[k + 1]):
            head = i + span[a]
            if head <= end:
                found = usd[a] + value[head - begin]
                if found > best:
                    best = found
        value[i - begin] = best


@kernel
def until(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, usd: Floats, begin: int, end: int,
    value: Floats,
) -> None:  # fmt: skip
    """Longest paths from `begin` to every node in [begin, end]; ``value[i - begin]``."""
    for i in range(end - begin + 1):
        value[i] = IMPOSSIBLE
    value[0] = 0.0
    for i in range(begin, end):
        here = value[i - begin]
        if here <= IMPOSSIBLE / 2:
            continue
        k = i % nodes
        if wait[k] > 0 and i + wait[k] <= end and here > value[i + wait[k] - begin]:
            value[i + wait[k] - begin] = here
        for a in range(first_arc[k], first_arc[k + 1]):
            head = i + span[a]
            if head <= end and here + usd[a] > value[head - begin]:
                value[head - begin] = here + usd[a]


@kernel
def best_walks(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, usd: Floats, window: int, weeks: int,
    best: Floats,
) -> None:  # fmt: skip
    """By node e of the window, the best walk of so many weeks that starts and ends at e."""
    value = np.empty(weeks * nodes + 1)
    for e in range(window):
        onward(nodes, wait, first_arc, span, usd, e, e + weeks * nodes, value)
        best[e] = value[0]


@kernel
def through(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, usd: Floats, begin: int, end: int,
    most: Floats,
) -> float:  # fmt: skip
    """Raise `most`, by arc, to the best path from `begin` to `end` over it; the best path."""
    back, forth = np.empty(end - begin + 1), np.empty(end - begin + 1)
    onward(nodes, wait, first_arc, span, usd, begin, end, back)
    until(nodes, wait, first_arc, span, usd, begin, end, forth)
    for i in range(begin, end):
        k = i % nodes
        if forth[i - begin] <= IMPOSSIBLE / 2:
            continue
        for a in range(first_arc[k], first_arc[k + 1]):
            head = i + span[a]
            if head <= end:
                found = forth[i - begin] + usd[a] + back[head - begin]
                if found > most[a]:
                    most[a] = found
    return float(back[0])


@kernel
def _soft_values(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, usd: Floats, begin: int, end: int,
    temperature: float, back: Floats, forth: Floats, soft: Floats,
) -> None:  # fmt: skip
    """Soft maxima over all paths from every node to `end`, but for those far from the best."""
    least = back[0] - CUT * temperature
    for i in range(end - 1, begin - 1, -1):
        at, k = i - begin, i % nodes
        if forth[at] + back[at] < least:
            continue
        top = IMPOSSIBLE
        if wait[k] > 0 and i + wait[k] <= end:
            top = soft[at + wait[k]]
        for a in range(first_arc[k], first_arc[k + 1]):
            if i + span[a] <= end and forth[at] + usd[a] + back[at + span[a]] >= least:
                top = max(top, usd[a] + soft[at + span[a]])
        total = 0.0
        if wait[k] > 0 and i + wait[k] <= end:
            total += np.exp((soft[at + wait[k]] - top) / temperature)
        for a in range(first_arc[k], first_arc[k + 1]):
            if i + span[a] <= end and forth[at] + usd[a] + back[at + span[a]] >= least:
                total += np.exp((usd[a] + soft[at + span[a]] - top) / temperature)
        soft[at] = top + temperature * np.log(total)


@kernel
def shares(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, usd: Floats, begin: int, end: int,
    temperature: float, weight: float, share: Floats,
) -> float:  # fmt: skip
    """Add `weight` times the soft-max share of every arc in paths from `begin` to `end`.

    Paths count by exp(value / temperature). Shares are the derivatives of the soft maximum.

    Returns:
        The soft maximum: temperature times the logarithm of the sum over paths.
    """
    size = end - begin + 1
    back, forth = np.empty(size), np.empty(size)
    onward(nodes, wait, first_arc, span, usd, begin, end, back)
    until(nodes, wait, first_arc, span, usd, begin, end, forth)
    if back[0] <= IMPOSSIBLE / 2:
        return float(back[0])
    least = back[0] - CUT * temperature
    soft, ahead = np.full(size, IMPOSSIBLE), np.zeros(size)
    soft[size - 1], ahead[0] = 0.0, 1.0
    _soft_values(
        nodes, wait, first_arc, span, usd, begin, end, temperature, back, forth, soft
    )  # fmt: skip
    for i in range(begin, end):
        at, k = i - begin, i % nodes
        if ahead[at] == 0.0:
            continue
        if wait[k] > 0 and i + wait[k] <= end:
            to = at + wait[k]
            ahead[to] += ahead[at] * np.exp((soft[to] - soft[at]) / temperature)
        for a in range(first_arc[k], first_arc[k + 1]):
            to = at + span[a]
            if i + span[a] <= end and forth[at] + usd[a] + back[to] >= least:
                flow = ahead[at] * np.exp((usd[a] + soft[to] - soft[at]) / temperature)
                ahead[to] += flow
                share[a] += weight * flow
    return float(soft[0])


@kernel
def walk_shares(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, usd: Floats, weeks: int,
    temperature: float, weight: Floats, share: Floats,
) -> None:  # fmt: skip
    """Add the shares of closed walks of so many weeks from every node, each times its weight."""
    for e in range(len(weight)):
        if weight[e] > 0.0:
            end = e + weeks * nodes
            shares(
                nodes, wait, first_arc, span, usd, e, end, temperature, weight[e], share
            )  # fmt: skip


@kernel
def open_ended(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, usd: Floats, end: int, value: Floats
) -> None:
    """Longest paths from every node to anywhere before `end`, for weeks that repeat."""
    value[end] = 0.0
    for i in range(end - 1, -1, -1):
        k = i % nodes
        best = value[min(i + wait[k], end)]
        for a in range(first_arc[k], first_arc[k + 1]):
            found = usd[a] + value[min(i + span[a], end)]
            if found > best:
                best = found
        value[i] = best


@kernel
def follow(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, usd: Floats, begin: int, end: int,
    value: Floats, taken: Ints,
) -> int:  # fmt: skip
    """Write the arcs of a longest path, whose `onward` values are known, to `taken`; how many."""
    i, count = begin, 0
    while i < end:
        k = i % nodes
        best, arc, then = IMPOSSIBLE, -1, end
        if wait[k] > 0 and i + wait[k] <= end:
            best, then = value[i + wait[k] - begin], i + wait[k]
        for a in range(first_arc[k], first_arc[k + 1]):
            head = i + span[a]
            if head <= end and usd[a] + value[head - begin] > best:
                best, arc, then = usd[a] + value[head - begin], a, head
        if best <= IMPOSSIBLE / 2:
            return -1
        if arc >= 0:
            taken[count] = arc
            count += 1
        i = then
    return count
