"""Rows of cargo that waits for its flight (C10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import inf
from typing import TypeAlias

from optimizer.domain.resolved import ResolvedStockLimit
from optimizer.model.columns import Columns, OnBoard
from optimizer.model.programme import Variable
from optimizer.network import may_not_wait

Event: TypeAlias = tuple[int, float, Variable | None]
"""Absolute minute; kilograms that arrive (negative: leave) for each of the variable, or in any
case if there is none."""


def c10_stock(c: Columns) -> None:
    """C10: kilograms in stock at an airport after each arrival; what is kept counts.

    Stock only grows when something arrives, so arrivals are the instants to look at. All that is
    trucked flies, and all that comes to change aircraft goes on, so stock is what has arrived less
    what has left, whichever kilogram that is. Without C11 flights need not follow their trucks.
    """
    if "C11" in c.relaxed:
        return
    for limit in c.resolved.stock_limits:
        airport = limit.airport
        _sweep(c, limit, [*_trucked(c, airport), *_lifted(c, airport), *_kept(c, airport)])
        _one_flight(c, limit)


def _one_flight(c: Columns, limit: ResolvedStockLimit) -> None:
    """Cargo of a flight waits all together just before its off-block: z <= limit x.

    Implied for whole flights, and much tighter for fractions of one.
    """
    lifted: dict[tuple[int, int], list[OnBoard]] = defaultdict(list)
    for item in c.z:
        consignment, airport = item.carriage.offer.consignment, item.carriage.offer.uplift.airport
        if airport != limit.airport or item.rotation in c.sets.bought:
            continue
        if not may_not_wait(c.resolved, consignment, airport):
            lifted[item.rotation, item.carriage.uplift_leg].append(item)
    most_kg = limit.most_g * 1e-3
    for (r, leg), items in lifted.items():
        if sum(item.most_kg for item in items) > most_kg < (c.sets.cap_kg(r, leg) or inf):
            terms = [(item.kg, 1.0) for item in items]
            c.at_most(f"C10_{limit.airport}_{r}_{leg}", [*terms, *c.flights(r, -most_kg)], 0)


def _trucked(c: Columns, airport: str) -> Iterator[Event]:
    """What feeder trucks bring."""
    for (_, lane_id), flow in c.feeder_kg.items():
        lane = c.lane(lane_id)
        if lane.destination == airport:
            for minute, kg in flow.items():
                yield minute + lane.truck_min, 1.0, kg


def _lifted(c: Columns, airport: str) -> Iterator[Event]:
    """What flights take, and what was there without a truck: ready, or by another flight."""
    for item in c.z:
        offer, carriage = item.carriage.offer, item.carriage
        if offer.consignment.sold:
            continue  # its customer brings it to the aircraft
        if offer.transit is not None and "C21" in c.relaxed and offer.transit.gateway == airport:
            continue  # then nothing joins what comes and what goes on
        if offer.uplift.airport == airport:
            yield carriage.off_block_min, -1.0, item.kg
            if offer.uplift.lane is None and not offer.outbound:
                yield offer.consignment.ready_min, 1.0, item.kg
        if offer.inbound and offer.discharge.airport == airport:
            yield carriage.on_block_min, 1.0, item.kg


def _kept(c: Columns, airport: str) -> Iterator[Event]:
    """Cargo that stays as it is."""
    for kept in c.sets.kept:
        offer = kept.carriage.offer
        if offer.uplift.airport == airport and not offer.consignment.sold:
            arrival_min = offer.consignment.ready_min
            if kept.feeder_dispatch_min is not None and offer.uplift.lane is not None:
                arrival_min = kept.feeder_dispatch_min + c.lane(offer.uplift.lane).truck_min
            yield arrival_min, kept.kg, None
            yield kept.carriage.off_block_min, -kept.kg, None


def _sweep(c: Columns, limit: ResolvedStockLimit, events: list[Event]) -> None:
    """Stock after each arrival: that after the one before, and what has come and gone since."""
    instants = sorted({c.modulo(minute) for minute, kg, _ in events if kg > 0})
    if not instants:
        return
    terms: dict[Variable, float] = defaultdict(float)
    kept_kg = 0.0
    steps: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        minute, kg, variable = event
        steps[c.modulo(minute)].append(event)
        if variable is None:
            kept_kg -= kg * _ahead(c, minute, instants[0])
        else:
            terms[variable] -= kg * _ahead(c, minute, instants[0])
    minutes = iter(sorted(minute for minute in steps if minute > instants[0]))
    following = next(minutes, None)
    for k, instant in enumerate(instants):
        while following is not None and following <= instant:
            for _, kg, variable in steps[following]:
                if variable is None:
                    kept_kg += kg
                else:
                    terms[variable] += kg
            following = next(minutes, None)
        name = f"{limit.airport}_{k}"
        stock = c.continuous(f"s_C10_{name}", max(0.0, limit.most_g * 1e-3 - kept_kg))
        present = [(variable, factor) for variable, factor in terms.items() if factor]
        c.equal(f"C10_{name}", [*present, (stock, -1.0)], 0)
        terms = defaultdict(float, {stock: 1.0})


def _ahead(c: Columns, minute: int, instant: int) -> int:
    """How often an event lies ahead of an instant: dated once if it does. In a cyclic week the
    difference for two events is the number of weeks in which only the earlier one has been."""
    if c.cycle_min is None:
        return int(minute > instant)
    return -(-(minute - instant) // c.cycle_min)
