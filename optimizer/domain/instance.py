"""The instance: everything a planner states, and nothing else.

An `Instance` holds exactly what its files say; the reference data joins when it is resolved.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optimizer.domain.airports import AircraftType, Airport, Charge, Stands, Track
from optimizer.domain.authorities import CarbonScheme, Support
from optimizer.domain.base import Iata, Minutes, Name, Record, Usd
from optimizer.domain.blocks import Block
from optimizer.domain.crews import CrewBase, CrewLimit
from optimizer.domain.demand import Commitment, Consignment
from optimizer.domain.feeder import CustomsMode, Lane
from optimizer.domain.fleet import FleetRow, Maintenance, Operator
from optimizer.domain.frozen import FrozenCargo, FrozenFlight
from optimizer.domain.period import Period, UniverseLimits
from optimizer.domain.rules import Curfew, HandlingLimit, HeldSlot, Market, Right, SlotWindow
from optimizer.domain.sold import Sold
from optimizer.domain.special import Incompatible, Requirement
from optimizer.domain.stock import StockLimit
from optimizer.domain.transit import Connection

FORMAT_VERSION = 1


class Prices(Record):
    """Prices and rates that hold everywhere unless a table says otherwise.

    A blank keeps the reference value (``defaults.csv``).
    """

    fuel_usd_per_t: Usd | None = Field(default=None, description="fuel (K1)")
    navigation_usd_per_km: Usd | None = Field(
        default=None, description="navigation and overflight for 400 t of take-off weight (K7)"
    )
    storage_usd_per_kg_h: Usd | None = Field(default=None, description="storage at gateways (K11)")
    chargeable_kg_per_m3: float | None = Field(
        default=None, gt=0, description="volumetric standard, 166.67 (R1)"
    )


class BlockTime(Record):
    """How block times follow from distance; blanks keep the reference values."""

    taxi_min: Minutes | None = Field(default=None, description="taxi and terminal allowance")
    westbound_factor: float | None = Field(
        default=None, gt=0, description="ground speed westbound relative to the type's speed"
    )
    eastbound_factor: float | None = Field(default=None, gt=0, description="the same eastbound")


class CrewRule(Record):
    """What crews cost; blanks keep the reference values."""

    augmented_from_block_min: Minutes | None = Field(
        default=None,
        description="legs longer than this need the augmented crew, where the operator has no crew "
        "rule (K2)",
    )
    layover_usd: Usd | None = Field(
        default=None,
        description="crew layover at a full turn of a station; where the operator has a crew "
        "rule, at a change of crews (K2)",
    )
    report_min: Minutes | None = Field(
        default=None, description="crews report this long before off-block (C13)"
    )


class Instance(Record):
    """One planning problem as its files state it; see ``docs/instance-format.md``."""

    format_version: Literal[1] = Field(description="version of the instance format")
    name: Name = Field(description="short name")
    description: str = Field(default="", description="what it is about")
    gateways: tuple[Iata, ...] = Field(min_length=1, description="where rotations start and end")
    reference_data: bool = Field(
        default=True,
        description="whether blanks are filled from the built-in reference data; without it, "
        "costs and times left blank are zero, and physical data must be stated",
    )
    most_changes: int | None = Field(
        default=None,
        ge=0,
        description="most flights that may be dropped, moved or added against frozen_flights.csv "
        "(C20); blank: any number",
    )
    period: Period
    universe: UniverseLimits = UniverseLimits()
    prices: Prices = Prices()
    block_time: BlockTime = BlockTime()
    crew: CrewRule = CrewRule()

    demand: tuple[Consignment, ...] = ()
    fleet: tuple[FleetRow, ...] = ()
    operators: tuple[Operator, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    types: tuple[AircraftType, ...] = ()
    airports: tuple[Airport, ...] = ()
    tracks: tuple[Track, ...] = ()
    charges: tuple[Charge, ...] = ()
    stands: tuple[Stands, ...] = ()
    lanes: tuple[Lane, ...] = ()
    customs: tuple[CustomsMode, ...] = ()
    curfews: tuple[Curfew, ...] = ()
    slots: tuple[SlotWindow, ...] = ()
    handling: tuple[HandlingLimit, ...] = ()
    stock: tuple[StockLimit, ...] = ()
    held_slots: tuple[HeldSlot, ...] = ()
    rights: tuple[Right, ...] = ()
    markets: tuple[Market, ...] = ()
    crew_rules: tuple[CrewLimit, ...] = ()
    crew_bases: tuple[CrewBase, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    incompatible: tuple[Incompatible, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    carbon: tuple[CarbonScheme, ...] = ()
    support: tuple[Support, ...] = ()
    blocks: tuple[Block, ...] = ()
    sold: tuple[Sold, ...] = ()
    frozen_flights: tuple[FrozenFlight, ...] = ()
    frozen_cargo: tuple[FrozenCargo, ...] = ()
    connections: tuple[Connection, ...] = ()


TABLES: dict[str, type[Record]] = {
    "demand": Consignment,
    "fleet": FleetRow,
    "operators": Operator,
    "maintenance": Maintenance,
    "types": AircraftType,
    "airports": Airport,
    "tracks": Track,
    "charges": Charge,
    "stands": Stands,
    "lanes": Lane,
    "customs": CustomsMode,
    "curfews": Curfew,
    "slots": SlotWindow,
    "handling": HandlingLimit,
    "stock": StockLimit,
    "held_slots": HeldSlot,
    "rights": Right,
    "markets": Market,
    "crew_rules": CrewLimit,
    "crew_bases": CrewBase,
    "requirements": Requirement,
    "incompatible": Incompatible,
    "commitments": Commitment,
    "carbon": CarbonScheme,
    "support": Support,
    "blocks": Block,
    "sold": Sold,
    "frozen_flights": FrozenFlight,
    "frozen_cargo": FrozenCargo,
    "connections": Connection,
}
"""The tables of an instance: name of the field and of the CSV file, record of a row."""
