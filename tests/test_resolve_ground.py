"""What aircraft need and pay on the ground."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.airports import Charge, Stands
from optimizer.domain.resolved import ResolvedGround, Window
from optimizer.resolve import resolve
from optimizer.resolve.ground import charge_usd
from tests.builders import aircraft, airport, tail, tiny


def ground(**fields: Any) -> ResolvedGround:
    return resolve(tiny(**fields)).ground_at["LUX", "T100"]


def test_the_larger_turnaround_of_type_and_airport_holds() -> None:
    type_ = aircraft(turnaround_min=120, technical_stop_min=45)
    place = airport("LUX", min_turnaround_min=90, min_technical_stop_min=60)
    found = ground(types=(type_,), airports=(place,))
    assert (found.turnaround_min, found.technical_stop_min) == (120, 60)


def test_ramp_and_parking_go_by_type() -> None:
    place = airport(
        "LUX",
        ramp_turn_usd=4500,
        ramp_technical_usd=2500,
        parking_free_min=180,
        parking_usd_per_t_h=0.07,
        layover_usd=1500,
    )
    found = ground(types=(aircraft(ramp_factor=0.5),), airports=(place,))
    assert (found.ramp_turn_micro, found.ramp_technical_micro) == (2_250_000_000, 1_250_000_000)
    assert (found.parking_free_min, found.parking_micro_per_h) == (180, 28_000_000)
    assert found.layover_micro == 1_500_000_000


def charge(**changes: Any) -> Charge:
    fields = {"airport": "LUX", "movement": "any", "item": "landing", "fixed_usd": 100}
    return Charge.model_validate(fields | changes)


def test_a_charge_for_any_movement_is_paid_twice() -> None:
    found = ground(charges=(charge(), charge(item="noise", movement="departure", fixed_usd=7)))
    assert [(c.item, c.movement, c.amount_micro) for c in found.charges] == [
        ("landing", "arrival", 100_000_000),
        ("landing", "departure", 100_000_000),
        ("noise", "departure", 7_000_000),
    ]


def test_a_night_surcharge_comes_with_its_local_night() -> None:
    night = {"night_surcharge_pct": 25, "night_from_local": "23:00", "night_to_local": "06:00"}
    rows = (charge(movement="arrival", **night),)
    places = (airport("LUX", timezone="Asia/Shanghai"),)
    (found,) = ground(kind="cyclic", charges=rows, airports=places).charges
    assert (found.amount_micro, found.night_micro) == (100_000_000, 25_000_000)
    assert found.night[0] == Window(900, 1320) and len(found.night) == 7


@given(weight_t=st.floats(1, 600), edges=st.lists(st.integers(1, 599), min_size=1, unique=True))
def test_brackets_that_meet_charge_every_weight_once(weight_t: float, edges: list[int]) -> None:
    bounds: list[float | None] = [0, *sorted(edges), None]
    rows = [charge(from_t=low, to_t=high, fixed_usd=1) for low, high in pairwise(bounds)]
    assert sum(charge_usd(row, weight_t) for row in rows) == 1


@pytest.mark.parametrize(
    ("weight_t", "usd"), [(49.9, 0), (50, 100), (199.9, 399.8), (200, 0), (100, 200)]
)
def test_a_charge_grows_within_its_bracket(weight_t: float, usd: float) -> None:
    row = charge(from_t=50, to_t=200, usd_per_t=2)
    assert charge_usd(row, weight_t) == pytest.approx(usd)


def test_the_luxembourg_tariff_is_a_power_of_weight() -> None:
    row = charge(fixed_usd=0, scale_usd=257.80, exponent=0.7)
    assert charge_usd(row, 396.9) == pytest.approx(257.80 * (396.9 / 50) ** 0.7)
    assert charge_usd(row, 50) == pytest.approx(257.80)


def test_stands_add_up_by_size() -> None:
    rows = tuple(Stands(airport="LUX", size_code=size, stands=n) for size, n in ("E3", "F1", "E2"))
    resolved = resolve(tiny(types=(aircraft(size_code="E"),), stands=rows))
    assert resolved.airport["LUX"].stands == (("E", 5), ("F", 1))
    assert resolved.airport["CGO"].stands == ()


def test_every_type_has_rules_at_every_airport() -> None:
    resolved = resolve(
        tiny(
            stations=("LUX", "MAD"),
            types=(aircraft(), aircraft("T60"), aircraft("UNUSED")),
            fleet=(tail(), tail("T2", type="T60")),
        )
    )
    assert [t.type for t in resolved.types] == ["T100", "T60"]
    pairs = {(a.code, t.type) for a in resolved.airports for t in resolved.types}
    assert set(resolved.ground_at) == pairs
