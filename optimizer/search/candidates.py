"""Rotations for the tails that a neighbourhood leaves idle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Plan
from optimizer.plan.rotation import Rotation
from optimizer.search.gaps import Gaps
from optimizer.search.neighbourhoods import RETIME_MIN, Neighbourhood
from optimizer.search.propose import Candidate, Propose

SPARE = 3
"""So many times more are asked for than wanted, since some do not fit."""


def candidates(
    resolved: ResolvedInstance,
    plan: Plan,
    neighbourhood: Neighbourhood,
    propose: Propose,
    most: int,
    liked: Sequence[Candidate],
    stop: Callable[[], bool],
) -> list[Candidate]:
    """Rotations that fit next to the flights that stay, the most promising of each gap first.

    Args:
        resolved: The resolved instance.
        plan: The plan.
        neighbourhood: What is searched of it.
        propose: Finds rotations worth trying.
        most: How many at most.
        liked: Rotations known to be good, that come first where they fit.
        stop: Asked often whether to stop.
    """
    freed = {f.id for f in neighbourhood.freed}
    staying: dict[str, list[Rotation]] = defaultdict(list)
    for flight in plan.flights:
        if flight.id not in freed:
            staying[flight.pool].append(flight.rotation)
    wanted = dict.fromkeys((*(f.pool for f in neighbourhood.freed), *neighbourhood.pools))
    gaps = {id_: Gaps(resolved, resolved.pool[id_], staying[id_]) for id_ in wanted}
    retimed = neighbourhood.retimed
    asks = list(_retimed(neighbourhood) if retimed else _openings(resolved, neighbourhood, gaps))
    share = max(1, most // max(1, len(asks)))
    found: dict[Candidate, None] = {
        (pool_id, rotation): None
        for pool_id, rotation in liked
        if pool_id in gaps
        and gaps[pool_id].fits(rotation)
        and _is_near(resolved, neighbourhood, rotation)
    }
    for pool_id, stations, start_min, end_min in asks:
        if stop():
            break
        proposed = propose([pool_id], stations, start_min, end_min, SPARE * share)
        fitting = (x for x in proposed if gaps[pool_id].fits(x[1]))
        for _, candidate in zip(range(share), fitting, strict=False):
            found[candidate] = None
    return list(found)[: most + len(liked)]


def _is_near(resolved: ResolvedInstance, neighbourhood: Neighbourhood, rotation: Rotation) -> bool:
    """Whether a rotation meets the stations and the window of a neighbourhood."""
    if neighbourhood.retimed:
        return False
    if neighbourhood.stations is not None and neighbourhood.stations.isdisjoint(rotation.stations):
        return False
    if neighbourhood.window is None:
        return True
    ahead = rotation.off_block_min - neighbourhood.window[0]
    if resolved.period.cyclic:
        ahead %= resolved.period.length_min
    return 0 <= ahead < neighbourhood.window[1] - neighbourhood.window[0]


_Ask = tuple[str, frozenset[str] | None, int, int]
"""Pool, stations, first and last minute of the first departure."""


def _retimed(neighbourhood: Neighbourhood) -> Iterator[_Ask]:
    """Around every freed flight, the same stations by the same pool."""
    for flight in neighbourhood.freed:
        middle = flight.rotation.off_block_min
        stations = frozenset(flight.rotation.stations)
        yield flight.pool, stations or None, middle - RETIME_MIN, middle + RETIME_MIN + 1


def _openings(
    resolved: ResolvedInstance, neighbourhood: Neighbourhood, gaps: dict[str, Gaps]
) -> Iterator[_Ask]:
    """The gaps of pools: those that freed flights leave, and those in the window."""
    spans: dict[tuple[str, int, int], None] = {}
    for flight in neighbourhood.freed:
        at = flight.rotation
        for low, high in gaps[flight.pool].near(at.off_block_min, at.on_block_min):
            spans[flight.pool, low, high] = None
    for pool_id in neighbourhood.pools:
        window = neighbourhood.window or (0, resolved.period.length_min)
        for low, high in gaps[pool_id].near(*window):
            spans[pool_id, low, high] = None
    for pool_id, low, high in spans:
        yield pool_id, neighbourhood.stations, low, high
