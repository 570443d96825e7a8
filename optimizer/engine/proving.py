"""The whole week as one MIP of flights, where it is small: a better bound, and often a better plan.

Trucks are whole there, but which dispatches they take is left out: what is left of the gap
afterwards is what it costs that they have to leave at some time.

The best plans fly what prices like: of weeks of three tails, flights of plans within half a percent
of the bound had the best plan every time that was looked at, where the bound is two or three above
it. So the MIP begins with these, and the room becomes wider. A plan with any other flight is worse
than the bound by more than the room, so what HiGHS proves, or the bound less the room if that is
more, holds for all plans at any time.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from optimizer.control import Budget, MipWork, Stop, never
from optimizer.dual import Point, Relaxation
from optimizer.engine.diving import Evaluate
from optimizer.engine.record import Record
from optimizer.engine.reference import solve_near
from optimizer.engine.wanted import wanted_by
from optimizer.model.highs import PART_OPTIONS, Outcome, solve_with_highs
from optimizer.model.watch import OnProgress
from optimizer.primal import FlightProgramme, Flown, WholeProgramme, flown_by

MOST_COLUMNS = 8_000
"""Larger MIPs take too long for a single relaxation."""
GAP_SHARE = 0.25
"""Of the gap to stop at, what the MIP may leave; its exact plan leaves some too."""
FIRST_ROOM, WIDER = 0.005, 4.0
"""Room that the MIP begins with, as a share of the bound; and how much wider it becomes."""
LEAST_GAP_USD = 1e-6
"""HiGHS knows no smaller one."""
LEAST_S = 1.0
"""In less there is no time to write the MIP down."""
STEP_SHARE = 0.5
"""What a room gets of the time there is, unless it is the last one."""
LINES_SHARE = 0.15
"""Of what is left, what inequalities of whole lines get for each room."""
NEAR_SHARE, NEAR_LAST_SHARE = 0.1, 0.6
"""Of what is left, what trucks for the best flights get; and after the last room."""
PROOF_OPTIONS = {
    **PART_OPTIONS,
    "mip_allow_restart": False,
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
}
"""In the last room the best plan is known as a rule: looking for one took a fifth of the time."""


def prove_whole(
    relaxation: Relaxation,
    point: Point,
    record: Record,
    evaluate: Evaluate,
    budget: Budget,
    threads: int,
    gap: float,
) -> bool:
    """Bound all plans by one MIP in ever more room, and make exact plans of its best solutions.

    Args:
        point: The best of the relaxation.
        record: Told better bounds; knows the best plan.
        evaluate: Makes exact plans, and tells the record of better ones.
        budget: How long it may take.
        threads: Threads of HiGHS.
        gap: Relative gap to stop at.

    Returns:
        False where nothing was done: without a plan, or where the MIP is too large at once.
    """
    tried, best = False, None
    room_usd, last = FIRST_ROOM * abs(point.usd), False
    while not (last or record.done() or budget.stop() or budget.clock_left_s < LEAST_S):
        flown = None if record.plan is None else flown_by(relaxation, record.plan.flights)
        if flown is None:
            break
        best = best or flown
        most_usd = point.usd - record.value_usd
        last = room_usd * WIDER > most_usd
        room_usd = most_usd if last else room_usd
        whole = WholeProgramme(relaxation, point, room_usd, {*flown.times, *best.times})
        if whole.flights.programme.columns > MOST_COLUMNS:
            break
        tried = True
        whole.flights.keep_lines(budget.share(LINES_SHARE), threads)
        others_usd = max(record.value_usd, point.usd - room_usd)
        found = prove_mip(
            whole.flights,
            best,
            _telling(record, whole.rest_usd, others_usd),
            budget if last else budget.share(STEP_SHARE),
            gap=GAP_SHARE * gap,
            threads=threads,
            options=PROOF_OPTIONS if last else PART_OPTIONS,
            stop=lambda: record.close_enough,
        )
        if found.values is not None:
            new = whole.flights.read(Flown(Counter()), found.values)
            if new.times != best.times:
                best = new
                evaluate(new.flights(relaxation), wanted_by(relaxation, new))
                near = budget.share(NEAR_LAST_SHARE if last else NEAR_SHARE)
                solve_near(relaxation, new.times, record, gap, threads, near)
        room_usd *= WIDER
    return tried


def _telling(record: Record, rest_usd: float, others_usd: float) -> OnProgress:
    """Tells the record of bounds of a MIP.

    Args:
        rest_usd: What the bound is above that of the MIP.
        others_usd: No plan that is not in the MIP earns more.
    """
    return lambda _, usd: record.bounded_by_solver(max(usd + rest_usd, others_usd))


def prove_mip(
    flights: FlightProgramme,
    flown: Flown,
    bounded: OnProgress,
    budget: Budget,
    *,
    gap: float = 0.0,
    gap_usd: float = 0.0,
    threads: int = 1,
    options: Mapping[str, Any] = PROOF_OPTIONS,
    stop: Stop = never,
) -> Outcome:
    """Solve a MIP of all flights for its bound.

    Args:
        flown: To start from.
        bounded: Told values and bounds; the last one, too.
        budget: How long it may take.
        gap: Relative gap to stop at.
        gap_usd: Absolute gap to stop at.
        threads: Threads of HiGHS.
        options: More options of HiGHS.
        stop: Asked often whether to stop, too.
    """
    programme, left_s = flights.programme, budget.clock_left_s
    if not programme.columns:
        bounded(0.0, 0.0)
        return Outcome("optimal", 0.0, 0.0)
    found = solve_with_highs(
        programme,
        gap=gap,
        time_limit=None if math.isinf(left_s) else left_s,
        threads=threads,
        start=flights.start(flown),
        options={**options, "mip_abs_gap": max(gap_usd, LEAST_GAP_USD)},
        on_progress=bounded,
        should_stop=lambda: budget.stop() or stop(),
        on_work=MipWork(budget, programme.rows),
        polish_above_usd=math.inf,
        start_s=math.inf if budget.by_work else left_s,
    )
    bounded(None, found.bound_usd)
    return found
