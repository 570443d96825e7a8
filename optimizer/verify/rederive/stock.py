"""Room for waiting cargo again (C10)."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedInstance
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.source import Source


def check_stock(resolved: ResolvedInstance, source: Source, differences: Differences) -> None:
    """What may wait at each airport that the plan touches."""
    known = {airport.code for airport in resolved.airports}
    stated = [(limit.airport, limit.most_g) for limit in resolved.stock_limits]
    expected = [
        (row.airport, round(row.most_kg * 1000))
        for row in source.instance.stock
        if row.airport in known
    ]
    differences.sets("stock limits", stated, expected)
