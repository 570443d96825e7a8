"""Local rules as minutes of the period, UTC.

A local time that a clock change skips or repeats is read with the offset in force before the change
(PEP 495, ``fold=0``). A cyclic week has one offset for each zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from optimizer.domain.base import Movement
from optimizer.domain.period import WEEK_MIN, Period
from optimizer.domain.resolved import Window
from optimizer.resolve.findings import Findings

DAY_MIN = 1440
EVERY_DAY = "1234567"

Kind = Literal["arrival", "departure"]


class Calendar:
    """Turns instants and local times into minutes from the start of the period.

    Args:
        period: The period.
        findings: Notes unknown zones, and those that change their offset in a cyclic week.
    """

    def __init__(self, period: Period, findings: Findings) -> None:
        self.cyclic = period.kind == "cyclic"
        self.length_min = period.length_min
        self._start = period.start.astimezone(UTC)
        self._findings = findings
        self._zones: dict[str, ZoneInfo] = {}

    def minute(self, instant: datetime) -> int:
        """Minute of an instant."""
        return (instant - self._start) // timedelta(minutes=1)

    def zone(self, name: str) -> ZoneInfo:
        """A zone by its IANA name; UTC, and a finding, if there is none of that name."""
        if name not in self._zones:
            self._zones[name] = self._load(name)
        return self._zones[name]

    def windows(
        self,
        zone: str,
        days: str | None,
        day: date | None,
        from_local: str,
        to_local: str,
        *,
        lead_min: int = 0,
    ) -> tuple[Window, ...]:
        """UTC windows of a local rule, one for each local date it begins on.

        Dated: those that touch the period, or the minutes before it that lead up to it. Cyclic:
        starts lie in [0, 10080).
        """
        start, end = clock_min(from_local), clock_min(to_local)
        if end <= start:
            end += DAY_MIN
        if self.cyclic:
            starts = self._weekly(zone, days, start)
            return tuple(Window(s, s + end - start) for s in starts)
        windows = []
        for local_date in self._dates(days, day):
            window = Window(
                self._instant_min(zone, local_date, start), self._instant_min(zone, local_date, end)
            )
            if window.start_min < window.end_min and self._touches(window, lead_min):
                windows.append(window)
        return tuple(sorted(windows, key=_bounds))

    def moments(
        self, zone: str, days: str | None, day: date | None, at_local: str, tolerance_min: int
    ) -> tuple[int, ...]:
        """Minutes of a local time of day that are within a tolerance of the period."""
        at = clock_min(at_local)
        if self.cyclic:
            return tuple(self._weekly(zone, days, at))
        minutes = {self._instant_min(zone, d, at) for d in self._dates(days, day)}
        last = self.length_min + tolerance_min
        return tuple(sorted(m for m in minutes if -tolerance_min <= m <= last))

    def complement(self, windows: Iterable[Window]) -> tuple[Window, ...]:
        """The times of the period outside of the windows.

        Dated: within [0, P], P included. Cyclic: over the whole week, past its end if need be.
        """
        pieces = list(windows)
        end = self.length_min + 1
        if self.cyclic:
            end = WEEK_MIN
            pieces += [Window(w.start_min - WEEK_MIN, w.end_min - WEEK_MIN) for w in pieces]
        gaps = []
        free_from = 0
        for window in sorted(pieces, key=_bounds):
            if window.start_min > free_from:
                gaps.append(Window(free_from, min(window.start_min, end)))
            free_from = max(free_from, window.end_min)
            if free_from >= end:
                break
        if free_from < end:
            gaps.append(Window(free_from, end))
        if self.cyclic and len(gaps) > 1 and gaps[0].start_min == 0 and gaps[-1].end_min == end:
            first = gaps.pop(0)
            gaps[-1] = Window(gaps[-1].start_min, end + first.end_min)
        return tuple(gaps)

    def _load(self, name: str) -> ZoneInfo:
        try:
            zone = ZoneInfo(name)
        except (KeyError, OSError, ValueError):
            self._findings.add(
                "unknown-zone",
                "airports",
                "there is no such time zone",
                column="timezone",
                value=name,
                expected="an IANA zone, for example Asia/Shanghai",
            )
            return ZoneInfo("UTC")
        if self.cyclic:
            self._check_offset(name, zone)
        return zone

    def _check_offset(self, name: str, zone: ZoneInfo) -> None:
        hours = (self._start + timedelta(hours=h) for h in range(WEEK_MIN // 60))
        offsets = {hour.astimezone(zone).utcoffset() for hour in hours}
        if len(offsets) > 1:
            self._findings.add(
                "zone-changes-offset",
                "instance",
                f"the clocks of {name} change in this cyclic week",
                column="period.start",
                value=self._start.date().isoformat(),
                expected="a week without clock changes at any airport in use",
            )

    def _weekly(self, zone: str, days: str | None, minute_of_day: int) -> list[int]:
        offset = self._start.astimezone(self.zone(zone)).utcoffset() or timedelta()
        offset_min = offset // timedelta(minutes=1)
        return sorted(
            ((int(d) - 1) * DAY_MIN + minute_of_day - offset_min) % WEEK_MIN
            for d in days or EVERY_DAY
        )

    def _dates(self, days: str | None, day: date | None) -> Iterable[date]:
        """Local dates of a rule that may touch the period, in whatever zone."""
        first = self._start.date() - timedelta(days=3)
        last = (self._start + timedelta(minutes=self.length_min)).date() + timedelta(days=3)
        if day is not None:
            return (day,) if first <= day <= last else ()
        span = (first + timedelta(days=i) for i in range((last - first).days + 1))
        return (d for d in span if str(d.isoweekday()) in (days or EVERY_DAY))

    def _instant_min(self, zone: str, local_date: date, minute_of_day: int) -> int:
        days, minute = divmod(minute_of_day, DAY_MIN)
        clock = time(minute // 60, minute % 60)
        local = datetime.combine(local_date + timedelta(days=days), clock, self.zone(zone))
        return self.minute(local.astimezone(UTC))

    def _touches(self, window: Window, lead_min: int) -> bool:
        return window.end_min > -lead_min and window.start_min <= self.length_min


def clock_min(clock: str) -> int:
    """Minutes from midnight of ``HH:MM``."""
    return int(clock[:2]) * 60 + int(clock[3:])


def cut(window: Window, window_min: int | None) -> tuple[Window, ...]:
    """A span in windows of a length, counted from its start; the rest is a window too."""
    if window_min is None:
        return (window,)
    starts = range(window.start_min, window.end_min, window_min)
    return tuple(Window(s, min(s + window_min, window.end_min)) for s in starts)


def kinds(movement: Movement) -> tuple[Kind, ...]:
    """The movements a rule is about: `any` is both."""
    return ("arrival", "departure") if movement == "any" else (movement,)


def _bounds(window: Window) -> tuple[int, int]:
    return window.start_min, window.end_min
