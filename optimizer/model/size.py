"""How large a reference model would be, told without building it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.network import CargoIndex, Route, Universe
from optimizer.plan.bought import bought_rotation

SAMPLED_ROUTES = 24
SAMPLED_STARTS = 240
"""Routes of a pool, and first departures on all of them, that are timed; the rest is taken to be
alike."""

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class ModelSize:
    """An estimate, before what never pays is left out: rather too large than too small.

    Attributes:
        binaries: Whole-number variables for flights.
        columns: Variables in all.
        rows: Rows in all.
    """

    binaries: int
    columns: int
    rows: int


def model_size(resolved: ResolvedInstance) -> ModelSize:
    """Estimate the size of the reference model from a sample of routes and departures."""
    universe, cargo = Universe(resolved), CargoIndex(resolved)
    flights = on_board = legs = 0.0
    counted: set[tuple[str, str, str]] = set()
    for pool in resolved.pools:
        own, own_on_board, own_legs = _pool_size(universe, cargo, pool)
        flights += own
        kind = (pool.operator, pool.type, pool.base)
        if kind not in counted:  # pools of a kind share rotations, hence cargo on board
            on_board, legs = on_board + own_on_board, legs + own_legs
            counted.add(kind)
    for block in resolved.blocks:
        on_board += sum(1 for _ in cargo.carriages(bought_rotation(block)))
    trucks = _truck_dispatches(resolved)
    return ModelSize(
        binaries=round(flights),
        columns=round(3 * flights + on_board + 2 * trucks),
        rows=round(2 * flights + on_board + 2 * legs + 3 * trucks),
    )


def _pool_size(
    universe: Universe, cargo: CargoIndex, pool: ResolvedPool
) -> tuple[float, float, float]:
    """Rotations of a pool, the cargo that could be on board of them, and their legs."""
    flights = on_board = legs = 0.0
    routes: Sequence[Route] = (
        *universe.routes(pool),
        *universe.opening_routes(pool),
        *universe.closing_routes(pool),
    )
    chosen = _spread(routes, SAMPLED_ROUTES)
    for route in chosen:
        starts = universe.starts(pool, route.airports[0])
        sampled = _spread(starts, SAMPLED_STARTS // len(chosen))
        for start_min in sampled:
            weight = len(starts) / len(sampled) * len(routes) / len(chosen)
            rotations = universe.timings(pool, route, start_min)
            flights += weight * len(rotations)
            legs += weight * sum(len(rotation.legs) for rotation in rotations)
            if rotations:
                first = sum(1 for _ in cargo.carriages(rotations[0]))
                on_board += weight * first * len(rotations)
    return flights, on_board, legs


def _spread(items: Sequence[_Item], most: int) -> list[_Item]:
    """At most so many items, spread evenly."""
    if len(items) <= most:
        return list(items)
    return [items[i * len(items) // most] for i in range(most)]


def _truck_dispatches(resolved: ResolvedInstance) -> int:
    """Dispatches of all lanes in the period, by the customs modes that occur."""
    modes = {consignment.customs for consignment in resolved.consignments}
    every = (resolved.period.length_min / x.dispatch_every_min for x in resolved.lanes)
    return round(sum(every) * len(modes))
