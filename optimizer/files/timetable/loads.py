"""Rows of a load list to itineraries: on which legs, and with which trucks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from optimizer.domain.resolved import ResolvedConsignment, ResolvedInstance
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
    found: list[list[_Part]] = []
    broken: set[str] = set()
    for row in rows:
        problems: list[Finding] = []
        part = _part(Reader(row, resolved.period, problems), resolved, known, complete)
        if part is not None and not problems:
            _join(found, part, broken)
        elif (name := row.cells.get("consignment", "")) not in broken:
            broken.add(name)  # what may belong to it is not told as well
        findings += problems
    return [_load(resolved, known, parts) for parts in found], findings


@dataclass(frozen=True, slots=True)
class _Part:
    """What a row says: a consignment on some legs of a flight, and its trucks."""

    reader: Reader
    consignment: ResolvedConsignment
    grams: int
    number: int
    flight: str
    legs: tuple[int, int]
    weeks: int | None
    trucks: Mapping[str, Stated]


def _part(
    reader: Reader, resolved: ResolvedInstance, flights: Mapping[str, Rotation], complete: bool
) -> _Part | None:
    """One row; None if it says not enough."""
    consignment = resolved.consignment.get(
        reader.one_of("consignment", resolved.consignment, "consignment")
    )
    grams = reader.grams("kg")
    number = reader.whole("segment") or 1
    flight = reader.needed("flight")
    rotation = flights.get(flight)
    if flight and rotation is None and complete:
        close = nearest(flight, flights)
        reader.note("flight", "unknown flight", "unknown-flight", flight, close)
    legs = None if rotation is None else _legs(reader, rotation, complete)
    trucks = {end: _stated_truck(resolved, reader, end) for end in ("feeder", "delivery")}
    weeks = reader.whole("weeks_later")
    if consignment is None or rotation is None or legs is None:
        return None
    return _Part(reader, consignment, grams, number, flight, legs, weeks, trucks)


def _join(found: list[list[_Part]], part: _Part, broken: Collection[str]) -> None:
    """Begin a load, or go on with the one of the row before (C21)."""
    if part.number == 1:
        found.append([part])
        return
    before = found[-1] if found else []
    if (
        before
        and before[0].consignment is part.consignment
        and len(before) + 1 == part.number
        and before[0].grams == part.grams
    ):
        before.append(part)
    elif part.consignment.id not in broken:
        part.reader.note(
            "segment",
            "it goes on with no load: the row before is not the flight that brings the same kg",
            "not-joined",
            str(part.number),
            "",
            f"a row of {part.consignment.id} with segment {part.number - 1} right before it",
        )


def _load(
    resolved: ResolvedInstance, flights: Mapping[str, Rotation], parts: Sequence[_Part]
) -> Load:
    """A load from its rows; cargo brought to a gateway that no row takes on is abandoned there."""
    first, last, c = parts[0], parts[-1], parts[0].consignment
    length_min, segments = resolved.period.length_min, list[Segment]()
    ready_min: int | None = None
    for part in parts:
        lifted, landed = (flights[part.flight].legs[leg] for leg in part.legs)
        weeks = part.weeks
        if weeks is None and ready_min is None:
            weeks = weeks_later(resolved, c, lifted.origin, lifted.off_block_min)
        elif weeks is None:
            cyclic = resolved.period.cyclic
            weeks = -(-((ready_min or 0) - lifted.off_block_min) // length_min) if cyclic else 0
        segments.append(Segment(part.flight, *part.legs, weeks))
        transit = resolved.transit.get((c.id, landed.destination))
        connection_min = 0 if transit is None else transit.connection_min
        ready_min = landed.on_block_min + weeks * length_min + connection_min
    uplift = flights[first.flight].legs[first.legs[0]]
    discharge = flights[last.flight].legs[last.legs[1]]
    at_end = any(access.airport == discharge.destination for access in c.discharges)
    changes = (c.id, discharge.destination) in resolved.transit
    abandoned = len(parts) == 1 and changes and not at_end
    return Load(
        consignment=c.id,
        grams=first.grams,
        feeder=feeder(
            resolved,
            c,
            uplift.origin,
            uplift.off_block_min + segments[0].weeks_later * length_min,
            first.trucks["feeder"],
        ),
        segments=tuple(segments),
        delivery=None
        if abandoned
        else delivery(
            resolved,
            c,
            discharge.destination,
            discharge.on_block_min + segments[-1].weeks_later * length_min,
            last.trucks["delivery"],
        ),
        abandoned=abandoned,
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
