"""Minutes of the period as UTC and local instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from optimizer.domain.resolved import ResolvedInstance


class Clock:
    """Turns minutes from the start of the period into ISO 8601 instants with offsets.

    A cyclic week keeps the offsets it starts with, whatever the calendar says of later weeks.
    """

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._start = datetime.fromisoformat(resolved.period.start).astimezone(UTC)
        self._cyclic = resolved.period.cyclic
        self._zones: dict[str, tzinfo] = {a.code: self._zone(a.timezone) for a in resolved.airports}

    def _zone(self, name: str) -> tzinfo:
        if not name:
            return UTC
        zone = ZoneInfo(name)
        if not self._cyclic:
            return zone
        return timezone(self._start.astimezone(zone).utcoffset() or timedelta())

    def utc(self, minute: int) -> str:
        """The instant in UTC."""
        return self._text(minute, UTC)

    def local(self, minute: int, airport: str) -> str:
        """The instant in the local time of an airport."""
        return self._text(minute, self._zones[airport])

    def offset_min(self, minute: int, airport: str) -> int:
        """Minutes the local time of an airport is ahead of UTC."""
        offset = self._at(minute, self._zones[airport]).utcoffset() or timedelta()
        return round(offset.total_seconds() / 60)

    def day(self, minute: int, airport: str) -> str:
        """Local day of the week and time, for people: ``Tue 03:40``."""
        return self._at(minute, self._zones[airport]).strftime("%a %H:%M")

    def _text(self, minute: int, zone: tzinfo) -> str:
        return self._at(minute, zone).isoformat(timespec="minutes")

    def _at(self, minute: int, zone: tzinfo) -> datetime:
        return (self._start + timedelta(minutes=minute)).astimezone(zone)
