"""Which prices keep the bound one, and how large a step in each is natural."""

from __future__ import annotations

import numpy as np

from optimizer.dual.arrays import Floats
from optimizer.dual.pools import acmi_usd_per_min
from optimizer.dual.prices import Box, Prices
from optimizer.dual.relaxation import Relaxation
from optimizer.dual.stock import MOST_USD

LEAST_SUPPLY_USD = 0.1
"""Natural size, per kg, of the price of cargo that earns next to nothing."""
DISPATCH_USD = 500.0
BRANCH_TRUCK_USD = 300.0
TRANSIT_SHARE = 0.25
"""Natural size of the price of one instant of a change, as a share of what delivering earns."""
FLIGHT_SHARE, BRANCH_FLIGHT_SHARE, LENGTH_SHARE = 0.3, 0.1, 0.1
"""Natural sizes of prices by flight, as shares of what a load earns."""


def box_of(relaxation: Relaxation) -> Box:
    """Least, greatest and natural prices; call after a pass, which tells what loads earn."""
    r, limits = relaxation, relaxation.limits
    pools = r.resolved.pools
    none, inf = np.zeros(len(pools)), np.inf
    runs, few, supply = len(r.trucks.usd), len(r.trucks.available), len(r.catalogue.offered_kg)
    kinds = r.catalogue.kinds
    rate = np.array([acmi_usd_per_min(pool) for pool in pools])
    limited = np.array([n.priced_hours for n in r.networks])
    asked = np.array([pool.min_block_min is not None for pool in pools])
    branch = [limit.price_range(r.trucks.usd) for limit in r.branches]
    low = Prices(
        np.zeros(supply), np.zeros(runs), np.zeros(few),
        np.where(limits.least, -inf, 0.0), none, np.where(asked, -inf, 0.0),
        np.full(r.hour_choices.number, -inf), none,
        -r.promises.most_usd_per_kg, np.zeros(r.terminals.number), np.zeros(r.stock.number),
        -r.published.most_usd,
        np.zeros_like(kinds.most_usd_per_kg), np.zeros(r.residuals.number),
        np.array([least for least, _ in branch]),
    )  # fmt: skip
    high = Prices(
        np.full(supply, inf), np.ones(runs), np.full(few, inf),
        np.where(limits.least, 0.0, inf), np.where(limited, inf, 0.0), none,
        np.full(r.hour_choices.number, inf), rate,
        np.zeros(r.promises.number), np.full(r.terminals.number, inf),
        np.full(r.stock.number, MOST_USD),
        np.zeros(r.published.number), np.where(r.stock.at_changes, inf, kinds.most_usd_per_kg),
        np.full(r.residuals.number, inf),
        np.array([most for _, most in branch]),
    )  # fmt: skip
    return Box(low, high, _sizes(relaxation, rate))


def _sizes(r: Relaxation, rate: Floats) -> Prices:
    flight, minute = 1.0, 1.0
    if len(r.flown):
        load_usd = r.value_usd[r.flown]
        flight += float(np.median(load_usd))
        minute += float(np.median(load_usd / r.catalogue.timetable.block_min[r.flown]))
    a_flight = BRANCH_FLIGHT_SHARE * flight
    return Prices(
        supply=np.maximum(_best_margins(r), LEAST_SUPPLY_USD),
        truck_share=np.full(len(r.trucks.usd), 0.5),
        dispatch=np.full(len(r.trucks.available), DISPATCH_USD),
        rows=np.full(len(r.limits.rows), FLIGHT_SHARE * flight),
        hours_most=np.full(len(rate), FLIGHT_SHARE * minute),
        hours_least=np.full(len(rate), FLIGHT_SHARE * minute),
        lengths=np.full(r.hour_choices.number, LENGTH_SHARE * flight),
        acmi=np.maximum(rate, 1e-3),
        commitments=r.promises.sizes(_best_margins(r)),
        handling=r.terminals.sizes(_best_margins(r)),
        stock=r.stock.sizes(_best_margins(r)),
        published=r.published.sizes(FLIGHT_SHARE * flight),
        transit=np.maximum(TRANSIT_SHARE * r.catalogue.kinds.most_usd_per_kg, LEAST_SUPPLY_USD),
        residual=r.residuals.sizes(_best_margins(r)),
        branches=np.array([a_flight if x.run is None else BRANCH_TRUCK_USD for x in r.branches]),
    )


def _best_margins(r: Relaxation) -> Floats:
    """By consignment, the most that a kg earns on any rotation."""
    items, kinds = r.catalogue.items, r.catalogue.kinds
    best = np.zeros(len(r.catalogue.offered_kg))
    at = kinds.consignment[items.consignment[items.cls]]
    np.maximum.at(best, at, items.margin_usd_per_kg)
    return best
