"""Operators, rights, markets and route support again (C15, C17, R4)."""

from __future__ import annotations

from optimizer.domain.authorities import Support
from optimizer.domain.resolved import ResolvedInstance
from optimizer.domain.rules import Right
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.places import Places, landing_airports
from optimizer.verify.rederive.source import Source

Pairs = set[tuple[str, str]]


def check_operators(
    resolved: ResolvedInstance, source: Source, places: Places, differences: Differences
) -> dict[str, set[str]]:
    """Rights, stations and technical stops of every operator, and the airports they make.

    Returns:
        The airports between which each operator may need legs.
    """
    differences.sets("operators", (o.operator for o in resolved.operators), source.planned)
    gateways = set(source.instance.gateways)
    touched = gateways | places.reached | places.of_fleet
    flown: dict[str, set[str]] = {}
    for operator in resolved.operators:
        code, name = operator.operator, f"operator {operator.operator}"
        titles = (o.name for o in source.instance.operators if o.operator == code)
        differences.same(f"{name}, name", operator.name, next(titles, ""))
        pairs = granted(source, places, code)
        differences.sets(f"{name}, rights", operator.rights, pairs)
        stations = {airport for pair in pairs for airport in pair} - gateways
        differences.sets(f"{name}, stations", operator.stations, stations)
        stops = _technical_stops(source, places, code)
        differences.sets(f"{name}, technical stops", operator.technical_stops, stops)
        ends = {
            airport
            for row in source.instance.fleet
            if row.operator == code
            for airport in (row.start_airport, row.end_airport)
            if airport
        }
        flown[code] = gateways | stations | stops | ends
        touched |= flown[code]
    differences.sets("airports", (a.code for a in resolved.airports), touched)
    return flown


def granted(source: Source, places: Places, operator: str) -> Pairs:
    """Pairs of airports in use between which an operator may carry."""
    rows = [row for row in source.instance.rights if row.operator == operator]
    if rows:
        return {pair for row in rows for pair in expand(source, places, row)}
    stations = places.reached.difference(source.instance.gateways)
    pairs = {(gateway, station) for gateway in source.instance.gateways for station in stations}
    return pairs | {(b, a) for a, b in pairs}


def expand(source: Source, places: Places, row: Right | Support) -> Pairs:
    """Pairs of airports in use that a row means: airports, countries or anything."""

    def meant(point: str) -> list[str]:
        return [
            airport
            for airport in places.in_use
            if point in ("*", airport, source.airport_text(airport, "country"))
        ]

    pairs = {(a, b) for a in meant(row.uplift) for b in meant(row.discharge) if a != b}
    return pairs | {(b, a) for a, b in pairs} if row.both_ways else pairs


def _technical_stops(source: Source, places: Places, operator: str) -> set[str]:
    """Airports for refuelling: flagged, stated or listed by somebody, and allowed to this one."""
    candidates = {row.airport for row in source.instance.airports}
    candidates |= landing_airports(source, set(source.planned))
    row = next((o for o in source.instance.operators if o.operator == operator), None)
    allowed = None if row is None else row.technical_landings
    return {
        airport
        for airport in candidates & places.in_use
        if source.airport_number(airport, "technical_stop")
        and (
            allowed is None
            or airport in allowed
            or source.airport_text(airport, "country") in allowed
        )
    }


def check_caps_and_markets(
    resolved: ResolvedInstance, source: Source, places: Places, differences: Differences
) -> None:
    """Frequency caps and service patterns."""
    caps = [
        (row.operator, tuple(sorted(pairs)), row.max_flights)
        for row in source.instance.rights
        if row.max_flights is not None
        and row.operator in source.planned
        and (pairs := expand(source, places, row))
    ]
    stated = [(x.operator, tuple(sorted(x.pairs)), x.max_flights) for x in resolved.right_caps]
    differences.sets("frequency cap", stated, caps)
    markets = [
        (
            row.station,
            tuple(sorted(set(row.operators).intersection(source.planned))),
            row.gateway,
            row.min_rotations,
            row.max_rotations,
            row.min_spacing_min,
        )
        for row in source.instance.markets
        if not row.operators or set(row.operators).intersection(source.planned)
    ]
    resolved_markets = [
        (
            m.station,
            tuple(sorted(m.operators)),
            m.gateway,
            m.min_rotations,
            m.max_rotations,
            m.min_spacing_min,
        )
        for m in resolved.markets
    ]
    differences.sets("market", resolved_markets, markets)


def check_supports(
    resolved: ResolvedInstance, source: Source, places: Places, differences: Differences
) -> None:
    """Route support: who earns it on which pairs, and how much, to a millionth."""
    planned = set(source.planned)
    derived = [
        (
            tuple(sorted(planned.intersection(row.operators))),
            tuple(sorted(pairs)),
            round(row.usd_per_flight * 1e6),
            round(row.usd_per_t * 1e6),
        )
        for row in source.instance.support
        if (not row.operators or planned.intersection(row.operators))
        and (pairs := expand(source, places, row))
    ]
    stated = [
        (tuple(sorted(x.operators)), tuple(sorted(x.pairs)), x.flight_micro, x.pico_per_g)
        for x in resolved.supports
    ]
    differences.sets("route support", stated, derived)
