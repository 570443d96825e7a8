"""C10: what goes through terminals."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.resolved import ResolvedHandlingLimit
from optimizer.verify.case import Case
from optimizer.verify.intervals import holds
from optimizer.verify.report import Violation
from optimizer.verify.words import when


def c10_handling(case: Case) -> Iterator[Violation]:
    """C10: grams loaded and unloaded at an airport in each window of its terminal."""
    for limit in case.resolved.handling_limits:
        grams = handled_g(case, limit)
        if grams > limit.most_g:
            start = when(case.resolved, limit.window.start_min, limit.airport)
            yield Violation(
                code="C10",
                message=f"{grams / 1000:,.3f} kg through the terminal of {limit.airport} in the "
                f"window {limit.id} from {start}, at most {limit.most_g / 1000:,.3f} kg",
                amount=grams - limit.most_g,
                unit="g",
                station=limit.airport,
                minute=limit.window.start_min,
            )


def handled_g(case: Case, limit: ResolvedHandlingLimit) -> int:
    """Grams that count for a window: loaded at off-block, unloaded at on-block."""
    grams = 0
    for carried in case.loads:
        lifted, landed = carried.uplift, carried.discharge
        if (
            limit.loaded
            and lifted.origin == limit.airport
            and holds(limit.window, lifted.off_block_min, case.cycle_min)
        ):
            grams += carried.load.grams
        if (
            limit.unloaded
            and landed.destination == limit.airport
            and holds(limit.window, landed.on_block_min, case.cycle_min)
        ):
            grams += carried.load.grams
    return grams
