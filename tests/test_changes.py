"""C20: no more of a published timetable is changed than may be."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from functools import cache

import pytest

from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance
from optimizer.engine import solve
from optimizer.files import read_instance, write_instance
from optimizer.generate import tiny as generated
from optimizer.model import Restriction, solve_reference
from optimizer.network import Universe
from optimizer.plan.changes import changes
from optimizer.plan.freeze import freeze
from optimizer.plan.matching import best_pairs
from optimizer.plan.plan import Plan
from optimizer.plan.timetable import Timetable
from optimizer.resolve import resolve
from optimizer.verify import audit
from optimizer.verify.certificate import verify_certificate
from optimizer.verify.rederive import rederive
from optimizer.whatif.explain import explain_no_plan
from tests.builders import airport, consignment, minute_iso, tail, tiny
from tests.frozen_cases import published

GAP = 1e-9
SEEDS = (3, 7, 10, 12, 13, 19, 21, 36, 39)
"""Tiny instances, dated and cyclic, whose published plans are worth changing."""
LIMITS = (0, 1, 2, 3, 50)


@cache
def after(seed: int) -> tuple[Instance, Plan]:
    """An instance whose prices have changed since its best plan was published; that plan."""
    instance = generated(seed)
    resolved = resolve(instance)
    plan = solve_reference(resolved, gap=GAP).plan
    assert plan is not None and plan.flights
    rng = random.Random(seed)
    demand = tuple(
        row.model_copy(update={"usd_per_chargeable_kg": rng.choice((0.3, 1.0, 4.0, 8.0))})
        for row in instance.demand
    )
    now = instance.model_copy(update={"demand": demand})
    soft = freeze(now, resolved, plan, cargo=False, any_tail=True, penalty_usd=1000.0 * (seed % 3))
    return soft.onto(now), plan


@cache
def limited(seed: int, most: int) -> ResolvedInstance:
    return resolve(after(seed)[0].model_copy(update={"most_changes": most}))


@cache
def best(seed: int, most: int) -> Plan:
    plan = solve_reference(limited(seed, most), gap=GAP).plan
    assert plan is not None
    return plan


def week(r: ResolvedInstance) -> int | None:
    return r.period.length_min if r.period.cyclic else None


@pytest.mark.parametrize("seed", SEEDS)
def test_more_changes_never_earn_less(seed: int) -> None:
    """Proven optima; the last limit is none, and one that binds costs something."""
    earned = [best(seed, most).contribution_micro for most in LIMITS]
    assert all(b >= a - 20_000 for a, b in itertools.pairwise(earned))
    free = solve_reference(resolve(after(seed)[0]), gap=GAP).plan
    assert free is not None
    assert earned[-1] == pytest.approx(free.contribution_micro, abs=20_000)


def test_limits_of_changes_bind() -> None:
    worth = {s: best(s, 50).contribution_micro - best(s, 0).contribution_micro for s in SEEDS}
    assert sum(usd > 1_000_000 for usd in worth.values()) >= 6


@pytest.mark.parametrize("seed", SEEDS)
def test_engine_finds_the_best_with_few_changes(seed: int) -> None:
    """Engine = reference; audit and list of changes agree with both on how many they are."""
    for most in LIMITS:
        r, was = limited(seed, most), after(seed)[1]
        found = solve(r, gap=0, work_limit=200, threads=1)
        assert found.plan is not None
        value = best(seed, most).contribution_micro
        assert found.plan.contribution_micro == pytest.approx(value, abs=10_000 + 1e-6 * abs(value))
        assert found.certificate is not None
        assert verify_certificate(r, found.certificate, found.plan).accepted
        for plan in (best(seed, most), found.plan):
            report = audit(r, plan)
            assert report.feasible, report.violations
            assert report.costs_match
            number = len(changes(was, plan, week(r)))
            assert number <= most
            assert number == Timetable(r).changes((f.pool, f.rotation) for f in plan.flights)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_change_too_many_is_no_plan(seed: int) -> None:
    r, plan = limited(seed, 50), best(seed, 50)
    number = len(changes(after(seed)[1], plan, week(r)))
    assert audit(replace(r, most_changes=number), plan).feasible
    if number:
        (violation,) = audit(replace(r, most_changes=number - 1), plan).violations
        assert (violation.code, violation.amount, violation.unit) == ("C20", 1, "changes")


def few_rotations(most: int | None = None) -> Instance:
    """Two aircraft and one station; published are three flights, one of which is too many."""
    return tiny(
        name="few-rotations",
        days=3,
        universe={"departure_grid_min": 1080},
        airports=(airport("CGO"), airport("LUX")),
        fleet=(tail("T1"), tail("T2")),
        demand=tuple(
            consignment(f"D{n}", ready_min=720 * n, due_min=720 * n + 1800, weight_kg=50_000)
            for n in range(3)
        ),
        frozen_flights=(
            published("F1", 0, route="CGO-LUX-CGO", departs_at=(minute_iso(0),), penalty_usd=7),
            published("F2", 1, route="CGO-LUX-CGO", departs_at=(minute_iso(1080),), flights=2,
                      penalty_usd=7),
        ),
        most_changes=most,
    )  # fmt: skip


def test_reference_against_all_sets_of_flights() -> None:
    """Every set of flights of a small universe is planned by itself, and changes counted by the
    audit."""
    free = resolve(few_rotations())
    flyable = [(p.id, x) for p in free.pools for x in Universe(free).rotations(p)]
    sizes = [range(free.pool[pool].size + 1) for pool, _ in flyable]
    values: list[tuple[int, int]] = []
    for times in itertools.product(*sizes):
        flown = {key: n for key, n in zip(flyable, times, strict=True) if n}
        found = solve_reference(free, restriction=Restriction({}, flown), gap=GAP)
        if found.plan is None:
            continue
        strict = audit(replace(free, most_changes=0), found.plan)
        number = sum(v.amount for v in strict.violations if v.unit == "changes")
        values.append((number, found.plan.contribution_micro))
    assert {number for number, _ in values} == {1, 2, 3}
    for most in range(6):
        with_so_many = max((usd for number, usd in values if number <= most), default=None)
        plan = solve_reference(resolve(few_rotations(most)), gap=GAP).plan
        assert (None if plan is None else plan.contribution_micro) == with_so_many


def test_pairs_are_worth_most() -> None:
    rng = random.Random(4)
    for _ in range(300):
        rows, columns = rng.randint(0, 4), rng.randint(0, 5)
        worth = [[rng.choice((0, 1, 2, 9)) for _ in range(columns)] for _ in range(rows)]
        pairs = best_pairs(worth)
        padded = [row + [0] * rows for row in worth]
        most = max(
            sum(padded[i][j] for i, j in enumerate(order))
            for order in itertools.permutations(range(columns + rows), rows)
        )
        assert sum(worth[i][j] for i, j in pairs) == most
        assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


def test_a_limit_of_changes_is_written_and_derived_again(tmp_path) -> None:  # type: ignore[no-untyped-def]
    instance = few_rotations(3)
    uncounted = instance.frozen_flights[1].model_copy(update={"counted": False})
    instance = instance.model_copy(
        update={"frozen_flights": (instance.frozen_flights[0], uncounted)}
    )
    for name in ("it", "it.json", "it.xlsx"):
        write_instance(instance, tmp_path / name)
        assert read_instance(tmp_path / name) == instance
    r = resolve(instance)
    assert [f.counted for f in r.frozen_flights] == [True, False]
    assert rederive(r, instance, None) == ()
    assert rederive(replace(r, most_changes=4), instance, None)
    other = replace(r, frozen_flights=tuple(replace(f, counted=True) for f in r.frozen_flights))
    assert rederive(other, instance, None)


def test_a_conflict_with_the_limit_is_told() -> None:
    """Of three published flights one cannot be flown: no change is too few, one is enough."""
    _, conflict = explain_no_plan(few_rotations(0))
    assert [[r.kind for r in found] for found in conflict.sets] == [["changes"]]
    assert conflict.nearest is not None
    _, none = explain_no_plan(few_rotations(1))
    assert none.possible
