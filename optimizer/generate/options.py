"""What a synthetic instance should be like."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from optimizer.domain.base import Record

PeriodKind = Literal["cyclic", "dated"]
MOST_DESTINATIONS = 70


class GeneratorOptions(Record):
    """Size, period, tension and the rarer limits of a synthetic instance.

    Without switches an instance has destinations, tails, consignments, feeder trucks, and whatever
    the reference data says about its airports (night closures, stands, charges).
    """

    seed: int = Field(default=1, ge=0, description="same options, same instance")
    destinations: int = Field(
        default=5, ge=1, le=MOST_DESTINATIONS, description="airports served from the gateway"
    )
    tails: int = Field(default=5, ge=1, le=2000, description="aircraft")
    consignments: int = Field(
        default=130, ge=1, le=200_000, description="consignments; at least one per destination"
    )
    period: PeriodKind = Field(default="cyclic", description="standard week or dated horizon")
    days: int = Field(default=7, ge=2, le=28, description="length of a dated horizon; cyclic: 7")
    month: int = Field(
        default=11, ge=1, le=12, description="month of 2025; decides tonnes and freights"
    )
    departure_grid_min: int = Field(default=60, ge=1, le=1440, description="grid of departures")
    tension: float = Field(
        default=1.25,
        gt=0,
        le=10,
        description="export tonnes offered in a month of index 1, over what the tails can lift",
    )
    imports_share: float = Field(
        default=0.35, ge=0, le=0.9, description="share of imports in the tonnes offered"
    )
    slots: bool = Field(default=False, description="movements per window where coordinated (C7)")
    handling: bool = Field(
        default=False, description="kg a day through the terminal of the gateway (C10)"
    )
    stock: bool = Field(
        default=False, description="kg that may wait in the terminal of the gateway (C10)"
    )
    held_slots: bool = Field(default=False, description="an operator's own arrival slots (C7)")
    curfews: bool = Field(default=False, description="night rules beyond the reference data (C8)")
    stands: bool = Field(default=False, description="few stands at gateway and stations (C9)")
    technical_stops: int = Field(
        default=0, ge=0, le=4, description="most technical stops in a rotation: KGF, ALA, NQZ, ANC"
    )
    two_stations: bool = Field(
        default=False, description="rotations over two stations, fifth-freedom rights and cargo"
    )
    truck_limits: bool = Field(default=False, description="trucks available per dispatch (C12)")
    perishables: bool = Field(default=False, description="longest dwell of perishables (C11)")
    customs_mix: bool = Field(
        default=False, description="predeclared and direct beside standard customs (C11)"
    )
    acmi: bool = Field(default=False, description="some aircraft wet-leased, with guarantee (K4)")
    returnable: bool = Field(default=False, description="some of them returnable; implies acmi")
    hour_limits: bool = Field(default=False, description="most and least block hours (C14)")
    maintenance: bool = Field(default=False, description="days on the ground; dated only (C14)")
    away: bool = Field(
        default=False,
        description="tails that start or end at a station or come late; dated only (C1, C14)",
    )
    rights_caps: bool = Field(default=False, description="frequency caps of traffic rights (C15)")
    markets: bool = Field(default=False, description="least and most frequencies and spacing (C17)")
    crews: bool = Field(
        default=False, description="crew rules by country, relief crews at stations (C13, K2)"
    )
    special_cargo: bool = Field(
        default=False, description="nose doors and temperature control for some cargo (C16)"
    )
    incompatible: bool = Field(
        default=False, description="goods that must not be on one leg: animals, dry ice, food (C16)"
    )
    commitments: bool = Field(
        default=False, description="least shares of origins and destinations (C19, K14)"
    )
    carbon: bool = Field(default=False, description="carbon prices around Europe (K13)")
    support: bool = Field(default=False, description="support by flight and by tonne (R4)")
    blocks: bool = Field(
        default=False, description="belly, interline and a hard block of others' flights (C18, K12)"
    )
    sold: bool = Field(
        default=False, description="blocks and charters sold to forwarders (C18, R3, K14)"
    )
    frozen: bool = Field(
        default=False, description="published flights and cargo booked on them (C20, K14)"
    )
    positions: bool = Field(
        default=False, description="ULD positions of cargo, some on the main deck only (C6)"
    )
    transit: bool = Field(
        default=False, description="cargo that changes aircraft at the hub (C21, K9)"
    )
    second_gateway: bool = Field(default=False, description="Nanning beside Zhengzhou")

    @property
    def cyclic(self) -> bool:
        """Whether the period is a standard week."""
        return self.period == "cyclic"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.consignments < self.destinations:
            raise ValueError("consignments: at least one per destination")
        if self.cyclic and self.days != 7:
            raise ValueError("days: a cyclic period has 7")
        if self.cyclic and (self.maintenance or self.away):
            raise ValueError("maintenance and away need a dated period")
        return self


SWITCHES: tuple[str, ...] = tuple(
    name for name, field in GeneratorOptions.model_fields.items() if field.annotation is bool
)
"""Names of the options that are switches."""
