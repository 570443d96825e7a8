"""Trips, trucks, stock and terminals as rows of MIPs of flights (C10, C11, C12)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from optimizer.control import Budget
from optimizer.dual import Ascent, Pace, Point, Relaxation, first_point
from optimizer.engine.heuristic import Heuristic
from optimizer.generate import tiny
from optimizer.generate.options import PeriodKind
from optimizer.model.highs import solve_with_highs
from optimizer.primal import FlightSearch, Flown
from optimizer.primal.alike import CargoWorth
from optimizer.primal.ground import Ground
from optimizer.primal.programme import FlightProgramme
from optimizer.resolve import resolve
from tests.test_primal import everything

LIMITS = ("few_trucks", "stock", "handling")
SEEDS = range(40)
COUNTS_ON = 5
"""Each limit counts on so many of these instances at least."""


@cache
def priced(seed: int, limits: tuple[str, ...] = LIMITS) -> tuple[Relaxation, Point]:
    kind: PeriodKind = "cyclic" if seed % 2 else "dated"
    relaxation = Relaxation(resolve(tiny(seed, kind, more=limits)))
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(30), lambda: False):
        pass
    return relaxation, ascent.best


@cache
def best_flown(seed: int) -> tuple[float, Flown]:
    """The best flights and cargo, and what they earn."""
    relaxation, point = priced(seed)
    worth = CargoWorth(relaxation, point)
    model = FlightProgramme(relaxation, worth, Flown(Counter()), everything(relaxation))
    found = solve_with_highs(model.programme, gap=1e-9)
    if found.values is None or found.value_usd is None:
        pytest.skip("there is no plan")
    return found.value_usd, model.read(Flown(Counter()), found.values)


def aboard(relaxation: Relaxation, flown: Flown) -> list[tuple[int, int, float]]:
    """Class, segment and kilograms of all that is on board."""
    cargo = relaxation.cargo
    return [
        (int(cargo.cls[item]), int(np.searchsorted(cargo.items, item, side="right")) - 1, kg)
        for of in flown.kg.values()
        for item, kg in of.items()
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_trips_carry_what_flies_in_time_on_the_trucks_there_are(seed: int) -> None:
    relaxation, point = priced(seed)
    ground, items = Ground(relaxation, point.prices), relaxation.catalogue.items
    _, flown = best_flown(seed)
    brought, flies = defaultdict[int, float](float), defaultdict[int, float](float)
    for t, kg in flown.trips_kg.items():
        brought[int(ground.ride[t])] += kg
    last_kg = defaultdict[int, list[tuple[int, float]]](list)
    for cls, _, kg in aboard(relaxation, flown):
        for option in ground.options(cls):
            ride, trips = ground.ride_of(option), ground.trips(option)
            flies[ride] += kg
            if option == int(items.feeder[cls]):
                last_kg[ride].append((int(ground.minute[trips[-1]]), kg))
    assert brought.keys() <= flies.keys()
    for ride, kg in flies.items():
        assert brought[ride] == pytest.approx(kg, abs=1e-3 + 1e-6 * kg)
    for ride, cargo in last_kg.items():  # at every instant, what has had its last truck has come
        for minute, _ in cargo:
            due = sum(kg for last, kg in cargo if last <= minute)
            come = sum(
                kg
                for t, kg in flown.trips_kg.items()
                if int(ground.ride[t]) == ride and int(ground.minute[t]) <= minute
            )
            assert come >= due - 1e-3 - 1e-6 * due
    trucks, leaving = relaxation.trucks, defaultdict[int, float](float)
    for run, load in ground.loads(flown.trips_kg).items():
        leaving[int(trucks.dispatch[run])] += ground.trucks(run, load)
    for dispatch, number in leaving.items():
        assert number <= float(trucks.available[dispatch]) + 1e-4


@pytest.mark.parametrize("seed", SEEDS)
def test_no_terminal_holds_or_handles_more_than_it_may(seed: int) -> None:
    """Stock as the bound counts it: at its instants, arrivals by trips, departures by classes."""
    relaxation, point = priced(seed)
    ground, stock = Ground(relaxation, point.prices), relaxation.stock
    _, flown = best_flown(seed)
    entry_kg = np.zeros(len(relaxation.catalogue.rides.run))
    first_entry = {t: e for e, t in reversed(list(enumerate(ground.trip_of_entry.tolist())))}
    for t, kg in flown.trips_kg.items():
        entry_kg[first_entry[t]] += kg
    class_kg = np.zeros(len(relaxation.catalogue.items.wait))
    segment_kg = np.zeros(len(relaxation.catalogue.items.first_leg))
    for cls, segment, kg in aboard(relaxation, flown):
        class_kg[cls] += kg
        segment_kg[segment] += kg
    scale = 1e-6 * class_kg.sum() + 1e-3
    assert (stock.left_kg(class_kg, entry_kg) >= -scale).all()
    assert (relaxation.terminals.left_kg(segment_kg) >= -scale).all()


def most_usd(relaxation: Relaxation) -> float:
    """What the best flights and cargo earn; minus infinity where something rules all out."""
    worth = CargoWorth(relaxation, relaxation.at(relaxation.first_prices()))
    model = FlightProgramme(relaxation, worth, Flown(Counter()), everything(relaxation))
    if not model.programme.columns:  # nothing flies
        return 0.0
    found = solve_with_highs(model.programme, gap=1e-9)
    return -np.inf if found.value_usd is None else found.value_usd


@pytest.mark.parametrize("limit", LIMITS)
def test_each_limit_counts(limit: str) -> None:
    """Without it more could be earned, on some instances; never less."""
    counts = 0
    for seed in SEEDS:
        kind: PeriodKind = "cyclic" if seed % 2 else "dated"
        resolved = resolve(tiny(seed, kind, more=(limit,)))
        with_usd = most_usd(Relaxation(resolved))
        lanes = tuple(replace(lane, trucks_per_dispatch=None) for lane in resolved.lanes)
        free = replace(resolved, stock_limits=(), handling_limits=(), lanes=lanes)
        without_usd = most_usd(Relaxation(free))
        assert without_usd >= with_usd - 1e-6 * abs(with_usd) - 1e-3
        counts += without_usd > with_usd + 1.0
    assert counts >= COUNTS_ON


@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_beside_flights_that_stay_adds_up(seed: int) -> None:
    """Parts keep what others' trips and cargo take; the whole, loaded anew, is worth as much."""
    relaxation, point = priced(seed)
    heuristic = Heuristic(relaxation.resolved, 0)
    heuristic.construct(ways=1)
    if heuristic.best is None:
        pytest.skip("nothing is found")
    finder = FlightSearch(relaxation, point, (), np.random.default_rng(seed), Budget())
    begin = finder.loaded(heuristic.best.flights)
    assert begin is not None
    end = finder.descend(begin, Budget(work_limit=30), 5)
    assert finder.value_usd(end) >= finder.value_usd(begin) - 1e-3
    again = finder.loaded(end.flights(relaxation))
    assert again is not None
    value_usd = finder.value_usd(end)
    assert finder.value_usd(again) >= value_usd - 1e-3 - 1e-6 * abs(value_usd)
    most_usd, _ = best_flown(seed)
    assert value_usd <= most_usd + 1e-2 + 1e-6 * abs(most_usd)
