"""The audit's own arithmetic against slower or better known ways to do it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import networkx as nx
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.period import Period
from optimizer.domain.resolved import ResolvedHeldSlot, Window
from optimizer.verify.intervals import distance_min, holds, overlap, peak
from optimizer.verify.movements import Movement, unmatched
from optimizer.verify.rederive.clock import Clock
from optimizer.verify.rederive.geodesy import distance_m
from tests.verify_world import good_plan

CYCLE = 20
SPANS = st.tuples(st.integers(-30, 30), st.integers(0, 50)).map(lambda x: (x[0], x[0] + x[1]))
CYCLES = st.sampled_from([None, CYCLE])


def _minutes(start: int, end: int, cycle: int | None) -> list[int]:
    """Every minute of an interval, a week's by its place in the week."""
    return [m if cycle is None else m % cycle for m in range(start, end)]


@given(st.lists(SPANS, max_size=6), CYCLES)
def test_peak_counts_minute_by_minute(spans: list[tuple[int, int]], cycle: int | None) -> None:
    counts: dict[int, int] = {}
    for start, end in spans:
        for minute in _minutes(start, end, cycle):
            counts[minute] = counts.get(minute, 0) + 1
    most, at = peak(spans, cycle)
    assert most == max(counts.values(), default=0)
    if counts:
        first = min(m for m, n in counts.items() if n == most)
        assert at == first


@given(SPANS, st.integers(-50, 100), CYCLES)
def test_holds(span: tuple[int, int], minute: int, cycle: int | None) -> None:
    place = minute if cycle is None else minute % cycle
    assert holds(Window(*span), minute, cycle) == (place in _minutes(*span, cycle))


@given(SPANS, SPANS, CYCLES)
def test_overlap(one: tuple[int, int], two: tuple[int, int], cycle: int | None) -> None:
    shared = set(_minutes(*one, cycle)) & set(_minutes(*two, cycle))
    assert overlap(*one, Window(*two), cycle) == bool(shared)


@given(st.integers(-99, 99), st.integers(-99, 99))
def test_distance_is_the_shorter_way_round(a: int, b: int) -> None:
    assert distance_min(a, b, None) == abs(a - b)
    assert distance_min(a, b, CYCLE) == min(abs(a - b + k * CYCLE) for k in range(-12, 13))


@given(
    st.lists(st.integers(0, 19), max_size=5),
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 6), st.integers(1, 2)), max_size=4),
    CYCLES,
)
def test_matching_leaves_as_few_as_possible(
    minutes: list[int], slots: list[tuple[int, int, int]], cycle: int | None
) -> None:
    flight = good_plan("dated").flights[0]
    moves = [Movement(flight, 0, "arrival", "LUX", minute) for minute in minutes]
    held = [
        ResolvedHeldSlot(str(i), "CV", "LUX", "arrival", minute, tolerance, number)
        for i, (minute, tolerance, number) in enumerate(slots)
    ]
    graph: nx.Graph[tuple[str, int]] = nx.Graph()
    graph.add_nodes_from(("move", m) for m in range(len(moves)))
    places = [slot for slot in held for _ in range(slot.slots)]
    graph.add_edges_from(
        (("move", m), ("slot", p))
        for m, move in enumerate(moves)
        for p, slot in enumerate(places)
        if distance_min(move.minute, slot.minute, cycle) <= slot.tolerance_min
    )
    best = nx.max_weight_matching(graph, maxcardinality=True)
    left = unmatched(moves, held, cycle)
    assert len(left) == len(moves) - len(best)


POSITIONS = st.tuples(st.floats(-89, 89), st.floats(-180, 180))


@settings(max_examples=300)
@given(POSITIONS, POSITIONS)
def test_great_circles(here: tuple[float, float], there: tuple[float, float]) -> None:
    """To a millimetre, but for points nearly opposite each other: there to half a per cent."""
    best = Geodesic.WGS84.Inverse(*here, *there)["s12"]
    own = distance_m(here, there)
    if best < 19_900_000:
        assert own == pytest.approx(best, abs=1e-3, rel=0)
    else:
        assert own == pytest.approx(best, rel=0.005)


ZONES = st.sampled_from(
    ["Europe/Luxembourg", "Asia/Shanghai", "America/Chicago", "Australia/Sydney", "Asia/Kolkata"]
)


@settings(max_examples=200, deadline=None)
@given(
    ZONES,
    st.dates(date(2025, 1, 1), date(2026, 12, 1)),
    st.integers(1, 40),
    st.integers(0, 1439),
    st.integers(0, 1440),
)
def test_clock_reads_local_times_as_python_does(
    zone: str, start: date, days: int, from_min: int, to_min: int
) -> None:
    """PEP 495: fold=0 is the offset in force before the change, skipped or repeated."""
    begin = datetime(start.year, start.month, start.day, tzinfo=UTC)
    clock = Clock(Period(kind="dated", start=begin, days=days))
    from_local, to_local = (f"{m // 60:02d}:{m % 60:02d}" for m in (from_min, to_min))
    windows = set(clock.windows(zone, None, None, from_local, to_local))
    for number in range(-2, days + 2):
        midnight = datetime(start.year, start.month, start.day) + timedelta(days=number)
        later = to_min if to_min > from_min else to_min + 1440
        ends = [
            (midnight + timedelta(minutes=m)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
            for m in (from_min, later)
        ]
        window = Window(*((end - begin) // timedelta(minutes=1) for end in ends))
        assert (window in windows) == (window.start_min < window.end_min)


def test_ban_over_a_clock_change() -> None:
    """23:00 to 06:00 in Luxembourg lasts 8 h on 25 October 2025, 6 h on 29 March."""
    for start, hours in (("2025-10-25", 8), ("2025-03-29", 6), ("2025-07-01", 7)):
        begin = datetime.fromisoformat(f"{start}T00:00+00:00")
        clock = Clock(Period(kind="dated", start=begin, days=1))
        day = begin.date()
        (window,) = clock.windows("Europe/Luxembourg", None, day, "23:00", "06:00")
        assert window.end_min - window.start_min == 60 * hours


def test_cyclic_windows_start_in_the_week() -> None:
    monday = datetime(2025, 6, 2, tzinfo=UTC)
    clock = Clock(Period(kind="cyclic", start=monday))
    windows = clock.windows("Asia/Shanghai", "1", None, "02:00", "06:00")
    assert windows == [Window(10_080 - 360, 10_080 - 120)]
    assert clock.moments("Asia/Shanghai", "17", None, "08:00") == [0, 8640]
