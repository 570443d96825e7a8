"""Local rules as minutes of the period, by walking along each zone's clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from datetime import date as Date  # noqa: N812 - a field of the rules is called date
from zoneinfo import ZoneInfo

from optimizer.domain.period import Period
from optimizer.domain.resolved import Window

DAY_MIN = 1440
MARGIN_DAYS = 4
"""Days walked before and after the period: more than any zone or rule reaches over its ends."""


class Clock:
    """Minutes of a period; local times by the offsets found on the way."""

    def __init__(self, period: Period) -> None:
        self.cyclic = period.kind == "cyclic"
        self.length_min = period.length_min
        self.cycle_min = period.length_min if self.cyclic else None
        self._start = period.start.astimezone(UTC)
        self._days = period.days
        self._segments: dict[str, list[tuple[int, int]]] = {}

    def minute(self, instant: datetime) -> int:
        """Minute of an instant."""
        return int((instant - self._start).total_seconds()) // 60

    def windows(
        self, zone: str, days: str | None, date: Date | None, start: str, end: str
    ) -> list[Window]:
        """Windows of a local rule, one for each local date; cyclic: starts within the week."""
        from_min, to_min = _of_day(start), _of_day(end)
        if to_min <= from_min:
            to_min += DAY_MIN
        found = []
        for midnight in self._midnights(days, date):
            begin = self._utc(zone, midnight + from_min)
            finish = self._utc(zone, midnight + to_min)
            if self.cycle_min is not None:
                begin, finish = begin % self.cycle_min, finish + begin % self.cycle_min - begin
            if begin < finish:
                found.append(Window(begin, finish))
        return found

    def moments(self, zone: str, days: str | None, date: Date | None, at: str) -> list[int]:
        """Minutes of a local time of day."""
        minutes = [self._utc(zone, m + _of_day(at)) for m in self._midnights(days, date)]
        return [m % self.cycle_min for m in minutes] if self.cycle_min is not None else minutes

    def _midnights(self, days: str | None, date: Date | None) -> Iterable[int]:
        """Local midnights as minutes a clock set to local time shows since the period's start."""
        first = 0 if self.cyclic else -MARGIN_DAYS
        last = self._days if self.cyclic else self._days + MARGIN_DAYS
        naive = self._start.replace(tzinfo=None)
        for number in range(first, last):
            day = naive.date() + timedelta(days=number)
            wanted = (
                day == date if date is not None else str(day.isoweekday()) in (days or "1234567")
            )
            if wanted:
                yield (datetime(day.year, day.month, day.day) - naive) // timedelta(minutes=1)

    def _utc(self, zone: str, local_min: int) -> int:
        """Minute at which the zone's clock shows a time.

        Shown twice: the first time. Never shown: by the offset in force before the change.
        """
        segments = self._offsets(zone)
        ends = [start for start, _ in segments[1:]]
        before = segments[0][1]
        for (start, offset), end in zip(segments, ends, strict=False):
            minute = local_min - offset
            if minute < start:
                return local_min - before
            if minute < end:
                return minute
            before = offset
        start, offset = segments[-1]
        minute = local_min - offset
        return minute if minute >= start else local_min - before

    def _offsets(self, zone: str) -> list[tuple[int, int]]:
        """Offsets of a zone in minutes, each with the minute from which it holds."""
        if zone not in self._segments:
            first = -2 * MARGIN_DAYS * DAY_MIN
            last = self.length_min - first
            if self.cyclic:
                first, last = 0, 0
            segments = [(-(10**9), self._offset(zone, first))]
            for day in range(first, last, DAY_MIN):
                if self._offset(zone, day + DAY_MIN) == segments[-1][1]:
                    continue
                for minute in range(day + 1, day + DAY_MIN + 1):
                    offset = self._offset(zone, minute)
                    if offset != segments[-1][1]:
                        segments.append((minute, offset))
            self._segments[zone] = segments
        return self._segments[zone]

    def _offset(self, zone: str, minute: int) -> int:
        local = (self._start + timedelta(minutes=minute)).astimezone(ZoneInfo(zone))
        offset = local.utcoffset() or timedelta()
        return round(offset.total_seconds() / 60)


def _of_day(clock: str) -> int:
    hour, minute = clock.split(":")
    return 60 * int(hour) + int(minute)
