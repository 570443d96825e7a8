"""Warm starts: a certificate's prices and trees on its own instance and on others."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from optimizer.control import Budget
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import Ascent, Pace, Part, Relaxation, Repriced, Tree, certificate, first_point
from optimizer.dual.given import given_prices
from optimizer.engine import solve
from optimizer.engine.bounding import Bounding
from optimizer.generate import tiny
from optimizer.model import solve_reference
from optimizer.plan.certificate import (
    Branch,
    Certificate,
    FlightCount,
    Leaf,
    Node,
    Prices,
    SpacingPrice,
    StandPrice,
    StockPrice,
    TransitPrice,
    TruckCount,
    TruckPrice,
)
from optimizer.resolve import resolve
from optimizer.verify.certificate import verify_certificate
from tests.certificates import certificate as certificate_of
from tests.certificates import random_tree, residuals_of
from tests.test_clusters import TWO_CARRIERS, grown
from tests.test_clusters import tiny as parted_tiny
from tests.tiny_cases import resolved_of, slack_usd

SEEDS = range(0, 60, 5)
MORE = ("commitments", "handling", "crews", "special_cargo", "blocks", "stock")
DIVISIONS = 6

Edit = Callable[[ResolvedInstance], ResolvedInstance]


def never() -> bool:
    return False


@cache
def instance_of(seed: int) -> ResolvedInstance:
    """A tiny instance; every second one has a limit that others have not."""
    return resolve(tiny(seed, more=(MORE[seed // 2 % len(MORE)],) if seed % 2 else ()))


@cache
def proof_of(seed: int) -> Certificate:
    """A certificate with a tree, and prices of inequalities."""
    relaxation = Relaxation(instance_of(seed))
    relaxation.state(residuals_of(relaxation.resolved))
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(40), never):
        pass
    tree = Tree(relaxation, ascent, -1e9)
    for number, _ in enumerate(tree.grow(0.0, never), start=1):
        if number == DIVISIONS:
            break
    return certificate(relaxation, tree.root)


def warm(resolved: ResolvedInstance, given: Certificate, *, settle: bool = True) -> Bounding:
    """The bound from a certificate, before and after prices have followed."""
    told: list[int | None] = []
    budget = Budget()
    bounding = Bounding(resolved, budget, 1, told.append, given)
    bounding.build(budget)
    if settle:
        bounding.settle(-1e9, 0.0, budget.share(1.0))
    return bounding


def check(resolved: ResolvedInstance, given: Certificate) -> None:
    """What is proven bounds the best plan, and the check of certificates agrees."""
    best = solve_reference(resolved, gap=1e-9).value_usd
    for settle in (False, True):
        proof = warm(resolved, given, settle=settle).certificate()
        assert proof is not None
        report = verify_certificate(resolved, proof)
        assert report.accepted, report.problems
        if best is not None:
            assert proof.bound_micro * 1e-6 >= best - slack_usd(best)
            assert report.bound_micro is not None
            assert report.bound_micro * 1e-6 >= best - slack_usd(best)


def heavier(r: ResolvedInstance) -> ResolvedInstance:
    """Half as much again of every second consignment."""
    return replace(
        r,
        consignments=tuple(
            replace(c, weight_g=c.weight_g * 3 // 2, volume_cm3=c.volume_cm3 * 3 // 2)
            if k % 2
            else c
            for k, c in enumerate(r.consignments)
        ),
    )


def renamed(r: ResolvedInstance) -> ResolvedInstance:
    """All pools under other names, so that branches on them are on nothing."""
    name = {pool.id: f"{pool.id}-new" for pool in r.pools}
    return replace(
        r,
        pools=tuple(replace(pool, id=name[pool.id]) for pool in r.pools),
        frozen_flights=tuple(
            replace(f, pools=tuple(name[p] for p in f.pools)) for f in r.frozen_flights
        ),
    )


def dearer(r: ResolvedInstance) -> ResolvedInstance:
    """Trucks at half of their price, legs with other block times' costs as they are."""
    return replace(
        r,
        lanes=tuple(
            replace(x, cost_micro=tuple((mode, micro // 2) for mode, micro in x.cost_micro))
            for x in r.lanes
        ),
    )


def milder(r: ResolvedInstance) -> ResolvedInstance:
    """Penalties of a tenth: prices up to the old ones are beyond them."""
    return replace(
        r,
        commitments=tuple(
            replace(
                x,
                penalty_pico_per_g=None
                if x.penalty_pico_per_g is None
                else x.penalty_pico_per_g // 10,
            )
            for x in r.commitments
        ),
        frozen_flights=tuple(
            replace(x, penalty_micro=None if x.penalty_micro is None else x.penalty_micro // 10)
            for x in r.frozen_flights
        ),
    )


@pytest.mark.parametrize("edit", [heavier, renamed, dearer, milder])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_certificate_bounds_an_edited_instance_too(seed: int, edit: Edit) -> None:
    check(edit(instance_of(seed)), proof_of(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_certificate_of_something_else_is_no_harm(seed: int) -> None:
    check(instance_of(seed), proof_of((seed + 5) % 60))


@pytest.mark.parametrize("seed", SEEDS)
def test_any_tree_with_any_prices_is_a_start(seed: int) -> None:
    resolved, rng = instance_of(seed), random.Random(seed)
    check(resolved, certificate_of(resolved, random_tree(resolved, rng, 3)))


def test_what_no_instance_has_is_left_out() -> None:
    """Names, minutes and numbers beyond any reckoning."""
    far = 10**400
    leaf = Leaf(
        Prices(
            supply={"nobody": 5, **{c.id: far for c in instance_of(3).consignments}},
            trucks=(TruckPrice("nowhere", far, "road", far, far),),
            stands=(StandPrice("XXX", "C", far, far),),
            spacing=(SpacingPrice("nothing", -far, far),),
            stock=(StockPrice("XXX", far, far),),
            transit=(TransitPrice("nobody", "XXX", far, far),),
            hours_most={pool.id: far for pool in instance_of(3).pools},
            branches=(far, -far),
        )
    )
    pools = [pool.id for pool in instance_of(3).pools]
    tree: Node = Branch(TruckCount("nowhere", far, "road"), 2, leaf, leaf)
    tree = Branch(FlightCount(pool=pools[0]), far, tree, leaf)
    tree = Branch(FlightCount(station="XXX"), 1, tree, leaf)
    tree = Branch(FlightCount(pool=pools[0]), -5, Leaf(empty=True), tree)
    tree = Branch(FlightCount(pool=pools[0]), 1, tree, leaf)
    check(instance_of(3), certificate_of(instance_of(3), tree))


@pytest.mark.parametrize("seed", SEEDS)
def test_an_unchanged_instance_gives_the_same_certificate(seed: int) -> None:
    given = proof_of(seed)
    relaxation = Relaxation(instance_of(seed))
    repriced = Repriced(relaxation, given)
    root = repriced.tree() or Part((), repriced.point, None)
    again = certificate(relaxation, root)
    assert again.resolved_digest == given.resolved_digest
    same_nodes(again.root, given.root)
    assert again.bound_micro <= given.bound_micro + 1e-6 * abs(given.bound_micro) + 1e4


def test_what_an_idle_limit_paid_the_tightest_of_its_kind_pays() -> None:
    resolved = instance_of(3)
    relaxation, pool = Relaxation(resolved), FlightCount(pool=resolved.pools[0].id)
    other = FlightCount(pool=pool.pool, until_min=4000)
    relaxation.branch([(pool, "at_most", 5), (other, "at_least", 1), (pool, "at_most", 3)])
    supply = np.zeros(len(resolved.consignments))
    prices = given_prices(relaxation, Prices(), [7_000_000, -2_000_000, 1_000_000], supply, {})
    assert prices.branches.tolist() == [0.0, -2.0, 8.0]


def same_nodes(a: Node, b: Node) -> None:
    """The same branches, and prices that differ by rounding at most."""
    if isinstance(a, Branch) and isinstance(b, Branch):
        assert (a.quantity, a.most) == (b.quantity, b.most)
        same_nodes(a.at_most, b.at_most)
        same_nodes(a.at_least, b.at_least)
        return
    assert isinstance(a, Leaf)
    assert isinstance(b, Leaf)
    for field in fields(Prices):
        mine, theirs = (numbers(getattr(x.prices, field.name)) for x in (a, b))
        for key in mine.keys() | theirs.keys():
            price = theirs.get(key, 0)
            assert mine.get(key, 0) == pytest.approx(price, rel=1e-9, abs=2), (field.name, key)


def numbers(prices: Any) -> dict[Any, int]:
    """The prices of a field by what they are for."""
    if isinstance(prices, dict):
        return prices
    found: dict[Any, int] = {}
    for at, x in enumerate(prices):
        if isinstance(x, int):
            found[at] = x
            continue
        key = tuple(getattr(x, f.name) for f in fields(x) if f.name[:4] not in ("pico", "micr"))
        for f in fields(x):
            if f.name[:4] in ("pico", "micr"):
                found[*key, f.name] = getattr(x, f.name)
    return found


@pytest.mark.parametrize("seed", TWO_CARRIERS[:8])
def test_trees_of_clusters_are_priced_anew(seed: int) -> None:
    resolved = parted_tiny(seed)
    _, given = grown(seed)
    check(resolved, given)
    check(heavier(resolved), given)
    check(resolved_of(seed), given)  # where they are clusters no more
    again = warm(resolved, given, settle=False).certificate()
    assert again is not None
    assert again.bound_micro <= given.bound_micro + 1e-6 * abs(given.bound_micro) + 1e4


def test_some_trees_of_clusters_are_taken_over() -> None:
    kept = [warm(parted_tiny(s), grown(s)[1], settle=False).certificate() for s in TWO_CARRIERS[:8]]
    assert sum(bool(proof and proof.clusters) for proof in kept) >= 2


def test_a_carried_tree_goes_on_growing() -> None:
    given = proof_of(3)
    bounding = warm(heavier(instance_of(3)), given)
    bounding.branch(-1e9, 0.0, Budget(work_limit=400).share(1.0))
    proof = bounding.certificate()
    assert proof is not None
    assert verify_certificate(heavier(instance_of(3)), proof).accepted


@pytest.mark.parametrize("seed", [3, 9])
def test_a_work_limit_ends_a_warm_solve_at_the_same_plan(seed: int) -> None:
    base = solve(instance_of(seed), work_limit=200, threads=1, method="heuristic")
    ends = [
        solve(
            heavier(instance_of(seed)),
            work_limit=150,
            threads=1,
            method="heuristic",
            start=base.plan,
            start_certificate=base.certificate,
        )
        for _ in range(2)
    ]
    assert ends[0].plan == ends[1].plan
    assert ends[0].bound_micro == ends[1].bound_micro
    assert ends[0].work == ends[1].work
    assert ends[0].certificate == ends[1].certificate


def test_a_warm_solve_of_the_same_instance_is_as_near_at_once() -> None:
    resolved = instance_of(0)
    base = solve(resolved, work_limit=400, threads=1, method="heuristic")
    assert base.gap is not None
    again = solve(
        resolved,
        gap=base.gap + 1e-4,
        threads=1,
        method="heuristic",
        start=base.plan,
        start_holds=True,
        start_certificate=base.certificate,
    )
    assert again.plan == base.plan
    assert again.status in ("gap_reached", "optimal")
    assert again.work < base.work


def test_new_cargo_has_a_guess_of_a_price() -> None:
    """Cargo that no leaf knows would be carried by every flight if it cost nothing."""
    resolved = instance_of(0)
    relaxation = Relaxation(resolved)
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(60), never):
        pass
    given = certificate(relaxation, Part((), ascent.best, None))
    root = given.root
    assert isinstance(root, Leaf)
    dearest = max(root.prices.supply, key=lambda name: root.prices.supply[name])
    supply = {n: x for n, x in root.prices.supply.items() if n != dearest}
    without = replace(given, root=Leaf(replace(root.prices, supply=supply)))
    number = [c.id for c in resolved.consignments].index(dearest)
    point = Repriced(Relaxation(resolved), without).point
    known = Repriced(Relaxation(resolved), given).point
    usd_per_kg = known.prices.supply.copy()
    usd_per_kg[number] = 0.0
    assert point.usd <= relaxation.at(known.prices.with_supply(usd_per_kg)).usd
