"""Primal search by restricted MIPs: never worse, exact where it sees all, interruptible."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.generate import ladder
from optimizer.generate import tiny as generated
from optimizer.model import ReferenceModel, Restriction, assemble, solve_reference
from optimizer.model.highs import solve_with_highs
from optimizer.model.relaxation import Relaxation
from optimizer.model.repertoire import Repertoire
from optimizer.model.restriction import Kept
from optimizer.model.sets import Sets
from optimizer.model.strengthen import strengthen
from optimizer.network import Universe
from optimizer.plan.plan import Plan
from optimizer.plan.rotation import Rotation
from optimizer.resolve import resolve
from optimizer.search import UniverseProposals, improve_by_mip
from optimizer.search.gaps import Gaps
from optimizer.search.neighbourhoods import KINDS, View
from optimizer.search.subproblem import incumbent, restricted
from optimizer.verify import audit
from optimizer.verify.intervals import peak

SEEDS = range(12)


def best(resolved: ResolvedInstance) -> Plan | None:
    return solve_reference(resolved, gap=1e-9).plan


def everything(resolved: ResolvedInstance) -> Restriction:
    universe = Universe(resolved)
    return Restriction({pool.id: tuple(universe.rotations(pool)) for pool in resolved.pools})


def worst(resolved: ResolvedInstance) -> Plan | None:
    """A legal plan with little on board: the first that the solver finds."""
    return solve_reference(resolved, gap=10.0).plan


def sound(resolved: ResolvedInstance, plan: Plan) -> bool:
    report = audit(resolved, plan)
    return report.feasible and report.costs_match


@pytest.fixture(scope="module")
def weekly() -> ResolvedInstance:
    return resolve(ladder("XS", 2, "cyclic"))


@pytest.fixture(scope="module")
def weekly_start(weekly: ResolvedInstance) -> Plan:
    found = worst(weekly)
    assert found is not None
    return found


# restricted models


@pytest.mark.parametrize("seed", SEEDS)
def test_restricted_to_all_rotations_is_the_full_model(seed: int) -> None:
    resolved = resolve(generated(seed))
    full = solve_reference(resolved, gap=1e-9)
    same = solve_reference(resolved, gap=1e-9, restriction=everything(resolved))
    assert same.status == full.status
    if full.value_usd is not None:
        assert same.value_usd == pytest.approx(full.value_usd, rel=1e-7, abs=1e-3)
    assert (same.variables, same.rows) == (full.variables, full.rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_restricted_optimum_is_at_most_the_full_one(seed: int) -> None:
    resolved = resolve(generated(seed))
    full = solve_reference(resolved, gap=1e-9)
    every_other = {id_: found[::2] for id_, found in everything(resolved).only.items()}
    part = solve_reference(resolved, gap=1e-9, restriction=Restriction(every_other))
    if part.value_usd is not None:
        assert full.value_usd is not None
        assert part.value_usd <= full.value_usd + 1e-6 * abs(full.value_usd)
        assert part.plan is not None
        assert sound(resolved, part.plan)
        allowed = {(id_, rotation) for id_, found in every_other.items() for rotation in found}
        assert all((f.pool, f.rotation) in allowed for f in part.plan.flights)


@pytest.mark.parametrize("seed", SEEDS)
def test_flights_and_cargo_that_stay_are_in_the_plan(seed: int) -> None:
    """With all flights fixed and all cargo kept, the model has the plan, and its value."""
    resolved = resolve(generated(seed))
    plan = best(resolved)
    if plan is None:
        pytest.skip("no plan")
    start = incumbent(Repertoire(resolved), plan)
    flown: dict[tuple[str, Rotation], int] = {}
    for flight in plan.flights:
        key = (flight.pool, flight.rotation)
        flown[key] = flown.get(key, 0) + 1
    kept = tuple(
        Kept(
            plan.flight[load.segments[0].flight].rotation,
            carriage,
            load.feeder.dispatch_min if load.feeder else None,
            load.delivery.dispatch_min if load.delivery else None,
            load.grams * 1e-3,
        )
        for load, carriage in zip(plan.loads, start.carriages, strict=True)
    )
    fixed = Restriction({}, flown, frozenset(), kept)
    again = solve_reference(resolved, gap=1e-9, restriction=fixed)
    assert again.plan is not None
    assert again.plan.contribution_micro == pytest.approx(plan.contribution_micro, abs=5_000)
    assert again.value_usd == pytest.approx(plan.contribution_micro * 1e-6, abs=0.01)
    assert sound(resolved, again.plan)


def test_a_repertoire_of_another_instance_is_refused(weekly: ResolvedInstance) -> None:
    with pytest.raises(ValueError, match="another instance"):
        Sets(weekly, repertoire=Repertoire(replace(weekly, name="other")))


@pytest.mark.parametrize("seed", SEEDS)
def test_inequalities_cut_no_plan_off(seed: int) -> None:
    """A strengthened model has the optimum of the model, and no weaker relaxation."""
    resolved = resolve(generated(seed))
    plain = ReferenceModel(resolved).build().built.programme
    cut = ReferenceModel(resolved).build().built
    relaxed = strengthen(cut, Relaxation(cut.programme))
    expected = solve_with_highs(plain, gap=1e-9)
    found = solve_with_highs(cut.programme, gap=1e-9)
    if expected.value_usd is None:
        assert found.value_usd is None
        return
    assert found.value_usd == pytest.approx(expected.value_usd, rel=1e-7, abs=1e-3)
    assert relaxed is not None
    loose = Relaxation(plain).solve()
    assert loose is not None
    assert expected.value_usd - 1e-3 <= relaxed.bound_usd <= loose.bound_usd + 1e-3


def test_whole_trucks_are_cut_to(weekly: ResolvedInstance) -> None:
    model = ReferenceModel(weekly).build().built
    loose = Relaxation(model.programme).solve()
    tight = strengthen(model, Relaxation(model.programme))
    assert loose is not None
    assert tight is not None
    assert tight.bound_usd < loose.bound_usd - 100


# the search


@pytest.mark.parametrize("seed", SEEDS)
def test_where_it_sees_all_it_finds_the_optimum(seed: int) -> None:
    resolved = resolve(generated(seed))
    start, goal = worst(resolved), best(resolved)
    if start is None or goal is None:
        assert start is goal
        return
    told: list[Plan] = []
    found = improve_by_mip(resolved, start, on_plan=told.append, work=6_000)
    assert sound(resolved, found)
    assert found.contribution_micro >= start.contribution_micro
    assert found.contribution_micro >= goal.contribution_micro - 4e-5 * abs(goal.contribution_micro)
    values = [plan.contribution_micro for plan in told]
    assert values == sorted(set(values))
    assert (told or [start])[-1] is found


def test_never_worse_and_sound_and_the_same_every_time(
    weekly: ResolvedInstance, weekly_start: Plan
) -> None:
    found = [improve_by_mip(weekly, weekly_start, seed=3, work=8_000) for _ in range(2)]
    assert found[0] == found[1]
    assert found[0].contribution_micro > weekly_start.contribution_micro
    assert sound(weekly, found[0])


def test_it_stops_when_told(weekly: ResolvedInstance, weekly_start: Plan) -> None:
    assert improve_by_mip(weekly, weekly_start, stop=lambda: True) is weekly_start
    assert improve_by_mip(weekly, weekly_start, left_s=lambda: 0.0) is weekly_start
    for most in (3, 40, 400):
        asked = count()
        found = improve_by_mip(weekly, weekly_start, stop=lambda: next(asked) >= most)  # noqa: B023
        assert found.contribution_micro >= weekly_start.contribution_micro
        assert sound(weekly, found)


def test_a_callers_exception_comes_back(weekly: ResolvedInstance, weekly_start: Plan) -> None:
    class CallerError(Exception):
        pass

    def broken() -> bool:
        raise CallerError

    with pytest.raises(CallerError):
        improve_by_mip(weekly, weekly_start, stop=broken)


def test_another_source_of_rotations_is_asked(weekly: ResolvedInstance, weekly_start: Plan) -> None:
    """What is proposed is what is flown, beside the flights of the plan."""
    default = UniverseProposals(weekly)
    seen: set[tuple[str, Rotation]] = set()

    def propose(
        pools: Sequence[str],
        stations: Collection[str] | None,
        from_min: int,
        until_min: int,
        most: int,
    ) -> list[tuple[str, Rotation]]:
        found = default(pools, stations, from_min, until_min, most)[:3]
        seen.update(found)
        return found

    found = improve_by_mip(weekly, weekly_start, propose=propose, work=15_000)
    known = {(f.pool, f.rotation) for f in weekly_start.flights} | seen
    assert seen
    assert all((f.pool, f.rotation) in known for f in found.flights)


def test_a_plan_without_flights_is_a_start() -> None:
    resolved = resolve(ladder("XS", 3, "cyclic"))
    empty = assemble(resolved, [], [])
    found = improve_by_mip(resolved, empty, work=15_000)
    assert found.contribution_micro > empty.contribution_micro
    assert sound(resolved, found)


# its parts


def test_proposals_are_of_the_universe_and_as_asked(weekly: ResolvedInstance) -> None:
    pool = weekly.pools[0]
    universe = Universe(weekly)
    legal = set(universe.rotations(pool))
    station = universe.routes(pool)[0].airports[1]
    found = UniverseProposals(weekly)([pool.id], [station], 9_000, 12_000, 25)
    assert 0 < len(found) <= 25
    assert len(set(found)) == len(found)
    for pool_id, rotation in found:
        assert pool_id == pool.id
        assert rotation in legal
        assert station in rotation.stations
        assert (rotation.off_block_min - 9_000) % 10_080 < 3_000


def test_prices_change_the_order(weekly: ResolvedInstance) -> None:
    """At prices at which no cargo pays, cheap rotations come first."""
    pool = weekly.pools[0]
    proposals, repertoire = UniverseProposals(weekly), Repertoire(weekly)
    before = proposals([pool.id], None, 0, 10_080, 20)
    proposals.reprice({c.id: 1e6 for c in weekly.consignments})
    after = proposals([pool.id], None, 0, 10_080, 20)
    assert repertoire.cost_usd(pool, after[0][1]) <= min(
        repertoire.cost_usd(pool, rotation) for _, rotation in before
    )


@pytest.mark.parametrize("size", [1, 2])
def test_gaps_are_where_a_tail_is_free(weekly: ResolvedInstance, size: int) -> None:
    """A rotation fits if and only if nowhere more flights are under way than the pool has tails."""
    pool = replace(weekly.pools[0], tails=tuple(f"T{i}" for i in range(size)))
    rotations = list(Universe(weekly).rotations(weekly.pools[0]))
    rng = np.random.default_rng(size)

    def busy(rotation: Rotation) -> tuple[int, int]:
        ground = weekly.ground_at[rotation.destination, rotation.type]
        return rotation.off_block_min, rotation.on_block_min + ground.turnaround_min

    for _ in range(20):
        staying: list[Rotation] = []
        for index in rng.permutation(len(rotations))[:40].tolist():
            tried = [*staying, rotations[index]]
            if peak([busy(x) for x in tried], 10_080)[0] <= size and len(staying) < 5 * size:
                staying = tried
        gaps = Gaps(weekly, pool, staying)
        for index in rng.permutation(len(rotations))[:60].tolist():
            rotation = rotations[index]
            together = [busy(x) for x in (*staying, rotation)]
            assert gaps.fits(rotation) == (peak(together, 10_080)[0] <= size)


def test_neighbourhoods_free_flights_of_the_plan(
    weekly: ResolvedInstance, weekly_start: Plan
) -> None:
    view, rng = View(weekly, weekly_start), np.random.default_rng(0)
    for kind in KINDS.values():
        for size in (1, 3, 1000):
            part = kind(view, size, rng)
            ids = [f.id for f in part.freed]
            assert len(ids) == len(set(ids)) <= size
            assert set(ids) <= set(weekly_start.flight)


def test_few_ways_keep_the_rest_as_it_is(weekly: ResolvedInstance, weekly_start: Plan) -> None:
    repertoire = Repertoire(weekly)
    start = incumbent(repertoire, weekly_start)
    freed = [weekly_start.flights[0].id]
    part = restricted(repertoire, start, freed, [], 0)
    on_freed = {load.consignment for load in weekly_start.loads if load.segments[0].flight in freed}
    assert part.consignments == on_freed
    assert {k.carriage.offer.consignment.id for k in part.kept}.isdisjoint(on_freed)
    every = restricted(repertoire, start, freed, [], 10**9)
    assert every.consignments is not None
    assert every.consignments >= on_freed
    assert sum(k.kg for k in every.kept) <= sum(k.kg for k in part.kept) + 1e-6
