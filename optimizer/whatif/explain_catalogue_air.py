"""The catalogue of single changes that might carry a consignment: rights, crews and aircraft."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Final

from optimizer.data import reference
from optimizer.whatif.explain_changes import (
    Case,
    Change,
    drop_row,
    make_edit,
    number_of,
    set_row,
    without_decision,
    without_least,
)

BLOCK_HOURS: Final = (10, 20, 40)
FLIGHTS: Final = (1, 2)
AIRCRAFT: Final = (1, 2, 3)


# --- states and markets --------------------------------------------------------------------------


def rights(case: Case) -> Iterator[Iterable[Change]]:
    """A right for an operator, or more flights by one that is capped (C15)."""
    holders = {row.operator for row in case.instance.rights}
    pairs = dict.fromkeys(
        (up.airport, down.airport)
        for up, down in itertools.product(case.cargo.uplifts, case.cargo.discharges)
    )
    for operator, (up, down) in itertools.product(case.resolved.operators, pairs):
        name = operator.operator
        if name in holders and case.may_fly_with(name) and (up, down) not in operator.rights:
            right = {"operator": name, "uplift": up, "discharge": down, "both_ways": False}
            edit = make_edit("add_rows", table="rights", rows=[right])
            yield (Change("right", f"a right {up}-{down} for {name}", (edit,)),)
    for row in case.instance.rights:
        if row.max_flights is not None and case.may_fly_with(row.operator):
            name = f"by {row.operator} {row.uplift}-{row.discharge}"
            yield (
                Change(
                    "frequency",
                    f"{number_of(n, 'flight')} more {name}",
                    (set_row("rights", row, max_flights=row.max_flights + n),),
                )
                for n in FLIGHTS
            )


def airspace(case: Case) -> Iterator[Iterable[Change]]:
    """An overflight permission for an operator (C15)."""
    tracks = [*case.instance.tracks]
    if case.instance.reference_data:
        tracks += reference().tracks
    wanted = sorted({permission for track in tracks for permission in track.requires_overflight})
    for row in case.instance.operators:
        if not case.may_fly_with(row.operator):
            continue
        for permission in wanted:
            if permission not in row.overflight:
                edit = make_edit("open_airspace", permission=permission, operator=[row.operator])
                words = f"overflight {permission} for {row.operator}"
                yield (Change("airspace", words, (edit,)),)


def markets(case: Case) -> Iterator[Iterable[Change]]:
    """More rotations to a station, or closer together (C17)."""
    for row in case.instance.markets:
        if not case.concerns(row.operators):
            continue
        name = f"to {row.station}" + (f" by {', '.join(row.operators)}" if row.operators else "")
        if row.max_rotations is not None:
            yield (
                Change(
                    "frequency",
                    f"{number_of(n, 'rotation')} more {name}",
                    (set_row("markets", row, max_rotations=row.max_rotations + n),),
                )
                for n in FLIGHTS
            )
        if row.min_spacing_min is not None:
            edit = set_row("markets", row, min_spacing_min=None)
            yield (Change("spacing", f"no least spacing of rotations {name}", (edit,)),)


# --- aircraft and crews --------------------------------------------------------------------------


def crews(case: Case) -> Iterator[Iterable[Change]]:
    """Another base for crews, or crews without a rule (C13)."""
    for row in case.instance.operators:
        if row.crew_rule is None or not case.may_fly_with(row.operator):
            continue
        bases = [b for b in case.instance.crew_bases if case.concerns(b.operators)]
        for airport in case.airports if bases else ():
            if not any(b.airport == airport for b in bases):
                base = {"airport": airport, "operators": [row.operator]}
                edit = make_edit("add_rows", table="crew_bases", rows=[base])
                yield (Change("crew", f"crews of {row.operator} at {airport}", (edit,)),)
        edit = set_row("operators", row, crew_rule=None)
        words = f"crews of {row.operator} not bound by {row.crew_rule}"
        yield (Change("crew", words, (edit,)),)


def aircraft(case: Case) -> Iterator[Iterable[Change]]:
    """Hours, availability, maintenance, duties of a tail; one more aircraft (C1, C14)."""
    for row in case.instance.fleet:
        if not case.may_fly_with(row.operator):
            continue
        most_h = row.max_block_h
        if most_h is not None:
            more = (
                Change(
                    "fleet hours",
                    f"{h} block hours more for {row.tail}",
                    (set_row("fleet", row, max_block_h=most_h + h),),
                )
                for h in BLOCK_HOURS
            )
            edit = set_row("fleet", row, max_block_h=None)
            yield (*more, Change("fleet hours", f"any block hours for {row.tail}", (edit,)))
        for column, words in _WAIVED.items():
            if getattr(row, column) is not None:
                edit = set_row("fleet", row, **{column: None})
                yield (Change("fleet", f"{row.tail} {words}", (edit,)),)
        for stop in case.instance.maintenance:
            if stop.tail == row.tail:
                words = f"{row.tail} not in maintenance from {stop.start:%a %d %b %H:%M}"
                yield (Change("maintenance", words, (drop_row("maintenance", stop),)),)


_WAIVED: Final = {
    "available_from": "available from the start of the period",
    "available_until": "available until the end of the period",
    "start_airport": "at its base at the start",
    "end_airport": "free to end at its base",
    "min_block_h": "without least block hours",
}


def one_more(case: Case) -> Iterator[Iterable[Change]]:
    """More aircraft like those of a row of the fleet, there for the whole period."""
    names = {row.tail for row in case.instance.fleet}
    free = dict.fromkeys(("start_airport", "end_airport", "available_from", "available_until"))
    for row in case.instance.fleet:
        if not case.may_fly_with(row.operator):
            continue
        name = next(n for n in (f"{row.tail}+{i}" for i in itertools.count(1)) if n not in names)
        fields = row.model_dump() | free | {"tail": name, "min_block_h": None}
        like = f"{row.type} of {row.operator} at {row.base}, like {row.tail}"
        yield (
            Change(
                "aircraft", f"{n} more {like}", (make_edit("add_tail", **(fields | {"count": n})),)
            )
            for n in AIRCRAFT
        )


def promises(case: Case) -> Iterator[Iterable[Change]]:
    """Another hard promise given up (C17, C19, C20)."""
    for row in case.instance.commitments:
        if row.penalty_usd_per_kg is None:
            words = f"commitment {row.commitment} given up"
            yield (Change("commitment", words, (drop_row("commitments", row),)),)
    for market in case.instance.markets:
        if market.min_rotations:
            words = f"no least rotations to {market.station}"
            yield (Change("commitment", words, (without_least(market),)),)
    for flight in case.instance.frozen_flights:
        if flight.penalty_usd is None:
            edit = without_decision("frozen_flights", flight)
            words = f"published flight {flight.flight} given up"
            yield (Change("commitment", words, (edit,)),)
    for cargo in case.instance.frozen_cargo:
        if cargo.penalty_usd_per_kg is None:
            edit = without_decision("frozen_cargo", cargo)
            words = f"cargo {cargo.tendered} tendered on {cargo.flight} given up"
            yield (Change("commitment", words, (edit,)),)


def bought(case: Case) -> Iterator[Iterable[Change]]:
    """More of a block of bought capacity (C18)."""
    kg, m3 = case.remainder_g / 1000, case.cargo.volume_cm3 / 1e6
    m3 *= case.remainder_g / case.cargo.weight_g
    ups, downs = ({a.airport for a in ends} for ends in (case.cargo.uplifts, case.cargo.discharges))
    for row in case.instance.blocks:
        if row.origin in ups and row.destination in downs and case.may_fly_with(row.operator):
            edit = set_row(
                "blocks", row, weight_kg=row.weight_kg + kg, volume_m3=row.volume_m3 + m3
            )
            words = f"{kg:,.0f} kg and {m3:,.1f} m3 more of block {row.block}"
            yield (Change("bought capacity", words, (edit,)),)
