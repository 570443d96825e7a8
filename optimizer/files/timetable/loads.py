"""Rows of a load list to itineraries: on which legs, and with which trucks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from optimizer.domain.resolved import ResolvedInstance
from optimizer.errors import Finding
from optimizer.files.place import nearest
from optimizer.files.table import RawRow
from optimizer.files.timetable.reader import Reader
from optimizer.files.timetable.schedule import StatedFlight
from optimizer.files.timetable.trucks import Stated, delivery, feeder, weeks_later
from optimizer.plan.bought import bought_flight
from optimizer.plan.plan import Load, Segment
from optimizer.plan.rotation import Rotation


def read_loads(
    resolved: ResolvedInstance,
    flights: Iterable[StatedFlight],
    rows: Iterable[RawRow],
    *,
    complete: bool,
) -> tuple[list[Load], list[Finding]]:
    """The loads of a load list.

    Args:
        resolved: What is planned.
        flights: The flights of the schedule that could be read; bought capacity is known besides.
        rows: Rows of the load list.
        complete: Whether that is all of them; if not, unknown flights and legs are not told.
    """
    known = {block.id: bought_flight(block).rotation for block in resolved.blocks}
    known |= {stated.flight.id: stated.flight.rotation for stated in flights}
    findings: list[Finding] = []
    loads: list[Load] = []
    for row in rows:
        load = _load(resolved, known, row, findings, complete)
        if load is not None:
            loads.append(load)
    return loads, findings


def _load(
    resolved: ResolvedInstance,
    flights: Mapping[str, Rotation],
    row: RawRow,
    findings: list[Finding],
    complete: bool,
) -> Load | None:
    problems: list[Finding] = []
    reader = Reader(row, resolved.period, problems)
    consignment = resolved.consignment.get(
        reader.one_of("consignment", resolved.consignment, "consignment")
    )
    grams = reader.grams("kg")
    if (reader.whole("segment") or 1) > 1:
        reader.note("segment", "not supported yet: hub transit (C21)", "not-supported")
    flight = reader.needed("flight")
    rotation = flights.get(flight)
    if flight and rotation is None and complete:
        close = nearest(flight, flights)
        reader.note("flight", "unknown flight", "unknown-flight", flight, close)
    legs = None if rotation is None else _legs(reader, rotation, complete)
    trucks = {end: _stated_truck(resolved, reader, end) for end in ("feeder", "delivery")}
    weeks = reader.whole("weeks_later")
    findings += problems
    if problems or consignment is None or rotation is None or legs is None:
        return None
    uplift, discharge = rotation.legs[legs[0]], rotation.legs[legs[1]]
    if weeks is None:
        weeks = weeks_later(resolved, consignment, uplift.origin, uplift.off_block_min)
    shift_min = weeks * resolved.period.length_min
    return Load(
        consignment=consignment.id,
        grams=grams,
        feeder=feeder(
            resolved,
            consignment,
            uplift.origin,
            uplift.off_block_min + shift_min,
            trucks["feeder"],
        ),
        segments=(Segment(flight, legs[0], legs[1], weeks),),
        delivery=delivery(
            resolved,
            consignment,
            discharge.destination,
            discharge.on_block_min + shift_min,
            trucks["delivery"],
        ),
    )


def _legs(reader: Reader, rotation: Rotation, complete: bool) -> tuple[int, int] | None:
    """Indices of the legs from uplift to discharge."""
    uplift, discharge = reader.needed("uplift"), reader.needed("discharge")
    if not uplift or not discharge:
        return None
    first, last = reader.whole("uplift_leg"), reader.whole("discharge_leg")
    for i, leg in enumerate(rotation.legs):
        if leg.origin != uplift or first not in (None, i + 1):
            continue
        for j in range(i, len(rotation.legs)):
            if rotation.legs[j].destination == discharge and last in (None, j + 1):
                return i, j
    if not complete:  # legs that could not be read may be what is missing
        return None
    origins = [leg.origin for leg in rotation.legs]
    if uplift not in origins:
        column, value, close = "uplift", uplift, nearest(uplift, origins)
    else:
        column, value = "discharge", discharge
        close = nearest(discharge, [leg.destination for leg in rotation.legs])
    reader.note(
        column,
        f"the flight does not go from {uplift} to {discharge}",
        "not-on-route",
        value,
        close,
        f"airports of {rotation.route}",
    )
    return None


def _stated_truck(resolved: ResolvedInstance, reader: Reader, end: str) -> Stated:
    """Lane and dispatch as far as the row says."""
    lane = reader.text(f"{end}_lane")
    if lane:
        lane = reader.one_of(f"{end}_lane", resolved.lane, "lane")
    return lane, reader.minute(f"{end}_dispatch")
