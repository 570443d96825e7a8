"""The distributions that synthetic instances are drawn from (``facts/*.csv``), with provenance."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypeVar

from optimizer.domain.base import Names, Row
from optimizer.domain.feeder import Lane

GATEWAY_PLACE = "gateway"
"""The place of ``origins.csv`` that stands for the gateway airport itself."""


R = TypeVar("R", bound=Row)


class Destination(Row):
    """An airport that freighters serve from the gateway; `weight` is its share of the market."""

    airport: str
    region: str
    weight: float
    coordinated: bool


class Commodity(Row):
    """What is shipped: mean density, freight relative to the market, dwell of perishables."""

    commodity: str
    kg_per_m3: float
    rate_multiplier: float
    max_dwell_h: float | None = None


class OriginShare(Row):
    """A place in China with its shares of exports and imports."""

    place: str
    export_share: float
    import_share: float


class Carrier(Row):
    """An operator: its aircraft types, the regions it reaches (``*``: all), its home airport."""

    operator: str
    name: str
    country: str
    home: str = ""
    overflight: Names = ()
    fleet: Names
    reach: Names
    weight: float

    def reaches(self, region: str) -> bool:
        """Whether it flies to a region."""
        return self.reach == ("*",) or region in self.reach


class _Season(Row):
    month: int
    index: float


class _Weekday(Row):
    day: int
    weight: float


class _MarketRate(Row):
    origin_region: str
    destination_region: str
    usd_per_kg: float


class _MixShare(Row):
    direction: str
    region: str
    commodity: str
    share: float


@dataclass(frozen=True)
class Facts:
    """All distributions.

    Attributes:
        destinations: Airports by falling weight.
        season: Tonnes and freights of a month relative to the year's mean, by month 1 to 12.
        weekday: Relative tonnes that become ready, Monday first.
        rates: Freight in USD per chargeable kg at index 1, by pair of regions.
        mix: Commodities and their shares, by direction and region abroad.
    """

    destinations: tuple[Destination, ...]
    commodities: dict[str, Commodity]
    origins: tuple[OriginShare, ...]
    carriers: tuple[Carrier, ...]
    season: dict[int, float]
    weekday: tuple[float, ...]
    rates: dict[tuple[str, str], float]
    mix: dict[tuple[str, str], tuple[tuple[str, float], ...]]
    second_gateway_lanes: tuple[Lane, ...]

    def commodity_shares(self, direction: str, region: str) -> tuple[tuple[str, float], ...]:
        """Commodities of a direction (export, import) for a region, with their shares."""
        return self.mix.get((direction, region), self.mix[direction, "*"])


@cache
def facts() -> Facts:
    """The packaged distributions, read on first use; do not change its dictionaries."""
    mix: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for share in _read("mix", _MixShare):
        mix.setdefault((share.direction, share.region), []).append((share.commodity, share.share))
    rates = _read("markets", _MarketRate)
    return Facts(
        destinations=tuple(_read("destinations", Destination)),
        commodities={c.commodity: c for c in _read("commodities", Commodity)},
        origins=tuple(_read("origins", OriginShare)),
        carriers=tuple(_read("operators", Carrier)),
        season={s.month: s.index for s in _read("seasonality", _Season)},
        weekday=tuple(d.weight for d in _read("weekdays", _Weekday)),
        rates={(r.origin_region, r.destination_region): r.usd_per_kg for r in rates},
        mix={key: tuple(shares) for key, shares in mix.items()},
        second_gateway_lanes=tuple(_read("second_gateway_lanes", Lane)),
    )


def _read(table: str, record: type[R]) -> list[R]:
    """Read a packaged table; blank cells keep the record's default."""
    file = resources.files("optimizer.generate").joinpath("facts", f"{table}.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return [record.model_validate({k: v for k, v in row.items() if v}) for row in rows]
