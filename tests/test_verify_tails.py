"""C14: break a good plan in just one way, and C14 alone is reported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from optimizer.domain.resolved import Window
from optimizer.plan.plan import Plan
from tests.verify_world import codes, good_plan, only_flights, with_pool, world


def test_c14_availability() -> None:
    """T1 flies from 2880 to 5760, T2 from 3000 to 4320."""
    r, p = world("dated"), good_plan("dated")
    assert codes(with_pool(r, available_from_min=2880), p) == set()
    assert codes(with_pool(r, available_from_min=2881), p) == {"C14"}
    assert codes(with_pool(r, available_until_min=5760), p) == set()
    assert codes(with_pool(r, available_until_min=5759), p) == {"C14"}


def test_c14_maintenance_dated() -> None:
    r, p = world("dated"), good_plan("dated")

    def serviced(start: int, end: int, **changes: Any) -> set[str]:
        return codes(with_pool(r, maintenance=(Window(start, end),), **changes), p)

    assert serviced(0, 2880) == set()
    assert serviced(0, 2881) == {"C14"}
    assert serviced(5759, 6000) == {"C14"}
    assert serviced(5760, 6000) == set()
    assert serviced(3500, 3600) == {"C14"}  # on the ground, but at LUX
    assert serviced(0, 100, base="NNG") == {"C14"}  # stands at CGO, not at its base


def test_c14_maintenance_cyclic() -> None:
    """F2 is under way from 9000 to 10360, minute 280 of the week."""
    p = only_flights(good_plan("cyclic"), 0, 1)
    r = with_pool(world("cyclic"), tails=("T1",))
    for start, end, found in (
        (279, 300, {"C14"}),
        (280, 300, set()),
        (8000, 9000, set()),
        (8000, 9001, {"C14"}),
        (10_000, 10_100, {"C14"}),
    ):
        assert codes(with_pool(r, maintenance=(Window(start, end),)), p) == found


def test_c14_block_hours_dated() -> None:
    """T1: 300 + 320 + 600 + 620 + 620 = 2460 min; T2: 1200 min."""
    r, p = world("dated"), good_plan("dated")
    assert codes(with_pool(r, max_block_min=2460), p) == set()
    assert codes(with_pool(r, max_block_min=2459), p) == {"C14"}
    assert codes(with_pool(r, min_block_min=1200), p) == set()
    assert codes(with_pool(r, min_block_min=1201), p) == {"C14"}


def test_c14_block_hours_cyclic_are_totals() -> None:
    """3660 min in all, by two tails."""
    r, p = world("cyclic"), good_plan("cyclic")
    assert codes(with_pool(r, max_block_min=1830), p) == set()
    assert codes(with_pool(r, max_block_min=1829), p) == {"C14"}
    assert codes(with_pool(r, min_block_min=1830), p) == set()
    assert codes(with_pool(r, min_block_min=1831), p) == {"C14"}


def test_c14_returned_tail_flies_nothing() -> None:
    wet = {"acmi": True, "returnable": True}
    r, p = with_pool(world("dated"), **wet), good_plan("dated")
    assert codes(r, replace(p, returned=("T2",))) == {"C14"}
    assert codes(r, replace(only_flights(p, 0, 1), returned=("T2",))) == set()
    lower = with_pool(r, min_block_min=2460)
    assert codes(lower, replace(only_flights(p, 0, 1), returned=("T2",))) == set()
    stranded = with_pool(world("dated"), tails=("T2",), start_airport="LUX", **wet)
    assert codes(stranded, Plan("world", "", (), (), (), returned=("T2",))) == set()


def test_c14_returned_tails_of_a_cyclic_pool() -> None:
    r, p = with_pool(world("cyclic"), acmi=True, returnable=True), good_plan("cyclic")
    assert codes(r, replace(p, returned=("T1",))) == {"C14"}
    alone = replace(only_flights(p, 0, 1), returned=("T1",))
    assert codes(r, alone) == set()
    assert codes(r, replace(alone, returned=("T1", "T2"))) == {"C14"}
    assert codes(with_pool(r, min_block_min=2460), alone) == set()
    assert codes(with_pool(r, min_block_min=2461), alone) == {"C14"}
    assert codes(with_pool(r, max_block_min=2459), alone) == {"C14"}
