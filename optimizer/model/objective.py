"""The contribution in US dollars: R1, R2 less K1 to K11."""

from __future__ import annotations

import pulp

from optimizer.model.columns import Columns, OnBoard, Variable


def contribution(c: Columns) -> None:
    """Maximise what cargo earns, less flights, tails and trucks.

    K11 is linear: rate x (what departs x when - what comes by truck x when), whichever kilogram
    came on which truck. Without C11 trucks need not come before flights, and K11 is left out.
    Leases of all tails are the factor of a variable that is 1: not every solver and file format
    knows a constant.
    """
    terms: dict[Variable, float] = {}
    for k, choice in enumerate(c.sets.choices):
        terms[c.x[k]] = -choice.cost_usd
    for item in c.z:
        margin = c.sets.margin_usd_per_kg(c.sets.rotations[item.rotation], item.carriage)
        terms[item.kg] = margin - _storage_usd_per_kg(c, item)
    for (_, lane_id), flow in c.feeder_kg.items():
        lane = c.lane(lane_id)
        for minute, variable in flow.items():
            hours = (minute + lane.truck_min) / 60
            terms[variable] = _storage_usd_per_kg_h(c, lane.destination) * hours
    for (lane_id, _, mode), y in c.trucks.items():
        terms[y] = -dict(c.lane(lane_id).cost_micro)[mode] * 1e-6
    fixed_usd = 0.0
    for pool in c.resolved.pools:
        fixed_usd += pool.size * pool.fixed_micro * 1e-6
        if pool.id in c.returned:
            terms[c.returned[pool.id]] = pool.fixed_micro * 1e-6
        if pool.acmi:
            terms[c.paid_min[pool.id]] = -pool.acmi_micro_per_block_h * 1e-6 / 60
    terms[c.problem.add_variable("one", 1, 1)] = -fixed_usd
    c.problem.setObjective(pulp.LpAffineExpression(terms))


def _storage_usd_per_kg(c: Columns, item: OnBoard) -> float:
    """K11 of a kilogram from the start of the period, or without a truck from its ready time."""
    offer, hours = item.carriage.offer, item.carriage.off_block_min / 60
    if offer.uplift.lane is None:
        hours -= offer.consignment.ready_min / 60
    return _storage_usd_per_kg_h(c, offer.uplift.airport) * hours


def _storage_usd_per_kg_h(c: Columns, airport: str) -> float:
    if airport not in c.resolved.gateways or "C11" in c.relaxed:
        return 0.0
    return c.resolved.airport[airport].storage_pico_per_g_h * 1e-9
