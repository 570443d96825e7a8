"""Which tail flies what, and what flights are called (C1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.plan.plan import Flight


@dataclass(slots=True)
class _Tail:
    name: str
    airport: str
    free_min: int


def name_flights(
    resolved: ResolvedInstance, flights: Sequence[Flight], returned: Sequence[str] = ()
) -> dict[str, Flight]:
    """Give flights to tails and name them ``F01``, ``F02``, … by pool, tail and time.

    Tails at the same airport are alike, so the one that has been free for longest takes the next
    flight. In a cyclic period tails swap, and only a pool of one says which tail flies.

    Args:
        resolved: The resolved instance.
        flights: Flights by any distinct ids; what they say of tails is not looked at.
        returned: Tails that fly nothing.

    Returns:
        The finished flights in order, by the id they came with.

    Raises:
        ValueError: A pool has not enough tails, or its lines do not join.
    """
    ordered: list[tuple[str, Flight]] = []
    for pool in resolved.pools:
        own = sorted(
            (f for f in flights if f.pool == pool.id),
            key=lambda f: (f.rotation.off_block_min, f.rotation.on_block_min, f.rotation.route),
        )
        flown_by = dict(_tails(resolved, pool, own, returned))
        rank = {tail: i for i, tail in enumerate(("", *pool.tails))}
        own.sort(key=lambda f: rank[flown_by[f.id]])
        ordered += [(f.id, replace(f, tail=flown_by[f.id])) for f in own]
    width = len(str(len(ordered)))
    return {
        old: replace(flight, id=f"F{number:0{width}d}")
        for number, (old, flight) in enumerate(ordered, start=1)
    }


def _tails(
    resolved: ResolvedInstance,
    pool: ResolvedPool,
    flights: Sequence[Flight],
    returned: Sequence[str],
) -> Iterator[tuple[str, str]]:
    if resolved.period.cyclic:
        tail = pool.tails[0] if pool.size == 1 else ""
        yield from ((flight.id, tail) for flight in flights)
        return
    tails = [
        _Tail(tail, pool.start_airport, pool.available_from_min)
        for tail in pool.tails
        if tail not in returned
    ]
    for flight in flights:
        rotation = flight.rotation
        at_hand = [
            t
            for t in tails
            if t.airport == rotation.origin and t.free_min <= rotation.off_block_min
        ]
        if not at_hand:
            raise ValueError(
                f"no tail of pool {pool.id} is free at {rotation.origin} "
                f"in minute {rotation.off_block_min}"
            )
        first_free = min(at_hand, key=lambda t: t.free_min)
        ground = resolved.ground_at[rotation.destination, rotation.type]
        first_free.airport = rotation.destination
        first_free.free_min = rotation.on_block_min + ground.turnaround_min
        yield flight.id, first_free.name
