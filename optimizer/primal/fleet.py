"""Rows of tails for chosen flights: continuity and fleet size, hours, wet leases (C1, C14, K4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from optimizer.domain.resolved import ResolvedPool
from optimizer.dual import Relaxation
from optimizer.model.programme import Programme, Variable
from optimizer.network import SINK, SOURCE, time_space_graph
from optimizer.network.graph import Node
from optimizer.primal.flown import FlightKey

_Terms = list[tuple[Variable, float]]


def fleet_rows(
    programme: Programme,
    relaxation: Relaxation,
    pools: Iterable[int],
    x: Mapping[FlightKey, Variable],
    staying: Mapping[FlightKey, int],
) -> dict[int, dict[Variable, float]]:
    """Write the rows of some pools.

    Returns:
        By pool, what flights, tails and hours earn, flying empty: factors of the objective.
    """
    flying: dict[int, dict[int, Variable]] = {k: {} for k in pools}
    for (k, r), variable in x.items():
        flying[k][r] = variable
    for (k, r), times in staying.items():
        if k in flying:
            flying[k][r] = programme.variable("staying", times, times, whole=True)
    return {
        k: _pool(programme, relaxation, relaxation.resolved.pools[k], own)
        for k, own in flying.items()
    }


def _pool(
    programme: Programme, relaxation: Relaxation, pool: ResolvedPool, own: Mapping[int, Variable]
) -> dict[Variable, float]:
    catalogue = relaxation.catalogue
    worth = {
        variable: -float(catalogue.cost_usd[r] + (0.0 if pool.acmi else catalogue.own_usd[r]))
        for r, variable in own.items()
    }
    returned: _Terms = []
    if pool.returnable:
        variable = programme.variable("n", 0.0, pool.size, whole=True)
        returned, worth[variable] = [(variable, 1.0)], pool.fixed_micro * 1e-6
    _continuity(programme, relaxation, pool, own, returned)
    blocks = [(v, float(catalogue.timetable.block_min[r])) for r, v in own.items()]
    for limit, least, most in (
        (pool.max_block_min, -np.inf, 0.0),
        (pool.min_block_min, 0.0, np.inf),
    ):
        if limit is not None:
            kept = float(limit * pool.size)
            terms = [*blocks, *((v, float(limit)) for v, _ in returned)]
            programme.row("C14", terms, least + kept, most + kept)
    if pool.acmi:
        paid = programme.variable("paid", 0.0, None)
        worth[paid] = -pool.acmi_micro_per_block_h * 1e-6 / 60
        programme.row("K4", [(paid, 1.0), *((v, -b) for v, b in blocks)], 0.0, np.inf)
        guarantee = float(pool.guarantee_min)
        terms = [(paid, 1.0), *((v, guarantee) for v, _ in returned)]
        programme.row("K4", terms, guarantee * pool.size, np.inf)
    return worth


def _continuity(
    programme: Programme,
    relaxation: Relaxation,
    pool: ResolvedPool,
    own: Mapping[int, Variable],
    returned: _Terms,
) -> None:
    """C1: as many tails leave a node of the time-space network as enter it."""
    variables = list(own.values())
    rotations = [relaxation.catalogue.rotations[r] for r in own]
    graph = time_space_graph(relaxation.resolved, pool, rotations)
    balance: dict[Node, _Terms] = defaultdict(list)
    wraps: _Terms = []
    for tail, head, arc in graph.edges(data=True):
        if arc["rotation"] is None:
            flow = programme.variable("g", 0.0, None)
        else:
            flow = variables[arc["rotation"]]
        balance[tail].append((flow, 1.0))
        balance[head].append((flow, -1.0))
        if arc["wraps"]:
            wraps.append((flow, float(arc["wraps"])))
    for node, terms in balance.items():
        if node not in (SOURCE, SINK):
            programme.row("C1", terms, 0.0, 0.0)
    if not relaxation.resolved.period.cyclic:
        programme.row("C1", [*balance[SOURCE], *returned], pool.size, pool.size)
    elif wraps:
        programme.row("C1", [*wraps, *returned], -np.inf, pool.size)
