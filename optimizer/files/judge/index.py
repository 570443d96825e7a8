"""What an instance knows: its own rows laid over the reference data, looked up by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from optimizer.data import Reference, reference
from optimizer.domain.airports import AircraftType, Airport, Track, tracks_by_pair
from optimizer.domain.base import Row
from optimizer.domain.feeder import CustomsMode, Lane
from optimizer.domain.instance import Instance
from optimizer.files.place import Place, Places
from optimizer.files.world import world_airports

R = TypeVar("R", bound=Row)

NO_REFERENCE = Reference({}, {}, (), (), (), (), (), (), (), (), {})


@dataclass(frozen=True)
class Index:
    """An instance, where its rows stand, and lookups that several checks share."""

    instance: Instance
    places: Places

    def rows(self, table: str) -> Iterator[tuple[Place, Row]]:
        """Rows of a table with their places."""
        for index, row in enumerate(getattr(self.instance, table)):
            yield self.places.row(table, index), row

    def typed_rows(self, table: str, record: type[R]) -> Iterator[tuple[Place, R]]:
        """Rows of a table with their places, as records of their type."""
        for place, row in self.rows(table):
            if isinstance(row, record):
                yield place, row

    def is_whole(self, *tables: str) -> bool:
        """Whether every row of these tables could be read."""
        return not self.places.partial.intersection(tables)

    @cached_property
    def reference(self) -> Reference:
        """The reference data, or none where the instance does without."""
        return reference() if self.instance.reference_data else NO_REFERENCE

    @cached_property
    def stated_airports(self) -> Mapping[str, Airport]:
        """Rows of the instance's ``airports`` by code."""
        return {row.airport: row for row in self.instance.airports}

    @cached_property
    def described_airports(self) -> frozenset[str]:
        """Airports of which more than a code is known, or need not be."""
        codes = set(self.reference.airports) | set(self.stated_airports)
        if not self.instance.reference_data:
            codes |= set(self.instance.gateways)
            codes |= {code for t in self.instance.tracks for code in (t.origin, t.destination)}
            codes |= {code for b in self.instance.blocks for code in (b.origin, b.destination)}
            codes |= {code for s in self.instance.sold for code in (s.origin, s.destination)}
        return frozenset(codes)

    @cached_property
    def types(self) -> Mapping[str, AircraftType]:
        """Aircraft types: reference rows with the stated fields laid over them."""
        types = dict(self.reference.types)
        for row in self.instance.types:
            base = types.get(row.type)
            stated = {name: getattr(row, name) for name in row.model_fields_set}
            filled = {name: value for name, value in stated.items() if value is not None}
            types[row.type] = row if base is None else base.model_copy(update=filled)
        return types

    @cached_property
    def operators(self) -> frozenset[str]:
        """Operators of ``operators.csv``, of the fleet and of bought capacity."""
        stated = {row.operator for row in self.instance.operators}
        stated |= {row.operator for row in self.instance.blocks}
        return frozenset(stated | {row.operator for row in self.instance.fleet})

    @cached_property
    def planned(self) -> frozenset[str]:
        """Operators with tails whose plan this is."""
        given = {row.operator for row in self.instance.operators if row.role == "given"}
        return frozenset({row.operator for row in self.instance.fleet} - given)

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """Truck lanes; a stated pair of places replaces the reference row."""
        stated = {(row.origin, row.destination) for row in self.instance.lanes}
        known = (x for x in self.reference.lanes if (x.origin, x.destination) not in stated)
        return (*self.instance.lanes, *known)

    @cached_property
    def lane_ends(self) -> frozenset[str]:
        """Places at either end of a lane."""
        return frozenset(place for lane in self.lanes for place in (lane.origin, lane.destination))

    @cached_property
    def in_use(self) -> frozenset[str]:
        """Airports that take part in the plan, whoever serves them."""
        codes = set(self.instance.gateways) | set(self.stated_airports)
        for row in self.instance.fleet:
            codes |= {row.base, row.start_airport or row.base, row.end_airport or row.base}
        for right in self.instance.rights:
            codes |= {right.uplift, right.discharge}
        for block in self.instance.blocks:
            codes |= {block.origin, block.destination}
        for sold in self.instance.sold:
            codes |= {sold.origin, sold.destination}
        for operator in self.instance.operators:
            codes |= set(operator.technical_landings or ())
        places = {place for c in self.instance.demand for place in (c.origin, c.destination)}
        for lane in self.lanes:
            if lane.origin in places or lane.destination in places:
                codes |= {lane.origin, lane.destination}
        return frozenset(codes | places)

    @cached_property
    def modes(self) -> frozenset[str]:
        """Customs modes; ``standard`` needs no row."""
        rows = (*self.instance.customs, *self.reference.customs)
        return frozenset({"standard", *(row.mode for row in rows)})

    def customs(self, mode: str, airport: str) -> CustomsMode | None:
        """The row that tells the minutes of a mode at an airport."""
        for rows in (self.instance.customs, self.reference.customs):
            for where in (airport, None):
                for row in rows:
                    if (row.mode, row.airport) == (mode, where):
                        return row
        return None

    @cached_property
    def tracks(self) -> Mapping[tuple[str, str], tuple[Track, ...]]:
        """Tracks by directed pair; those of the instance replace the reference's."""
        merged = tracks_by_pair(self.reference.tracks)
        merged.update(tracks_by_pair(self.instance.tracks))
        return {pair: tuple(rows) for pair, rows in merged.items()}

    def country(self, airport: str) -> str:
        """ISO 3166 code of an airport's country, empty if nobody knows it."""
        for row in (self.stated_airports.get(airport), self.reference.airports.get(airport)):
            if row is not None and row.country:
                return row.country
        return ""

    def timezone(self, airport: str) -> str:
        """IANA zone of an airport, empty if nobody states one."""
        for row in (self.stated_airports.get(airport), self.reference.airports.get(airport)):
            if row is not None and row.timezone:
                return row.timezone
        return ""

    def position(self, airport: str) -> tuple[float, float] | None:
        """Latitude and longitude of an airport in degrees, if known."""
        for row in (self.stated_airports.get(airport), self.reference.airports.get(airport)):
            if row and row.latitude_deg is not None and row.longitude_deg is not None:
                return row.latitude_deg, row.longitude_deg
        return None

    @cached_property
    def countries(self) -> frozenset[str]:
        """Countries of any airport."""
        stated = {row.country for row in self.instance.airports if row.country}
        return frozenset(stated | set(world_airports().values()))


def is_code(text: str) -> bool:
    """Whether text has the form of an airport code."""
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()
