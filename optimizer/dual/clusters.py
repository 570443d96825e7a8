"""Clusters: pools that compete for cargo among themselves only, each a small instance of its own.

At the prices of all other limits nothing links two clusters: prices of their own cargo and hours,
and branches on their flights, concern one of them alone. So each has a branching tree of its own,
and what the trees take off the bound adds up: ten clusters divided in two each are worth a tree of
a thousand parts. Carriers that fly their own cargo are such clusters.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.dual.loading import Cargo, Multipliers
from optimizer.dual.point import Point
from optimizer.dual.prices import Prices
from optimizer.dual.relaxation import Relaxation


@dataclass(frozen=True, slots=True)
class Cluster:
    """Pools that compete for cargo.

    Attributes:
        pools: Their numbers.
        own: Consignments that flights of these pools only could carry.
        shared: Others that they could carry: those that change aircraft, or fit bought capacity.
    """

    pools: tuple[int, ...]
    own: tuple[int, ...]
    shared: tuple[int, ...]

    @property
    def kept(self) -> tuple[int, ...]:
        """All that they could carry, in order."""
        return tuple(sorted((*self.own, *self.shared)))

    @property
    def is_own(self) -> Bools:
        """By consignment that is kept, whether flights of these pools only could carry it."""
        return np.isin(self.kept, self.own)


def clusters_of(relaxation: Relaxation) -> list[Cluster]:
    """The clusters of an instance, by their first pool; idle pools are in none."""
    c = relaxation.catalogue
    changing = {t.consignment for t in c.resolved.transits}
    shared = {j for j, x in enumerate(c.resolved.consignments) if x.id in changing}
    shared |= _carried(relaxation, c.bought)
    carried = [_carried(relaxation, np.unique(n.rotations)) for n in relaxation.networks]
    graph: nx.Graph[tuple[str, int]] = nx.Graph()
    for k, consignments in enumerate(carried):
        graph.add_edges_from((("pool", k), ("cargo", j)) for j in consignments - shared)
    found: list[Cluster] = []
    for nodes in nx.connected_components(graph):
        pools = sorted(number for kind, number in nodes if kind == "pool")
        own = sorted(number for kind, number in nodes if kind == "cargo")
        others = set().union(*(carried[k] for k in pools)) & shared
        found.append(Cluster(tuple(pools), tuple(own), tuple(sorted(others))))
    return sorted(found, key=lambda cluster: cluster.pools)


def _carried(relaxation: Relaxation, rotations: Ints) -> set[int]:
    """Consignments that some rotations, or bought capacity, could carry."""
    c, cargo = relaxation.catalogue, relaxation.cargo
    first, last = cargo.segments[rotations], cargo.segments[rotations + 1]
    spans = [slice(cargo.items[a], cargo.items[b]) for a, b in zip(first, last, strict=True)]
    classes = np.unique(np.concatenate([cargo.cls[:0], *(cargo.cls[span] for span in spans)]))
    return set(np.unique(c.kinds.consignment[c.items.consignment[classes]]).tolist())


def relaxation_of(
    whole: Relaxation, point: Point, cluster: Cluster, threads: int | None = None
) -> tuple[Relaxation, Prices]:
    """A cluster as a relaxation of its own, and the point's prices by its numbers.

    What its flights pay at limits that are shared (`Prices.rows`, inequalities about foreign cargo
    too) is part of what they cost, and what its cargo pays there of what it earns.

    Args:
        threads: Threads that price its rotations; None for as many as those of the whole.
    """
    part = Relaxation(part_of(whole.resolved, cluster), threads=threads or whole.threads)
    part.state(whole.residuals.rows[k] for k in own_residuals(whole, cluster.own))
    paid_usd = whole.limits.per_rotation_usd(point.prices.rows)
    number = {rotation: r for r, rotation in enumerate(whole.catalogue.rotations)}
    at = np.array([number[x] for x in part.catalogue.rotations], dtype=np.int64)
    part.catalogue.cost_usd += paid_usd[at]
    shared = whole.completed(point.prices).residual.copy()
    shared[own_residuals(whole, cluster.own)] = 0.0
    part.catalogue.cost_usd -= whole.residuals.flight_usd(shared)[at]
    usd_per_kg = part.catalogue.kinds.leaving(whole.residuals.cargo_usd(shared)[list(cluster.kept)])
    part.cargo.margin_usd_per_kg[:] -= usd_per_kg[part.catalogue.items.consignment[part.cargo.cls]]
    same = [0, *(1 + whole.positions.index(number) for number in part.positions)]
    for (cargo, found), which in zip(part.within, same, strict=True):
        _go_on(cargo, found, *whole.within[which], at)
    return part, _prices(part, whole, cluster, point.prices)


def _go_on(cargo: Cargo, found: Multipliers, of: Cargo, known: Multipliers, at: Ints) -> None:
    """Let multipliers of loads go on from where they are in the whole.

    Args:
        at: By rotation of the part, its number in the whole.
    """
    for r, same in enumerate(at.tolist()):
        own = slice(cargo.holds[r], cargo.holds[r + 1])
        there = slice(of.holds[same], of.holds[same + 1])
        if of.holds[same + 1] - of.holds[same] != cargo.holds[r + 1] - cargo.holds[r]:
            continue  # without foreign cargo, legs of a rotation carry the same
        for multiplier, best in zip(found, known, strict=True):
            multiplier[own] = best[there]


def _prices(part: Relaxation, whole: Relaxation, cluster: Cluster, prices: Prices) -> Prices:
    """Prices of the whole by the numbers of a part."""
    first, pools = part.first_prices(), list(cluster.pools)
    change = _places(
        [(t.consignment, t.gateway) for t in part.resolved.transits],
        [(t.consignment, t.gateway) for t in whole.resolved.transits],
    )
    return replace(
        prices,
        supply=prices.supply[list(cluster.kept)],
        truck_share=prices.truck_share[_places(part.catalogue.runs, whole.catalogue.runs)],
        dispatch=prices.dispatch[_places(part.trucks.dispatches, whole.trucks.dispatches)],
        rows=first.rows,
        residual=whole.completed(prices).residual[own_residuals(whole, cluster.own)],
        hours_most=prices.hours_most[pools],
        hours_least=prices.hours_least[pools],
        lengths=_lengths(part, whole, cluster, prices),
        acmi=prices.acmi[pools],
        commitments=prices.commitments[
            _places(
                [x.id for x in part.resolved.commitments],
                [x.id for x in whole.resolved.commitments],
            )
        ],
        published=prices.published[
            _places(
                [x.id for x in part.resolved.frozen_flights],
                [x.id for x in whole.resolved.frozen_flights],
            )
        ],
        transit=prices.transit.reshape(len(whole.resolved.transits), -1)[change].reshape(-1)
        if len(change)
        else first.transit,
        branches=first.branches,
    )


def _lengths(part: Relaxation, whole: Relaxation, cluster: Cluster, prices: Prices) -> Floats:
    """Prices of lengths; 0 where hours of the whole were priced by the minute only."""
    usd = dict(zip(whole.hour_choices.lengths, prices.lengths.tolist(), strict=True))
    keys = ((cluster.pools[k], block_min) for k, block_min in part.hour_choices.lengths)
    return np.array([usd.get(key, 0.0) for key in keys], dtype=np.float64)


def own_residuals(relaxation: Relaxation, own: Iterable[int]) -> Ints:
    """The residual capacity inequalities that are about some cargo alone."""
    names = {relaxation.resolved.consignments[j].id for j in own}
    rows = relaxation.residuals.rows
    return np.array([k for k, row in enumerate(rows) if names.issuperset(row.consignments)], int)


def part_usd(
    relaxation: Relaxation, point: Point, pools: Iterable[int], own: Iterable[int]
) -> float:
    """What some pools and their own cargo come to in the bound of a point, branches left out."""
    kg, usd = relaxation.catalogue.offered_kg, point.prices.supply
    cargo = np.array([*own], dtype=np.int64)
    rows = own_residuals(relaxation, cargo.tolist())
    residual_usd = relaxation.completed(point.prices).residual[rows]
    total = float(usd[cargo] @ kg[cargo] + residual_usd @ relaxation.residuals.limit[rows])
    return sum(point.pool_usd[k] for k in pools) + total


def held_prices(part: Relaxation, cluster: Cluster) -> Bools:
    """By price of a cluster's relaxation, whether it is shared with others and has to stay."""
    first = part.first_prices()
    pools = np.ones(len(cluster.pools))
    free = replace(
        first.like(np.zeros(len(first.vector()))),
        supply=cluster.is_own.astype(np.float64),
        hours_most=pools,
        hours_least=pools,
        lengths=np.ones(part.hour_choices.number),
        acmi=pools,
        residual=np.ones(part.residuals.number),
    )
    return np.asarray(free.vector() == 0.0)


def part_of(resolved: ResolvedInstance, cluster: Cluster) -> ResolvedInstance:
    """The instance with the pools of a cluster and the cargo that they could carry."""
    pools = tuple(resolved.pools[k] for k in cluster.pools)
    consignments = tuple(resolved.consignments[j] for j in cluster.kept)
    names, flying = {c.id for c in consignments}, {p.id for p in pools}
    commitments = (
        replace(x, consignments=tuple(name for name in x.consignments if name in names))
        for x in resolved.commitments
    )
    return replace(
        resolved,
        pools=pools,
        consignments=consignments,
        transits=tuple(t for t in resolved.transits if t.consignment in names),
        commitments=tuple(x for x in commitments if x.consignments),
        frozen_flights=tuple(f for f in resolved.frozen_flights if flying & {*f.pools}),
        blocks=(),
    )


def _places(part: Iterable[Hashable], whole: Iterable[Hashable]) -> Ints:
    """Where the members of a part are in the whole."""
    number = {key: k for k, key in enumerate(whole)}
    return np.array([number[key] for key in part], dtype=np.int64)
