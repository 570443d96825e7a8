"""C21: cargo that changes aircraft has the time for it, and does not wait too long."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.verify.case import Case
from optimizer.verify.report import Violation
from optimizer.verify.words import hours, when


def c21_transit(case: Case) -> Iterator[Violation]:
    """C21: from on-block of one flight to off-block of the next at least the connection minutes of
    the consignment at the gateway, at most its longest dwell."""
    for load in case.loads:
        if load.before is None or not load.sound:
            continue
        c, hub = load.consignment, load.uplift.origin
        least_min = case.resolved.transit[c.id, hub].connection_min
        wait_min = load.off_block_min - load.before.on_block_min
        if wait_min < least_min:
            amount, words = least_min - wait_min, f"a connection takes {hours(least_min)}"
        elif c.max_dwell_min is not None and wait_min > c.max_dwell_min:
            amount, words = wait_min - c.max_dwell_min, f"at most {hours(c.max_dwell_min)}"
        else:
            continue
        yield Violation(
            code="C21",
            message=f"{c.id} comes to {hub} on flight {load.before.flight.id} and goes on "
            f"{hours(wait_min)} later on flight {load.flight.id} "
            f"({when(case.resolved, load.off_block_min, hub)}); {words}",
            amount=amount,
            unit="min",
            flight=load.flight.id,
            leg=load.first_leg,
            consignment=c.id,
            station=hub,
            minute=load.off_block_min,
        )
