"""Where new rotations come from: a protocol, and a default that looks through the universe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.model.repertoire import Repertoire
from optimizer.network import Route, Universe
from optimizer.plan.rotation import Rotation
from optimizer.search.best_load import BestLoad

Candidate: TypeAlias = tuple[str, Rotation]
"""Id of a pool and what it could fly."""

LEAST_JUDGED = 150
"""Starts of routes that one call looks at for a pool, or more where many are asked for; a sample if
there are more of them."""
BUCKET_MIN = 360
"""Of the departures of a route in so many minutes, the best comes first."""


class Propose(Protocol):
    """Finds rotations worth trying, the most promising first."""

    def __call__(
        self,
        pools: Sequence[str],
        stations: Collection[str] | None,
        from_min: int,
        until_min: int,
        most: int,
    ) -> Sequence[Candidate]:
        """Rotations of the universe.

        Args:
            pools: Ids of pools that could fly them.
            stations: Airports of which they serve at least one; None for any.
            from_min: First departure at or after this minute, in a cyclic period of any week.
            until_min: First departure before this minute.
            most: How many at most.
        """


class UniverseProposals:
    """Ranks rotations by what their best load earns at given prices of consignments.

    Half of what it proposes earns most a flight, half most an hour.

    Args:
        resolved: The resolved instance.
        seed: Of the samples where the universe is large.
        repertoire: Cargo and cost of rotations, shared with the models.
    """

    def __init__(
        self, resolved: ResolvedInstance, seed: int = 0, repertoire: Repertoire | None = None
    ) -> None:
        self._resolved = resolved
        self._rng = np.random.default_rng(seed)
        self._repertoire = Repertoire(resolved) if repertoire is None else repertoire
        self._universe = Universe(resolved)
        self._best_load = BestLoad(self._repertoire)
        self._usd_per_min: dict[str, float] = {}
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else None

    def reprice(
        self, usd_per_kg: Mapping[str, float], usd_per_tail: Mapping[str, float] | None = None
    ) -> None:
        """State what consignments and tails are worth elsewhere; 0 where nothing is stated.

        Args:
            usd_per_kg: By consignment.
            usd_per_tail: By pool, for the whole period; None: as before.
        """
        self._best_load.reprice(usd_per_kg)
        if usd_per_tail is not None:
            length_min = self._resolved.period.length_min
            self._usd_per_min = {id_: usd / length_min for id_, usd in usd_per_tail.items()}

    def __call__(
        self,
        pools: Sequence[str],
        stations: Collection[str] | None,
        from_min: int,
        until_min: int,
        most: int,
    ) -> list[Candidate]:
        """See `Propose`."""
        judged: list[tuple[float, float, Candidate]] = []
        for pool_id in pools:
            pool = self._resolved.pool[pool_id]
            starts = self._sample(
                list(self._starts(pool, stations, from_min, until_min)), max(LEAST_JUDGED, 8 * most)
            )
            usd_per_min = self._usd_per_min.get(pool_id, 0.0)
            for route, start_min in starts:
                for rotation in self._universe.timings(pool, route, start_min):
                    cost_usd = self._repertoire.cost_usd(pool, rotation)
                    worth_usd = self._best_load.usd(rotation) - cost_usd
                    busy_min = rotation.on_block_min - rotation.off_block_min
                    net_usd = worth_usd - usd_per_min * busy_min
                    judged.append((net_usd, net_usd / busy_min, (pool_id, rotation)))
        by_flight = _spread([(usd, candidate) for usd, _, candidate in judged])
        by_hour = _spread([(usd, candidate) for _, usd, candidate in judged])
        together = (x for pair in zip(by_flight, by_hour, strict=True) for x in pair)
        return list(dict.fromkeys(together))[:most]

    def _starts(
        self,
        pool: ResolvedPool,
        stations: Collection[str] | None,
        from_min: int,
        until_min: int,
    ) -> Iterator[tuple[Route, int]]:
        """Routes of a pool with their first departures in a window."""
        universe = self._universe
        routes = (
            *universe.routes(pool),
            *universe.opening_routes(pool),
            *universe.closing_routes(pool),
        )
        minutes: dict[str, list[int]] = {}
        for route in routes:
            if stations is not None and not set(stations).intersection(route.airports):
                continue
            origin = route.airports[0]
            if origin not in minutes:
                starts = universe.starts(pool, origin)
                minutes[origin] = list(self._within(starts, from_min, until_min))
            for minute in minutes[origin]:
                yield route, minute

    def _within(self, minutes: Iterable[int], from_min: int, until_min: int) -> Iterator[int]:
        for minute in minutes:
            ahead = minute - from_min
            if self._cycle_min is not None:
                ahead %= self._cycle_min
            if 0 <= ahead < until_min - from_min:
                yield minute

    def _sample(self, starts: list[tuple[Route, int]], most: int) -> list[tuple[Route, int]]:
        if len(starts) <= most:
            return starts
        chosen = self._rng.choice(len(starts), size=most, replace=False)
        return [starts[i] for i in sorted(chosen.tolist())]


def _spread(judged: list[tuple[float, Candidate]]) -> list[Candidate]:
    """Best first, but the second best of a route and time of day after the best of all others."""
    judged.sort(key=lambda item: -item[0])
    taken: dict[tuple[str, str, int], int] = defaultdict(int)
    ranked = []
    for usd, (pool_id, rotation) in judged:
        bucket = (pool_id, rotation.route, rotation.off_block_min // BUCKET_MIN)
        ranked.append((taken[bucket], -usd, (pool_id, rotation)))
        taken[bucket] += 1
    ranked.sort(key=lambda item: item[:2])
    return [candidate for _, _, candidate in ranked]
