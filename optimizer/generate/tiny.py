"""Tiny instances by the hundred, for property tests against an exact solver.

Each has one to three destinations, one to three tails and two to eight consignments on a coarse
departure grid, and a random handful of limits that are tight on purpose, so that every constraint
of ``docs/formulation.md`` decides some plan.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from optimizer.domain.instance import Instance
from optimizer.generate.draft import Cells
from optimizer.generate.tiny_limits import LIMITS, apply_limits
from optimizer.generate.tiny_world import (
    GATEWAYS,
    HEAVY,
    MEDIUM,
    PAYLOAD_KG,
    STATIONS,
    STOPS,
    Place,
    TinyDraft,
    add_airports,
    add_tracks,
    add_types,
)

CHINA = timezone(timedelta(hours=8))
CYCLIC_STARTS = ("2025-02-10", "2025-06-09", "2025-11-10")
"""Mondays of weeks in which no zone in use changes its clocks."""
DATED_STARTS = ("2025-01-15", "2025-03-28", "2025-07-03", "2025-10-24", "2025-11-27")
"""Days before and after clock changes (29/30 March and 25/26 October 2025 in Europe)."""
CITIES = ("Yiwu", "Shanghai", "Beijing")
DENSITIES = (("cross-border e-commerce", 130.0), ("garments", 170.0), ("auto parts", 260.0),
             ("metal products", 495.0), ("general", 192.0))  # fmt: skip

PeriodKind = Literal["cyclic", "dated"]


def tiny(
    seed: int,
    kind: PeriodKind | None = None,
    limits: Iterable[str] | None = None,
    more: Iterable[str] = (),
) -> Instance:
    """One tiny instance.

    Args:
        seed: Which one; the same arguments give the same instance on every machine.
        kind: Period; drawn if None.
        limits: Names of `TINY_LIMITS` to switch on; drawn if None. A limit that makes no sense for
            the period drawn is left out.
        more: Names of limits to switch on besides.
    """
    rng = random.Random(f"tiny-{seed}")
    draft = _skeleton(rng, seed, kind)
    types = _fleet(draft)
    if not draft.reference_data:
        add_types(draft, types)
        add_airports(draft, coordinates=draft.chance(0.5))
    add_tracks(draft)
    _prices(draft)
    _feeders(draft)
    _demand(draft, max(PAYLOAD_KG[code] for code in types))
    drawn = (name for name, limit in LIMITS.items() if limit.share and draft.chance(limit.share))
    apply_limits(draft, frozenset(drawn if limits is None else limits) | frozenset(more))
    return draft.instance()


TINY_LIMITS: tuple[str, ...] = tuple(LIMITS)
"""Names of the limits that `tiny` knows."""


def _skeleton(rng: random.Random, seed: int, kind: PeriodKind | None) -> TinyDraft:
    drawn: PeriodKind = "cyclic" if rng.random() < 0.4 else "dated"
    cyclic = (kind or drawn) == "cyclic"
    days = 7 if cyclic else rng.choice((2, 3, 4, 4))
    zone = UTC if cyclic else CHINA
    start = datetime.fromisoformat(rng.choice(CYCLIC_STARTS if cyclic else DATED_STARTS))
    stations = tuple(rng.sample(STATIONS, rng.choice((1, 2, 2, 3))))
    gateways = ["CGO", "NNG"] if rng.random() < 0.12 else ["CGO"]
    return TinyDraft(
        rng=rng,
        name=f"tiny-{seed}",
        description="Synthetic, made to test with.",
        cyclic=cyclic,
        start=start.replace(tzinfo=zone),
        days=days,
        gateways=gateways,
        reference_data=rng.random() < 0.12,
        provenance="E",
        universe={
            "departure_grid_min": rng.choice((720, 720, 1440) if cyclic else (360, 480, 720)),
            "max_wait_min": rng.choice((360, 720)),
            "may_change_gateway": len(gateways) > 1 and rng.random() < 0.5,
        },
        stations=stations,
        stops=tuple(rng.sample(STOPS, 1)),
        compression=rng.choice((0.4, 0.6, 0.8, 1.0)),
    )


def _fleet(draft: TinyDraft) -> tuple[str, ...]:
    """One to three tails in one or two rows; returns the types."""
    rng = draft.rng
    tails = rng.choice((1, 1, 2, 3))
    first = 1 if draft.chance(0.5) else tails
    rows = [count for count in (first, tails - first) if count]
    used: list[str] = []
    for number, count in enumerate(rows):
        code = rng.choice((HEAVY, HEAVY, MEDIUM))
        used.append(code)
        draft.add(
            "fleet",
            tail=f"T{number + 1}",
            count=count,
            type=code,
            operator="OP1" if number == 0 or draft.chance(0.5) else "OP2",
            base=rng.choice(draft.gateways),
        )
    return tuple(sorted(set(used)))


def _prices(draft: TinyDraft) -> None:
    rng = draft.rng
    for place in draft.places:
        for movement in ("arrival", "departure"):
            if not draft.reference_data and draft.chance(0.4):
                draft.add(
                    "charges",
                    airport=place.code,
                    movement=movement,
                    item="landing" if movement == "arrival" else "take-off",
                    fixed_usd=rng.choice((0.0, 558.0)),
                    usd_per_t=rng.choice((4.0, 10.0)),
                    night_surcharge_pct=25.0 if draft.chance(0.5) else 0.0,
                    night_from_local="23:00",
                    night_to_local="06:00",
                )
    draft.settings["crew"] = {"augmented_from_block_min": rng.choice((480, 540)), "layover_usd": 0}
    if not draft.reference_data:
        draft.settings["prices"] = {"fuel_usd_per_t": 750.0, "chargeable_kg_per_m3": 166.67}
        export = rng.choice((180, 360, 600))
        draft.add("customs", mode="standard", export_min=export, import_min=rng.choice((120, 360)))


def _feeders(draft: TinyDraft) -> None:
    """A lane from one or two cities to every gateway, sometimes a delivery lane per station."""
    rng = draft.rng
    for city in rng.sample(CITIES, rng.choice((1, 2))):
        for gateway in draft.gateways:
            _lane(draft, city, gateway)
            if draft.chance(0.3):
                _lane(draft, gateway, city)
    for station in draft.stations:
        if draft.chance(0.25):
            _lane(draft, station.code, f"{station.country} inland")


def _lane(draft: TinyDraft, origin: str, destination: str) -> Cells:
    rng = draft.rng
    payload, volume = rng.choice(((18_000.0, 58.0), (32_000.0, 88.0), (32_000.0, 125.0)))
    every = rng.choice((720, 1440))
    return draft.add(
        "lanes",
        origin=origin,
        destination=destination,
        truck_min=rng.choice((60, 180, 420, 960)),
        payload_kg=payload,
        volume_m3=volume,
        usd_per_truck=rng.choice((300.0, 900.0, 1800.0)),
        dispatch_every_min=every,
        dispatch_offset_min=rng.choice((0, 120, 360)),
    )


def _demand(draft: TinyDraft, payload_kg: int) -> None:
    number = draft.rng.choice((2, 3, 4, 5, 6, 8))
    for index in range(number):
        station = draft.stations[index % len(draft.stations)]
        _consignment(draft, index + 1, station, payload_kg, outbound=index < 2 or draft.chance(0.6))


def _consignment(
    draft: TinyDraft, number: int, station: Place, payload_kg: int, outbound: bool
) -> None:
    rng = draft.rng
    commodity, kg_per_m3 = rng.choice(DENSITIES)
    size = rng.uniform(0.25, 1.2) * (1.6 if draft.cyclic else 1.0)
    weight_kg = round(size * payload_kg, -2)
    home, abroad = _end(draft, GATEWAYS, outbound), _end(draft, (station,), not outbound)
    flight = draft.block_min[draft.gateways[0], station.code]
    latest = draft.length_min if draft.cyclic else draft.length_min * 2 // 5
    ready = rng.randrange(0, latest, 30)
    if not draft.cyclic and draft.chance(0.2):
        ready = -rng.randrange(0, 1440, 30)
    slack = rng.choice((900, 1800, 2880, 4320))
    rate = (station.out_rate if outbound else station.back_rate) * rng.uniform(0.7, 1.3)
    draft.add(
        "demand",
        consignment=f"C{number}",
        origin=home if outbound else abroad,
        destination=abroad if outbound else home,
        commodity=commodity,
        weight_kg=weight_kg,
        volume_m3=round(weight_kg / (kg_per_m3 * rng.uniform(0.9, 1.1)), 2),
        ready_at=draft.at(ready),
        due_at=draft.at(max(ready, 0) + flight + 900 + slack),
        usd_per_chargeable_kg=round(rate, 2),
        surcharge_usd_per_kg=rng.choice((0.0, 0.0, 0.2)),
    )


def _end(draft: TinyDraft, at: tuple[Place, ...], origin: bool) -> str:
    """A place where a consignment starts or ends: one of the airports, or a city joined to one."""
    codes = [place.code for place in at]
    near, far = ("origin", "destination") if origin else ("destination", "origin")
    cities = sorted({lane[near] for lane in draft.tables["lanes"] if lane[far] in codes})
    airports = [code for code in codes if code not in GATEWAY_CODES or code in draft.gateways]
    place: str = draft.rng.choice(cities if cities and draft.chance(0.6) else airports)
    return place


GATEWAY_CODES = frozenset(place.code for place in GATEWAYS)
