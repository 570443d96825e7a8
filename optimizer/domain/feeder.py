"""Road feeder service: lanes, whole trucks, and how customs handles what they bring."""

from __future__ import annotations

from pydantic import Field

from optimizer.domain.base import Iata, Minutes, Name, NonNegative, Row, Usd


class Lane(Row):
    """Trucks from a place to an airport or from an airport to a place (K10, C12, ``lanes.csv``).

    A truck leaves at the end of each dispatch window: at ``dispatch_offset_min`` + k x
    ``dispatch_every_min`` after the start of the period. Cargo ready by then may be on it. Rows for
    the same origin and destination in the instance replace the reference row.
    """

    lane: Name | None = Field(
        default=None, description="identifier; blank: origin-destination, for example Yiwu-CGO"
    )
    origin: Name = Field(description="city, or airport code for a delivery lane")
    destination: Name = Field(description="airport code, or city for a delivery lane")
    road_km: NonNegative | None = Field(default=None, description="road distance; information")
    truck_min: Minutes = Field(description="planning value of the driving time")
    payload_kg: float = Field(gt=0, description="payload of one truck")
    volume_m3: float = Field(gt=0, description="volume of one truck")
    usd_per_truck: Usd = Field(description="price of one truck, standard customs")
    dispatch_every_min: int = Field(
        default=360, ge=1, le=10080, description="length of a dispatch window"
    )
    dispatch_offset_min: Minutes = Field(default=0, description="when the first window ends")
    trucks_per_dispatch: int | None = Field(
        default=None, ge=0, description="trucks available in each window, all modes; blank: any"
    )


def lane_id(lane: Lane) -> str:
    """Identifier of a lane: its own, or origin and destination."""
    return lane.lane or f"{lane.origin}-{lane.destination}"


class CustomsMode(Row):
    """Time an airport needs between truck and aircraft (C11, ``customs.csv``)."""

    mode: Name = Field(description="standard, predeclared, direct, or one of your own")
    airport: Iata | None = Field(default=None, description="only at this airport; blank: anywhere")
    export_min: Minutes = Field(description="acceptance, build-up and clearance before off-block")
    import_min: Minutes = Field(description="break-down and clearance after on-block")
    truck_cost_factor: NonNegative = Field(
        default=1,
        description="price of its trucks relative to standard ones (bonded); "
        "only where airport is blank",
    )
