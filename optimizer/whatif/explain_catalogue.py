"""The catalogue of single changes that might carry a consignment: cargo, trucks and airports.

A *kind* of change at one place comes in sizes, the smallest first (a truck more, two, four, any
number); of each the smallest size that carries the consignment counts. ``docs/explain.md`` has the
catalogue in its order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from optimizer.domain.feeder import lane_id
from optimizer.whatif import explain_catalogue_air as air
from optimizer.whatif.explain_changes import Case, Change, Ladder, make_edit, number_of, set_row

HOURS: Final = (6, 12, 24, 48, 96)
"""How much earlier or later cargo is ready or due."""
TRUCKS: Final = (1, 2, 4)
MOVEMENTS: Final = (1, 2)


def catalogue(case: Case) -> tuple[Ladder, ...]:
    """Every kind of change that the instance has something of, in the order of the catalogue."""
    return tuple(tuple(ladder) for family in FAMILIES for ladder in family(case) if ladder)


# --- the cargo itself ----------------------------------------------------------------------------


def _customs(case: Case) -> Iterator[Iterable[Change]]:
    """Another customs mode (C11)."""
    for mode in dict.fromkeys(mode.mode for mode in case.resolved.customs):
        if mode != case.cargo.customs:
            edit = make_edit("declare_demand", consignments=[case.id], customs=mode)
            yield (
                Change("customs", f"customs mode {mode} instead of {case.cargo.customs}", (edit,)),
            )


def _times(case: Case) -> Iterator[Iterable[Change]]:
    """Due later, ready earlier, longer at the airport (C11)."""
    row = case.row
    yield (
        Change("due", f"due {h} h later", case.of_cargo(due_at=_moved(row.due_at, h)))
        for h in HOURS
    )
    yield (
        Change("ready", f"ready {h} h earlier", case.of_cargo(ready_at=_moved(row.ready_at, -h)))
        for h in HOURS
    )
    if row.max_dwell_h is not None:
        longer = (
            Change(
                "dwell",
                f"{h} h longer at the airport",
                case.of_cargo(max_dwell_h=row.max_dwell_h + h),
            )
            for h in HOURS
        )
        anyhow = Change("dwell", "any time at the airport", case.of_cargo(max_dwell_h=None))
        yield (*longer, anyhow)


def _moved(instant: datetime, hours: int) -> str:
    return (instant + timedelta(hours=hours)).isoformat(timespec="minutes")


def _conditions(case: Case) -> Iterator[Iterable[Change]]:
    """Carriers and requirements of the consignment waived, and what keeps it apart (C0, C16)."""
    if case.row.carriers:
        yield (Change("carriers", "any carrier", case.of_cargo(carriers=[])),)
    if case.row.requires:
        needs = ", ".join(case.row.requires)
        yield (Change("special cargo", f"without {needs}", case.of_cargo(requires=[])),)


# --- trucks and airports -------------------------------------------------------------------------


def _trucks(case: Case) -> Iterator[Iterable[Change]]:
    """More trucks at each dispatch of a lane that it uses (C12)."""
    accesses = (*case.cargo.uplifts, *case.cargo.discharges)
    used = {access.lane for access in accesses if access.lane is not None}
    for row in case.instance.lanes:
        trucks = row.trucks_per_dispatch
        if lane_id(row) not in used or trucks is None:
            continue
        name = f"at each dispatch on {lane_id(row)}"
        more = (
            Change(
                "trucks",
                f"{number_of(n, 'truck')} more {name}",
                (set_row("lanes", row, trucks_per_dispatch=trucks + n),),
            )
            for n in TRUCKS
        )
        edit = set_row("lanes", row, trucks_per_dispatch=None)
        yield (*more, Change("trucks", f"any number of trucks {name}", (edit,)))


def _slots(case: Case) -> Iterator[Iterable[Change]]:
    """More slots in a window, more held slots, or none needed (C7)."""
    for row in case.instance.slots:
        if row.airport in case.airports and case.concerns(row.operators):
            kind = "movement" if row.movement == "any" else row.movement
            name = f"at {row.airport}, {row.from_local} to {row.to_local}"
            yield (
                Change(
                    "slot",
                    f"{number_of(n, kind)} more {name}",
                    (set_row("slots", row, movements=row.movements + n),),
                )
                for n in MOVEMENTS
            )
    for slot in case.instance.held_slots:
        if slot.airport in case.airports and case.may_fly_with(slot.operator):
            name = f"{slot.movement} slot of {slot.operator} at {slot.airport}, {slot.time_local}"
            yield (
                Change(
                    "slot",
                    f"one more {name}",
                    (set_row("held_slots", slot, slots=slot.slots + 1),),
                ),
            )
    held = {
        (row.operator, row.airport, row.movement)
        for row in case.instance.held_slots
        if row.airport in case.airports and case.may_fly_with(row.operator)
    }
    for operator, airport, movement in sorted(held):
        chosen = {"operator": operator, "airport": airport, "movement": movement}
        edit = make_edit("remove_rows", table="held_slots", where=chosen)
        words = f"{operator} free of its held {movement} slots at {airport}"
        yield (Change("slot", words, (edit,)),)


def _terminals(case: Case) -> Iterator[Iterable[Change]]:
    """More through a terminal, and more room in it (C10)."""
    kg = case.remainder_g / 1000
    for row in case.instance.handling:
        if row.airport in case.airports:
            edit = set_row("handling", row, most_kg=row.most_kg + kg)
            span = f", {row.from_local} to {row.to_local}" if row.from_local else ""
            words = f"{kg:,.0f} kg more {row.cargo} in each window at {row.airport}{span}"
            yield (Change("handling", words, (edit,)),)
    for room in case.instance.stock:
        if room.airport in case.airports:
            edit = set_row("stock", room, most_kg=room.most_kg + kg)
            words = f"room for {kg:,.0f} kg more in stock at {room.airport}"
            yield (Change("stock", words, (edit,)),)


def _stands(case: Case) -> Iterator[Iterable[Change]]:
    """One more stand of a size that the fleet needs (C9)."""
    sizes = sorted({case.resolved.type[pool.type].size_code for pool in case.resolved.pools})
    for airport in case.airports:
        there = case.resolved.airport[airport].stands if airport in case.resolved.airport else ()
        if not there:
            continue
        for size in sizes:
            edit = make_edit(
                "set_stands", airport=airport, size_code=size, stands=dict(there).get(size, 0) + 1
            )
            yield (Change("stand", f"one more stand of size {size} at {airport}", (edit,)),)


def _curfews(case: Case) -> Iterator[Iterable[Change]]:
    """No curfew at an airport (C8)."""
    closed = {closure.airport for closure in case.resolved.closures}
    for airport in case.airports:
        if airport in closed:
            edit = make_edit("open_airport", airport=airport)
            yield (Change("curfew", f"no curfew at {airport}", (edit,)),)


FAMILIES: Final = (
    _customs,
    _times,
    _conditions,
    _trucks,
    _slots,
    _terminals,
    _stands,
    _curfews,
    air.rights,
    air.airspace,
    air.markets,
    air.crews,
    air.aircraft,
    air.promises,
    air.bought,
    air.one_more,
)
"""The catalogue in its order, after "no change" and before "a higher rate"."""
