"""The figures of a solution, for machines (``summary.json``); a key keeps its meaning for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from optimizer.domain.authorities import CO2_KG_PER_KG_FUEL
from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.costing import commitments_short
from optimizer.plan.frozen import Delivered, flights_missing
from optimizer.plan.money import NAMES
from optimizer.plan.plan import Plan
from optimizer.report.airport_lists import slot_use
from optimizer.report.blocks import lift_figures
from optimizer.report.frames import kg, ratio, usd
from optimizer.report.loading import (
    LegKey,
    LegLoad,
    Traffic,
    direction,
    leg_data,
    leg_loads,
    traffic,
)
from optimizer.report.sold import sold_figures
from optimizer.verify import AuditReport

if TYPE_CHECKING:
    from optimizer.engine import LeftBehind

SCHEMA_VERSION: Final = 1
OPTIMALITY_TOLERANCE: Final = 1e-6
"""Largest gap at which a plan is called optimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a solve went; a plan made elsewhere has only a plan.

    Attributes:
        status: ``optimal``, ``gap_reached``, ``time_limit``, ``work_limit``, ``memory_limit``,
            ``interrupted`` or ``infeasible``.
        bound_micro: Proven upper bound of the contribution.
        certified_micro: Bound of the certificate, which may be larger; None without one.
        unmet: If infeasible: commitments and published flights that cannot be kept, in words.
        gap_tolerance: Gap that was asked for.
        rule_of_thumb_micro: Contribution of the plain rule of thumb, the yardstick.
        phases: Seconds by phase.
        work: Units of work.
    """

    status: str
    bound_micro: int
    gap_tolerance: float
    seconds: float
    seed: int
    method: str
    solver_version: str
    rule_of_thumb_micro: int | None = None
    phases: dict[str, float] = field(default_factory=dict)
    work: float = 0.0
    certified_micro: int | None = None
    unmet: tuple[str, ...] = ()


def relative_gap(value_micro: int, bound_micro: int) -> float:
    """Bound minus value over |bound|; infinite if only the bound is zero."""
    if bound_micro == value_micro:
        return 0.0
    if bound_micro == 0:
        return float("inf")
    return (bound_micro - value_micro) / abs(bound_micro)


def honest_status(status: str, gap: float | None, gap_tolerance: float) -> str:
    """The status, unless it claims more than the gap shows."""
    if gap is None or status != "optimal" or gap <= OPTIMALITY_TOLERANCE:
        return status
    return "gap_reached" if gap <= gap_tolerance else "time_limit"


def summary(
    resolved: ResolvedInstance,
    plan: Plan | None,
    *,
    outcome: Outcome | None = None,
    audit: AuditReport | None = None,
    left: Iterable[LeftBehind] = (),
) -> dict[str, Any]:
    """All figures of a solution; those of a plan are None or 0 where there is none.

    Args:
        resolved: What was planned on.
        plan: The plan, if one was found.
        outcome: How the solve went; None for a plan made elsewhere.
        audit: Verdict on the plan.
        left: Reasons for what stays behind.
    """
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "instance": resolved.name,
        "instance_digest": resolved.instance_digest,
    }
    document |= _solving(plan, outcome)
    document |= _cargo(resolved, plan, left)
    if resolved.blocks:
        document |= lift_figures(resolved, plan or Plan(resolved.name, "", (), (), ()))
    if any(c.sold for c in resolved.consignments):
        document |= sold_figures(resolved, plan or Plan(resolved.name, "", (), (), ()))
    if resolved.commitments or resolved.frozen_flights:
        document |= _commitments(resolved, plan, outcome)
    if resolved.frozen_flights and plan is not None:
        document["frozen_flights"] = _frozen_flights(resolved, plan)
    empty = Plan(resolved.name, "", (), (), ())
    document |= _flying(resolved, plan or empty)
    document |= _money(resolved, plan or empty)
    document["audit"] = None if audit is None else verdict(audit)
    return document


def verdict(audit: AuditReport) -> dict[str, Any]:
    """The audit in a few words; ``violations`` counts the broken constraints by number."""
    counts: dict[str, int] = defaultdict(int)
    for violation in audit.violations:
        counts[violation.code] += 1
    proven = audit.bound_verified_micro
    return {
        "feasible": audit.feasible,
        "violations": {code: counts[code] for code in sorted(counts, key=lambda c: int(c[1:]))},
        "costs_match": audit.costs_match,
        "resolved_match": audit.resolved_match,
        "bound_verified": audit.bound_verified,
    } | ({} if proven is None else {"bound_verified_usd": usd(proven)})


def _solving(plan: Plan | None, outcome: Outcome | None) -> dict[str, Any]:
    value = None if plan is None else plan.contribution_micro
    if outcome is None:
        return {"contribution_usd": None if value is None else usd(value)}
    known = outcome.status != "infeasible"
    gap = relative_gap(value, outcome.bound_micro) if value is not None and known else None
    thumb, certified = outcome.rule_of_thumb_micro, outcome.certified_micro
    adds = None if thumb is None or value is None else usd(value - thumb)
    return {
        "solver_version": outcome.solver_version,
        "method": outcome.method,
        "seed": outcome.seed,
        "status": honest_status(outcome.status, gap, outcome.gap_tolerance),
        "contribution_usd": None if value is None else usd(value),
        "bound_usd": usd(outcome.bound_micro) if known else None,
        "certified_bound_usd": None if certified is None or not known else usd(certified),
        "gap": None if gap is None or gap == float("inf") else gap,
        "gap_tolerance": outcome.gap_tolerance,
        "optimality_tolerance": OPTIMALITY_TOLERANCE,
        "seconds": round(outcome.seconds, 3),
        "work": round(outcome.work, 3),
        "seconds_by_phase": {k: round(v, 3) for k, v in outcome.phases.items()},
        "rule_of_thumb_usd": None if thumb is None else usd(thumb),
        "plan_adds_usd": adds,
    }


def _cargo(
    resolved: ResolvedInstance, plan: Plan | None, left: Iterable[LeftBehind]
) -> dict[str, Any]:
    offered_g = sum(c.weight_g for c in resolved.consignments)
    carried = {} if plan is None else plan.carried_g
    carried_g = sum(carried.values())
    left_g = sum(max(0, c.weight_g - carried.get(c.id, 0)) for c in resolved.consignments)
    loads = () if plan is None else plan.loads
    transit_g = sum(load.grams for load in loads if len(load.segments) > 1)
    reasons: dict[str, int] = defaultdict(int)
    for item in left:
        reasons[item.reason] += item.grams
    by_weight = sorted(reasons.items(), key=lambda reason: (-reason[1], reason[0]))
    return {
        "offered_kg": kg(offered_g),
        "carried_kg": kg(carried_g),
        "transit_kg": kg(transit_g),
        "left_behind_kg": kg(left_g),
        "left_behind_kg_by_reason": {reason: kg(grams) for reason, grams in by_weight},
        "consignments": len(resolved.consignments),
        "consignments_carried": 0 if plan is None else len(plan.carried_g),
    }


def _commitments(
    resolved: ResolvedInstance, plan: Plan | None, outcome: Outcome | None
) -> dict[str, Any]:
    """How commitments and tendered cargo are kept (C19, C20, K14), or why they cannot be."""
    unmet = () if outcome is None else outcome.unmet
    if plan is None:
        return {"commitments": [], "commitments_unmet": list(unmet)}
    delivered = Delivered(resolved, plan)
    short = {c.id: grams for c, grams in commitments_short(resolved, plan)}
    paid = {x.item: -x.amount_micro for x in plan.money if x.code == "K14"}
    rows = [
        {
            "commitment": c.id,
            "offered_kg": kg(sum(resolved.consignment[name].weight_g for name in c.consignments)),
            "least_kg": kg(c.least_g),
            "delivered_kg": kg(delivered.grams(c)),
            "short_kg": kg(short.get(c.id, 0)),
            "penalty_usd": usd(paid.get(c.id, 0)),
        }
        | ({} if c.flight is None else {"flight": c.flight})
        for c in resolved.commitments
    ]
    return {"commitments": rows, "commitments_unmet": list(unmet)}


def _frozen_flights(resolved: ResolvedInstance, plan: Plan) -> list[dict[str, Any]]:
    """How often published flights are flown as published (C20, K14)."""
    missing = {f.id: number for f, number in flights_missing(resolved, plan)}
    return [
        {
            "flight": f.id,
            "published": f.flights,
            "missing": missing.get(f.id, 0),
            "penalty_usd": usd(missing.get(f.id, 0) * (f.penalty_micro or 0)),
        }
        for f in resolved.frozen_flights
    ]


def _flying(resolved: ResolvedInstance, plan: Plan) -> dict[str, Any]:
    loads = leg_loads(resolved, plan)
    total = traffic(resolved, plan.flights, loads)
    ways = {"outbound": Traffic(), "inbound": Traffic()}
    for flight in plan.flights:
        for i in range(len(flight.rotation.legs)):
            way = direction(resolved, flight, i)
            if way in ways:
                ways[way].add(resolved, flight, i, loads[flight.id, i])
    block_h = sum(f.rotation.block_min for f in plan.flights) / 60
    tails = sum(pool.size for pool in resolved.pools)
    use = slot_use(resolved, plan)
    used = tails_used(resolved, plan)
    days = resolved.period.length_min / 1440
    return {
        "rotations": len(plan.flights),
        "legs": total.legs,
        "block_hours": round(block_h, 2),
        "tails": tails,
        "tails_used": used,
        "tails_returned": len(plan.returned),
        "block_hours_per_tail_and_day": round(block_h / (used * days), 2) if used else 0.0,
        "load_factor_weight": round(total.load_factor_weight, 4),
        "load_factor_volume": round(total.load_factor_volume, 4),
        "load_factors": {
            way: {
                "weight": round(sums.load_factor_weight, 4),
                "volume": round(sums.load_factor_volume, 4),
            }
            for way, sums in ways.items()
        },
        "tonne_km": round(total.kg_km / 1000),
        "available_tonne_km": round(total.available_kg_km / 1000),
        "co2_t": round(co2_t(resolved, plan, loads), 1),
        "trucks": sum(run.trucks for run in plan.trucks),
        "slot_windows": len(use),
        "slot_windows_full": int((use["used"] >= use["movements"]).sum()),
        "slot_movements": int(use["used"].sum()),
        "slot_movements_allowed": int(use["movements"].sum()),
    }


def tails_used(resolved: ResolvedInstance, plan: Plan) -> int:
    """Tails that fly at all.

    In a cyclic pool tails swap from week to week; the number is the most of them in the air or in
    turnaround at any instant, over all weeks.
    """
    named = {flight.tail for flight in plan.flights if flight.tail}
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for flight in plan.flights:
        if not flight.tail:
            rotation = flight.rotation
            ground = resolved.ground_at[rotation.destination, rotation.type]
            end_min = rotation.on_block_min + ground.turnaround_min
            spans[flight.pool].append((rotation.off_block_min, end_min))
    week = resolved.period.length_min
    return len(named) + sum(most_at_once(pool_spans, week) for pool_spans in spans.values())


def most_at_once(spans: list[tuple[int, int]], cycle_min: int) -> int:
    """Greatest number of half-open spans at one instant when each recurs every `cycle_min`."""
    changes: dict[int, int] = defaultdict(int)
    always = 0
    for start_min, end_min in spans:
        whole_cycles, rest_min = divmod(end_min - start_min, cycle_min)
        always += whole_cycles
        if rest_min:
            start = start_min % cycle_min
            for at_min in (start, start - cycle_min):
                changes[at_min] += 1
                changes[at_min + rest_min] -= 1
    at_once = most = 0
    for _, change in sorted(changes.items()):
        at_once += change
        most = max(most, at_once)
    return always + most


def co2_t(resolved: ResolvedInstance, plan: Plan, loads: Mapping[LegKey, LegLoad]) -> float:
    """Tonnes of CO2 of all legs: 3.16 times their fuel, whether a scheme charges for it or not."""
    fuel_kg = 0.0
    for flight in plan.flights:
        for i in range(len(flight.rotation.legs)):
            data = leg_data(resolved, flight, i)
            if data is not None:
                carried_kg = kg(loads[flight.id, i].grams)
                fuel_kg += data.fuel_fixed_kg + data.fuel_per_kg * carried_kg
    return CO2_KG_PER_KG_FUEL * fuel_kg / 1000


def _money(resolved: ResolvedInstance, plan: Plan) -> dict[str, Any]:
    by_code: dict[str, int] = dict.fromkeys(NAMES, 0)
    for line in plan.money:
        by_code[line.code] += line.amount_micro
    revenue = sum(micro for code, micro in by_code.items() if code.startswith("R"))
    cost = revenue - sum(by_code.values())
    carried_kg = kg(sum(plan.carried_g.values()))
    tonne_km = traffic(resolved, plan.flights, leg_loads(resolved, plan)).kg_km / 1000
    return {
        "revenue_usd": usd(revenue),
        "cost_usd": usd(cost),
        "cost_usd_per_kg": ratio(usd(cost), carried_kg) if carried_kg else None,
        "cost_usd_per_tonne_km": ratio(usd(cost), tonne_km) if tonne_km else None,
        "money_usd": {code: usd(micro) for code, micro in by_code.items()},
    }
