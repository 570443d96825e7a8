"""The hub-time graph of a pool: departures in order of time, rotations between them (C1, C2).

Nodes are departures at gateways. The arc of a rotation leads from its first off-block to the first
departure at which its tail is free again; a tail may wait for the next departure at its gateway.
That only loses waiting, so lines of flying are the paths of this graph, and the closed walks of
the cyclic one, whose week repeats: node i + nodes is node i a week later.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.resolved import ResolvedPool
from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.dual.catalogue import Catalogue
from optimizer.dual.lines import IMPOSSIBLE

NEVER_MIN = 10**6
"""Minutes after the end of a tail's availability by which all of its rotations are over."""


class Graph(NamedTuple):
    """Nodes and arcs, as the kernels of `optimizer.dual.lines` take them.

    Attributes:
        nodes: Their number; of a week in a cyclic period.
        wait: By node, how many nodes further on the next one at its gateway is; 0 for none.
        first_arc: By node, the first of its arcs (and one more entry).
        span: By arc, how many nodes further on its head is.
    """

    nodes: int
    wait: Ints
    first_arc: Ints
    span: Ints

    def possible(self, usd: Floats) -> tuple[Graph, Floats, Ints]:
        """Only the arcs that may be flown: the graph, what they earn, and which they are.

        Most passes look at few rotations; kernels need not step over the others.
        """
        arcs = np.flatnonzero(usd > IMPOSSIBLE / 2)
        first_arc = np.searchsorted(arcs, self.first_arc)
        return Graph(self.nodes, self.wait, first_arc, self.span[arcs]), usd[arcs], arcs


def cyclic_graph(catalogue: Catalogue, pool: ResolvedPool) -> tuple[Graph, Ints]:
    """The graph of a week that repeats, and the rotation of every arc."""
    table, cycle = catalogue.timetable, catalogue.cycle_min
    own = catalogue.pool_rotations[pool.id]
    # by minute, then gateway: as sorted as pairs are
    codes = np.unique(table.off_min[own] * len(table.airports) + table.origin[own])
    minutes, gateways = np.divmod(codes, len(table.airports))
    n = max(1, len(codes))
    wait = np.full(n, n, dtype=np.int64)
    heads = np.full(len(own), -1, dtype=np.int64)
    weeks, minute = np.divmod(table.ready_min[own], cycle)
    for gateway in np.unique(gateways).tolist():
        here = np.flatnonzero(gateways == gateway)
        wait[here] = np.diff(here, append=here[0] + n)
        ends = np.flatnonzero(table.destination[own] == gateway)
        at = np.searchsorted(minutes[here], minute[ends])
        later = at == len(here)
        heads[ends] = here[np.where(later, 0, at)] + (weeks[ends] + later) * n
    tails = np.searchsorted(codes, table.off_min[own] * len(table.airports) + table.origin[own])
    return _arranged(wait, tails, heads, own, heads >= 0)


def dated_graph(catalogue: Catalogue, pool: ResolvedPool) -> tuple[Graph, Ints]:
    """The graph of a dated period, and the rotation of every arc.

    Node 0 is the start of a line and the last node its end. A line that starts or ends at a
    station begins with an opening part of a rotation or ends with a closing part.
    """
    table, hubs = catalogue.timetable, catalogue.resolved.gateways
    own = catalogue.pool_rotations[pool.id]
    number = {code: i for i, code in enumerate(table.airports)}
    size, closing_min = len(table.airports), pool.available_until_min + NEVER_MIN
    is_hub = np.array([code in hubs for code in table.airports])
    departs, arrives = is_hub[table.origin[own]], is_hub[table.destination[own]]
    codes_of = table.off_min[own] * size + table.origin[own]
    ends_at_hubs = {pool.start_airport, pool.end_airport} & set(hubs)
    closing = [closing_min * size + number[code] for code in ends_at_hubs]
    codes = np.unique(np.concatenate((codes_of[departs], np.array(closing, dtype=np.int64))))
    minutes, gateways = np.divmod(codes, size)
    sink = len(codes) + 1
    wait = np.zeros(sink + 1, dtype=np.int64)
    heads = np.where(arrives, -1, sink)
    if pool.start_airport == pool.end_airport:
        wait[0] = sink  # parked all period; at a gateway one waits from node to node
    for gateway in np.unique(gateways).tolist():
        here = np.flatnonzero(gateways == gateway)
        wait[here[:-1] + 1] = np.diff(here)
        if table.airports[gateway] == pool.end_airport:
            wait[here[-1] + 1] = sink - (here[-1] + 1)
        if table.airports[gateway] == pool.start_airport:
            wait[0] = here[np.searchsorted(minutes[here], pool.available_from_min)] + 1
        ends = np.flatnonzero(table.destination[own] == gateway)
        at = np.searchsorted(minutes[here], table.ready_min[own][ends])
        free = at < len(here)
        heads[ends[free]] = here[at[free]] + 1
    tails = np.where(departs, np.searchsorted(codes, codes_of) + 1, 0)
    return _arranged(wait, tails, heads, own, heads >= 0)


def _arranged(wait: Ints, tails: Ints, heads: Ints, own: Ints, kept: Bools) -> tuple[Graph, Ints]:
    """Arcs by tail, shortest first."""
    tails, span, own = tails[kept], (heads - tails)[kept], own[kept]
    order = np.lexsort((own, span, tails))
    first_arc = np.searchsorted(tails[order], np.arange(len(wait) + 1)).astype(np.int64)
    return Graph(len(wait), wait, first_arc, span[order]), own[order]
