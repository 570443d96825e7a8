"""Rows of movements at airports: slots (C7) and stands (C9)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.domain.resolved import ResolvedHeldSlot, ResolvedSlotLimit, Window
from optimizer.model.columns import Columns
from optimizer.model.instants import Stay, at_every_instant
from optimizer.model.programme import Variable
from optimizer.plan.stands import stand_stays

SIZES = "ABCDEF"
"""ICAO aerodrome reference code letters, smallest first."""


@dataclass(frozen=True, slots=True)
class _Movement:
    """A take-off or landing of a rotation; technical stops too."""

    airport: str
    kind: str
    minute: int
    rotation: int
    operator: str


def c7_slot_windows(c: Columns) -> None:
    """C7: movements in each slot window are at most its number."""
    at: dict[str, list[_Movement]] = defaultdict(list)
    for movement in _movements(c):
        at[movement.airport].append(movement)
    for moving in at.values():
        moving.sort(key=lambda m: c.modulo(m.minute))
    minutes = {airport: [c.modulo(m.minute) for m in moving] for airport, moving in at.items()}
    for number, limit in enumerate(c.resolved.slot_limits):
        terms = [
            term
            for low, high in _spans(c, limit.window)
            for m in at[limit.airport][
                bisect_left(minutes.get(limit.airport, ()), low) : bisect_left(
                    minutes.get(limit.airport, ()), high
                )
            ]
            if _concerns(limit, m)
            for term in c.flights(m.rotation)
        ]
        if terms:
            c.at_most(f"C7_{number}_{limit.airport}", terms, limit.movements)


def _spans(c: Columns, window: Window) -> list[tuple[int, int]]:
    """A window in minutes of the period; in a cyclic one it may go over the week's end."""
    if c.cycle_min is None:
        return [(window.start_min, window.end_min)]
    this_week = (window.start_min, min(window.end_min, c.cycle_min))
    next_week = (
        max(0, window.start_min - c.cycle_min),
        min(window.end_min - c.cycle_min, window.start_min),
    )
    return [(low, high) for low, high in (this_week, next_week) if low < high]


def _concerns(limit: ResolvedSlotLimit, movement: _Movement) -> bool:
    kind = limit.departures if movement.kind == "departure" else limit.arrivals
    return kind and (not limit.operators or movement.operator in limit.operators)


def c7_held_slots(c: Columns) -> None:
    """C7: each movement of an operator that holds slots for it is matched to one of its own.

    A transport problem: all movements of a minute are matched, no slot is used beyond its number.
    """
    held: dict[tuple[str, str, str], list[ResolvedHeldSlot]] = defaultdict(list)
    for slot in c.resolved.held_slots:
        held[slot.operator, slot.airport, slot.movement].append(slot)
    movements: dict[tuple[str, str, str], list[_Movement]] = defaultdict(list)
    for m in _movements(c):
        movements[m.operator, m.airport, m.kind].append(m)
    for number, (key, slots) in enumerate(held.items()):
        _match_to_slots(c, f"C7_held_{number}", movements[key], slots)


def _match_to_slots(
    c: Columns, name: str, movements: list[_Movement], slots: list[ResolvedHeldSlot]
) -> None:
    at: dict[int, list[_Movement]] = defaultdict(list)
    for m in movements:
        at[c.modulo(m.minute)].append(m)
    used: list[list[tuple[Variable, float]]] = [[] for _ in slots]
    for minute, moving in at.items():
        matched: list[tuple[Variable, float]] = []
        for s, slot in enumerate(slots):
            if _apart_min(minute, slot.minute, c.cycle_min) <= slot.tolerance_min:
                variable = c.continuous(f"h_{name}_{minute}_{s}")
                matched.append((variable, -1.0))
                used[s].append((variable, 1.0))
        flown = [term for m in moving for term in c.flights(m.rotation)]
        c.equal(f"{name}_at_{minute}", [*flown, *matched], 0)
    for s, (slot, terms) in enumerate(zip(slots, used, strict=True)):
        if terms:
            c.at_most(f"{name}_slot_{s}", terms, slot.slots)


def _apart_min(a: int, b: int, cycle_min: int | None) -> int:
    """Minutes between two instants; the shorter way round in a week that repeats."""
    if cycle_min is None:
        return abs(a - b)
    ahead = (a - b) % cycle_min
    return min(ahead, cycle_min - ahead)


def _movements(c: Columns) -> Iterator[_Movement]:
    for r in c.sets.choices_of:
        rotation = c.sets.rotations[r]
        for leg in rotation.legs:
            yield _Movement(leg.origin, "departure", leg.off_block_min, r, rotation.operator)
            yield _Movement(leg.destination, "arrival", leg.on_block_min, r, rotation.operator)


def c9_stands(c: Columns) -> None:
    """C9: aircraft on the ground that need a size or a larger one are at most such stands."""
    used = sorted({c.resolved.type[pool.type].size_code for pool in c.resolved.pools})
    for airport in c.resolved.airports:
        for size in used if airport.stands else ():
            larger = SIZES[SIZES.index(size) :]
            stands = sum(number for letter, number in airport.stands if letter in larger)
            stays = list(_stays(c, airport.code, larger))
            at_every_instant(c, f"C9_{airport.code}_{size}", stays, stands)


def _stays(c: Columns, airport: str, sizes: str) -> Iterator[Stay]:
    """When flights of a rotation take a stand of the airport."""
    for r in c.sets.choices_of:
        rotation = c.sets.rotations[r]
        if c.resolved.type[rotation.type].size_code in sizes:
            for stay in stand_stays(c.resolved, rotation):
                if stay.airport == airport:
                    yield Stay(stay.start_min, stay.end_min, r)
