"""What a cyclic week cannot hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from optimizer.domain.feeder import Lane
from optimizer.domain.fleet import FleetRow
from optimizer.domain.period import WEEK_MIN
from optimizer.domain.rules import RECURRING
from optimizer.errors import Finding
from optimizer.files.judge.index import Index

DATED_FLEET = ("start_airport", "end_airport", "available_from", "available_until")
"""Fields of a tail that only a dated period has."""


def dated_fields(index: Index) -> Iterator[Finding]:
    """Lines that start and end, and rules for one date."""
    for place, row in index.typed_rows("fleet", FleetRow):
        for column in DATED_FLEET:
            value = getattr(row, column)
            if value is not None:
                yield place.finding(
                    column,
                    "a cyclic week has no beginning and no end",
                    code="dated-only",
                    value=value,
                    expected="a blank, or a dated period",
                )
    for table, record in RECURRING:
        for place, rule in index.typed_rows(table, record):
            if rule.date is not None:
                yield place.finding(
                    "date",
                    "a cyclic week has days, not dates",
                    code="dated-only",
                    value=rule.date,
                    expected="days",
                )


def uneven_dispatches(index: Index) -> Iterator[Finding]:
    """Dispatch windows that do not repeat every week (C12)."""
    for place, row in index.typed_rows("lanes", Lane):
        if WEEK_MIN % row.dispatch_every_min:
            yield place.finding(
                "dispatch_every_min",
                "the dispatches do not repeat every week",
                code="uneven-dispatch",
                value=row.dispatch_every_min,
                expected=f"a divisor of {WEEK_MIN}, such as 360 or 720",
            )


def changing_clocks(index: Index) -> Iterator[Finding]:
    """Stated airports whose clocks change in the week."""
    start = index.instance.period.start
    end = start + timedelta(minutes=WEEK_MIN - 1)
    for code, row in index.stated_airports.items():
        known = index.reference.airports.get(code)
        name = row.timezone or (known.timezone if known else None) or "UTC"
        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue  # told elsewhere
        if start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset():
            yield index.places.setting("period", "start").finding(
                "period.start",
                f"the clocks of {code} change in this week",
                code="clock-change",
                value=start.date(),
                expected="a week without clock changes",
            )


CHECKS = (dated_fields, uneven_dispatches, changing_clocks)
"""Checks of a cyclic period only."""
