"""The universe of rotations, enumerated once more: one block of timings for each route."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from optimizer.domain.resolved import ResolvedBlock, ResolvedInstance, ResolvedPool
from optimizer.plan.rotation import Leg, Rotation
from optimizer.verify.certificate.routes import Route, routes_of
from optimizer.verify.certificate.timing import Clock, Times
from optimizer.verify.crews import best_duties
from optimizer.verify.intervals import overlap

Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """All timings of one route, whichever pool flies it.

    Attributes:
        off_min: Off-block by timing and leg.
        on_min: On-block by timing and leg.
    """

    route: Route
    off_min: Ints
    on_min: Ints

    @property
    def block_min(self) -> int:
        """Block minutes of the whole rotation."""
        return int((self.on_min[0] - self.off_min[0]).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Flyable:
    """The rotations of a pool on one route: the index of the block, and rows of it (C14)."""

    block: int
    rows: Ints


class OwnUniverse:
    """Every rotation of a resolved instance.

    Attributes:
        blocks: Timings by route; pools of one operator and type share them.
        flyable: By pool id: what its tails can fly.
    """

    def __init__(self, resolved: ResolvedInstance) -> None:
        self.resolved = resolved
        self.blocks: list[Block] = []
        self.flyable: dict[str, list[Flyable]] = {}
        clock = Clock(resolved)
        numbers: dict[Route, int | None] = {}
        for pool in resolved.pools:
            mine = self.flyable.setdefault(pool.id, [])
            for route in dict.fromkeys(routes_of(resolved, pool)):
                if route not in numbers:
                    block = _timed(resolved, clock, route)
                    numbers[route] = None if block is None else len(self.blocks)
                    self.blocks += [] if block is None else [block]
                number = numbers[route]
                if number is not None:
                    rows = np.flatnonzero(_available(resolved, pool, self.blocks[number]))
                    mine += [Flyable(number, rows.astype(np.int64))] if len(rows) else []

    def count(self) -> int:
        """Rotations over all pools."""
        return sum(len(part.rows) for parts in self.flyable.values() for part in parts)

    def rotations(self, pool: ResolvedPool) -> Iterator[Rotation]:
        """The rotations of a pool, one by one."""
        for part in self.flyable[pool.id]:
            block = self.blocks[part.block]
            route = block.route
            for row in part.rows.tolist():
                times = zip(block.off_min[row].tolist(), block.on_min[row].tolist(), strict=True)
                yield Rotation(route.operator, route.type, legs_of(route, tuple(times)))


def one_leg(bought: ResolvedBlock) -> Block:
    """The one timing of bought capacity (C18)."""
    route = Route(bought.operator, "", (bought.origin, bought.destination), (False,))
    off, on = ([[minute]] for minute in (bought.off_block_min, bought.on_block_min))
    return Block(route, np.array(off, dtype=np.int64), np.array(on, dtype=np.int64))


def legs_of(route: Route, times: Times) -> tuple[Leg, ...]:
    """The legs of a route at the minutes of a timing."""
    return tuple(
        Leg(route.airports[i], route.airports[i + 1], off_min, on_min, _stop(route, i))
        for i, (off_min, on_min) in enumerate(times)
    )


def _stop(route: Route, i: int) -> Literal["full", "technical"]:
    return "technical" if route.technical[i] else "full"


def _timed(resolved: ResolvedInstance, clock: Clock, route: Route) -> Block | None:
    """Every timing of a route that crews may fly (C13)."""
    crew = resolved.crew.get((route.operator, route.type))
    found = [
        times
        for start_min in clock.first_departures(route.operator, route.airports[0])
        for times in clock.timings(route, start_min)
        if crew is None or best_duties(resolved, crew, legs_of(route, times), acmi=True)
    ]
    if not found:
        return None
    table = np.array(found, dtype=np.int64)
    return Block(route, np.ascontiguousarray(table[:, :, 0]), np.ascontiguousarray(table[:, :, 1]))


def _available(resolved: ResolvedInstance, pool: ResolvedPool, block: Block) -> Bools:
    """Within the tails' availability and not under way over maintenance (C14)."""
    off, on = block.off_min[:, 0], block.on_min[:, -1]
    if resolved.period.cyclic:
        cycle_min = resolved.period.length_min
        free: Bools = np.ones(len(off), dtype=np.bool_)
        if pool.maintenance:
            meets = [
                any(overlap(a, b, window, cycle_min) for window in pool.maintenance)
                for a, b in zip(off.tolist(), on.tolist(), strict=True)
            ]
            free = ~np.array(meets, dtype=np.bool_)
        return free
    free = (off >= pool.available_from_min) & (on <= pool.available_until_min)
    for window in pool.maintenance:
        free &= (on <= window.start_min) | (off >= window.end_min)
    return free
