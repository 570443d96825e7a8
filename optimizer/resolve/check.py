"""What must hold before an instance can be resolved at all.

Files are judged where they are read, row by row; these checks keep an instance that was built in
Python from being misunderstood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from optimizer.domain.feeder import lane_id
from optimizer.domain.fleet import FleetRow
from optimizer.domain.period import WEEK_MIN, Period
from optimizer.resolve.blocks import block_carriers, check_blocks
from optimizer.resolve.context import Context
from optimizer.resolve.findings import Findings
from optimizer.resolve.fleet import planned_operators, tail_names
from optimizer.resolve.sold import check_sold
from optimizer.resolve.special import check_requirements

_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def check_period(period: Period, findings: Findings) -> None:
    """Note a period so far away that its days cannot be counted."""
    if not _FIRST_YEAR <= period.start.year <= _LAST_YEAR:
        findings.add(
            "period-year",
            "instance",
            "the period is in no year that calendars and time zones are made for",
            column="period.start",
            value=period.start.date(),
            expected=f"a year from {_FIRST_YEAR} to {_LAST_YEAR}",
        )


def check(context: Context) -> None:
    """Note doubled identifiers, references that lead nowhere, and fields the period excludes."""
    _check_identifiers(context)
    _check_fleet(context)
    _check_maintenance(context)
    _check_demand(context)
    check_requirements(context)
    check_blocks(context)
    check_sold(context)


def _check_identifiers(context: Context) -> None:
    instance = context.instance
    _unique(context, "instance", "gateways", instance.gateways)
    _unique(context, "airports", "airport", (a.airport for a in instance.airports))
    _unique(context, "types", "type", (t.type for t in instance.types))
    _unique(context, "operators", "operator", (o.operator for o in instance.operators))
    _unique(context, "demand", "consignment", (c.consignment for c in instance.demand))
    stated = [row.commitment for row in instance.commitments]
    _unique(context, "commitments", "commitment", stated)
    _unique(context, "blocks", "block", (row.block for row in instance.blocks))
    _unique(context, "sold", "sold", (row.sold for row in instance.sold))
    tendered = [row.tendered for row in instance.frozen_cargo]
    flights = [row.flight for row in instance.frozen_flights]
    _unique(context, "frozen_cargo", "tendered", [*tendered, *(set(stated) & set(tendered))])
    taken = {*stated, *tendered}
    _unique(context, "frozen_flights", "flight", [*flights, *(taken & set(flights))])
    _unique(context, "lanes", "lane", (lane_id(x) for x, _ in context.catalogue.lanes()))
    _unique(context, "customs", "mode", (f"{m.mode} {m.airport or ''}" for m in instance.customs))
    connections = (f"{m.mode} {m.gateway or ''}" for m in instance.connections)
    _unique(context, "connections", "mode", connections)
    requirements = (row.requirement for row in instance.requirements)
    _unique(context, "requirements", "requirement", requirements)
    pairs = (" ".join(sorted((x.requirement, x.apart_from))) for x in instance.incompatible)
    _unique(context, "incompatible", "apart_from", pairs)
    tails = [name for row in instance.fleet for name in tail_names(row)]
    _unique(context, "fleet", "tail", tails)
    rows = Counter(row.tail for row in instance.fleet)
    groups = {row.tail for row in instance.fleet if row.count > 1}
    for name in sorted(groups & set(tails) | {name for name, n in rows.items() if n > 1}):
        _doubled(context, "fleet", "tail", name)


def _unique(context: Context, table: str, column: str, keys: Iterable[str]) -> None:
    for key, count in Counter(keys).items():
        if count > 1:
            _doubled(context, table, column, key.strip())


def _doubled(context: Context, table: str, column: str, key: str) -> None:
    context.findings.add(
        "doubled", table, "this is stated more than once", column=column, value=key
    )


def _check_fleet(context: Context) -> None:
    planned = planned_operators(context)
    for row in context.instance.fleet:
        if row.operator not in planned:
            continue
        if not context.catalogue.has_row("types", row.type):
            context.findings.add(
                "unknown-type",
                "fleet",
                f"nothing is known of the type of {row.tail}",
                column="type",
                value=row.type,
                expected="a row in types.csv, or a type of the reference data",
            )
        if row.base not in context.instance.gateways:
            context.findings.add(
                "base-no-gateway",
                "fleet",
                f"the base of {row.tail} is not a gateway",
                column="base",
                value=row.base,
                expected=" or ".join(context.instance.gateways),
            )
        if context.calendar.cyclic:
            _check_cyclic_row(context, row)


def _check_cyclic_row(context: Context, row: FleetRow) -> None:
    stated = {
        "available_from": row.available_from is not None,
        "available_until": row.available_until is not None,
        "start_airport": row.start_airport not in (None, row.base),
        "end_airport": row.end_airport not in (None, row.base),
    }
    for column, is_stated in stated.items():
        if is_stated:
            context.findings.add(
                "dated-only",
                "fleet",
                f"{row.tail} states what only a dated period knows",
                column=column,
                value=getattr(row, column),
                expected="a blank in a cyclic period",
            )


def _check_maintenance(context: Context) -> None:
    count = {row.tail: row.count for row in context.instance.fleet}
    for row in context.instance.maintenance:
        if row.tail not in count:
            problem, expected = "there is no such tail", "a tail of fleet.csv"
        elif count[row.tail] > 1:
            problem, expected = "maintenance is of one aircraft", "a fleet row with a count of 1"
        else:
            problem = expected = ""
        if problem:
            context.findings.add(
                "maintenance-tail",
                "maintenance",
                problem,
                column="tail",
                value=row.tail,
                expected=expected,
            )
        length_min = context.calendar.minute(row.end) - context.calendar.minute(row.start)
        if length_min <= 0 or (context.calendar.cyclic and length_min > WEEK_MIN):
            context.findings.add(
                "maintenance-time",
                "maintenance",
                f"the maintenance of {row.tail} ends before it begins, or after more than a week",
                column="end",
                value=row.end.isoformat(timespec="minutes"),
            )


def _check_demand(context: Context) -> None:
    operators = {o.operator for o in context.instance.operators}
    operators.update(row.operator for row in context.instance.fleet)
    operators.update(block_carriers(context))
    for row in context.instance.demand:
        for carrier in sorted(set(row.carriers) - operators):
            context.findings.add(
                "unknown-operator",
                "demand",
                f"consignment {row.consignment} names a carrier nobody knows",
                column="carriers",
                value=carrier,
                expected="an operator of operators.csv, fleet.csv or blocks.csv",
            )
