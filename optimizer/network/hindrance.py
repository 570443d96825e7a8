"""What stands in the way of a published flight, looked at alone (C20)."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedFrozenFlight, ResolvedInstance
from optimizer.network.published import route_of
from optimizer.network.universe import Universe
from optimizer.plan.frozen import Published, apart_min

_WORDS = {
    "C8": "curfews forbid it (C8)",
    "C7": "no held slot suits it (C7)",
    "C13": "no crew may fly it (C13)",
    "C2": "a turnaround is too short (C2)",
    "C14": "no aircraft is available then, or maintenance stands against it (C14)",
    "C15": "its operator may not stop there (C15)",
}


def hindrance(resolved: ResolvedInstance, frozen: ResolvedFrozenFlight) -> str:
    """Why no aircraft can fly it as published, in words; nothing if one can."""
    for a, b in zip(frozen.airports[:-1], frozen.airports[1:], strict=True):
        if (frozen.operator, frozen.type, a, b) not in resolved.leg:
            return f"{frozen.operator} has no leg {a}-{b} for a {frozen.type} (C3)"
    first_min, length_min = frozen.off_block_min[0], resolved.period.length_min
    if not -frozen.within_min <= first_min < length_min + frozen.within_min:
        return "it departs outside the period"
    if not resolved.period.cyclic and _end_min(resolved, frozen) > length_min + frozen.within_min:
        return "it ends after the period"
    if _exists(resolved, frozen, frozenset()):
        return ""
    for number, words in _WORDS.items():
        if _exists(resolved, frozen, frozenset((number,))):
            return words
    return "its aircraft do not fly this route at these times, even without one limit"


def _end_min(resolved: ResolvedInstance, frozen: ResolvedFrozenFlight) -> int:
    """Its last on-block; without stops where only the first departure is stated."""
    hops = list(zip(frozen.airports[:-1], frozen.airports[1:], strict=True))
    left = hops[len(frozen.off_block_min) - 1 :]
    flown = [resolved.leg[frozen.operator, frozen.type, a, b].block_min for a, b in left]
    return frozen.off_block_min[-1] + sum(flown)


def _exists(
    resolved: ResolvedInstance, frozen: ResolvedFrozenFlight, relaxed: frozenset[str]
) -> bool:
    universe, route, published = Universe(resolved, relaxed), route_of(frozen), Published(resolved)
    for pool in (resolved.pool[name] for name in frozen.pools):
        parts = universe.routes, universe.opening_routes, universe.closing_routes
        if any(route in routes(pool) for routes in parts):
            for start in universe.starts(pool, route.airports[0]):
                if apart_min(resolved, start, frozen.off_block_min[0]) <= frozen.within_min:
                    rotations = universe.timings(pool, route, start)
                    if any(frozen in published.counting(pool.id, x) for x in rotations):
                        return True
    return False
