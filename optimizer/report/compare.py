"""What is different between two solutions, from their folders alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from optimizer.plan.changes import Timed, paired
from optimizer.plan.money import NAMES
from optimizer.report.frames import frame
from optimizer.report.stored import stored_figures, stored_table, sums_by

MONEY: Final = ("code", "name", "a_usd", "b_usd", "difference_usd")
TONNES: Final = ("origin", "destination", "a_t", "b_t", "difference_t")
CARGO: Final = (
    "consignment", "origin", "destination", "change", "a_kg", "b_kg", "difference_kg", "reason",
    "detail",
)  # fmt: skip
ROTATIONS: Final = (
    "change", "operator", "type", "route", "a_flight", "b_flight", "a_off_block_utc",
    "b_off_block_utc", "moved_h", "a_kg", "b_kg", "a_contribution_usd", "b_contribution_usd",
)  # fmt: skip
SLOTS: Final = ("window", "airport", "from_local", "movements_a", "a_used", "movements_b", "b_used")
TAILS: Final = ("operator", "type", "a_flights", "b_flights", "a_block_hours", "b_block_hours")
LEAST_USD: Final = 1.0
"""Best plans that are proven to differ by less earn the same."""
LEAST_KG: Final = 1.0
"""Cargo that differs by less is carried alike."""
NOT_OFFERED: Final = "not offered"
"""Why a plan leaves behind nothing of a consignment of which it carries less."""

Verdict = Literal["better", "worse", "noise", "equal", "unknown"]


@dataclass(frozen=True)
class Difference:
    """Solution B against solution A.

    Attributes:
        folders: Where A and B are.
        a, b: Their ``summary.json``.
        money: Contribution line by line, as a waterfall from A to B.
        tonnes: Delivered tonnes by origin and destination.
        rotations: What is ``added``, ``dropped`` or ``moved``, and what stays but carries or earns
            something else (``kept``).
        slots: Use of windows that are limited in either.
        tails: Flights and block hours by operator and type.
        cargo: Consignments ``won``, ``lost``, or carried ``more`` or ``less``, with the reason why
            the plan that carries less does not carry more.
        pairs: Flights of A and B that are the same rotation, moved or not.
    """

    folders: tuple[Path, Path]
    a: dict[str, Any]
    b: dict[str, Any]
    money: pd.DataFrame
    tonnes: pd.DataFrame
    rotations: pd.DataFrame
    slots: pd.DataFrame
    tails: pd.DataFrame
    cargo: pd.DataFrame
    pairs: tuple[tuple[str, str], ...]

    @property
    def difference_usd(self) -> float:
        """Contribution of plan B less that of plan A."""
        return float(self.b["contribution_usd"] - self.a["contribution_usd"])

    @property
    def interval_usd(self) -> tuple[float, float] | None:
        """Least and most by which the best plan of B can earn more than that of A.

        Each best plan lies between its plan and its bound. None where a bound is not known.
        """
        if self.a.get("bound_usd") is None or self.b.get("bound_usd") is None:
            return None
        low = self.b["contribution_usd"] - self.a["bound_usd"]
        high = self.b["bound_usd"] - self.a["contribution_usd"]
        return float(low), float(high)

    @property
    def verdict(self) -> Verdict:
        """``better`` or ``worse`` whatever the gaps hide, ``equal``, or perhaps ``noise``."""
        within = self.interval_usd
        if within is None:
            return "unknown"
        if within[0] > 0:
            return "better"
        if within[1] < 0:
            return "worse"
        return "equal" if max(map(abs, within)) < LEAST_USD else "noise"

    def document(self) -> dict[str, Any]:
        """All of it as plain values for JSON."""
        tables = {
            name: table.astype(object).where(table.notna(), None) for name, table in self.tables()
        }
        return {
            "a": self.a["instance"],
            "b": self.b["instance"],
            "difference_usd": self.difference_usd,
            "interval_usd": self.interval_usd,
            "verdict": self.verdict,
        } | {name: table.to_dict("records") for name, table in tables.items()}

    def tables(self) -> list[tuple[str, pd.DataFrame]]:
        """Its tables by name."""
        names = ("money", "tonnes", "rotations", "slots", "tails", "cargo")
        return [(name, getattr(self, name)) for name in names]


def compare(a: Path, b: Path) -> Difference:
    """Compare two solution folders.

    Raises:
        SolutionError: One lacks a table.
    """
    pairs = _paired(a, b)
    return Difference(
        (a, b),
        stored_figures(a),
        stored_figures(b),
        _money(a, b),
        _tonnes(a, b),
        _rotations(pairs),
        _slots(a, b),
        _tails(a, b),
        _cargo(a, b),
        tuple((x.id, y.id) for x, y in pairs if x is not None and y is not None),
    )


def _money(a: Path, b: Path) -> pd.DataFrame:
    sums = [
        sums_by(stored_table(folder, "costs.csv"), ("code",), "amount_usd") for folder in (a, b)
    ]
    rows = []
    for code, name in NAMES.items():
        before, after = (round(found.get((code,), 0.0), 2) for found in sums)
        if before or after:
            amounts = {"a_usd": before, "b_usd": after, "difference_usd": round(after - before, 2)}
            rows.append({"code": code, "name": name} | amounts)
    return frame(MONEY, rows)


def _carried(folder: Path, by: tuple[str, ...]) -> dict[tuple[Any, ...], float]:
    """Kilograms delivered; a load that changes flights counts once."""
    loads = stored_table(folder, "loads.csv")
    return sums_by(loads[loads["segment"] == 1], by, "kg")


def _tonnes(a: Path, b: Path) -> pd.DataFrame:
    by = ("origin", "destination")
    before, after = _carried(a, by), _carried(b, by)
    rows = []
    for pair in sorted(before.keys() | after.keys()):
        t = [round(found.get(pair, 0.0) / 1000, 3) for found in (before, after)]
        if abs(t[1] - t[0]) >= LEAST_KG / 1000:
            amounts = {"a_t": t[0], "b_t": t[1], "difference_t": round(t[1] - t[0], 3)}
            rows.append(dict(zip(by, pair, strict=True)) | amounts)
    rows.sort(key=lambda row: -abs(float(row["difference_t"])))
    return frame(TONNES, rows)


def _cargo(a: Path, b: Path) -> pd.DataFrame:
    by = ("consignment", "origin", "destination")
    before, after = _carried(a, by), _carried(b, by)
    left = _left_behind(a), _left_behind(b)
    rows = []
    for key in before.keys() | after.keys():
        had, has = round(before.get(key, 0.0), 3), round(after.get(key, 0.0), 3)
        if abs(has - had) < LEAST_KG:
            continue
        change = "won" if not had else "lost" if not has else "more" if has > had else "less"
        amounts = {"a_kg": had, "b_kg": has, "difference_kg": round(has - had, 3)}
        why = left[has < had].get(key[0], {"reason": NOT_OFFERED, "detail": ""})
        rows.append(dict(zip(by, key, strict=True)) | {"change": change} | amounts | why)
    rows.sort(key=lambda row: (-abs(row["difference_kg"]), row["consignment"]))
    return frame(CARGO, rows)


def _left_behind(folder: Path) -> dict[str, dict[str, str]]:
    """Reason and detail of each consignment left behind."""
    table = stored_table(folder, "left_behind.csv")[["consignment", "reason", "detail"]].fillna("")
    return {name: {"reason": reason, "detail": detail} for name, reason, detail in table.values}


@dataclass(frozen=True)
class _Flight:
    """A rotation as its folder tells it."""

    id: str
    key: tuple[str, str, str]
    off_block: datetime
    text: str
    kg: float
    usd: float


def _flights(folder: Path) -> list[_Flight]:
    legs = stored_table(folder, "schedule.csv")
    earned = sums_by(stored_table(folder, "pnl_rotation.csv"), ("flight",), "contribution_usd")
    loads = stored_table(folder, "loads.csv")
    carried = sums_by(loads, ("flight",), "kg")
    columns = ["flight", "operator", "type", "route", "off_block_utc"]
    return [
        _Flight(
            name,
            (operator, kind, route),
            datetime.fromisoformat(off_block),
            off_block,
            round(carried.get((name,), 0.0), 3),
            round(earned.get((name,), 0.0), 2),
        )
        for name, operator, kind, route, off_block in legs[legs["leg"] == 1][columns].itertuples(
            index=False
        )
    ]


_Pairs = list[tuple[_Flight | None, _Flight | None]]


def _paired(a: Path, b: Path) -> _Pairs:
    before, after = (
        [Timed(f.key, f.off_block.timestamp() / 60, f, f.off_block) for f in _flights(folder)]
        for folder in (a, b)
    )
    return paired(before, after)


def _rotations(pairs: _Pairs) -> pd.DataFrame:
    rows = [row for x, y in pairs if (row := _rotation(x, y)) is not None]
    order = ("added", "dropped", "moved", "kept")
    rows.sort(
        key=lambda row: (
            order.index(row["change"]),
            row["operator"],
            row["route"],
            row["a_off_block_utc"],
        )
    )
    return frame(ROTATIONS, rows)


def _rotation(a: _Flight | None, b: _Flight | None) -> dict[str, Any] | None:
    """One row; None if nothing about it is different."""
    moved_h = None
    if a is None or b is None:
        change = "added" if a is None else "dropped"
    else:
        moved_h = round((b.off_block - a.off_block).total_seconds() / 3600, 2)
        if not moved_h and abs(a.kg - b.kg) < LEAST_KG and abs(a.usd - b.usd) < 1:
            return None
        change = "moved" if moved_h else "kept"
    row: dict[str, Any] = {"change": change, "moved_h": moved_h}
    key = a.key if a is not None else b.key if b is not None else ("", "", "")
    row |= dict(zip(("operator", "type", "route"), key, strict=True))
    for side, flight in (("a", a), ("b", b)):
        row |= {
            f"{side}_flight": "" if flight is None else flight.id,
            f"{side}_off_block_utc": "" if flight is None else flight.text,
            f"{side}_kg": None if flight is None else flight.kg,
            f"{side}_contribution_usd": None if flight is None else flight.usd,
        }
    return row


def _slots(a: Path, b: Path) -> pd.DataFrame:
    tables = [stored_table(folder, "slot_use.csv").set_index("window") for folder in (a, b)]
    rows = []
    for window in dict.fromkeys((*tables[0].index, *tables[1].index)):
        row: dict[str, Any] = {"window": window}
        for side, table in zip("ab", tables, strict=True):
            there = window in table.index
            if there:
                row |= {c: table.loc[window, c] for c in ("airport", "from_local")}
            row[f"movements_{side}"] = table.loc[window, "movements"] if there else None
            row[f"{side}_used"] = table.loc[window, "used"] if there else None
        if (row["movements_a"], row["a_used"]) != (row["movements_b"], row["b_used"]):
            rows.append(row)
    return frame(SLOTS, rows)


def _tails(a: Path, b: Path) -> pd.DataFrame:
    by = ("operator", "type")
    tables = [stored_table(folder, "utilisation.csv") for folder in (a, b)]
    sums = {
        (side, column): sums_by(table, by, column)
        for side, table in zip("ab", tables, strict=True)
        for column in ("flights", "block_hours")
    }
    rows = []
    for key in sorted({pair for found in sums.values() for pair in found}):
        amounts = {
            f"{side}_{column}": round(found.get(key, 0), 2)
            for (side, column), found in sums.items()
        }
        if any(amounts[f"a_{c}"] != amounts[f"b_{c}"] for c in ("flights", "block_hours")):
            rows.append(dict(zip(by, key, strict=True)) | amounts)
    return frame(TAILS, rows)
