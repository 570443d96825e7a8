"""The contribution in US dollars: R1, R2, R4 less K1 to K14."""

from __future__ import annotations

from optimizer.model.columns import Columns
from optimizer.model.programme import Variable
from optimizer.model.restriction import Kept
from optimizer.network import Carriage


def contribution(c: Columns) -> None:
    """Maximise what cargo earns, less flights, tails and trucks.

    K11 is linear: rate x (what departs x when - what comes by truck x when), whichever kilogram
    came on which truck. Where cargo changes aircraft, the connection time counts with what
    departs, and the rest with the stock that waits. Without C11 trucks need not come before
    flights, and K11 is left out. Leases of all tails, fixed prices of blocks, and what kept cargo
    earns, are the factor of a variable that is 1: not every solver and file format knows a
    constant.
    """
    terms: dict[Variable, float] = {}
    for k, choice in enumerate(c.sets.choices):
        terms[c.x[k]] = -choice.cost_usd
    for item in c.z:
        terms[item.kg] = item.margin_usd_per_kg - _storage_usd_per_kg(c, item.carriage)
    for (_, lane_id), flow in c.feeder_kg.items():
        lane = c.lane(lane_id)
        for minute, variable in flow.items():
            hours = (minute + lane.truck_min) / 60
            terms[variable] = _storage_usd_per_kg_h(c, lane.destination) * hours
    for (lane_id, _, mode), y in c.trucks.items():
        terms[y] = -dict(c.lane(lane_id).cost_micro)[mode] * 1e-6
    for stock in c.hub_stock:
        usd_per_kg_h = _storage_usd_per_kg_h(c, stock.transit.gateway)
        terms[stock.kg] = -usd_per_kg_h * stock.wait_min / 60
    for commitment in c.resolved.commitments:
        if commitment.id in c.short_kg:
            terms[c.short_kg[commitment.id]] = -(commitment.penalty_pico_per_g or 0) * 1e-9
    for frozen in c.resolved.frozen_flights:
        if frozen.id in c.missing:
            terms[c.missing[frozen.id]] = -(frozen.penalty_micro or 0) * 1e-6
    fixed_usd = -sum(_kept_usd(c, item) for item in c.sets.kept)
    fixed_usd += sum(block.fixed_micro for block in c.resolved.blocks) * 1e-6
    for pool in c.resolved.pools:
        fixed_usd += pool.size * pool.fixed_micro * 1e-6
        if pool.id in c.returned:
            terms[c.returned[pool.id]] = pool.fixed_micro * 1e-6
        if pool.acmi:
            terms[c.paid_min[pool.id]] = -pool.acmi_micro_per_block_h * 1e-6 / 60
    terms[c.programme.variable("one", 1.0, 1.0)] = -fixed_usd
    c.programme.maximise(terms)


def _kept_usd(c: Columns, item: Kept) -> float:
    """What cargo that stays as it is earns, trucks aside."""
    margin = c.sets.repertoire.margin_usd_per_kg(item.rotation, item.carriage)
    storage = _storage_usd_per_kg(c, item.carriage)
    lane_id = item.carriage.offer.uplift.lane
    if lane_id is not None and item.feeder_dispatch_min is not None:
        lane = c.lane(lane_id)
        hours = (item.feeder_dispatch_min + lane.truck_min) / 60
        storage -= _storage_usd_per_kg_h(c, lane.destination) * hours
    return (margin - storage) * item.kg


def _storage_usd_per_kg(c: Columns, carriage: Carriage) -> float:
    """K11 of a kilogram from the start of the period, or without a truck from its ready time; of
    one that has changed aircraft, over its connection time."""
    offer, hours = carriage.offer, carriage.off_block_min / 60
    if offer.consignment.sold:
        return 0.0  # it is the customer's until it is lifted
    if offer.transit is not None and offer.outbound:
        hours = 0.0 if "C21" in c.relaxed else offer.transit.connection_min / 60
    elif offer.uplift.lane is None:
        hours -= offer.consignment.ready_min / 60
    return _storage_usd_per_kg_h(c, offer.uplift.airport) * hours


def _storage_usd_per_kg_h(c: Columns, airport: str) -> float:
    if airport not in c.resolved.gateways or "C11" in c.relaxed:
        return 0.0
    return c.resolved.airport[airport].storage_pico_per_g_h * 1e-9
