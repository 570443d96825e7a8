"""Clusters: parts of the fleet with cargo of their own, bounded by trees of their own.

Put prices of a leaf of every cluster's tree together with those of the root. What the bound is then
adds up of parts that share no price: the rest, and for every cluster its pools at their values, its
own cargo at its supply prices, its residual capacity inequalities and its branches at theirs.
Whichever leaf a plan belongs to in each tree, it earns at most that; so of every cluster's tree the
largest leaf counts, and not the largest of all combinations. This is so if no other pool, and no
bought capacity, could carry the cargo.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.certificate import Certificate, Cluster, FlightCount, Leaf, Prices
from optimizer.verify.certificate.leaf import Bounds

OF_POOLS = ("hours_most", "hours_least", "acmi")
"""Prices by pool that leaves of a cluster may state."""
STATED = ("supply", *OF_POOLS, "lengths", "residuals", "branches")
"""All that they may."""


def cluster_problems(resolved: ResolvedInstance, certificate: Certificate) -> Iterator[str]:
    """What is wrong with the form of clusters: their pools, and what their leaves state."""
    clusters, root = certificate.clusters, certificate.root
    if clusters and (not isinstance(root, Leaf) or root.empty):
        yield "clusters: the root is no leaf with prices"
    for pool, times in Counter(pool for c in clusters for pool in c.pools).items():
        if pool not in resolved.pool:
            yield f"clusters: there is no pool {pool}"
        if times > 1:
            yield f"clusters: {pool} is in {times} places"
    for cluster in clusters:
        what = f"cluster of {', '.join(cluster.pools)}"
        yield from (f"{what}: {problem}" for problem in _stated(cluster))


def _stated(cluster: Cluster) -> Iterator[str]:
    """Prices and branches that are not for a cluster to state."""
    nothing = Prices()
    for number, (leaf, path) in enumerate(cluster.leaves(), start=1):
        for field in fields(Prices):
            stated = getattr(leaf.prices, field.name)
            if field.name not in STATED and stated != getattr(nothing, field.name):
                yield f"leaf {number}: {field.name}: these prices are those of the root"
        for table in OF_POOLS:
            for pool in getattr(leaf.prices, table).keys() - set(cluster.pools):
                yield f"leaf {number}: {table}: {pool} is not in the cluster"
        for pool in {x.pool for x in leaf.prices.lengths} - set(cluster.pools):
            yield f"leaf {number}: lengths: {pool} is not in the cluster"
        if not all(isinstance(quantity, FlightCount) for quantity, _, _ in path):
            yield f"leaf {number}: a branch is not about flights"


def foreign_cargo(
    resolved: ResolvedInstance, bounds: Bounds, certificate: Certificate
) -> Iterator[str]:
    """Cargo that leaves of a cluster price although others could carry it."""
    for cluster in certificate.clusters:
        own = _own_cargo(cluster)
        others = [pool.id for pool in resolved.pools if pool.id not in cluster.pools]
        for number in sorted(_own_residuals(cluster)):
            if not own.issuperset(certificate.residuals[number].consignments):
                yield (
                    f"cluster of {', '.join(cluster.pools)}: inequality {number} is about cargo "
                    "that its leaves have no price for"
                )
        for name in sorted(own & bounds.carried(others, bought=True)):
            yield (
                f"cluster of {', '.join(cluster.pools)}: flights of other pools, or bought "
                f"capacity, could carry {name}, which its leaves have a price for"
            )


def taken_off(bounds: Bounds, certificate: Certificate) -> int | None:
    """How much less than the root's bound that of all trees is; None if a cluster has no plan."""
    root, less = certificate.root, 0
    if not isinstance(root, Leaf):
        return 0
    for cluster in certificate.clusters:
        of = cluster.pools, _own_cargo(cluster), _own_residuals(cluster)
        whole = bounds.cluster_micro(root.prices, (), *of)
        parts = [
            bounds.cluster_micro(_with(root.prices, leaf.prices), path, *of)
            for leaf, path in cluster.leaves()
            if not leaf.empty
        ]
        most = max((part for part in parts if part is not None), default=None)
        if whole is None or most is None:
            return None
        less += whole - most
    return less


def _own_cargo(cluster: Cluster) -> set[str]:
    """Consignments that a leaf states a supply price for."""
    return {name for leaf, _ in cluster.leaves() for name in leaf.prices.supply}


def _own_residuals(cluster: Cluster) -> set[int]:
    """Residual capacity inequalities that a leaf states a price for."""
    return {x.row for leaf, _ in cluster.leaves() for x in leaf.prices.residuals}


def _with(root: Prices, leaf: Prices) -> Prices:
    """A leaf's prices in place of the root's."""
    stated = {x.row for x in leaf.residuals}
    lengths = {(x.pool, x.block_min) for x in leaf.lengths}
    return replace(
        root,
        supply=root.supply | leaf.supply,
        hours_most=root.hours_most | leaf.hours_most,
        hours_least=root.hours_least | leaf.hours_least,
        lengths=(
            *(x for x in root.lengths if (x.pool, x.block_min) not in lengths),
            *leaf.lengths,
        ),
        acmi=root.acmi | leaf.acmi,
        residuals=(*(x for x in root.residuals if x.row not in stated), *leaf.residuals),
        branches=leaf.branches,
    )
