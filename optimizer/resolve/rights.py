"""Traffic rights as pairs of airports, stations, technical stops and frequency caps (C15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from optimizer.domain.authorities import Support
from optimizer.domain.fleet import Operator
from optimizer.domain.resolved import ResolvedOperator, ResolvedRightCap
from optimizer.domain.rules import Right
from optimizer.resolve.context import Context
from optimizer.resolve.places import ANYWHERE, is_airport_code, listed_for_landing

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rights:
    """Planned operators with what they may do."""

    operators: tuple[ResolvedOperator, ...]
    caps: tuple[ResolvedRightCap, ...]


def resolve_rights(
    context: Context,
    planned: tuple[str, ...],
    in_use: tuple[str, ...],
    reached: frozenset[str],
) -> Rights:
    """Expand the rights of the planned operators.

    Args:
        context: The instance.
        planned: Planned operators.
        in_use: Airports in use.
        reached: Those that consignments reach, directly or by a lane.
    """
    country = {code: context.catalogue.text("airports", code, "country") for code in in_use}
    stated = {o.operator: o for o in context.instance.operators}
    stops = _technical_stops(context, planned, in_use)
    operators, caps = [], []
    for code in planned:
        rows = [row for row in context.instance.rights if row.operator == code]
        if rows:
            by_row = [(row, expand(row, country)) for row in rows]
            pairs = {pair for _, granted in by_row for pair in granted}
            caps += _caps(code, by_row)
        else:
            pairs = _third_and_fourth_freedom(context.instance.gateways, reached)
        row = stated.get(code)
        operators.append(_operator(context, code, row, pairs, stops, country))
    return Rights(tuple(operators), tuple(caps))


def _operator(
    context: Context,
    code: str,
    row: Operator | None,
    pairs: Iterable[Pair],
    stops: Iterable[str],
    country: dict[str, str],
) -> ResolvedOperator:
    rights = tuple(sorted(pairs))
    stations = {airport for pair in rights for airport in pair} - set(context.instance.gateways)
    landings = None if row is None else row.technical_landings
    allowed = [
        stop for stop in stops if landings is None or stop in landings or country[stop] in landings
    ]
    return ResolvedOperator(
        operator=code,
        name="" if row is None else row.name,
        stations=tuple(sorted(stations)),
        technical_stops=tuple(allowed),
        rights=rights,
    )


def _third_and_fourth_freedom(gateways: Iterable[str], reached: frozenset[str]) -> set[Pair]:
    stations = reached - set(gateways)
    pairs = {(gateway, station) for gateway in gateways for station in stations}
    return pairs | {(station, gateway) for gateway, station in pairs}


def expand(row: Right | Support, country: dict[str, str]) -> frozenset[Pair]:
    """Pairs of different airports in use that a row means."""
    pairs = {
        (uplift, discharge)
        for uplift in points(row.uplift, country)
        for discharge in points(row.discharge, country)
        if uplift != discharge
    }
    if row.both_ways:
        pairs |= {(discharge, uplift) for uplift, discharge in pairs}
    return frozenset(pairs)


def points(point: str, country: dict[str, str]) -> list[str]:
    """Airports in use that a point means: itself, those of a country, or all."""
    if point == ANYWHERE:
        return list(country)
    if is_airport_code(point):
        return [point] if point in country else []
    return [code for code, where in country.items() if where == point]


def _caps(operator: str, rows: Iterable[tuple[Right, frozenset[Pair]]]) -> list[ResolvedRightCap]:
    """Frequency caps of an operator; their ids tell the row they come from."""
    capped = sorted(
        (f"{operator} {row.uplift}-{row.discharge}", tuple(sorted(pairs)), row.max_flights)
        for row, pairs in rows
        if row.max_flights is not None and pairs
    )
    seen: dict[str, int] = {}
    caps = []
    for name, pairs, max_flights in capped:
        seen[name] = count = seen.get(name, 0) + 1
        cap_id = name if count == 1 else f"{name} #{count}"
        caps.append(ResolvedRightCap(cap_id, operator, pairs, max_flights))
    return caps


def _technical_stops(
    context: Context, planned: tuple[str, ...], in_use: tuple[str, ...]
) -> list[str]:
    """Airports in use for technical stops: flagged, and stated or listed by an operator."""
    stated = {a.airport for a in context.instance.airports}
    candidates = stated | listed_for_landing(context.instance, planned)
    return [
        code
        for code in in_use
        if code in candidates and context.catalogue.number("airports", code, "technical_stop")
    ]
