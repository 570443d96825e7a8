"""Figures that are legal and surely not meant: wrong units, slipped decimals."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from geographiclib.geodesic import Geodesic

from optimizer.domain.airports import AircraftType, Airport, Track
from optimizer.domain.authorities import CarbonScheme, Support
from optimizer.domain.base import Row
from optimizer.domain.blocks import Block
from optimizer.domain.demand import Commitment, Consignment
from optimizer.domain.feeder import Lane
from optimizer.domain.frozen import FrozenCargo, FrozenFlight
from optimizer.domain.instance import TABLES
from optimizer.domain.sold import Sold
from optimizer.errors import Finding
from optimizer.files.judge.index import Index
from optimizer.files.kinds import Kind, field_kinds

DENSITY_KG_M3 = (20, 2000)
"""Light is expanded foam, heavy is dense metal; e-commerce has about 130."""

RANGES: dict[str, tuple[type[Row], dict[str, tuple[float, float, str]]]] = {
    "demand": (
        Consignment,
        {
            "weight_kg": (10, 5_000_000, "kilograms, not tonnes"),
            "usd_per_chargeable_kg": (0.05, 50, "US dollars for one chargeable kg"),
            "surcharge_usd_per_kg": (0.001, 20, "US dollars for one kg"),
        },
    ),
    "commitments": (
        Commitment,
        {
            "min_weight_kg": (10, 50_000_000, "kilograms, not tonnes"),
            "penalty_usd_per_kg": (0.001, 50, "US dollars for one kg"),
        },
    ),
    "blocks": (
        Block,
        {
            "weight_kg": (50, 200_000, "kilograms, not tonnes"),
            "volume_m3": (0.3, 1_500, "cubic metres"),
            "usd_per_kg": (0.01, 50, "US dollars for one kg"),
        },
    ),
    "sold": (
        Sold,
        {
            "weight_kg": (50, 200_000, "kilograms, not tonnes"),
            "volume_m3": (0.3, 1_500, "cubic metres"),
            "price_usd": (100, 5_000_000, "US dollars for the whole block"),
            "penalty_usd_per_kg": (0.001, 50, "US dollars for one kg"),
        },
    ),
    "frozen_flights": (
        FrozenFlight,
        {"penalty_usd": (10, 5_000_000, "US dollars for one flight")},
    ),
    "frozen_cargo": (
        FrozenCargo,
        {
            "weight_kg": (0.001, 200_000, "kilograms, not grams"),
            "penalty_usd_per_kg": (0.001, 50, "US dollars for one kg"),
        },
    ),
    "lanes": (
        Lane,
        {
            "payload_kg": (500, 60_000, "kilograms of one truck, not tonnes"),
            "volume_m3": (3, 250, "cubic metres of one truck"),
            "truck_min": (10, 10_080, "minutes, not hours"),
            "usd_per_truck": (10, 30_000, "US dollars for one truck"),
        },
    ),
    "types": (
        AircraftType,
        {
            "operating_empty_t": (1, 400, "tonnes, not kilograms"),
            "max_payload_t": (0.5, 300, "tonnes, not kilograms"),
            "max_takeoff_t": (2, 700, "tonnes, not kilograms"),
            "max_landing_t": (2, 600, "tonnes, not kilograms"),
            "fuel_capacity_t": (0.5, 350, "tonnes, not kilograms or litres"),
            "volume_m3": (5, 2_000, "cubic metres"),
            "speed_kmh": (200, 1_100, "kilometres per hour, not knots or Mach"),
        },
    ),
    "airports": (
        Airport,
        {
            "fuel_usd_per_t": (100, 5_000, "US dollars for a tonne"),
            "handling_usd_per_kg": (0.001, 5, "US dollars for a kg"),
        },
    ),
    "carbon": (CarbonScheme, {"usd_per_t_co2": (1, 500, "US dollars for a tonne of CO2")}),
    "support": (
        Support,
        {
            "usd_per_flight": (100, 1_000_000, "US dollars for a rotation"),
            "usd_per_t": (1, 5_000, "US dollars for a tonne, not a kg"),
        },
    ),
    "tracks": (Track, {"distance_km": (50, 20_100, "kilometres, not metres or nautical miles")}),
}
"""What values usually are. Zero means "costs nothing" and is never doubted."""

IMPOSSIBLE = 1e12
"""No amount in any unit of the format comes near it; beyond it sums lose their last digits."""

SHORTER_THAN_GREAT_CIRCLE = 0.99


def _figure(value: float) -> str:
    """A number in few digits; a whole one may have more than a float can hold."""
    try:
        return f"{value:g}"
    except OverflowError:
        return str(value)


def unusual_figures(index: Index) -> Iterator[Finding]:
    """Figures far from what their unit makes likely."""
    for table, (record, columns) in RANGES.items():
        for place, row in index.typed_rows(table, record):
            for column, (least, most, unit) in columns.items():
                value = getattr(row, column)
                if value and not least <= value <= most:
                    yield place.warning(
                        column,
                        "unusually small" if value < least else "unusually large",
                        code="unusual-figure",
                        value=_figure(value),
                        expected=unit,
                    )


def impossible_figures(index: Index) -> Iterator[Finding]:
    """Figures so large that nothing could be added up with them."""
    for table, record in TABLES.items():
        names = [
            name
            for name, kind in field_kinds(record).items()
            if kind in (Kind.NUMBER, Kind.INTEGER)
        ]
        for place, row in index.rows(table):
            for column in names:
                value = getattr(row, column)
                if value is not None and abs(value) > IMPOSSIBLE:
                    yield place.finding(
                        column,
                        "no such amount exists",
                        code="out-of-range",
                        value=_figure(value),
                        expected=f"at most {IMPOSSIBLE:g}",
                    )


def unpaid_consignments(index: Index) -> Iterator[Finding]:
    """Cargo that pays nothing is never carried."""
    for place, row in index.typed_rows("demand", Consignment):
        if not row.usd_per_chargeable_kg and not row.surcharge_usd_per_kg:
            yield place.warning(
                "usd_per_chargeable_kg",
                "the consignment pays nothing, so it stays behind",
                code="unusual-figure",
                value=f"{row.usd_per_chargeable_kg:g}",
                expected="US dollars for one chargeable kg",
            )


def densities(index: Index) -> Iterator[Finding]:
    """Weight and volume that do not go together: tonnes for kg, litres for m³."""
    low, high = DENSITY_KG_M3
    for place, row in index.typed_rows("demand", Consignment):
        density = row.weight_kg / row.volume_m3
        if low <= density <= high:
            continue
        column = "weight_kg"
        hint = f"{low} to {high} kg for each m3"
        if low <= density * 1000 <= high and row.weight_kg < 1000:
            hint += "; is the weight in tonnes?"
        elif low <= density * 1000 <= high:
            column = "volume_m3"
            hint += "; is the volume in litres?"
        yield place.warning(
            column,
            f"{density:.3g} kg for each m3 is {'very light' if density < low else 'very heavy'}",
            code="unusual-density",
            value=_figure(getattr(row, column)),
            expected=hint,
        )


def short_tracks(index: Index) -> Iterator[Finding]:
    """Tracks shorter than the great circle."""
    for place, row in index.typed_rows("tracks", Track):
        shortest_km = great_circle_km(index, row.origin, row.destination)
        if shortest_km and row.distance_km < SHORTER_THAN_GREAT_CIRCLE * shortest_km:
            yield place.warning(
                "distance_km",
                "the track is shorter than the great circle",
                code="unusual-figure",
                value=f"{row.distance_km:g}",
                expected=f"at least {shortest_km:.0f} km",
            )


def great_circle_km(index: Index, origin: str, destination: str) -> float | None:
    """Geodesic distance (WGS 84) between two airports, if their positions are known."""
    a, b = index.position(origin), index.position(destination)
    return None if a is None or b is None else _geodesic_km(a, b)


@lru_cache(maxsize=1 << 16)  # variants of one instance ask for the same distances again and again
def _geodesic_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    line = Geodesic.WGS84.Inverse(*a, *b, outmask=Geodesic.DISTANCE)
    return float(line["s12"]) / 1000


CHECKS = (impossible_figures, unusual_figures, unpaid_consignments, densities, short_tracks)
