"""Local rules become UTC windows: clock changes, cyclic weeks, complements, cutting."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.resolved import Window
from optimizer.errors import InstanceError
from optimizer.resolve.calendar import Calendar, clock_min, cut
from optimizer.resolve.findings import Findings
from tests.builders import period

ZONES = ("UTC", "Asia/Shanghai", "Europe/Luxembourg", "America/Chicago", "Asia/Kolkata")
CLOCKS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from((0, 15, 30)))
DAYS = st.none() | st.sets(st.sampled_from("1234567"), min_size=1).map(sorted).map("".join)


def calendar(kind: str = "dated", days: int = 7, start: str = "2025-06-02T00:00Z") -> Calendar:
    return Calendar(period(kind, days, start), Findings())


def holds(windows: tuple[Window, ...], minute: int, cycle_min: int | None = None) -> bool:
    shifts = (0,) if cycle_min is None else (0, cycle_min)
    return any(w.start_min <= minute + s < w.end_min for w in windows for s in shifts)


@pytest.mark.parametrize(
    ("start", "begin", "hours"),
    [("2025-10-25T00:00Z", 21 * 60, 8), ("2025-03-29T00:00Z", 22 * 60, 6)],
)
def test_a_night_with_a_clock_change_is_longer_or_shorter(
    start: str, begin: int, hours: int
) -> None:
    windows = calendar(days=3, start=start).windows(
        "Europe/Luxembourg", None, None, "23:00", "06:00"
    )
    assert Window(begin, begin + 60 * hours) in windows
    others = [w for w in windows if w.start_min != begin]
    assert {w.end_min - w.start_min for w in others} == {7 * 60}


def test_a_skipped_or_repeated_time_has_the_offset_before_the_change() -> None:
    spring = calendar(days=2, start="2025-03-29T00:00Z")
    # 02:30 does not exist on 30 March: read with +01:00 it is 01:30Z.
    assert spring.moments("Europe/Luxembourg", None, date(2025, 3, 30), "02:30", 0) == (1530,)
    autumn = calendar(days=2, start="2025-10-25T00:00Z")
    # 02:30 happens twice on 26 October: the first time, with +02:00, is 00:30Z.
    assert autumn.moments("Europe/Luxembourg", None, date(2025, 10, 26), "02:30", 0) == (1470,)


@settings(max_examples=40, deadline=None)
@given(zone=st.sampled_from(ZONES), days=DAYS, start=CLOCKS, end=CLOCKS)
def test_dated_windows_hold_what_the_local_clock_says(
    zone: str, days: str | None, start: str, end: str
) -> None:
    """In a week without clock changes: at every quarter of an hour."""
    cal = calendar(start="2025-06-04T00:00+08:00")
    windows = cal.windows(zone, days, None, start, end)
    begin, finish = clock_min(start), clock_min(end)
    for minute in range(0, cal.length_min + 1, 15):
        local = datetime(2025, 6, 3, 16, tzinfo=UTC) + timedelta(minutes=minute)
        local = local.astimezone(ZoneInfo(zone))
        of_day, today = local.hour * 60 + local.minute, str(local.isoweekday())
        yesterday = str((local - timedelta(days=1)).isoweekday())
        wanted = days or "1234567"
        if begin < finish:
            expected = begin <= of_day < finish and today in wanted
        else:
            expected = (of_day >= begin and today in wanted) or (
                of_day < finish and yesterday in wanted
            )
        assert holds(windows, minute) == expected


@settings(max_examples=40, deadline=None)
@given(zone=st.sampled_from(ZONES), days=DAYS, start=CLOCKS, end=CLOCKS)
def test_a_cyclic_week_is_a_dated_one_rolled_up(
    zone: str, days: str | None, start: str, end: str
) -> None:
    cyclic = calendar("cyclic").windows(zone, days, None, start, end)
    dated = calendar("dated").windows(zone, days, None, start, end)
    assert all(0 <= w.start_min < 10_080 for w in cyclic)
    assert len(cyclic) == len(days or "1234567")
    for minute in range(0, 10_080, 15):
        assert holds(cyclic, minute, 10_080) == holds(dated, minute)


@pytest.mark.parametrize("kind", ["dated", "cyclic"])
@settings(max_examples=40, deadline=None)
@given(zone=st.sampled_from(ZONES), days=DAYS, start=CLOCKS, end=CLOCKS)
def test_a_complement_holds_exactly_the_rest(
    kind: str, zone: str, days: str | None, start: str, end: str
) -> None:
    cal = calendar(kind)
    cycle_min = 10_080 if kind == "cyclic" else None
    windows = cal.windows(zone, days, None, start, end)
    rest = cal.complement(windows)
    for minute in range(0, 10_080 + (kind == "dated"), 15):
        assert holds(rest, minute, cycle_min) != holds(windows, minute, cycle_min)
    if kind == "cyclic":
        assert all(0 <= w.start_min < 10_080 for w in rest)


def test_the_complement_of_nothing_is_everything() -> None:
    assert calendar("dated").complement(()) == (Window(0, 10_081),)
    assert calendar("cyclic").complement(()) == (Window(0, 10_080),)


def test_a_day_ends_at_24_00_and_a_rule_may_last_a_day() -> None:
    whole = calendar("cyclic").windows("UTC", "1", None, "00:00", "24:00")
    assert whole == (Window(0, 1440),)
    assert calendar("cyclic").windows("UTC", "1", None, "06:00", "06:00") == (Window(360, 1800),)


@given(start=st.integers(-500, 500), length=st.integers(1, 2000), step=st.integers(1, 700))
def test_cutting_covers_a_span_once(start: int, length: int, step: int) -> None:
    pieces = cut(Window(start, start + length), step)
    assert pieces[0].start_min == start and pieces[-1].end_min == start + length
    assert all(a.end_min == b.start_min for a, b in pairwise(pieces))
    assert all(p.end_min - p.start_min == step for p in pieces[:-1])
    assert 0 < pieces[-1].end_min - pieces[-1].start_min <= step


def test_held_moments_reach_as_far_as_their_tolerance() -> None:
    cal = calendar(days=1)
    assert cal.moments("UTC", None, None, "23:50", 0) == (1430,)
    assert cal.moments("UTC", None, None, "23:50", 10) == (-10, 1430)
    assert cal.moments("UTC", None, None, "00:00", 0) == (0, 1440)


@pytest.mark.parametrize("start", ["2025-03-24T00:00Z", "2025-10-20T00:00Z"])
def test_a_zone_that_changes_in_a_cyclic_week_is_a_finding(start: str) -> None:
    findings = Findings()
    cal = Calendar(period("cyclic", 7, start), findings)
    cal.zone("Asia/Shanghai")
    findings.raise_if_any()
    cal.zone("Europe/Luxembourg")
    with pytest.raises(InstanceError) as caught:
        findings.raise_if_any()
    assert [f.code for f in caught.value.findings] == ["zone-changes-offset"]


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc", "Asia"])
def test_an_unknown_zone_is_a_finding(name: str) -> None:
    findings = Findings()
    Calendar(period(), findings).zone(name)
    with pytest.raises(InstanceError, match="time zone"):
        findings.raise_if_any()
