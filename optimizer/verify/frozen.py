"""C20: published flights are flown and tendered cargo is on them, or it costs (K14); no more of the
timetable is changed than may be.
"""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.verify.case import Case
from optimizer.verify.changes import changes
from optimizer.verify.commitments import too_little
from optimizer.verify.published import flights_missing
from optimizer.verify.report import Violation


def c20_frozen(case: Case) -> Iterator[Violation]:
    """C20: every published flight without a penalty, and cargo tendered without one."""
    for frozen in case.resolved.frozen_flights:
        missing = flights_missing(case, frozen)
        if missing and frozen.penalty_micro is None:
            yield Violation(
                code="C20",
                message=f"published flight {frozen.id}, {'-'.join(frozen.airports)}: flown "
                f"{frozen.flights - missing} of {frozen.flights} times as published",
                amount=missing,
                unit="flights",
            )
    yield from _too_many_changes(case)
    yield from too_little(case, "C20")


def _too_many_changes(case: Case) -> Iterator[Violation]:
    most = case.resolved.most_changes
    if most is None:
        return
    number = changes(case)
    if number > most:
        yield Violation(
            code="C20",
            message=f"{number} flights are dropped, moved or added, at most {most} may be",
            amount=number - most,
            unit="changes",
        )
