"""Hand-worked cases of capacity sold (C18, R3)."""

from __future__ import annotations

from typing import Any

from optimizer.domain.instance import Instance
from optimizer.domain.sold import Sold
from tests.builders import HandWorked, aircraft, consignment, minute_iso, tail, tiny


def sold_cases() -> list[HandWorked]:
    """Cases, each with its best contribution and how many rotations earn it."""
    return [
        HandWorked(case_sold(), 220_000_000_000, 1),
        HandWorked(case_charter(200_000), 220_000_000_000, 1),
        HandWorked(case_charter(230_000), 230_000_000_000, 1),
    ]


def sold(name: str = "S", **changes: Any) -> Sold:
    """30 t and 120 m³ from CGO to LUX, on Monday, for 70,000 USD."""
    fields = {
        "sold": name,
        "origin": "CGO",
        "destination": "LUX",
        "departs_from": minute_iso(0),
        "departs_until": minute_iso(1439),
        "weight_kg": 30_000,
        "volume_m3": 120,
        "price_usd": 70_000,
    }
    return Sold.model_validate(fields | changes)


def _selling(name: str, description: str, *rows: Sold) -> Instance:
    """90 t on a flight that costs nothing, 40 t of cargo at 3 USD and 100 t at 2."""
    return tiny(
        days=1,
        name=name,
        description=description,
        types=(aircraft(max_payload_t=90),),
        fleet=(tail(end_airport="LUX"),),
        demand=(
            consignment(
                "A", weight_kg=40_000, volume_m3=160, due_min=1440, usd_per_chargeable_kg=3
            ),
            consignment("B", weight_kg=100_000, volume_m3=400, due_min=1440),
        ),
        sold=rows,
    )


def case_sold() -> Instance:
    """Hand-worked: cargo alone earns 120,000 + 50 t at 2 USD = 220,000 USD.

    OFFER takes the place of 30 t at 2 USD and pays 70,000: + 10,000. LOW pays 30,000 for 20 t that
    earn 40,000: left. DUE pays 5,000 for 10 t that earn 20,000, or costs 10,000 if it is not
    provided: - 10,000 rather than - 15,000. In all 220,000 USD, with 70,000 of R3.
    """
    return _selling(
        "sold-blocks",
        "Blocks on offer and a contracted one: which are worth the cargo they displace?",
        sold("OFFER"),
        sold("LOW", weight_kg=20_000, volume_m3=80, price_usd=30_000),
        sold("DUE", weight_kg=10_000, volume_m3=40, price_usd=5_000, contracted=True,
             penalty_usd_per_kg=1),
    )  # fmt: skip


def case_charter(price_usd: int) -> Instance:
    """Hand-worked: a charter of 50 t, with nothing beside it, against cargo for 220,000 USD.

    At 200,000 USD it pays 4 USD per kg, more than any cargo, and is left all the same.
    """
    return _selling(
        f"charter-{price_usd // 1000}",
        "The whole aircraft for less than it lifts: what must a charter pay?",
        sold("CHARTER", weight_kg=50_000, volume_m3=200, price_usd=price_usd, whole_aircraft=True),
    )
