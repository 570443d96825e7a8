"""Which places are airports, and which airports are in use."""

from __future__ import annotations

from optimizer.domain.resolved import Access
from optimizer.verify.rederive.source import Source

IATA_LETTERS = 3


class Places:
    """Airports of an instance, and how cargo gets to and from them."""

    def __init__(self, source: Source) -> None:
        instance = source.instance
        fleet = [r for r in instance.fleet if r.operator in source.planned]
        everybody = {r.operator for r in instance.fleet} | {o.operator for o in instance.operators}
        stated = {*instance.gateways, *(row.airport for row in instance.airports)}
        self.airports = stated | {
            code for t in instance.tracks for code in (t.origin, t.destination)
        }
        self.airports |= set(source.reference.airports) if source.reference else set()
        self.airports |= {
            a for r in instance.fleet for a in (r.base, r.start_airport, r.end_airport) if a
        }
        self.airports |= _named(source, everybody)
        self.airports |= {a for b in instance.blocks for a in (b.origin, b.destination)}
        sold = {a for row in instance.sold for a in (row.origin, row.destination)}
        self.airports |= sold
        self._lanes = source.lanes()
        reached = {a.airport for row in instance.demand for a in self.uplifts(row.origin)}
        reached |= {a.airport for row in instance.demand for a in self.discharges(row.destination)}
        reached |= sold
        self.reached = reached
        self.of_fleet = {a for r in fleet for a in (r.base, r.start_airport, r.end_airport) if a}
        self.in_use = stated | reached | self.of_fleet | _named(source, set(source.planned))

    def uplifts(self, place: str) -> list[Access]:
        """Ways from a place to an airport of departure."""
        ways = [Access(x.destination, i) for i, x in self._lanes.items() if x.origin == place]
        return [a for a in (Access(place, None), *ways) if a.airport in self.airports]

    def discharges(self, place: str) -> list[Access]:
        """Ways from an airport of arrival to a place."""
        ways = [Access(x.origin, i) for i, x in self._lanes.items() if x.destination == place]
        return [a for a in (Access(place, None), *ways) if a.airport in self.airports]


def landing_airports(source: Source, operators: set[str]) -> set[str]:
    """Airports that the technical landings of some operators name."""
    rows = [row for row in source.instance.operators if row.operator in operators]
    points = {point for row in rows for point in row.technical_landings or ()}
    return {point for point in points if len(point) == IATA_LETTERS}


def _named(source: Source, operators: set[str]) -> set[str]:
    """Airports that rights and technical landings of some operators name."""
    rights = [row for row in source.instance.rights if row.operator in operators]
    points = {point for row in rights for point in (row.uplift, row.discharge)}
    airports = {point for point in points if len(point) == IATA_LETTERS}
    return airports | landing_airports(source, operators)
