"""Cross-checks of an instance: what no single value can tell.

Many small checks, each by itself, by subject: a check is a function from the `Index` of an instance
to findings. Errors are what no plan could make sense of; warnings what is legal and surely unmeant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from optimizer.domain.instance import Instance
from optimizer.errors import Finding
from optimizer.files.judge import (
    aircraft,
    blocks,
    carriage,
    commitments,
    contradictions,
    crews,
    cyclic,
    duplicates,
    frozen,
    offsets,
    plausible,
    positions,
    references,
    refuelling,
    sold,
    special,
    times,
    transit,
)
from optimizer.files.judge.index import Index
from optimizer.files.place import Places

Check = Callable[[Index], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    *duplicates.CHECKS,
    *references.CHECKS,
    *times.CHECKS,
    *offsets.CHECKS,
    *contradictions.CHECKS,
    *aircraft.CHECKS,
    *plausible.CHECKS,
    *carriage.CHECKS,
    *commitments.CHECKS,
    *frozen.CHECKS,
    *refuelling.CHECKS,
    *crews.CHECKS,
    *special.CHECKS,
    *positions.CHECKS,
    *blocks.CHECKS,
    *sold.CHECKS,
    *transit.CHECKS,
)
"""Checks of every instance; a cyclic one has more."""


def judge(instance: Instance) -> tuple[Finding, ...]:
    """Every error and warning that can be told without resolving the instance.

    Rows are numbered as `write_instance` would write them.
    """
    return judge_at(instance, Places())


def judge_at(instance: Instance, places: Places) -> tuple[Finding, ...]:
    """The same, with the places the instance was read from."""
    index = Index(instance, places)
    if impossible := tuple(times.impossible_years(index)):
        return impossible  # the calendar ends where they are; nothing can be compared with them
    checks = CHECKS + (cyclic.CHECKS if instance.period.kind == "cyclic" else ())
    found = {finding: None for check in checks for finding in check(index)}
    return tuple(found)
