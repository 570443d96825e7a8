"""Whatever a plan says, the audit reports and never fails."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.resolved import (
    ResolvedClosure,
    ResolvedHeldSlot,
    ResolvedInstance,
    ResolvedMarket,
    ResolvedSlotLimit,
    Window,
)
from optimizer.plan.money import MoneyLine
from optimizer.plan.plan import Flight, Load, Plan, Segment, Truck, TruckRun
from optimizer.plan.rotation import Leg, Rotation
from tests.verify_world import KINDS, WEEK, checked, edit, good_plan, with_pool, world

CODES = {f"C{number}" for number in (0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 14, 15, 17)}
MINUTES = st.integers(-2 * WEEK, 3 * WEEK) | st.integers(-(10**30), 10**30)
GRAMS = st.integers(-10, 10**8) | st.integers(-(10**30), 10**30)
INDEX = st.integers(-3, 5)


def _one_of(*known: str) -> st.SearchStrategy[str]:
    return st.sampled_from([*known, "", "nonsense"])


LEGS = st.builds(
    Leg,
    origin=_one_of("CGO", "LUX", "LGG", "KGF"),
    destination=_one_of("CGO", "LUX", "LGG", "KGF"),
    off_block_min=MINUTES,
    on_block_min=MINUTES,
    stop=st.sampled_from(["full", "technical", "nap"]),
)
FLIGHTS = st.builds(
    Flight,
    id=_one_of("F1", "F2"),
    pool=_one_of("P"),
    tail=_one_of("T1", "T2"),
    rotation=st.builds(
        Rotation,
        operator=_one_of("CV"),
        type=_one_of("T"),
        legs=st.lists(LEGS, max_size=3).map(tuple),
    ),
)
TRUCKS = st.none() | st.builds(Truck, lane=_one_of("Yiwu-CGO"), dispatch_min=MINUTES)
SEGMENTS = st.builds(
    Segment, flight=_one_of("F1", "F2"), uplift_leg=INDEX, discharge_leg=INDEX, weeks_later=INDEX
)
LOADS = st.builds(
    Load,
    consignment=_one_of("OUT", "BACK", "LIEGE"),
    grams=GRAMS,
    feeder=TRUCKS,
    segments=st.lists(SEGMENTS, max_size=2).map(tuple),
    delivery=TRUCKS,
)
RUNS = st.builds(
    TruckRun,
    lane=_one_of("Yiwu-CGO", "CGO-Yiwu"),
    dispatch_min=MINUTES,
    customs=_one_of("standard", "direct"),
    trucks=GRAMS,
)
MONEY = st.builds(MoneyLine, code=_one_of("K1", "R1"), item=st.just("x"), amount_micro=GRAMS)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Parts of a good plan among parts that need not make sense."""
    good = good_plan(draw(st.sampled_from(KINDS)))

    def some(sound: tuple[Any, ...], wild: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        kept = [item for item in sound if draw(st.booleans())]
        return tuple(draw(st.permutations(kept + draw(st.lists(wild, max_size=3)))))

    return Plan(
        instance="world",
        resolved_digest=draw(st.sampled_from(["", "0"])),
        flights=some(good.flights, FLIGHTS),
        loads=some(good.loads, LOADS),
        trucks=some(good.trucks, RUNS),
        returned=some((), _one_of("T1", "T2")),
        money=some((), MONEY),
    )


def _limited(resolved: ResolvedInstance) -> ResolvedInstance:
    """The world with a limit of every kind."""
    window = Window(3000, 4000)
    return with_pool(
        replace(
            resolved,
            airports=edit(resolved.airports, 0, stands=(("E", 1),)),
            closures=(ResolvedClosure("LUX", "arrival", ("T",), (), (window,)),),
            slot_limits=(ResolvedSlotLimit("S", "CGO", True, True, (), window, 1),),
            held_slots=(ResolvedHeldSlot("H", "CV", "LUX", "departure", 3000, 600, 1),),
            markets=(ResolvedMarket("M", "LUX", (), None, 1, 2, 1000),),
        ),
        acmi=True,
        returnable=True,
        maintenance=(window,),
        max_block_min=1000,
        min_block_min=100,
    )


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS), plans())
def test_never_fails(kind: Any, plan: Plan) -> None:
    report = checked(_limited(world(kind)), plan)
    assert {violation.code for violation in report.violations} <= CODES
    assert report.costs_match == (not report.money_differences)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS), plans(), st.randoms())
def test_order_does_not_matter(kind: Any, plan: Plan, random: Any) -> None:
    """Flights of one name aside, which are told apart by nothing."""
    shuffled = [list(part) for part in (plan.flights, plan.loads, plan.trucks)]
    for part in shuffled:
        random.shuffle(part)
    other = Plan("world", "", *map(tuple, shuffled), plan.returned, plan.money)  # type: ignore[arg-type]
    one, two = checked(world(kind), plan), checked(world(kind), other)
    assert Counter(v.code for v in one.violations) == Counter(v.code for v in two.violations)
    assert Counter(one.money) == Counter(two.money)
