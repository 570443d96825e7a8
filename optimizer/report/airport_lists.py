"""Lists for people outside the planning room: slots for coordinators, cut-offs for truckers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd

from optimizer.domain.resolved import ResolvedHeldSlot, ResolvedInstance, ResolvedSlotLimit
from optimizer.network import Terminals
from optimizer.plan.bought import carrying_flights
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.windows import in_windows
from optimizer.report.clock import Clock
from optimizer.report.frames import frame, ratio

SLOTS: Final = (
    "operator", "airport", "movement", "time_local", "time_utc", "flight", "tail", "type", "leg",
    "other_airport", "windows", "held_slot", "held_time_local",
)  # fmt: skip
SLOT_USE: Final = (
    "window", "airport", "arrivals", "departures", "operators", "from_local", "to_local",
    "movements", "used", "use",
)  # fmt: skip

HANDLING_USE: Final = (
    "window", "airport", "loaded", "unloaded", "from_local", "to_local", "most_kg", "used_kg",
    "use",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Movement:
    """One arrival or departure of the plan."""

    kind: Literal["arrival", "departure"]
    airport: str
    other_airport: str
    minute: int
    flight: Flight
    leg: int


def movements(plan: Plan) -> Iterator[Movement]:
    """Every movement of the plan, flight by flight."""
    for flight in plan.flights:
        for i, leg in enumerate(flight.rotation.legs):
            yield Movement("departure", leg.origin, leg.destination, leg.off_block_min, flight, i)
            yield Movement("arrival", leg.destination, leg.origin, leg.on_block_min, flight, i)


def slots(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """Movements at airports where slots are limited or held, by operator (C7)."""
    clock = Clock(resolved)
    coordinated = {limit.airport for limit in resolved.slot_limits}
    coordinated |= {held.airport for held in resolved.held_slots}
    listed = [m for m in movements(plan) if m.airport in coordinated]
    held = match_held_slots(resolved, listed)
    limits: dict[str, list[ResolvedSlotLimit]] = defaultdict(list)
    for limit in resolved.slot_limits:
        limits[limit.airport].append(limit)
    listed.sort(key=lambda m: (m.flight.rotation.operator, m.airport, m.minute, m.flight.id, m.leg))
    rows: list[dict[str, Any]] = []
    for m in listed:
        own = held.get((m.flight.id, m.leg, m.kind))
        rows.append(
            {
                "operator": m.flight.rotation.operator,
                "airport": m.airport,
                "movement": m.kind,
                "time_local": clock.local(m.minute, m.airport),
                "time_utc": clock.utc(m.minute),
                "flight": m.flight.id,
                "tail": m.flight.tail,
                "type": m.flight.rotation.type,
                "leg": m.leg + 1,
                "other_airport": m.other_airport,
                "windows": ";".join(
                    limit.id for limit in limits[m.airport] if _counts(resolved, limit, m)
                ),
                "held_slot": own.id if own else "",
                "held_time_local": clock.local(own.minute, m.airport) if own else "",
            }
        )
    return frame(SLOTS, rows)


def slot_use(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """Movements in each slot window against its number (C7)."""
    clock = Clock(resolved)
    by_airport: dict[str, list[Movement]] = defaultdict(list)
    for m in movements(plan):
        by_airport[m.airport].append(m)
    rows = []
    for limit in resolved.slot_limits:
        used = sum(_counts(resolved, limit, m) for m in by_airport[limit.airport])
        rows.append(
            {
                "window": limit.id,
                "airport": limit.airport,
                "arrivals": limit.arrivals,
                "departures": limit.departures,
                "operators": ";".join(limit.operators),
                "from_local": clock.local(limit.window.start_min, limit.airport),
                "to_local": clock.local(limit.window.end_min, limit.airport),
                "movements": limit.movements,
                "used": used,
                "use": ratio(used, limit.movements),
            }
        )
    return frame(SLOT_USE, rows)


def handling_use(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """Kilograms through each window of a terminal against its limit (C10)."""
    clock, terminals = Clock(resolved), Terminals(resolved)
    grams = [0] * len(terminals.limits)
    flights = carrying_flights(resolved, plan)
    for load in plan.loads:
        for part in load.segments:
            rotation = flights[part.flight].rotation
            for number in terminals.windows(rotation, part.uplift_leg, part.discharge_leg):
                grams[number] += load.grams
    rows = (
        {
            "window": limit.id,
            "airport": limit.airport,
            "loaded": limit.loaded,
            "unloaded": limit.unloaded,
            "from_local": clock.local(limit.window.start_min, limit.airport),
            "to_local": clock.local(limit.window.end_min, limit.airport),
            "most_kg": limit.most_g / 1000,
            "used_kg": used / 1000,
            "use": ratio(used, limit.most_g),
        }
        for limit, used in zip(terminals.limits, grams, strict=True)
    )
    return frame(HANDLING_USE, rows)


def _counts(resolved: ResolvedInstance, limit: ResolvedSlotLimit, m: Movement) -> bool:
    concerned = limit.arrivals if m.kind == "arrival" else limit.departures
    cycle_min = resolved.period.length_min if resolved.period.cyclic else None
    return (
        concerned
        and limit.airport == m.airport
        and (not limit.operators or m.flight.rotation.operator in limit.operators)
        and in_windows(m.minute, (limit.window,), cycle_min)
    )


def match_held_slots(
    resolved: ResolvedInstance, listed: list[Movement]
) -> dict[tuple[str, int, str], ResolvedHeldSlot]:
    """Which held slot each movement uses: one each, as many matched as can be.

    Augmenting paths, movement by movement; keys are flight, leg and kind of movement.
    """
    taken: dict[tuple[str, int], Movement] = {}
    held = {slot.id: slot for slot in resolved.held_slots}

    def candidates(m: Movement) -> Iterator[tuple[str, int]]:
        for slot in resolved.held_slots:
            mine = (slot.operator, slot.airport, slot.movement)
            if mine == (m.flight.rotation.operator, m.airport, m.kind) and _near(resolved, slot, m):
                yield from ((slot.id, copy) for copy in range(slot.slots))

    def place(m: Movement, seen: set[tuple[str, int]]) -> bool:
        for spot in candidates(m):
            if spot not in seen:
                seen.add(spot)
                if spot not in taken or place(taken[spot], seen):
                    taken[spot] = m
                    return True
        return False

    for movement in listed:
        place(movement, set())
    return {(m.flight.id, m.leg, m.kind): held[slot_id] for (slot_id, _), m in taken.items()}


def _near(resolved: ResolvedInstance, slot: ResolvedHeldSlot, m: Movement) -> bool:
    apart = abs(m.minute - slot.minute)
    if resolved.period.cyclic:
        week = resolved.period.length_min
        apart = min(apart % week, -apart % week)
    return apart <= slot.tolerance_min
