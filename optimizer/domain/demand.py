"""Consignments: what shippers offer, and what is promised to them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

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
    transit: Name | None = Field(
        default=None,
        description="connection mode (connections.csv) by which it may change aircraft at a "
        "gateway (C21); blank: it flies on one rotation only",
    )
    requires: Names = Field(
        default=(),
        description="what its aircraft, and the airports where it is lifted and unloaded, must "
        "meet (C16, requirements.csv)",
    )
    uld_positions: float | None = Field(
        default=None,
        ge=0.001,
        description="ULD positions that all of it takes, a part of it its share (C6); blank: "
        "positions do not limit it",
    )
    deck: Literal["any", "main", "lower"] = Field(
        default="any", description="the deck whose positions it needs (C6), as outsize cargo does"
    )

    @model_validator(mode="after")
    def _deck_with_positions(self) -> Self:
        if self.deck != "any" and self.uld_positions is None:
            raise ValueError("a deck needs uld_positions: what all of it takes there")
        return self


class Commitment(Row):
    """Cargo that must be delivered, or else costs a penalty (C19, K14, ``commitments.csv``).

    It is about the consignments that match every selector stated; a blank one matches all. Of
    their offered weight a least share, or a least weight, is delivered. A consignment that must be
    carried whole is a share of 1 of that one consignment.
    """

    commitment: Name = Field(description="identifier")
    consignments: Names = Field(default=(), description="only these consignments; blank: any")
    shipper: str = Field(default="", description="only this shipper's; blank: anybody's")
    origin: Name | None = Field(default=None, description="only from this place; blank: any")
    destination: Name | None = Field(default=None, description="only to this place; blank: any")
    commodity: str = Field(default="", description="only this commodity; blank: any")
    min_share: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="least share of the offered weight that is delivered; 1: all of it",
    )
    min_weight_kg: float | None = Field(
        default=None, gt=0, description="least weight that is delivered, instead of a share"
    )
    penalty_usd_per_kg: Usd | None = Field(
        default=None,
        description="paid for every kg short (K14); blank: a plan that is short is no plan",
    )

    def selects(self, consignment: Consignment) -> bool:
        """Whether the commitment is about a consignment."""
        return (
            (not self.consignments or consignment.consignment in self.consignments)
            and self.shipper in ("", consignment.shipper)
            and self.origin in (None, consignment.origin)
            and self.destination in (None, consignment.destination)
            and self.commodity in ("", consignment.commodity)
        )
