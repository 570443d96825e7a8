"""Residual capacity inequalities at the prices of a leaf: what a whole number of flights leaves.

Some consignments come to a size D in all, and flights take at most c of it each. For the size u > 0
of a full flight, with q = floor(D / u) and r = D - q u, every plan keeps

    carried  <=  q (u - r)  +  sum of G(c) over flights,    G(c) = floor(c / u) r + min(c mod u, r)

because with s = D - carried >= 0 left behind, flights have room for sum of c >= D - s; and G never
falls, is subadditive, and rises by at most 1 a unit, so that

    sum of G(c)  >=  G(sum of c)  >=  G(D - s)  >=  G(D) - s  =  (q + 1) r - s.

Bought capacity is there in any case and counts as a flight.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.certificate import Prices, Residual
from optimizer.verify.certificate.cargo import MOST_PICO, Hold, Piece
from optimizer.verify.certificate.report import TooLargeError
from optimizer.verify.certificate.universe import Bools, Ints

MOST_PAID_MICRO = 10**15
"""What a flight is paid by all inequalities at most, so that sums of flights fit."""
MOST_HOPS = 64
"""On so many hops at most cargo of one flight arrives."""

Could = Callable[[int], Bools]
"""By number of a route or of bought capacity: by timing and piece, whether it could be on board."""


class Residuals:
    """The inequalities of a certificate on an instance.

    Args:
        holds: By route, and after them by bought capacity.
        routes: How many of them are routes.
        could: What could be on board of each.
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        rows: Sequence[Residual],
        holds: Sequence[Hold],
        routes: int,
        could: Could,
    ) -> None:
        self._rows, self._holds, self._could = rows, holds, could
        self._names = [frozenset(row.consignments) for row in rows]
        self._of: dict[str, list[int]] = {}
        for number, row in enumerate(rows):
            for name in row.consignments:
                self._of.setdefault(name, []).append(number)
        self._size = [_offered(resolved, row) for row in rows]
        self._known: dict[int, dict[int, Ints]] = {}
        self._bought = range(routes, len(holds))

    def pays(self, prices: Prices) -> Callable[[Piece], int]:
        """What pieces pay in pico-dollars, rounded down."""
        per_g: dict[str, int] = {}
        per_cm3: dict[str, int] = {}
        for x in prices.residuals:
            row = self._rows[x.row]
            for name in row.consignments:
                per_g[name] = per_g.get(name, 0) + x.pico * row.per_g
                per_cm3[name] = per_cm3.get(name, 0) + x.pico * row.per_cm3

        def paid(piece: Piece) -> int:
            name = piece.consignment.id
            by_weight = per_g.get(name, 0) * piece.weight_g
            return by_weight + per_cm3.get(name, 0) * piece.volume_cm3

        return paid

    def flight_micro(self, prices: Prices, number: int) -> Ints | int:
        """What each flight of a route is paid, rounded up."""
        added = self.added(number)
        total: Ints | int = 0
        for x in prices.residuals:
            if x.pico and x.row in added:
                sizes, place = np.unique(added[x.row], return_inverse=True)
                micro = [-(-x.pico * size // 1_000_000) for size in sizes.tolist()]
                if max(micro) + int(np.max(total)) > MOST_PAID_MICRO:
                    raise TooLargeError("a flight is paid more than can be reckoned with")
                total = total + np.array(micro, dtype=np.int64)[place]
        return total

    def limits_pico(self, prices: Prices, rows: Container[int] | None = None) -> int:
        """Σ prices · limits, of all inequalities or of some."""
        of = (x for x in prices.residuals if rows is None or x.row in rows)
        return sum(x.pico * self.limit(x.row) for x in of)

    def limit(self, number: int) -> int:
        """Of an inequality: q (u - r), and what bought capacity adds."""
        full, rest = divmod(self._size[number], self._rows[number].capacity)
        limit = full * (self._rows[number].capacity - rest)
        for bought in self._bought:
            limit += sum(self.added(bought).get(number, np.zeros(0, np.int64)).tolist())
        return limit

    def added(self, number: int) -> dict[int, Ints]:
        """By inequality that a route can carry cargo of: what its flights add to the limit."""
        if number not in self._known:
            hold = self._holds[number]
            rows = {k for p in hold.pieces for k in self._of.get(p.consignment.id, ())}
            could = self._could(number) if rows else np.zeros((0, 0), np.bool_)
            found = {k: self._adds(k, hold, could) for k in sorted(rows)}
            self._known[number] = {k: added for k, added in found.items() if added.any()}
        return self._known[number]

    def _adds(self, number: int, hold: Hold, could: Bools) -> Ints:
        """G of what each flight of a route takes of an inequality's cargo at most.

        All that arrives on one hop is on board together on the shortest way of any of it there.
        """
        row, most = self._rows[number], dict[int, Ints]()
        for k, piece in enumerate(hold.pieces):
            if piece.consignment.id in self._names[number]:
                way = hold.room_g[piece.first_hop : piece.last_hop + 1]
                size = row.per_g * min(way) + row.per_cm3 * hold.room_cm3
                if size > MOST_PICO // MOST_HOPS:
                    raise TooLargeError("a hold is larger than can be reckoned with")
                hop = piece.last_hop if row.arriving else piece.first_hop
                taken = np.where(could[:, k], size, 0)
                most[hop] = np.maximum(most.get(hop, 0), taken)
        capacity: Ints = np.sum([*most.values()], axis=0, dtype=np.int64)
        rest = self._size[number] % row.capacity
        added: Ints = capacity // row.capacity * rest + np.minimum(capacity % row.capacity, rest)
        return added


def _offered(resolved: ResolvedInstance, row: Residual) -> int:
    """D: the size of all cargo of an inequality."""
    of = [resolved.consignment[name] for name in row.consignments]
    return sum(row.per_g * c.weight_g + row.per_cm3 * c.volume_cm3 for c in of)
