"""Published flights and tendered cargo that say nothing a plan could keep (C20, K14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from optimizer.domain.fleet import FleetRow
from optimizer.domain.frozen import FrozenCargo, FrozenFlight
from optimizer.errors import Finding
from optimizer.files.judge.index import Index
from optimizer.files.judge.times import iso
from optimizer.files.place import Place, nearest
from optimizer.files.world import world_airports


def unknown_names(index: Index) -> Iterator[Finding]:
    """Operators, types, tails and airports that do not exist or do not belong together."""
    if not index.is_whole("fleet", "operators", "airports", "tracks"):
        return
    airports = index.described_airports | frozenset(world_airports())
    for place, row in index.typed_rows("frozen_flights", FrozenFlight):
        types = {x.type for x in index.instance.fleet if x.operator == row.operator}
        if row.operator not in index.planned:
            yield place.finding(
                "operator", "no aircraft of this plan is this operator's", code="unknown-operator",
                value=row.operator, expected=" or ".join(sorted(index.planned)),
                nearest=nearest(row.operator, index.planned),
            )  # fmt: skip
        elif row.type not in types:
            yield place.finding(
                "type", f"{row.operator} has no aircraft of this type", code="no-aircraft",
                value=row.type, expected=" or ".join(sorted(types)),
                nearest=nearest(row.type, types),
            )  # fmt: skip
        elif row.tail is not None:
            yield from _tail(index, place, row)
        for code in row.route.replace("*", "").split("-"):
            if code not in airports:
                yield place.finding(
                    "route", "unknown airport", code="unknown-airport", value=code,
                    nearest=nearest(code, index.in_use),
                )  # fmt: skip


def _tail(index: Index, place: Place, row: FrozenFlight) -> Iterator[Finding]:
    tails = {name: x for x in index.instance.fleet for name in (x.tail, *_numbered(x))}
    named = tails.get(row.tail or "")
    alike = [n for n, x in tails.items() if (x.operator, x.type) == (row.operator, row.type)]
    if named is None:
        yield place.finding(
            "tail", "unknown tail", code="unknown-tail", value=row.tail,
            expected="a tail of fleet.csv", nearest=nearest(row.tail or "", alike),
        )  # fmt: skip
    elif row.tail not in alike:
        yield place.finding(
            "tail", f"it is a {named.type} of {named.operator}", code="contradiction",
            value=row.tail, expected=f"a {row.type} of {row.operator}",
        )  # fmt: skip
    elif index.instance.period.kind == "cyclic" and row.tail in _numbered(named):
        yield place.finding(
            "tail", "in a cyclic week the tails of a row swap", code="dated-only",
            value=row.tail, expected=named.tail,
        )  # fmt: skip


def _numbered(row: FleetRow) -> list[str]:
    return [f"{row.tail}-{n}" for n in range(1, row.count + 1)] if row.count > 1 else []


def aircraft_needed(index: Index) -> Iterator[Finding]:
    """Flights at one time by more aircraft than there are."""
    if not index.is_whole("fleet"):
        return
    for place, row in index.typed_rows("frozen_flights", FrozenFlight):
        alike = [
            x for x in index.instance.fleet if (x.operator, x.type) == (row.operator, row.type)
        ]
        tails = sum(x.count for x in alike if row.tail in (None, x.tail))
        if row.tail is not None and not tails:
            tails = 1
        if row.within_min == 0 and tails and row.flights > tails:
            yield place.finding(
                "flights", "there are not so many aircraft", code="no-aircraft",
                value=row.flights, expected=f"at most {tails}",
            )  # fmt: skip


def departures(index: Index) -> Iterator[Finding]:
    """Not as many departures as legs, not in order, or outside of the period."""
    start = index.instance.period.start
    end = start + timedelta(days=index.instance.period.days)
    dated = index.instance.period.kind == "dated"
    for place, row in index.typed_rows("frozen_flights", FrozenFlight):
        legs, times = row.route.count("-"), row.departs_at
        if len(times) not in (1, legs):
            yield place.finding(
                "departs_at", "not as many departures as legs", code="contradiction",
                value=len(times), expected=f"{legs} of them, or only the first",
            )  # fmt: skip
        for a, b in pairwise(times):
            if b <= a:
                yield place.finding(
                    "departs_at", "the departures are not in order", code="contradiction",
                    value=iso(b), expected=f"after {iso(a)}",
                )  # fmt: skip
        if dated and not start <= times[0] < end:
            yield place.finding(
                "departs_at", "it departs outside of the period", code="outside-period",
                value=iso(times[0]), expected=f"from {iso(start)} to {iso(end)}",
            )  # fmt: skip


def cargo(index: Index) -> Iterator[Finding]:
    """Cargo tendered for no flight, of no consignment, or more than is offered."""
    flights = {row.flight for row in index.instance.frozen_flights}
    offered = {c.consignment: c.weight_kg for c in index.instance.demand}
    offered |= {row.sold: row.weight_kg for row in index.instance.sold}
    for place, row in index.typed_rows("frozen_cargo", FrozenCargo):
        if row.flight not in flights and index.is_whole("frozen_flights"):
            yield place.finding(
                "flight", "unknown flight", code="unknown-flight", value=row.flight,
                expected="a flight of frozen_flights.csv", nearest=nearest(row.flight, flights),
            )  # fmt: skip
        if not index.is_whole("demand", "sold"):
            continue
        if row.consignment not in offered:
            yield place.finding(
                "consignment", "unknown consignment", code="unknown-cargo",
                value=row.consignment, expected="a name of demand.csv or sold.csv",
                nearest=nearest(row.consignment, offered),
            )  # fmt: skip
        elif row.weight_kg > offered[row.consignment]:
            yield place.finding(
                "weight_kg", "more is tendered than is offered", code="more-than-offered",
                value=f"{row.weight_kg:g}", expected=f"at most {offered[row.consignment]:g}",
            )  # fmt: skip


def shared_names(index: Index) -> Iterator[Finding]:
    """One name for two penalties: their money would be told as one (K14)."""
    taken = {row.commitment for row in index.instance.commitments}
    for place, row in index.typed_rows("frozen_cargo", FrozenCargo):
        if row.tendered in taken:
            yield _taken(place, "tendered", row.tendered)
    taken |= {row.tendered for row in index.instance.frozen_cargo}
    for place, flight in index.typed_rows("frozen_flights", FrozenFlight):
        if flight.flight in taken:
            yield _taken(place, "flight", flight.flight)


def _taken(place: Place, column: str, name: str) -> Finding:
    return place.finding(
        column, "a commitment or a booking has this name", code="duplicate", value=name,
        expected="a name of its own",
    )  # fmt: skip


CHECKS = (unknown_names, aircraft_needed, departures, cargo, shared_names)
