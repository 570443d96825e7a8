"""Legs: payload-range limits, tracks, block times and costs."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.instance import BlockTime, CrewRule, Prices
from optimizer.domain.resolved import ResolvedLeg
from optimizer.resolve import resolve
from tests.builders import aircraft, airport, tail, tiny, track
from tests.flying_cases import case_technical_stop

CGO = {"latitude_deg": 34.5197, "longitude_deg": 113.841}
LUX = {"latitude_deg": 49.3724, "longitude_deg": 6.1216}
TIMETABLE = BlockTime(taxi_min=30, westbound_factor=777 / 890, eastbound_factor=857 / 890)


def leg(origin: str = "CGO", destination: str = "LUX", **fields: Any) -> ResolvedLeg:
    """The leg of the tiny instance between two airports."""
    return resolve(tiny(**fields)).leg["CV", "T100", origin, destination]


def over(distance_km: float, **figures: Any) -> dict[str, Any]:
    """A tiny instance whose track has a length and whose type has some figures."""
    return {
        "types": (aircraft(**figures),),
        "tracks": (track("CGO", "LUX", distance_km=distance_km),),
    }


@pytest.mark.parametrize(
    ("binding", "figures", "cap_kg"),
    [
        ("structure", {"max_payload_t": 60}, 60_000),
        ("take-off weight", {"max_takeoff_t": 300}, 70_000),  # 300 / 1.25 - 170
        ("fuel capacity", {"fuel_capacity_t": 70}, 70_000),  # (70 - 10) / 0.25 - 170
        ("landing weight", {"max_landing_t": 245.5}, 75_500),
    ],
)
def test_each_limit_can_bind(binding: str, figures: dict[str, float], cap_kg: int) -> None:
    constant = 5000 / math.log(1.25)
    found = leg(**over(5000, range_constant_km=constant, **figures))
    assert (found.binding, found.cap_kg) == (binding, cap_kg)
    payload_kg = 1000 * figures.get("max_payload_t", 100)
    assert found.lost_kg == payload_kg - cap_kg


@given(
    distance_km=st.floats(100, 16_000),
    constant_km=st.floats(15_000, 40_000),
    takeoff_t=st.floats(250, 450),
    fuel_t=st.floats(60, 200),
    landing_t=st.floats(200, 320),
)
def test_a_cap_is_the_most_that_all_weights_allow(
    distance_km: float, constant_km: float, takeoff_t: float, fuel_t: float, landing_t: float
) -> None:
    """With the cap every weight holds, with 2 kg more one does not; no leg means not even empty."""
    instance = tiny(
        **over(
            distance_km,
            range_constant_km=constant_km,
            max_takeoff_t=takeoff_t,
            fuel_capacity_t=fuel_t,
            max_landing_t=landing_t,
        )
    )
    found = resolve(instance).leg.get(("CV", "T100", "CGO", "LUX"))

    def allowed(cargo_t: float) -> bool:
        landing = 170 + cargo_t
        takeoff = landing * math.exp(distance_km / constant_km)
        trip_fuel = takeoff - landing
        return (
            cargo_t <= 100
            and takeoff <= takeoff_t + 1e-6
            and trip_fuel + 10 <= fuel_t + 1e-6
            and landing <= landing_t + 1e-6
        )

    if found is None:
        assert not allowed(0.002)
    else:
        assert allowed(found.cap_kg / 1000)
        assert not allowed((found.cap_kg + 2) / 1000)
        burnt_kg = found.fuel_fixed_kg + found.fuel_per_kg * found.cap_kg
        expected = (170_000 + found.cap_kg) * math.expm1(distance_km / constant_km)
        assert burnt_kg == pytest.approx(expected, abs=0.01)


def test_a_leg_that_only_a_ferry_can_fly_is_a_leg() -> None:
    constant = 5000 / math.log(1.25)
    ferry = over(5000, range_constant_km=constant, max_takeoff_t=212.5)
    assert leg(**ferry).cap_kg == 0
    too_far = over(5000, range_constant_km=constant, max_takeoff_t=212.4)
    assert not resolve(tiny(**too_far)).legs
    assert not resolve(tiny(**over(1e9))).legs


def test_the_technical_stop_case_has_its_figures() -> None:
    legs = resolve(case_technical_stop(90)).leg
    nonstop = legs["CV", "T100", "CGO", "MAD"]
    assert (nonstop.cap_kg, nonstop.binding) == (86_000, "take-off weight")
    assert nonstop.fuel_fixed_kg + 86_000 * nonstop.fuel_per_kg == pytest.approx(144_000)
    assert nonstop.fuel_fixed_micro == 66_937_500_000
    assert nonstop.fuel_pico_per_g == 393_750_000
    assert legs["CV", "T100", "CGO", "KGF"].cap_kg == 110_000


def calibrated(**airports: Any) -> dict[str, Any]:
    return {
        "types": (aircraft(speed_kmh=890),),
        "tracks": (track("CGO", "LUX", distance_km=8287, block_min=None),),
        "block_time": TIMETABLE,
        "airports": tuple(airport(code, **place) for code, place in airports.items()),
    }


def test_block_times_agree_with_the_timetable() -> None:
    """China Southern, CGO-LUX over 8287 km: 11:10 westbound, 10:10 eastbound."""
    fields = calibrated(CGO=CGO, LUX=LUX)
    assert leg("CGO", "LUX", **fields).block_min == 670
    assert leg("LUX", "CGO", **fields).block_min == 610


def test_without_a_direction_speed_is_the_mean() -> None:
    mean = round(30 + 60 * 8287 / 817)
    nowhere = calibrated(CGO=CGO, LUX={})
    due_south = calibrated(CGO=CGO, LUX={"latitude_deg": 0, "longitude_deg": 104})
    for fields in (nowhere, due_south):
        assert leg("CGO", "LUX", **fields).block_min == mean
        assert leg("LUX", "CGO", **fields).block_min == mean


def test_west_is_the_shorter_way_round() -> None:
    over_the_pacific = {"latitude_deg": 61.2, "longitude_deg": -150.0}
    fields = calibrated(CGO=CGO, LUX=over_the_pacific)
    assert leg("CGO", "LUX", **fields).block_min == 610
    assert leg("LUX", "CGO", **fields).block_min == 670


def test_a_stated_block_time_stands() -> None:
    fields = calibrated(CGO=CGO, LUX=LUX)
    fields["tracks"] = (track("CGO", "LUX", distance_km=8287, block_min=655),)
    assert leg("CGO", "LUX", **fields).block_min == 655


def test_a_pair_without_tracks_is_flown_along_the_great_circle() -> None:
    fields = calibrated(CGO=CGO, LUX=LUX) | {"tracks": ()}
    there, back = leg("CGO", "LUX", **fields), leg("LUX", "CGO", **fields)
    assert there.distance_km == back.distance_km == pytest.approx(8307, abs=1)
    assert there.distance_km == round(there.distance_km, 3)
    assert there.overflies == ()


def test_without_track_and_position_there_is_no_leg() -> None:
    assert not resolve(tiny(tracks=(), airports=(airport("LUX"),))).legs


SIBERIA = track("CGO", "LUX", distance_km=8307, requires_overflight="RU")
SOUTH = track("CGO", "LUX", distance_km=9142)


def with_permissions(*permissions: str, tracks: tuple[Any, ...]) -> dict[str, Any]:
    operators = ({"operator": "CV", "overflight": permissions},)
    return calibrated(CGO=CGO, LUX=LUX) | {"operators": operators, "tracks": tracks}


def test_the_shortest_permitted_track_is_flown() -> None:
    both = (SIBERIA, SOUTH)
    free = leg(**with_permissions("RU", tracks=both))
    assert (free.distance_km, free.overflies) == (8307, ("RU",))
    barred = leg(**with_permissions(tracks=both))
    assert (barred.distance_km, barred.overflies) == (9142, ())


def test_if_no_track_is_permitted_there_is_no_leg() -> None:
    assert not resolve(tiny(**with_permissions(tracks=(SIBERIA,)))).legs


def test_a_one_way_track_leaves_the_way_back_to_others() -> None:
    one_way = track("CGO", "LUX", distance_km=8500, both_ways=False, block_min=None)
    fields = calibrated(CGO=CGO, LUX=LUX) | {"tracks": (one_way,)}
    assert leg("CGO", "LUX", **fields).distance_km == 8500
    assert leg("LUX", "CGO", **fields).distance_km == pytest.approx(8307, abs=1)


def test_costs_follow_hours_cycles_and_distance() -> None:
    type_ = aircraft(
        crew_basic=2,
        crew_augmented=3,
        crew_usd_per_block_h=1200,
        maintenance_usd_per_block_h=1500,
        maintenance_usd_per_cycle=4000,
    )
    fields: dict[str, Any] = {"types": (type_,), "prices": Prices(navigation_usd_per_km=1.1)}
    basic = leg(crew=CrewRule(augmented_from_block_min=600), **fields)
    assert basic.crew_micro == 12_000_000_000
    assert basic.maintenance_micro == 19_000_000_000
    assert basic.navigation_micro == 8_800_000_000  # 400 t
    assert leg(crew=CrewRule(augmented_from_block_min=599), **fields).crew_micro == 18_000_000_000
    assert leg(**fields).crew_micro == 12_000_000_000


def test_fuel_is_paid_where_it_is_uplifted() -> None:
    fields = {
        "prices": Prices(fuel_usd_per_t=700),
        "airports": (airport("LUX", fuel_usd_per_t=1400),),
    }
    there, back = leg("CGO", "LUX", **fields), leg("LUX", "CGO", **fields)
    assert back.fuel_fixed_micro == 2 * there.fuel_fixed_micro
    assert there.fuel_fixed_micro == pytest.approx(1000 * 700 * there.fuel_fixed_kg, rel=1e-6)


def test_a_track_may_have_its_own_navigation_rate() -> None:
    own = track("CGO", "LUX", navigation_usd_per_km=2)
    found = leg(tracks=(own,), prices=Prices(navigation_usd_per_km=1))
    assert found.navigation_micro == 16_000_000_000


def test_every_operator_and_type_has_legs_between_its_airports() -> None:
    resolved = resolve(
        tiny(
            stations=("LUX", "MAD"),
            types=(aircraft(), aircraft("T60", max_payload_t=60)),
            fleet=(tail(), tail("T2", type="T60"), tail("T3", operator="UU", end_airport="MAD")),
            rights=({"operator": "UU", "uplift": "CGO", "discharge": "LUX"},),
        )
    )
    flown = {(x.operator, x.type) for x in resolved.legs}
    assert flown == {("CV", "T100"), ("CV", "T60"), ("UU", "T100")}
    # UU has no right at MAD, but its tail ends there.
    assert ("UU", "T100", "CGO", "MAD") in resolved.leg
    keys = [(x.operator, x.type, x.origin, x.destination) for x in resolved.legs]
    assert keys == sorted(keys) and len(set(keys)) == 3 * 6
