"""What the tails of a pool earn at most, whether kept or returned (C1, C14, K4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from optimizer.domain.resolved import ResolvedPool
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.hubtime import HubTime, LineValue
from optimizer.dual.prices import Prices


def nameless(pool: ResolvedPool) -> ResolvedPool:
    """The same for all pools that differ in nothing but the names of pool and tails."""
    return replace(pool, id="", tails=())


def acmi_usd_per_min(pool: ResolvedPool) -> float:
    """The lessor's rate per block minute; 0 for a pool of its own."""
    return pool.acmi_micro_per_block_h * 1e-6 / 60 if pool.acmi else 0.0


def kept_usd(pool: ResolvedPool, k: int, prices: Prices) -> float:
    """What keeping a tail of the k-th pool adds, flying and most hours aside: leases, guarantees,
    least hours.

    A lessor is paid rate * max(flown, guaranteed), which is at least l * flown + (rate - l) *
    guaranteed for every l from 0 to the rate: the price `acmi`. What is flown is charged there.
    """
    usd = -pool.fixed_micro * 1e-6
    if pool.acmi:
        usd -= (acmi_usd_per_min(pool) - float(prices.acmi[k])) * pool.guarantee_min
    if pool.min_block_min is not None:
        usd += float(prices.hours_least[k]) * pool.min_block_min
    return usd


def pool_usd(
    network: HubTime,
    arc_usd: Floats,
    each_kept_usd: float,
    hours_usd: Callable[[int], float],
    committed: int,
    committed_arcs: Ints,
) -> tuple[float, LineValue]:
    """What the tails of a pool earn at most beside what they fly in any case, and how.

    Tails that may be returned are kept as long as that pays; all others are kept anyway.

    Args:
        arc_usd: What flying each arc earns.
        each_kept_usd: What keeping a tail adds.
        hours_usd: What the most hours of so many tails earn.
        committed: Tails whose lines are settled.
        committed_arcs: What those fly.
    """
    pool = network.pool
    free = network.open_tails(committed)
    settled = (pool.size - free) * each_kept_usd
    if not pool.returnable:
        line = network.value(arc_usd, free, committed_arcs)
        return settled + line.usd + free * each_kept_usd + hours_usd(pool.size), line
    best_usd, best = hours_usd(pool.size - free), LineValue(0.0, 0)
    for tails in range(1, free + 1):
        line = network.value(arc_usd, tails, committed_arcs)
        usd = line.usd + tails * each_kept_usd + hours_usd(pool.size - free + tails)
        if usd > best_usd:
            best_usd, best = usd, line
    return settled + best_usd, best
