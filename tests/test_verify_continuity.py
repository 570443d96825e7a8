"""C1 and C2: break a good plan in just one way, and that number alone is reported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.rotation import Leg, Rotation
from tests.verify_world import (
    KINDS,
    WEEK,
    Kind,
    codes,
    edit_leg,
    good_plan,
    only_flights,
    rotation,
    shifted,
    with_flight,
    with_pool,
    with_rotation,
    world,
)


def test_c1_consecutive_legs_join() -> None:
    for kind in KINDS:
        p = only_flights(good_plan(kind), 0, 1, 2)
        broken = edit_leg(
            p, 2, 1, origin="LGG", on_block_min=p.flights[2].rotation.legs[1].on_block_min + 20
        )
        assert codes(world(kind), broken) == {"C1"}


def test_c1_dated_lines() -> None:
    r, p = world("dated"), good_plan("dated")
    assert codes(with_pool(r, start_airport="LUX"), p) == {"C1"}
    assert codes(with_pool(r, end_airport="LGG"), p) == {"C1"}
    parked = only_flights(p, 0, 1)
    assert codes(r, parked) == set()
    assert codes(with_pool(r, tails=("T1", "T2", "T3")), p) == set()
    away = replace(r.pools[0], id="Q", tails=("T3",), start_airport="LUX")
    assert codes(replace(r, pools=(*r.pools, away)), p) == {"C1"}
    stays = replace(away, end_airport="LUX")
    assert codes(replace(r, pools=(*r.pools, stays)), p) == set()


def test_c1_dated_rotations_overlap() -> None:
    r, p = world("dated"), good_plan("dated")
    assert codes(r, with_flight(only_flights(p, 0, 2), 1, tail="T1")) == {"C1"}
    assert codes(r, shifted(only_flights(p, 0, 1), 1, -121)) == {"C1"}


def test_c1_dated_rotation_departs_where_the_last_ended() -> None:
    r, p = world("dated"), only_flights(good_plan("dated"), 0, 1)
    legs = p.flights[0].rotation.legs
    ends_away = with_rotation(p, 0, replace(p.flights[0].rotation, legs=legs[:2]))
    assert codes(r, ends_away) == {"C1"}
    again = Flight("F4", "P", "T1", Rotation("CV", "T", legs[2:]))
    split = replace(ends_away, flights=(*ends_away.flights, again))
    assert codes(r, split) == {"C1"}  # rotations meet at a station, not at a gateway


def test_c1_dated_line_from_station_to_station() -> None:
    """The rest of a rotation first, the first part of one last."""
    r = with_pool(world("dated"), tails=("T1",), start_airport="LUX", end_airport="LGG")
    rest = Rotation("CV", "T", rotation(0, "LUX").legs[1:])
    part = Rotation("CV", "T", rotation(2000, "LGG").legs[:1])
    flights = (Flight("A", "P", "T1", rest), Flight("B", "P", "T1", part))
    assert codes(r, Plan("world", "", flights, (), ())) == set()


def test_c1_cyclic_rotations_from_gateway_to_gateway() -> None:
    r, p = world("cyclic"), only_flights(good_plan("cyclic"), 0)
    legs = p.flights[0].rotation.legs
    halves = [Rotation("CV", "T", legs[:2]), Rotation("CV", "T", legs[2:])]
    flights = tuple(Flight(f"H{i}", "P", "", half) for i, half in enumerate(halves))
    assert codes(r, replace(p, flights=flights)) == {"C1"}


def _two_gateways(resolved: ResolvedInstance) -> ResolvedInstance:
    """LUX is a gateway too, and rotations may change."""
    universe = resolved.universe.model_copy(update={"may_change_gateway": True})
    return replace(resolved, gateways=("CGO", "LUX"), universe=universe)


def test_c1_cyclic_departures_equal_arrivals() -> None:
    r, p = _two_gateways(world("cyclic")), only_flights(good_plan("cyclic"), 0)
    legs = p.flights[0].rotation.legs
    there = Flight("H1", "P", "", Rotation("CV", "T", legs[:2]))
    back = Flight("H2", "P", "", Rotation("CV", "T", legs[2:]))
    assert codes(r, replace(p, flights=(there, back))) == set()
    assert codes(r, replace(p, flights=(there,))) == {"C1"}
    assert codes(r, replace(p, flights=(back,))) == {"C1"}


def test_c1_cyclic_tails_that_wait_at_another_gateway_count() -> None:
    """Two fly out one after the other, then two back: never two under way, but two at LUX."""
    r, p = _two_gateways(world("cyclic")), only_flights(good_plan("cyclic"), 0)
    out, back = p.flights[0].rotation.legs[:2], p.flights[0].rotation.legs[2:]

    def flight(name: str, legs: tuple[Leg, ...], start: int) -> Flight:
        by = start - legs[0].off_block_min
        moved = tuple(
            replace(x, off_block_min=x.off_block_min + by, on_block_min=x.on_block_min + by)
            for x in legs
        )
        return Flight(name, "P", "", Rotation("CV", "T", moved))

    flights = (
        flight("A", out, 0),
        flight("B", out, 2000),
        flight("C", back, 4000),
        flight("D", back, 6000),
    )
    two = replace(p, flights=flights)
    assert codes(with_pool(r, tails=("T1", "T2")), two) == set()
    assert codes(with_pool(r, tails=("T1",)), two) == {"C1"}
    in_turn = replace(p, flights=(flights[0], flights[2]))
    assert codes(with_pool(r, tails=("T1",)), in_turn) == set()


def test_c1_cyclic_rotations_start_at_the_base() -> None:
    r, p = _two_gateways(world("cyclic")), only_flights(good_plan("cyclic"), 0)
    legs = rotation(0, "LUX", "CGO", "LUX").legs
    from_lux = Rotation("CV", "T", legs[1:3])
    assert from_lux.origin == from_lux.destination == "LUX"
    moved = replace(p, flights=(Flight("H", "P", "", from_lux),))
    fixed = r.universe.model_copy(update={"may_change_gateway": False})
    assert codes(r, moved) == set()
    assert codes(replace(r, universe=fixed), moved) == {"C1"}


def test_c1_cyclic_pool_size() -> None:
    """F1 and F3 overlap; F2 and its turnaround run over the week's end, to 400 of the next."""
    r, p = world("cyclic"), good_plan("cyclic")
    assert codes(with_pool(r, tails=("T1",)), p) == {"C1"}
    one = with_pool(r, tails=("T1",))
    alone = only_flights(p, 0, 1)
    assert codes(one, alone) == set()
    assert codes(one, with_rotation(alone, 0, rotation(400, "KGF*", "LUX"))) == set()
    assert codes(one, with_rotation(alone, 0, rotation(399, "KGF*", "LUX"))) == {"C1"}
    assert codes(one, with_rotation(alone, 0, rotation(399 + WEEK, "KGF*", "LUX"))) == {"C1"}


def test_c1_cyclic_rotation_longer_than_a_week_needs_two_tails() -> None:
    slow = rotation(0, "LUX")
    legs = (slow.legs[0], replace(slow.legs[1], off_block_min=WEEK, on_block_min=WEEK + 600))
    p = Plan("world", "", (Flight("S", "P", "", Rotation("CV", "T", legs)),), (), ())
    assert codes(world("cyclic"), p) == set()
    assert codes(with_pool(world("cyclic"), tails=("T1",)), p) == {"C1"}


@pytest.mark.parametrize("kind", KINDS)
def test_c2_turnarounds_within_a_rotation(kind: Kind) -> None:
    """Full and technical stops of the plan are just long enough."""
    r, p = world(kind), only_flights(good_plan(kind), 0, 1, 2)
    assert codes(r, shifted(p, 2, -1, first_leg=1)) == {"C2"}
    assert codes(r, shifted(p, 0, -1, first_leg=1)) == {"C2"}
    assert codes(r, shifted(p, 2, 50, first_leg=1)) == set()
    assert codes(r, shifted(p, 2, -500, first_leg=1)) == {"C2"}


def test_c2_turnaround_between_rotations() -> None:
    r, p = world("dated"), only_flights(good_plan("dated"), 0, 1)
    assert p.flights[1].rotation.off_block_min == p.flights[0].rotation.on_block_min + 120
    assert codes(r, shifted(p, 1, -1)) == {"C2"}
    assert codes(r, shifted(p, 1, -120)) == {"C2"}
