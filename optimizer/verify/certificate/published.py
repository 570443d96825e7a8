"""What flights are paid for being published ones (C20)."""

from __future__ import annotations

import numpy as np

from optimizer.domain.resolved import ResolvedFrozenFlight, ResolvedInstance
from optimizer.plan.certificate import Prices
from optimizer.verify.certificate.flying import cycle
from optimizer.verify.certificate.routes import published_route
from optimizer.verify.certificate.universe import Block, Bools, Ints


def frozen_pay(resolved: ResolvedInstance, prices: Prices, pool: str, block: Block) -> Ints:
    """What each timing of a route, flown by a pool, pays: prices of published flights, so less
    than nothing where it counts for one."""
    pays: Ints = np.zeros(len(block.off_min), dtype=np.int64)
    for frozen in resolved.frozen_flights:
        price = prices.frozen_flights.get(frozen.id, 0)
        if price and pool in frozen.pools and block.route == published_route(frozen):
            pays += price * _departs_as(resolved, frozen, block).astype(np.int64)
    return pays


def _departs_as(resolved: ResolvedInstance, frozen: ResolvedFrozenFlight, block: Block) -> Bools:
    """Which timings leave within the tolerance of every off-block stated."""
    cycle_min = cycle(resolved)
    alike: Bools = np.ones(len(block.off_min), dtype=np.bool_)
    for leg, minute in enumerate(frozen.off_block_min):
        apart = np.abs(block.off_min[:, leg] - minute)
        if cycle_min is not None:
            apart = apart % cycle_min
            apart = np.minimum(apart, cycle_min - apart)
        alike &= apart <= frozen.within_min
    return alike
