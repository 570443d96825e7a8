"""What is decided already: published flights and tendered cargo (C20, K14)."""

from __future__ import annotations

from pydantic import Field

from optimizer.domain.base import Instants, Name, RouteText, Row, Usd


class FrozenFlight(Row):
    """A published flight that stays, or is given up at a cost (C20, K14, ``frozen_flights.csv``).

    Flown flights of its route and aircraft that depart as published count for it. Two rows for one
    flight grade the cost: one with a small penalty and `within_min` 0, one with a large penalty and
    a wide `within_min`.
    """

    flight: Name = Field(description="identifier, for example the flight number and day")
    operator: Name = Field(description="who flies it")
    type: Name = Field(description="aircraft type that flies it")
    tail: Name | None = Field(
        default=None,
        description="tail, or row of fleet.csv, that flies it; blank: any of operator and type. "
        "Cyclic: a row, since its tails swap",
    )
    route: RouteText = Field(
        description="airports in order, technical stops starred; from a gateway back to one, or "
        "the part of a rotation with which a tail's line starts or ends"
    )
    departs_at: Instants = Field(
        min_length=1,
        description="published off-block of every leg, or of the first one only: then the others "
        "may leave whenever they can",
    )
    within_min: int = Field(
        default=0,
        ge=0,
        le=10_080,
        description="it counts as flown if every off-block stated is at most so many minutes off",
    )
    flights: int = Field(
        default=1, ge=1, le=500, description="how many aircraft fly it at these times"
    )
    penalty_usd: Usd | None = Field(
        default=None,
        description="paid for every flight that is not flown so (K14); blank: a plan without it is "
        "no plan",
    )
    counted: bool = Field(
        default=True,
        description="whether it is part of the timetable of which `most_changes` says how much may "
        "change; no where another row has the flight already",
    )


class FrozenCargo(Row):
    """Cargo tendered for a published flight (C20, K14, ``frozen_cargo.csv``).

    It is on board of a flight that departs as the published one does, whichever of its aircraft
    flies it. Cargo that must be carried on whatever flight is a commitment (C19).
    """

    tendered: Name = Field(description="identifier, for example the booking")
    consignment: Name = Field(description="of which consignment")
    flight: Name = Field(description="flight of frozen_flights.csv it is booked on")
    weight_kg: float = Field(gt=0, description="least weight that is delivered by it")
    penalty_usd_per_kg: Usd | None = Field(
        default=None,
        description="paid for every kg short (K14); blank: a plan that is short is no plan",
    )
