"""Consignments, their trucks, and what is promised of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ResolvedLane:
    """A truck lane; `cost_micro` pairs customs modes with the price of one truck.

    Trucks leave at `dispatch_offset_min` + k x `dispatch_every_min` for every integer k.
    """

    id: str
    origin: str
    destination: str
    truck_min: int
    payload_g: int
    volume_cm3: int
    cost_micro: tuple[tuple[str, int], ...]
    dispatch_every_min: int
    dispatch_offset_min: int
    trucks_per_dispatch: int | None


@dataclass(frozen=True, slots=True)
class ResolvedCustoms:
    """Minutes a customs mode needs at one airport (C11)."""

    mode: str
    airport: str
    export_min: int
    import_min: int


@dataclass(frozen=True, slots=True)
class Access:
    """How a consignment gets to or from an airport: by a lane, or directly (lane None)."""

    airport: str
    lane: str | None


@dataclass(frozen=True, slots=True)
class ResolvedConsignment:
    """A consignment in grams, cubic centimetres and minutes.

    `revenue_micro` (R1) and `surcharge_micro` (R2) are for the whole weight; a delivered gram earns
    its share. `due_min` may lie beyond the period. `operators` are those it may fly with.

    Capacity `sold` (C18) is a consignment too: its revenue is R3, trucks, handling and storage are
    the customer's. It flies whole on one flight; a whole `aircraft` with nothing else on board.
    """

    id: str
    origin: str
    destination: str
    customs: str
    weight_g: int
    volume_cm3: int
    chargeable_g: int
    revenue_micro: int
    surcharge_micro: int
    ready_min: int
    due_min: int
    max_dwell_min: int | None
    operators: tuple[str, ...]
    uplifts: tuple[Access, ...]
    discharges: tuple[Access, ...]
    sold: Literal["", "block", "aircraft"] = ""


@dataclass(frozen=True, slots=True)
class ResolvedRequirement:
    """What these consignments need (C16): only these types fly, these airports handle them."""

    id: str
    consignments: tuple[str, ...]
    types: tuple[str, ...]
    airports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResolvedIncompatible:
    """Consignments with one requirement and with the other are on no leg together (C16).

    Both are ids of resolved requirements, the lesser first.
    """

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class ResolvedPacking:
    """What a consignment takes of the positions of a deck, or of any (C6).

    `milli_positions` are thousandths of a position for the whole weight.
    """

    consignment: str
    deck: Literal["any", "main", "lower"]
    milli_positions: int


@dataclass(frozen=True, slots=True)
class ResolvedTransit:
    """A consignment may change aircraft at a gateway, if so many minutes lie between (C21)."""

    consignment: str
    gateway: str
    connection_min: int


@dataclass(frozen=True, slots=True)
class ResolvedCommitment:
    """Of these consignments at least `least_g` in all are delivered (C19).

    What is short costs `penalty_pico_per_g` (K14); None: a plan that is short is no plan. With a
    `flight` it is cargo tendered for that published flight, and only what is on board of flights
    of its type, route and times counts (C20).
    """

    id: str
    consignments: tuple[str, ...]
    least_g: int
    penalty_pico_per_g: int | None
    flight: str | None = None

    @property
    def number(self) -> str:
        """Of the constraint it is part of."""
        return "C19" if self.flight is None else "C20"


@dataclass(frozen=True, slots=True)
class ResolvedBlock:
    """Capacity bought on one leg that somebody else flies (C18).

    `fixed_micro` is paid in any case, `pico_per_g` for what is used (K12). `meets` are ids of
    requirements (C16). In a cyclic period its off-block is in the first week.
    """

    id: str
    kind: str
    operator: str
    flight: str
    origin: str
    destination: str
    off_block_min: int
    on_block_min: int
    weight_g: int
    volume_cm3: int
    fixed_micro: int
    pico_per_g: int
    meets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResolvedSupport:
    """Route support (R4) of one row; empty `operators` for everybody.

    A rotation that offers any of the pairs earns `flight_micro`; cargo loaded and unloaded at one
    of the pairs earns `pico_per_g`.
    """

    id: str
    operators: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    flight_micro: int
    pico_per_g: int
