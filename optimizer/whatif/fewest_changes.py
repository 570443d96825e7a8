"""How few changes of a published timetable are enough, and which flights stay then (C20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from optimizer.control import Stop, never
from optimizer.domain.digest import resolved_digest
from optimizer.domain.resolved import ResolvedInstance
from optimizer.errors import NoPlanError
from optimizer.model import ReferenceModel, Restriction, model_size
from optimizer.model.columns import Columns
from optimizer.model.highs import Outcome, solve_with_highs
from optimizer.model.solution import plan_of
from optimizer.network import Universe
from optimizer.plan.costing import is_plan, price
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.rotation import Rotation
from optimizer.plan.trucks import truck_runs
from optimizer.whatif.explain_replan import EXACT_COLUMNS

MOST_S: Final = 20.0
"""A model of a small instance is not solved for longer."""
ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class Fewest:
    """A plan of published flights with few changes.

    Attributes:
        changes: How many it has.
        plan: It, with the cargo that was published.
        proven: Whether no plan has fewer.
    """

    changes: int
    plan: Plan
    proven: bool


class TooFewChangesError(NoPlanError):
    """No plan has as few changes as asked for, or none was found."""

    def __init__(self, name: str, most: int, enough: int, *, proven: bool) -> None:
        if proven:
            text = f"--most-changes {most} is not enough; the least number is {enough}"
        else:
            text = f"--most-changes {most}: no such plan was found; {enough} is enough"
        super().__init__(f"{name}: {text}")


def fewest_changes(
    resolved: ResolvedInstance, published: Plan, most: float, should_stop: Stop = never
) -> Fewest | None:
    """How few changes are enough; None if no plan of this kind is known.

    First among plans that have published flights only. Where flights may be taken out of every plan
    (nothing requires one that is not published) none has fewer changes: a flight taken out is one
    change less, or one that was moved is dropped. Else, if that is more than asked for and the
    instance is small, among all plans.

    Args:
        resolved: Its limit of changes does not matter here.
        published: The plan that its counted published flights are those of.
        most: Changes asked for.
        should_stop: Asked often.
    """
    counted = replace(resolved, most_changes=0)
    found = _of(resolved, counted, _published_only(counted, published, should_stop))
    enough = found is not None and found.changes <= most
    if enough or (found is not None and found.proven):
        return found
    if model_size(resolved).columns > EXACT_COLUMNS:
        return found
    columns = ReferenceModel(counted).build().built
    known = _few(columns)
    outcome = _solved(columns, should_stop)
    if outcome.values is None or outcome.value_usd is None:
        return found
    plan = plan_of(columns, outcome.values.tolist())
    number = round(known - outcome.value_usd)
    proven = outcome.bound_usd - outcome.value_usd < 1 - ROUNDING
    return _of(resolved, counted, Fewest(number, plan, proven))


def _of(
    resolved: ResolvedInstance, counted: ResolvedInstance, found: Fewest | None
) -> Fewest | None:
    """The same, its plan one of the instance with its own limit if it was made anew."""
    if found is None or found.plan.resolved_digest != resolved_digest(counted):
        return found
    return replace(found, plan=replace(found.plan, resolved_digest=resolved_digest(resolved)))


def _published_only(resolved: ResolvedInstance, published: Plan, stop: Stop) -> Fewest | None:
    """Published flights that can stay together, as many as can be, those that earn most."""
    universe = Universe(resolved)
    only = {
        pool.id: [x for x in _rotations(published) if universe.known(pool, x) is not None]
        for pool in resolved.pools
    }
    hard = (c for c in resolved.commitments if c.penalty_pico_per_g is None)
    due = frozenset(name for commitment in hard for name in commitment.consignments)
    columns = ReferenceModel(resolved, restriction=Restriction(only, consignments=due)).build()
    known = _few(columns.built, _share_of_earnings(published))
    outcome = _solved(columns.built, stop)
    if outcome.values is None or outcome.value_usd is None:
        return None
    values = outcome.values.tolist()
    assert columns.built.changes_row is not None
    terms = columns.built.programme.terms(columns.built.changes_row)
    number = round(known + sum(factor * values[variable] for variable, factor in terms))
    made = plan_of(columns.built, values)
    plan = _with_cargo(resolved, published, made)
    plan = plan if is_plan(replace(resolved, most_changes=None), plan) else made
    proven = outcome.status == "optimal" and _needs_no_other_flight(resolved)
    return Fewest(number, plan, proven)


def _rotations(plan: Plan) -> list[Rotation]:
    return list(dict.fromkeys(flight.rotation for flight in plan.flights))


def _few(columns: Columns, worth: Mapping[Rotation, float] | None = None) -> float:
    """Let few changes be what a model seeks; changes that are known beforehand.

    Args:
        worth: What the flights of a rotation are worth besides; less than a change in all.
    """
    programme, row = columns.programme, columns.changes_row
    assert row is not None
    known = (columns.resolved.most_changes or 0) - programme.row_upper[row]
    programme.row_upper[row] = inf
    seek = dict.fromkeys(range(programme.columns), 0.0)
    seek |= {variable: -factor for variable, factor in programme.terms(row)}
    for k, choice in enumerate(columns.sets.choices if worth else ()):
        seek[columns.x[k]] += (worth or {}).get(columns.sets.rotations[choice.rotation], 0.0)
    programme.maximise(seek)
    return known


def _solved(columns: Columns, stop: Stop) -> Outcome:
    return solve_with_highs(columns.programme, gap=0.0, time_limit=MOST_S, should_stop=stop)


def _share_of_earnings(plan: Plan) -> dict[Rotation, float]:
    """What flights earn by their own lines and those of cargo they lift, as shares of half."""
    lifted_by = {load.consignment: load.segments[0].flight for load in plan.loads}
    earned: dict[str, float] = defaultdict(float)
    for line in plan.money:
        earned[line.flight or lifted_by.get(line.consignment, "")] += line.amount_micro
    total = sum(abs(earned[flight.id]) for flight in plan.flights) or 1.0
    return {flight.rotation: 0.5 * earned[flight.id] / total for flight in plan.flights}


def _with_cargo(resolved: ResolvedInstance, published: Plan, flown: Plan) -> Plan:
    """Published flights that are flown again, each with the cargo it had as far as that exists."""
    free: dict[Rotation, list[Flight]] = defaultdict(list)
    for flight in published.flights:
        free[flight.rotation].append(flight)
    flights = tuple(replace(f, id=free[f.rotation].pop(0).id) for f in flown.flights)
    there = {flight.id for flight in flights}
    loads = tuple(
        load
        for load in published.loads
        if load.consignment in resolved.consignment
        and all(part.flight in there for part in load.segments)
        and all(x.lane in resolved.lane for x in (load.feeder, load.delivery) if x is not None)
    )
    plan = replace(
        flown,
        resolved_digest=published.resolved_digest,  # its cargo was chosen for that
        flights=flights,
        loads=loads,
        trucks=truck_runs(resolved, loads),
    )
    return price(resolved, plan)


def _needs_no_other_flight(resolved: ResolvedInstance) -> bool:
    """Whether every plan stays one when a flight that is not published is taken out of it."""
    turns = resolved.period.cyclic or all(
        pool.start_airport == pool.end_airport == pool.base for pool in resolved.pools
    )
    return (
        turns
        and not resolved.universe.may_change_gateway
        and not any(pool.min_block_min for pool in resolved.pools)
        and not any(market.min_rotations for market in resolved.markets)
        and not any(c.penalty_pico_per_g is None for c in resolved.commitments)
        and all(f.counted or f.penalty_micro is not None for f in resolved.frozen_flights)
    )
