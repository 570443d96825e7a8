"""Clusters as MIPs of their own: what they prove together is a bound."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from optimizer.control import Budget
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import Ascent, ClusterTrees, Pace, Relaxation, clusters_of, first_point
from optimizer.engine.bounding import Bounding
from optimizer.engine.cluster_proofs import ClusterProofs
from optimizer.engine.record import Record
from optimizer.generate import tiny
from optimizer.model.highs import solve_with_highs
from optimizer.plan.costing import price
from optimizer.plan.plan import Flight, Plan
from optimizer.primal import ClusterProgramme, flights_within
from optimizer.resolve import resolve
from tests.certificates import residuals_of
from tests.test_clusters import TWO_CARRIERS, parted
from tests.test_whole_programme import LIMITS, best_plan
from tests.tiny_cases import random_prices, rung


def never() -> bool:
    return False


def trees_of(resolved: ResolvedInstance, *, random: int | None = None) -> ClusterTrees | None:
    """Trees from poor prices, or from random ones; None where these make nothing of it."""
    relaxation = Relaxation(resolved)
    relaxation.state(residuals_of(resolved))
    if random is None:
        ascent = Ascent(relaxation, first_point(relaxation))
        for _ in ascent.run(Pace(40), never):
            pass
        prices = ascent.best.prices
    else:
        prices = random_prices(relaxation, np.random.default_rng(random))
    point, clusters = relaxation.at(prices), clusters_of(relaxation)
    if not np.isfinite(point.usd) or not clusters:
        return None
    return ClusterTrees(relaxation, point, clusters, [math.inf] * len(clusters))


def prove(trees: ClusterTrees, room: float) -> None:
    """Solve the MIP of every cluster, in some room as a share of its bound."""
    for number in range(len(trees.clusters)):
        tree = trees.planted(number)
        point = tree.settled(never)
        room_usd = room * abs(point.usd)
        keys = flights_within(tree.relaxation, point, room_usd)
        cluster = ClusterProgramme(tree.relaxation, point, tree.cluster.is_own, keys)
        proven_usd = cluster.rest_usd
        if cluster.flights.programme.columns:
            proven_usd += solve_with_highs(cluster.flights.programme, gap=0.0).bound_usd
        tree.solver_usd = max(proven_usd, point.usd - room_usd)


def holds(trees: ClusterTrees, optimum_usd: float) -> bool:
    return trees.solver_bound_usd >= optimum_usd - 1e-6 * abs(optimum_usd) - 1e-3


@pytest.mark.parametrize("seed", range(110))
def test_no_plan_earns_more(seed: int) -> None:
    """Whatever is limited, where carriers have cargo of their own and where they have not."""
    number = TWO_CARRIERS[seed % len(TWO_CARRIERS)]
    more = LIMITS[seed % len(LIMITS)]
    resolved = resolve(tiny(number, "cyclic" if seed % 3 else "dated", more=more))
    resolved = parted(resolved) if seed % 4 else resolved
    best = best_plan(resolved)
    trees = trees_of(resolved)
    if best is None or trees is None:
        return
    for room in (10.0, 0.05):
        prove(trees, room)
        assert holds(trees, best.contribution_micro * 1e-6)
        assert trees.solver_bound_usd <= trees.point.usd + 1e-6 * abs(trees.point.usd)


@pytest.mark.parametrize("seed", range(60))
def test_prices_may_be_anything_of_the_right_sign(seed: int) -> None:
    more = LIMITS[seed % len(LIMITS)]
    resolved = parted(resolve(tiny(TWO_CARRIERS[seed % len(TWO_CARRIERS)], more=more)))
    best = best_plan(resolved)
    trees = trees_of(resolved, random=seed)
    if best is None or trees is None:
        return
    prove(trees, 10.0)
    assert holds(trees, best.contribution_micro * 1e-6)


def test_mips_prove_more_than_prices() -> None:
    lower = 0
    for seed in TWO_CARRIERS:
        trees = trees_of(parted(resolve(tiny(seed))))
        if trees is not None and len(trees.clusters) > 1:
            prove(trees, 10.0)
            lower += trees.solver_bound_usd < trees.point.usd - 1e-3 * abs(trees.point.usd)
    assert lower >= 5


Propose = Callable[[list[Flight]], Plan | None]


def worked(work_limit: float, propose: Propose) -> tuple[Bounding, Record]:
    """Clusters of a small week proven after a few divisions, beside a plan of no flights."""
    resolved = parted(rung("cyclic"))
    budget = Budget(work_limit=work_limit)
    record = Record(resolved, 0.0, budget, None)
    record.found(price(resolved, Plan(resolved.name, "", (), (), ())))
    bounding = Bounding(resolved, budget, 1, record.bounded)
    bounding.build(budget)
    bounding.lower(budget.share(0.3))
    rooms = [bounding.point.usd] * len(bounding.clusters)
    bounding.branch_clusters(bounding.reviewed(), rooms, 0.0, budget.share(0.1))
    ClusterProofs(bounding, record, propose, 1).work(0.0, budget)
    return bounding, record


def test_the_engine_proves_clusters_by_work() -> None:
    """The same way each time; flights that are found are proposed, and the certificate stays."""
    flights: list[list[list[Flight]]] = [[], []]
    (bounding, record), (_, again) = (worked(400, of.append) for of in flights)
    trees = bounding.trees
    assert trees is not None
    assert trees.solver_bound_usd < trees.bound_usd
    assert record.bound_usd == pytest.approx(trees.solver_bound_usd, abs=0.1)
    assert record.bound_usd == again.bound_usd
    assert flights[0] and flights[0] == flights[1]
    proof = bounding.certificate()
    assert proof is not None
    assert proof.bound_micro * 1e-6 > record.bound_usd


def test_an_interrupt_ends_mips_under_way() -> None:
    def interrupt(_: list[Flight]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worked(400, interrupt)
