"""Rows of commitments: what is promised is delivered, or paid for (C19, K14)."""

from __future__ import annotations

from collections import defaultdict

from optimizer.model.columns import Columns
from optimizer.model.programme import Variable


def c19_commitments(c: Columns) -> None:
    """C19: kilograms of a commitment's consignments, and those short where it has a penalty."""
    of: dict[str, list[tuple[Variable, float]]] = defaultdict(list)
    for item in c.z:
        of[item.carriage.offer.consignment.id].append((item.kg, 1.0))
    for number, commitment in enumerate(c.resolved.commitments):
        least_kg = commitment.least_g * 1e-3
        terms = [term for id_ in commitment.consignments for term in of.get(id_, ())]
        if commitment.penalty_pico_per_g is not None:
            short = c.short_kg[commitment.id] = c.continuous(f"u_{number}", least_kg)
            terms.append((short, 1.0))
        kept_kg = sum(c.sets.kept_kg.get(id_, 0.0) for id_ in commitment.consignments)
        c.committed_row[commitment.id] = c.at_least(f"C19_{number}", terms, least_kg - kept_kg)
