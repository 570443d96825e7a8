"""The figures of the aircraft types in use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from optimizer.domain.resolved import ResolvedType
from optimizer.resolve.context import Context
from optimizer.resolve.quantities import cubic_cm, exact

_PHYSICAL = (
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


@dataclass(frozen=True, slots=True)
class Aircraft:
    """A type's figures after merging; None and "" for what nobody states and only some need."""

    type: str
    iata_type: str
    size_code: str
    operating_empty_t: float
    max_payload_t: float
    uld_tare_t: float
    volume_m3: float
    packing_factor: float
    max_takeoff_t: float
    max_landing_t: float
    fuel_capacity_t: float
    reserve_fuel_t: float
    range_constant_km: float
    speed_kmh: float | None
    turnaround_min: int
    technical_stop_min: int
    ramp_factor: float
    augmented_factor: float
    crew_usd_per_block_h: float
    maintenance_usd_per_block_h: float
    maintenance_usd_per_cycle: float

    @property
    def zero_t(self) -> float:
        """Landing weight without cargo: empty, ULD tare and reserve."""
        return self.operating_empty_t + self.uld_tare_t + self.reserve_fuel_t

    def resolved(self) -> ResolvedType:
        """What the plan needs of it."""
        return ResolvedType(
            type=self.type,
            iata_type=self.iata_type,
            size_code=self.size_code,
            max_takeoff_t=self.max_takeoff_t,
            volume_cm3=cubic_cm(exact(self.volume_m3) * exact(self.packing_factor)),
        )


def fleet_types(context: Context, types: Iterable[str]) -> dict[str, Aircraft]:
    """The types of the given codes, in order; types that lack a figure are findings."""
    found = (_aircraft(context, code) for code in sorted(set(types)))
    return {aircraft.type: aircraft for aircraft in found if aircraft is not None}


def require(context: Context, code: str, field: str, why: str) -> None:
    """Note that a type lacks a figure that is needed after all."""
    context.findings.add(
        "missing-type-data",
        "types",
        f"type {code} needs {field} {why}",
        column=field,
        expected="a value",
    )


def _aircraft(context: Context, code: str) -> Aircraft | None:
    catalogue = context.catalogue

    def number(field: str) -> float | None:
        return catalogue.number("types", code, field)

    physical: dict[str, float] = {}
    for field in _PHYSICAL:
        value = number(field)
        if value is None:
            require(context, code, field, "and neither the instance nor reference data states it")
        else:
            physical[field] = value
    if len(physical) < len(_PHYSICAL):
        return None
    factor = number("ramp_factor")
    basic, augmented = number("crew_basic"), number("crew_augmented")
    return Aircraft(
        type=code,
        iata_type=catalogue.text("types", code, "iata_type"),
        size_code=catalogue.text("types", code, "size_code"),
        **physical,
        speed_kmh=number("speed_kmh"),
        turnaround_min=int(number("turnaround_min") or 0),
        technical_stop_min=int(number("technical_stop_min") or 0),
        ramp_factor=1.0 if factor is None else factor,
        augmented_factor=1.0 if basic is None or augmented is None else augmented / basic,
        crew_usd_per_block_h=number("crew_usd_per_block_h") or 0.0,
        maintenance_usd_per_block_h=number("maintenance_usd_per_block_h") or 0.0,
        maintenance_usd_per_cycle=number("maintenance_usd_per_cycle") or 0.0,
    )
