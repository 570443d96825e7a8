"""Bought capacity as a schedule knows it: flights that are there in any case (C18)."""

from __future__ import annotations

import numpy as np

from optimizer.domain.resolved import ResolvedBlock
from optimizer.engine.candidates import TimedRoute
from optimizer.engine.cargo_table import CargoTable
from optimizer.engine.lines import PART_BOUGHT, Flown
from optimizer.network import Route
from optimizer.plan.bought import bought_rotation

NO_LINE = -1
"""Nobody's line flies it."""


def empty_block(cargo: CargoTable, block: ResolvedBlock) -> Flown:
    """A block without cargo, which has no cost of its own."""
    route = Route(block.operator, "", (block.origin, block.destination), ("full",))
    off = np.array([[block.off_block_min]], dtype=np.int64)
    timed = TimedRoute(
        route=route,
        shape=cargo.block_shape(block),
        starts_min=off[:, 0],
        off_min=off,
        block_min=np.array([block.on_block_min - block.off_block_min], dtype=np.int64),
        busy_min=np.zeros(1, dtype=np.int64),
        cost_usd=np.zeros(1),
        own_usd=np.zeros(1),
        waits=False,
    )
    nothing = np.empty((0, 3), dtype=np.int64)
    return Flown(
        NO_LINE, timed, 0, PART_BOUGHT, bought_rotation(block), nothing, np.empty(0), 0.0, 0.0
    )
