"""Small instances for tests: one gateway, a station or two, round numbers, no reference data.

Every function takes keyword overrides, so that a test states only what it is about.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from optimizer.domain.airports import AircraftType, Airport, Track
from optimizer.domain.blocks import Block
from optimizer.domain.demand import Consignment
from optimizer.domain.fleet import FleetRow
from optimizer.domain.instance import Instance
from optimizer.domain.period import Period, UniverseLimits

MONDAY = "2025-06-02T00:00Z"
"""Start of the tiny instances: a Monday in a month of 30 days without clock changes."""


def minute_iso(minute: int, start: str = MONDAY) -> str:
    """The instant `minute` minutes after `start`, as files write it."""
    instant = datetime.fromisoformat(start) + timedelta(minutes=minute)
    return instant.isoformat(timespec="minutes")


def period(kind: str = "dated", days: int = 7, start: str = MONDAY) -> Period:
    """A period of whole days."""
    return Period.model_validate({"kind": kind, "start": start, "days": days})


def aircraft(type_: str = "T100", **changes: Any) -> AircraftType:
    """A type that lifts 100 t and 700 m³ over any distance a test uses, and costs nothing."""
    fields: dict[str, Any] = {
        "type": type_,
        "operating_empty_t": 160,
        "max_payload_t": 100,
        "uld_tare_t": 0,
        "volume_m3": 700,
        "packing_factor": 1,
        "max_takeoff_t": 400,
        "max_landing_t": 300,
        "fuel_capacity_t": 200,
        "reserve_fuel_t": 10,
        "range_constant_km": 40_000,
        "speed_kmh": 900,
    }
    return AircraftType.model_validate(fields | {"type": type_} | changes)


def airport(code: str, **changes: Any) -> Airport:
    """An airport of which only the code and the changes are stated."""
    return Airport.model_validate({"airport": code} | changes)


def track(origin: str, destination: str, **changes: Any) -> Track:
    """A track of 8000 km in both directions with a block time of 10 h."""
    fields = {"origin": origin, "destination": destination, "distance_km": 8000, "block_min": 600}
    return Track.model_validate(fields | changes)


def tail(name: str = "T1", **changes: Any) -> FleetRow:
    """A tail of operator CV and type T100, based at CGO."""
    return FleetRow.model_validate(
        {"tail": name, "type": "T100", "operator": "CV", "base": "CGO"} | changes
    )


def consignment(
    name: str = "OUT",
    *,
    ready_min: int = 0,
    due_min: int = 10_080,
    start: str = MONDAY,
    **changes: Any,
) -> Consignment:
    """50 t and 200 m³ from CGO to LUX at 2 USD per chargeable kg."""
    fields = {
        "consignment": name,
        "origin": "CGO",
        "destination": "LUX",
        "weight_kg": 50_000,
        "volume_m3": 200,
        "ready_at": minute_iso(ready_min, start),
        "due_at": minute_iso(due_min, start),
        "usd_per_chargeable_kg": 2,
    }
    return Consignment.model_validate(fields | changes)


def block(name: str = "B", *, off_min: int = 600, on_min: int = 1200, **changes: Any) -> Block:
    """30 t and 150 m³ from CGO to LUX on a flight of XB, for nothing unless a price is stated."""
    fields = {
        "block": name,
        "operator": "XB",
        "origin": "CGO",
        "destination": "LUX",
        "departs_at": minute_iso(off_min),
        "arrives_at": minute_iso(on_min),
        "weight_kg": 30_000,
        "volume_m3": 150,
    }
    return Block.model_validate(fields | changes)


def tiny(
    *,
    kind: str = "dated",
    days: int = 7,
    start: str = MONDAY,
    stations: tuple[str, ...] = ("LUX",),
    universe: UniverseLimits | dict[str, Any] | None = None,
    **fields: Any,
) -> Instance:
    """CGO and one or more stations, one free tail, 50 t of cargo each way.

    Every pair of airports has a track of 8000 km and 10 h, between stations of 1000 km and 2 h.
    Any field of the instance can be overridden; tables are replaced whole.
    """
    tracks = [track("CGO", s) for s in stations]
    tracks += [
        track(a, b, distance_km=1000, block_min=120)
        for i, a in enumerate(stations)
        for b in stations[i + 1 :]
    ]
    demand = []
    for s in stations:
        suffix = "" if s == "LUX" else f"-{s}"
        demand.append(consignment(f"OUT{suffix}", destination=s, start=start))
        demand.append(consignment(f"BACK{suffix}", origin=s, destination="CGO", start=start))
    stated: dict[str, Any] = {
        "format_version": 1,
        "name": "tiny",
        "gateways": ("CGO",),
        "reference_data": False,
        "period": period(kind, days, start),
        "universe": universe or {"max_stations": min(len(stations), 4)},
        "types": (aircraft(),),
        "tracks": tuple(tracks),
        "fleet": (tail(),),
        "demand": tuple(demand),
    }
    return Instance.model_validate(stated | fields)


class HandWorked(NamedTuple):
    """A case solved with pencil and paper: its best contribution and how many rotations earn it."""

    instance: Instance
    contribution_micro: int
    flights: int
