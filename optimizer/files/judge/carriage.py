"""Cargo that nobody can carry, told from the instance alone, before any network is built.

Everything here errs on the side of the instance: a consignment is called impossible only when no
aircraft, right, truck or clock could ever serve it. What is left open is for the plan to find.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from optimizer.domain.airports import AircraftType
from optimizer.domain.demand import Consignment
from optimizer.domain.feeder import Lane
from optimizer.domain.fleet import FleetRow
from optimizer.domain.rules import Right
from optimizer.errors import Finding
from optimizer.files.judge.index import Index, is_code
from optimizer.files.judge.plausible import great_circle_km
from optimizer.files.judge.times import iso

FASTEST_KMH = 1_100
"""No freighter covers ground faster, tail wind included."""

FARTHEST_KM = 20_004
"""Half a meridian: no two places are farther apart."""

TABLES = (
    "fleet", "operators", "rights", "lanes", "airports", "types", "tracks", "customs", "blocks",
)  # fmt: skip
"""What the answers here rest on."""

Way = tuple[str, Lane | None]
"""An airport, and the lane between it and a place (None: it is the place)."""


@dataclass
class Carriage:
    """Answers that several consignments share."""

    index: Index
    _rights: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    _lift: dict[tuple[str, str, str], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        index = self.index
        self.airports = index.described_airports | set(index.instance.gateways)
        self.rows: dict[str, list[Right]] = {}
        for right in index.instance.rights:
            self.rows.setdefault(right.operator, []).append(right)
        self.types: dict[str, list[AircraftType | None]] = {}
        for row in index.instance.fleet:
            if row.operator in index.planned:
                type_ = index.types.get(row.type)  # None is told as an unknown type
                self.types.setdefault(row.operator, []).append(type_)

    def ways(self, place: str, *, out: bool) -> list[Way]:
        """Airports where cargo from a place (out) or for it can be lifted or unloaded."""
        ways: list[Way] = [(place, None)] if place in self.airports else []
        for lane in self.index.lanes:
            near, far = lane.origin, lane.destination
            if not out:
                near, far = far, near
            if near == place and far in self.airports:
                ways.append((far, lane))
        return ways

    def changes(self, row: Consignment) -> list[tuple[str, str, str]]:
        """Uplift, gateway and discharge of the ways with a change of aircraft (C21)."""
        if row.transit is None:
            return []
        return [
            (a, gateway, b)
            for gateway in self.index.instance.gateways
            for a, _ in self.ways(row.origin, out=True)
            for b, _ in self.ways(row.destination, out=False)
            if gateway not in (a, b)
        ]

    def may(self, operator: str, uplift: str, discharge: str) -> bool:
        """Whether an operator may carry from one airport to another (C15)."""
        key = operator, uplift, discharge
        if key not in self._rights:
            self._rights[key] = self._may(*key)
        return self._rights[key]

    def _may(self, operator: str, uplift: str, discharge: str) -> bool:
        if uplift == discharge:
            return False
        rows = self.rows.get(operator)
        if rows is None:
            gateways = self.index.instance.gateways
            return (uplift in gateways) != (discharge in gateways)
        return any(
            (self._covers(row.uplift, uplift) and self._covers(row.discharge, discharge))
            or (
                row.both_ways
                and self._covers(row.uplift, discharge)
                and self._covers(row.discharge, uplift)
            )
            for row in rows
        )

    def blocks(
        self, uplifts: Iterable[str], discharges: Iterable[str], carriers: tuple[str, ...]
    ) -> list[str]:
        """Bought capacity between some airports that cargo of some carriers may use (C18)."""
        starts, ends = set(uplifts), set(discharges)
        return [
            row.block
            for row in self.index.instance.blocks
            if row.origin in starts
            and row.destination in ends
            and (not carriers or row.operator in carriers)
        ]

    def _covers(self, point: str, airport: str) -> bool:
        if point == "*":
            return True
        return point == airport if is_code(point) else point == self.index.country(airport)

    def can_lift(self, operator: str, uplift: str, discharge: str) -> bool:
        """Whether an aircraft of the operator lifts anything over the distance (C3 to C5)."""
        key = operator, uplift, discharge
        if key not in self._lift:
            types = self.types.get(operator, ())
            self._lift[key] = any(self._lifts(t, uplift, discharge) for t in types)
        return self._lift[key]

    def _lifts(self, type_: AircraftType | None, uplift: str, discharge: str) -> bool:
        if type_ is None:
            return True
        universe = self.index.instance.universe
        direct = universe.max_stations == 1 and universe.max_technical_stops == 0
        distance_km = self.distance_km(uplift, discharge) if direct else 0.0
        cap_t = payload_t(type_, distance_km or 0.0)
        return cap_t is None or cap_t > 0

    def distance_km(self, uplift: str, discharge: str) -> float | None:
        """The shortest way anybody could fly between two airports, if known."""
        tracks = self.index.tracks.get((uplift, discharge))
        if tracks:
            return min(track.distance_km for track in tracks)
        return great_circle_km(self.index, uplift, discharge)


def payload_t(type_: AircraftType, distance_km: float) -> float | None:
    """Payload over a distance by the payload-range model of ``docs/formulation.md`` (C3).

    None when a figure is missing.
    """
    figures = (
        type_.operating_empty_t,
        type_.uld_tare_t,
        type_.reserve_fuel_t,
        type_.max_payload_t,
        type_.max_takeoff_t,
        type_.max_landing_t,
        type_.fuel_capacity_t,
        type_.range_constant_km,
    )
    known = [figure for figure in figures if figure is not None]
    if len(known) < len(figures):
        return None
    empty, tare, reserve, structure, takeoff, landing, fuel, constant_km = known
    zero = empty + tare + reserve
    burn = math.expm1(min(distance_km / constant_km, 700.0))  # beyond it floats overflow
    caps = [structure, takeoff / (1 + burn) - zero, landing - zero]
    if burn > 0:
        caps.append((fuel - reserve) / burn - zero)
    return min(caps)


def nobody_to_carry(index: Index) -> Iterator[Finding]:
    """Consignments that no planned operator may or can carry, with the reason."""
    if not index.is_whole(*TABLES) or not (index.instance.fleet or index.instance.blocks):
        return
    carriage = Carriage(index)
    verdicts: dict[tuple[object, ...], tuple[str, str, str] | None] = {}
    for place, row in index.typed_rows("demand", Consignment):
        key = (row.origin, row.destination, row.carriers, row.transit is None)
        if key not in verdicts:
            verdicts[key] = _obstacle(carriage, row)
        if (verdict := verdicts[key]) is not None:
            column, code, problem = verdict
            value = getattr(row, column)
            yield place.warning(
                column, problem, code=code, value=";".join(value) if column == "carriers" else value
            )


def _obstacle(carriage: Carriage, row: Consignment) -> tuple[str, str, str] | None:
    """Column, code and words of what stands in the way of a consignment."""
    uplifts = carriage.ways(row.origin, out=True)
    discharges = carriage.ways(row.destination, out=False)
    if not uplifts or not discharges:
        known = carriage.airports | carriage.index.lane_ends
        column, place = ("destination", row.destination) if uplifts else ("origin", row.origin)
        if place not in known:
            return None  # an unknown place is told as such
        direction = "to" if uplifts else "from"
        return column, "no-lane", f"no lane leads {direction} this place"
    if carriage.blocks((a for a, _ in uplifts), (b for b, _ in discharges), row.carriers):
        return None
    operators = [o for o in carriage.index.planned if not row.carriers or o in row.carriers]
    if not operators:
        return "carriers", "no-carrier", "none of its carriers has an aircraft in this plan"
    pairs = [(a, b) for a, _ in uplifts for b, _ in discharges]
    allowed = [(o, a, b) for o in operators for a, b in pairs if carriage.may(o, a, b)]
    for a, gateway, b in carriage.changes(row):
        inbound = [(o, a, gateway) for o in operators if carriage.may(o, a, gateway)]
        outbound = [(o, gateway, b) for o in operators if carriage.may(o, gateway, b)]
        allowed += [*inbound, *outbound] if inbound and outbound else []
    if not allowed:
        return "destination", "no-rights", "no operator may carry it there"
    if not any(carriage.can_lift(*way) for way in allowed):
        return "destination", "out-of-range", "no aircraft can lift anything over this distance"
    return None


def too_late(index: Index) -> Iterator[Finding]:
    """Consignments due before the first truck and the fastest flight can bring them (C11)."""
    if not index.is_whole(*TABLES):
        return
    carriage = Carriage(index)
    for place, row in index.typed_rows("demand", Consignment):
        arrivals = [
            arrival
            for uplift in carriage.ways(row.origin, out=True)
            for discharge in carriage.ways(row.destination, out=False)
            if (arrival := _arrival(carriage, row, uplift, discharge)) is not None
        ]
        if arrivals and min(arrivals) > row.due_at and row.due_at > row.ready_at:
            first = min(arrivals).astimezone(row.due_at.tzinfo) + timedelta(seconds=59)
            yield place.warning(
                "due_at",
                "no truck and flight can bring it in time",
                code="too-late",
                value=iso(row.due_at),
                expected=f"not before {iso(first)}",
            )


def _arrival(carriage: Carriage, row: Consignment, uplift: Way, discharge: Way) -> datetime | None:
    """The earliest possible arrival by one way; None if it leads nowhere."""
    index = carriage.index
    (origin, feeder), (destination, delivery) = uplift, discharge
    if origin == destination:
        return None
    at = row.ready_at
    if feeder is not None:
        at = _next_dispatch(index, feeder, at) + timedelta(minutes=feeder.truck_min)
    export = index.customs(row.customs, origin)
    distance_km = carriage.distance_km(origin, destination) or 0.0
    flight_h = min(distance_km, FARTHEST_KM) / FASTEST_KMH
    at += timedelta(minutes=export.export_min if export else 0, seconds=math.floor(flight_h * 3600))
    arrival = index.customs(row.customs, destination)
    at += timedelta(minutes=arrival.import_min if arrival else 0)
    if delivery is not None:
        at += timedelta(minutes=delivery.truck_min)
    return at


def _next_dispatch(index: Index, lane: Lane, ready: datetime) -> datetime:
    start = index.instance.period.start
    ready_min = math.ceil((ready - start).total_seconds() / 60)
    wait_min = (lane.dispatch_offset_min - ready_min) % lane.dispatch_every_min
    return start + timedelta(minutes=ready_min + wait_min)


def useless_tails(index: Index) -> Iterator[Finding]:
    """Tails that nothing on offer may fly with, and tails outside of the plan."""
    if not index.is_whole("demand", "sold", *TABLES):
        return
    if not index.instance.demand and not index.instance.sold:
        return
    carriage = Carriage(index)
    offers = {
        (a, b, row.carriers)
        for row in index.instance.demand
        for a, _ in carriage.ways(row.origin, out=True)
        for b, _ in carriage.ways(row.destination, out=False)
    }
    offers |= {(row.origin, row.destination, row.operators) for row in index.instance.sold}
    for consignment in index.instance.demand:
        for a, gateway, b in carriage.changes(consignment):
            who = consignment.carriers
            offers |= {(a, gateway, who), (gateway, b, who)}
    useful = {
        operator
        for operator in index.planned
        if any((not c or operator in c) and carriage.may(operator, a, b) for a, b, c in offers)
    }
    for place, row in index.typed_rows("fleet", FleetRow):
        if row.operator not in index.planned:
            yield place.warning(
                "operator",
                "its operator is given, so this tail is outside of the plan",
                code="unused",
                value=row.operator,
            )
        elif row.operator not in useful:
            yield place.warning(
                "operator",
                "its operator may carry nothing that is on offer",
                code="no-rights",
                value=row.operator,
                expected="rights, or cargo that may fly with it",
            )


def nothing_to_plan(index: Index) -> Iterator[Finding]:
    """Instances without cargo or without aircraft."""
    if not index.instance.demand and not index.instance.sold:
        yield index.places.table("demand").warning(
            "", "there is no consignment, so there is nothing to carry", code="no-demand"
        )
    if not index.instance.fleet and not index.instance.blocks:
        yield index.places.table("fleet").warning(
            "", "there is no aircraft, so nothing can be carried", code="no-fleet"
        )


CHECKS = (nobody_to_carry, too_late, useless_tails, nothing_to_plan)
