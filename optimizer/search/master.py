"""The whole plan at once: rounds of a relaxation that price new rotations, then a dive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.resolved import MICRO
from optimizer.model.columns import Columns
from optimizer.model.highs import Outcome
from optimizer.model.relaxation import Relaxation
from optimizer.model.repertoire import Repertoire
from optimizer.model.restriction import FlightKey, Restriction
from optimizer.model.strengthen import strengthen
from optimizer.plan.plan import Plan
from optimizer.plan.rotation import Rotation
from optimizer.search.attempt import build, prices_of
from optimizer.search.dive import dive
from optimizer.search.propose import Candidate

USED = 1e-4
"""Flights of a relaxation fewer than that are none."""
CUTS_BEFORE_DIVE = 3
"""Rounds of inequalities before a dive."""
SPARE_FLIGHTS = 150
"""Rotations that a dive may choose of beside those that the relaxation uses."""


@dataclass(frozen=True)
class Relaxed:
    """A relaxation of the whole plan over some rotations.

    Attributes:
        bound_usd: No plan of these rotations earns more.
        flights: Flights it makes.
        used: Rotations it uses, the most used first.
        spare: Others, by reduced cost.
        usd_per_kg: What more of each consignment would earn.
        usd_per_tail: What another tail of each pool would earn, in a cyclic period.
        iterations: Simplex iterations it took.
    """

    bound_usd: float
    flights: float
    used: tuple[Candidate, ...]
    spare: tuple[Candidate, ...]
    usd_per_kg: Mapping[str, float]
    usd_per_tail: Mapping[str, float]
    iterations: int


def relax(
    repertoire: Repertoire,
    restriction: Restriction,
    seconds: float,
    threads: int,
    stop: Callable[[], bool],
) -> Relaxed | None:
    """Solve the relaxation of a restricted model; None if time does not suffice."""
    columns = build(repertoire, restriction)
    relaxation = Relaxation(columns.programme, threads)
    found = relaxation.solve(seconds, stop, to_a_vertex=False)
    if found is None or found.values is None or found.reduced_usd is None:
        return None
    values, reduced = found.values, found.reduced_usd
    ranked = sorted(
        (-values[x] if values[x] > USED else 0.0, -reduced[x], k) for k, x in enumerate(columns.x)
    )
    used = [k for value, _, k in ranked if value < 0]
    spare = [k for value, _, k in ranked if value >= 0]
    return Relaxed(
        found.bound_usd,
        float(sum(values[x] for x in columns.x)),
        _candidates(columns, used),
        _candidates(columns, spare),
        prices_of(columns, found),
        _tails(columns, found),
        relaxation.iterations,
    )


def _candidates(columns: Columns, choices: Sequence[int]) -> tuple[Candidate, ...]:
    chosen = (columns.sets.choices[k] for k in choices)
    return tuple((choice.pool.id, columns.sets.rotations[choice.rotation]) for choice in chosen)


def _tails(columns: Columns, found: Outcome) -> dict[str, float]:
    if found.prices is None:
        return {}
    return {
        pool_id: max(0.0, float(found.prices[row])) for pool_id, row in columns.tails_row.items()
    }


def dived(
    repertoire: Repertoire,
    plan: Plan,
    restriction: Restriction,
    left_s: Callable[[], float],
    threads: int,
    stop: Callable[[], bool],
    rng: np.random.Generator,
) -> tuple[Restriction | None, int]:
    """Whole flights out of the relaxation of a restricted model.

    Returns:
        A restriction to just these flights, None if they promise no more than the plan; and the
        simplex iterations it took.
    """
    value_usd = plan.contribution_micro / MICRO
    columns = build(repertoire, restriction)
    relaxation = Relaxation(columns.programme, threads)
    relaxed = strengthen(
        columns, relaxation, rounds=CUTS_BEFORE_DIVE, time_limit=left_s(), should_stop=stop
    )
    if relaxed is None or relaxed.bound_usd <= value_usd:
        return None, relaxation.iterations
    flights = dive(columns, relaxation, relaxed, value_usd, left_s, stop, rng)
    if flights is None:
        return None, relaxation.iterations
    flown: dict[FlightKey, int] = {}
    for choice, x in zip(columns.sets.choices, columns.x, strict=True):
        if flights[x]:
            key = choice.pool.id, columns.sets.rotations[choice.rotation]
            flown[key] = flown.get(key, 0) + int(flights[x])
    return replace(restriction, only={}, flown=flown), relaxation.iterations


def narrowed(
    restriction: Restriction, plan: Plan, relaxed: Relaxed, spare: int = SPARE_FLIGHTS
) -> Restriction:
    """The same with fewer rotations: those used, some others, and those of the plan."""
    only: dict[str, dict[Rotation, None]] = defaultdict(dict)
    for flight in plan.flights:
        only[flight.pool][flight.rotation] = None
    for pool_id, rotation in (*relaxed.used, *relaxed.spare[:spare]):
        only[pool_id][rotation] = None
    return replace(restriction, only={id_: tuple(found) for id_, found in only.items()})
