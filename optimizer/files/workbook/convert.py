"""A cell of a workbook as the text a CSV file would hold, or what is wrong with it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from optimizer.files.cells import Diagnosis
from optimizer.files.kinds import Kind
from optimizer.files.workbook.grid import Cell

ZONE_KEY = "excel_times_in"
"""Key of the sheet ``instance``: the zone of dates with time that carry no offset."""

_OFFSET = re.compile(r"^([+-])(\d{2}):(\d{2})$")


def zone_of(text: str) -> tzinfo | None:
    """The zone a planner names: ``UTC``, an offset such as ``+08:00``, or ``Asia/Shanghai``."""
    if text.upper() in {"UTC", "Z"}:
        return timezone.utc  # noqa: UP017
    if match := _OFFSET.match(text):
        size = timedelta(hours=int(match[2]), minutes=int(match[3]))
        if size > timedelta(hours=14) or int(match[3]) > 59:
            return None
        return timezone(-size if match[1] == "-" else size)
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, KeyError):  # no such zone, or no name of one at all
        return None


def as_text(cell: Cell, kind: Kind, zone: tzinfo | None) -> str | Diagnosis:
    """What a CSV file would hold in place of a cell.

    Args:
        cell: The cell.
        kind: What its column takes.
        zone: Where clocks of dates with time are read; None if nothing is stated.
    """
    value = cell.value
    if cell.fault:
        return Diagnosis("formula-error", cell.fault)
    if isinstance(value, bool):
        if kind in (Kind.NAME, Kind.TEXT, Kind.LIST, Kind.AIRPORT, Kind.COUNTRY):
            return Diagnosis("wrong-kind", "the spreadsheet turned a word into true or false")
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value).removesuffix(".0")
    if isinstance(value, date | time | timedelta):
        return _moment(value, kind, zone)
    return str(value).strip()


def _moment(value: date | time | timedelta, kind: Kind, zone: tzinfo | None) -> str | Diagnosis:
    if isinstance(value, datetime):
        # a day number in floats misses the second by some microseconds
        value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    if kind in (Kind.INSTANT, Kind.INSTANTS) and isinstance(value, datetime):
        return _instant(value, zone)
    if kind is Kind.DATE and isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if kind is Kind.CLOCK and not isinstance(value, date):
        return _clock(value)
    if kind in (Kind.INSTANT, Kind.DATE, Kind.CLOCK, Kind.NUMBER, Kind.INTEGER):
        return str(value) if isinstance(value, time | timedelta) else value.isoformat()
    return Diagnosis("date-mangled", "the spreadsheet turned this into a date or time")


def _clock(value: time | timedelta) -> str:
    if isinstance(value, time):
        value = timedelta(
            hours=value.hour,
            minutes=value.minute,
            seconds=value.second,
            microseconds=value.microsecond,
        )
    seconds = round(value.total_seconds())
    if seconds % 60 or seconds < 0:
        return str(timedelta(seconds=seconds))
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def _instant(value: datetime, zone: tzinfo | None) -> str | Diagnosis:
    shown = value.strftime("%Y-%m-%dT%H:%M")
    if value.second:
        return Diagnosis("not-whole-minute", "instants are whole minutes")
    if zone is None:
        problem = (
            "a date with time, and no zone is stated: write text with an offset, or a row "
            f"{ZONE_KEY} in the sheet instance"
        )
        return Diagnosis("no-offset", problem, f"{shown}+08:00")
    local = value.replace(tzinfo=zone)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        problem = "the clocks of the stated zone change here: the time is there twice or not at all"
        return Diagnosis("ambiguous-time", problem)
    return local.isoformat(timespec="minutes")
