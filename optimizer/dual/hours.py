"""Lines of flying that keep the hours of their tail (C14): hub time, by block minutes so far.

A node of the expanded graph is a departure together with the block minutes its tail has flown
before, in units of their greatest common divisor; more than any limit asks about counts as that
much. So its paths are the lines that keep the hours, and kernels over hub time need not know.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.control import kernel
from optimizer.domain.resolved import ResolvedPool
from optimizer.dual.arrays import Bools, Ints
from optimizer.dual.hubgraph import Graph

MOST_STATES = 4_000_000
"""Departures times amounts of hours to look at; with more, lines are not told apart by hours."""
MOST_ARCS = 200_000
"""Arcs of an expanded graph; likewise."""


class _Scale(NamedTuple):
    """Hours in units: of every arc, the least of a line, the most that is told apart or allowed."""

    block: Ints
    least: int
    cap: int
    capped: bool


def with_hours(
    graph: Graph, rotations: Ints, block_min: Ints, pool: ResolvedPool
) -> tuple[Graph, Ints] | None:
    """The graph of lines that keep the hours of a pool's tails, and the rotation of every arc.

    Args:
        graph: Hub time of a dated period; lines lead from its first node to its last.
        rotations: By arc, its rotation.
        block_min: By arc, its block minutes.
        pool: Says the limits.

    Returns:
        None without limits, or if the graph would be large.
    """
    scale = _scale(block_min, pool)
    if scale is None or graph.nodes * (scale.cap + 1) > MOST_STATES:
        return None
    kept = np.zeros((graph.nodes, scale.cap + 1), dtype=np.bool_)
    arcs = _states(*graph, *scale, kept)
    if arcs > MOST_ARCS:
        return None
    if not kept[0, 0]:
        nothing = np.zeros(0, dtype=np.int64)
        wait, first_arc = np.zeros(2, dtype=np.int64), np.zeros(3, dtype=np.int64)
        return Graph(2, wait, first_arc, nothing), nothing
    return _expanded(graph, rotations, scale, kept, arcs)


def _scale(block_min: Ints, pool: ResolvedPool) -> _Scale | None:
    least_min, most_min = pool.min_block_min or 0, pool.max_block_min
    if not least_min:
        return None
    unit = int(np.gcd.reduce(block_min)) or 1
    least = -(-least_min // unit)
    cap = least if most_min is None else max(0, most_min // unit)
    return _Scale(block_min // unit, least, cap, most_min is not None)


def _expanded(
    graph: Graph, rotations: Ints, scale: _Scale, kept: Bools, arcs: int
) -> tuple[Graph, Ints]:
    """Nodes by departure, then hours; the last departure is one node for all hours."""
    kept[-1, :] = False
    number = np.full(kept.shape, -1, dtype=np.int64)
    at, hours = np.nonzero(kept)
    number[at, hours] = np.arange(len(at))
    number[-1, scale.least :] = len(at)
    wait = np.zeros(len(at) + 1, dtype=np.int64)
    first_arc = np.zeros(len(at) + 2, dtype=np.int64)
    span, arc = np.empty(arcs, dtype=np.int64), np.empty(arcs, dtype=np.int64)
    used = _connect(
        *graph, *scale, at.astype(np.int64), hours.astype(np.int64), number, wait, first_arc, span,
        arc,
    )  # fmt: skip
    return Graph(len(wait), wait, first_arc, span[:used]), rotations[arc[:used]]


@kernel
def _later(hours: int, block: int, cap: int, capped: bool) -> int:
    """Hours after a flight; -1 if they are too many."""
    if hours + block <= cap:
        return hours + block
    return -1 if capped else cap


@kernel
def _states(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, block: Ints, least: int, cap: int,
    capped: bool, kept: Bools,
) -> int:  # fmt: skip
    """Mark departures and hours that some line passes; how many arcs leave them."""
    reached = np.zeros(kept.shape, dtype=np.bool_)
    reached[0, 0] = True
    for i in range(nodes - 1):
        for h in range(cap + 1):
            if not reached[i, h]:
                continue
            if wait[i] > 0:
                reached[i + wait[i], h] = True
            for a in range(first_arc[i], first_arc[i + 1]):
                then = _later(h, block[a], cap, capped)
                if then >= 0:
                    reached[i + span[a], then] = True
    for h in range(least, cap + 1):
        kept[nodes - 1, h] = reached[nodes - 1, h]
    arcs = 0
    for i in range(nodes - 2, -1, -1):
        for h in range(cap + 1):
            if not reached[i, h]:
                continue
            found = wait[i] > 0 and kept[i + wait[i], h]
            for a in range(first_arc[i], first_arc[i + 1]):
                then = _later(h, block[a], cap, capped)
                if then >= 0 and kept[i + span[a], then]:
                    found = True
                    arcs += 1
            kept[i, h] = found
    return arcs


@kernel
def _connect(
    nodes: int, wait: Ints, first_arc: Ints, span: Ints, block: Ints, least: int, cap: int,
    capped: bool, at: Ints, hours: Ints, number: Ints, new_wait: Ints, new_first: Ints,
    new_span: Ints, arc: Ints,
) -> int:  # fmt: skip
    """Write the waits and arcs of the expanded graph, node by node; how many arcs."""
    count = 0
    for k in range(len(at)):
        i, h = at[k], hours[k]
        new_first[k] = count
        if wait[i] > 0 and number[i + wait[i], h] >= 0:
            new_wait[k] = number[i + wait[i], h] - k
        for a in range(first_arc[i], first_arc[i + 1]):
            then = _later(h, block[a], cap, capped)
            if then >= 0 and number[i + span[a], then] >= 0:
                new_span[count] = number[i + span[a], then] - k
                arc[count] = a
                count += 1
    new_first[len(at)] = count
    new_first[len(at) + 1] = count
    return count
