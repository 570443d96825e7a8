"""Rows of capacity sold (C18)."""

from __future__ import annotations

from collections import defaultdict

from optimizer.model.columns import Columns, OnBoard
from optimizer.model.programme import Terms, Variable
from optimizer.model.sets import m3_per_kg

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
    """Other cargo on a leg has the flights that are no charters there: each item, and all."""
    aboard: dict[tuple[int, int], list[OnBoard]] = defaultdict(list)
    for item in c.z:
        for leg in _legs(item):
            if leg in alone or leg in kept:
                aboard[leg].append(item)
    for leg, items in aboard.items():
        rotation, index = leg
        charters = dict(alone.get(leg, ()))
        flights, name = c.flights(rotation), f"C18_alone_{rotation}_{index}"

        def free(
            room: float, without: Variable | None = None,
            flights: Terms = flights, charters: dict[OnBoard, Variable] = charters,
        ) -> list[tuple[Variable, float]]:  # fmt: skip
            vs = [(v, room) for v in charters.values() if v != without]
            return [(x, -room * n) for x, n in flights] + vs

        gone = kept.get(leg, 0)
        for item in items:
            terms = [(item.kg, 1.0), *free(item.most_kg, charters.get(item))]
            c.at_most(f"{name}_{item.kg}", terms, -gone * item.most_kg)
        rest = [(x.kg, m3_per_kg(x.carriage.offer.consignment)) for x in items if x not in charters]
        if sum(c.sets.choices[k].most for k in c.sets.choices_of[rotation]) > 1:
            cap_kg, room_m3 = c.sets.cap_kg(rotation, index), c.sets.room_m3(rotation)
            if cap_kg is not None:
                c.at_most(f"{name}_kg", [*((z, 1.0) for z, _ in rest), *free(cap_kg)],
                          -gone * cap_kg)  # fmt: skip
            if room_m3 is not None:
                c.at_most(f"{name}_m3", [*rest, *free(room_m3)], -gone * room_m3)


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
