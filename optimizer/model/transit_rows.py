"""Rows of hub transit: what goes out has come in, in time for its connection (C21)."""

from __future__ import annotations

from collections import defaultdict

from optimizer.domain.resolved import ResolvedTransit
from optimizer.model.columns import Columns, HubStock, OnBoard
from optimizer.model.programme import Variable


def c21_transit(c: Columns) -> None:
    """C21: per consignment and gateway, in stocks: what is ready to go on, and has not gone yet.

    Cargo is ready the connection minutes after its on-block, and all of it goes on: abandoned cargo
    earns nothing, so no plan is worse without it. With a longest dwell, what waits for an instant
    has come in within it. Cargo keeps its order, so stocks say it all.
    """
    for transit, items in _by_transit(c).items():
        name = f"C21_{c.consignment_label[transit.consignment]}_{transit.gateway}"
        if "C11" in c.relaxed:  # then flights need not come before one another
            terms = [(x.kg, 1.0 if x.carriage.offer.outbound else -1.0) for x in items]
            c.equal(name, terms, 0)
            continue
        _stocks(c, transit, name, items)


def _by_transit(c: Columns) -> dict[ResolvedTransit, list[OnBoard]]:
    found: dict[ResolvedTransit, list[OnBoard]] = defaultdict(list)
    for item in c.z:
        if item.carriage.offer.transit is not None:
            found[item.carriage.offer.transit].append(item)
    return found


def _stocks(c: Columns, transit: ResolvedTransit, name: str, items: list[OnBoard]) -> None:
    """One row per instant at which cargo gets ready or leaves: stock = before + ready - gone."""
    dwell_min = c.resolved.consignment[transit.consignment].max_dwell_min
    if dwell_min is not None and dwell_min < transit.connection_min:
        c.at_most(name, [(item.kg, 1.0) for item in items], 0)
        return
    events: dict[int, list[tuple[Variable, float]]] = defaultdict(list)
    arrivals: list[tuple[int, Variable]] = []
    for item in items:
        if item.carriage.offer.outbound:
            events[item.carriage.off_block_min].append((item.kg, 1.0))
            continue
        arrivals.append((item.carriage.on_block_min, item.kg))
        events[item.carriage.on_block_min + transit.connection_min].append((item.kg, -1.0))
    before: list[tuple[Variable, float]] = []
    instants = sorted(events)
    for k, minute in enumerate(instants):
        if before and dwell_min is not None:
            fresh = [
                (kg, -1.0)
                for on_block_min, kg in arrivals
                if minute - dwell_min <= on_block_min < minute - transit.connection_min
            ]
            c.at_most(f"{name}_{k}_dwell", [(v, -f) for v, f in before] + fresh, 0)
        after: list[tuple[Variable, float]] = []
        if k + 1 < len(instants):
            stock = c.continuous(f"s_{name}_{k}")
            c.hub_stock.append(HubStock(transit, instants[k + 1] - minute, stock))
            after = [(stock, 1.0)]
        c.equal(f"{name}_{k}", [*events[minute], *before, *after], 0)
        before = [(v, -f) for v, f in after]
