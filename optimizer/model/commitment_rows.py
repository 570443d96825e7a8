"""Rows of what is promised: it is kept, or paid for (C19, C20, K14)."""

from __future__ import annotations

from collections import defaultdict

from optimizer.model.changes_rows import Flights, changes_row
from optimizer.model.columns import Columns
from optimizer.model.programme import Variable
from optimizer.plan.timetable import FlightKey, Timetable


def c19_commitments(c: Columns) -> None:
    """C19: kilograms of a commitment's consignments, and those short where it has a penalty."""
    _commitments(c, "C19")


def c20_frozen(c: Columns) -> None:
    """C20: flights as published, cargo tendered for them, and what lacks where it has a penalty."""
    counting: dict[str, list[tuple[Variable, float]]] = defaultdict(list)
    for k, choice in enumerate(c.sets.choices):
        rotation = c.sets.rotations[choice.rotation]
        for frozen in c.sets.published.counting(choice.pool.id, rotation):
            counting[frozen.id].append((c.x[k], 1.0))
    for number, frozen in enumerate(c.resolved.frozen_flights):
        terms = counting[frozen.id]
        if frozen.penalty_micro is not None:
            missing = c.missing[frozen.id] = c.continuous(f"w_{number}", float(frozen.flights))
            terms.append((missing, 1.0))
        c.frozen_row[frozen.id] = c.at_least(f"C20_{number}", terms, float(frozen.flights))
    if c.resolved.most_changes is not None:
        flights: dict[FlightKey, list[Variable]] = defaultdict(list)
        for k, choice in enumerate(c.sets.choices):
            flights[choice.pool.id, c.sets.rotations[choice.rotation]].append(c.x[k])
        flown = {key: Flights(chosen) for key, chosen in flights.items()}
        most = float(c.resolved.most_changes)
        c.changes_row = changes_row(c.programme, Timetable(c.resolved), flown, most)
    _commitments(c, "C20")


def _commitments(c: Columns, code: str) -> None:
    of: dict[str, list[tuple[int, Variable]]] = defaultdict(list)
    for item in c.z:
        if not item.carriage.offer.inbound:
            of[item.carriage.offer.consignment.id].append((item.rotation, item.kg))
    kept: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for stays in c.sets.kept:
        consignment = stays.carriage.offer.consignment.id
        kept[consignment].append((c.sets.number[stays.rotation], stays.kg))
    like: dict[str | None, set[int]] = defaultdict(set)
    for r, rotation in enumerate(c.sets.rotations if code == "C20" else ()):
        for frozen in c.sets.published.like(rotation):
            like[frozen.id].add(r)
    for number, commitment in enumerate(c.resolved.commitments):
        if commitment.number != code:
            continue
        least_kg, aboard = commitment.least_g * 1e-3, like[commitment.flight]

        def counts(r: int, aboard: set[int] = aboard) -> bool:
            return code == "C19" or r in aboard

        names = commitment.consignments
        terms = [(kg, 1.0) for id_ in names for r, kg in of.get(id_, ()) if counts(r)]
        kept_kg = sum(kg for id_ in names for r, kg in kept.get(id_, ()) if counts(r))
        if commitment.penalty_pico_per_g is not None:
            short = c.short_kg[commitment.id] = c.continuous(f"u_{number}", least_kg)
            terms.append((short, 1.0))
        name = f"C19_{number}" if code == "C19" else f"C20_cargo_{number}"
        row = c.at_least(name, terms, least_kg - kept_kg)
        c.committed_row[commitment.id] = row
