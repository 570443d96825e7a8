"""Cargo as the certificate sees it: consignments on parts of routes, and the holds they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.resolved import Access, ResolvedConsignment, ResolvedTransit
from optimizer.verify.certificate.universe import Bools

PICO_PER_MICRO = 1_000_000
MOST_PICO = 2**61
"""What no single piece of cargo may earn; costs beyond it count as this, which is safe."""


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
