"""The page of a comparison: two plans beside each other, and what is different."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.plan.money import NAMES
from optimizer.report.compare import Difference
from optimizer.report.page.html import COMPARISON, made_page
from optimizer.report.page.map_document import map_document
from optimizer.report.page.stored import stored_document
from optimizer.report.stored import stored_table

Json = dict[str, Any]

FIGURES: Final = (
    "instance", "status", "contribution_usd", "bound_usd", "gap", "carried_kg", "offered_kg",
    "left_behind_kg", "rotations", "legs", "tails", "tails_used", "block_hours",
    "load_factor_weight", "load_factor_volume", "cost_usd_per_kg", "co2_t",
)  # fmt: skip
"""What is shown of the summaries of A and B."""


def comparison_html(found: Difference) -> str:
    """The page of a comparison as one HTML document that needs nothing else.

    Raises:
        SolutionError: A page of one of the solutions is not there, or of another version.
    """
    title = f"{found.b['instance']} – {found.a['instance']}"
    return made_page("comparison", title, comparison_document(found), COMPARISON)


def comparison_document(found: Difference) -> Json:
    """Everything that page draws; minutes are UTC from the start of plan A.

    Flights of A come first, then those of B: ``side`` says which, ``twin`` is the same rotation
    in the other plan, ``change`` what became of it.

    Raises:
        SolutionError: A page of one of the solutions is not there, or of another version.
    """
    docs = [stored_document(folder) for folder in found.folders]
    shift_min = _start_min(docs[1]) - _start_min(docs[0])
    docs[1] = _shifted(docs[1], shift_min)
    a, b = docs
    alike = a["cyclic"] and b["cyclic"] and a["length_min"] == b["length_min"]
    flights = _flights(found, docs)
    airports = a["airports"] | {k: v for k, v in b["airports"].items() if k not in a["airports"]}
    clocks = {
        code: {key: airport[key] for key in ("name", "position", "offsets")}
        for code, airport in airports.items()
    }
    return {
        "instance": found.b["instance"],
        "start": a["start"],
        "length_min": max(a["length_min"], b["length_min"] + (0 if alike else shift_min)),
        "cyclic": alike,
        "figures": [{key: side.get(key) for key in FIGURES} for side in (found.a, found.b)],
        "difference_usd": found.difference_usd,
        "interval_usd": found.interval_usd,
        "verdict": found.verdict,
        "names": NAMES,
        "places": b["places"] | a["places"],
        "operators": b["operators"] | a["operators"],
        "gateways": list(dict.fromkeys((*a["gateways"], *b["gateways"]))),
        "codes": list(dict.fromkeys((*a["codes"], *b["codes"]))),
        "airports": clocks,
        "map": map_document(clocks, flights),
        "rows": [row | {"side": side} for side, doc in enumerate(docs) for row in doc["rows"]],
        "flights": flights,
        "money": [doc["money"] for doc in docs],
        "cargo": _cargo(docs),
        "rotations": _rotations(found, docs),
        "slots": _slots(found, docs),
        "tails": _records(found.tails),
        "changed": _records(found.cargo),
    }


def _start_min(doc: Json) -> int:
    return round(datetime.fromisoformat(doc["start"]).timestamp() / 60)


def _shifted(doc: Json, by_min: int) -> Json:
    """A document whose minutes count from another start."""
    if not by_min:
        return doc
    flights = [
        flight
        | {
            "legs": [
                leg | {"off": leg["off"] + by_min, "on": leg["on"] + by_min}
                for leg in flight["legs"]
            ]
        }
        for flight in doc["flights"]
    ]
    rows = [
        row
        | {
            "from": row["from"] + by_min,
            "until": row["until"] + by_min,
            "maintenance": [[s + by_min, e + by_min] for s, e in row["maintenance"]],
        }
        for row in doc["rows"]
    ]
    airports = {
        code: airport | {"offsets": [[at + by_min, ahead] for at, ahead in airport["offsets"]]}
        for code, airport in doc["airports"].items()
    }
    return doc | {"flights": flights, "rows": rows, "airports": airports}


def _flights(found: Difference, docs: Sequence[Json]) -> list[Json]:
    """Flights of both plans with what became of them; bought ones are the same by name."""
    first = len(docs[0]["flights"])
    numbers = _numbers(docs)
    flown = [{flight["id"] for flight in doc["flights"] if flight["tail"] or flight["pool"]}
             for doc in docs]  # fmt: skip
    twins = dict(found.pairs)
    bought = (numbers[0].keys() - flown[0]) & (numbers[1].keys() - flown[1])
    twins |= {name: name for name in bought}
    twin = {}
    for a, b in twins.items():
        twin[numbers[0][a]] = numbers[1][b]
        twin[numbers[1][b]] = numbers[0][a]
    moved = {
        numbers[side][name]
        for side, column in enumerate(("a_flight", "b_flight"))
        for name in found.rotations.loc[found.rotations["change"] == "moved", column]
    }
    flights: list[Json] = []
    for side, doc in enumerate(docs):
        for flight in doc["flights"]:
            number = len(flights)
            alone = "added" if side else "dropped"
            change = alone if number not in twin else "moved" if number in moved else "kept"
            row = flight["row"] + side * len(docs[0]["rows"])
            more = {"side": side, "twin": twin.get(number), "change": change, "row": row}
            flights.append(flight | more)
    assert len(flights) == first + len(docs[1]["flights"])
    return flights


def _numbers(docs: Sequence[Json]) -> list[dict[str, int]]:
    """Position of each flight of A and of B among those of both, by its name."""
    first = len(docs[0]["flights"])
    return [
        {flight["id"]: side * first + i for i, flight in enumerate(doc["flights"])}
        for side, doc in enumerate(docs)
    ]


def _cargo(docs: Sequence[Json]) -> Json:
    """Consignments that fly in either plan, and the loads of both."""
    known: dict[tuple[str, ...], int] = {}
    loads = []
    for side, doc in enumerate(docs):
        first = side * len(docs[0]["flights"])
        own = [known.setdefault(tuple(c), len(known)) for c in doc["cargo"]["consignments"]]
        for consignment, kg, parts in doc["cargo"]["loads"]:
            where = [[first + flight, up, off] for flight, up, off in parts]
            loads.append([own[consignment], kg, where])
    return {"consignments": [list(c) for c in known], "loads": loads}


def _rotations(found: Difference, docs: Sequence[Json]) -> list[Json]:
    """Rows of the difference, with the flights they stand for."""
    numbers = _numbers(docs)
    rows = _records(found.rotations)
    for row in rows:
        names = (row["a_flight"], row["b_flight"])
        row["flights"] = [own[name] for own, name in zip(numbers, names, strict=True) if name]
    return rows


def _slots(found: Difference, docs: Sequence[Json]) -> list[Json]:
    """Windows used otherwise, with the flights that use them."""
    users: dict[str, list[int]] = defaultdict(list)
    for numbers, folder in zip(_numbers(docs), found.folders, strict=True):
        for window, flight in _users(folder):
            users[window].append(numbers[flight])
    rows = _records(found.slots)
    return [row | {"flights": sorted(set(users[row["window"]]))} for row in rows]


def _users(folder: Path) -> list[tuple[str, str]]:
    table = stored_table(folder, "slots.csv")[["windows", "flight"]].dropna()
    return [(w, str(flight)) for windows, flight in table.values for w in str(windows).split(";")]


def _records(table: pd.DataFrame) -> list[Json]:
    whole = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in whole.to_dict("records")]
