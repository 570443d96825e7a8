"""Build ``instances/zhengzhou-week``: the hub's freighter week in 2025, as far as facts tell it.

Run ``python -m instances.build_zhengzhou_week``. The seed is fixed, so the same files come out
every time.

What is sourced and what is estimated: see `zhengzhou_operators` and `zhengzhou_cargo`. The size,
origin, commodity and times of each consignment are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from instances.tables import write_folder
from instances.zhengzhou_cargo import (
    CARGOLUX_OFFER,
    CARGOLUX_OUTWARD,
    CARGOLUX_T,
    COMMODITIES,
    EXPRESS,
    INWARD_OFFER,
    INWARD_OFFER_ELSEWHERE,
    JINHUA_PENALTY_USD_PER_KG,
    JINHUA_SHARE,
    ORIGINS,
    OUTWARD_OFFER,
    PERISHABLE,
    TRANSIT_CONSIGNMENTS,
    TRANSIT_FROM,
    TRANSIT_MODES,
    TRANSIT_TO,
    TYPICAL_LOAD_T,
)
from instances.zhengzhou_operators import (
    AIRLINES,
    BACK_RATE,
    FIFTH_FREEDOM,
    OUT_RATE,
    Airline,
    region,
)
from optimizer.data import reference
from optimizer.data.derive_tracks import great_circle_km
from optimizer.domain.instance import Instance

FOLDER = Path(__file__).parent / "zhengzhou-week"
SEED = 2025
START = datetime(2025, 9, 15, tzinfo=UTC)  # a Monday; no zone changes its offset then
CONSIGNMENTS = 2500
HOURS_SHARE = 0.76  # block hours available, of those that all frequencies need (E)
FULL_USE_BLOCK_H = 110  # block hours a week of a fully used freighter, for its share of lease (E)


class Flow(NamedTuple):
    """What one operator's frequencies to a station lift in a week, one way."""

    operator: str
    station: str
    flights: int
    lift_t: float
    block_h: float


def flows() -> Iterator[tuple[Airline, Flow]]:
    """Every route with its frequency, lift and block time."""
    airports = reference().airports
    cgo = airports["CGO"]
    for airline in AIRLINES:
        tails = sum(number for _, number in airline.fleet)
        load = sum(TYPICAL_LOAD_T[type_] * number for type_, number in airline.fleet) / tails
        for station, flights in airline.stations.items():
            there = airports[station]
            distance_km = great_circle_km(_position(cgo), _position(there))
            yield (
                airline,
                Flow(airline.code, station, flights, flights * load, 0.6 + distance_km / 780),
            )


def _position(airport: Any) -> tuple[float, float]:
    return airport.latitude_deg, airport.longitude_deg


def fleet_rows() -> Iterator[dict[str, Any]]:
    """One pool per operator and type; hours for nearly all frequencies, lease in proportion."""
    types = reference().types
    for airline in AIRLINES:
        tails = sum(number for _, number in airline.fleet)
        hours = sum(2 * f.block_h * f.flights for a, f in flows() if a is airline)
        block_h = max(8, round(HOURS_SHARE * hours / tails))
        for type_, number in airline.fleet:
            lease = (types[type_].lease_usd_per_month or 0) * min(1.0, block_h / FULL_USE_BLOCK_H)
            terms: dict[str, Any] = {"lease_usd_per_month": round(lease, -3)}
            if airline.acmi:
                terms = {"contract": "acmi", "acmi_guarantee_h_per_month": 120}
            yield {
                "tail": f"{airline.code}-{type_}",
                "count": number,
                "type": type_,
                "operator": airline.code,
                "base": "CGO",
                "max_block_h": block_h,
                **terms,
                "provenance": "K operator's type; E number; D hours from frequencies; E terms",
            }


def operator_rows() -> Iterator[dict[str, Any]]:
    """Operators with their overflight and technical landing permissions."""
    for airline in AIRLINES:
        yield {
            "operator": airline.code,
            "name": airline.name,
            "country": airline.country,
            "overflight": "RU" if airline.russia else "",
            "technical_landings": airline.technical,
            "provenance": "K name and country; S S93 S94 Russian airspace by country; E stops",
        }


def right_rows() -> Iterator[dict[str, Any]]:
    """Rights between Zhengzhou and each station, and a few fifth freedoms, capped by frequency."""
    for airline in AIRLINES:
        for station, flights in airline.stations.items():
            yield {
                "operator": airline.code,
                "uplift": "CGO",
                "discharge": station,
                "max_flights": flights,
                "provenance": _frequency_provenance(airline.code),
            }
    for operator, uplift, discharge, flights in FIFTH_FREEDOM:
        yield {
            "operator": operator,
            "uplift": uplift,
            "discharge": discharge,
            "max_flights": flights,
            "provenance": "E",
        }


def _frequency_provenance(operator: str) -> str:
    if operator == "CV":
        return "D split of 21 flights a week (S62)"
    if operator == "GI":
        return "D split of 202 weekly movements (S30)"
    return "E"


def slot_rows() -> list[dict[str, Any]]:
    """Movements of freighters at Zhengzhou by hour: the peak of 02-06, and less by day."""
    spans = (
        ("02:00", "06:00", 60, 29, "S S30 29 movements in the hour from 05:00; E the hours before"),
        ("06:00", "14:00", "", 12, "E passenger banks"),
        ("14:00", "22:00", "", 12, "E passenger banks"),
        ("22:00", "02:00", "", 12, "E"),
    )
    return [
        {
            "airport": "CGO",
            "movement": "any",
            "from_local": start,
            "to_local": end,
            "window_min": window_min,
            "movements": movements,
            "provenance": provenance,
        }
        for start, end, window_min, movements, provenance in spans
    ]


def demand_rows() -> Iterator[dict[str, Any]]:
    """Consignments out and in, on average as many tonnes per route as its frequencies want."""
    rng = random.Random(SEED)
    offers = list(_offers())
    total_t = sum(tonnes for _, tonnes, _ in offers)
    for flow, tonnes, outward in offers:
        number = max(2, round(CONSIGNMENTS * tonnes / total_t))
        sizes = [rng.lognormvariate(0, 0.5) for _ in range(number)]
        for index, size in enumerate(sizes, 1):
            weight_kg = round(1000 * tonnes * size / sum(sizes), -1)
            way = "OUT" if outward else "IN"
            yield _consignment(
                rng, f"{flow.operator}-{flow.station}-{way}-{index:03}", flow, weight_kg, outward
            )


def _offers() -> Iterator[tuple[Flow, float, bool]]:
    airports = reference().airports
    cargolux_lift_t = sum(flow.lift_t for airline, flow in flows() if airline.code == "CV")
    for airline, flow in flows():
        area = region(airports[flow.station].country or "")
        outward_t = OUTWARD_OFFER * flow.lift_t
        inward_t = INWARD_OFFER.get(area, INWARD_OFFER_ELSEWHERE) * flow.lift_t
        if airline.code == "CV":
            offered_t = CARGOLUX_OFFER * CARGOLUX_T * flow.lift_t / cargolux_lift_t
            outward_t, inward_t = CARGOLUX_OUTWARD * offered_t, (1 - CARGOLUX_OUTWARD) * offered_t
        yield flow, outward_t, True
        yield flow, inward_t, False


def _consignment(
    rng: random.Random, name: str, flow: Flow, weight_kg: float, outward: bool
) -> dict[str, Any]:
    area = region(reference().airports[flow.station].country or "")
    shares = [c.outward if outward else c.inward for c in COMMODITIES]
    commodity = rng.choices(COMMODITIES, shares)[0]
    density = commodity.density * rng.uniform(0.9, 1.1)
    rate, source = (OUT_RATE if outward else BACK_RATE)[area]
    city = _city(rng, area, outward)
    ready_min = rng.randrange(0, 7 * 24) * 60
    due_min = ready_min + _allowed_min(rng, flow, city)
    origin, destination = (city, flow.station) if outward else (flow.station, city)
    return {
        "consignment": name,
        "origin": origin,
        "destination": destination,
        "commodity": commodity.name,
        "weight_kg": weight_kg,
        "volume_m3": round(weight_kg / density, 1),
        "ready_at": _instant(ready_min),
        "due_at": _instant(due_min),
        "usd_per_chargeable_kg": round(rate * commodity.rate * rng.uniform(0.9, 1.1), 3),
        "surcharge_usd_per_kg": 0.2 if area == "Europe" and outward else 0,
        "customs": "predeclared" if commodity.name == EXPRESS else "standard",
        "max_dwell_h": "" if outward else PERISHABLE.get(commodity.name, ""),
        "provenance": f"{source}: rate; {commodity.provenance}; E the rest",
    }


def _city(rng: random.Random, area: str, outward: bool) -> str:
    """Where cargo starts or ends in China; domestic flights serve Zhengzhou's surroundings."""
    if area == "China":
        return rng.choice(("CGO", "Zhengzhou city", "Xuchang", "Luoyang"))
    if not outward and rng.random() < 0.45:
        return "CGO"
    return rng.choices(list(ORIGINS), list(ORIGINS.values()))[0]


def _allowed_min(rng: random.Random, flow: Flow, city: str) -> int:
    """From ready to due: truck, handling, flight, and a wait that suits the route's frequency."""
    truck_min = next((x.truck_min for x in reference().lanes if x.origin == city), 0)
    wait_h = min(130.0, max(30.0, rng.uniform(0.8, 1.8) * 168 / flow.flights))
    hours = truck_min / 60 + 24 + flow.block_h + wait_h
    return -(-int(hours * 60) // 60) * 60


def transit_rows() -> Iterator[dict[str, Any]]:
    """Cargo from Europe to South and South-East Asia that changes aircraft at Zhengzhou (C21)."""
    rng = random.Random(SEED + 1)
    for index in range(1, TRANSIT_CONSIGNMENTS + 1):
        weight_kg = round(rng.uniform(2000, 8000), -1)
        ready_min = rng.randrange(0, 7 * 24) * 60
        allowed_min = rng.randrange(6 * 24, 9 * 24) * 60
        yield {
            "consignment": f"TRANSIT-{index:03}",
            "origin": rng.choice(TRANSIT_FROM),
            "destination": rng.choice(TRANSIT_TO),
            "commodity": "general",
            "weight_kg": weight_kg,
            "volume_m3": round(weight_kg / 192, 1),
            "ready_at": _instant(ready_min),
            "due_at": _instant(ready_min + allowed_min),
            "usd_per_chargeable_kg": round(rng.uniform(2.2, 3.0), 3),
            "transit": rng.choice(TRANSIT_MODES),
            "provenance": "S S82 density; E the rest",
        }


def commitment_rows() -> list[dict[str, Any]]:
    """What Jinhua and Yiwu are promised (C19), each for itself."""
    return [
        {
            "commitment": f"{city} share",
            "origin": city,
            "min_share": JINHUA_SHARE,
            "penalty_usd_per_kg": JINHUA_PENALTY_USD_PER_KG,
            "provenance": "E share and penalty; S that Jinhua's cargo has a link of its own",
        }
        for city in ("Jinhua", "Yiwu")
    ]


def _instant(minute: int) -> str:
    instant = START + timedelta(minutes=minute)
    return instant.isoformat(timespec="minutes").replace("+00:00", "Z")


def lane_rows() -> list[dict[str, Any]]:
    """Lanes whose trucks are scarce; all others come from the reference data."""
    scarce = {"Yiwu": 5, "Jinhua": 3, "Shanghai": 5, "Shenzhen": 4}
    rows = []
    for lane in reference().lanes:
        if lane.destination == "CGO" and lane.origin in scarce:
            row = lane.model_dump(exclude_none=True)
            row |= {"trucks_per_dispatch": scarce[lane.origin], "provenance": "E"}
            rows.append(row)
    return rows


def market_rows() -> list[dict[str, Any]]:
    """Service patterns: spread departures to two launch routes, a daily link to Luxembourg."""
    return [
        {"station": "MAD", "min_spacing_min": 2880, "provenance": "E"},
        {"station": "OSL", "min_spacing_min": 1440, "provenance": "E"},
        {"station": "LUX", "min_rotations": 7, "provenance": "E at least a daily link"},
    ]


def build(folder: Path = FOLDER) -> Instance:
    """Write the instance and return it."""
    header = {
        "format_version": 1,
        "name": "zhengzhou-week",
        "description": "Zhengzhou's freighter hub in a standard week of autumn 2025.",
        "gateways": ["CGO"],
        "period": {"kind": "cyclic", "start": _instant(0), "days": 7},
        "universe": {
            "departure_grid_min": 60,
            "max_stations": 2,
            "max_technical_stops": 1,
            "max_wait_min": 240,
            "max_duration_min": 3600,
        },
    }
    stops = {a.technical for a in AIRLINES if a.technical != "-"}
    tables = {
        "demand": [*demand_rows(), *transit_rows()],
        "fleet": list(fleet_rows()),
        "operators": list(operator_rows()),
        "rights": list(right_rows()),
        "airports": [
            {"airport": stop, "technical_stop": True, "provenance": "K as in the reference data"}
            for stop in sorted(stops)
        ],
        "slots": slot_rows(),
        "lanes": lane_rows(),
        "markets": market_rows(),
        "commitments": commitment_rows(),
    }
    return write_folder(folder, header, tables)


if __name__ == "__main__":
    build()
