"""Aircraft types whose figures are missing or do not go together (C3)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.airports import AircraftType
from optimizer.domain.fleet import FleetRow
from optimizer.errors import Finding
from optimizer.files.judge.index import Index
from optimizer.files.place import Place

PHYSICAL = (
    "operating_empty_t",
    "max_payload_t",
    "uld_tare_t",
    "volume_m3",
    "packing_factor",
    "max_takeoff_t",
    "max_landing_t",
    "fuel_capacity_t",
    "reserve_fuel_t",
    "range_constant_km",
)
"""Figures that no type can be planned without."""


def missing_figures(index: Index) -> Iterator[Finding]:
    """Types of the fleet that lack a figure, in the instance and in the reference data."""
    flown = {row.type for row in index.instance.fleet}
    for place, row in index.typed_rows("types", AircraftType):
        if row.type not in flown:
            continue
        merged = index.types[row.type]
        for column in PHYSICAL:
            if getattr(merged, column) is None:
                yield place.finding(
                    column,
                    f"type {row.type} needs this figure, and the reference data has none",
                    code="missing-figure",
                    expected="a value",
                )


def weights(index: Index) -> Iterator[Finding]:
    """Weights of a stated type, blanks filled, that contradict each other."""
    for place, row in index.typed_rows("types", AircraftType):
        yield from _weights(place, row, index.types[row.type])


def _weights(place: Place, row: AircraftType, merged: AircraftType) -> Iterator[Finding]:
    empty, payload = merged.operating_empty_t, merged.max_payload_t
    takeoff, landing = merged.max_takeoff_t, merged.max_landing_t
    tare, reserve = merged.uld_tare_t or 0, merged.reserve_fuel_t or 0
    if takeoff is not None and landing is not None and landing > takeoff:
        yield _above(place, row, "max_landing_t", landing, "max_takeoff_t", takeoff)
    if empty is not None and landing is not None and empty + tare + reserve > landing:
        yield _above(
            place, row, "operating_empty_t", empty, "max_landing_t less tare and reserve",
            landing - tare - reserve,
        )  # fmt: skip
    elif empty is not None and takeoff is not None and empty + tare + reserve > takeoff:
        yield _above(
            place, row, "operating_empty_t", empty, "max_takeoff_t less tare and reserve",
            takeoff - tare - reserve,
        )  # fmt: skip
    if payload is not None and takeoff is not None and payload >= takeoff:
        yield _above(place, row, "max_payload_t", payload, "max_takeoff_t", takeoff)
    capacity = merged.fuel_capacity_t
    if capacity is not None and reserve > capacity:
        yield _above(place, row, "reserve_fuel_t", reserve, "fuel_capacity_t", capacity)
    basic, augmented = merged.crew_basic, merged.crew_augmented
    if basic is not None and augmented is not None and augmented < basic:
        yield place.finding(
            "crew_augmented",
            f"the augmented crew of {row.type} is smaller than the basic one",
            code="inconsistent-type",
            value=augmented,
            expected=f"at least {basic}",
        )


def _above(
    place: Place, row: AircraftType, column: str, value: float, limit: str, most: float
) -> Finding:
    return place.finding(
        column,
        f"the weights of {row.type} do not go together",
        code="inconsistent-type",
        value=f"{value:g}",
        expected=f"at most {most:g}, {limit}",
    )


def unflown_types(index: Index) -> Iterator[Finding]:
    """Stated types that no tail has."""
    if not index.is_whole("fleet"):
        return
    flown = {row.type for row in index.instance.fleet}
    for place, row in index.typed_rows("types", AircraftType):
        if row.type not in flown:
            yield place.warning("type", "no tail is of this type", code="unused", value=row.type)


def acmi_rates(index: Index) -> Iterator[Finding]:
    """Wet leases that cost nothing (K4)."""
    for place, row in index.typed_rows("fleet", FleetRow):
        type_ = index.types.get(row.type)
        rate = row.acmi_usd_per_block_h
        if rate is None and type_ is not None:
            rate = type_.acmi_usd_per_block_h
        if row.contract == "acmi" and not rate:
            yield place.warning(
                "acmi_usd_per_block_h",
                "this wet lease costs nothing by the block hour",
                code="no-rate",
                value="" if rate is None else f"{rate:g}",
                expected="a rate here or at its type",
            )


CHECKS = (missing_figures, weights, unflown_types, acmi_rates)
