"""How far every cluster is from its part of the bound: where a plan could still be better.

Bound and plan differ by what pools' flights earn less than their best lines, what loads earn less
than the best ones, what is left of cargo that has a price, and what residual capacity inequalities
spare. Each of these belongs to one cluster; whole trucks and shared limits that are not used up are
the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from optimizer.dual import Cluster, Floats, Point, Relaxation, own_residuals
from optimizer.primal.flown import Flown
from optimizer.primal.part import kg_by_kind


def rooms_usd(
    relaxation: Relaxation,
    point: Point,
    value_usd: Floats,
    clusters: Sequence[Cluster],
    flown: Flown,
) -> list[float]:
    """By cluster, how far its part of the bound is above what its flights and cargo earn.

    Args:
        value_usd: By rotation, what its best load earns at the prices of the point.
        flown: Flights with their cargo.
    """
    pool_usd = [line.usd for line in point.lines]
    for (k, r), times in flown.times.items():
        arcs = np.flatnonzero(relaxation.networks[k].rotations == r)
        pool_usd[k] -= times * float(point.arc_usd[k][arcs].max())
    loads_usd, flights = _loads_usd(relaxation, point, value_usd, flown), Counter[int]()
    for (_, r), times in flown.times.items():
        flights[r] += times
    for (k, r), times in flown.times.items():
        pool_usd[k] += loads_usd[r] * times / flights[r]
    of_kind = kg_by_kind(relaxation, flown.kg)
    carried_kg = relaxation.catalogue.kinds.by_consignment(of_kind, delivered=False)
    left = relaxation.catalogue.offered_kg - carried_kg
    left_usd = point.prices.supply * left
    flow = np.zeros(len(relaxation.catalogue.rotations))
    for r, times in flights.items():
        flow[r] = times
    spared = relaxation.residuals.left(carried_kg, flow)
    spared_usd = relaxation.completed(point.prices).residual * spared
    return [
        max(
            0.0,
            sum(pool_usd[k] for k in cluster.pools)
            + float(left_usd[list(cluster.own)].sum())
            + float(spared_usd[own_residuals(relaxation, cluster.own)].sum()),
        )
        for cluster in clusters
    ]


def _loads_usd(
    relaxation: Relaxation, point: Point, value_usd: Floats, flown: Flown
) -> dict[int, float]:
    """By rotation, how much less its flights carry than their best loads earn."""
    cargo = relaxation.cargo
    missed: dict[int, float] = defaultdict(float)
    for (_, r), times in flown.times.items():
        missed[r] += times * float(value_usd[r])
    for r in missed:
        for item, kg in flown.kg.get(r, {}).items():
            segment = int(np.searchsorted(cargo.items, item, side="right")) - 1
            paid = point.class_usd[cargo.cls[item]] + point.segment_usd[segment]
            missed[r] -= kg * float(cargo.margin_usd_per_kg[item] - paid)
    return missed
