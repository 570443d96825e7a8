"""Rights, curfews, slots, service patterns."""

from __future__ import annotations

from datetime import date

import pytest

from optimizer.domain.resolved import ResolvedInstance, Window
from optimizer.domain.rules import Curfew, HeldSlot, Market, Right, SlotWindow
from optimizer.resolve import resolve
from tests.builders import aircraft, airport, consignment, tail, tiny
from tests.flying_cases import case_curfew

HOME = ("CGO", "LUX"), ("LUX", "CGO")


def right(uplift: str, discharge: str, **changes: object) -> Right:
    return Right.model_validate(
        {"operator": "CV", "uplift": uplift, "discharge": discharge} | changes
    )


def curfew(**changes: object) -> Curfew:
    fields = {"airport": "LUX", "movement": "arrival", "from_local": "23:00", "to_local": "06:00"}
    return Curfew.model_validate(fields | changes)


# --- rights --------------------------------------------------------------------------------------


def test_an_operator_without_rows_flies_to_and_from_the_gateways_only() -> None:
    operator = resolve(tiny(stations=("LUX", "MAD"))).operator["CV"]
    assert operator.stations == ("LUX", "MAD")
    assert operator.rights == (("CGO", "LUX"), ("CGO", "MAD"), ("LUX", "CGO"), ("MAD", "CGO"))


def test_airports_of_the_table_are_no_stations_by_themselves() -> None:
    resolved = resolve(tiny(airports=(airport("MAD"),)))
    assert resolved.operator["CV"].stations == ("LUX",)
    assert "MAD" not in resolved.airport


def test_stations_may_be_reached_by_lane() -> None:
    lane = {
        "origin": "LUX",
        "destination": "Paris",
        "truck_min": 300,
        "payload_kg": 20_000,
        "volume_m3": 80,
        "usd_per_truck": 700,
    }
    resolved = resolve(tiny(lanes=(lane,), demand=(consignment(destination="Paris"),)))
    assert resolved.operator["CV"].stations == ("LUX",)
    assert [a.lane for a in resolved.consignments[0].discharges] == ["LUX-Paris"]


@pytest.mark.parametrize(
    ("row", "pairs"),
    [
        (right("CGO", "LUX"), HOME),
        (right("CGO", "LUX", both_ways=False), HOME[:1]),
        (right("LU", "ES"), (("LUX", "MAD"), ("MAD", "LUX"))),
        (right("CGO", "ES", both_ways=False), (("CGO", "MAD"),)),
        (right("LUX", "*", both_ways=False), (("LUX", "CGO"), ("LUX", "MAD"))),
    ],
)
def test_points_are_airports_countries_or_anything(
    row: Right, pairs: tuple[tuple[str, str], ...]
) -> None:
    airports = (airport("LUX", country="LU"), airport("MAD", country="ES"))
    resolved = resolve(tiny(stations=("LUX", "MAD"), airports=airports, rights=(row,)))
    assert resolved.operator["CV"].rights == pairs


def test_a_frequency_cap_counts_the_pairs_of_its_row() -> None:
    rows = (right("CGO", "LUX", max_flights=3), right("CGO", "*"))
    resolved = resolve(tiny(rights=rows))
    (cap,) = resolved.right_caps
    assert (cap.operator, cap.pairs, cap.max_flights) == ("CV", HOME, 3)


def test_technical_stops_are_flagged_stated_and_permitted() -> None:
    airports = (
        airport("KGF", country="KZ", technical_stop=True),
        airport("OVB", country="RU", technical_stop=True),
        airport("TBS", country="GE"),
    )

    def stops(landings: str | None) -> tuple[str, ...]:
        operators = ({"operator": "CV", "technical_landings": landings},)
        resolved = resolve(tiny(airports=airports, operators=operators))
        assert set(resolved.operator["CV"].technical_stops) <= set(resolved.airport)
        return resolved.operator["CV"].technical_stops

    assert stops(None) == ("KGF", "OVB")
    assert stops("KZ") == ("KGF",)
    assert stops("OVB;TBS") == ("OVB",)
    assert stops("-") == ()


def test_a_listed_airport_of_the_reference_data_is_in_use() -> None:
    fields = {"reference_data": True, "types": (), "fleet": (tail(type="B744F"),)}
    assert resolve(tiny(**fields)).operator["CV"].technical_stops == ()
    operators = ({"operator": "CV", "technical_landings": "ALA"},)
    resolved = resolve(tiny(operators=operators, **fields))
    assert resolved.operator["CV"].technical_stops == ("ALA",)


# --- curfews -------------------------------------------------------------------------------------


def test_the_curfew_case_has_a_night_of_its_length() -> None:
    for day, night in (
        (date(2025, 10, 26), Window(21 * 60, 29 * 60)),
        (date(2025, 3, 30), Window(22 * 60, 28 * 60)),
    ):
        (closure,) = resolve(case_curfew(day)).closures
        assert (closure.airport, closure.movement, closure.operators) == ("LUX", "arrival", ())
        assert night in closure.windows


def test_a_rule_for_any_movement_closes_both() -> None:
    closures = resolve(tiny(curfews=(curfew(movement="any"),))).closures
    assert [c.movement for c in closures] == ["arrival", "departure"]


def test_closures_name_the_types_they_are_about() -> None:
    loud = aircraft("LOUD", noise_qc_arrival=4, noise_qc_departure=8)
    quiet = aircraft("QUIET", noise_qc_arrival=1, noise_qc_departure=4)
    fields = {
        "types": (loud, quiet),
        "fleet": (tail("T1", type="LOUD"), tail("T2", type="QUIET")),
    }

    def types(**changes: object) -> dict[str, tuple[str, ...]]:
        closures = resolve(tiny(curfews=(curfew(**changes),), **fields)).closures
        return {c.movement: c.types for c in closures}

    assert types() == {"arrival": ("LOUD", "QUIET")}
    assert types(types="QUIET") == {"arrival": ("QUIET",)}
    assert types(types="OTHER") == {}
    both = {"arrival": ("LOUD",), "departure": ("LOUD", "QUIET")}
    assert types(movement="any", min_noise_qc=4) == both


def test_open_rules_of_one_kind_leave_the_rest_closed() -> None:
    rules = (
        curfew(rule="open", from_local="06:00", to_local="12:00"),
        curfew(rule="open", movement="any", from_local="10:00", to_local="20:00"),
        curfew(rule="open", from_local="08:00", to_local="09:00", operators="CV"),
    )
    closures = resolve(tiny(kind="cyclic", curfews=rules)).closures
    found = {(c.movement, c.operators): c.windows[0] for c in closures}
    assert found == {
        ("arrival", ()): Window(1200, 1800),
        ("departure", ()): Window(1200, 2040),
        ("arrival", ("CV",)): Window(540, 1920),
    }


def test_rules_for_others_or_elsewhere_have_no_effect() -> None:
    given = ({"operator": "ZZ", "role": "given"},)
    resolved = resolve(
        tiny(
            operators=given,
            curfews=(curfew(operators="ZZ"), curfew(airport="MAD")),
            slots=(slot(operators="ZZ"), slot(airport="MAD")),
            held_slots=(held(operator="ZZ"), held(airport="MAD")),
            markets=(Market(station="LUX", operators=("ZZ",), min_rotations=1),),
        )
    )
    assert not resolved.closures and not resolved.slot_limits
    assert not resolved.held_slots and not resolved.markets


# --- slots ---------------------------------------------------------------------------------------


def slot(**changes: object) -> SlotWindow:
    fields = {
        "airport": "LUX",
        "movement": "any",
        "days": "1",
        "from_local": "08:00",
        "to_local": "10:30",
        "movements": 2,
    }
    return SlotWindow.model_validate(fields | changes)


def held(**changes: object) -> HeldSlot:
    fields = {"operator": "CV", "airport": "LUX", "movement": "arrival", "time_local": "08:00"}
    return HeldSlot.model_validate(fields | changes)


def test_a_span_is_cut_into_windows_with_a_rest() -> None:
    limits = resolve(tiny(slots=(slot(window_min=60),))).slot_limits
    assert [x.window for x in limits] == [Window(480, 540), Window(540, 600), Window(600, 630)]
    assert all(x.arrivals and x.departures and x.movements == 2 for x in limits)
    assert len({x.id for x in limits}) == 3


def test_equal_limits_have_ids_of_their_own() -> None:
    limits = resolve(tiny(slots=(slot(), slot(), slot(operators="CV")))).slot_limits
    assert len({x.id for x in limits}) == 3
    assert [x.operators for x in limits] == [(), (), ("CV",)]


def test_a_held_slot_recurs_on_its_days_in_local_time() -> None:
    fields = {"airports": (airport("LUX", timezone="Asia/Shanghai"),)}
    weekly = resolve(tiny(kind="cyclic", held_slots=(held(days="12"),), **fields))
    assert [s.minute for s in weekly.held_slots] == [0, 1440]
    once = resolve(tiny(held_slots=(held(date="2025-06-04", tolerance_min=15),), **fields))
    assert [(s.minute, s.tolerance_min, s.slots) for s in once.held_slots] == [(2880, 15, 1)]


# --- service patterns ----------------------------------------------------------------------------


def market(resolved: ResolvedInstance) -> tuple[object, ...]:
    (found,) = resolved.markets
    return (found.station, found.gateway, found.min_rotations, found.max_rotations)


def test_a_market_keeps_its_least_number_even_where_nobody_can_serve_it() -> None:
    rows = (Market(station="MAD", min_rotations=2),)
    assert market(resolve(tiny(markets=rows))) == ("MAD", None, 2, None)
