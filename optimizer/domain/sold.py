"""Capacity sold: blocks and charters on the plan's own flights."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from optimizer.domain.base import Iata, Instant, Name, Names, Row, Usd


class Sold(Row):
    """Capacity sold on one own flight, paid whether it is used or not (R3, C18, ``sold.csv``).

    The customer may use all of it, so it counts as on board: it takes weight, volume and positions
    of every leg from origin to destination, and burns fuel. It is provided whole, on one flight
    that leaves in its time, or not at all; in a cyclic week it is provided every week. Trucks,
    customs, handling and storage are the customer's. A charter is a block for which nothing else
    may be on board.
    """

    sold: Name = Field(description="identifier; no consignment has it")
    customer: str = Field(default="", description="who has bought it, for reports")
    origin: Iata = Field(description="where it is lifted")
    destination: Iata = Field(description="where it is unloaded; the same flight, stops allowed")
    departs_from: Instant = Field(description="earliest off-block at the origin")
    departs_until: Instant = Field(description="latest off-block at the origin")
    weight_kg: float = Field(gt=0, description="weight sold; of a charter what it may load")
    volume_m3: float = Field(gt=0, description="volume sold; of a charter what it may load")
    price_usd: Usd = Field(description="price of the whole block, take-or-pay (R3)")
    whole_aircraft: bool = Field(
        default=False,
        description="a charter: no other cargo is on board between origin and destination",
    )
    operators: Names = Field(
        default=(), description="planned operators that may provide it; blank: all"
    )
    types: Names = Field(default=(), description="aircraft types that may provide it; blank: all")
    contracted: bool = Field(
        default=False,
        description="whether it is contracted (C19); no: an offer that may be left",
    )
    penalty_usd_per_kg: Usd | None = Field(
        default=None,
        description="contracted: paid for every kg sold if it is not provided (K14); blank: a plan "
        "without it is no plan",
    )
    uld_positions: float | None = Field(
        default=None, ge=0.001, description="ULD positions sold (C6); blank: none are reserved"
    )
    deck: Literal["any", "main", "lower"] = Field(
        default="any", description="the deck of these positions (C6)"
    )

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.deck != "any" and self.uld_positions is None:
            raise ValueError("a deck needs uld_positions: what is sold of it")
        if self.penalty_usd_per_kg is not None and not self.contracted:
            raise ValueError("a penalty needs contracted: an offer may be left")
        return self
