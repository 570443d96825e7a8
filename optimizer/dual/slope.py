"""How much of every limit the best lines and loads use: the slope of the bound.

The bound is a maximum over lines and loads of a function linear in prices, so it is convex, and
limits less their use by lines and loads that attain it are a subgradient. Lines are shared out
softly, by exp(value / temperature), which is the gradient of the bound with each maximum over lines
replaced by a soft maximum; loads are those on which the values of rotations rest.
"""

from __future__ import annotations

import numpy as np

from optimizer.dual.arrays import Floats
from optimizer.dual.loading import add_loads
from optimizer.dual.point import Point, Use
from optimizer.dual.prices import Prices
from optimizer.dual.relaxation import Relaxation

LEAST_FLOW = 1e-7
"""Rotations flown less often are not loaded."""
NOT_WANTED: Floats = np.zeros(0)


def flows_at(relaxation: Relaxation, point: Point, temperature: float) -> list[Floats]:
    """By pool, how often each arc is flown when lines are shared out softly."""
    found: list[Floats] = []
    for k, (line, arc_usd, network) in enumerate(
        zip(point.lines, point.arc_usd, relaxation.networks, strict=True)
    ):
        flow = np.zeros(len(network.rotations))
        if line.tails:
            network.share(arc_usd, line, temperature, flow)
        np.add.at(flow, relaxation.committed_arcs(k), 1.0)
        found.append(flow)
    return found


def use_at(
    relaxation: Relaxation, point: Point, temperature: float, item_kg: Floats = NOT_WANTED
) -> Use:
    """What soft lines and their loads use, and the direction in which the bound grows.

    The point must be the last one the relaxation was evaluated at, or nearly so: loads rest on the
    multipliers found last.

    Args:
        item_kg: Unless empty, what is carried of each item is added to it.
    """
    r, prices = relaxation, point.prices
    flows = flows_at(r, point, temperature)
    flow = np.zeros(len(r.catalogue.rotations))
    for network, own in zip(r.networks, flows, strict=True):
        np.add.at(flow, network.rotations, own)
    use_kg, segment_kg = _carried_kg(r, point, flow, item_kg)
    by_weight, by_volume = _trucks_filled(r, point, use_kg)
    share = prices.truck_share
    trucks = share * by_weight + (1 - share) * by_volume
    kinds = r.catalogue.kinds
    carried: Floats = np.asarray(
        np.bincount(r.catalogue.items.consignment, use_kg, len(kinds.consignment)),
        dtype=np.float64,
    )
    leaving, delivered = (kinds.by_consignment(carried, delivered=x) for x in (False, True))
    hours_most, hours_least, acmi, lengths = _hours(r, point, flows, temperature)
    slope = Prices(
        supply=r.catalogue.offered_kg - leaving,
        truck_share=-r.trucks.truck_usd(prices, r.branches) * (by_weight - by_volume),
        dispatch=r.trucks.available - r.trucks.at_dispatches(trucks),
        rows=r.limits.limit - r.limits.used(flow, prices.rows),
        hours_most=hours_most,
        hours_least=hours_least,
        lengths=lengths,
        acmi=acmi,
        commitments=r.promises.left_kg(delivered),
        handling=r.terminals.left_kg(segment_kg),
        stock=r.stock.left_kg(use_kg, _trucked_kg(r, point, use_kg)),
        published=r.published.left(flows),
        transit=kinds.left_kg(carried),
        residual=r.residuals.left(leaving, flow),
        branches=np.array([x.left(flows, trucks) for x in r.branches], dtype=np.float64),
    )
    return Use(slope, flows, by_weight, by_volume)


def _carried_kg(
    r: Relaxation, point: Point, flow: Floats, item_kg: Floats
) -> tuple[Floats, Floats]:
    """By class and by segment, what flights and bought capacity carry."""
    flow = np.concatenate((flow, np.ones(len(r.catalogue.bought))))
    flown = np.flatnonzero(flow > LEAST_FLOW)
    use_kg = np.zeros(len(r.catalogue.items.consignment))
    segment_kg = np.zeros(len(r.catalogue.items.first_leg))
    for k, (cargo, found) in enumerate(r.within):
        own = flown[r.binding[flown] == k]
        add_loads(
            cargo, own, flow[own], point.class_usd, point.segment_usd, found, use_kg, segment_kg,
            item_kg,
        )  # fmt: skip
    return use_kg, segment_kg


def _trucks_filled(r: Relaxation, point: Point, use_kg: Floats) -> tuple[Floats, Floats]:
    """By truck run, the trucks that its cargo fills by weight and by volume."""
    items, rides, runs = r.catalogue.items, r.catalogue.rides, len(r.trucks.usd)
    run_kg, run_m3 = np.zeros(runs), np.zeros(runs)
    for option in (items.feeder, items.delivery):
        entry = point.entry[option]
        used = (entry >= 0) & (use_kg > 0)
        run, kg = rides.run[entry[used]], use_kg[used]
        density = r.catalogue.density_m3_per_kg[items.consignment[used]]
        run_kg += np.bincount(run, kg, runs)
        run_m3 += np.bincount(run, kg * density, runs)
    return run_kg / r.trucks.payload_kg, run_m3 / r.trucks.volume_m3


def _trucked_kg(r: Relaxation, point: Point, use_kg: Floats) -> Floats:
    """By entry of rides, what comes by feeders."""
    entry = point.entry[r.catalogue.items.feeder]
    used = entry >= 0
    kg = np.bincount(entry[used], use_kg[used], len(r.catalogue.rides.run))
    return np.asarray(kg, dtype=np.float64)


def _hours(
    r: Relaxation, point: Point, flows: list[Floats], temperature: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """By pool: most, least and guaranteed block minutes of the tails kept, less those flown; and by
    pool and length, how much more often the best choices within most hours have it than lines.

    Where hours count by whole flights the most minutes are those that the choices have.
    """
    pools, minutes = r.resolved.pools, r.catalogue.timetable.block_min
    flown = np.array(
        [(own * minutes[n.rotations]).sum() for n, own in zip(r.networks, flows, strict=True)]
    )  # no dot product: BLAS would start threads of its own for it
    free = [n.open_tails(len(x)) for n, x in zip(r.networks, r.committed, strict=True)]
    tails = np.array([pool.size for pool in pools]) - free + [line.tails for line in point.lines]
    most = np.array([p.max_block_min or 0 for p in pools], dtype=np.float64) * tails
    least = np.array([p.min_block_min or 0 for p in pools]) * tails
    guarantee = np.array([p.guarantee_min for p in pools]) * tails
    choices, lengths = r.hour_choices, np.zeros(r.hour_choices.number)
    for k, flow in enumerate(flows):
        if choices.of(k):
            committed = r.committed_arcs(k)
            number = choices.chosen(k, point.prices, committed, int(tails[k]), temperature)
            choices.left(k, number, flow, lengths)
            most[k] = choices.minutes(k, number)
    return most - flown, least - flown, guarantee - flown, lengths
