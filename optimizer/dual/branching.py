"""Which number to branch on: quantities that the relaxation mixes, and what dividing them gains.

What a division gains is learned on the way: kinds of quantities (flights of a pool, of a route, of
a station, each all week or until some time) that lowered the bound much per unlike flight are
likely to do so again (pseudo-costs; Benichou et al., *Mathematical Programming* 1, 1971).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np

from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.point import Use
from optimizer.dual.relaxation import Relaxation
from optimizer.plan.certificate import FlightCount, Quantity, TruckCount
from optimizer.plan.rotation import Rotation

WHOLE = 0.02
"""Numbers closer to a whole one are taken for it."""
FLOWN = 1e-3
"""Arcs flown less often do not matter."""
COSTLY_RUNS = 6
"""Truck runs that are looked at."""
POOL, STATION, ROUTE, UNTIL, TRUCKS = 3.0, 2.5, 2.0, 1.0, 0.5
"""How much it matters that a number is whole, before anything is known of its kind."""
LARGER_SIDE = 0.1
"""What the better side counts for."""
PRIOR = 1.0
"""Divisions that what is expected without any counts for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quantity and how much of it the relaxation uses.

    Attributes:
        weight: How much it tends to matter that the quantity is whole.
    """

    quantity: Quantity
    value: float
    weight: float

    @property
    def most(self) -> int:
        """The whole number below."""
        return int(np.floor(self.value))

    @property
    def score(self) -> float:
        """How far from whole it is, by weight; 0 if it is next to whole."""
        apart = min(self.value % 1, 1 - self.value % 1)
        return self.weight * apart if apart > WHOLE else 0.0


def candidates(relaxation: Relaxation, use: Use) -> list[Candidate]:
    """Quantities that are not whole in the relaxation, the most promising first."""
    found: dict[Quantity, Candidate] = {}
    for candidate in (*_flights(relaxation, use), *_trucks(relaxation, use)):
        if candidate.score > 0:
            found.setdefault(candidate.quantity, candidate)
    return sorted(found.values(), key=lambda x: -x.score)


def _flights(relaxation: Relaxation, use: Use) -> Iterator[Candidate]:
    """Flights of pools, routes and stations, all week and until some time."""
    c = relaxation.catalogue
    groups: dict[FlightCount, list[tuple[Ints, Floats]]] = {}
    for pool, network, flow in zip(
        relaxation.resolved.pools, relaxation.networks, use.flows, strict=True
    ):
        flown = np.flatnonzero(flow > FLOWN)
        by_count: dict[FlightCount, list[int]] = {FlightCount(pool=pool.id): flown.tolist()}
        for arc in flown.tolist():
            x = c.rotations[int(network.rotations[arc])]
            airports = (x.origin, *(g.destination for g in x.legs))
            by_count.setdefault(FlightCount(pool=pool.id, airports=airports), []).append(arc)
            for station in _served(x, relaxation.resolved.gateways):
                by_count.setdefault(FlightCount(station=station), []).append(arc)
        for count, arcs in by_count.items():
            off_min = c.timetable.off_min[network.rotations[arcs]]
            groups.setdefault(count, []).append((off_min, flow[arcs]))
    for count, parts in groups.items():
        off_min = np.concatenate([off for off, _ in parts])
        flow = np.concatenate([own for _, own in parts])
        weight = ROUTE if count.airports else STATION if count.station else POOL
        yield Candidate(count, float(flow.sum()), weight)
        yield from _until(count, off_min, flow)


def _served(x: Rotation, gateways: Collection[str]) -> set[str]:
    """Stations at which a flight counts: full stops on the way, and ends that are no gateways."""
    return {*x.stations} | ({x.origin, x.legs[-1].destination} - {*gateways})


def _until(count: FlightCount, off_min: Ints, flow: Floats) -> Iterator[Candidate]:
    """Flights of a kind before the times at which half an unlike flight is over."""
    order = np.argsort(off_min, kind="stable")
    off, passed = off_min[order], np.cumsum(flow[order])
    ends = np.flatnonzero(off[1:] > off[:-1])
    for number in range(int(passed[-1]) + 1 if len(passed) else 0):
        if not len(ends):
            return
        nearest = ends[np.argmin(np.abs(passed[ends] - number - 0.5))]
        value = float(passed[nearest])
        if number < value < number + 1:
            until = FlightCount(
                pool=count.pool,
                airports=count.airports,
                station=count.station,
                until_min=int(off[nearest + 1]),
            )
            yield Candidate(until, value, UNTIL)


def _trucks(relaxation: Relaxation, use: Use) -> Iterator[Candidate]:
    """Trucks of the runs whose last truck costs most for what it carries."""
    keys = list(relaxation.catalogue.runs)
    trucks = np.maximum(use.run_by_weight, use.run_by_volume)
    costly = relaxation.trucks.usd * np.minimum(trucks % 1, 1 - trucks % 1)
    for run in np.argsort(-costly)[:COSTLY_RUNS].tolist():
        yield Candidate(TruckCount(*keys[run]), float(trucks[run]), TRUCKS)


class Experience:
    """What divisions have gained per unlike flight or truck, by kind of quantity."""

    def __init__(self) -> None:
        self._gained: dict[tuple[str, ...], list[float]] = {}

    def learn(self, candidate: Candidate, down_usd: float, up_usd: float) -> None:
        """Remember how much the bounds of both sides fell, unless a side had no plans at all."""
        if not isfinite(down_usd + up_usd):
            return
        part = candidate.value % 1
        each = [down_usd / part, up_usd / (1 - part)]
        for key in _kinds(candidate.quantity):
            known = self._gained.setdefault(key, [0.0, 0.0, 0.0])
            for i, gained in enumerate((*each, 1.0)):
                known[i] += gained

    def expected(self, candidate: Candidate) -> float:
        """A score for what dividing may gain."""
        down, up = self._each(_kinds(candidate.quantity), candidate.weight)
        part = candidate.value % 1
        sides = down * part, up * (1 - part)
        return min(sides) + LARGER_SIDE * max(sides)

    def _each(self, kinds: tuple[tuple[str, ...], ...], weight: float) -> tuple[float, float]:
        """By side; what little is known of a kind is mixed with what is known of wider ones."""
        down = up = weight
        for n, key in enumerate(kinds):
            sums = self._gained.get(key)
            if sums is not None:
                prior = PRIOR if n else 0.0
                down = (sums[0] + prior * down) / (sums[2] + prior)
                up = (sums[1] + prior * up) / (sums[2] + prior)
                if not n:
                    down, up = down * weight, up * weight
        return down, up


def _kinds(quantity: Quantity) -> tuple[tuple[str, ...], ...]:
    """From all quantities to the like of this one."""
    if isinstance(quantity, TruckCount):
        return (), ("trucks",)
    until = "" if quantity.until_min is None else "until"
    kind = "route" if quantity.airports else "station" if quantity.station else "pool"
    like = (kind, until, quantity.pool, quantity.station, *quantity.airports)
    return (), (kind, until), like
