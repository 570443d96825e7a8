"""C3, C4, C5, C8, C15: break a good plan in just one way; that number alone is reported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.domain.resolved import ResolvedClosure, ResolvedInstance, ResolvedRightCap, Window
from optimizer.plan.plan import Flight, Plan
from optimizer.verify import audit
from tests.verify_world import (
    KINDS,
    WEEK,
    Kind,
    checked,
    codes,
    edit,
    edit_leg,
    good_plan,
    only_flights,
    rotation,
    shifted,
    with_consignment,
    with_leg_data,
    with_load,
    with_operator,
    without_leg,
    world,
)


@pytest.mark.parametrize("kind", KINDS)
def test_c3(kind: Kind) -> None:
    r, p = world(kind), good_plan(kind)
    assert codes(without_leg(r, "KGF", "LUX"), p) == {"C3"}
    assert codes(with_leg_data(r, "LUX", "CGO", block_min=599), p) == {"C3"}
    assert codes(with_leg_data(r, "LUX", "CGO", block_min=601), p) == {"C3"}
    assert codes(with_leg_data(r, "LUX", "CGO", type="U"), p) == {"C3"}
    unknown = edit_leg(only_flights(p, 0, 1, 2), 2, 0, destination="AMS")
    assert codes(r, edit_leg(unknown, 2, 1, origin="AMS")) == {"C3"}


def test_c3_tells_rights_from_range() -> None:
    r, p = world("dated"), good_plan("dated")
    unknown = edit_leg(only_flights(p, 0, 1, 2), 2, 0, destination="AMS")
    told = [v.message for v in audit(r, edit_leg(unknown, 2, 1, origin="AMS")).violations]
    assert all("may neither carry to AMS nor refuel there" in text for text in told)
    told = [v.message for v in audit(without_leg(r, "KGF", "LUX"), p).violations]
    assert all("too far, or no track" in text for text in told)


@pytest.mark.parametrize("kind", KINDS)
def test_c4_exact_use_and_a_gram_more(kind: Kind) -> None:
    r, p = world(kind), good_plan(kind)
    for origin, destination, kg in (("CGO", "KGF", 40_000), ("KGF", "LUX", 40_000)):
        assert codes(with_leg_data(r, origin, destination, cap_kg=kg), p) == set()
        report = checked(with_leg_data(r, origin, destination, cap_kg=kg - 1), p)
        assert [(v.code, v.amount, v.unit) for v in report.violations] == [("C4", 1000, "g")]
    light = with_load(p, 4, grams=49_999_999)
    tight = with_leg_data(r, "CGO", "LGG", cap_kg=49_999)
    assert codes(tight, light) == {"C4"}


@pytest.mark.parametrize("kind", KINDS)
def test_c5_exact_use_and_a_cubic_centimetre_more(kind: Kind) -> None:
    r, p = world(kind), good_plan(kind)
    largest = 200_000_000  # F2: 50 t at 4 cm3 per gram

    def usable(volume_cm3: int) -> ResolvedInstance:
        return replace(r, types=edit(r.types, 0, volume_cm3=volume_cm3))

    assert codes(usable(largest), p) == set()
    report = checked(usable(largest - 1), p)
    assert [(v.code, v.amount, v.unit) for v in report.violations] == [("C5", 1, "cm3")]


@pytest.mark.parametrize("kind", KINDS)
def test_c5_counts_fractions_of_a_cubic_centimetre(kind: Kind) -> None:
    """Two loads of 1/3 cm3 and 2/3 cm3 fill one cubic centimetre exactly."""
    r = world(kind)
    r = replace(r, types=edit(r.types, 0, volume_cm3=1))
    r = with_consignment(r, 2, weight_g=3, volume_cm3=1)
    p = replace(good_plan(kind), trucks=())
    loads = (with_load(p, 4, grams=1).loads[4], with_load(p, 4, grams=2).loads[4])
    assert codes(r, replace(p, loads=loads)) == set()
    denser = with_consignment(r, 2, volume_cm3=2)
    assert codes(denser, replace(p, loads=loads)) == {"C5"}


def _closure(movement: str, start: int, end: int, **changes: Any) -> ResolvedClosure:
    closure = ResolvedClosure("LUX", movement, ("T",), (), (Window(start, end),))  # type: ignore[arg-type]
    return replace(closure, **changes)


@pytest.mark.parametrize("kind", KINDS)
def test_c8(kind: Kind) -> None:
    """F3 lands at LUX at 3600 and leaves at 3720; F1 lands at 3560 and leaves at 3680."""
    r, p = world(kind), good_plan(kind)

    def closed(*closures: ResolvedClosure) -> set[str]:
        return codes(replace(r, closures=closures), p)

    assert closed(_closure("arrival", 3600, 3601)) == {"C8"}
    assert closed(_closure("arrival", 3561, 3600)) == set()
    assert closed(_closure("arrival", 3601, 3700)) == set()
    assert closed(_closure("departure", 3720, 3721)) == {"C8"}
    assert closed(_closure("departure", 3721, 3800), _closure("departure", 0, 3680)) == set()
    assert closed(_closure("arrival", 0, WEEK, types=("U",))) == set()
    assert closed(_closure("arrival", 0, WEEK, operators=("XX",))) == set()
    assert closed(_closure("arrival", 0, WEEK, operators=("CV",))) == {"C8"}
    assert closed(_closure("arrival", 0, WEEK, airport="KGF")) == {"C8"}


def test_c8_week_end() -> None:
    """F2 is back at CGO at 10360, minute 280 of the week."""
    p = good_plan("cyclic")
    for start, end, found in ((9500, 10361, {"C8"}), (9500, 10360, set()), (280, 281, {"C8"})):
        closure = _closure("arrival", start, end, airport="CGO")
        assert codes(replace(world("cyclic"), closures=(closure,)), p) == found


@pytest.mark.parametrize("kind", KINDS)
def test_c15_rights_of_loads(kind: Kind) -> None:
    r, p = world(kind), good_plan(kind)
    rights = r.operators[0].rights
    for pair, number in ((("CGO", "LUX"), 2), (("LUX", "CGO"), 2), (("CGO", "LGG"), 1)):
        fewer = tuple(x for x in rights if x != pair)
        report = checked(with_operator(r, rights=fewer), p)
        assert [v.code for v in report.violations] == ["C15"] * number
    unused = tuple(x for x in rights if x != ("LUX", "LGG"))
    assert codes(with_operator(r, rights=unused), p) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_c15_stops(kind: Kind) -> None:
    r, p = world(kind), good_plan(kind)
    assert codes(with_operator(r, technical_stops=()), p) == {"C15"}
    assert codes(with_operator(r, stations=("LUX",)), p) == {"C15"}
    full = edit_leg(p, 0, 0, stop="full")
    assert codes(r, shifted(shifted(full, 0, 60, first_leg=1), 1, 60)) == {"C15"}


def test_c15_full_turn_at_a_gateway_is_always_allowed() -> None:
    there_and_back_twice = rotation(0, "LUX", "CGO", "LGG")
    for kind in KINDS:
        tail = "T1" if kind == "dated" else ""
        flight = Flight("F", "P", tail, there_and_back_twice)
        assert codes(world(kind), Plan("world", "", (flight,), (), ())) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_c15_frequency_caps(kind: Kind) -> None:
    """Two rotations offer CGO-LUX and LUX-CGO, one CGO-LGG; KGF is no place to load."""
    r, p = world(kind), good_plan(kind)

    def capped(most: int, *pairs: tuple[str, str], operator: str = "CV") -> set[str]:
        return codes(replace(r, right_caps=(ResolvedRightCap("X", operator, pairs, most),)), p)

    assert capped(2, ("CGO", "LUX")) == set()
    assert capped(1, ("CGO", "LUX")) == {"C15"}
    assert capped(1, ("LUX", "CGO")) == {"C15"}
    assert capped(3, ("CGO", "LUX"), ("CGO", "LGG")) == set()
    assert capped(2, ("CGO", "LUX"), ("CGO", "LGG")) == {"C15"}
    assert capped(0, ("CGO", "KGF"), ("KGF", "LUX"), ("LUX", "LGG")) == set()
    assert capped(0, ("CGO", "LUX"), operator="XX") == set()
