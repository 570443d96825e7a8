"""Rows of limits that flights share: slots, stands, rights, markets, promises, published flights.

C7, C9, C15, C17, C19, C20.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from optimizer.dual import Floats, Relaxation
from optimizer.model.changes_rows import Flights, changes_row
from optimizer.model.programme import Programme, Variable
from optimizer.plan.timetable import Timetable
from optimizer.primal.flown import FlightKey


def shared_rows(
    programme: Programme,
    relaxation: Relaxation,
    free: Mapping[int, Sequence[Variable]],
    staying: Counter[int],
) -> None:
    """Write the limits that free flights use; what stays uses its part of them.

    Args:
        free: Flights that may be chosen, by rotation.
        staying: How often rotations are flown in any case.
    """
    limits = relaxation.limits
    chosen: dict[int, list[tuple[Variable, float]]] = defaultdict(list)
    for r, variables in free.items():
        for row, times in limits.used_by(r):
            chosen[row] += [(x, times) for x in variables]
    used: dict[int, float] = defaultdict(float)
    for r, number in staying.items():
        for row, times in limits.used_by(r):
            used[row] += times * number
    rows = len(limits.rows)
    matches: dict[int, list[tuple[Variable, float]]] = defaultdict(list)
    concerned = any(row >= rows for row in chosen)
    for choice in sorted(c for c in {*chosen, *used} if c >= rows and concerned):
        slots = limits.choice(choice - rows)
        matched = [(programme.variable("match", 0.0, None), 1.0) for _ in slots]
        for slot, (match, _) in zip(slots, matched, strict=True):
            matches[slot].append((match, 1.0))
        flights = [(x, -times) for x, times in chosen[choice]]
        programme.row("C7", [*matched, *flights], used[choice], used[choice])
    for row in sorted({*(row for row in chosen if row < rows), *matches}):
        left = float(limits.limit[row]) - used[row]
        terms = [*chosen[row], *matches[row]]
        if limits.least[row]:
            programme.row("least", terms, left, np.inf)
        else:
            programme.row("most", terms, -np.inf, max(0.0, left))


def changes_rows(
    programme: Programme,
    relaxation: Relaxation,
    free: Mapping[FlightKey, Variable],
    staying: Mapping[FlightKey, int],
    flown: Mapping[FlightKey, int],
) -> None:
    """Write C20: no more flights are changed than may be, or than are now if that is more.

    Args:
        flown: What is flown now; nothing if that is not known.
    """
    timetable = Timetable(relaxation.resolved)
    if timetable.most is None or not free:
        return
    pools, rotations = relaxation.resolved.pools, relaxation.catalogue.rotations
    keys = {(k, r): (pools[k].id, rotations[r]) for k, r in (*free, *staying, *flown)}
    known = (key for f, n in flown.items() for key in [keys[f]] * n)
    now = timetable.changes(known) if flown else 0
    choices = {
        key: Flights([free[f]] if f in free else [], staying.get(f, 0))
        for f, key in keys.items()
        if f in free or f in staying
    }
    changes_row(programme, timetable, choices, float(max(now, timetable.most)))


def promised_rows(
    programme: Programme,
    relaxation: Relaxation,
    delivered: Mapping[int, Sequence[tuple[Variable, float]]],
    given_kg: Floats,
) -> dict[Variable, float]:
    """Write C19: what is promised is delivered, or costs its penalty (a large sum without one).

    Args:
        delivered: Kilograms that may be delivered, by consignment.
        given_kg: By consignment, what is delivered in any case.

    Returns:
        What kilograms that are short earn: less than nothing.
    """
    promises, worth = relaxation.promises, {}
    counting: dict[int, list[tuple[Variable, float]]] = defaultdict(list)
    for consignment, terms in delivered.items():
        for number in promises.of(consignment):
            counting[number] += terms
    left_kg = promises.left_kg(given_kg)
    for number in range(promises.number):
        if left_kg[number] > 0.0:
            short = programme.variable("short", 0.0, None)
            worth[short] = -float(promises.most_usd_per_kg[number])
            terms = [*counting[number], (short, 1.0)]
            programme.row("C19", terms, float(left_kg[number]), np.inf)
    return worth


def published_rows(
    programme: Programme,
    relaxation: Relaxation,
    free: Mapping[FlightKey, Variable],
    staying: Mapping[FlightKey, int],
) -> dict[Variable, float]:
    """Write C20: published flights are flown, or cost their penalty (a large sum without one).

    Returns:
        What flights that are missing earn: less than nothing.
    """
    published, worth = relaxation.published, {}
    for number, keys in enumerate(published.keys):
        left = float(published.flights[number]) - sum(
            times for key, times in staying.items() if key in keys
        )
        if left > 0.0:
            terms = [(x, 1.0) for key, x in free.items() if key in keys]
            missing = programme.variable("missing", 0.0, None)
            worth[missing] = -float(published.most_usd[number])
            programme.row("C20", [*terms, (missing, 1.0)], left, np.inf)
    return worth
