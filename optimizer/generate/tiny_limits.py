"""The limits of tiny instances: their register, and those of trucks, cargo, fleet and markets.

Every function takes a draft that already has airports, fleet, lanes and demand, and adds rows or
fills cells. `share` is how often `tiny` draws the limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from optimizer.generate.draft import Cells
from optimizer.generate.incompatible import tiny_incompatible
from optimizer.generate.packing import tiny_positions
from optimizer.generate.tiny_blocks import blocks
from optimizer.generate.tiny_crews import crews
from optimizer.generate.tiny_frozen import frozen
from optimizer.generate.tiny_rules import (
    carbon,
    curfews,
    handling,
    held_slots,
    long_turnarounds,
    overflight,
    rights,
    slots,
    stands,
    support,
    technical_stops,
    two_stations,
)
from optimizer.generate.tiny_sold import sold
from optimizer.generate.tiny_stock import stock
from optimizer.generate.tiny_transit import transit
from optimizer.generate.tiny_world import HEAVY, TinyDraft


@dataclass(frozen=True)
class Limit:
    """A limit that can be switched on.

    Attributes:
        apply: What it does to a draft.
        share: Probability that it is drawn; 0: only on request, so that instances stay as they are.
        period: The only kind of period it makes sense in; None for both.
    """

    apply: Callable[[TinyDraft], None]
    share: float
    period: Literal["cyclic", "dated"] | None = None


def apply_limits(draft: TinyDraft, names: frozenset[str]) -> None:
    """Apply the named limits in their fixed order; those of another kind of period are left out."""
    unknown = names - set(LIMITS)
    if unknown:
        raise ValueError(f"unknown limits: {', '.join(sorted(unknown))}")
    kind = "cyclic" if draft.cyclic else "dated"
    for name, limit in LIMITS.items():
        if name in names and limit.period in (None, kind):
            limit.apply(draft)
    if draft.universe.get("max_stations") and draft.universe.get("max_technical_stops"):
        draft.universe["max_technical_stops"] = 1  # else there are too many rotations to be tiny
        draft.universe["departure_grid_min"] = 1440 if draft.cyclic else 720


def few_trucks(draft: TinyDraft) -> None:
    """Lanes with zero to two trucks at each dispatch (C12)."""
    for lane in draft.tables["lanes"]:
        lane["trucks_per_dispatch"] = draft.rng.choice((0, 1, 1, 2))


def dwell(draft: TinyDraft) -> None:
    """Perishables that may stay at the airport only for hours (C11)."""
    for row in draft.tables["demand"]:
        if draft.chance(0.5):
            row["max_dwell_h"] = draft.rng.choice((8.0, 12.0, 18.0))


def short_windows(draft: TinyDraft) -> None:
    """Due soon after the earliest possible arrival (C11)."""
    for row in draft.tables["demand"]:
        span = row["due_at"] - row["ready_at"]
        row["due_at"] = row["ready_at"] + span * draft.rng.choice((0.7, 0.8, 0.9))
        row["due_at"] = row["due_at"].replace(second=0, microsecond=0)


def customs_modes(draft: TinyDraft) -> None:
    """A second customs mode: quick, with dearer trucks, and slower at one airport (C11, K10)."""
    draft.add("customs", mode="predeclared", export_min=90, import_min=60, truck_cost_factor=1.15)
    slow = draft.rng.choice(draft.stations).code
    draft.add("customs", mode="predeclared", airport=slow, export_min=480, import_min=600)
    for row in draft.tables["demand"]:
        if draft.chance(0.5):
            row["customs"] = "predeclared"


def carriers(draft: TinyDraft) -> None:
    """Consignments that may fly with one operator only (C0)."""
    for row in draft.tables["demand"]:
        if draft.chance(0.4):
            row["carriers"] = [draft.rng.choice(draft.operators)]


def most_hours(draft: TinyDraft) -> None:
    """Block hours for about one or two round trips (C14)."""
    for row in draft.tables["fleet"]:
        trip = draft.round_trip_min(draft.stations[0].code)
        row["max_block_h"] = round(trip * draft.rng.choice((0.9, 1.05, 1.6, 2.2)) / 60, 1)


def least_hours(draft: TinyDraft) -> None:
    """More block hours than the cargo is worth (C14): the cheapest way to fly them is sought."""
    row = draft.rng.choice(draft.tables["fleet"])
    trip = min(draft.round_trip_min(station.code) for station in draft.stations)
    trips = (draft.length_min if draft.cyclic else draft.length_min // 2) // (trip + 600)
    wanted = min(max(1, trips), draft.rng.choice((1, 2, 3)))
    row["min_block_h"] = round(trip * wanted * draft.rng.choice((0.6, 0.98)) / 60, 1)
    if row.get("max_block_h") is not None:
        row["max_block_h"] = max(row["max_block_h"], row["min_block_h"] + 4)


def poor_cargo(draft: TinyDraft) -> None:
    """Freights too low to fly for, so that forced flying costs money (C14, C17, K4)."""
    for row in draft.tables["demand"]:
        row["usd_per_chargeable_kg"] = round(row["usd_per_chargeable_kg"] * 0.35, 2)


def availability(draft: TinyDraft) -> None:
    """Tails that come late or must be done early (C14)."""
    for row in draft.tables["fleet"]:
        if draft.chance(0.6):
            row["available_from"] = draft.at(draft.rng.choice((300, 720, 1200)))
        else:
            row["available_until"] = draft.at(draft.length_min - draft.rng.choice((300, 720, 1200)))


def maintenance(draft: TinyDraft) -> None:
    """A day on the ground in the middle of the period (C14)."""
    for row in draft.tables["fleet"]:
        if row["count"] == 1:
            begin = draft.rng.choice((0, draft.length_min // 3, draft.length_min // 2))
            draft.add(
                "maintenance",
                tail=row["tail"],
                start=draft.at(begin),
                end=draft.at(begin + draft.rng.choice((480, 960))),
            )


def away(draft: TinyDraft) -> None:
    """A tail whose line starts or ends at a station (C1)."""
    row = draft.rng.choice(draft.tables["fleet"])
    station = draft.stations[0].code
    ends = draft.rng.choice(
        (("start_airport",), ("end_airport",), ("start_airport", "end_airport"))
    )
    for end in ends:
        row[end] = station


def acmi(draft: TinyDraft) -> None:
    """Wet-leased tails with a guarantee, some of them returnable (K4)."""
    for row in draft.tables["fleet"]:
        row["contract"] = "acmi"
        row["acmi_usd_per_block_h"] = 5200.0 if row["type"] == HEAVY else 3600.0
        row["acmi_guarantee_h_per_month"] = draft.rng.choice((0.0, 150.0, 300.0))
        row["returnable"] = draft.chance(0.5)


def least_frequency(draft: TinyDraft) -> None:
    """A station that must be served although its cargo does not pay (C17)."""
    station = draft.stations[-1].code
    for row in draft.tables["demand"]:
        if station in (row["origin"], row["destination"]):
            row["usd_per_chargeable_kg"] = round(row["usd_per_chargeable_kg"] * 0.3, 2)
    least = draft.rng.choice((1, 1, 2)) if draft.cyclic else 1
    draft.add("markets", station=station, min_rotations=least)


def most_frequency(draft: TinyDraft) -> None:
    """At most one or two rotations to a station (C17)."""
    draft.add(
        "markets",
        station=draft.stations[0].code,
        max_rotations=draft.rng.choice((1, 1, 2)),
        operators=[draft.operators[0]] if draft.chance(0.3) else [],
        gateway=draft.gateways[0] if draft.chance(0.3) else None,
    )


def spacing(draft: TinyDraft) -> None:
    """Departures to a station at least a day or two apart (C17)."""
    least = draft.rng.choice((1500, 2000, 2880) if draft.cyclic else (1000, 1500, 2160))
    draft.add("markets", station=draft.stations[0].code, min_spacing_min=least)


def special_cargo(draft: TinyDraft) -> None:
    """Consignments that need a nose door or temperature control, which not all offer (C16)."""
    types = sorted({row["type"] for row in draft.tables["fleet"]})
    cooled = [station.code for station in draft.stations if draft.chance(0.5)]
    draft.add("requirements", requirement="nose door", types=[draft.rng.choice(types)])
    draft.add("requirements", requirement="cool", airports=[*draft.gateways, *cooled])
    for number, row in enumerate(draft.tables["demand"]):
        if number == 0 or draft.chance(0.6):
            row["requires"] = [draft.rng.choice(("nose door", "cool", "cool"))]


def commitments(draft: TinyDraft) -> None:
    """Cargo that pays little must be delivered, or costs a penalty (C19, K14)."""
    rng, rows = draft.rng, draft.tables["demand"]
    chosen = rng.sample(rows, min(len(rows), rng.choice((1, 1, 2, 3))))
    kind = rng.choice(("consignments", "shipper", "origin", "destination", "commodity"))
    for row in chosen:
        row["shipper"] = "Promised"
        row["usd_per_chargeable_kg"] = round(
            row["usd_per_chargeable_kg"] * rng.uniform(0.1, 0.7), 2
        )
    selector: Cells = {kind: chosen[0].get(kind) or "general"}
    if kind == "consignments":
        selector = {kind: [row["consignment"] for row in chosen]}
    share = rng.choice((0.2, 0.5, 0.613, 1.0))
    hard = draft.chance(0.35)
    draft.add(
        "commitments",
        commitment="Promise",
        **selector,
        min_share=share,
        penalty_usd_per_kg=None if hard else rng.choice((0.4, 1.5, 4.0)),
    )
    if draft.chance(0.3):
        most_kg = chosen[0]["weight_kg"]
        draft.add(
            "commitments",
            commitment="Contract",
            consignments=[chosen[0]["consignment"]],
            min_weight_kg=round(most_kg * rng.uniform(0.1, 0.9), 3),
            penalty_usd_per_kg=rng.choice((0.7, 2.5)),
        )


LIMITS: dict[str, Limit] = {
    "technical_stops": Limit(technical_stops, 0.3),
    "rights": Limit(rights, 0.25),
    "two_stations": Limit(two_stations, 0.3),
    "overflight": Limit(overflight, 0.15),
    "slots": Limit(slots, 0.3),
    "held_slots": Limit(held_slots, 0.2),
    "curfews": Limit(curfews, 0.3),
    "long_turnarounds": Limit(long_turnarounds, 0.2),
    "stands": Limit(stands, 0.35),
    "few_trucks": Limit(few_trucks, 0.35),
    "dwell": Limit(dwell, 0.25),
    "short_windows": Limit(short_windows, 0.3),
    "customs_modes": Limit(customs_modes, 0.25),
    "carriers": Limit(carriers, 0.15),
    "most_hours": Limit(most_hours, 0.2),
    "least_hours": Limit(least_hours, 0.15),
    "poor_cargo": Limit(poor_cargo, 0.1),
    "availability": Limit(availability, 0.3, "dated"),
    "maintenance": Limit(maintenance, 0.3, "dated"),
    "away": Limit(away, 0.25, "dated"),
    "acmi": Limit(acmi, 0.2),
    "least_frequency": Limit(least_frequency, 0.2),
    "most_frequency": Limit(most_frequency, 0.25),
    "spacing": Limit(spacing, 0.25),
    "crews": Limit(crews, 0.0),
    "handling": Limit(handling, 0),
    "special_cargo": Limit(special_cargo, 0.0),
    "incompatible": Limit(tiny_incompatible, 0.0),
    "commitments": Limit(commitments, 0.0),
    "carbon": Limit(carbon, 0.0),
    "support": Limit(support, 0.0),
    "blocks": Limit(blocks, 0.0),
    "frozen": Limit(frozen, 0.0),
    "positions": Limit(tiny_positions, 0.0),
    "transit": Limit(transit, 0.0),
    "stock": Limit(stock, 0.0),
    "sold": Limit(sold, 0.0),
}
"""Limits by name, in the order they are applied."""
