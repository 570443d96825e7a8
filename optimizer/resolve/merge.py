"""The instance laid over the reference data, with a record of every reference value used.

A value is the first one stated of: the instance's row, the instance's general value (prices, crew),
the reference row, the reference default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from optimizer.data import Reference
from optimizer.domain.airports import Charge, Stands, Track, tracks_by_pair
from optimizer.domain.base import Row
from optimizer.domain.crews import CrewLimit
from optimizer.domain.feeder import CustomsMode, Lane, lane_id
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import DefaultUsed
from optimizer.domain.rules import Curfew
from optimizer.domain.transit import Connection

_NO_REFERENCE = Reference(
    airports={},
    types={},
    tracks=(),
    lanes=(),
    charges=(),
    curfews=(),
    stands=(),
    customs=(),
    connections=(),
    crew_rules=(),
    defaults={},
)

General = tuple[str, str]
"""Section and field of a general value of the instance: ("prices", "fuel_usd_per_t")."""

AtAirport = TypeVar("AtAirport", Charge, Curfew, Stands)


class Catalogue:
    """Looks up airports, types, tracks, charges … of an instance.

    Args:
        instance: What the planner states.
        reference: What fills the blanks; None for nothing.
    """

    def __init__(self, instance: Instance, reference: Reference | None) -> None:
        self.instance = instance
        self.has_reference = reference is not None
        self.reference = reference or _NO_REFERENCE
        self._stated: dict[str, Mapping[str, Row]] = {
            "airports": {a.airport: a for a in instance.airports},
            "types": {t.type: t for t in instance.types},
        }
        self._known: dict[str, Mapping[str, Row]] = {
            "airports": self.reference.airports,
            "types": self.reference.types,
        }
        self._used: dict[tuple[str, str, str], DefaultUsed] = {}

    # --- single values ---------------------------------------------------------------------------

    def number(
        self, table: str, key: str, field: str, general: General | None = None
    ) -> float | None:
        """A number of a row of ``airports`` or ``types``; None if nobody states it."""
        value = self._value(table, key, field, general)
        return float(value) if isinstance(value, int | float) else None

    def text(self, table: str, key: str, field: str) -> str:
        """A text of a row of ``airports`` or ``types``; empty if nobody states it."""
        value = self._value(table, key, field, None)
        return "" if value is None else str(value)

    def general(self, section: str, field: str) -> float | None:
        """A value of the sections ``prices``, ``block_time`` or ``crew``."""
        value = getattr(getattr(self.instance, section), field)
        return self._default(section, "", field) if value is None else float(value)

    def has_row(self, table: str, key: str) -> bool:
        """Whether the instance or the reference data knows an airport or a type."""
        return key in self._stated[table] or key in self._known[table]

    def _value(self, table: str, key: str, field: str, general: General | None) -> object:
        value = getattr(self._stated[table].get(key), field, None)
        if value is None and general is not None:
            value = getattr(getattr(self.instance, general[0]), general[1])
        if value is not None:
            return value
        row = self._known[table].get(key)
        value = getattr(row, field, None)
        if row is not None and value is not None:
            self._record(table, key, field, value, row.provenance)
            return value
        value = self._default(table, key, field)
        if value is None and general is not None:
            value = self._default(general[0], "", general[1])
        return value

    def _default(self, table: str, key: str, field: str) -> float | None:
        default = self.reference.defaults.get(f"{table}.{field}")
        if default is None:
            return None
        self._record(table, key, field, default.value, default.provenance)
        return default.value

    # --- whole rows ------------------------------------------------------------------------------

    def charges(self, airport: str) -> tuple[tuple[Charge, bool], ...]:
        """Charges at an airport, and whether they are reference rows."""
        rows, known = self._at(airport, self.instance.charges, self.reference.charges)
        return tuple((row, known) for row in rows)

    def curfews(self, airport: str) -> tuple[Curfew, ...]:
        """Curfews of an airport."""
        rows, known = self._at(airport, self.instance.curfews, self.reference.curfews)
        for row in rows if known else ():
            days = f" on days {row.days}" if row.days else ""
            who = "".join(f" {name}" for name in (*row.types, *row.operators))
            key = f"{airport} {row.movement} {row.from_local}-{row.to_local}{days}{who}"
            self.use("curfews", key, row)
        return rows

    def stands(self, airport: str) -> tuple[Stands, ...]:
        """Stands at an airport."""
        rows, known = self._at(airport, self.instance.stands, self.reference.stands)
        for row in rows if known else ():
            self.use("stands", f"{airport} {row.size_code}", row)
        return rows

    def customs(self, mode: str, airport: str | None) -> CustomsMode | None:
        """The row of a customs mode at an airport; without airport: the row that holds anywhere."""
        for rows in (self.instance.customs, self.reference.customs):
            for place in (airport, None):
                for row in rows:
                    if row.mode == mode and row.airport == place:
                        if rows is not self.instance.customs:
                            self.use("customs", f"{mode} {place or ''}".strip(), row)
                        return row
        return None

    def connection(self, mode: str, gateway: str) -> Connection | None:
        """The row of a connection mode at a gateway, or the one that holds at any."""
        for rows in (self.instance.connections, self.reference.connections):
            for place in (gateway, None):
                for row in rows:
                    if (row.mode, row.gateway) == (mode, place):
                        if rows is not self.instance.connections:
                            self.use("connections", f"{mode} {place or ''}".strip(), row)
                        return row
        return None

    def crew_rules(self, rule: str) -> tuple[CrewLimit, ...]:
        """Rows of a crew rule: those of the instance, or else the reference rows."""
        own = tuple(row for row in self.instance.crew_rules if row.rule == rule)
        known = () if own else tuple(r for r in self.reference.crew_rules if r.rule == rule)
        for row in known:
            when = "" if row.report_from_local is None else " " + "-".join(row.report_local)
            sectors = "" if row.max_sectors is None else f", {row.max_sectors} sectors"
            facility = "" if row.rest_class is None else f", class {row.rest_class}"
            key = f"{rule} {row.pilots} pilots{when}{sectors}{facility}"
            self.use("crew_rules", key, row)
        return own or known

    def lanes(self) -> tuple[tuple[Lane, bool], ...]:
        """Every lane, and whether it is a reference row; stated pairs replace reference rows."""
        stated = {(x.origin, x.destination) for x in self.instance.lanes}
        names = {lane_id(x) for x in self.instance.lanes}
        known = [
            x
            for x in self.reference.lanes
            if (x.origin, x.destination) not in stated and lane_id(x) not in names
        ]
        return tuple((x, False) for x in self.instance.lanes) + tuple((x, True) for x in known)

    def tracks(self) -> dict[tuple[str, str], list[tuple[Track, bool]]]:
        """Tracks by directed pair, with whether they are reference rows."""
        stated = tracks_by_pair(self.instance.tracks)
        known = tracks_by_pair(self.reference.tracks)
        merged = {pair: [(t, True) for t in rows] for pair, rows in known.items()}
        merged.update({pair: [(t, False) for t in rows] for pair, rows in stated.items()})
        return merged

    def _at(
        self, airport: str, stated: Iterable[AtAirport], known: Iterable[AtAirport]
    ) -> tuple[tuple[AtAirport, ...], bool]:
        """The instance's rows for an airport, or else the reference rows (True), in order."""
        own = [row for row in stated if row.airport == airport]
        rows = own or [row for row in known if row.airport == airport]
        return tuple(sorted(rows, key=_content)), not own

    # --- what was used ---------------------------------------------------------------------------

    def use(self, table: str, key: str, row: Row) -> None:
        """Record what a reference row says, without blanks and parts that charge nothing."""
        for field in _TOLD[table]:
            value = getattr(row, field)
            idle = table == "charges" and value == type(row).model_fields[field].default
            if value is not None and value != () and not idle:
                self._record(table, key, field, value, row.provenance)

    def used(self, keep: Callable[[DefaultUsed], bool]) -> tuple[DefaultUsed, ...]:
        """The reference values used so far that are worth keeping, in order."""
        return tuple(self._used[k] for k in sorted(self._used) if keep(self._used[k]))

    def _record(self, table: str, key: str, field: str, value: object, provenance: str) -> None:
        self._used[table, key, field] = DefaultUsed(table, key, field, _text(value), provenance)


_TOLD = {
    "charges": (
        "fixed_usd",
        "usd_per_t",
        "scale_usd",
        "exponent",
        "night_surcharge_pct",
        "night_from_local",
        "night_to_local",
    ),
    "curfews": ("rule", "min_noise_qc"),
    "connections": ("connection_min",),
    "crew_rules": ("max_flight_min", "max_duty_min"),
    "customs": ("export_min", "import_min", "truck_cost_factor"),
    "lanes": (
        "truck_min",
        "payload_kg",
        "volume_m3",
        "usd_per_truck",
        "dispatch_every_min",
        "dispatch_offset_min",
        "trucks_per_dispatch",
    ),
    "stands": ("stands",),
    "tracks": ("distance_km", "requires_overflight", "block_min", "navigation_usd_per_km"),
}
"""What a reference row of a table says; the rest of it says about what."""


def _text(value: object) -> str:
    """A value as a cell of a table shows it."""
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _content(row: Row) -> str:
    """Something to sort rows by that does not depend on where they stand."""
    return row.model_dump_json(exclude={"provenance"})
