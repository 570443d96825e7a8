"""Loads of all routes and of bought capacity at the prices of one leaf after another.

Where only the best of many timings decides, most need no more than a rough bound; those that
matter are settled, which takes ten times as long. Timings whose cargo is worth the same as at the
leaf before keep what is known of them.
"""

from __future__ import annotations

import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.verify.certificate.cargo import MOST_PICO, Hold
from optimizer.verify.certificate.falling import Falling
from optimizer.verify.certificate.holds import at_once_of, bought_hold, ends_of, hold_of
from optimizer.verify.certificate.loading import best_load_micro, rough_load_micro
from optimizer.verify.certificate.packed import packed_holds
from optimizer.verify.certificate.stock import StockPrices
from optimizer.verify.certificate.terminals import TerminalPrices
from optimizer.verify.certificate.universe import Bools, Ints, OwnUniverse, one_leg
from optimizer.verify.certificate.worth import Worth


class RouteLoads:
    """The best loads of a route's timings, bounded from above.

    Attributes:
        pico: By timing and piece, what the whole piece earns; less than 0 where it is not wanted.
        micro: By timing, what its best load earns at most.
        settled: By timing, whether that is the best bound there is.
    """

    def __init__(self, hold: Hold, packed: list[Hold], pico: Ints, last: RouteLoads | None) -> None:
        self.pico = pico
        self._holds = [hold, *packed]
        rows = len(pico)
        self.micro: Ints = np.zeros(rows, dtype=np.int64)
        self.settled: Bools = np.full(rows, not hold.pieces)
        self._rough: Bools = self.settled.copy()
        if last is not None and hold.pieces:
            same = (pico == last.pico).all(axis=1)
            self.micro[same] = last.micro[same]
            self.settled[same] = last.settled[same]
            self._rough[same] = last._rough[same]

    def roughly(self) -> Ints:
        """A bound for every timing, settled or not."""
        rows = np.flatnonzero(~self._rough & ~self.settled)
        if len(rows):
            found = [rough_load_micro(hold, self.pico[rows]) for hold in self._holds]
            self.micro[rows] = np.minimum.reduce(found)
            self._rough[rows] = True
        return self.micro

    def settle(self, rows: Ints) -> None:
        """Find the best bound for some timings."""
        rows = rows[~self.settled[rows]]
        if len(rows):
            found = [best_load_micro(hold, self.pico[rows]) for hold in self._holds]
            micro = np.minimum.reduce(found)
            known = self._rough[rows]
            self.micro[rows] = np.where(known, np.minimum(micro, self.micro[rows]), micro)
            self.settled[rows] = True

    def settle_all(self) -> Ints:
        """Find the best bound for every timing."""
        self.settle(np.arange(len(self.micro), dtype=np.int64))
        return self.micro


class Loads:
    """The loads of an instance.

    Attributes:
        holds: By route, and after them by bought capacity: rooms and the cargo that could be taken.
    """

    def __init__(self, resolved: ResolvedInstance, universe: OwnUniverse) -> None:
        by_ends, nothing = ends_of(resolved), TerminalPrices(resolved, {})
        never: dict[tuple[str, str], Falling] = {}
        self._free = free = Worth(
            resolved, lambda _: 0, lambda *_: 0, nothing, StockPrices(resolved, ()), never
        )
        self._promised = {c for x in resolved.commitments for c in x.consignments}
        blocks = universe.blocks
        at_once = at_once_of(resolved)
        self.holds: list[Hold] = [
            hold_of(resolved, block, by_ends, at_once, free) for block in blocks
        ]
        self._packed = [
            packed_holds(resolved, block.route.type, hold)
            for block, hold in zip(blocks, self.holds, strict=True)
        ]
        self.holds += [bought_hold(resolved, bought, by_ends) for bought in resolved.blocks]
        self._packed += [[] for _ in resolved.blocks]
        self._timed = [*blocks, *(one_leg(bought) for bought in resolved.blocks)]
        self._last: list[RouteLoads | None] = [None] * len(self.holds)

    def could(self, number: int) -> Bools:
        """By timing and piece of a route, or of bought capacity, whether it could be on board: in
        time, and worth it without any price unless it is promised (C19)."""
        block, hold = self._timed[number], self.holds[number]
        found: Bools = np.zeros((len(block.off_min), len(hold.pieces)), dtype=np.bool_)
        for k, piece in enumerate(hold.pieces):
            promised = piece.consignment.id in self._promised
            found[:, k] = self._free.of(hold, block, piece) > (-MOST_PICO // 2 if promised else 0)
        return found

    def of(self, number: int, worth: Worth) -> RouteLoads:
        """Those of a route, or of bought capacity, at the prices of a leaf."""
        block, hold = self._timed[number], self.holds[number]
        pico: Ints = np.zeros((len(block.off_min), len(hold.pieces)), dtype=np.int64)
        for k, piece in enumerate(hold.pieces):
            pico[:, k] = worth.of(hold, block, piece)
        found = RouteLoads(hold, self._packed[number], np.maximum(pico, -1), self._last[number])
        self._last[number] = found
        return found
