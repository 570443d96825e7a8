"""Airports, tracks between them, and what they charge.

These records overlay the built-in reference data: a field left blank keeps the reference value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from optimizer.domain.base import Clock, Iata, Minutes, Movement, Name, Names, NonNegative, Row, Usd

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
SizeCode = Annotated[str, Field(pattern=r"^[A-F]$")]


class Airport(Row):
    """An airport; every field but the code may be left to the reference data (``airports.csv``)."""

    airport: Iata = Field(description="IATA code")
    name: str | None = Field(default=None, description="name")
    country: Country | None = Field(default=None, description="ISO 3166 country code")
    latitude_deg: float | None = Field(default=None, ge=-90, le=90, description="latitude")
    longitude_deg: float | None = Field(default=None, ge=-180, le=180, description="longitude")
    timezone: str | None = Field(default=None, description="IANA zone of the local rules")
    technical_stop: bool | None = Field(
        default=None, description="whether technical stops are possible here"
    )
    min_turnaround_min: Minutes | None = Field(
        default=None, description="least full turn, whatever the type (C2)"
    )
    min_technical_stop_min: Minutes | None = Field(
        default=None, description="least technical stop, whatever the type (C2)"
    )
    fuel_usd_per_t: Usd | None = Field(default=None, description="fuel price (K1)")
    handling_usd_per_kg: Usd | None = Field(
        default=None, description="cargo handling, each kg loaded or unloaded (K9)"
    )
    ramp_turn_usd: Usd | None = Field(
        default=None, description="ramp handling of a full turn, widebody (K8)"
    )
    ramp_technical_usd: Usd | None = Field(
        default=None, description="ramp handling of a technical stop, widebody (K8)"
    )
    parking_free_min: Minutes | None = Field(
        default=None, description="free minutes on stand at a station (K6)"
    )
    parking_usd_per_t_h: Usd | None = Field(
        default=None, description="parking beyond them, per tonne of take-off weight and hour (K6)"
    )
    layover_usd: Usd | None = Field(
        default=None,
        description="crew layover at a full turn of a station; where its operator has a crew "
        "rule, at a change of crews (K2)",
    )
    storage_usd_per_kg_h: Usd | None = Field(
        default=None, description="storage at a gateway, arrival to off-block (K11)"
    )


class Track(Row):
    """A way to fly from one airport to another (``tracks.csv``).

    An operator uses the shortest track whose overflight permissions it holds. Pairs without any
    track are flown along the great circle.
    """

    origin: Iata = Field(description="from")
    destination: Iata = Field(description="to")
    distance_km: float = Field(gt=0, description="track distance; decides fuel and payload (C3)")
    requires_overflight: Names = Field(
        default=(), description="overflight permissions needed (C15), for example RU"
    )
    both_ways: bool = Field(default=True, description="whether it holds in both directions")
    block_min: int | None = Field(
        default=None, gt=0, description="block time; blank: from distance, speed and direction"
    )
    navigation_usd_per_km: Usd | None = Field(
        default=None, description="navigation and overflight for 400 t (K7)"
    )


def tracks_by_pair(tracks: Iterable[Track]) -> dict[tuple[str, str], list[Track]]:
    """Tracks by (origin, destination); one that holds both ways stands under both."""
    pairs: dict[tuple[str, str], list[Track]] = {}
    for track in tracks:
        pairs.setdefault((track.origin, track.destination), []).append(track)
        if track.both_ways:
            pairs.setdefault((track.destination, track.origin), []).append(track)
    return pairs


class Charge(Row):
    """A charge on a movement by maximum take-off weight T (K5, ``charges.csv``).

    amount = fixed_usd + usd_per_t x (T - from_t) + scale_usd x (T / 50)^exponent, for
    from_t <= T < to_t. Rows for an airport in the instance replace all its reference rows.
    """

    airport: Iata = Field(description="where")
    movement: Movement = Field(description="arrival, departure or any (both)")
    item: Name = Field(description="landing, take-off, lighting, noise, …")
    from_t: float = Field(default=0, ge=0, description="lowest T it applies to")
    to_t: float | None = Field(default=None, gt=0, description="T it ends before; blank: no end")
    fixed_usd: Usd = Field(default=0, description="fixed part")
    usd_per_t: Usd = Field(default=0, description="per tonne above from_t")
    scale_usd: Usd = Field(default=0, description="factor of the power term")
    exponent: float = Field(default=1, ge=0, le=2, description="exponent of the power term")
    night_surcharge_pct: float = Field(default=0, ge=0, le=500, description="more at night")
    night_from_local: Clock | None = Field(default=None, description="night begins, local")
    night_to_local: Clock | None = Field(default=None, description="night ends, local")


class Stands(Row):
    """Stands of one size at an airport (C9, ``stands.csv``); smaller aircraft fit too."""

    airport: Iata = Field(description="where; airports without rows have no limit")
    size_code: SizeCode = Field(description="ICAO aerodrome reference code letter, A to F")
    stands: int = Field(ge=0, description="number of stands of that size")


class AircraftType(Row):
    """An aircraft type; blanks but the code are left to the reference data (``types.csv``)."""

    type: Name = Field(description="type code, for example B744F")
    iata_type: str | None = Field(default=None, description="IATA subtype, for example 74Y")
    icao_type: str | None = Field(default=None, description="ICAO designator")
    operating_empty_t: float | None = Field(default=None, gt=0, description="operating empty")
    max_payload_t: float | None = Field(
        default=None, gt=0, description="structural payload, net of ULD tare"
    )
    uld_tare_t: float | None = Field(default=None, ge=0, description="ULD tare not in empty weight")
    volume_m3: float | None = Field(default=None, gt=0, description="hold volume")
    packing_factor: float | None = Field(
        default=None, gt=0, le=1, description="share of the hold volume that can be used (C5)"
    )
    main_positions: int | None = Field(
        default=None, ge=0, description="ULD positions on the main deck (C6); blank: no limit"
    )
    lower_positions: int | None = Field(
        default=None, ge=0, description="ULD positions on the lower deck (C6); blank: no limit"
    )
    max_takeoff_t: float | None = Field(default=None, gt=0, description="maximum take-off weight")
    max_landing_t: float | None = Field(default=None, gt=0, description="maximum landing weight")
    fuel_capacity_t: float | None = Field(default=None, gt=0, description="fuel capacity")
    reserve_fuel_t: float | None = Field(default=None, ge=0, description="reserve fuel")
    range_constant_km: float | None = Field(
        default=None, gt=0, description="range constant of the payload-range model (C3, K1)"
    )
    speed_kmh: float | None = Field(default=None, gt=0, description="still-air block speed")
    turnaround_min: Minutes | None = Field(default=None, description="least full turn (C2)")
    technical_stop_min: Minutes | None = Field(
        default=None, description="least technical stop (C2)"
    )
    noise_qc_arrival: NonNegative | None = Field(
        default=None, description="quota count, arrival (C8)"
    )
    noise_qc_departure: NonNegative | None = Field(
        default=None, description="quota count, departure (C8)"
    )
    size_code: SizeCode | None = Field(default=None, description="ICAO code letter (C9)")
    ramp_factor: float | None = Field(
        default=None, ge=0, description="ramp handling relative to a widebody (K8)"
    )
    crew_basic: int | None = Field(default=None, ge=1, description="pilots of a basic crew")
    crew_augmented: int | None = Field(default=None, ge=1, description="pilots, augmented")
    crew_rest_class: int | None = Field(
        default=None,
        ge=0,
        le=3,
        description="class of the crew's rest facility on board, 1 the best; 0: none (C13)",
    )
    crew_usd_per_block_h: Usd | None = Field(default=None, description="basic crew (K2)")
    maintenance_usd_per_block_h: Usd | None = Field(default=None, description="by hour (K3)")
    maintenance_usd_per_cycle: Usd | None = Field(default=None, description="by cycle (K3)")
    lease_usd_per_month: Usd | None = Field(default=None, description="ownership or lease (K4)")
    acmi_usd_per_block_h: Usd | None = Field(default=None, description="wet lease rate (K4)")
