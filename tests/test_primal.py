"""Small MIPs of flights at prices of trucks: bounds, feasible plans, never worse, repeatable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from optimizer.control import Budget
from optimizer.dual import Ascent, Pace, Point, Relaxation, clusters_of, first_point
from optimizer.engine.diving import Diving
from optimizer.engine.heuristic import Heuristic
from optimizer.engine.record import Record
from optimizer.engine.reflying import Reflying
from optimizer.engine.shares import MISLED
from optimizer.generate import ladder
from optimizer.generate.options import PeriodKind
from optimizer.model import solve_reference
from optimizer.model.highs import solve_with_highs
from optimizer.plan.plan import Plan
from optimizer.primal import FlightSearch, Flown
from optimizer.primal.alike import CargoWorth
from optimizer.primal.flown import flown_by
from optimizer.primal.neighbourhoods import KINDS, Choices
from optimizer.primal.part import Part, part_around, whole_part
from optimizer.primal.programme import FlightProgramme
from optimizer.resolve import resolve
from optimizer.verify import audit
from tests.ground_cases import case_transit
from tests.tiny_cases import best_plan, resolved_of

SEEDS = range(24)
KIND_SEEDS = range(8)
ALIKE = 2e-3
"""What storage may be of all that cargo earns."""
PERIODS: tuple[PeriodKind, ...] = ("cyclic", "dated")


@cache
def priced(seed: int) -> tuple[Relaxation, Point]:
    relaxation = Relaxation(resolved_of(seed))
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(40), lambda: False):
        pass
    return relaxation, ascent.best


@cache
def rung(period: PeriodKind) -> tuple[Relaxation, Point, Plan]:
    relaxation = Relaxation(resolve(ladder("XS", 2, period)))
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(60), lambda: False):
        pass
    heuristic = Heuristic(relaxation.resolved, 0)
    heuristic.construct(ways=1)
    assert heuristic.best is not None
    return relaxation, ascent.best, heuristic.best


def everything(relaxation: Relaxation) -> Part:
    """All flights of the universe, none flown."""
    free = {
        (k, r): relaxation.resolved.pools[k].size
        for k, network in enumerate(relaxation.networks)
        for r in np.unique(network.rotations).tolist()
    }
    pools = tuple(range(len(relaxation.networks)))
    return Part(free, {}, frozenset(r for _, r in free), pools)


def search(relaxation: Relaxation, point: Point, seed: int = 0) -> FlightSearch:
    return FlightSearch(
        relaxation, point, clusters_of(relaxation), np.random.default_rng(seed), Budget()
    )


def fixed_usd(relaxation: Relaxation) -> float:
    """Leases of all tails, which programmes of flights leave out."""
    return sum(p.size * p.fixed_micro for p in relaxation.resolved.pools) * 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_earns_more_than_the_programme_over_all_flights(seed: int) -> None:
    """Trucks at linear prices cost no more than whole ones, so that it is a relaxation."""
    plan = best_plan(seed)
    relaxation, point = priced(seed)
    nothing = Flown(Counter())
    worth = CargoWorth(relaxation, point)
    model = FlightProgramme(relaxation, worth, nothing, everything(relaxation))
    found = solve_with_highs(model.programme, gap=1e-9)
    optimum_usd = plan.contribution_micro * 1e-6
    most_usd = found.bound_usd - fixed_usd(relaxation)
    assert optimum_usd <= most_usd + 1e-3 + 1e-7 * abs(optimum_usd)


@pytest.mark.parametrize("seed", SEEDS)
def test_flights_of_a_plan_are_worth_at_least_what_it_earns(seed: int) -> None:
    plan = best_plan(seed)
    relaxation, point = priced(seed)
    finder = search(relaxation, point)
    flown = finder.loaded(plan.flights)
    assert flown is not None
    most_usd = finder.value_usd(flown) - fixed_usd(relaxation)
    optimum_usd = plan.contribution_micro * 1e-6
    assert optimum_usd <= most_usd + 1e-3 + 1e-7 * abs(optimum_usd)


@pytest.mark.parametrize("seed", KIND_SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_freed_may_stay_and_what_stays_is_no_choice(kind: str, seed: int) -> None:
    plan = best_plan(seed)
    relaxation, point = priced(seed)
    flown = flown_by(relaxation, plan.flights)
    assert flown is not None
    rng = np.random.default_rng(seed)
    clusters = clusters_of(relaxation)
    if kind == "cluster" and not clusters:
        pytest.skip("no pool could carry anything")
    choices = Choices(relaxation, point, clusters, rng)
    freed = KINDS[kind](relaxation, choices, flown, 3, rng)
    assert freed.keys <= set(flown.times)
    free = choices.instead(flown, freed, 5)
    assert set(free) & set(flown.times) == freed.keys
    assert len(free) <= len(freed.keys) + 5
    part = part_around(relaxation, flown, free, set(freed.keys))
    assert not set(part.free) & set(part.staying)
    assert set(part.staying) | freed.keys == set(flown.times)


@pytest.mark.parametrize("seed", KIND_SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_flights_now_are_a_solution_of_every_part(kind: str, seed: int) -> None:
    """Else a candidate that fits would be judged by rows that the plan itself breaks."""
    plan = best_plan(seed)
    relaxation, point = priced(seed)
    flown = search(relaxation, point).loaded(plan.flights)
    assert flown is not None
    rng = np.random.default_rng(seed)
    clusters = clusters_of(relaxation)
    if kind == "cluster" and not clusters:
        pytest.skip("no pool could carry anything")
    choices = Choices(relaxation, point, clusters, rng)
    freed = KINDS[kind](relaxation, choices, flown, 3, rng)
    free = choices.instead(flown, freed, 10)
    part = part_around(relaxation, flown, free, set(freed.keys))
    model = FlightProgramme(relaxation, CargoWorth(relaxation, point), flown, part)
    if not model.programme.columns:
        pytest.skip("nothing flies")
    for x, times in model.start(flown).items():
        model.programme.lower[x] = model.programme.upper[x] = times
    found = solve_with_highs(model.programme, gap=1e-9)
    assert found.value_usd is not None
    assert found.values is not None
    again_usd = model.value_usd(model.read(flown, found.values))
    now_usd = model.value_usd(flown)
    # cargo of alike rotations counts at the best of them: what storage costs less there
    assert max(again_usd, now_usd) <= found.value_usd + 1e-2 + 1e-7 * abs(now_usd)
    assert again_usd == pytest.approx(now_usd, rel=ALIKE, abs=1e-2)
    assert found.value_usd == pytest.approx(now_usd, rel=ALIKE, abs=1e-2)


def test_cargo_goes_on_from_where_flights_that_stay_bring_it() -> None:
    """Each flight chosen anew beside all others: it may carry what it carries now."""
    relaxation = Relaxation(resolve(case_transit(180)))
    point = relaxation.at(relaxation.first_prices())
    plan = solve_reference(relaxation.resolved, gap=1e-9).plan
    assert plan is not None
    flights = search(relaxation, point)
    flown = flights.loaded(plan.flights)
    assert flown is not None
    assert len(flown.times) == 2
    now_usd = flights.value_usd(flown)
    for key in flown.times:
        part = part_around(relaxation, flown, {key: 1}, {key})
        part = replace(part, loaded=frozenset((key[1],)))  # what stays keeps its cargo
        model = FlightProgramme(relaxation, CargoWorth(relaxation, point), flown, part)
        found = solve_with_highs(model.programme, gap=1e-9)
        assert found.values is not None
        again = model.read(flown, found.values)
        assert flights.value_usd(again) == pytest.approx(now_usd)


def used(relaxation: Relaxation, flown: Flown) -> Iterator[tuple[float, float]]:
    """What every hold and consignment is used for, and what there is of it."""
    cargo, items = relaxation.cargo, relaxation.catalogue.items
    flights: Counter[int] = Counter()
    for (_, r), number in flown.times.items():
        flights[r] += number
    carried = np.zeros(len(relaxation.catalogue.weight_kg))
    for r, of in flown.kg.items():
        first = int(cargo.holds[r])
        kg, m3 = np.zeros((2, int(cargo.holds[r + 1]) - first))
        for item, load_kg in of.items():
            s = int(np.searchsorted(cargo.items, item, side="right")) - 1
            assert cargo.segments[r] <= s < cargo.segments[r + 1]
            span = slice(int(cargo.low[s]), int(cargo.high[s]) + 1)
            kg[span] += load_kg
            m3[span] += load_kg * cargo.density_m3_per_kg[cargo.cls[item]]
            carried[items.consignment[cargo.cls[item]]] += load_kg
        for h in range(len(kg)):
            yield kg[h], flights[r] * float(cargo.cap_kg[first + h])
            yield m3[h], flights[r] * float(cargo.volume_m3[r])
    yield from zip(carried.tolist(), relaxation.catalogue.weight_kg.tolist(), strict=True)


@pytest.mark.parametrize("period", PERIODS)
def test_loads_shared_out_between_alike_rotations_keep_all_limits(period: PeriodKind) -> None:
    relaxation, point, plan = rung(period)
    finder = search(relaxation, point)
    begin = finder.loaded(plan.flights)
    assert begin is not None
    for flown in (begin, finder.descend(begin, Budget(work_limit=40), 10)):
        pairs = list(used(relaxation, flown))
        assert sum(use for use, _ in pairs) > 0
        assert all(use <= limit * (1 + 1e-7) + 1e-4 for use, limit in pairs)


def test_alike_rotations_find_the_same_cargo() -> None:
    relaxation, point, _ = rung("cyclic")
    worth, items = CargoWorth(relaxation, point), relaxation.catalogue.items
    groups = worth.alike(relaxation.flown.tolist())
    assert sorted(r for group in groups for r in group) == relaxation.flown.tolist()
    assert len(groups) < len(relaxation.flown) / 2
    for group in groups:
        routes = {int(relaxation.catalogue.timetable.route_of[r]) for r in group}
        found = {
            tuple(int(items.consignment[relaxation.cargo.cls[i]]) for i in worth.paying(r))
            for r in group
        }
        assert len(routes) == len(found) == 1


@pytest.mark.parametrize("period", PERIODS)
def test_parts_side_by_side_are_joined_to_one_plan(period: PeriodKind) -> None:
    relaxation, point, plan = rung(period)
    finder = FlightSearch(relaxation, point, (), np.random.default_rng(0), Budget(), threads=3)
    begin = finder.loaded(plan.flights)
    assert begin is not None
    end = finder.descend(begin, Budget(time_limit_s=20), 12)
    assert finder.value_usd(end) > finder.value_usd(begin)
    assert all(use <= limit * (1 + 1e-7) + 1e-4 for use, limit in used(relaxation, end))
    exact = Heuristic(relaxation.resolved, 0).evaluate(end.flights(relaxation))
    assert exact is not None
    assert audit(relaxation.resolved, exact).feasible


@pytest.mark.parametrize("period", PERIODS)
def test_a_search_is_never_worse_and_adds_up(period: PeriodKind) -> None:
    relaxation, point, plan = rung(period)
    finder = search(relaxation, point)
    begin = finder.loaded(plan.flights)
    assert begin is not None
    end = finder.descend(begin, Budget(work_limit=80), 10)
    assert finder.value_usd(end) > finder.value_usd(begin)
    again = finder.loaded(end.flights(relaxation))
    assert again is not None
    assert finder.value_usd(again) == pytest.approx(finder.value_usd(end), rel=1e-6)
    exact = Heuristic(relaxation.resolved, 0).evaluate(end.flights(relaxation))
    assert exact is not None
    report = audit(relaxation.resolved, exact)
    assert report.feasible, report.violations
    assert report.costs_match
    assert exact.contribution_micro > plan.contribution_micro


def test_merging_plans_finds_at_least_the_best_of_them() -> None:
    relaxation, point, plan = rung("cyclic")
    finder = search(relaxation, point)
    poor = finder.loaded(plan.flights)
    assert poor is not None
    good = finder.descend(poor, Budget(work_limit=80), 10)
    merged = finder.merge(good, [poor], Budget(time_limit_s=3))
    assert finder.value_usd(merged) >= finder.value_usd(good)


def test_a_search_by_work_is_repeatable() -> None:
    relaxation, point, plan = rung("cyclic")
    found = []
    for _ in range(2):
        budget = Budget(work_limit=60)
        relaxation.at(point.prices)
        finder = FlightSearch(relaxation, point, (), np.random.default_rng(3), budget)
        begin = finder.loaded(plan.flights)
        assert begin is not None
        found.append(finder.descend(begin, budget, 20).times)
    assert found[0] == found[1]


def test_flights_that_do_not_exist_are_told() -> None:
    relaxation, point, plan = rung("cyclic")
    flight = plan.flights[0]
    legs = flight.rotation.legs
    early = replace(legs[0], off_block_min=legs[0].off_block_min - 7)
    elsewhere = replace(flight, rotation=replace(flight.rotation, legs=(early, *legs[1:])))
    assert search(relaxation, point).loaded([elsewhere]) is None
    assert whole_part(relaxation, Flown(Counter())).free == {}


def reflown(period: PeriodKind) -> tuple[Plan, Plan]:
    """The plan before and after a search of the engine with a work limit."""
    relaxation, point, plan = rung(period)
    relaxation.at(point.prices)
    budget = Budget(work_limit=100)
    record = Record(relaxation.resolved, 1e-4, budget, None)
    record.found(plan)
    heuristic = Heuristic(relaxation.resolved, 0, tell=record.found)
    rng = np.random.default_rng(5)
    diving = Diving(relaxation, point, heuristic.evaluate, rng, budget)
    clusters = clusters_of(relaxation)
    search = Reflying(
        relaxation, point, record, diving, clusters, heuristic.evaluate, rng, budget, 1, MISLED
    )
    search.work(budget)
    assert record.plan is not None
    assert relaxation.domain is None
    assert not any(relaxation.committed)
    return plan, record.plan


@pytest.mark.parametrize("period", PERIODS)
def test_the_engine_flies_better_plans_and_the_same_ones_again(period: PeriodKind) -> None:
    before, after = reflown(period)
    assert after.contribution_micro > before.contribution_micro
    report = audit(rung(period)[0].resolved, after)
    assert report.feasible, report.violations
    assert report.costs_match
    assert reflown(period)[1].contribution_micro == after.contribution_micro
