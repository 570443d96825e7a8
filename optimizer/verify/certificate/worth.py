"""What pieces of cargo earn at the prices of a leaf, by when they fly (C0, C10, C11, C12, C21)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import gcd

import numpy as np

from optimizer.domain.resolved import (
    ResolvedConsignment,
    ResolvedInstance,
    ResolvedLane,
    ResolvedTransit,
)
from optimizer.verify.certificate.cargo import MOST_PICO, Hold, Piece
from optimizer.verify.certificate.falling import Falling
from optimizer.verify.certificate.flying import cycle
from optimizer.verify.certificate.least import LeastOf
from optimizer.verify.certificate.report import TooLargeError
from optimizer.verify.certificate.stock import StockPrices
from optimizer.verify.certificate.terminals import TerminalPrices
from optimizer.verify.certificate.universe import Block, Ints

TruckPricer = Callable[[ResolvedLane, str, int, int, int], int]
"""Pico-dollars for grams and cubic centimetres on a truck: lane, customs mode, dispatch, g, cm³."""


class Worth:
    """What pieces of cargo earn at the prices of one leaf.

    Args:
        resolved: The resolved instance.
        pays: What a piece pays (C0, C19, residual capacity); negative where it is paid.
        truck_pico: What a truck takes in for a piece (C12).
        terminals: What cargo pays at terminals (C10).
        stock: What cargo pays while it waits there (C10).
        at_gateways: What a gram is worth where it changes aircraft (C21).
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        pays: Callable[[Piece], int],
        truck_pico: TruckPricer,
        terminals: TerminalPrices,
        stock: StockPrices,
        at_gateways: Mapping[tuple[str, str], Falling],
    ) -> None:
        self._resolved = resolved
        self._pays = pays
        self._at_gateways = at_gateways
        self._truck_pico = truck_pico
        self._terminals = terminals
        self._stock = stock
        self._cycle_min = cycle(resolved)
        self._trucked: dict[tuple[str, str, int, bool], LeastOf] = {}

    def of(self, hold: Hold, block: Block, piece: Piece) -> Ints:
        """Pico-dollars of the piece on each timing; negative where it is not worth carrying.

        Cargo of several weeks and by several lanes competes for one consignment, so only the best
        of them counts (C0).
        """
        off = block.off_min[:, hold.first_leg[piece.first_hop]]
        on = block.on_min[:, hold.last_leg[piece.last_hop]]
        c = piece.consignment
        least: Ints = np.full(len(off), 2 * MOST_PICO, dtype=np.int64)
        weeks, cycle_min = range(1), self._cycle_min or 0
        if cycle_min:
            first = -((int(off.max()) - c.ready_min) // cycle_min)
            weeks = range(first, (c.due_min - int(on.min())) // cycle_min + 1)
        for week in weeks:
            shift = week * cycle_min
            cost = self._to_departure(piece, off + shift) + self._from_arrival(piece, on + shift)
            least = np.minimum(least, cost)
        charged = self._pays(piece)
        if piece.gross_pico - charged > MOST_PICO:
            raise TooLargeError(f"{c.id} earns more than can be reckoned with")
        least = np.minimum(least + self._handled(piece, off, on), 2 * MOST_PICO)
        earned: Ints = max(piece.gross_pico - charged, -MOST_PICO) - least
        return earned

    def _handled(self, piece: Piece, off_min: Ints, on_min: Ints) -> Ints:
        """What terminals at both ends are paid (C10)."""
        total: Ints = np.zeros(len(off_min), dtype=np.int64)
        for ways, minutes, loading in (
            (piece.uplifts, off_min, True),
            (piece.discharges, on_min, False),
        ):
            total += self._terminals.pico(
                piece.weight_g,
                ways[0].airport,
                minutes,
                loading=loading,
                most_pico=MOST_PICO // 2,
            )
        return total

    def _to_departure(self, piece: Piece, off_min: Ints) -> Ints:
        """The cheapest truck and storage that is in time for an off-block (K11, C11)."""
        c, way = piece.consignment, piece.way
        least: Ints = np.full(len(off_min), MOST_PICO, dtype=np.int64)
        if way.transit is not None and way.outbound:  # it waits there at least its connection
            stored = self._storage_pico_per_min(piece, way.transit.gateway)
            least_min = way.transit.connection_min
            legal = off_min >= c.ready_min + least_min
            pays = stored * least_min + self._at_gateway(piece, way.transit, off_min, off_min)
            return np.where(legal, pays, MOST_PICO)
        for access in piece.uplifts:
            stored = self._storage_pico_per_min(piece, access.airport)
            export_min = self._customs(c, access.airport)[0]
            if access.lane is None:
                stored_min = off_min - c.ready_min
                legal = stored_min >= export_min
                if c.max_dwell_min is not None:
                    legal &= stored_min <= c.max_dwell_min
                waited = self._waited(piece, access.airport, c.ready_min, off_min)
                cost = np.where(legal, stored * stored_min + waited, MOST_PICO)
            else:
                trucks = self._trucks(piece, access.lane, stored, feeder=True)
                last = trucks.until(off_min - export_min)
                first = np.zeros_like(last)
                if c.max_dwell_min is not None:
                    first = trucks.until(off_min - c.max_dwell_min - 1)
                cost = trucks.least(first, last, MOST_PICO)
                paid = stored * off_min + self._waited(piece, access.airport, c.ready_min, off_min)
                cost = np.where(cost < MOST_PICO, cost + paid, MOST_PICO)
            least = np.minimum(least, cost)
        return least

    def _from_arrival(self, piece: Piece, on_min: Ints) -> Ints:
        """The cheapest delivery that is in time after an on-block (C11)."""
        c, way = piece.consignment, piece.way
        least: Ints = np.full(len(on_min), MOST_PICO, dtype=np.int64)
        if way.transit is not None and way.inbound:
            ready_min = on_min + way.transit.connection_min
            paid = self._at_gateway(piece, way.transit, ready_min, on_min)
            return np.where(ready_min <= c.due_min, -paid, MOST_PICO)
        for access in piece.discharges:
            released = on_min + self._customs(c, access.airport)[1]
            if access.lane is None:
                cost = np.where(released <= c.due_min, 0, MOST_PICO)
            else:
                trucks = self._trucks(piece, access.lane, 0, feeder=False)
                first = trucks.until(released - 1)
                cost = trucks.least(first, np.full_like(first, trucks.number), MOST_PICO)
            least = np.minimum(least, cost)
        return least

    def _waited(self, piece: Piece, airport: str, since_min: int, until_min: Ints) -> Ints:
        """C10: what the whole piece pays in stock over [since, until); what is sold never waits."""
        if not self._stock.at(airport) or piece.consignment.sold:
            return np.zeros_like(until_min)
        since = np.full_like(until_min, since_min)
        return self._stock.pico(piece.weight_g, airport, since, until_min)

    def _at_gateway(
        self, piece: Piece, transit: ResolvedTransit, minutes: Ints, since_min: Ints
    ) -> Ints:
        """C21: what the whole piece is worth at its gateway at some minutes, less what it pays in
        stock (C10) from others on until it is due.

        So what comes in pays for all that time, and what goes on is paid back the rest of it.
        """
        c, airport = piece.consignment, transit.gateway
        too_large = TooLargeError(f"{c.id} is worth more than can be reckoned with")
        worth, pico_per_g = self._at_gateways.get((c.id, airport)), np.zeros_like(minutes)
        if worth is not None:
            if worth.most > MOST_PICO:
                raise too_large
            pico_per_g += worth.at(minutes)
        if self._stock.at(airport):
            since = since_min.clip(c.ready_min, c.due_min)  # at other minutes it cannot be there
            pico_per_g -= self._stock.pico_per_g(airport, since, np.full_like(since, c.due_min))
        if piece.weight_g * int(np.abs(pico_per_g).max(initial=0)) > MOST_PICO:
            raise too_large
        return piece.weight_g * pico_per_g

    def _customs(self, c: ResolvedConsignment, airport: str) -> tuple[int, int]:
        minutes = self._resolved.customs_at.get((c.customs, airport))
        return (0, 0) if minutes is None else (minutes.export_min, minutes.import_min)

    def _storage_pico_per_min(self, piece: Piece, airport: str) -> int:
        """K11 of the whole piece, rounded down, and not more than is safe to multiply."""
        if airport not in self._resolved.gateways or piece.consignment.sold:
            return 0
        rate = self._resolved.airport[airport].storage_pico_per_g_h
        c, length_min = piece.consignment, self._resolved.period.length_min
        longest_min = 4 * length_min + abs(c.ready_min) + abs(c.due_min)
        return min(piece.weight_g * rate // 60, MOST_PICO // longest_min)

    def _trucks(self, piece: Piece, lane_id: str, stored: int, *, feeder: bool) -> LeastOf:
        """Dispatches of a lane that a piece could take, with what they cost it.

        Of a feeder the cost is counted from the start of the period: storage from there, less what
        is not stored before the truck arrives; and so is what is paid in stock, since it is ready.
        """
        c = piece.consignment
        key = (c.id, lane_id, piece.weight_g, feeder)
        if key not in self._trucked:
            lane = self._resolved.lane[lane_id]
            minutes = self._dispatches(lane, c.ready_min, c.due_min - lane.truck_min)
            ahead_min = lane.truck_min if feeder else 0
            arrivals: Ints = np.array(minutes, dtype=np.int64) + ahead_min
            costs = [
                min(
                    self._truck_pico(lane, c.customs, t, piece.weight_g, piece.volume_cm3),
                    MOST_PICO // 2,
                )
                - stored * (t + lane.truck_min)
                for t in minutes
            ]
            if feeder:
                saved = self._waited(piece, lane.destination, c.ready_min, arrivals)
                costs = [cost - less for cost, less in zip(costs, saved.tolist(), strict=True)]
            self._trucked[key] = LeastOf(arrivals.tolist(), costs)
        return self._trucked[key]

    def _dispatches(self, lane: ResolvedLane, first_min: int, last_min: int) -> Sequence[int]:
        """Dispatches from one minute to another, both included (C11)."""
        every = lane.dispatch_every_min
        if self._cycle_min is not None:
            every = gcd(every, self._cycle_min)
        first = first_min + (lane.dispatch_offset_min - first_min) % every
        return range(first, last_min + 1, every)
