"""Rows of ULD positions (C6)."""

from __future__ import annotations

from collections import defaultdict

from optimizer.model.cargo_rows import by_leg
from optimizer.model.columns import Columns
from optimizer.network import Positions


def c6_positions(c: Columns) -> None:
    """C6: positions taken on a leg, by cargo for each deck and by all, are at most those that
    flights have; what is kept counts.
    """
    positions = Positions(c.resolved)
    if not positions.limited:
        return
    kept = _kept(c, positions)
    for r, leg, items in by_leg(c):
        rotation = c.sets.rotations[r]
        for number, limit in enumerate(positions.of(rotation)):
            if limit is None:
                continue
            room, taken = limit * 1e-3, kept[rotation, leg, number]
            terms = [
                (item.kg, positions.per_kg(item.carriage.offer.consignment)[number])
                for item in items
            ]
            most = sum(
                factor * item.most_kg for item, (_, factor) in zip(items, terms, strict=True)
            )
            if most and taken + most > room:
                stated = [(kg, factor) for kg, factor in terms if factor]
                c.at_most(f"C6_{r}_{leg}_{number}", [*stated, *c.flights(r, -room)], -taken)


def _kept(c: Columns, positions: Positions) -> dict[tuple[object, int, int], float]:
    """Positions of cargo that stays on board, by rotation, leg and limit."""
    found: dict[tuple[object, int, int], float] = defaultdict(float)
    for item in c.sets.kept:
        per_kg = positions.per_kg(item.carriage.offer.consignment)
        for leg in range(item.carriage.uplift_leg, item.carriage.discharge_leg + 1):
            for number, factor in enumerate(per_kg):
                found[item.rotation, leg, number] += factor * item.kg
    return found
