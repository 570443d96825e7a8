"""Names that refer to rows of other tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from optimizer.domain.authorities import CarbonScheme, Support
from optimizer.domain.blocks import Block
from optimizer.domain.crews import CrewBase
from optimizer.domain.demand import Consignment
from optimizer.domain.feeder import Lane
from optimizer.domain.fleet import FleetRow, Maintenance, Operator
from optimizer.domain.rules import Curfew, HeldSlot, Market, Right, SlotWindow
from optimizer.domain.sold import Sold
from optimizer.errors import Finding
from optimizer.files.judge.index import Index, is_code
from optimizer.files.place import Place, nearest
from optimizer.files.world import world_airports

OPERATOR_TABLES = ("operators", "fleet", "blocks")


def unknown_types(index: Index) -> Iterator[Finding]:
    """Aircraft types without data."""
    if not index.is_whole("types"):
        return
    for place, row in index.typed_rows("fleet", FleetRow):
        if row.type not in index.types:
            yield _unknown(
                place,
                "type",
                "type",
                row.type,
                index.types,
                "a type of types.csv or the built-in ones",
            )
    for place, curfew in index.typed_rows("curfews", Curfew):
        for name in curfew.types:
            if name not in index.types:
                yield _unknown(place, "types", "type", name, index.types)


def unknown_operators(index: Index) -> Iterator[Finding]:
    """Operators that neither fly nor are listed."""
    if not index.is_whole(*OPERATOR_TABLES):
        return
    for place, column, name in _named_operators(index):
        if name not in index.operators:
            yield _unknown(
                place,
                column,
                "operator",
                name,
                index.operators,
                "an operator of operators.csv, fleet.csv or blocks.csv",
            )


def _named_operators(index: Index) -> Iterator[tuple[Place, str, str]]:
    for place, row in index.typed_rows("demand", Consignment):
        for name in row.carriers:
            yield place, "carriers", name
    for place, held in index.typed_rows("held_slots", HeldSlot):
        yield place, "operator", held.operator
    for place, right in index.typed_rows("rights", Right):
        yield place, "operator", right.operator
    for table in ("curfews", "slots", "markets", "crew_bases", "support"):
        for place, rule in index.rows(table):
            if isinstance(rule, Curfew | SlotWindow | Market | CrewBase | Support):
                for name in rule.operators:
                    yield place, "operators", name


def misspelt_operators(index: Index) -> Iterator[Finding]:
    """An operator of the fleet that ``operators.csv`` lacks, but has under a similar name."""
    listed = {row.operator for row in index.instance.operators}
    if not listed or not index.is_whole("operators"):
        return
    for place, row in index.typed_rows("fleet", FleetRow):
        match = nearest(row.operator, listed)
        if row.operator not in listed and match:
            yield place.warning(
                "operator",
                "operators.csv does not list this operator, but one of a similar name",
                code="similar-operator",
                value=row.operator,
                expected=match,
            )


def unknown_bases(index: Index) -> Iterator[Finding]:
    """Bases and market gateways that are not gateways of the instance."""
    gateways = index.instance.gateways
    for place, row in index.typed_rows("fleet", FleetRow):
        if row.base not in gateways:
            yield _unknown(place, "base", "gateway", row.base, gateways, _listed(gateways))
    for place, market in index.typed_rows("markets", Market):
        if market.gateway is not None and market.gateway not in gateways:
            yield _unknown(place, "gateway", "gateway", market.gateway, gateways, _listed(gateways))


def unknown_places(index: Index) -> Iterator[Finding]:
    """Origins and destinations that are neither an airport nor at the end of a lane."""
    if not index.is_whole("airports", "lanes", "tracks"):
        return
    known = index.described_airports | index.lane_ends | set(index.instance.gateways)
    for place, row in index.typed_rows("demand", Consignment):
        for column, value in (("origin", row.origin), ("destination", row.destination)):
            if value in known:
                continue
            if is_code(value) and value in world_airports():
                yield _undescribed(index, place, column, value)
            else:
                yield _unknown(
                    place, column, "place", value, known, "an airport, or a city that a lane serves"
                )


def unknown_customs(index: Index) -> Iterator[Finding]:
    """Customs modes without a row."""
    if not index.is_whole("customs"):
        return
    for place, row in index.typed_rows("demand", Consignment):
        if row.customs not in index.modes:
            yield _unknown(place, "customs", "customs mode", row.customs, index.modes)


def unknown_maintenance_tails(index: Index) -> Iterator[Finding]:
    """Maintenance of tails that are not single rows of the fleet."""
    if not index.is_whole("fleet"):
        return
    counts = {row.tail: row.count for row in index.instance.fleet}
    for place, row in index.typed_rows("maintenance", Maintenance):
        if row.tail not in counts:
            group = row.tail.rsplit("-", 1)[0]
            expected = "a tail of fleet.csv with a row of its own" if group in counts else ""
            yield _unknown(place, "tail", "tail", row.tail, counts, expected)
        elif counts[row.tail] > 1:
            yield place.finding(
                "tail",
                f"this is a group of {counts[row.tail]} tails",
                code="maintenance-of-group",
                value=row.tail,
                expected="a tail with a fleet row of its own (count 1)",
            )


def unknown_airports(index: Index) -> Iterator[Finding]:
    """Airport codes that do not exist, and airports in use of which nothing is known."""
    if not index.is_whole("airports", "tracks"):
        return
    known = index.described_airports
    for place, column, code, in_use in _named_airports(index):
        if code in known or (code in world_airports() and not in_use):
            continue
        if code in world_airports():
            yield _undescribed(index, place, column, code)
        else:
            likely = known & index.in_use
            near = likely if nearest(code, likely) else known
            yield _unknown(place, column, "airport", code, near)


def _named_airports(index: Index) -> Iterator[tuple[Place, str, str, bool]]:
    """Place, column, code, and whether the airport takes part in the plan by being named there."""
    settings = index.places.setting("gateways")
    for code in index.instance.gateways:
        yield settings, "gateways", code, True
    for place, row in index.typed_rows("fleet", FleetRow):
        for column in ("start_airport", "end_airport"):
            if code := getattr(row, column):
                yield place, column, code, True
    for place, block in index.typed_rows("blocks", Block):
        for column, code in (("origin", block.origin), ("destination", block.destination)):
            yield place, column, code, True
    for place, sold in index.typed_rows("sold", Sold):
        for column, code in (("origin", sold.origin), ("destination", sold.destination)):
            yield place, column, code, True
    for table, columns in _AIRPORT_COLUMNS.items():
        for place, named in index.rows(table):
            for column in columns:
                if code := getattr(named, column):
                    yield place, column, code, False


_AIRPORT_COLUMNS = {
    "tracks": ("origin", "destination"),
    "charges": ("airport",),
    "stands": ("airport",),
    "curfews": ("airport",),
    "slots": ("airport",),
    "handling": ("airport",),
    "stock": ("airport",),
    "held_slots": ("airport",),
    "customs": ("airport",),
    "markets": ("station",),
    "crew_bases": ("airport",),
}


_AIRPORT_RULES = ("charges", "stands", "curfews", "slots", "handling", "held_slots", "customs")


def unused_airports(index: Index) -> Iterator[Finding]:
    """Rules for airports that nothing in the instance goes to."""
    if not index.is_whole("airports", "demand", "fleet", "lanes", "operators", "rights"):
        return
    for table in (*_AIRPORT_RULES, "stock", "markets", "crew_bases"):
        for place, row in index.rows(table):
            for column in _AIRPORT_COLUMNS[table]:
                code = getattr(row, column)
                if code in world_airports() and code not in index.in_use:
                    yield place.warning(
                        column, "nothing in this instance goes there", code="unused", value=code
                    )


def unknown_points(index: Index) -> Iterator[Finding]:
    """Points of rights, support, carbon and landings that are no airport, country or ``*``."""
    if not index.is_whole("airports"):
        return
    for place, row in index.typed_rows("rights", Right):
        for column, point in (("uplift", row.uplift), ("discharge", row.discharge)):
            if point != "*":
                yield from _point(index, place, column, point, row.operator in index.planned)
    for place, column, point in _points_of_authorities(index):
        if point != "*":
            yield from _point(index, place, column, point, in_use=False)
    for place, operator in index.typed_rows("operators", Operator):
        for point in operator.technical_landings or ():
            if point != "-":
                planned = operator.operator in index.planned
                yield from _point(index, place, "technical_landings", point, planned)


def _points_of_authorities(index: Index) -> Iterator[tuple[Place, str, str]]:
    for place, support in index.typed_rows("support", Support):
        yield place, "uplift", support.uplift
        yield place, "discharge", support.discharge
    for place, scheme in index.typed_rows("carbon", CarbonScheme):
        yield from ((place, "origins", point) for point in scheme.origins)
        yield from ((place, "destinations", point) for point in scheme.destinations)


def _point(index: Index, place: Place, column: str, point: str, in_use: bool) -> Iterator[Finding]:
    if point in index.described_airports or point in index.countries:
        return
    if is_code(point) and point in world_airports():
        if in_use:
            yield _undescribed(index, place, column, point)
        return
    known = index.described_airports if len(point) != 2 else index.countries
    yield _unknown(
        place, column, "airport or country", point, known, "an airport (CGO) or a country (CN)"
    )


def lanes_without_airport(index: Index) -> Iterator[Finding]:
    """Lanes that join two cities, or a place with itself."""
    if not index.is_whole("airports", "tracks"):
        return
    airports = index.described_airports | set(index.instance.gateways)
    for place, row in index.typed_rows("lanes", Lane):
        if row.origin == row.destination:
            yield place.finding(
                "destination",
                "the lane leads where it starts",
                code="contradiction",
                value=row.destination,
            )
        elif row.origin not in airports and row.destination not in airports:
            codes = [x for x in (row.origin, row.destination) if x in world_airports()]
            if codes:
                column = "origin" if codes[0] == row.origin else "destination"
                yield _undescribed(index, place, column, codes[0])
            else:
                yield place.finding(
                    "destination",
                    "neither end of the lane is an airport",
                    code="unknown-airport",
                    value=f"{row.origin} to {row.destination}",
                    expected="an airport code at one end",
                    nearest=nearest(row.destination, airports),
                )


def _unknown(
    place: Place, column: str, what: str, value: str, known: Collection[str], expected: str = ""
) -> Finding:
    return place.finding(
        column,
        f"unknown {what}",
        code="unknown-" + what.replace(" ", "-"),
        value=value,
        expected=expected,
        nearest=nearest(value, known),
    )


def _undescribed(index: Index, place: Place, column: str, code: str) -> Finding:
    return place.finding(
        column,
        "the built-in data does not cover this airport",
        code="undescribed-airport",
        value=code,
        expected="a row for it in airports.csv (name, country, position, timezone)",
        nearest=nearest(code, index.described_airports & index.in_use),
    )


def _listed(names: Collection[str]) -> str:
    return " or ".join(names)


CHECKS = (
    unknown_types,
    unknown_operators,
    misspelt_operators,
    unknown_bases,
    unknown_places,
    unknown_customs,
    unknown_maintenance_tails,
    unknown_airports,
    unused_airports,
    unknown_points,
    lanes_without_airport,
)
