"""Times that cannot be, and times that are surely not meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from optimizer.domain.demand import Consignment
from optimizer.domain.fleet import FleetRow, Maintenance
from optimizer.domain.instance import TABLES
from optimizer.domain.period import WEEK_MIN
from optimizer.domain.rules import RECURRING
from optimizer.errors import Finding
from optimizer.files.judge.index import Index
from optimizer.files.kinds import Kind, field_kinds
from optimizer.files.place import Place

YEARS = range(1970, 2200)
"""Years that anything planned can lie in."""

EARLY_DAYS = 31
"""Cargo that was ready longer ago than this is probably misdated."""

LATE_DAYS = 92
"""Cargo that may arrive later than this after the period is probably misdated."""


def _start(index: Index) -> datetime:
    return index.instance.period.start


def _end(index: Index) -> datetime:
    return _start(index) + timedelta(days=index.instance.period.days)


def iso(instant: datetime) -> str:
    """An instant as files write it."""
    return instant.isoformat(timespec="minutes")


def impossible_years(index: Index) -> Iterator[Finding]:
    """Instants and dates centuries away; nothing else is judged while there are any."""
    if index.instance.period.start.year not in YEARS:
        yield _year(index.places.setting("period", "start"), "period.start", _start(index))
    for table, record in TABLES.items():
        names = [
            name
            for name, kind in field_kinds(record).items()
            if kind in (Kind.INSTANT, Kind.INSTANTS, Kind.DATE)
        ]
        for place, row in index.rows(table):
            for column in names:
                stated = getattr(row, column)
                for value in stated if isinstance(stated, tuple) else (stated,):
                    if value is not None and value.year not in YEARS:
                        yield _year(place, column, value)


def _year(place: Place, column: str, value: date) -> Finding:
    text = iso(value) if isinstance(value, datetime) else _date(value)
    return place.finding(
        column,
        "the year cannot be meant",
        code="impossible-year",
        value=text,
        expected=f"a year from {YEARS[0]} to {YEARS[-1]}",
    )


def consignment_times(index: Index) -> Iterator[Finding]:
    """Due before ready; ready after the period or due before it (C11)."""
    start, end = _start(index), _end(index)
    for place, row in index.typed_rows("demand", Consignment):
        if row.due_at <= row.ready_at:
            yield place.finding(
                "due_at",
                "the consignment is due before it is ready",
                code="due-before-ready",
                value=iso(row.due_at),
                expected=f"after {iso(row.ready_at)}",
            )
        elif index.instance.period.kind == "dated" and row.ready_at >= end:
            yield place.finding(
                "ready_at",
                "the consignment is ready after the period has ended",
                code="outside-period",
                value=iso(row.ready_at),
                expected=f"before {iso(end)}",
            )
        elif index.instance.period.kind == "dated" and row.due_at <= start:
            yield place.finding(
                "due_at",
                "the consignment is due before the period starts",
                code="outside-period",
                value=iso(row.due_at),
                expected=f"after {iso(start)}",
            )


def misdated_consignments(index: Index) -> Iterator[Finding]:
    """Ready long before the period, or due long after it."""
    start, end = _start(index), _end(index)
    early, late = start - timedelta(days=EARLY_DAYS), end + timedelta(days=LATE_DAYS)
    for place, row in index.typed_rows("demand", Consignment):
        if row.ready_at < early:
            yield place.warning(
                "ready_at",
                f"ready more than {EARLY_DAYS} days before the period",
                code="misdated",
                value=iso(row.ready_at),
                expected=f"about {iso(start)}",
            )
        if row.due_at > late:
            yield place.warning(
                "due_at",
                f"due more than {LATE_DAYS} days after the period",
                code="misdated",
                value=iso(row.due_at),
                expected=f"about {iso(end)}",
            )


def maintenance_times(index: Index) -> Iterator[Finding]:
    """Maintenance that ends before it begins, lies outside of the period, or never ends (C14)."""
    cyclic = index.instance.period.kind == "cyclic"
    for place, row in index.typed_rows("maintenance", Maintenance):
        if row.end <= row.start:
            yield place.finding(
                "end",
                "the maintenance ends before it begins",
                code="end-before-start",
                value=iso(row.end),
                expected=f"after {iso(row.start)}",
            )
        elif cyclic and row.end - row.start > timedelta(minutes=WEEK_MIN):
            yield place.finding(
                "end",
                "the maintenance lasts longer than the week that repeats",
                code="outside-period",
                value=iso(row.end),
                expected="at most seven days",
            )
        elif not cyclic and (row.end <= _start(index) or row.start >= _end(index)):
            yield place.warning(
                "start",
                "the maintenance lies outside of the period",
                code="outside-period",
                value=iso(row.start),
                expected=f"between {iso(_start(index))} and {iso(_end(index))}",
            )


def availability(index: Index) -> Iterator[Finding]:
    """Tails that are never there (C14)."""
    for place, row in index.typed_rows("fleet", FleetRow):
        begin = row.available_from or _start(index)
        end = row.available_until or _end(index)
        if row.available_from and row.available_until and end <= begin:
            yield place.finding(
                "available_until",
                "the tail is gone before it comes",
                code="end-before-start",
                value=iso(end),
                expected=f"after {iso(begin)}",
            )
        elif begin >= _end(index) or end <= _start(index):
            column = "available_from" if begin >= _end(index) else "available_until"
            yield place.finding(
                column,
                "the tail is not there in the period",
                code="outside-period",
                value=iso(begin if column == "available_from" else end),
                expected=f"between {iso(_start(index))} and {iso(_end(index))}",
            )


def rule_dates(index: Index) -> Iterator[Finding]:
    """Rules for a date that does not touch the period."""
    first, last = (_start(index) - timedelta(days=2)).date(), (_end(index)).date()
    last += timedelta(days=2)  # local dates may be a day ahead or behind
    for table, record in RECURRING:
        for place, row in index.typed_rows(table, record):
            if row.date is not None and not first <= row.date <= last:
                yield place.warning(
                    "date",
                    "the date lies outside of the period",
                    code="outside-period",
                    value=_date(row.date),
                    expected=f"about {_date(_start(index).date())}",
                )


def _date(day: date) -> str:
    return day.isoformat()


CHECKS = (consignment_times, misdated_consignments, maintenance_times, availability, rule_dates)
