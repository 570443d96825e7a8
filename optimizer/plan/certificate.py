"""A certificate: a bound on what any plan of a resolved instance earns, and how to check it.

See ``docs/certificate.md`` for why it is a bound. All numbers are integers: prices in the units of
the resolved instance (pico-dollars per gram or cubic centimetre, micro-dollars per flight, truck or
minute). A price that is not stated is 0, which leaves its limit out and is always allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

CERTIFICATE_VERSION = 1

Sense = Literal["at_most", "at_least"]


@dataclass(frozen=True, slots=True)
class FlightCount:
    """Number of flights that match everything stated; empty and None match any.

    Attributes:
        pool: Id of the pool that flies.
        airports: The airports of the rotation in order, both ends included.
        station: An airport of a full stop between, or an end that is not a gateway.
        from_min: First off-block at or after this minute.
        until_min: First off-block before this minute.
    """

    pool: str = ""
    airports: tuple[str, ...] = ()
    station: str = ""
    from_min: int | None = None
    until_min: int | None = None


@dataclass(frozen=True, slots=True)
class TruckCount:
    """Number of trucks of one truck run: lane, dispatch (cyclic: in [0, week)), customs mode."""

    lane: str
    dispatch_min: int
    customs: str


Quantity: TypeAlias = FlightCount | TruckCount
"""What a branch is about: a number that is whole in every plan."""


@dataclass(frozen=True, slots=True)
class TruckPrice:
    """What cargo pays on a truck run: pico-dollars per gram and per cubic centimetre, from 0."""

    lane: str
    dispatch_min: int
    customs: str
    pico_per_g: int
    pico_per_cm3: int


@dataclass(frozen=True, slots=True)
class DispatchPrice:
    """Micro-dollars a truck pays where few leave at a dispatch (C12), from 0."""

    lane: str
    dispatch_min: int
    micro: int


@dataclass(frozen=True, slots=True)
class StandPrice:
    """Micro-dollars for standing at an airport at a minute with a size or a larger one (C9)."""

    airport: str
    size: str
    minute: int
    micro: int


@dataclass(frozen=True, slots=True)
class SpacingPrice:
    """Micro-dollars for a first departure of a market in (minute - spacing, minute] (C17)."""

    market: str
    minute: int
    micro: int


@dataclass(frozen=True, slots=True)
class LengthPrice:
    """Micro-dollars, of any sign, for a flight of a pool with so many block minutes (C14).

    Flights pay it beside the price of their minutes, and the pool's hours earn the most that
    flights within them would pay.
    """

    pool: str
    block_min: int
    micro: int


@dataclass(frozen=True, slots=True)
class StockPrice:
    """Pico-dollars per gram, from 0, for waiting for a flight at an airport at a minute (C10)."""

    airport: str
    minute: int
    pico_per_g: int


@dataclass(frozen=True, slots=True)
class TransitPrice:
    """Pico-dollars per gram, from 0, for what goes on from a gateway by a minute (C21).

    It pays them, and what has come in by then and is ready to go on is paid them.
    """

    consignment: str
    gateway: str
    minute: int
    pico_per_g: int


@dataclass(frozen=True, slots=True)
class Residual:
    """A residual capacity inequality: what so many full flights leave of some cargo.

    Attributes:
        consignments: Ids; none of them may change aircraft (C21).
        arriving: Whether flights count by the hop on which the cargo arrives, or leaves.
        per_g, per_cm3: Size of a gram and of a cubic centimetre.
        capacity: Size of a full flight.
    """

    consignments: tuple[str, ...]
    arriving: bool
    per_g: int
    per_cm3: int
    capacity: int


@dataclass(frozen=True, slots=True)
class ResidualPrice:
    """Pico-dollars, from 0, for a unit of the size of an inequality, told by its number from 0."""

    row: int
    pico: int


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of the limits that plans share. Those of upper limits are not negative.

    Attributes:
        supply: Pico-dollars per gram, by consignment (C0).
        trucks: By truck run (C12).
        dispatches: By dispatch of lanes with few trucks (C12).
        slots: Micro-dollars a movement, by slot limit (C7).
        held_slots: Micro-dollars a movement, by held slot (C7).
        stands: By airport, size and minute (C9).
        right_caps: Micro-dollars a flight, by cap (C15).
        markets_most: Micro-dollars a flight, by market (C17).
        markets_least: Micro-dollars a flight, not positive, by market (C17).
        spacing: By market and minute (C17).
        hours_most: Micro-dollars per block minute, by pool (C14).
        hours_least: Micro-dollars per block minute, not positive, by pool (C14).
        lengths: By pool and block minutes (C14).
        acmi: Micro-dollars per block minute flown, from 0 to the lessor's rate, by pool (K4).
        commitments: Pico-dollars per gram, not positive, at least minus the penalty (C19, C20,
            K14).
        handling: Pico-dollars per gram, by limit of a terminal (C10).
        stock: By airport and minute (C10).
        frozen_flights: Micro-dollars a flight, not positive, at least minus the penalty, by
            published flight (C20, K14).
        transit: By consignment, gateway and minute (C21).
        residuals: By residual capacity inequality of the certificate.
        branches: One for each branch on the way to this leaf, in order; not negative for
            ``at_most``, not positive for ``at_least``.
    """

    supply: dict[str, int] = field(default_factory=dict)
    trucks: tuple[TruckPrice, ...] = ()
    dispatches: tuple[DispatchPrice, ...] = ()
    slots: dict[str, int] = field(default_factory=dict)
    held_slots: dict[str, int] = field(default_factory=dict)
    stands: tuple[StandPrice, ...] = ()
    right_caps: dict[str, int] = field(default_factory=dict)
    markets_most: dict[str, int] = field(default_factory=dict)
    markets_least: dict[str, int] = field(default_factory=dict)
    spacing: tuple[SpacingPrice, ...] = ()
    hours_most: dict[str, int] = field(default_factory=dict)
    hours_least: dict[str, int] = field(default_factory=dict)
    lengths: tuple[LengthPrice, ...] = ()
    acmi: dict[str, int] = field(default_factory=dict)
    commitments: dict[str, int] = field(default_factory=dict)
    handling: dict[str, int] = field(default_factory=dict)
    stock: tuple[StockPrice, ...] = ()
    frozen_flights: dict[str, int] = field(default_factory=dict)
    transit: tuple[TransitPrice, ...] = ()
    residuals: tuple[ResidualPrice, ...] = ()
    branches: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part of the plans, with prices that bound it; without prices: it has no plan that counts.

    `empty` claims that the branches contradict each other outright (an upper limit below a lower
    limit of the same quantity, or below 0).
    """

    prices: Prices = Prices()
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """Plans with `quantity` at most `most`, and those with at least `most` + 1."""

    quantity: Quantity
    most: int
    at_most: Node
    at_least: Node


Node: TypeAlias = Leaf | Branch
Path: TypeAlias = tuple[tuple[Quantity, Sense, int], ...]
"""Limits on the way to a leaf: quantity, sense, number."""
LeafOnPath: TypeAlias = tuple[Leaf, Path]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Pools with cargo that no other pool or bought capacity could carry, and a tree of their own.

    The leaves state prices of that cargo (`supply`), of the pools' hours (`hours_most`,
    `hours_least`, `lengths`, `acmi`) and of branches, in place of those of the certificate's root;
    all others are the root's. Branches are on flights, and only those of these pools count.
    """

    pools: tuple[str, ...]
    root: Node

    def leaves(self) -> Iterator[LeafOnPath]:
        """Every leaf with the limits on the way to it."""
        return leaves_of(self.root)


@dataclass(frozen=True, slots=True)
class Certificate:
    """No plan of the resolved instance earns more than `bound_micro`, rounding of lines aside.

    Attributes:
        instance: Name of the instance.
        resolved_digest: Of the resolved instance it is about.
        bound_micro: The bound it claims.
        root: The tree; its leaves cover all plans.
        clusters: Parts of the fleet that are bounded by trees of their own; then `root` is a leaf.
        residuals: Residual capacity inequalities that leaves have prices for.
    """

    instance: str
    resolved_digest: str
    bound_micro: int
    root: Node
    clusters: tuple[Cluster, ...] = ()
    residuals: tuple[Residual, ...] = ()

    def leaves(self) -> Iterator[LeafOnPath]:
        """Every leaf of the root's tree with the limits on the way to it."""
        return leaves_of(self.root)


def leaves_of(root: Node) -> Iterator[LeafOnPath]:
    """Every leaf of a tree with the limits on the way to it: quantity, sense, number."""
    stack: list[tuple[Node, Path]] = [(root, ())]
    while stack:
        node, path = stack.pop()
        if isinstance(node, Leaf):
            yield node, path
            continue
        stack.append((node.at_least, (*path, (node.quantity, "at_least", node.most + 1))))
        stack.append((node.at_most, (*path, (node.quantity, "at_most", node.most))))
