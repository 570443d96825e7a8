"""Rows of tails: continuity and fleet size (C1, C2), hours, maintenance, wet leases (C14, K4)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool, Window
from optimizer.model.columns import Columns, Waiting
from optimizer.model.programme import Variable
from optimizer.network import SINK, SOURCE, time_space_graph
from optimizer.network.graph import Node
from optimizer.plan.rotation import Rotation
from optimizer.plan.windows import in_windows


def c1_continuity(c: Columns) -> None:
    """C1: in the time-space network of each pool, as many tails leave a node as enter it.

    Dated: every tail kept goes from the source to the sink, or flies one of the lines listed.
    Cyclic: the tails under way, in turnaround or waiting when the week ends are at most those kept,
    hence at every instant. Without C1, any rotation can be flown as often as the pool has tails.
    """
    for pool in c.resolved.pools:
        choices = c.sets.pool_choices(pool)
        if pool.id in c.sets.listed:
            if pool.id == c.sets.listed[pool.id].pools[0]:
                _listed_lines(c, pool, choices)
            continue
        if "C1" in c.relaxed:
            for k in choices if pool.returnable else ():
                terms = [(c.x[k], 1.0), *c.returns(pool.id, 1.0)]
                c.at_most(f"C1_{c.pool_label[pool.id]}_{k}", terms, pool.size)
            continue
        rotations = [c.sets.rotations[c.sets.choices[k].rotation] for k in choices]
        graph = time_space_graph(_as_relaxed(c), _pool_as_relaxed(c, pool), rotations)
        balance: dict[Node, list[tuple[Variable, float]]] = defaultdict(list)
        wraps: list[tuple[Variable, float]] = []
        for number, (tail, head, arc) in enumerate(graph.edges(data=True)):
            if arc["rotation"] is not None:
                flow = c.x[choices[arc["rotation"]]]
            else:
                flow = c.continuous(f"g_{c.pool_label[pool.id]}_{number}")
                end_min = head[1] + arc["wraps"] * (c.cycle_min or 0)
                c.ground[pool.id].append(Waiting(tail[0], tail[1], end_min, flow))
            balance[tail].append((flow, 1.0))
            balance[head].append((flow, -1.0))
            if arc["wraps"]:
                wraps.append((flow, float(arc["wraps"])))
        _balance_rows(c, pool, balance, wraps)


def _listed_lines(c: Columns, pool: ResolvedPool, choices: list[int]) -> None:
    """C1, C14 of pools that choose from listed lines: each tail flies one of them."""
    listed, label = c.sets.listed[pool.id], c.pool_label[pool.id]
    c.lines[pool.id] = [c.integer(f"l_{label}_{n}", None) for n in range(len(listed.lines))]
    flown: dict[Rotation, list[tuple[Variable, float]]] = defaultdict(list)
    for line, rotations in zip(c.lines[pool.id], listed.lines, strict=True):
        for rotation in rotations:
            flown[rotation].append((line, -1.0))
    for k in choices:
        flown[c.sets.rotations[c.sets.choices[k].rotation]].append((c.x[k], 1.0))
    for number, terms in enumerate(flown.values()):
        c.equal(f"C1_{label}_flown_{number}", terms, 0)
    tails = [(line, 1.0) for line in c.lines[pool.id]]
    c.tails_row[pool.id] = c.equal(f"C1_{label}_tails", tails, float(len(listed.pools)))


def _balance_rows(
    c: Columns,
    pool: ResolvedPool,
    balance: dict[Node, list[tuple[Variable, float]]],
    wraps: list[tuple[Variable, float]],
) -> None:
    for number, (node, terms) in enumerate(balance.items()):
        if node not in (SOURCE, SINK):
            c.equal(f"C1_{c.pool_label[pool.id]}_{number}", terms, 0)
    if c.cycle_min is None:
        c.tails_row[pool.id] = c.equal(
            f"C1_{c.pool_label[pool.id]}_tails",
            [*balance[SOURCE], *c.returns(pool.id, 1.0)],
            pool.size,
        )
    elif wraps:
        c.tails_row[pool.id] = c.at_most(
            f"C1_{c.pool_label[pool.id]}_tails", [*wraps, *c.returns(pool.id, 1.0)], pool.size
        )


def _as_relaxed(c: Columns) -> ResolvedInstance:
    """Without C2, no turnaround at the gateway."""
    if "C2" not in c.relaxed:
        return c.resolved
    ground = tuple(replace(g, turnaround_min=0) for g in c.resolved.ground)
    return replace(c.resolved, ground=ground)


def _pool_as_relaxed(c: Columns, pool: ResolvedPool) -> ResolvedPool:
    """Without C14, tails are there all period."""
    if "C14" not in c.relaxed:
        return pool
    return replace(pool, available_from_min=0, available_until_min=c.resolved.period.length_min)


def c14_hours(c: Columns) -> None:
    """C14: block hours of a pool, at most and at least; those of a tail times the tails kept."""
    for pool in c.resolved.pools:
        if pool.id in c.sets.listed:
            continue
        flown = _block_terms(c, pool)
        for limit, row, name in (
            (pool.max_block_min, c.at_most, "most"),
            (pool.min_block_min, c.at_least, "least"),
        ):
            if limit is not None:
                terms = [*flown, *c.returns(pool.id, float(limit))]
                row(f"C14_{c.pool_label[pool.id]}_{name}", terms, float(limit * pool.size))


def c14_maintenance(c: Columns) -> None:
    """C14: over maintenance a tail is at its base.

    No rotation of the universe is under way then; what is left is to be at the right gateway.
    """
    for pool in c.resolved.pools:
        for number, window in enumerate(pool.maintenance):
            name = f"C14_{c.pool_label[pool.id]}_maintenance_{number}"
            if c.cycle_min is None:
                _at_base_when_dated(c, pool, window, name)
            else:
                _at_base_when_cyclic(c, pool, window, name)


def _at_base_when_dated(c: Columns, pool: ResolvedPool, window: Window, name: str) -> None:
    """At base = started there + returns to it before the window - departures from it before.

    Tails returned to their lessor are nowhere.
    """
    terms = []
    for k in c.sets.pool_choices(pool):
        rotation = c.sets.rotations[c.sets.choices[k].rotation]
        change = (rotation.destination == pool.base) - (rotation.origin == pool.base)
        if change and rotation.on_block_min <= window.start_min:
            terms.append((c.x[k], float(change)))
    started_there = pool.start_airport == pool.base
    if terms or not started_there:
        missing = [] if started_there else c.returns(pool.id, 1.0)
        c.equal(name, [*terms, *missing], float(pool.size - pool.size * started_there))


def _at_base_when_cyclic(c: Columns, pool: ResolvedPool, window: Window, name: str) -> None:
    """Neither waiting nor in turnaround at another gateway when the window begins."""
    elsewhere = [
        (arc.tails, 1.0)
        for arc in c.ground[pool.id]
        if arc.airport != pool.base
        and in_windows(window.start_min, [Window(arc.start_min, arc.end_min)], c.cycle_min)
    ]
    for k in c.sets.pool_choices(pool):
        rotation = c.sets.rotations[c.sets.choices[k].rotation]
        ground = c.resolved.ground_at[rotation.destination, rotation.type]
        since_min = (window.start_min - rotation.on_block_min) % (c.cycle_min or 1)
        if rotation.destination != pool.base and since_min < ground.turnaround_min:
            elsewhere.append((c.x[k], 1.0))
    if elsewhere:
        c.equal(name, elsewhere, 0)


def k4_paid_hours(c: Columns) -> None:
    """K4: the lessor is paid for the hours flown, and at least for the guarantee of tails kept."""
    for pool in c.resolved.pools:
        if pool.acmi:
            paid = c.paid_min[pool.id]
            flown = [(x, -factor) for x, factor in _block_terms(c, pool)]
            c.at_least(f"K4_{c.pool_label[pool.id]}_flown", [(paid, 1.0), *flown], 0)
            guarantee = float(pool.guarantee_min)
            terms = [(paid, 1.0), *c.returns(pool.id, guarantee)]
            c.at_least(f"K4_{c.pool_label[pool.id]}_guarantee", terms, guarantee * pool.size)


def _block_terms(c: Columns, pool: ResolvedPool) -> list[tuple[Variable, float]]:
    return [
        (c.x[k], float(c.sets.rotations[c.sets.choices[k].rotation].block_min))
        for k in c.sets.pool_choices(pool)
    ]
