"""The time-space network of a pool, as a networkx graph.

Nodes are (gateway, minute) at which a tail is ready or a rotation departs; arcs are rotations and
waiting on the ground. A dated network runs from `SOURCE` to `SINK`; a cyclic one closes on itself,
and each arc's `wraps` counts how often it passes the end of the week, so that the tails in use are
the sum of flow times wraps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.plan.rotation import Rotation

if TYPE_CHECKING:
    import networkx as nx

Node: TypeAlias = tuple[str, int]
Graph: TypeAlias = "nx.MultiDiGraph[Node]"

SOURCE: Node = ("SOURCE", -1)
SINK: Node = ("SINK", -1)


def time_space_graph(
    resolved: ResolvedInstance, pool: ResolvedPool, rotations: Sequence[Rotation]
) -> Graph:
    """Build the network of a pool over some rotations.

    Returns:
        A directed multigraph. Arcs of rotations carry `rotation`, the index into `rotations`;
        ground arcs have None. Every arc carries `wraps`, zero in a dated period.
    """
    import networkx as nx  # slow to import, and most solves need no graph

    graph: Graph = nx.MultiDiGraph()
    cycle_min = resolved.period.length_min if resolved.period.cyclic else None
    times: dict[str, set[int]] = defaultdict(set)

    def ground(airport: str, minute: int) -> Node:
        minute = minute % cycle_min if cycle_min else minute
        times[airport].add(minute)
        return airport, minute

    for index, rotation in enumerate(rotations):
        tail, head, wraps = SOURCE, SINK, 0
        if rotation.origin in resolved.gateways:
            tail = ground(rotation.origin, rotation.off_block_min)
        if rotation.destination in resolved.gateways:
            at = resolved.ground_at[rotation.destination, rotation.type]
            ready_min = rotation.on_block_min + at.turnaround_min
            head = ground(rotation.destination, ready_min)
            wraps = ready_min // cycle_min if cycle_min else 0
        graph.add_edge(tail, head, rotation=index, wraps=wraps)
    if cycle_min is None:
        graph.add_nodes_from((SOURCE, SINK))
        if pool.start_airport in resolved.gateways:
            head = ground(pool.start_airport, pool.available_from_min)
            graph.add_edge(SOURCE, head, rotation=None, wraps=0)
        elif pool.start_airport == pool.end_airport:
            graph.add_edge(SOURCE, SINK, rotation=None, wraps=0)  # parked at its station
    for airport, minutes in times.items():
        ordered = [(airport, minute) for minute in sorted(minutes)]
        for a, b in pairwise(ordered):
            graph.add_edge(a, b, rotation=None, wraps=0)
        if cycle_min is not None:
            graph.add_edge(ordered[-1], ordered[0], rotation=None, wraps=1)
        elif airport == pool.end_airport:
            graph.add_edge(ordered[-1], SINK, rotation=None, wraps=0)
    return graph
