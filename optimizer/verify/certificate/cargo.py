"""What a rotation or bought capacity could carry, and what it earns at the prices of a leaf (C11,
C15, C16, C18)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import gcd

import numpy as np

from optimizer.domain.resolved import (
    Access,
    ResolvedBlock,
    ResolvedConsignment,
    ResolvedInstance,
    ResolvedLane,
    ResolvedTransit,
)
from optimizer.verify.certificate.falling import Falling
from optimizer.verify.certificate.flying import cycle
from optimizer.verify.certificate.least import LeastOf
from optimizer.verify.certificate.report import TooLargeError
from optimizer.verify.certificate.terminals import TerminalPrices
from optimizer.verify.certificate.universe import Block, Bools, Ints

PICO_PER_MICRO = 1_000_000
MOST_PICO = 2**61
"""What no single piece of cargo may earn; costs beyond it count as this, which is safe."""

TruckPricer = Callable[[ResolvedLane, str, int, int, int], int]
"""Pico-dollars for grams and cubic centimetres on a truck: lane, customs mode, dispatch, g, cm³."""


@dataclass(frozen=True, slots=True)
class Way:
    """All of the way of a consignment, or the part to or from the gateway where it changes (C21).

    Attributes:
        number: Index of the consignment.
        transit: The change; None if there is none.
        outbound: Whether it is the part from the gateway.
    """

    number: int
    transit: ResolvedTransit | None = None
    outbound: bool = False

    @property
    def inbound(self) -> bool:
        """Whether it is the part to the gateway."""
        return self.transit is not None and not self.outbound


@dataclass(frozen=True, slots=True)
class Piece:
    """A consignment on a part of a route: as much of it as the tightest leg there takes.

    Attributes:
        first_hop: Where it is lifted, counted in full stops.
        last_hop: The last hop it is on board of.
        weight_g: The most that fits.
        volume_cm3: Not more than the volume of that.
        gross_pico: What that earns after handling and carriage (K1, K13, R4; K12), rounded up; no
            freight yet if it only comes in to change aircraft (C21).
        uplifts: Its ways to the airport of departure.
        discharges: Its ways from the airport of arrival.
        way: Which part of its way this is.
    """

    consignment: ResolvedConsignment
    first_hop: int
    last_hop: int
    weight_g: int
    volume_cm3: int
    gross_pico: int
    uplifts: tuple[Access, ...]
    discharges: tuple[Access, ...]
    way: Way


@dataclass(frozen=True, slots=True, eq=False)
class Hold:
    """A route as its cargo sees it: hops from full stop to full stop.

    Attributes:
        first_leg: By hop: its first leg.
        last_leg: By hop: its last leg.
        room_g: By hop: the least cap of its legs (C4).
        room_cm3: Usable volume (C5).
        pieces: What could be on board.
    """

    first_leg: tuple[int, ...]
    last_leg: tuple[int, ...]
    room_g: tuple[int, ...]
    room_cm3: int
    pieces: tuple[Piece, ...]

    def on_board(self) -> Bools:
        """By hop and piece: whether the piece is on board."""
        hops = np.arange(len(self.room_g))[:, None]
        first = np.array([p.first_hop for p in self.pieces], dtype=np.int64)
        last = np.array([p.last_hop for p in self.pieces], dtype=np.int64)
        found: Bools = (first <= hops) & (hops <= last)
        return found


def hold_of(
    resolved: ResolvedInstance, block: Block, by_ends: dict[tuple[str, str], list[Way]], free: Worth
) -> Hold:
    """The hold of a route: all that some timing of it could carry and that pays or is promised.

    Args:
        resolved: The resolved instance.
        block: The route.
        by_ends: What `ends_of` found.
        free: The worth of cargo without any prices.
    """
    route = block.route
    hops = list(pairwise(route.points))
    legs = [resolved.leg[route.operator, route.type, a, b] for a, b in pairwise(route.airports)]
    hold = Hold(
        tuple(a for a, _ in hops),
        tuple(b - 1 for _, b in hops),
        tuple(1000 * min(leg.cap_kg for leg in legs[a:b]) for a, b in hops),
        resolved.type[route.type].volume_cm3,
        (),
    )
    rights = set(resolved.operator[route.operator].rights)
    unfit = {c for x in resolved.requirements if route.type not in x.types for c in x.consignments}
    pieces = []
    for (i, a), (j, b) in combinations(enumerate(route.full_stops), 2):
        if (a, b) not in rights:
            continue
        carried = legs[hold.first_leg[i] : hold.last_leg[j - 1] + 1]
        cost = sum(leg.fuel_pico_per_g + leg.carbon_pico_per_g for leg in carried)
        cost -= _support_pico_per_g(resolved, route.operator, (a, b))
        for way in by_ends.get((a, b), ()):
            c = resolved.consignments[way.number]
            if route.operator in c.operators and c.id not in unfit:
                piece = _piece(resolved, hold, way, (i, a), (j - 1, b), cost)
                pieces += [piece] if piece is not None else []
    promised = {c for commitment in resolved.commitments for c in commitment.consignments}
    pieces = [
        p
        for p in pieces
        if p.consignment.id in promised or p.way.inbound or (free.of(hold, block, p) > 0).any()
    ]
    return Hold(hold.first_leg, hold.last_leg, hold.room_g, hold.room_cm3, tuple(pieces))


def bought_hold(
    resolved: ResolvedInstance, bought: ResolvedBlock, by_ends: dict[tuple[str, str], list[Way]]
) -> Hold:
    """The hold of bought capacity: one hop, with what its carrier may fly and it is fit for."""
    empty = Hold((0,), (0,), (bought.weight_g,), bought.volume_cm3, ())
    needs = {x.id: set(x.consignments) for x in resolved.requirements if x.id not in bought.meets}
    unfit = set().union(*needs.values())
    pieces = []
    for way in by_ends.get((bought.origin, bought.destination), ()):
        c = resolved.consignments[way.number]
        if bought.operator in c.operators and c.id not in unfit:
            ends = (0, bought.origin), (0, bought.destination)
            piece = _piece(resolved, empty, way, *ends, bought.pico_per_g)
            pieces += [piece] if piece is not None else []
    return Hold((0,), (0,), empty.room_g, empty.room_cm3, tuple(pieces))


def ends_of(resolved: ResolvedInstance) -> dict[tuple[str, str], list[Way]]:
    """Ways of consignments by the airports between which they can fly (C16, C21)."""
    handled: dict[str, set[str]] = {}
    for x in resolved.requirements:
        for name in x.consignments:
            handled.setdefault(name, set(x.airports)).intersection_update(x.airports)
    found: dict[tuple[str, str], list[Way]] = {}
    for number, c in enumerate(resolved.consignments):
        ups = dict.fromkeys(access.airport for access in c.uplifts)
        downs = dict.fromkeys(access.airport for access in c.discharges)
        ways = [(up, down, Way(number)) for up in ups for down in downs]
        for t in resolved.transits:
            if t.consignment == c.id:
                ways += [(up, t.gateway, Way(number, t)) for up in ups if up != t.gateway]
                ways += [
                    (t.gateway, down, Way(number, t, outbound=True))
                    for down in downs
                    if down != t.gateway
                ]
        for up, down, way in ways:
            if c.id not in handled or {up, down} <= handled[c.id]:
                found.setdefault((up, down), []).append(way)
    return found


def _support_pico_per_g(resolved: ResolvedInstance, operator: str, pair: tuple[str, str]) -> int:
    """R4 by tonne of cargo loaded and unloaded at a pair of airports."""
    return sum(
        support.pico_per_g
        for support in resolved.supports
        if pair in support.pairs and (not support.operators or operator in support.operators)
    )


def _piece(
    resolved: ResolvedInstance,
    hold: Hold,
    way: Way,
    uplift: tuple[int, str],
    discharge: tuple[int, str],
    carriage_pico_per_g: int,
) -> Piece | None:
    """A consignment between two full stops; None if it does not fit, or cannot pay for its carriage
    and is not promised either (C19)."""
    c = resolved.consignments[way.number]
    weight_g = min(c.weight_g, *hold.room_g[uplift[0] : discharge[0] + 1])
    if c.volume_cm3:
        weight_g = min(weight_g, hold.room_cm3 * c.weight_g // c.volume_cm3)
    if weight_g <= 0:
        return None
    earned = (c.revenue_micro + c.surcharge_micro) * PICO_PER_MICRO
    handling = sum(resolved.airport[a].handling_pico_per_g for a in (uplift[1], discharge[1]))
    gross = -(-earned * weight_g // c.weight_g) - weight_g * (handling + carriage_pico_per_g)
    if way.inbound:
        gross = -weight_g * (handling + carriage_pico_per_g)
    elif gross <= 0 and not any(c.id in x.consignments for x in resolved.commitments):
        return None
    if gross > MOST_PICO:
        raise TooLargeError(f"{c.id} earns more than can be reckoned with")
    return Piece(
        c,
        uplift[0],
        discharge[0],
        weight_g,
        c.volume_cm3 * weight_g // c.weight_g,
        gross,
        _accesses(uplift[1], c.uplifts, at_gateway=way.outbound),
        _accesses(discharge[1], c.discharges, at_gateway=way.inbound),
        way,
    )


def _accesses(airport: str, accesses: Sequence[Access], *, at_gateway: bool) -> tuple[Access, ...]:
    """Ways of a consignment to or from an airport; where it changes aircraft it is there."""
    if at_gateway:
        return (Access(airport, None),)
    return tuple(access for access in accesses if access.airport == airport)


class Worth:
    """What pieces of cargo earn at the prices of one leaf.

    Args:
        resolved: The resolved instance.
        prices: What a gram of a piece pays (C0, C19); negative where it is paid.
        truck_pico: What a truck takes in for a piece (C12).
        terminals: What cargo pays at terminals (C10).
        at_gateways: What a gram is worth where it changes aircraft (C21).
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        prices: Callable[[Way, ResolvedConsignment], int],
        truck_pico: TruckPricer,
        terminals: TerminalPrices,
        at_gateways: Mapping[tuple[str, str], Falling],
    ) -> None:
        self._resolved = resolved
        self._prices = prices
        self._at_gateways = at_gateways
        self._truck_pico = truck_pico
        self._terminals = terminals
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
        charged = piece.weight_g * self._prices(piece.way, c)
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
            pays = stored * least_min + self._at_gateway(piece, way.transit, off_min)
            return np.where(legal, pays, MOST_PICO)
        for access in piece.uplifts:
            stored = self._storage_pico_per_min(piece, access.airport)
            export_min = self._customs(c, access.airport)[0]
            if access.lane is None:
                stored_min = off_min - c.ready_min
                legal = stored_min >= export_min
                if c.max_dwell_min is not None:
                    legal &= stored_min <= c.max_dwell_min
                cost = np.where(legal, stored * stored_min, MOST_PICO)
            else:
                trucks = self._trucks(piece, access.lane, stored, feeder=True)
                last = trucks.until(off_min - export_min)
                first = np.zeros_like(last)
                if c.max_dwell_min is not None:
                    first = trucks.until(off_min - c.max_dwell_min - 1)
                cost = trucks.least(first, last, MOST_PICO)
                cost = np.where(cost < MOST_PICO, cost + stored * off_min, MOST_PICO)
            least = np.minimum(least, cost)
        return least

    def _from_arrival(self, piece: Piece, on_min: Ints) -> Ints:
        """The cheapest delivery that is in time after an on-block (C11)."""
        c, way = piece.consignment, piece.way
        least: Ints = np.full(len(on_min), MOST_PICO, dtype=np.int64)
        if way.transit is not None and way.inbound:
            ready_min = on_min + way.transit.connection_min
            paid = self._at_gateway(piece, way.transit, ready_min)
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

    def _at_gateway(self, piece: Piece, transit: ResolvedTransit, minutes: Ints) -> Ints:
        """C21: what the whole piece is worth at its gateway at some minutes."""
        worth = self._at_gateways.get((transit.consignment, transit.gateway))
        if worth is None:
            return np.zeros_like(minutes)
        if piece.weight_g * worth.most > MOST_PICO:
            raise TooLargeError(f"{piece.consignment.id} is worth more than can be reckoned with")
        return piece.weight_g * worth.at(minutes)

    def _customs(self, c: ResolvedConsignment, airport: str) -> tuple[int, int]:
        minutes = self._resolved.customs_at.get((c.customs, airport))
        return (0, 0) if minutes is None else (minutes.export_min, minutes.import_min)

    def _storage_pico_per_min(self, piece: Piece, airport: str) -> int:
        """K11 of the whole piece, rounded down, and not more than is safe to multiply."""
        if airport not in self._resolved.gateways:
            return 0
        rate = self._resolved.airport[airport].storage_pico_per_g_h
        c, length_min = piece.consignment, self._resolved.period.length_min
        longest_min = 4 * length_min + abs(c.ready_min) + abs(c.due_min)
        return min(piece.weight_g * rate // 60, MOST_PICO // longest_min)

    def _trucks(self, piece: Piece, lane_id: str, stored: int, *, feeder: bool) -> LeastOf:
        """Dispatches of a lane that a piece could take, with what they cost it.

        Of a feeder the cost is counted from the start of the period: storage from there, less what
        is not stored before the truck arrives.
        """
        c = piece.consignment
        key = (c.id, lane_id, piece.weight_g, feeder)
        if key not in self._trucked:
            lane = self._resolved.lane[lane_id]
            minutes = self._dispatches(lane, c.ready_min, c.due_min - lane.truck_min)
            costs = [
                min(
                    self._truck_pico(lane, c.customs, t, piece.weight_g, piece.volume_cm3),
                    MOST_PICO // 2,
                )
                - stored * (t + lane.truck_min)
                for t in minutes
            ]
            ahead_min = lane.truck_min if feeder else 0
            self._trucked[key] = LeastOf([t + ahead_min for t in minutes], costs)
        return self._trucked[key]

    def _dispatches(self, lane: ResolvedLane, first_min: int, last_min: int) -> Sequence[int]:
        """Dispatches from one minute to another, both included (C11)."""
        every = lane.dispatch_every_min
        if self._cycle_min is not None:
            every = gcd(every, self._cycle_min)
        first = first_min + (lane.dispatch_offset_min - first_min) % every
        return range(first, last_min + 1, every)
