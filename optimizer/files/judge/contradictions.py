"""Fields of one row that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from zoneinfo import available_timezones

from optimizer.domain.airports import Airport, Charge
from optimizer.domain.fleet import FleetRow, Operator
from optimizer.domain.rules import Curfew, HandlingLimit, HeldSlot, Market, SlotWindow
from optimizer.errors import Finding
from optimizer.files.judge.index import Index
from optimizer.files.place import nearest


def charge_brackets(index: Index) -> Iterator[Finding]:
    """Weight brackets that hold nothing, and night surcharges without a night (K5)."""
    for place, row in index.typed_rows("charges", Charge):
        if row.to_t is not None and row.from_t >= row.to_t:
            yield place.finding(
                "to_t",
                "the bracket ends before it begins",
                code="min-above-max",
                value=f"{row.to_t:g}",
                expected=f"more than from_t, {row.from_t:g}",
            )
        stated = (row.night_from_local is not None, row.night_to_local is not None)
        if any(stated) and not all(stated):
            column = "night_to_local" if stated[0] else "night_from_local"
            yield place.finding(
                column, "the night has only one end", code="contradiction", expected="both or none"
            )
        elif row.night_surcharge_pct and not all(stated):
            yield place.finding(
                "night_from_local",
                "a night surcharge needs the hours of the night",
                code="contradiction",
                expected="night_from_local and night_to_local",
            )


def overlapping_brackets(index: Index) -> Iterator[Finding]:
    """Two brackets of one charge that hold for the same weight: both would be paid."""
    seen: dict[tuple[str, str, str], list[tuple[Charge, int | None]]] = {}
    for place, row in index.typed_rows("charges", Charge):
        for other, line in seen.setdefault((row.airport, row.movement, row.item), []):
            begin = max(row.from_t, other.from_t)
            if row.from_t != other.from_t and begin < min(_top(row), _top(other)):
                yield place.warning(
                    "from_t",
                    f"the bracket overlaps that of row {line}; both are charged",
                    code="overlap",
                    value=f"{row.from_t:g}",
                )
        seen[row.airport, row.movement, row.item].append((row, place.row))


def _top(row: Charge) -> float:
    return float("inf") if row.to_t is None else row.to_t


def hour_limits(index: Index) -> Iterator[Finding]:
    """Least hours above most hours, or above the hours there are (C14)."""
    hours = index.instance.period.days * 24
    for place, row in index.typed_rows("fleet", FleetRow):
        if row.min_block_h is None:
            continue
        most = hours if row.max_block_h is None else min(row.max_block_h, hours)
        if row.min_block_h > most:
            yield place.finding(
                "min_block_h",
                "the least hours are more than the most hours",
                code="min-above-max",
                value=f"{row.min_block_h:g}",
                expected=f"at most {most:g}",
            )


def contract_terms(index: Index) -> Iterator[Finding]:
    """ACMI terms of a tail that is not on ACMI (K4)."""
    for place, row in index.typed_rows("fleet", FleetRow):
        if row.contract == "acmi":
            continue
        for column in ("acmi_usd_per_block_h", "acmi_guarantee_h_per_month", "returnable"):
            value = getattr(row, column)
            if value:
                yield place.finding(
                    column,
                    "an ACMI term for a tail that is owned",
                    code="contradiction",
                    value=str(value).lower(),
                    expected="contract acmi, or a blank",
                )


def frequencies(index: Index) -> Iterator[Finding]:
    """More rotations asked for than allowed, or than the spacing leaves room for (C17)."""
    length_min = index.instance.period.length_min
    cyclic = index.instance.period.kind == "cyclic"
    for place, row in index.typed_rows("markets", Market):
        least, most = row.min_rotations or 0, row.max_rotations
        if most is not None and least > most:
            yield place.finding(
                "min_rotations",
                "the least is more than the most",
                code="min-above-max",
                value=least,
                expected=f"at most {most}",
            )
        gaps = least if cyclic and least > 1 else least - 1
        if row.min_spacing_min is not None and gaps * row.min_spacing_min > length_min:
            yield place.finding(
                "min_spacing_min",
                f"{least} rotations with this spacing do not fit into the period",
                code="contradiction",
                value=row.min_spacing_min,
                expected=f"at most {length_min // gaps}",
            )
        if row.station in index.instance.gateways:
            yield place.finding(
                "station",
                "a gateway is not a station that rotations serve",
                code="contradiction",
                value=row.station,
                expected="an airport other than the gateways",
            )


def airport_fields(index: Index) -> Iterator[Finding]:
    """Half a position, and time zones that do not exist."""
    for place, row in index.typed_rows("airports", Airport):
        if (row.latitude_deg is None) != (row.longitude_deg is None):
            column = "latitude_deg" if row.latitude_deg is None else "longitude_deg"
            yield place.finding(
                column, "a position needs both coordinates", code="contradiction", expected="both"
            )
        if row.timezone is not None and row.timezone not in _time_zones():
            yield place.finding(
                "timezone",
                "unknown time zone",
                code="unknown-time-zone",
                value=row.timezone,
                expected="an IANA zone such as Asia/Shanghai",
                nearest=nearest(row.timezone, _time_zones()),
            )


@cache
def _time_zones() -> frozenset[str]:
    """Zones that this machine knows; looking for them reads a tree of files."""
    return frozenset(available_timezones())


def landing_permissions(index: Index) -> Iterator[Finding]:
    """``-`` (nowhere) next to places (C15)."""
    for place, row in index.typed_rows("operators", Operator):
        points = row.technical_landings or ()
        if "-" in points and len(points) > 1:
            yield place.finding(
                "technical_landings",
                "nowhere, and somewhere as well",
                code="contradiction",
                value=";".join(points),
                expected="a single - or places",
            )


def clock_bounds(index: Index) -> Iterator[Finding]:
    """Rules that begin at the end of the day."""
    for table in ("curfews", "slots", "handling"):
        for place, row in index.rows(table):
            if isinstance(row, Curfew | SlotWindow | HandlingLimit) and row.from_local == "24:00":
                yield place.finding(
                    "from_local",
                    "a rule cannot begin at the end of the day",
                    code="not-a-clock",
                    value=row.from_local,
                    expected="00:00, with days or date of the next day",
                )
    for place, held in index.typed_rows("held_slots", HeldSlot):
        if held.time_local == "24:00":
            yield place.finding(
                "time_local",
                "24:00 is the end of a day, not a time of departure or arrival",
                code="not-a-clock",
                value=held.time_local,
                expected="00:00, with days or date of the next day",
            )


CHECKS = (
    charge_brackets,
    overlapping_brackets,
    hour_limits,
    contract_terms,
    frequencies,
    airport_fields,
    landing_permissions,
    clock_bounds,
)
