"""Rows of goods that must not be on one leg together (C16)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from optimizer.model.columns import Columns, OnBoard, Side
from optimizer.model.programme import Variable
from optimizer.network import KeptApart

Term: TypeAlias = tuple[Variable, float]


@dataclass(slots=True)
class _Aboard:
    """Cargo of each of two incompatible goods that may be on board of a leg, or stays there."""

    items: tuple[list[OnBoard], list[OnBoard]] = field(default_factory=lambda: ([], []))
    kept: list[bool] = field(default_factory=lambda: [False, False])

    @property
    def key(self) -> tuple[tuple[Variable, ...], ...]:
        """What it is that may be on board."""
        return tuple(tuple(item.kg for item in side) for side in self.items)


def c16_apart(c: Columns) -> None:
    """C16: of two incompatible goods one may be on board of a leg, and `side` says which.

    Legs on which the same cargo may be on board share their row. Flights of one index of a
    rotation carry the same goods; where they may differ, each has an index of its own.
    """
    known: set[tuple[int, tuple[tuple[Variable, ...], ...]]] = set()
    for (r, leg, pair), aboard in _by_pair(c).items():
        if not (any(aboard.items[0]) or aboard.kept[0]) or not (
            any(aboard.items[1]) or aboard.kept[1]
        ):
            continue
        name = f"C16_{r}_{leg}_{pair}"
        if any(aboard.kept):
            _beside_what_stays(c, name, aboard)
        elif (r, aboard.key) not in known:
            known.add((r, aboard.key))
            _one_side(c, name, r, c.sets.cap_kg(r, leg), aboard)
    _in_order(c)


def _by_pair(c: Columns) -> dict[tuple[int, int, int], _Aboard]:
    """By rotation, leg and pair of goods."""
    apart = KeptApart(c.resolved)
    found: dict[tuple[int, int, int], _Aboard] = defaultdict(_Aboard)
    sides_of: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, pair in enumerate(apart.pairs):
        for side, goods in enumerate(pair):
            sides_of[goods].append((number, side))
    for item in c.z if apart else ():
        for goods in apart.held(item.carriage.offer.consignment.id):
            for leg in range(item.carriage.uplift_leg, item.carriage.discharge_leg + 1):
                for number, side in sides_of[goods]:
                    found[item.rotation, leg, number].items[side].append(item)
    for kept in c.sets.kept if apart else ():
        r = c.sets.number[kept.rotation]
        for goods in apart.held(kept.carriage.offer.consignment.id):
            for leg in range(kept.carriage.uplift_leg, kept.carriage.discharge_leg + 1):
                for number, side in sides_of[goods]:
                    found[r, leg, number].kept[side] = True
    return found


def _beside_what_stays(c: Columns, name: str, aboard: _Aboard) -> None:
    """Nothing comes on board beside goods that stay there."""
    for side in (0, 1):
        if aboard.kept[side] and aboard.items[1 - side]:
            terms = [(item.kg, 1.0) for item in aboard.items[1 - side]]
            c.at_most(f"{name}_{1 - side}", terms, 0)


def _one_side(c: Columns, name: str, r: int, cap_kg: float | None, aboard: _Aboard) -> None:
    """Kilograms of each side are at most what it could hold, if the side is chosen.

    One flight at most: so many times the side of x, else of the flights there could be.
    """
    flights = c.flights(r) if r not in c.sets.bought else []
    most = sum(c.sets.choices[k].most for k in c.sets.choices_of.get(r, ()))
    most = 1 if r in c.sets.once else most
    side = c.integer(f"side_{name}", 1.0)
    single = most == 1 and r not in c.sets.bought
    if single:
        c.at_most(f"{name}_flown", [(side, 1.0), *((x, -1.0) for x, _ in flights)], 0)
    number = 1 if r in c.sets.bought else most
    for way, items in enumerate(aboard.items):
        rows = [(items, _together_kg(c, items, cap_kg, number))]
        if len(items) > 1:
            rows += [([item], number * item.most_kg) for item in items]
        for n, (members, most_kg) in enumerate(rows):
            terms: list[Term] = [(item.kg, 1.0) for item in members]
            label = f"{name}_{way}_{n}"
            if way == 0:
                c.at_most(label, [*terms, (side, -most_kg)], 0)
            elif single:
                flown = [(x, -most_kg) for x, _ in flights]
                c.at_most(label, [*terms, (side, most_kg), *flown], 0)
            else:
                c.at_most(label, [*terms, (side, most_kg)], most_kg)
    c.sides.append(Side(side, aboard.key[0], aboard.key[1]))


def _together_kg(c: Columns, items: list[OnBoard], cap_kg: float | None, flights: int) -> float:
    """The most kilograms that a side can be on so many flights: by supply, by item, by cap."""
    offered = {item.carriage.offer.consignment for item in items}
    most = [
        sum(consignment.weight_g for consignment in offered) * 1e-3,
        flights * sum(item.most_kg for item in items),
    ]
    return min(most if cap_kg is None else [*most, flights * cap_kg])


def _in_order(c: Columns) -> None:
    """Of the indices of one rotation that are alike the first flies most."""
    for rotation, apart in c.sets.apart.items():
        first = c.sets.number[rotation]
        alike = [r for r in apart if r in c.sets.choices_of]
        if first not in c.sets.once or not alike:
            continue
        if not any(item.carriage.offer.consignment.sold for item in c.sets.freight(alike[0])):
            alike.insert(0, first)
        for before, after in pairwise(alike):
            terms = [*c.flights(after), *((x, -1.0) for x, _ in c.flights(before))]
            c.at_most(f"C16_order_{after}", terms, 0)
