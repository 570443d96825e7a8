"""The small world of tiny instances: a few airports, two aircraft types, compressed block times.

Positions are those of the real airports; types resemble a 747-400F and a 767-300F. Block times may
be compressed so that two to four days hold several rotations. Rows say ``E`` (estimate): they are
made to test with, not to plan on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer.generate.draft import Cells, Draft
from optimizer.generate.sphere import sphere_km


@dataclass(frozen=True)
class Place:
    """An airport; rates are usual freights in USD per chargeable kg from and to China."""

    code: str
    country: str
    timezone: str
    latitude_deg: float
    longitude_deg: float
    out_rate: float = 0.0
    back_rate: float = 0.0


GATEWAYS = (
    Place("CGO", "CN", "Asia/Shanghai", 34.5197, 113.841),
    Place("NNG", "CN", "Asia/Shanghai", 22.6083, 108.172),
)
STATIONS = (
    Place("LGG", "BE", "Europe/Brussels", 50.3811, 5.2634, 4.3, 1.9),
    Place("MAD", "ES", "Europe/Madrid", 40.4936, -3.5668, 4.6, 2.0),
    Place("BUD", "HU", "Europe/Budapest", 47.4369, 19.2556, 4.1, 1.6),
    Place("ORD", "US", "America/Chicago", 41.9769, -87.9082, 6.0, 2.2),
    Place("DXB", "AE", "Asia/Dubai", 25.2528, 55.3644, 2.8, 1.2),
    Place("DAC", "BD", "Asia/Dhaka", 23.8434, 90.3978, 1.8, 2.6),
    Place("HAN", "VN", "Asia/Ho_Chi_Minh", 21.2212, 105.807, 1.5, 1.6),
)
STOPS = (
    Place("KGF", "KZ", "Asia/Almaty", 49.6708, 73.3344),
    Place("NQZ", "KZ", "Asia/Almaty", 51.0222, 71.4669),
    Place("ALA", "KZ", "Asia/Almaty", 43.3521, 77.0405),
)
HEAVY, MEDIUM = "B744F", "B763F"
PAYLOAD_KG = {HEAVY: 108_000, MEDIUM: 52_500}
TYPES: dict[str, Cells] = {
    HEAVY: {
        "operating_empty_t": 164.4,
        "max_payload_t": 108.0,
        "uld_tare_t": 5.0,
        "volume_m3": 736.0,
        "max_takeoff_t": 396.9,
        "max_landing_t": 302.1,
        "fuel_capacity_t": 163.0,
        "reserve_fuel_t": 11.5,
        "range_constant_km": 25850.0,
        "noise_qc_arrival": 2.0,
        "noise_qc_departure": 4.0,
        "size_code": "E",
        "ramp_factor": 1.0,
        "crew_usd_per_block_h": 1250.0,
        "maintenance_usd_per_block_h": 1900.0,
        "maintenance_usd_per_cycle": 1500.0,
    },
    MEDIUM: {
        "operating_empty_t": 86.2,
        "max_payload_t": 52.5,
        "uld_tare_t": 5.0,
        "volume_m3": 438.0,
        "max_takeoff_t": 186.9,
        "max_landing_t": 147.9,
        "fuel_capacity_t": 73.0,
        "reserve_fuel_t": 6.5,
        "range_constant_km": 23865.0,
        "noise_qc_arrival": 1.0,
        "noise_qc_departure": 1.0,
        "size_code": "D",
        "ramp_factor": 0.7,
        "crew_usd_per_block_h": 1000.0,
        "maintenance_usd_per_block_h": 950.0,
        "maintenance_usd_per_cycle": 900.0,
    },
}


@dataclass
class TinyDraft(Draft):
    """A tiny instance under construction.

    Attributes:
        stations: Airports with consignments.
        stops: Airports for technical stops.
        compression: Factor on block times.
        block_min: Block time of every leg, where the instance states tracks.
    """

    stations: tuple[Place, ...] = ()
    stops: tuple[Place, ...] = ()
    compression: float = 1.0
    block_min: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def hubs(self) -> tuple[Place, ...]:
        """The gateways as places."""
        return tuple(place for place in GATEWAYS if place.code in self.gateways)

    @property
    def places(self) -> tuple[Place, ...]:
        """Every airport in use."""
        return (*self.hubs, *self.stations, *self.stops)

    @property
    def operators(self) -> list[str]:
        """Operators of the fleet."""
        return sorted({row["operator"] for row in self.tables["fleet"]})

    def round_trip_min(self, station: str) -> int:
        """Block minutes from the first gateway to a station and back."""
        hub = self.gateways[0]
        return self.block_min[hub, station] + self.block_min[station, hub]


def way_km(a: Place, b: Place) -> float:
    """Distance as flown, to 10 km: a great circle on a sphere, longer where detours are usual."""
    circle = sphere_km((a.latitude_deg, a.longitude_deg), (b.latitude_deg, b.longitude_deg))
    detour = 1.10 if circle > 6500 else 1.03
    return round(circle * detour, -1)


def block_min(draft: TinyDraft, a: Place, b: Place) -> int:
    """Compressed block time with some scatter, westbound slower than eastbound."""
    westbound = (a.longitude_deg - b.longitude_deg) % 360 < 180
    flight = 60 * way_km(a, b) / (777 if westbound else 857)
    scatter = draft.rng.uniform(0.9, 1.1)
    return max(45, round(draft.compression * scatter * flight) + 30)


def add_tracks(draft: TinyDraft) -> None:
    """State a track for every pair, or (with reference data) only know the block times."""
    for a in draft.places:
        for b in draft.places:
            if a.code == b.code:
                continue
            minutes = block_min(draft, a, b)
            draft.block_min[a.code, b.code] = minutes
            if not draft.reference_data:
                draft.add(
                    "tracks",
                    origin=a.code,
                    destination=b.code,
                    distance_km=way_km(a, b),
                    both_ways=False,
                    block_min=minutes,
                    navigation_usd_per_km=draft.rng.choice((0.8, 1.0, 1.3)),
                )


def add_airports(draft: TinyDraft, coordinates: bool) -> None:
    """State what airports cost and need; `coordinates` decides whether their position is stated."""
    rng = draft.rng
    stop_codes = {place.code for place in draft.stops}
    for place in draft.places:
        position: Cells = {}
        if coordinates:
            position = {"latitude_deg": place.latitude_deg, "longitude_deg": place.longitude_deg}
        draft.add(
            "airports",
            airport=place.code,
            country=place.country,
            timezone=place.timezone,
            technical_stop=place.code in stop_codes,
            min_turnaround_min=rng.choice((0, 0, 90, 180, 300)),
            min_technical_stop_min=rng.choice((0, 60, 90)),
            fuel_usd_per_t=rng.choice((640.0, 720.0, 810.0)),
            handling_usd_per_kg=rng.choice((0.07, 0.12, 0.15)),
            ramp_turn_usd=rng.choice((3000.0, 4500.0, 6000.0)),
            ramp_technical_usd=2500.0,
            parking_free_min=rng.choice((0, 120, 180)),
            parking_usd_per_t_h=rng.choice((0.0, 0.4, 0.9)),
            layover_usd=rng.choice((0.0, 2400.0)),
            storage_usd_per_kg_h=rng.choice((0.0, 0.0005, 0.002)),
            **position,
        )


def add_types(draft: TinyDraft, types: tuple[str, ...]) -> None:
    """State aircraft types with everything a plan needs; turnarounds are drawn."""
    for code in types:
        draft.add(
            "types",
            type=code,
            packing_factor=draft.rng.choice((0.75, 0.9)),
            speed_kmh=880.0,
            turnaround_min=draft.rng.choice((60, 120, 150, 240)),
            technical_stop_min=draft.rng.choice((60, 90)),
            crew_basic=2,
            crew_augmented=3,
            lease_usd_per_month=draft.rng.choice((0.0, 0.0, 90_000.0)),
            acmi_usd_per_block_h=5200.0 if code == HEAVY else 3600.0,
            **TYPES[code],
        )
