"""What a rotation costs empty: K1 and K13 (fixed), K2, K3, K5 to K8 less R4 by flight,
as the lines of a plan are rounded."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np

from optimizer.domain.resolved import ResolvedGround, ResolvedInstance, Window
from optimizer.verify.certificate.routes import Route
from optimizer.verify.certificate.universe import Block, Bools, Ints, legs_of
from optimizer.verify.crews import best_duties, layover_micro


def empty_cost_micro(resolved: ResolvedInstance, block: Block, *, acmi: bool) -> Ints:
    """Cost of each timing of a route; crew and maintenance are the lessor's for ACMI."""
    route, cycle_min = block.route, cycle(resolved)
    cost: Ints = np.zeros(len(block.off_min), dtype=np.int64)
    cost -= _support(resolved, route)
    for i, technical in enumerate(route.technical):
        origin, end = route.airports[i : i + 2]
        leg = resolved.leg[route.operator, route.type, origin, end]
        here, there = (resolved.ground_at[a, route.type] for a in (origin, end))
        cost += leg.fuel_fixed_micro + leg.carbon_fixed_micro + leg.navigation_micro
        cost += 0 if acmi else leg.maintenance_micro
        cost += there.ramp_technical_micro if technical else there.ramp_turn_micro
        cost += _charges(here, "departure", block.off_min[:, i], cycle_min)
        cost += _charges(there, "arrival", block.on_min[:, i], cycle_min)
        if i + 1 < len(route.technical):
            cost += _parking(there, block.off_min[:, i + 1] - block.on_min[:, i])
    return cost + _crews(resolved, block, acmi=acmi)


def _crews(resolved: ResolvedInstance, block: Block, *, acmi: bool) -> Ints:
    """K2 of each timing."""
    route, n = block.route, len(block.off_min)
    crew = resolved.crew.get((route.operator, route.type))
    if crew is None:
        hops = zip(route.airports[:-1], route.airports[1:], strict=True)
        legs = [resolved.leg[route.operator, route.type, a, b] for a, b in hops]
        turns = zip(route.airports[1:-1], route.technical[:-1], strict=True)
        micro = sum(0 if t else layover_micro(resolved, route.type, a) for a, t in turns)
        micro += 0 if acmi else sum(leg.crew_micro for leg in legs)
        return np.full(n, micro, dtype=np.int64)
    total: Ints = np.zeros(n, dtype=np.int64)
    for row in range(n):
        times = zip(block.off_min[row].tolist(), block.on_min[row].tolist(), strict=True)
        best = best_duties(resolved, crew, legs_of(route, tuple(times)), acmi=acmi)
        total[row] = 0 if best is None else best.micro
    return total


def _support(resolved: ResolvedInstance, route: Route) -> int:
    """R4 by flight: once for every row of which some pair of full stops is one."""
    offered = set(combinations(route.full_stops, 2))
    return sum(
        support.flight_micro
        for support in resolved.supports
        if offered.intersection(support.pairs)
        and (not support.operators or route.operator in support.operators)
    )


def cycle(resolved: ResolvedInstance) -> int | None:
    """Length of the week that repeats; None in a dated period."""
    return resolved.period.length_min if resolved.period.cyclic else None


def in_any(windows: Iterable[Window], minutes: Ints, cycle_min: int | None) -> Bools:
    """Which minutes lie in one of the windows, over all weeks if there is a cycle."""
    found: Bools = np.zeros(len(minutes), dtype=np.bool_)
    for window in windows:
        after = minutes - window.start_min
        after = after if cycle_min is None else after % cycle_min
        found |= (after >= 0) & (after < window.end_min - window.start_min)
    return found


def _charges(ground: ResolvedGround, movement: str, minutes: Ints, cycle_min: int | None) -> Ints:
    """K5 of one movement."""
    total: Ints = np.zeros(len(minutes), dtype=np.int64)
    for charge in ground.charges:
        if charge.movement == movement:
            total += charge.amount_micro
            total += charge.night_micro * in_any(charge.night, minutes, cycle_min)
    return total


def _parking(ground: ResolvedGround, stay_min: Ints) -> Ints:
    """K6 of one stop: by the minute, beyond the free ones, rounded half up."""
    paid_min = np.maximum(0, stay_min - ground.parking_free_min)
    micro: Ints = (2 * paid_min * ground.parking_micro_per_h + 60) // 120
    return micro
