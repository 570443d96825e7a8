"""Branching, committing lines and certificates, against the optimum and the independent check."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import (
    Ascent,
    Diver,
    Line,
    Manner,
    Pace,
    Relaxation,
    Tree,
    certificate,
    first_point,
)
from optimizer.dual.counts import Limit
from optimizer.dual.tree import all_parts
from optimizer.generate.options import PeriodKind
from optimizer.plan.certificate import Branch, Certificate, FlightCount, Leaf, TruckCount
from optimizer.verify.certificate import verify_certificate
from tests.tiny_cases import random_prices, reference_of, resolved_of, rung, slack_usd

RELATIVE = 1e-6
FINER = 2e-4
"""The check turns multipliers of loads further, so that its bound is lower by up to this share."""


def never() -> bool:
    """Do not stop."""
    return False


def rooted(resolved: ResolvedInstance, passes: int = 40) -> tuple[Relaxation, Ascent]:
    """A relaxation with good prices."""
    relaxation = Relaxation(resolved)
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(passes), never):
        pass
    return relaxation, ascent


def check(
    resolved: ResolvedInstance, proof: Certificate, usd: float, *, by_hours: bool = False
) -> None:
    """The independent check accepts a certificate, and finds the same bound."""
    report = verify_certificate(resolved, proof)
    assert report.accepted, report.problems
    if math.isinf(usd):
        assert report.bound_micro is None
        return
    assert report.bound_micro is not None
    recomputed_usd = report.bound_micro * 1e-6
    assert recomputed_usd <= usd + RELATIVE * abs(usd) + 1e-2
    if by_hours:  # the check takes the lesser of lines and hours, the relaxation hours alone
        return
    assert recomputed_usd >= usd - FINER * abs(usd) - 1e-2


@pytest.mark.parametrize("seed", range(200, 245))
def test_certificates_of_points_and_trees_are_accepted(seed: int) -> None:
    resolved, optimum = resolved_of(seed), reference_of(seed).value_usd
    relaxation, ascent = rooted(resolved)
    by_hours = any(network.by_flight for network in relaxation.networks)
    root = certificate(relaxation, Tree(relaxation, ascent, -math.inf).root)
    check(resolved, root, ascent.best.usd, by_hours=by_hours)
    target = optimum if optimum is not None else 0.0
    tree = Tree(relaxation, ascent, target)
    bounds = [tree.bound_usd]
    for bound in tree.grow(1.0, never):
        bounds.append(bound)
        if len(bounds) > 2:
            break
    assert all(b <= a + RELATIVE * abs(a) for a, b in pairwise(bounds))
    proof = certificate(relaxation, tree.root)
    if optimum is not None:
        assert bounds[-1] >= optimum - slack_usd(optimum)
        assert proof.bound_micro * 1e-6 >= optimum - slack_usd(optimum)
    leaves = list(proof.leaves())
    assert len(leaves) == (tree.parts + 1) // 2
    check(resolved, proof, max(usd for usd in leaf_bounds(tree)), by_hours=by_hours)


def leaf_bounds(tree: Tree) -> list[float]:
    """Bounds of the parts that were not divided."""
    return [part.point.usd for part in all_parts(tree.root) if part.parts is None]


def test_no_side_is_above_its_whole() -> None:
    """What proves the whole proves each side, whatever multipliers have become meanwhile."""
    relaxation, ascent = rooted(rung("cyclic"), 100)
    tree = Tree(relaxation, ascent, -math.inf)
    for _ in range(12):
        tree.divide(never)
    divided = [part for part in all_parts(tree.root) if part.parts is not None]
    assert len(divided) == 12
    assert all(side.point.usd <= part.point.usd for part in divided for side in part.parts or ())


def test_leaves_cover_all_plans() -> None:
    """Every branch parts the whole numbers between `most` and `most` + 1."""
    relaxation, ascent = rooted(rung("cyclic"))
    tree = Tree(relaxation, ascent, 0.5 * ascent.best.usd)
    for number, _ in enumerate(tree.grow(1.0, never)):
        if number == 2:
            break
    stack, branches = [certificate(relaxation, tree.root).root], 0
    while stack:
        node = stack.pop()
        if isinstance(node, Branch):
            branches += 1
            stack += [node.at_most, node.at_least]
        else:
            assert isinstance(node, Leaf)
    assert branches == 3
    for part in (tree.root, *(tree.root.parts or ())):
        if part.parts is not None:
            low, high = part.parts
            assert low.path == (*part.path, (part.quantity, "at_most", part.most))
            assert high.path == (*part.path, (part.quantity, "at_least", part.most + 1))


@pytest.mark.parametrize("period", ["cyclic", "dated"])
def test_certificate_of_the_smallest_rung(period: PeriodKind) -> None:
    resolved = rung(period)
    relaxation, ascent = rooted(resolved, 60)
    tree = Tree(relaxation, ascent, 0.9 * ascent.best.usd)
    for _ in tree.grow(1.0, never):
        break
    check(resolved, certificate(relaxation, tree.root), max(leaf_bounds(tree)))


@pytest.mark.parametrize("seed", range(200, 230))
def test_committed_lines_can_be_flown(seed: int) -> None:
    resolved = resolved_of(seed)
    relaxation, ascent = rooted(resolved)
    diver = Diver(relaxation, ascent.best.prices, np.random.default_rng(seed))
    diver.clear()
    assert diver.dive(Manner(), never)
    for k, (pool, network) in enumerate(zip(resolved.pools, relaxation.networks, strict=True)):
        own = [line for at, line in diver.lines if at == k]
        if network.by_flight:
            block_min = relaxation.catalogue.timetable.block_min[network.rotations]
            assert sum(block_min[list(x)].sum() for x in own) <= pool.size * pool.max_block_min
        else:
            assert len(own) == pool.size
    for line in diver.lines:
        assert_flyable(relaxation, line)
    free = [k for k, _ in diver.lines]
    diver.free(diver.lines)
    assert len(free) and not diver.lines


def assert_flyable(relaxation: Relaxation, line: Line) -> None:
    """A tail is where each rotation begins, and free; it ends where it has to."""
    k, arcs = line
    pool, network = relaxation.resolved.pools[k], relaxation.networks[k]
    cycle = relaxation.catalogue.cycle_min
    flown = network.rotations[list(arcs)].tolist()
    rotations, ready_min = relaxation.catalogue.rotations, relaxation.catalogue.timetable.ready_min
    if not flown:
        return
    pairs = pairwise(flown)
    waits = [(rotations[b].off_block_min - int(ready_min[a])) for a, b in pairs]
    for a, b in pairwise(flown):
        assert rotations[a].destination == rotations[b].origin
    if not cycle:
        assert rotations[flown[0]].origin == pool.start_airport
        assert rotations[flown[-1]].destination == pool.end_airport
        assert all(wait >= 0 for wait in waits)
        return
    assert rotations[flown[-1]].destination == rotations[flown[0]].origin
    waits.append(rotations[flown[0]].off_block_min - int(ready_min[flown[-1]]))
    busy_min = sum(int(ready_min[r]) - rotations[r].off_block_min for r in flown)
    assert busy_min + sum(wait % cycle for wait in waits) == cycle


@pytest.mark.parametrize("seed", range(200, 225))
def test_limits_a_plan_keeps_never_bound_it_away(seed: int) -> None:
    """Whatever their prices, and even if the same limit is stated twice."""
    result = reference_of(seed)
    if result.plan is None or result.value_usd is None:
        return
    relaxation = Relaxation(resolved_of(seed))
    limits: list[Limit] = []
    for run in result.plan.trucks:
        quantity = TruckCount(run.lane, run.dispatch_min, run.customs)
        limits += [(quantity, "at_least", run.trucks)] * 2 + [(quantity, "at_least", 1)]
        limits.append((quantity, "at_most", run.trucks))
    for pool in relaxation.resolved.pools:
        flown = sum(flight.pool == pool.id for flight in result.plan.flights)
        limits += [(FlightCount(pool=pool.id), "at_most", flown)] * 2
        limits.append((FlightCount(pool=pool.id), "at_least", flown))
    rng = np.random.default_rng(seed)
    sign = np.array([1.0 if sense == "at_most" else -1.0 for _, sense, _ in limits])
    for _ in range(5):
        relaxation.branch(())
        prices = random_prices(relaxation, rng)
        relaxation.branch(limits)
        paid = sign * rng.exponential(500.0, len(limits)) * (rng.random(len(limits)) < 0.6)
        usd = relaxation.at(replace(prices, branches=paid)).usd
        assert usd >= result.value_usd - slack_usd(result.value_usd)
