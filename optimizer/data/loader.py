"""The packaged tables as records.

The tables have the format of an instance's own tables, so that a planner can copy a row, change
it and put it into an instance. Every row says where it comes from; ``docs/reference-data.md`` tells
the whole story.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import TypeVar

from pydantic import Field

from optimizer.domain.airports import AircraftType, Airport, Charge, Stands, Track
from optimizer.domain.base import Row
from optimizer.domain.crews import CrewLimit
from optimizer.domain.feeder import CustomsMode, Lane
from optimizer.domain.rules import Curfew
from optimizer.domain.transit import Connection

R = TypeVar("R", bound=Row)


class Default(Row):
    """The value of a field that neither instance nor reference row fills (``defaults.csv``)."""

    key: str = Field(
        pattern=r"^[a-z_]+\.[a-z0-9_]+$", description="table and field, prices.fuel_usd_per_t"
    )
    value: float = Field(ge=0, description="the value, in the unit of the field")
    unit: str = Field(description="the unit, in words")
    description: str = Field(description="what it stands for")


class PlaceName(Row):
    """What people call a place in English and in Chinese (``place_names.csv``)."""

    place: str = Field(min_length=1, description="airport code, or a city as demand names it")
    city_en: str = Field(min_length=1, description="the city in English")
    city_zh: str = Field(min_length=1, description="the city in Chinese")
    airport_zh: str = Field(default="", description="the airport in Chinese")


@dataclass(frozen=True, slots=True)
class Reference:
    """All reference data; an instance's own rows and fields overlay it."""

    airports: dict[str, Airport]
    types: dict[str, AircraftType]
    tracks: tuple[Track, ...]
    lanes: tuple[Lane, ...]
    charges: tuple[Charge, ...]
    curfews: tuple[Curfew, ...]
    stands: tuple[Stands, ...]
    customs: tuple[CustomsMode, ...]
    connections: tuple[Connection, ...]
    crew_rules: tuple[CrewLimit, ...]
    defaults: dict[str, Default]


@cache
def reference() -> Reference:
    """The reference data, read from the package on first use; do not change its dictionaries.

    Raises:
        pydantic.ValidationError: A packaged row is not a valid record (the package is damaged).
        ValueError: A packaged table states the same thing twice.
    """
    return Reference(
        airports=_keyed(_read("airports", Airport), lambda a: a.airport),
        types=_keyed(_read("types", AircraftType), lambda t: t.type),
        tracks=_read("tracks", Track),
        lanes=_read("lanes", Lane),
        charges=_read("charges", Charge),
        curfews=_read("curfews", Curfew),
        stands=_read("stands", Stands),
        customs=_read("customs", CustomsMode),
        connections=_read("connections", Connection),
        crew_rules=_read("crew_rules", CrewLimit),
        defaults=_keyed(_read("defaults", Default), lambda d: d.key),
    )


@cache
def place_names() -> dict[str, PlaceName]:
    """Names of airports' cities and of cities; planning does not know them, reports do."""
    return _keyed(_read("place_names", PlaceName), lambda p: p.place)


TABLES = tuple(f.name for f in fields(Reference))
"""Names of the packaged tables."""


def _read(table: str, record: type[R]) -> tuple[R, ...]:
    """Read one packaged table; a blank cell leaves the field at the record's default."""
    file = resources.files("optimizer.data").joinpath(f"{table}.csv")
    return tuple(
        record.model_validate({column: cell for column, cell in row.items() if cell != ""})
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    )


K = TypeVar("K", bound=Hashable)


def _keyed(rows: Iterable[R], key: Callable[[R], K]) -> dict[K, R]:
    """Index rows by a key that must be unique."""
    index: dict[K, R] = {}
    for row in rows:
        if index.setdefault(key(row), row) is not row:
            raise ValueError(f"reference data states {key(row)!r} twice")
    return index
