"""Profit and loss by rotation, leg, tail, operator, route, consignment and line number.

Every table adds up to the contribution of the plan; ``allocation.py`` says who bears what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final, Literal, get_args

import pandas as pd

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.bought import carrying_flights
from optimizer.plan.money import NAMES
from optimizer.plan.plan import Flight, Plan
from optimizer.report.allocation import Cell, cells
from optimizer.report.frames import frame, ratio, usd

Dimension = Literal["rotation", "leg", "tail", "operator", "route", "consignment", "line"]
DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)

CODE_COLUMNS: Final = {
    "R1": "R1_freight_usd",
    "R2": "R2_surcharges_usd",
    "R3": "R3_capacity_sold_usd",
    "R4": "R4_route_support_usd",
    "K1": "K1_fuel_usd",
    "K2": "K2_crew_usd",
    "K3": "K3_maintenance_usd",
    "K4": "K4_ownership_usd",
    "K5": "K5_movement_charges_usd",
    "K6": "K6_parking_usd",
    "K7": "K7_navigation_usd",
    "K8": "K8_ramp_handling_usd",
    "K9": "K9_cargo_handling_usd",
    "K10": "K10_trucks_usd",
    "K11": "K11_storage_usd",
    "K12": "K12_bought_capacity_usd",
    "K13": "K13_carbon_usd",
    "K14": "K14_penalties_usd",
}
"""Column of each number in a profit and loss, for example ``K1_fuel_usd``."""

TOTALS: Final = ("revenue_usd", "cost_usd", "contribution_usd")
_KEYS: Final[dict[Dimension, tuple[str, ...]]] = {
    "rotation": ("flight", "operator", "tail", "route"),
    "leg": ("flight", "leg", "origin", "destination"),
    "tail": ("tail", "operator"),
    "operator": ("operator",),
    "route": ("route",),
    "consignment": ("consignment", "origin", "destination"),
    "line": ("code", "name", "item"),
}


def columns(by: Dimension) -> tuple[str, ...]:
    """Columns of the profit and loss by a dimension."""
    if by == "line":
        return (*_KEYS[by], "amount_usd", "share_of_revenue")
    return (*_KEYS[by], *TOTALS, *CODE_COLUMNS.values())


def pnl(resolved: ResolvedInstance, plan: Plan, by: Dimension) -> pd.DataFrame:
    """Profit and loss by one dimension.

    Raises:
        ValueError: The dimension is none of `DIMENSIONS`.
    """
    return table(resolved, plan, cells(resolved, plan), by)


def table(
    resolved: ResolvedInstance, plan: Plan, parts: Iterable[Cell], by: Dimension
) -> pd.DataFrame:
    """Profit and loss by one dimension, from cells already at hand."""
    if by not in DIMENSIONS:
        raise ValueError(f"no profit and loss by {by!r}; choose from {', '.join(DIMENSIONS)}")
    if by == "line":
        return _by_line(plan)
    key = _grouping(resolved, plan, by)
    groups: dict[tuple[Hashable, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cell in parts:
        groups[key(cell)][cell.code] += cell.amount_micro
    rows = [
        dict(zip(_KEYS[by], group, strict=True)) | _money(amounts)
        for group, amounts in sorted(groups.items(), key=lambda item: _order(item[0]))
    ]
    result = frame(columns(by), rows)
    return result.astype({"leg": "Int64"}) if by == "leg" else result


def _order(group: tuple[Hashable, ...]) -> tuple[tuple[bool, Any], ...]:
    """Blanks last."""
    return tuple((part in ("", None), 0 if part is None else part) for part in group)


def _money(amounts: dict[str, int]) -> dict[str, float]:
    revenue = sum(micro for code, micro in amounts.items() if code.startswith("R"))
    total = sum(amounts.values())
    row = {CODE_COLUMNS[code]: usd(amounts.get(code, 0)) for code in NAMES}
    return row | {
        "revenue_usd": usd(revenue),
        "cost_usd": usd(total - revenue),
        "contribution_usd": usd(total),
    }


def _grouping(
    resolved: ResolvedInstance, plan: Plan, by: Dimension
) -> Callable[[Cell], tuple[Hashable, ...]]:
    flights = carrying_flights(resolved, plan)

    def rotation(cell: Cell) -> tuple[Hashable, ...]:
        flight = flights.get(cell.flight)
        return (cell.flight, cell.operator, cell.tail, _route(flight))

    def leg(cell: Cell) -> tuple[Hashable, ...]:
        flight = flights.get(cell.flight)
        if flight is None or cell.leg is None:
            return (cell.flight, None, "", "")
        flown = flight.rotation.legs[cell.leg]
        return (cell.flight, cell.leg + 1, flown.origin, flown.destination)

    def consignment(cell: Cell) -> tuple[Hashable, ...]:
        if not cell.consignment:
            return ("", "", "")
        c = resolved.consignment[cell.consignment]
        return (c.id, c.origin, c.destination)

    groupings: dict[str, Callable[[Cell], tuple[Hashable, ...]]] = {
        "rotation": rotation,
        "leg": leg,
        "tail": lambda cell: (cell.tail, cell.operator),
        "operator": lambda cell: (cell.operator,),
        "route": lambda cell: (_route(flights.get(cell.flight)),),
        "consignment": consignment,
    }
    return groupings[by]


def _route(flight: Flight | None) -> str:
    return "" if flight is None else flight.rotation.route


def _by_line(plan: Plan) -> pd.DataFrame:
    """Sums by number and item of the money lines themselves."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in plan.money:
        sums[line.code, line.item] += line.amount_micro
    revenue = sum(micro for (code, _), micro in sums.items() if code.startswith("R"))
    order = {code: number for number, code in enumerate(NAMES)}
    rows = [
        {
            "code": code,
            "name": NAMES[code],
            "item": item,
            "amount_usd": usd(micro),
            "share_of_revenue": ratio(micro, revenue),
        }
        for (code, item), micro in sorted(sums.items(), key=lambda s: (order[s[0][0]], s[0][1]))
    ]
    return frame(columns("line"), rows)
