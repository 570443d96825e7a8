"""Rotations worth trying, ranked by what a line of flying loses at the bound's prices."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from optimizer.dual import Bools, Floats, Ints, Point, Relaxation
from optimizer.search.propose import Candidate

BUCKET_MIN = 360
"""Of the departures of a route in so many minutes, the best come first."""
BUCKET_LATER = 0.25
"""How much further down each later departure of a bucket ranks, as a share of the median loss."""


class DualProposals:
    """Proposes rotations on lines that earn nearly as much as the best line of their pool.

    Args:
        relaxation: Knows all rotations and lines.
        point: The prices to rank by.
    """

    def __init__(self, relaxation: Relaxation, point: Point) -> None:
        self._relaxation = relaxation
        self._catalogue = relaxation.catalogue
        self._of_pool: dict[str, tuple[Ints, Floats]] = {}
        self._off_min: Ints = np.array(
            [x.off_block_min for x in self._catalogue.rotations], dtype=np.int64
        )
        for pool, network, own, line in zip(
            relaxation.resolved.pools, relaxation.networks, point.arc_usd, point.lines, strict=True
        ):
            rotations, loss = network.rotations, network.slack(own, line)
            order = np.argsort(loss, kind="stable")
            self._of_pool[pool.id] = rotations[order], self._spread(rotations[order], loss[order])

    def _spread(self, rotations: Ints, loss: Floats) -> Floats:
        """Losses, larger for departures close to better ones of the same route."""
        seen: dict[tuple[object, ...], int] = {}
        step = BUCKET_LATER * float(np.median(loss)) if len(loss) else 0.0
        spread = loss.copy()
        for k, r in enumerate(rotations.tolist()):
            x = self._catalogue.rotations[r]
            key = (x.route, x.off_block_min // BUCKET_MIN)
            before = seen.get(key, 0)
            seen[key] = before + 1
            spread[k] += before * max(step, 0.0)
        return spread

    def __call__(
        self,
        pools: Sequence[str],
        stations: Collection[str] | None,
        from_min: int,
        until_min: int,
        most: int,
    ) -> list[Candidate]:
        """As `optimizer.search.Propose` says."""
        found: list[tuple[float, int, str]] = []
        for pool in pools:
            rotations, loss = self._of_pool[pool]
            suits = self._in_time(rotations, from_min, until_min)
            for k in np.flatnonzero(suits).tolist():
                r = int(rotations[k])
                if stations is None or self._serves(r, stations):
                    found.append((float(loss[k]), r, pool))
        found.sort()
        return [(pool, self._catalogue.rotations[r]) for _, r, pool in found[:most]]

    def _in_time(self, rotations: Ints, from_min: int, until_min: int) -> Bools:
        off, cycle = self._off_min[rotations], self._catalogue.cycle_min
        if not cycle:
            return (off >= from_min) & (off < until_min)
        return (off - from_min) % cycle < until_min - from_min

    def _serves(self, rotation: int, stations: Collection[str]) -> bool:
        x = self._catalogue.rotations[rotation]
        return any(s in stations for s in (*x.stations, x.origin, x.destination))
