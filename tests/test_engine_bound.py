"""The bound holds for any prices, and rests on nothing that a plan could beat."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optimizer.engine.bound import Bounder, bound_micro
from optimizer.engine.cargo_table import CargoTable
from optimizer.engine.families import Families
from optimizer.engine.schedule import Schedule
from optimizer.generate import tiny
from optimizer.model import solve_reference
from optimizer.network import CargoIndex, Universe
from optimizer.resolve import resolve
from tests import builders


def bounder_of(instance: builders.Instance) -> Bounder:
    resolved = resolve(instance)
    cargo = CargoTable(CargoIndex(resolved))
    lines = Schedule(cargo).lines
    return Bounder(Families(Universe(resolved), cargo, lines), lines)


@pytest.mark.parametrize("seed", range(40, 75))
def test_never_below_the_optimum_whatever_the_prices(seed: int) -> None:
    instance = tiny(seed)
    optimum = solve_reference(resolve(instance), gap=1e-9).value_usd
    if optimum is None:
        return
    bounder = bounder_of(instance)
    number = len(instance.demand)
    rng = np.random.default_rng(seed)
    slack = 1e-3 + 1e-7 * abs(optimum)
    assert bounder.simple_usd() >= optimum - slack
    for prices in (np.zeros(number), rng.uniform(0, 1, number), rng.uniform(0, 6, number)):
        found = bounder.evaluate(prices)
        assert found is not None
        assert found[0] >= optimum - slack
    usd, _ = bounder.improve(np.zeros(number), optimum, rounds=20)
    assert optimum - slack <= usd <= bounder.simple_usd()


@pytest.mark.parametrize(
    ("kind", "tails", "rotations"), [("cyclic", 1, 5.6), ("cyclic", 5, 28), ("dated", 5, 25)]
)
def test_tight_where_aircraft_time_is_all_that_counts(
    kind: str, tails: int, rotations: float
) -> None:
    bounder = bounder_of(builders.case_weeks_end(kind, tails))
    found = bounder.evaluate(np.zeros(1))
    assert found is not None
    assert found[0] == pytest.approx(rotations * 45_000, rel=0.08)
    assert found[0] >= math.floor(rotations) * 45_000


def test_acmi_counts_hours_or_guarantee() -> None:
    committed, _ = bounder_of(builders.case_acmi()).improve(np.zeros(1), -27_000)
    returnable, _ = bounder_of(builders.case_acmi(committed=False)).improve(np.zeros(1), 0)
    assert committed >= -27_000
    assert 0 <= returnable <= 4 * 95_000


def test_no_line_at_all_is_no_plan() -> None:
    instance = builders.tiny(fleet=(builders.tail(start_airport="LUX"),), tracks=())
    assert solve_reference(resolve(instance)).status == "infeasible"
    usd, _ = bounder_of(instance).improve(np.zeros(2), 0.0)
    assert usd == -math.inf


def test_rounded_up() -> None:
    assert bound_micro(1.0) >= 1_000_000
    assert bound_micro(-1.0) >= -1_000_000
