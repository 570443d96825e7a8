"""Whole trucks without their dispatches: how many a lane needs at least (C12, K10).

At a price cargo pays its trucks by the kilogram, so half a truck costs half of one. Here trucks are
whole, but which of the dispatches in time they take is left out: cargo that could ever share a
truck shares as many as it likes. Runs of a lane that the same consignments could take are one
*pool* of trucks, and those that fewer of them could take belong to it. Every plan keeps that, for
each of its trucks belongs to some pool; and its storage is no less than that of the latest dispatch
in time. What remains unsaid is that cargo of one pool may have to come at different times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from optimizer.dual import Relaxation
from optimizer.model.programme import Programme, Variable

Ride: TypeAlias = int
"""A consignment on a lane, at one end of its way."""


@dataclass(slots=True)
class _Sent:
    """What one ride takes along.

    Attributes:
        kg: Columns that are kilograms of it.
        most_kg: There is no more of it.
        density_m3_per_kg: Of the cargo.
        runs: Truck runs that are in time for some of it.
    """

    kg: set[Variable] = field(default_factory=set)
    most_kg: float = 0.0
    density_m3_per_kg: float = 0.0
    runs: set[int] = field(default_factory=set)


def pooled_trucks(
    programme: Programme, relaxation: Relaxation, loaded: Iterable[tuple[int, Variable, float]]
) -> dict[Variable, float]:
    """Write rows of whole trucks by pools.

    Args:
        loaded: Options of rides, each with kilograms that take it and how many there are.

    Returns:
        What the new columns earn: trucks cost their price.
    """
    rides, sent = relaxation.catalogue.rides, defaultdict[Ride, _Sent](_Sent)
    for option, kg, most_kg in loaded:
        first, count = int(rides.first[option]), int(rides.count[option])
        ride = sent[int(rides.ride[option])]
        ride.kg.add(kg)
        ride.most_kg = most_kg
        ride.density_m3_per_kg = float(rides.density_m3_per_kg[option])
        ride.runs |= set(rides.run[first : first + count].tolist())
    worth: dict[Variable, float] = {}
    for lane in _by_lane(relaxation, sent).values():
        worth |= _lane(programme, relaxation, lane)
    return worth


def _by_lane(
    relaxation: Relaxation, sent: Mapping[Ride, _Sent]
) -> dict[tuple[str, str], dict[Ride, _Sent]]:
    """Rides by lane and customs mode, within which trucks cost the same."""
    keys = list(relaxation.catalogue.runs)
    found: dict[tuple[str, str], dict[Ride, _Sent]] = defaultdict(dict)
    for ride, of in sent.items():
        lane, _, customs = keys[min(of.runs)]
        found[lane, customs][ride] = of
    return found


def _lane(
    programme: Programme, relaxation: Relaxation, sent: Mapping[Ride, _Sent]
) -> dict[Variable, float]:
    trucks, run = relaxation.trucks, min(min(of.runs) for of in sent.values())
    payload_kg, volume_m3 = float(trucks.payload_kg[run]), float(trucks.volume_m3[run])
    worth: dict[Variable, float] = {}
    pools = _pools(sent)
    parts: dict[Ride, list[Variable]] = defaultdict(list)
    for pool in pools:
        number = programme.variable("y", 0.0, None, whole=True)
        worth[number] = -float(trucks.usd[run])
        aboard: list[tuple[Variable, float]] = []
        for ride in sorted(pool):
            parts[ride].append(programme.variable("t", 0.0, sent[ride].most_kg))
            aboard.append((parts[ride][-1], sent[ride].density_m3_per_kg))
        by_weight = [(kg, 1.0) for kg, _ in aboard]
        programme.row("C12", [*by_weight, (number, -payload_kg)], -np.inf, 0.0)
        programme.row("C12", [*aboard, (number, -volume_m3)], -np.inf, 0.0)
    for ride, of in sent.items():
        terms = [(kg, 1.0) for kg in sorted(of.kg)]
        programme.row("C11", [*terms, *((kg, -1.0) for kg in parts[ride])], 0.0, 0.0)
    return worth


def _pools(sent: Mapping[Ride, _Sent]) -> list[frozenset[Ride]]:
    """Largest sets of rides that could share a truck."""
    by_run: dict[int, set[Ride]] = defaultdict(set)
    for ride, of in sent.items():
        for run in of.runs:
            by_run[run].add(ride)
    sets = sorted({frozenset(of) for of in by_run.values()}, key=lambda s: (-len(s), sorted(s)))
    largest: list[frozenset[Ride]] = []
    for own in sets:
        if not any(own < other for other in largest):
            largest.append(own)
    return largest
