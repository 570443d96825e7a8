"""Consignments: what shippers offer."""

from __future__ import annotations

from pydantic import Field

from optimizer.domain.base import Instant, Name, Names, NonNegative, Row, Usd


class Consignment(Row):
    """An amount of one commodity from an origin to a destination (``demand.csv``).

    Origin and destination are places: an airport code, or a city that a lane connects to an
    airport. Cargo is divisible; each gram delivered earns its share of the revenue.
    """

    consignment: Name = Field(description="identifier")
    origin: Name = Field(description="airport code or city of a lane")
    destination: Name = Field(description="airport code or city of a lane")
    commodity: str = Field(default="general", description="what it is")
    shipper: str = Field(default="", description="who offers it")
    weight_kg: float = Field(gt=0, description="gross weight")
    volume_m3: float = Field(gt=0, description="volume as packed")
    ready_at: Instant = Field(description="when it is ready at its origin")
    due_at: Instant = Field(description="when it must be at its destination at the latest")
    usd_per_chargeable_kg: Usd = Field(
        description="freight per chargeable kg, max(kg, m3 x 166.67) (R1)"
    )
    surcharge_usd_per_kg: Usd = Field(
        default=0, description="fuel, war risk and peak surcharges per kg (R2)"
    )
    carriers: Names = Field(default=(), description="operators it may fly with; blank: all")
    customs: Name = Field(default="standard", description="customs mode (customs.csv)")
    max_dwell_h: NonNegative | None = Field(
        default=None,
        description="longest time at the airport of departure, from truck arrival (or ready time) "
        "to off-block; for perishables",
    )
    requires: Names = Field(
        default=(),
        description="what its aircraft, and the airports where it is lifted and unloaded, must "
        "meet (C16, requirements.csv)",
    )
