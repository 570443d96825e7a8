"""Stock in terminals over time, against its limit (C10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from optimizer.domain.resolved import ResolvedInstance, ResolvedStockLimit
from optimizer.plan.plan import Plan
from optimizer.plan.stock import stock_waits
from optimizer.report.clock import Clock
from optimizer.report.frames import frame, kg, ratio

STOCK_USE: Final = (
    "airport", "from_local", "from_utc", "until_local", "until_utc", "arrived_kg", "left_kg",
    "stock_kg", "most_kg", "use",
)  # fmt: skip


def stock_use(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """A row from each instant at which stock changes to the next; in a cyclic week from its start,
    with what waits from the week before."""
    clock = Clock(resolved)
    waits: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for airport, arrival, off_block, grams in stock_waits(resolved, plan):
        waits[airport].append((arrival, off_block, grams))
    rows: list[dict[str, Any]] = []
    for limit in resolved.stock_limits:
        for start, end, arrived, left, stock in _steps(resolved, limit, waits[limit.airport]):
            rows.append(
                {
                    "airport": limit.airport,
                    "from_local": clock.local(start, limit.airport),
                    "from_utc": clock.utc(start),
                    "until_local": clock.local(end, limit.airport),
                    "until_utc": clock.utc(end),
                    "arrived_kg": kg(arrived),
                    "left_kg": kg(left),
                    "stock_kg": kg(stock),
                    "most_kg": kg(limit.most_g),
                    "use": ratio(stock, limit.most_g),
                }
            )
    return frame(STOCK_USE, rows)


def _steps(
    resolved: ResolvedInstance, limit: ResolvedStockLimit, waits: list[tuple[int, int, int]]
) -> Iterator[tuple[int, int, int, int, int]]:
    """Start, end, grams that arrive and leave at the start, and stock until the end."""
    length, cyclic = resolved.period.length_min, resolved.period.cyclic
    arrived: dict[int, int] = defaultdict(int)
    left: dict[int, int] = defaultdict(int)
    stock = 0
    for arrival, off_block, grams in waits:
        if cyclic:
            stock += grams * (off_block // length - arrival // length)
            arrival, off_block = arrival % length, off_block % length
        arrived[arrival] += grams
        left[off_block] += grams
    start = min([0, *arrived])
    instants = sorted({start, *arrived, *left})
    for minute, then in zip(instants, [*instants[1:], max(length, instants[-1])], strict=True):
        stock += arrived[minute] - left[minute]
        yield minute, then, arrived[minute], left[minute], stock
