"""C7, C9, C17: break a good plan in just one way; that number alone is reported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.domain.resolved import ResolvedHeldSlot, ResolvedMarket, ResolvedSlotLimit, Window
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.rotation import Rotation
from tests.verify_world import (
    KINDS,
    WEEK,
    Kind,
    codes,
    good_plan,
    only_flights,
    rotation,
    with_airport,
    with_pool,
    with_rotation,
    world,
)


def _limit(movements: int, start: int, end: int, **changes: Any) -> ResolvedSlotLimit:
    limit = ResolvedSlotLimit("S", "LUX", True, True, (), Window(start, end), movements)
    return replace(limit, **changes)


@pytest.mark.parametrize("kind", KINDS)
def test_c7_windows(kind: Kind) -> None:
    """LUX: arrivals 3560 and 3600, departures 3680 and 3720."""
    r, p = world(kind), good_plan(kind)

    def limited(limit: ResolvedSlotLimit) -> set[str]:
        return codes(replace(r, slot_limits=(limit,)), p)

    assert limited(_limit(4, 3560, 3721)) == set()
    assert limited(_limit(3, 3560, 3721)) == {"C7"}
    assert limited(_limit(3, 3560, 3720)) == set()
    assert limited(_limit(2, 3560, 3721, departures=False)) == set()
    assert limited(_limit(1, 3560, 3721, departures=False)) == {"C7"}
    assert limited(_limit(1, 3561, 3721, departures=False)) == set()
    assert limited(_limit(0, 3561, 3680, arrivals=False)) == set()
    assert limited(_limit(0, 0, WEEK, operators=("XX",))) == set()
    assert limited(_limit(3, 0, WEEK, operators=("CV", "XX"))) == {"C7"}
    assert limited(_limit(0, 3100, 3200, airport="KGF")) == {"C7"}


def test_c7_window_over_the_weeks_end() -> None:
    p = good_plan("cyclic")
    for number, found in ((1, set()), (0, {"C7"})):
        limit = _limit(number, 10_000, 10_361, airport="CGO")
        assert codes(replace(world("cyclic"), slot_limits=(limit,)), p) == found


def _held(minute: int, tolerance: int, slots: int = 1, **changes: Any) -> ResolvedHeldSlot:
    held = ResolvedHeldSlot(f"H{minute}", "CV", "LUX", "arrival", minute, tolerance, slots)
    return replace(held, **changes)


@pytest.mark.parametrize("kind", KINDS)
def test_c7_held_slots(kind: Kind) -> None:
    """Arrivals at LUX: 3560 and 3600."""
    r, p = world(kind), good_plan(kind)

    def holding(*slots: ResolvedHeldSlot) -> set[str]:
        return codes(replace(r, held_slots=slots), p)

    assert holding(_held(3560, 0), _held(3600, 0)) == set()
    assert holding(_held(3560, 0), _held(3610, 10)) == set()
    assert holding(_held(3560, 0), _held(3610, 9)) == {"C7"}
    assert holding(_held(3580, 20)) == {"C7"}
    assert holding(_held(3580, 20, slots=2)) == set()
    # The wide slot comes first, but must be left to the movement no other slot suits.
    assert holding(_held(3580, 20), _held(3560, 0)) == set()
    assert holding(_held(0, 0, operator="XX")) == set()
    assert holding(_held(0, 0, airport="LGG")) == {"C7"}
    assert holding(_held(0, 0, movement="departure", airport="LGG")) == {"C7"}


def test_c7_held_slot_on_the_other_side_of_the_weeks_end() -> None:
    """F2 leaves LGG at 9740 and is at CGO at 10360, minute 280 of the week."""
    p = only_flights(good_plan("cyclic"), 1)
    for minute, tolerance, found in ((270, 10, set()), (270, 9, {"C7"}), (10_000, 360, set())):
        held = _held(minute, tolerance, airport="CGO")
        assert codes(replace(world("cyclic"), held_slots=(held,)), p) == found


@pytest.mark.parametrize("kind", KINDS)
def test_c9(kind: Kind) -> None:
    """Two aircraft of size E stand at LUX from 3600 to 3680; one at a time at LGG and KGF."""
    r, p = world(kind), good_plan(kind)

    def with_stands(code: str, **stands: int) -> set[str]:
        return codes(with_airport(r, code, stands=tuple(stands.items())), p)

    assert with_stands("LUX", E=2) == set()
    assert with_stands("LUX", E=1) == {"C9"}
    assert with_stands("LUX", E=1, F=1) == set()
    assert with_stands("LUX", D=9, E=1) == {"C9"}
    assert with_stands("LGG", E=1) == set()
    assert with_stands("KGF", F=0) == {"C9"}


@pytest.mark.parametrize("kind", KINDS)
def test_c9_off_block_frees_the_stand_at_once(kind: Kind) -> None:
    r, p = with_airport(world(kind), "LUX", stands=(("E", 1),)), only_flights(good_plan(kind), 0, 2)
    leaves = p.flights[0].rotation.legs[1].on_block_min + 120
    late = with_rotation(p, 1, rotation(leaves - 600, "LUX"))
    assert codes(r, late) == set()
    assert codes(r, with_rotation(p, 1, rotation(leaves - 601, "LUX"))) == {"C9"}


def test_c9_gateway_counts_the_turnaround_only() -> None:
    """F3 is at CGO at 4320, F1 at 4280: together from 4320 to 4400, then towed away."""
    for kind in KINDS:
        p = only_flights(good_plan(kind), 0, 2)
        assert codes(with_airport(world(kind), "CGO", stands=(("E", 2),)), p) == set()
        assert codes(with_airport(world(kind), "CGO", stands=(("E", 1),)), p) == {"C9"}
        later = with_rotation(p, 1, rotation(4400 - 1320, "LUX"))
        assert codes(with_airport(world(kind), "CGO", stands=(("E", 1),)), later) == set()


def test_c9_counts_overlaps_over_all_weeks() -> None:
    """Ten days at LUX every week: one aircraft always, two at times."""
    slow = rotation(0, "LUX")
    legs = (slow.legs[0], replace(slow.legs[1], off_block_min=15_000, on_block_min=15_600))
    p = Plan("world", "", (Flight("S", "P", "", Rotation("CV", "T", legs)),), (), ())
    r = with_pool(world("cyclic"), tails=("T1", "T2", "T3"))
    assert codes(with_airport(r, "LUX", stands=(("E", 2),)), p) == set()
    assert codes(with_airport(r, "LUX", stands=(("E", 1),)), p) == {"C9"}


def _market(**changes: Any) -> ResolvedMarket:
    return replace(ResolvedMarket("M", "LUX", (), None, None, None, None), **changes)


@pytest.mark.parametrize("kind", KINDS)
def test_c17(kind: Kind) -> None:
    """F1 leaves at 2880, F3 at 3000, both to LUX; KGF is a technical stop and not served."""
    r, p = world(kind), good_plan(kind)

    def served(**changes: Any) -> set[str]:
        return codes(replace(r, markets=(_market(**changes),)), p)

    assert served(min_rotations=2) == set()
    assert served(min_rotations=3) == {"C17"}
    assert served(max_rotations=2) == set()
    assert served(max_rotations=1) == {"C17"}
    assert served(min_spacing_min=120) == set()
    assert served(min_spacing_min=121) == {"C17"}
    assert served(max_rotations=0, operators=("XX",)) == set()
    assert served(max_rotations=0, gateway="NNG") == set()
    assert served(max_rotations=1, gateway="CGO") == {"C17"}
    assert served(station="KGF", max_rotations=0) == set()
    assert served(station="KGF", min_rotations=1) == {"C17"}


def test_c17_spacing_over_the_weeks_end() -> None:
    r, p = world("cyclic"), only_flights(good_plan("cyclic"), 0, 2)
    p = with_rotation(with_rotation(p, 0, rotation(100, "LUX")), 1, rotation(8000, "LUX"))
    for spacing, found in ((2180, set()), (2181, {"C17"})):
        market = _market(min_spacing_min=spacing)
        assert codes(replace(r, markets=(market,)), p) == found
    flights = tuple(replace(f, tail="T1") for f in p.flights)
    dated = replace(p, flights=flights)
    assert codes(replace(world("dated"), markets=(_market(min_spacing_min=7900),)), dated) == set()


def test_c17_first_and_last_part_of_a_rotation_serve_their_station() -> None:
    r = with_pool(world("dated"), tails=("T1",), start_airport="LUX", end_airport="LGG")
    rest = Rotation("CV", "T", rotation(0, "LUX").legs[1:])
    part = Rotation("CV", "T", rotation(2000, "LGG").legs[:1])
    flights = (Flight("A", "P", "T1", rest), Flight("B", "P", "T1", part))
    p = Plan("world", "", flights, (), ())
    for station in ("LUX", "LGG"):
        for most, found in ((1, set()), (0, {"C17"})):
            market = _market(station=station, max_rotations=most)
            assert codes(replace(r, markets=(market,)), p) == found
