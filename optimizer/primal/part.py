"""A part of all plans: flights that may be chosen, flights that stay, cargo that stays."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.dual import Floats, Relaxation
from optimizer.primal.flown import FlightKey, Flown

MOST_LOADED = 40
"""Flights that stay and whose cargo may be exchanged: those that carry most of what free flights
could take."""


@dataclass(frozen=True)
class Part:
    """What is searched around flights.

    Attributes:
        free: Flights that may be chosen, each at most so often.
        staying: Flights that are flown in any case, so often.
        loaded: Rotations whose cargo is chosen anew: all free ones, and some that stay.
        pools: Pools that have a choice.
    """

    free: Mapping[FlightKey, int]
    staying: Mapping[FlightKey, int]
    loaded: frozenset[int]
    pools: tuple[int, ...]


def part_around(
    relaxation: Relaxation, flown: Flown, free: Mapping[FlightKey, int], freed: set[FlightKey]
) -> Part:
    """The part of plans in which freed flights may be replaced.

    Args:
        flown: What is flown now.
        free: What may be flown instead, freed flights among it.
        freed: Flights of `flown` that need not be flown.
    """
    staying = {key: times for key, times in flown.times.items() if key not in freed}
    free = {key: most for key, most in free.items() if key not in staying}
    loaded = {r for _, r in free}
    others = {r for _, r in staying} - loaded
    if len(others) > MOST_LOADED:
        shared = _shared_kg(relaxation, flown, loaded, others)
        others = set(sorted(others, key=lambda r: (-shared[r], r))[:MOST_LOADED])
        others = {r for r in others if shared[r] > 0}
    pools = tuple(sorted({k for k, _ in free}))
    return Part(free, staying, frozenset(loaded | others), pools)


def whole_part(relaxation: Relaxation, flown: Flown) -> Part:
    """All flights stay; their cargo is chosen anew."""
    everybody = tuple(range(len(relaxation.resolved.pools)))
    return Part({}, flown.times, frozenset(r for _, r in flown.times), everybody)


def _shared_kg(
    relaxation: Relaxation, flown: Flown, loaded: set[int], others: set[int]
) -> dict[int, float]:
    """What each of some rotations carries of consignments that loaded ones could take."""
    items, cargo = relaxation.catalogue.items, relaxation.cargo
    of = relaxation.catalogue.kinds.consignment  # whatever comes in at a gateway may go on
    wanted = set()
    for r in loaded:
        span = slice(cargo.items[cargo.segments[r]], cargo.items[cargo.segments[r + 1]])
        wanted.update(of[items.consignment[cargo.cls[span]]].tolist())
    shared: dict[int, float] = defaultdict(float)
    for r in others:
        for item, kg in flown.kg.get(r, {}).items():
            if int(of[items.consignment[cargo.cls[item]]]) in wanted:
                shared[r] += kg
    return shared


def staying_cargo(relaxation: Relaxation, flown: Flown, part: Part) -> list[tuple[int, int, float]]:
    """Class, segment and kilograms of what is on board of flights whose cargo stays."""
    cargo = relaxation.cargo
    return [
        (int(cargo.cls[item]), int(np.searchsorted(cargo.items, item, side="right")) - 1, kg)
        for r in sorted({r for _, r in part.staying} - part.loaded)
        for item, kg in flown.kg.get(r, {}).items()
    ]


def staying_kg(relaxation: Relaxation, flown: Flown, part: Part) -> Floats:
    """By kind of cargo, the kilograms of that."""
    kg = np.zeros(len(relaxation.catalogue.kinds.consignment))
    for cls, _, carried in staying_cargo(relaxation, flown, part):
        kg[relaxation.catalogue.items.consignment[cls]] += carried
    return kg


def kg_by_kind(relaxation: Relaxation, kg: Mapping[int, Mapping[int, float]]) -> Floats:
    """By kind of cargo, what loads by rotation and item add up to."""
    of_kind = np.zeros(len(relaxation.catalogue.kinds.consignment))
    for of in kg.values():
        for item, carried in of.items():
            of_kind[relaxation.catalogue.items.consignment[relaxation.cargo.cls[item]]] += carried
    return of_kind


def delivered_kg(relaxation: Relaxation, kg: Mapping[int, Mapping[int, float]]) -> Floats:
    """By consignment, what loads by rotation and item deliver."""
    return relaxation.catalogue.kinds.by_consignment(kg_by_kind(relaxation, kg), delivered=True)


def staying_times(part: Part) -> Counter[int]:
    """How often rotations are flown in any case."""
    times: Counter[int] = Counter()
    for (_, r), number in part.staying.items():
        times[r] += number
    return times
