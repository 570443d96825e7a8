"""Neighbourhoods of a plan: which flights are freed, and where to look for others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.plan.plan import Flight, Plan

RETIME_MIN = 720
"""How much earlier or later the same stations may be served."""


@dataclass(frozen=True)
class Neighbourhood:
    """A part of a plan that is searched anew.

    Attributes:
        freed: Flights that need not be flown.
        stations: Airports that other flights must serve; None for any.
        pools: Pools, besides those of the freed flights, whose idle tails may fly.
        window: First and last minute in which those may; None for any time.
        retimed: Whether freed flights are only to be moved in time.
    """

    freed: tuple[Flight, ...]
    stations: frozenset[str] | None = None
    pools: tuple[str, ...] = ()
    window: tuple[int, int] | None = None
    retimed: bool = False


@dataclass
class View:
    """What neighbourhoods look at: a plan and figures of its flights.

    Attributes:
        worth_usd: Contribution of each flight, trucks not counted.
        on_board: Consignments by flight.
    """

    resolved: ResolvedInstance
    plan: Plan
    worth_usd: dict[str, float] = field(init=False)
    on_board: dict[str, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        """Add up money and cargo by flight."""
        worth: Counter[str] = Counter()
        for line in self.plan.money:
            if line.flight:
                worth[line.flight] += line.amount_micro
        self.worth_usd = {f.id: worth[f.id] / MICRO for f in self.plan.flights}
        cargo: dict[str, set[str]] = {f.id: set() for f in self.plan.flights}
        for load in self.plan.loads:
            for segment in load.segments:
                if segment.flight in cargo:  # others are on bought capacity
                    cargo[segment.flight].add(load.consignment)
        self.on_board = {id_: frozenset(found) for id_, found in cargo.items()}

    @property
    def flights(self) -> tuple[Flight, ...]:
        """Flights of the plan."""
        return self.plan.flights

    def apart_min(self, a: int, b: int) -> int:
        """Minutes between two instants; the shorter way round in a week that repeats."""
        apart, period = abs(a - b), self.resolved.period
        return min(apart, period.length_min - apart) if period.cyclic else apart


Kind = Callable[[View, int, np.random.Generator], Neighbourhood]
"""Makes a neighbourhood of about so many flights."""


def _seed(view: View, rng: np.random.Generator) -> Flight:
    return view.flights[int(rng.integers(len(view.flights)))]


def window(view: View, size: int, rng: np.random.Generator) -> Neighbourhood:
    """Flights that depart around one time, and idle tails then."""
    length = view.resolved.period.length_min
    middle = int(rng.integers(length))
    near = sorted(view.flights, key=lambda f: view.apart_min(f.rotation.off_block_min, middle))
    freed = tuple(near[:size])
    reach = max(
        (view.apart_min(f.rotation.off_block_min, middle) for f in freed), default=length // 2
    )
    pools = tuple(pool.id for pool in view.resolved.pools)
    return Neighbourhood(freed, pools=pools, window=(middle - reach, middle + reach + 1))


def station(view: View, size: int, rng: np.random.Generator) -> Neighbourhood:
    """Flights that serve a station, or others with which it shares cargo; by any pool."""
    seed = _seed(view, rng)
    if not seed.rotation.stations:
        return related(view, size, rng)
    places = list(seed.rotation.stations)
    chosen = {places[int(rng.integers(len(places)))]}
    freed = [f for f in view.flights if chosen.intersection(f.rotation.stations)]
    if len(freed) > size:
        middle = seed.rotation.off_block_min
        freed.sort(key=lambda f: view.apart_min(f.rotation.off_block_min, middle))
    stations = frozenset(chosen) if rng.random() < 0.5 else None
    return Neighbourhood(tuple(freed[:size]), stations)


def pools(view: View, size: int, rng: np.random.Generator) -> Neighbourhood:
    """All flights of some pools, as many pools as make up the size."""
    of: dict[str, list[Flight]] = {pool.id: [] for pool in view.resolved.pools}
    for flight in view.flights:
        of[flight.pool].append(flight)
    ids = list(of)
    freed: list[Flight] = []
    chosen: list[str] = []
    for i in rng.permutation(len(ids)).tolist():
        if not chosen or len(freed) + len(of[ids[i]]) <= size:
            chosen.append(ids[i])
            freed += of[ids[i]]
        if len(freed) >= size:
            break
    if len(freed) > size:
        middle = _seed(view, rng).rotation.off_block_min
        freed.sort(key=lambda f: view.apart_min(f.rotation.off_block_min, middle))
    return Neighbourhood(tuple(freed[:size]), pools=tuple(chosen))


def related(view: View, size: int, rng: np.random.Generator) -> Neighbourhood:
    """A flight and those most like it: cargo, stations, time."""
    seed = _seed(view, rng)
    length = view.resolved.period.length_min

    def unlike(f: Flight) -> float:
        shared = len(view.on_board[f.id] & view.on_board[seed.id])
        together = len(set(f.rotation.stations) & set(seed.rotation.stations))
        apart = view.apart_min(f.rotation.off_block_min, seed.rotation.off_block_min)
        return 4 * apart / length - shared - together + float(rng.uniform(0, 1.5))

    others = sorted((f for f in view.flights if f.id != seed.id), key=unlike)
    return Neighbourhood((seed, *others[: max(0, size - 1)]))


def poor(view: View, size: int, rng: np.random.Generator) -> Neighbourhood:
    """Flights that earn little an hour, scattered; and idle tails at any time."""

    def earns(f: Flight) -> float:
        hourly = view.worth_usd[f.id] / max(1, f.rotation.block_min)
        return hourly * float(rng.uniform(0.3, 1)) if hourly > 0 else hourly

    freed = tuple(sorted(view.flights, key=earns)[:size])
    return Neighbourhood(freed, pools=tuple(pool.id for pool in view.resolved.pools))


def retime(view: View, size: int, rng: np.random.Generator) -> Neighbourhood:
    """Flights near one another in time, moved by some hours."""
    near = window(view, size, rng)
    return Neighbourhood(near.freed, retimed=True)


def trucks(view: View, size: int, rng: np.random.Generator) -> Neighbourhood:
    """No flight: cargo and trucks only."""
    return Neighbourhood(())


KINDS: Mapping[str, Kind] = {
    "window": window,
    "station": station,
    "pools": pools,
    "related": related,
    "poor": poor,
    "retime": retime,
}
"""Neighbourhoods that change flights, by name."""


def whole(view: View, size: int, rng: np.random.Generator) -> Neighbourhood:
    """All flights, and all tails."""
    return Neighbourhood(view.flights, pools=tuple(pool.id for pool in view.resolved.pools))
