"""What the instance states, and what the reference data fills in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from optimizer.domain.airports import AircraftType, Airport, Charge, Stands, Track
from optimizer.domain.crews import CrewLimit
from optimizer.domain.feeder import CustomsMode, Lane
from optimizer.domain.instance import Instance
from optimizer.domain.rules import Curfew
from optimizer.domain.transit import Connection


class DefaultValue(Protocol):
    """The value of a field that no record fills."""

    @property
    def value(self) -> float:
        """The value, in the unit of the field."""


class ReferenceData(Protocol):
    """The built-in reference data, as the audit is handed it."""

    @property
    def airports(self) -> Mapping[str, Airport]:
        """Airports by code."""

    @property
    def types(self) -> Mapping[str, AircraftType]:
        """Aircraft types by code."""

    @property
    def tracks(self) -> Sequence[Track]:
        """Tracks."""

    @property
    def lanes(self) -> Sequence[Lane]:
        """Truck lanes."""

    @property
    def charges(self) -> Sequence[Charge]:
        """Airport charges."""

    @property
    def curfews(self) -> Sequence[Curfew]:
        """Curfews."""

    @property
    def stands(self) -> Sequence[Stands]:
        """Stands."""

    @property
    def customs(self) -> Sequence[CustomsMode]:
        """Customs modes."""

    @property
    def connections(self) -> Sequence[Connection]:
        """Connection modes."""

    @property
    def crew_rules(self) -> Sequence[CrewLimit]:
        """Crew rules."""

    @property
    def defaults(self) -> Mapping[str, DefaultValue]:
        """Defaults by ``table.field``."""


AtAirport = TypeVar("AtAirport", Charge, Curfew, Stands)


class Source:
    """Answers what holds: the instance's row, its general value, the reference row, the default."""

    def __init__(self, instance: Instance, reference: ReferenceData | None) -> None:
        self.instance = instance
        self.reference = reference if instance.reference_data else None
        self._airports = {row.airport: row for row in instance.airports}
        self._types = {row.type: row for row in instance.types}
        self._stated_tracks = _by_pair(instance.tracks)
        self._known_tracks = _by_pair(self.reference.tracks if self.reference else ())
        given = {o.operator for o in instance.operators if o.role == "given"}
        self.planned = sorted({row.operator for row in instance.fleet} - given)

    def default(self, key: str) -> float | None:
        """A reference default by ``table.field``."""
        found = self.reference.defaults.get(key) if self.reference else None
        return None if found is None else found.value

    def general(self, section: str, field: str) -> float | None:
        """A value of the instance's ``prices``, ``block_time`` or ``crew``."""
        value: float | None = getattr(getattr(self.instance, section), field)
        return self.default(f"{section}.{field}") if value is None else value

    def airport_row(self, code: str) -> tuple[Airport | None, Airport | None]:
        """What the instance and what the reference data say of an airport."""
        known = self.reference.airports.get(code) if self.reference else None
        return self._airports.get(code), known

    def airport_number(self, code: str, field: str, section: str = "") -> float | None:
        """A number of an airport; `section` holds the instance's general value of that name."""
        stated, known = self.airport_row(code)
        values: list[float | None] = [getattr(stated, field, None)]
        if section:
            values.append(getattr(getattr(self.instance, section), field))
        values += [getattr(known, field, None), self.default(f"airports.{field}")]
        if section:
            values.append(self.default(f"{section}.{field}"))
        return next((float(v) for v in values if v is not None), None)

    def airport_text(self, code: str, field: str) -> str:
        """A text of an airport, empty if nobody states it."""
        return next((v for r in self.airport_row(code) if (v := getattr(r, field, None))), "")

    def position(self, code: str) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, if both are known."""
        latitude = self.airport_number(code, "latitude_deg")
        longitude = self.airport_number(code, "longitude_deg")
        return None if latitude is None or longitude is None else (latitude, longitude)

    def type_number(self, code: str, field: str) -> float | None:
        """A number of an aircraft type."""
        known = self.reference.types.get(code) if self.reference else None
        for row in (self._types.get(code), known):
            value = getattr(row, field, None)
            if value is not None:
                return float(value)
        return self.default(f"types.{field}")

    def type_text(self, code: str, field: str) -> str:
        """A text of an aircraft type, empty if nobody states it."""
        known = self.reference.types.get(code) if self.reference else None
        rows = (self._types.get(code), known)
        return next((v for row in rows if (v := getattr(row, field, None))), "")

    def charges(self, airport: str) -> list[Charge]:
        """Charges at an airport; rows of the instance replace all reference rows."""
        return _at(airport, self.instance.charges, self.reference.charges if self.reference else ())

    def curfews(self, airport: str) -> list[Curfew]:
        """Curfews at an airport; rows of the instance replace all reference rows."""
        return _at(airport, self.instance.curfews, self.reference.curfews if self.reference else ())

    def stands(self, airport: str) -> list[Stands]:
        """Stands at an airport; rows of the instance replace all reference rows."""
        return _at(airport, self.instance.stands, self.reference.stands if self.reference else ())

    def tracks(self, origin: str, destination: str) -> list[tuple[Track, bool]]:
        """Tracks of a directed pair, and whether the instance states them."""
        pair = (origin, destination)
        stated = self._stated_tracks.get(pair)
        if stated:
            return [(track, True) for track in stated]
        return [(track, False) for track in self._known_tracks.get(pair, ())]

    def lanes(self) -> dict[str, Lane]:
        """Lanes by identifier; rows of the instance replace the reference row of their pair."""
        rows = list(self.instance.lanes)
        pairs = {(row.origin, row.destination) for row in rows}
        known = self.reference.lanes if self.reference else ()
        rows += [row for row in known if (row.origin, row.destination) not in pairs]
        return {row.lane or f"{row.origin}-{row.destination}": row for row in reversed(rows)}

    def customs(self, mode: str, airport: str | None) -> CustomsMode | None:
        """The first row of (mode, airport), (mode, anywhere): instance, then reference data."""
        for rows in (self.instance.customs, self.reference.customs if self.reference else ()):
            matching = [row for row in rows if row.mode == mode]
            for place in (airport, None):
                for row in matching:
                    if row.airport == place:
                        return row
        return None

    def connection(self, mode: str, gateway: str) -> Connection | None:
        """The first row of (mode, gateway), (mode, any): instance, then reference data."""
        known = self.reference.connections if self.reference else ()
        for rows in (self.instance.connections, known):
            found = {row.gateway: row for row in rows if row.mode == mode}
            if row := found.get(gateway) or found.get(None):
                return row
        return None

    def crew_rules(self, rule: str) -> list[CrewLimit]:
        """Rows of a crew rule; those of the instance replace all reference rows of its name."""
        own = [row for row in self.instance.crew_rules if row.rule == rule]
        known = self.reference.crew_rules if self.reference else ()
        return own or [row for row in known if row.rule == rule]

    def zone(self, airport: str) -> str:
        """IANA zone of an airport; UTC if nobody states one."""
        return self.airport_text(airport, "timezone") or "UTC"


def _at(airport: str, stated: Iterable[AtAirport], known: Iterable[AtAirport]) -> list[AtAirport]:
    own = [row for row in stated if row.airport == airport]
    return own or [row for row in known if row.airport == airport]


def _by_pair(tracks: Iterable[Track]) -> dict[tuple[str, str], list[Track]]:
    """Tracks by the directed pairs they hold for."""
    found: dict[tuple[str, str], list[Track]] = {}
    for track in tracks:
        found.setdefault((track.origin, track.destination), []).append(track)
        if track.both_ways:
            found.setdefault((track.destination, track.origin), []).append(track)
    return found
