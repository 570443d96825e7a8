"""A timetable made elsewhere: a schedule and a load list as CSV, read as a plan.

What such files state is taken as it is; whether it keeps the rules is for the audit to say. Only
what cannot be understood at all is an error.
"""

from __future__ import annotations

import os
from pathlib import Path

from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance
from optimizer.errors import SolutionError
from optimizer.files.timetable.loads import read_loads
from optimizer.files.timetable.reader import read_rows
from optimizer.files.timetable.schedule import read_flights, returned_tails, with_stops
from optimizer.files.timetable.trucks import least_trucks
from optimizer.plan.costing import price
from optimizer.plan.plan import Plan

SCHEDULE_COLUMNS = (
    "flight",
    "tail",
    "pool",
    "operator",
    "type",
    "leg",
    "origin",
    "destination",
    "off_block",
    "off_block_utc",
    "on_block",
    "on_block_utc",
    "stop",
)
"""Columns of the schedule that are read; others are passed over."""

LOAD_COLUMNS = (
    "consignment",
    "flight",
    "uplift",
    "discharge",
    "kg",
    "uplift_leg",
    "discharge_leg",
    "weeks_later",
    "segment",
    "feeder_lane",
    "feeder_dispatch",
    "feeder_dispatch_utc",
    "delivery_lane",
    "delivery_dispatch",
    "delivery_dispatch_utc",
)
"""Columns of the load list that are read; others are passed over."""


def read_timetable(
    instance: Instance,
    resolved: ResolvedInstance,
    schedule_csv: str | os.PathLike[str],
    loads_csv: str | os.PathLike[str],
) -> Plan:
    """Read a timetable and its loads as a plan.

    Legs without a flight id are joined into rotations at gateways, tail by tail. Where a load does
    not say which trucks it takes, it takes the latest dispatch that meets the cut-off of its flight
    and the first one after its release; trucks are the least whole numbers. A returnable tail that
    flies nothing is returned. The plan is priced, unless a leg cannot be flown at all.

    Args:
        instance: What the timetable is for.
        resolved: The same, resolved.
        schedule_csv: One leg a row: tail, origin, destination, off_block, on_block, and more.
        loads_csv: One load a row: consignment, flight, uplift, discharge, kg, and more.

    Raises:
        SolutionError: With everything that cannot be understood.
    """
    legs, findings = read_rows(
        Path(schedule_csv),
        SCHEDULE_COLUMNS,
        ("origin", "destination", "off_block", "on_block"),
        ("tail", "pool", "operator", "type"),
    )
    rows, problems = read_rows(
        Path(loads_csv), LOAD_COLUMNS, ("consignment", "flight", "uplift", "discharge", "kg")
    )
    findings += problems
    flights, problems = read_flights(resolved, legs)
    findings += problems
    loads, problems = read_loads(resolved, flights, rows, complete=not findings)
    findings += problems
    if findings:
        raise SolutionError(findings)
    flights = with_stops(resolved, flights, loads)
    plan = Plan(
        instance=instance.name,
        resolved_digest=resolved_digest(resolved),
        flights=tuple(flight.flight for flight in flights),
        loads=tuple(loads),
        trucks=least_trucks(resolved, loads),
        returned=returned_tails(resolved, flights),
    )
    return price(resolved, plan) if _can_be_priced(resolved, plan) else plan


def _can_be_priced(resolved: ResolvedInstance, plan: Plan) -> bool:
    """Whether there are costs for every leg and every truck."""
    legs = all(
        (f.rotation.operator, f.rotation.type, leg.origin, leg.destination) in resolved.leg
        for f in plan.flights
        for leg in f.rotation.legs
    )
    return legs and all(
        run.customs in dict(resolved.lane[run.lane].cost_micro) for run in plan.trucks
    )
