"""What waits where in a plan (C10)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.bought import carrying_flights
from optimizer.plan.costing import storage_min
from optimizer.plan.plan import Plan


def stock_waits(resolved: ResolvedInstance, plan: Plan) -> Iterator[tuple[str, int, int, int]]:
    """Airport, arrival, off-block and grams of every load on each of its flights, at airports
    where stock is limited; absolute minutes."""
    limited = {limit.airport for limit in resolved.stock_limits}
    if not limited:
        return
    cycle_min = resolved.period.length_min if resolved.period.cyclic else 0
    flights = carrying_flights(resolved, plan)
    for load in plan.loads:
        if resolved.consignment[load.consignment].sold:
            continue  # its customer brings it to the aircraft
        on = [flights[part.flight] for part in load.segments]
        for number, part in enumerate(load.segments):
            lifted = on[number].rotation.legs[part.uplift_leg]
            waited_min = storage_min(resolved, on, load, number)
            if lifted.origin in limited and waited_min > 0:
                off_block_min = lifted.off_block_min + part.weeks_later * cycle_min
                yield lifted.origin, off_block_min - waited_min, off_block_min, load.grams
