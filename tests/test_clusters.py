"""Clusters: carriers with cargo of their own, a tree for each, and their certificates."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from optimizer.control import Budget
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import (
    Ascent,
    ClusterTrees,
    Pace,
    Part,
    Relaxation,
    certificate,
    clusters_of,
    first_point,
)
from optimizer.dual.cluster_trees import ClusterTree
from optimizer.dual.clusters import held_prices, relaxation_of
from optimizer.engine import solve
from optimizer.engine.bounding import Bounding
from optimizer.errors import SolutionError
from optimizer.files import certificate_from_json, certificate_to_json
from optimizer.generate import ladder
from optimizer.model import solve_reference
from optimizer.plan.certificate import (
    Branch,
    Certificate,
    Cluster,
    FlightCount,
    Leaf,
    Prices,
    TruckCount,
)
from optimizer.primal import FlightSearch, rooms_usd
from optimizer.resolve import resolve
from optimizer.verify.certificate import leaf as leaf_module
from optimizer.verify.certificate import verify_certificate
from tests.certificates import residuals_of
from tests.tiny_cases import random_prices, resolved_of, rung, slack_usd

TWO_CARRIERS = (3, 8, 12, 16, 22, 36, 42, 52, 59, 62, 65, 71, 77, 86, 95, 98, 106, 115, 119)
"""Seeds of tiny instances with two carriers."""


def parted(resolved: ResolvedInstance) -> ResolvedInstance:
    """Each consignment flies with one carrier only, in turn with each."""
    carriers = sorted({pool.operator for pool in resolved.pools})
    consignments = tuple(
        replace(c, operators=(carriers[k % len(carriers)],))
        for k, c in enumerate(resolved.consignments)
    )
    return replace(resolved, consignments=consignments)


@cache
def tiny(seed: int) -> ResolvedInstance:
    return parted(resolved_of(seed))


@cache
def optimum_usd(seed: int) -> float | None:
    return solve_reference(tiny(seed), gap=1e-9).value_usd


def never() -> bool:
    return False


@cache
def grown(seed: int) -> tuple[ClusterTrees, Certificate]:
    """Trees of a tiny instance after some divisions, and their certificate."""
    relaxation = Relaxation(tiny(seed))
    relaxation.state(residuals_of(relaxation.resolved))
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(30), never):
        pass
    return trees_of(relaxation, ascent, 1e6, 6)


def trees_of(
    relaxation: Relaxation, ascent: Ascent, room_usd: float, times: int
) -> tuple[ClusterTrees, Certificate]:
    point = relaxation.at(ascent.best.prices)
    clusters = clusters_of(relaxation)
    trees = ClusterTrees(relaxation, point, clusters, [room_usd] * len(clusters))
    for number, _ in enumerate(trees.grow(0.0, never), start=1):
        if number == times:
            break
    return trees, certificate(relaxation, Part((), point, None), trees.trees)


@pytest.mark.parametrize("seed", TWO_CARRIERS)
def test_clusters_compete_for_no_cargo(seed: int) -> None:
    relaxation = Relaxation(tiny(seed))
    clusters = clusters_of(relaxation)
    pools = [k for cluster in clusters for k in cluster.pools]
    own = [j for cluster in clusters for j in cluster.own]
    assert len(set(pools)) == len(pools)
    assert len(set(own)) == len(own)
    carriers = [{tiny(seed).pools[k].operator for k in cluster.pools} for cluster in clusters]
    for cluster, flying in zip(clusters, carriers, strict=True):
        assert {tiny(seed).consignments[j].operators[0] for j in cluster.own} <= flying


def test_what_two_carriers_may_fly_makes_them_one_cluster() -> None:
    several = [seed for seed in TWO_CARRIERS if len(clusters_of(Relaxation(tiny(seed)))) > 1]
    assert len(several) >= 6
    assert all(len(clusters_of(Relaxation(resolved_of(seed)))) == 1 for seed in several)


@pytest.mark.parametrize("seed", TWO_CARRIERS)
def test_a_cluster_is_worth_what_it_is_worth_in_the_whole(seed: int) -> None:
    """At any prices: its best lines by itself are those of its pools in the whole."""
    relaxation = Relaxation(tiny(seed))
    prices = random_prices(relaxation, np.random.default_rng(seed))
    for _ in range(40):
        point = relaxation.at(prices)
    for cluster in clusters_of(relaxation):
        part, own = relaxation_of(relaxation, point, cluster)
        for _ in range(40):
            alone = part.at(own)
        together = [point.lines[k].usd for k in cluster.pools]
        assert [line.usd for line in alone.lines] == pytest.approx(together, rel=1e-6, abs=1e-3)
        held = held_prices(part, cluster)
        assert held.sum() < len(held)


@pytest.mark.parametrize("seed", TWO_CARRIERS)
def test_trees_of_clusters_prove_a_bound(seed: int) -> None:
    trees, proof = grown(seed)
    best = optimum_usd(seed)
    report = verify_certificate(tiny(seed), proof)
    assert report.accepted, report.problems
    if best is None:
        return
    assert trees.bound_usd >= best - slack_usd(best)
    assert proof.bound_micro * 1e-6 <= trees.point.usd + 1e-6 * abs(trees.point.usd) + 1e-2
    assert report.bound_micro is None or report.bound_micro * 1e-6 >= best - slack_usd(best)


def test_prices_of_a_cluster_settle_with_inequalities_of_its_own() -> None:
    """They lower its bound before it is divided, and are proven, about nobody else's cargo."""
    resolved = parted(resolve(ladder("S", 2, "cyclic")))
    relaxation = Relaxation(resolved)
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(60), never):
        pass
    point = relaxation.at(ascent.best.prices)
    cluster = max(clusters_of(relaxation), key=lambda x: len(x.own))
    names = {resolved.consignments[j].id for j in cluster.own}
    tree = ClusterTree(relaxation, point, cluster, math.inf)
    before_usd = [0.0]
    while tree.tree.parts == 1:
        assert tree.step(never)
        assert tree.taken_off_usd >= before_usd[-1]
        before_usd.append(tree.taken_off_usd)
    assert tree.relaxation.residuals.number > 0
    assert before_usd[-1] > 0.0
    proof = certificate(relaxation, Part((), point, None), [tree])
    assert proof.residuals
    assert all(names.issuperset(row.consignments) for row in proof.residuals)
    assert verify_certificate(resolved, proof).accepted


@pytest.mark.parametrize("seed", TWO_CARRIERS)
def test_a_plan_in_which_a_cluster_earns_less_proves_no_less(seed: int) -> None:
    """What trees left out below their targets still counts when targets would be lower."""
    relaxation = Relaxation(tiny(seed))
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(30), never):
        pass
    trees, proof = trees_of(relaxation, ascent, 1.0, 6)
    before = trees.bound_usd
    trees.aim([1e6] * len(clusters_of(relaxation)))
    assert trees.bound_usd >= before - 1e-6 * abs(before)
    best = optimum_usd(seed)
    assert best is None or proof.bound_micro * 1e-6 >= best - slack_usd(best)


def test_trees_of_clusters_lower_the_bound_together() -> None:
    lowered = [seed for seed in TWO_CARRIERS if len(grown(seed)[0].trees) > 1]
    assert len(lowered) >= 2
    for seed in lowered:
        trees, proof = grown(seed)
        alone = min(
            trees.point.usd - tree.taken_off_usd for tree in trees.trees
        )  # what the best single tree proves
        assert trees.bound_usd < alone
        assert len(proof.clusters) == len(trees.trees)


@pytest.mark.parametrize("seed", TWO_CARRIERS)
def test_prices_of_clusters_may_be_anything_of_the_right_sign(seed: int) -> None:
    """Whatever leaves state, what the check proves is a bound."""
    best, (_, proof) = optimum_usd(seed), grown(seed)
    if best is None:
        return
    rng = np.random.default_rng(seed)

    def shaken(leaf: Leaf) -> Leaf:
        supply = {k: int(v * rng.uniform(0.0, 2.0)) for k, v in leaf.prices.supply.items()}
        branches = tuple(int(v * rng.uniform(0.0, 2.0)) for v in leaf.prices.branches)
        return Leaf(replace(leaf.prices, supply=supply, branches=branches))

    clusters = tuple(Cluster(c.pools, _mapped(c.root, shaken)) for c in proof.clusters)
    report = verify_certificate(tiny(seed), replace(proof, clusters=clusters, bound_micro=10**18))
    assert report.accepted, report.problems
    assert report.bound_micro is None or report.bound_micro * 1e-6 >= best - slack_usd(best)


def _mapped(node: Leaf | Branch, change: Callable[[Leaf], Leaf]) -> Leaf | Branch:
    if isinstance(node, Leaf):
        return node if node.empty else change(node)
    return Branch(
        node.quantity, node.most, _mapped(node.at_most, change), _mapped(node.at_least, change)
    )


def _some_proof() -> tuple[ResolvedInstance, Certificate]:
    seed = next(seed for seed in TWO_CARRIERS if len(grown(seed)[0].trees) > 1)
    return tiny(seed), grown(seed)[1]


def test_a_claim_below_what_clusters_prove_is_told() -> None:
    resolved, proof = _some_proof()
    proven = verify_certificate(resolved, proof).bound_micro
    assert proven is not None
    report = verify_certificate(resolved, replace(proof, bound_micro=proven - 1))
    assert not report.accepted
    assert report.bound_micro == proven


def test_clusters_that_make_no_sense_are_told() -> None:
    resolved, proof = _some_proof()
    first, *others = proof.clusters
    leaf = next(leaf for leaf, _ in first.leaves())
    foreign = next(
        c.id for c in resolved.consignments if c.id not in leaf.prices.supply
        and any(c.id in x.prices.supply for o in others for x, _ in o.leaves())
    )  # fmt: skip

    def told(*clusters: Cluster, **changes: object) -> str:
        changed = replace(proof, clusters=clusters, **changes)  # type: ignore[arg-type]
        report = verify_certificate(resolved, changed)
        assert not report.accepted
        return " ".join(report.problems)

    assert "there is no pool X" in told(replace(first, pools=("X",)))
    assert "is in 2 places" in told(first, first)
    assert "no leaf with prices" in told(first, root=Branch(FlightCount(), 1, Leaf(), Leaf()))
    leaf_with = Leaf(replace(Prices(), supply={foreign: 1}))
    assert f"could carry {foreign}" in told(replace(first, root=leaf_with))
    elsewhere = Leaf(Prices(slots={"S": 1}))
    assert "slots: these prices are those of the root" in told(replace(first, root=elsewhere))
    split = Branch(TruckCount("L", 0, "M"), 1, *(2 * [Leaf(Prices(branches=(0,)))]))
    assert "is not about flights" in told(replace(first, root=split))
    unpaid = Branch(FlightCount(), 1, Leaf(), Leaf())
    assert "0 prices of branches" in told(replace(first, root=unpaid))


def test_clusters_survive_their_file() -> None:
    _, proof = _some_proof()
    text = certificate_to_json(proof)
    assert certificate_from_json(text) == proof
    assert '"clusters"' not in certificate_to_json(replace(proof, clusters=()))
    for damaged, expected in (
        (text.replace('"clusters": [', '"clusters": 3, "more": ['), "clusters"),
        (text.replace('{"pools": ', '{"pool": '), "clusters[0]"),
        (text.replace('"pools": [', '"pools": [1, '), "clusters[0].pools"),
    ):
        with pytest.raises(SolutionError) as error:
            certificate_from_json(damaged)
        assert any(expected in str(finding.column) for finding in error.value.findings)


def test_rooms_add_up_to_what_a_plan_lacks() -> None:
    """Bound less plan: rooms of clusters, and what limits and trucks are paid but not used for."""
    resolved = parted(rung("cyclic"))
    relaxation = Relaxation(resolved)
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(150), never):
        pass
    found = solve(resolved, work_limit=60, threads=1)
    assert found.plan is not None
    for _ in range(40):
        point = relaxation.at(ascent.best.prices)
    clusters = clusters_of(relaxation)
    assert len(clusters) > 1
    search = FlightSearch(relaxation, point, clusters, np.random.default_rng(0), Budget())
    flown = search.loaded(found.plan.flights)
    assert flown is not None
    rooms = rooms_usd(relaxation, point, relaxation.value_usd, clusters, flown)
    gap_usd = point.usd - found.plan.contribution_micro * 1e-6
    assert all(room >= 0.0 for room in rooms)
    assert 0.5 * gap_usd < sum(rooms) <= gap_usd * (1 + 1e-6)


def test_the_engine_divides_clusters() -> None:
    resolved = parted(rung("cyclic"))
    found = []
    for _ in range(2):
        told: list[int | None] = []
        budget = Budget(work_limit=60)
        bounding = Bounding(resolved, budget, 1, told.append)
        bounding.build(budget)
        bounding.lower(budget.share(0.3))
        before = bounding.point.usd
        rooms = [0.1 * before] * len(bounding.clusters)
        bounding.branch_clusters(bounding.reviewed(), rooms, 0.0, budget)
        found.append(bounding.certificate())
        assert told[-1] is not None
        assert told[-1] * 1e-6 < before
    first, again = found
    assert first is not None
    assert first.clusters
    assert first == again
    report = verify_certificate(resolved, first)
    assert report.accepted, report.problems


def test_rough_loads_prove_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where hours decide, settling what matters is as good as settling everything."""
    resolved = rung("cyclic")
    limited = replace(
        resolved,
        pools=tuple(replace(pool, max_block_min=40 * 60) for pool in resolved.pools),
    )
    relaxation = Relaxation(limited)
    assert all(network.by_flight for network in relaxation.networks)
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(60), never):
        pass
    proof = certificate(relaxation, Part((), ascent.best, None))
    quickly = verify_certificate(limited, proof)
    monkeypatch.setattr(leaf_module, "FEW", 10**9)
    fully = verify_certificate(limited, proof)
    assert quickly.accepted and fully.accepted
    assert quickly.bound_micro == fully.bound_micro
