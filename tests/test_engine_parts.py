"""The engine's parts, each against something that was written without it."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.control import Latch, any_of, deadline, never, rounds
from optimizer.domain.resolved import ResolvedInstance
from optimizer.domain.rules import HeldSlot
from optimizer.engine.candidates import Timetable
from optimizer.engine.cargo_table import CargoTable
from optimizer.engine.construct import Builder
from optimizer.engine.families import Families
from optimizer.engine.finish import plan_of
from optimizer.engine.heuristic import Heuristic
from optimizer.engine.insertion import Aim
from optimizer.engine.loading import LoadingProgramme
from optimizer.engine.schedule import Schedule
from optimizer.engine.shared_limits import SharedLimits
from optimizer.engine.slot_limits import HeldSlots
from optimizer.generate import tiny
from optimizer.network import CargoIndex, Universe
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.rotation import Leg, Rotation
from optimizer.resolve import resolve
from optimizer.verify import audit
from tests import builders, cargo_cases, flying_cases, ground_cases, money_cases

SEEDS = (2, 3, 10, 12, 14, 20, 21, 26, 64)


def prepared(resolved: ResolvedInstance) -> tuple[Schedule, Families]:
    cargo = CargoTable(CargoIndex(resolved))
    schedule = Schedule(cargo)
    return schedule, Families(Universe(resolved), cargo, schedule.lines)


def built(seed: int) -> tuple[Schedule, Families]:
    schedule, families = prepared(resolve(tiny(seed)))
    Builder(schedule, families, np.random.default_rng(0)).build(Aim())
    return schedule, families


@pytest.mark.parametrize("seed", range(0, 40, 3))
def test_candidates_are_the_earliest_timings_of_the_universe(seed: int) -> None:
    resolved = resolve(tiny(seed))
    schedule, families = prepared(resolved)
    universe = Universe(resolved)
    for family in families.all:
        pool = schedule.lines[family.lines[0]].pool
        for timed in family.routes[:8]:
            for start in range(0, len(timed.starts_min), 3):
                minute = int(timed.starts_min[start])
                if minute not in universe.starts(pool, timed.route.airports[0]):
                    continue
                timings = list(universe.search(pool, timed.route, minute, lambda leg: True))
                if timed.legal[start] and timings:
                    assert timed.rotation(start) == timings[0]
                elif not timed.waits:
                    assert not timings


@pytest.mark.parametrize("seed", SEEDS)
def test_costs_are_those_of_the_plan(seed: int) -> None:
    schedule, _ = built(seed)
    plan, _ = plan_of(schedule, 0)
    fixed = ("K2", "K3", "K5", "K6", "K7", "K8")
    stated = -sum(line.amount_micro for line in plan.money if line.code in fixed)
    legs = schedule.resolved.leg
    fuel = sum(
        legs[f.rotation.operator, f.rotation.type, x.origin, x.destination].fuel_fixed_micro
        for f in schedule.flights
        for x in f.rotation.legs
    )
    estimated = sum(f.cost_usd for f in schedule.flights)
    assert estimated * 1e6 == pytest.approx(stated + fuel, abs=1e3)
    owned = -sum(line.amount_micro for line in plan.money if line.code == "K4")
    assert sum(map(schedule.ownership_usd, schedule.resolved.pools)) * 1e6 == pytest.approx(
        owned, abs=1e3
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_programme_loads_at_least_what_greedy_does(seed: int) -> None:
    schedule, _ = built(seed)
    flights = list(schedule.flights)
    loading = LoadingProgramme(schedule.cargo, flights).solve(10)
    assert loading is not None
    limited = any(x.trucks_per_dispatch is not None for x in schedule.resolved.lanes)
    if not limited:
        assert loading.value_usd >= sum(f.cargo_usd for f in flights) - 1e-3


@pytest.mark.parametrize("seed", SEEDS)
def test_taking_out_and_putting_back_changes_nothing(seed: int) -> None:
    schedule, _ = built(seed)
    flights, left, value = list(schedule.flights), schedule.left_kg.copy(), schedule.value_usd()
    schedule.restore(flights[: len(flights) // 2])
    schedule.restore(flights)
    assert np.allclose(schedule.left_kg, left)
    assert schedule.value_usd() == pytest.approx(value)
    schedule.restore(())
    assert np.allclose(schedule.left_kg, schedule.cargo.weight_kg)
    assert all(schedule.limits.fits(f.rotation) for f in flights)


@pytest.mark.parametrize("limits", (("slots",), ("stands",), ("spacing",), ("held_slots",)))
@pytest.mark.parametrize("seed", (1, 5, 11))
def test_shared_limits_agree_with_the_audit(seed: int, limits: tuple[str, ...]) -> None:
    resolved = resolve(tiny(seed, limits=limits))
    pool, shared, flown = resolved.pools[0], SharedLimits(resolved), []
    rotations = sorted(Universe(resolved).rotations(pool), key=lambda x: x.off_block_min)
    picked = np.random.default_rng(seed).permutation(len(rotations))[:12]
    for number in picked.tolist():
        flight = Flight(f"X{number}", pool.id, "", rotations[number])
        plan = Plan(resolved.name, "", (*flown, flight), (), ())
        codes = {v.code for v in audit(resolved, plan).violations} & {"C7", "C9", "C17"}
        unmet = any(m.min_rotations for m in resolved.markets)
        assert shared.fits(flight.rotation) == (not codes) or unmet
        if shared.fits(flight.rotation):
            flown.append(flight)
            shared.add(flight.rotation)


def test_held_slots_are_found_by_moving_others() -> None:
    def held(time_local: str, tolerance_min: int) -> HeldSlot:
        return HeldSlot(
            operator="CV",
            airport="CGO",
            movement="departure",
            time_local=time_local,
            tolerance_min=tolerance_min,
            days="1",
        )

    def leaving(minute: int) -> Rotation:
        legs = (
            Leg("CGO", "LUX", minute, minute + 600, "full"),
            Leg("LUX", "CGO", minute + 700, minute + 1300, "full"),
        )
        return Rotation("CV", "T100", legs)

    limits = HeldSlots(resolve(builders.tiny(held_slots=(held("02:00", 120), held("04:00", 30)))))
    both, first_only, second_only = leaving(225), leaving(60), leaving(250)
    assert limits.fits(both)
    limits.add(both)
    assert limits.fits(first_only)
    limits.add(first_only)
    assert not limits.fits(second_only)
    limits.remove(both)
    assert limits.fits(second_only)
    assert not limits.fits(leaving(600))


def test_whole_trucks_that_pay() -> None:
    heuristic = Heuristic(resolve(ground_cases.case_trucks()), 0)
    heuristic.construct()
    assert heuristic.best is not None
    assert heuristic.best.contribution_micro == 488_000_000
    assert [run.trucks for run in heuristic.best.trucks] == [2]


@pytest.mark.parametrize(
    ("instance", "contribution_usd"),
    [
        (flying_cases.case_technical_stop(90), 159_000),
        (cargo_cases.case_weight_volume(), 482_942.80),
        (money_cases.case_acmi(), -27_000),
        (money_cases.case_acmi(slots=2), -101_200),
        (money_cases.case_acmi(committed=False), 0),
        (flying_cases.case_weeks_end("cyclic", 2), 11 * 45_000),
        (flying_cases.case_weeks_end("dated", 5), 25 * 45_000),
    ],
)
def test_hand_worked_cases(instance: builders.Instance, contribution_usd: float) -> None:
    heuristic = Heuristic(resolve(instance), 0)
    heuristic.construct()
    heuristic.improve(never, lambda: 5.0, 40)
    assert heuristic.best is not None
    assert heuristic.best.contribution_micro == round(contribution_usd * 1e6)


def test_relaxed_clocks_never_forbid_more() -> None:
    resolved = resolve(tiny(6))
    cargo = CargoTable(CargoIndex(resolved))
    _, families = prepared(resolved)
    free = Timetable(cargo, frozenset(("C7", "C8")))
    for family in families.all:
        for timed in family.routes:
            loose, _ = free.earliest(timed.route, timed.starts_min)
            tight, _ = families.timetable.earliest(timed.route, timed.starts_min)
            assert (loose <= tight).all()


def test_stop_criteria_compose() -> None:
    assert not never()
    assert not deadline(None)()
    assert deadline(0)()
    twice = rounds(2)
    assert [twice(), twice(), twice()] == [False, False, True]
    assert any_of(never, None, deadline(0))()
    assert not any_of()()
    answers = iter((False, True, False))
    latch = Latch(lambda: next(answers))
    assert [latch(), latch(), latch()] == [False, True, True]
