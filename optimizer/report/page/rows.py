"""Rows of the two Gantt charts: who flies when, and who stands where when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.plan.bought import bought_flight
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.stands import stand_stays


class Rows:
    """Intervals put into as few rows as a first fit finds, modulo the week where it is cyclic."""

    def __init__(self, cycle_min: int | None) -> None:
        self._cycle_min = cycle_min
        self._taken: list[list[tuple[int, int]]] = []

    def put(self, start_min: int, end_min: int) -> int:
        """Number of the row the interval went to."""
        pieces = self._pieces(start_min, end_min)
        for number, row in enumerate(self._taken):
            if not any(a < d and c < b for a, b in pieces for c, d in row):
                row.extend(pieces)
                return number
        self._taken.append(pieces)
        return len(self._taken) - 1

    def _pieces(self, start_min: int, end_min: int) -> list[tuple[int, int]]:
        week = self._cycle_min
        if week is None:
            return [(start_min, end_min)]
        start, stop = start_min % week, start_min % week + end_min - start_min
        return [(start, min(stop, week))] + ([(0, stop - week)] if stop > week else [])


def _cycle_min(resolved: ResolvedInstance) -> int | None:
    return resolved.period.length_min if resolved.period.cyclic else None


def tail_rows(resolved: ResolvedInstance, plan: Plan) -> tuple[list[dict[str, Any]], list[int]]:
    """One row for each tail, and the row of each flight.

    In a cyclic pool tails swap from week to week: its rows show how many are under way or in
    turnaround at once.
    """
    rows: list[dict[str, Any]] = []
    row_of: dict[str, int] = {}
    for pool in sorted(resolved.pools, key=lambda p: (p.operator, p.type, p.id)):
        flights = [f for f in plan.flights if f.pool == pool.id]
        placed = _placed(resolved, pool, flights)
        used = max(placed.values(), default=-1) + 1
        for number in range(max(used, pool.size)):
            rows.append(_row(resolved, plan, pool, number))
        first = len(rows) - max(used, pool.size)
        row_of |= {flight: first + number for flight, number in placed.items()}
    return rows, [row_of[f.id] for f in plan.flights]


def used_blocks(resolved: ResolvedInstance, plan: Plan) -> list[Flight]:
    """Flights of others on which the plan has cargo (C18), in order of carrier and time."""
    used = {segment.flight for load in plan.loads for segment in load.segments}
    found = [block for block in resolved.blocks if block.id in used]
    found.sort(key=lambda b: (b.operator, b.off_block_min, b.id))
    return [bought_flight(block) for block in found]


def bought_rows(
    resolved: ResolvedInstance, bought: Iterable[Flight], first: int
) -> tuple[list[dict[str, Any]], list[int]]:
    """Rows of bought capacity by carrier, and the row of each of its flights; they begin at
    `first`.
    """
    fits: dict[str, Rows] = {}
    placed = []
    for flight in bought:
        fit = fits.setdefault(flight.rotation.operator, Rows(_cycle_min(resolved)))
        number = fit.put(flight.rotation.off_block_min, flight.rotation.on_block_min)
        placed.append((flight.rotation.operator, number))
    order = sorted(set(placed))
    rows = [
        {
            "label": f"{operator} {number + 1}",
            "operator": operator,
            "type": "",
            "from": 0,
            "until": resolved.period.length_min,
            "maintenance": [],
            "returned": False,
            "bought": True,
        }
        for operator, number in order
    ]
    return rows, [first + order.index(place) for place in placed]


def _placed(
    resolved: ResolvedInstance, pool: ResolvedPool, flights: Iterable[Flight]
) -> dict[str, int]:
    """Row within its pool for each flight."""
    tails = {tail: number for number, tail in enumerate(pool.tails)}
    fit = Rows(_cycle_min(resolved))
    placed = {}
    for flight in sorted(flights, key=lambda f: f.rotation.off_block_min):
        rotation = flight.rotation
        if flight.tail in tails:
            placed[flight.id] = tails[flight.tail]
            continue
        ground = resolved.ground_at[rotation.destination, rotation.type]
        end_min = rotation.on_block_min + ground.turnaround_min
        placed[flight.id] = fit.put(rotation.off_block_min, end_min)
    return placed


def _row(resolved: ResolvedInstance, plan: Plan, pool: ResolvedPool, number: int) -> dict[str, Any]:
    swapped = resolved.period.cyclic and pool.size > 1
    tail = pool.tails[number] if number < pool.size else ""
    return {
        "label": f"{pool.id} {number + 1}" if swapped else tail,
        "operator": pool.operator,
        "type": pool.type,
        "from": pool.available_from_min,
        "until": pool.available_until_min,
        "maintenance": [[w.start_min, w.end_min] for w in pool.maintenance],
        "returned": tail in plan.returned,
    }


def stand_rows(resolved: ResolvedInstance, plan: Plan) -> dict[str, list[list[int]]]:
    """By airport every stay: flight (its position in the plan), start, end and row."""
    stays: dict[str, list[list[int]]] = {}
    for position, flight in enumerate(plan.flights):
        for stay in stand_stays(resolved, flight.rotation):
            stays.setdefault(stay.airport, []).append([position, stay.start_min, stay.end_min])
    for found in stays.values():
        fit = Rows(_cycle_min(resolved))
        found.sort(key=lambda entry: entry[1])
        for entry in found:
            entry.append(fit.put(entry[1], entry[2]))
    return stays
