"""Airports, and what they limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.domain.resolved.time import Window


@dataclass(frozen=True, slots=True)
class ResolvedAirport:
    """An airport in use; `stands` pairs ICAO size letters with numbers, empty for no limit."""

    code: str
    name: str
    country: str
    timezone: str
    latitude_deg: float | None
    longitude_deg: float | None
    handling_pico_per_g: int
    storage_pico_per_g_h: int
    stands: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ResolvedCharge:
    """A charge for one movement (K5); `night_micro` comes on top within the night windows."""

    item: str
    movement: Literal["arrival", "departure"]
    amount_micro: int
    night_micro: int
    night: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class ResolvedGround:
    """What a type needs and pays on the ground at an airport (C2, K2, K5, K6, K8)."""

    airport: str
    type: str
    turnaround_min: int
    technical_stop_min: int
    ramp_turn_micro: int
    ramp_technical_micro: int
    parking_free_min: int
    parking_micro_per_h: int
    layover_micro: int
    charges: tuple[ResolvedCharge, ...]


@dataclass(frozen=True, slots=True)
class ResolvedClosure:
    """Times at which movements are forbidden (C8); empty `operators` means everybody's."""

    airport: str
    movement: Literal["arrival", "departure"]
    types: tuple[str, ...]
    operators: tuple[str, ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class ResolvedSlotLimit:
    """At most `movements` movements in one window (C7); empty `operators` means everybody's."""

    id: str
    airport: str
    arrivals: bool
    departures: bool
    operators: tuple[str, ...]
    window: Window
    movements: int


@dataclass(frozen=True, slots=True)
class ResolvedHandlingLimit:
    """At most `most_g` grams through an airport's terminal in one window (C10).

    Loaded cargo counts at its off-block, unloaded cargo at its on-block.
    """

    id: str
    airport: str
    loaded: bool
    unloaded: bool
    window: Window
    most_g: int


@dataclass(frozen=True, slots=True)
class ResolvedStockLimit:
    """At most `most_g` grams wait for their flights at an airport at any instant (C10)."""

    airport: str
    most_g: int


@dataclass(frozen=True, slots=True)
class ResolvedHeldSlot:
    """`slots` held slots at one minute (C7), each good within the tolerance."""

    id: str
    operator: str
    airport: str
    movement: Literal["arrival", "departure"]
    minute: int
    tolerance_min: int
    slots: int
