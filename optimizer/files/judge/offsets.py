"""UTC offsets that are surely not meant: a sign lost, a summer or a winter time mixed up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from optimizer.domain.demand import Consignment
from optimizer.domain.fleet import FleetRow
from optimizer.errors import Finding
from optimizer.files.judge.index import Index
from optimizer.files.judge.times import iso
from optimizer.files.place import Place


def odd_offsets(index: Index) -> Iterator[Finding]:
    """Instants whose offset is neither UTC's nor that of either end or a gateway at that time."""
    if not index.is_whole("airports", "lanes"):
        return
    joined = _joined_airports(index)
    for place, row in index.typed_rows("demand", Consignment):
        ends = {end: joined.get(end, set()) | {end} for end in (row.origin, row.destination)}
        yield from _odd(index, place, "ready_at", row.ready_at, row.origin, ends)
        yield from _odd(index, place, "due_at", row.due_at, row.destination, ends)
    for place, tail in index.typed_rows("fleet", FleetRow):
        start, end = tail.start_airport or tail.base, tail.end_airport or tail.base
        ends = {start: {start}, end: {end}}
        if tail.available_from:
            yield from _odd(index, place, "available_from", tail.available_from, start, ends)
        if tail.available_until:
            yield from _odd(index, place, "available_until", tail.available_until, end, ends)


def _joined_airports(index: Index) -> dict[str, set[str]]:
    """By place: what is at the other end of its lanes."""
    joined: dict[str, set[str]] = {}
    for lane in index.lanes:
        joined.setdefault(lane.origin, set()).add(lane.destination)
        joined.setdefault(lane.destination, set()).add(lane.origin)
    return joined


def _odd(
    index: Index,
    place: Place,
    column: str,
    instant: datetime,
    where: str,
    ends: Mapping[str, set[str]],
) -> Iterator[Finding]:
    """Judge one instant at `where`, one of the ends with the airports there."""
    stated, airports = instant.utcoffset(), set().union(*ends.values())
    local = _offsets(index, instant, ends[where])
    usual = _offsets(index, instant, airports | set(index.instance.gateways))
    if not local or not stated or stated in usual:  # UTC is always right
        return
    at_place = " or ".join(_written(offset) for offset in sorted(local))
    meant = f"{iso(instant.replace(tzinfo=None))}{_written(min(local))}"
    yield place.warning(
        column,
        f"at {where} the UTC offset is {at_place} at that time",
        code="odd-offset",
        value=iso(instant),
        expected=f"{meant}, if local time is meant",
    )


def _offsets(index: Index, instant: datetime, airports: Iterable[str]) -> set[timedelta]:
    """UTC offsets at some airports; nothing for those without a zone."""
    offsets = set()
    for airport in airports:
        offset = _offset(index.timezone(airport), instant)
        if offset is not None:
            offsets.add(offset)
    return offsets


@lru_cache(maxsize=1 << 16)  # instants of demand recur, and so do those of variants
def _offset(zone: str, instant: datetime) -> timedelta | None:
    """UTC offset of a zone at an instant; None if there is no such zone."""
    try:
        return instant.astimezone(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        return None


def _written(offset: timedelta) -> str:
    sign, minutes = ("-" if offset < timedelta(0) else "+"), abs(offset) // timedelta(minutes=1)
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"


CHECKS = (odd_offsets,)
