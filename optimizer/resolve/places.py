"""Which codes are airports, and which airports are in use."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.domain.instance import Instance
from optimizer.resolve.blocks import block_airports
from optimizer.resolve.context import Context
from optimizer.resolve.sold import sold_airports

_IATA_LENGTH = 3
ANYWHERE = "*"


def is_airport_code(point: str) -> bool:
    """Whether a point of a right or a landing permission is an airport, not a country or ``*``."""
    return len(point) == _IATA_LENGTH


def known_airports(context: Context) -> frozenset[str]:
    """Every code that is an airport, whether or not it is in use."""
    instance = context.instance
    codes = set(context.catalogue.reference.airports)
    codes.update(a.airport for a in instance.airports)
    codes.update(instance.gateways)
    codes.update(code for t in instance.tracks for code in (t.origin, t.destination))
    codes.update(block_airports(context) | sold_airports(context))
    codes.update(_fleet_airports(instance, {row.operator for row in instance.fleet}))
    codes.update(_named_by(instance, {o.operator for o in instance.operators}))
    codes.update(_named_by(instance, {row.operator for row in instance.fleet}))
    return frozenset(codes)


def airports_in_use(
    context: Context, planned: Iterable[str], reached: frozenset[str]
) -> tuple[str, ...]:
    """Airports to which rights are expanded, in order.

    Args:
        context: The instance.
        planned: Planned operators.
        reached: Airports that consignments reach, directly or by a lane.
    """
    instance = context.instance
    operators = set(planned)
    codes = set(reached) | set(instance.gateways)
    codes.update(a.airport for a in instance.airports)
    codes.update(_fleet_airports(instance, operators))
    codes.update(_named_by(instance, operators))
    return tuple(sorted(codes))


def listed_for_landing(instance: Instance, planned: Iterable[str]) -> frozenset[str]:
    """Airports that the technical landings of planned operators name."""
    operators = set(planned)
    return frozenset(
        point
        for o in instance.operators
        if o.operator in operators
        for point in o.technical_landings or ()
        if is_airport_code(point)
    )


def _fleet_airports(instance: Instance, operators: set[str]) -> set[str]:
    rows = [row for row in instance.fleet if row.operator in operators]
    ends = {code for row in rows for code in (row.start_airport, row.end_airport) if code}
    return ends | {row.base for row in rows}


def _named_by(instance: Instance, operators: set[str]) -> set[str]:
    """Airports that rights and technical landings of some operators name."""
    points = {
        point
        for right in instance.rights
        if right.operator in operators
        for point in (right.uplift, right.discharge)
    }
    return {p for p in points if is_airport_code(p)} | listed_for_landing(instance, operators)
