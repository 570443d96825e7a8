"""A whole week as one MIP of flights: what it proves is a bound."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from optimizer.control import Budget
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import Ascent, Pace, Point, Relaxation, first_point
from optimizer.engine import solve
from optimizer.engine.record import Record
from optimizer.engine.reference import solve_near
from optimizer.generate import ladder, tiny
from optimizer.generate.options import PeriodKind
from optimizer.model import solve_reference
from optimizer.model.highs import solve_with_highs
from optimizer.plan.plan import Plan
from optimizer.primal import Flown, WholeProgramme, flown_by
from optimizer.resolve import resolve
from optimizer.verify import audit

LIMITS = (
    (),
    ("handling",),
    ("sold",),
    ("transit",),
    ("blocks",),
    ("commitments",),
    ("frozen",),
    ("positions",),
    ("stock",),
    ("few_trucks",),
    ("few_trucks", "stock", "handling"),
)
PASSES = Pace(40)


def settled(resolved: ResolvedInstance) -> tuple[Relaxation, Point]:
    """With few passes, so that prices are poor."""
    relaxation = Relaxation(resolved)
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(PASSES, lambda: False):
        pass
    return relaxation, relaxation.at(ascent.best.prices)


def best_plan(resolved: ResolvedInstance) -> Plan | None:
    """None where too many limits at once leave none."""
    return solve_reference(resolved, gap=1e-9).plan


@pytest.mark.parametrize("seed", range(110))
def test_no_plan_earns_more(seed: int) -> None:
    """With poor prices, and with the room that the best plan leaves."""
    kind: PeriodKind = "cyclic" if seed % 2 else "dated"
    resolved = resolve(tiny(seed, kind, more=LIMITS[seed // 2 % len(LIMITS)]))
    best = best_plan(resolved)
    if best is None:
        return
    optimum_usd = best.contribution_micro * 1e-6
    relaxation, point = settled(resolved)
    if not np.isfinite(point.usd):
        return
    whole = WholeProgramme(relaxation, point, point.usd - optimum_usd + 1.0)
    programme = whole.flights.programme
    if not programme.columns:
        assert whole.rest_usd >= optimum_usd - 1e-3
        return
    found = solve_with_highs(programme, gap=0.0)
    assert found.status == "optimal" and found.values is not None
    assert found.bound_usd + whole.rest_usd >= optimum_usd - 1e-6 * abs(optimum_usd) - 1e-3
    flown = flown_by(relaxation, best.flights)
    assert flown is not None
    assert all(key in whole.flights.x for key in flown.times)
    start = whole.flights.start(flown)
    counted = [row for row, name in enumerate(programme.row_names) if name == "count"]
    assert all(programme.is_kept(row, start, 1e-9) for row in counted)
    assert all(number <= programme.upper[column] for column, number in start.items())
    new = whole.flights.read(Flown(Counter()), found.values)
    assert sum(new.times.values()) == sum(round(found.values[x]) for x in whole.flights.x.values())


@pytest.mark.parametrize("seed", range(40))
def test_in_less_room_other_plans_are_worse(seed: int) -> None:
    """What the MIP of less room proves, or the point less the room, holds for all plans."""
    resolved = resolve(tiny(seed, "cyclic" if seed % 2 else "dated"))
    best = best_plan(resolved)
    if best is None:
        return
    optimum_usd = best.contribution_micro * 1e-6
    relaxation, point = settled(resolved)
    for share in (0.0, 0.1, 0.5):
        room_usd = share * (point.usd - optimum_usd)
        whole = WholeProgramme(relaxation, point, room_usd)
        bound_usd = whole.rest_usd
        if whole.flights.programme.columns:
            bound_usd += solve_with_highs(whole.flights.programme, gap=0.0).bound_usd
        assert max(bound_usd, point.usd - room_usd) >= optimum_usd - 1e-6 * abs(optimum_usd) - 1e-3


def test_whole_trucks_cost_more_than_their_parts() -> None:
    """With trucks by pools the MIP proves less than with fractions of them, on many weeks."""
    lower = 0
    for seed in range(20):
        relaxation = Relaxation(resolve(tiny(seed, "cyclic")))
        point = first_point(relaxation)
        whole = WholeProgramme(relaxation, point, point.usd)
        programme = whole.flights.programme
        trucks = [v for v, name in enumerate(programme.names) if name == "y"]
        if not trucks:
            continue
        with_whole = solve_with_highs(programme, gap=0.0)
        for v in trucks:
            programme.whole[v] = False
        with_parts = solve_with_highs(programme, gap=0.0)
        assert with_whole.bound_usd <= with_parts.bound_usd + 1e-3
        lower += with_whole.bound_usd < with_parts.bound_usd - 1.0
    assert lower >= 5


@pytest.mark.parametrize("seed", range(12))
def test_trucks_for_the_best_flights_make_the_best_plan(seed: int) -> None:
    resolved = resolve(tiny(seed, "cyclic" if seed % 2 else "dated"))
    best = best_plan(resolved)
    if best is None:
        return
    relaxation = Relaxation(resolved)
    flown = flown_by(relaxation, best.flights)
    assert flown is not None
    record = Record(resolved, 0.0, Budget(), None)
    solve_near(relaxation, flown.times, record, 0.0, 1, Budget())
    assert record.plan is not None
    assert record.plan.contribution_micro >= best.contribution_micro - 1_000


def test_a_small_week_is_proven_up_to_its_dispatches() -> None:
    """By work, so that it goes the same way on every machine."""
    instance = ladder("XS", 1)
    resolved = resolve(instance)
    found = solve(resolved, work_limit=3_000.0, threads=1)
    assert "whole week" in found.phases
    assert found.plan is not None
    assert found.bound_micro - found.plan.contribution_micro <= 0.001 * found.bound_micro
    assert found.certificate is not None and found.certificate.residuals
    assert found.bound_micro <= found.certificate.bound_micro
    report = audit(resolved, found.plan, instance=instance, certificate=found.certificate)
    assert report.feasible and report.costs_match and report.bound_verified


SOLVE = """
from optimizer.engine import solve
from optimizer.generate import ladder
from optimizer.resolve import resolve

found = solve(resolve(ladder("XS", 1)), gap=0, work_limit=500.0, threads=1)
print(list(found.phases), found.bound_micro, found.work, found.plan)
"""


def test_every_process_finds_the_same_plan() -> None:
    """With a limit of work, whatever order its sets of words are in."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SOLVE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    one, other = (process.communicate()[0] for process in processes)
    assert "whole week" in one
    assert one == other
