"""A solution folder in the terminal: figures, routes, and one flight in full."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.files.place import nearest
from optimizer.plan.money import NAMES
from optimizer.report.frames import frame
from optimizer.report.stored import stored_table, sums_by, wrong

ROUTES: Final = (
    "route", "operator", "type", "flights", "days", "out_t", "in_t", "load_factor",
    "contribution_usd",
)  # fmt: skip
LEGS: Final = (
    "leg", "origin", "destination", "off_block_local", "on_block_local", "load_kg", "cap_kg",
    "load_factor_volume",
)  # fmt: skip
CARGO: Final = ("consignment", "origin", "destination", "uplift", "discharge")


def routes(folder: Path) -> pd.DataFrame:
    """Flights by route, operator and type: on which days, with what, for how much.

    `days` are those of the first off-block, local: ``1..4..7`` is Monday, Thursday and Sunday.
    `out_t` leaves on the first leg, `in_t` arrives on the last; the load factor is by weight and
    distance.

    Raises:
        SolutionError: The folder lacks a table.
    """
    legs = stored_table(folder, "schedule.csv")
    earned = sums_by(stored_table(folder, "pnl_rotation.csv"), ("flight",), "contribution_usd")
    rows: list[dict[str, Any]] = []
    for key, group in legs.groupby(["route", "operator", "type"], sort=False):
        first = group[group["leg"] == 1]
        last = group.drop_duplicates("flight", keep="last")
        rows.append(
            dict(zip(("route", "operator", "type"), key, strict=True))
            | {
                "flights": len(first),
                "days": _days(first["off_block_local"]),
                "out_t": round(first["load_kg"].sum() / 1000, 1),
                "in_t": round(last["load_kg"].sum() / 1000, 1),
                "load_factor": _load_factor(group),
                "contribution_usd": round(sum(earned.get((f,), 0.0) for f in first["flight"])),
            }
        )
    rows.sort(key=lambda row: (-row["contribution_usd"], row["route"]))
    return frame(ROUTES, rows)


def flight(folder: Path, name: str) -> dict[str, pd.DataFrame]:
    """One flight: its legs, its cargo and its money.

    Raises:
        SolutionError: There is no such flight, or no such table.
    """
    legs = stored_table(folder, "schedule.csv")
    known = list(dict.fromkeys(legs["flight"]))
    if name not in known:
        there = f"{len(known)}, from {known[0]} to {known[-1]}" if known else "none"
        raise wrong(
            "schedule.csv",
            f"no such flight; there are {there}",
            column="flight",
            value=name,
            nearest=nearest(name, known),
        )
    cargo = sums_by(_of(stored_table(folder, "loads.csv"), name), CARGO, "kg")
    money = sums_by(_of(stored_table(folder, "costs.csv"), name), ("code",), "amount_usd")
    return {
        "legs": _of(legs, name)[list(LEGS)],
        "cargo": frame(
            (*CARGO, "kg"),
            (
                dict(zip(CARGO, key, strict=True)) | {"kg": round(kg, 3)}
                for key, kg in sorted(cargo.items(), key=lambda item: -item[1])
            ),
        ),
        "money": frame(
            ("code", "name", "amount_usd"),
            (
                {"code": code, "name": text, "amount_usd": round(money[code,], 2)}
                for code, text in NAMES.items()
                if (code,) in money
            ),
        ),
    }


def _of(table: pd.DataFrame, flight: str) -> pd.DataFrame:
    return table[table["flight"] == flight]


def _days(instants: pd.Series[str]) -> str:
    """Days of operation, Monday first."""
    flown = {pd.Timestamp(text).isoweekday() for text in instants}
    return "".join(str(day) if day in flown else "." for day in range(1, 8))


def _load_factor(legs: pd.DataFrame) -> float:
    offered = (legs["cap_kg"] * legs["distance_km"]).sum()
    return round((legs["load_kg"] * legs["distance_km"]).sum() / offered, 3) if offered else 0.0
