"""All lines of flying of a tail that earn enough, one by one.

With a bound B and a plan of value V, every line of a better plan earns more than the best line of
its pool less B - V. Where good prices leave few such lines, they can be written down; then hours
(C14) and continuity (C1) need no rows any more, and a line that breaks a shared limit all by itself
(twice a station that may be served once) is out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.control import kernel
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.hubgraph import Graph
from optimizer.dual.lines import onward

ROUNDING = 1e-9
"""Of sums of uses, which are small whole numbers."""
STEPS_A_LINE = 500
"""Steps allowed for each line there is room for."""


class SharedUse(NamedTuple):
    """How flights of each rotation use limits from above.

    Attributes:
        first: By rotation, its first use (and one more entry).
        row: By use, the limit.
        times: By use, how much of it a flight takes.
        limit: By row.
    """

    first: Ints
    row: Ints
    times: Floats
    limit: Floats


def lines_within(
    graph: Graph, usd: Floats, least_usd: float, rotations: Ints, shared: SharedUse, most: int
) -> list[tuple[int, ...]] | None:
    """Arcs of every path from the first node to the last that earns at least so much.

    Paths that break a shared limit by themselves are left out.

    Args:
        usd: By arc, what it earns.
        rotations: By arc, its rotation.

    Returns:
        None if there are more than `most`, or if it takes too long to tell.
    """
    end = graph.nodes - 1
    back = np.empty(graph.nodes)
    onward(*graph, usd, 0, end, back)
    depth = graph.nodes + 1
    first, arcs = np.zeros(most + 2, dtype=np.int64), np.zeros(most * 8 + depth, dtype=np.int64)
    found = _list(*graph, usd, back, least_usd, rotations, *shared, most, first, arcs)
    if found < 0:
        return None
    return [tuple(arcs[first[k] : first[k + 1]].tolist()) for k in range(found)]


@kernel
def _uses(
    rotation: int, use_first: Ints, row: Ints, times: Floats, sign: int, used: Floats
) -> None:
    """Add what a flight uses, or take it away."""
    for u in range(use_first[rotation], use_first[rotation + 1]):
        used[row[u]] += sign * times[u]


@kernel
def _fits(
    rotation: int, use_first: Ints, row: Ints, times: Floats, limit: Floats, used: Floats
) -> bool:
    """Whether one more flight keeps all limits."""
    for u in range(use_first[rotation], use_first[rotation + 1]):
        if used[row[u]] + times[u] > limit[row[u]] + ROUNDING:
            return False
    return True


@kernel
def _list(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, usd: Floats, back: Floats,
    least_usd: float, rotations: Ints, use_first: Ints, row: Ints, times: Floats, limit: Floats,
    most: int, first: Ints, arcs: Ints,
) -> int:  # fmt: skip
    """Depth first, as far as the best way on earns enough; -1 if there is no room for all."""
    used = np.zeros(len(limit))
    node, arc = np.zeros(nodes + 1, dtype=np.int64), np.zeros(nodes + 1, dtype=np.int64)
    taken, earned = np.zeros(nodes + 1, dtype=np.int64), np.zeros(nodes + 1)
    found, depth, steps = 0, 0, STEPS_A_LINE * (most + 1_000)
    arc[0] = first_arc[0]
    while depth >= 0:
        steps -= 1
        if steps < 0:
            return -1
        i, a = node[depth], arc[depth]
        arrived = False
        if a < first_arc[i + 1]:
            arc[depth] = a + 1
            if earned[depth] + usd[a] + back[i + span[a]] < least_usd:
                continue
            if not _fits(rotations[a], use_first, row, times, limit, used):
                continue
            _uses(rotations[a], use_first, row, times, 1, used)
            taken[depth] = a
            depth += 1
            node[depth], earned[depth] = i + span[a], earned[depth - 1] + usd[a]
            arc[depth] = first_arc[node[depth]]
            arrived = node[depth] == nodes - 1
        elif wait[i] > 0 and earned[depth] + back[i + wait[i]] >= least_usd:
            node[depth] = i + wait[i]
            arc[depth] = first_arc[node[depth]]
            arrived = node[depth] == nodes - 1
        else:
            depth -= 1
            if depth >= 0:
                _uses(rotations[taken[depth]], use_first, row, times, -1, used)
        if arrived:
            if found >= most or first[found] + depth > len(arcs):
                return -1
            arcs[first[found] : first[found] + depth] = taken[:depth]
            found += 1
            first[found] = first[found - 1] + depth
    return found
