"""Rows of capacity sold (C18)."""

from __future__ import annotations

from collections import defaultdict

from optimizer.model.columns import Columns, OnBoard
from optimizer.model.programme import Variable

FITS = 1 - 1e-9
"""What is less than all of a block by no more than floating point is all of it."""

Legs = dict[tuple[int, int], int]
"""Loads that stay as they are, by rotation and leg."""


def c18_sold(c: Columns) -> None:
    """C18: what is sold is provided whole, on one flight, or not; beside a whole aircraft nothing
    else is on board of its legs. What is kept counts.
    """
    alone: dict[tuple[int, int], list[tuple[OnBoard, Variable]]] = defaultdict(list)
    others = _kept_legs(c, alone=False)
    for number, item in enumerate(c.z):
        consignment = item.carriage.offer.consignment
        if not consignment.sold or item.rotation in c.sets.bought:
            continue
        weight_kg = consignment.weight_g * 1e-3
        fits = item.most_kg >= weight_kg * FITS
        if consignment.sold == "aircraft":
            fits = fits and not any(leg in others for leg in _legs(item))
        v = c.integer(f"v_{number}", float(fits))
        c.sold.append((item, v))
        c.equal(f"C18_sold_{number}", [(item.kg, 1.0), (v, -weight_kg)], 0)
        for leg in _legs(item) if consignment.sold == "aircraft" else ():
            alone[leg].append((item, v))
    kept = _kept_legs(c, alone=True)
    if alone or kept:
        _nothing_beside(c, alone, kept)


def _nothing_beside(
    c: Columns, alone: dict[tuple[int, int], list[tuple[OnBoard, Variable]]], kept: Legs
) -> None:
    """On a leg, an item flies only without all charters but itself."""
    for item in c.z:
        for leg in _legs(item):
            charters = [(v, item.most_kg) for charter, v in alone.get(leg, ()) if charter != item]
            if charters or leg in kept:
                terms = [(item.kg, 1.0), *c.flights(item.rotation, -item.most_kg), *charters]
                name = f"C18_alone_{leg[0]}_{leg[1]}_{item.kg}"
                c.at_most(name, terms, -kept.get(leg, 0) * item.most_kg)


def _legs(item: OnBoard) -> list[tuple[int, int]]:
    """Rotation and leg of all legs it is on board of."""
    legs = range(item.carriage.uplift_leg, item.carriage.discharge_leg + 1)
    return [(item.rotation, leg) for leg in legs]


def _kept_legs(c: Columns, *, alone: bool) -> Legs:
    found: Legs = defaultdict(int)
    for kept in c.sets.kept:
        if (kept.carriage.offer.consignment.sold == "aircraft") == alone:
            for leg in range(kept.carriage.uplift_leg, kept.carriage.discharge_leg + 1):
                found[c.sets.number[kept.rotation], leg] += 1
    return found
