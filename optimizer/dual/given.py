"""From a certificate's integers back to prices in dollars, on this or on another instance.

The inverse of `certify`. What is priced is known by its names and minutes, so the certificate may
be that of a similar instance: what it does not know is priced as `Relaxation.first_prices` does,
what is unknown here is left out, and prices that would be none here are brought into their range.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from optimizer.domain.resolved import MICRO
from optimizer.dual.arrays import Floats
from optimizer.dual.box import box_of
from optimizer.dual.certify import PICO_PER_CM3, PICO_PER_G
from optimizer.dual.intervals import INSTANT_MIN
from optimizer.dual.prices import Prices
from optimizer.dual.relaxation import Relaxation
from optimizer.dual.transit import INSTANTS
from optimizer.plan import certificate as stated
from optimizer.plan.certificate import Residual, TransitPrice

MOST_PRICE, MOST_HOUR_PRICE = 10**13, 10**10
"""In a certificate no price is larger, and none of a block minute."""

MOST_SIZE = 10**6
"""Inequalities in which a gram or cubic centimetre has a larger size are left out."""

_Key = tuple[str | int, ...]


Known = Mapping[int, Residual]
"""Inequalities of a certificate that the instance has, too, by their numbers there."""


def known_residuals(relaxation: Relaxation, stated_rows: Sequence[Residual]) -> Known:
    """The inequalities of a certificate about the cargo that there is here.

    They hold whatever a consignment weighs, and without some of them as well.
    """
    changing = {t.consignment for t in relaxation.resolved.transits}
    names = {c.id for c in relaxation.resolved.consignments} - changing
    found = {}
    for k, row in enumerate(stated_rows):
        of = tuple(dict.fromkeys(name for name in row.consignments if name in names))
        sizes = (row.per_g, row.per_cm3)
        known = 0 <= min(sizes) <= max(sizes) <= MOST_SIZE and 0 < row.capacity <= MOST_PRICE
        if of and known:
            found[k] = replace(row, consignments=of)
    return found


def given_prices(
    relaxation: Relaxation,
    of: stated.Prices,
    branches: Sequence[int],
    supply: Floats,
    residuals: Known,
) -> Prices:
    """A leaf's prices on a relaxation, whose branches are those of the leaf.

    Args:
        of: The leaf's prices.
        branches: Those of its branches that are branches here too, in micro-dollars, in order.
        supply: By consignment, USD per kg where the leaf states no price.
        residuals: The certificate's inequalities.
    """
    r, resolved = relaxation, relaxation.resolved
    pools = [pool.id for pool in resolved.pools]
    dispatch = {(x.lane, x.dispatch_min): x.micro for x in of.dispatches}
    stock = {(x.airport, x.minute): x.pico_per_g for x in of.stock}
    prices = Prices(
        supply=_by_name([c.id for c in resolved.consignments], of.supply, PICO_PER_G, supply),
        truck_share=_truck_share(relaxation, of),
        dispatch=np.array([_usd(dispatch.get(x, 0), MICRO) for x in r.trucks.dispatches]),
        rows=_rows(relaxation, of),
        hours_most=_by_name(pools, of.hours_most, MICRO),
        hours_least=_by_name(pools, of.hours_least, MICRO),
        lengths=_lengths(relaxation, of, r.first_prices().lengths),
        acmi=_by_name(pools, of.acmi, MICRO),
        commitments=_by_name([x.id for x in resolved.commitments], of.commitments, PICO_PER_G),
        handling=_by_name([x.id for x in resolved.handling_limits], of.handling, PICO_PER_G),
        stock=np.array([_usd(stock.get(x, 0), PICO_PER_G) for x in r.stock.keys]),
        published=_by_name([x.id for x in resolved.frozen_flights], of.frozen_flights, MICRO),
        transit=_transit(relaxation, of.transit),
        residual=_residual(r, of, residuals, r.first_prices().residual),
        branches=_branches(relaxation, branches),
    )
    return within_range(relaxation, prices)


def own_prices(
    relaxation: Relaxation,
    shared: Prices,
    of: stated.Prices,
    branches: Sequence[int],
    own: Collection[str],
    residuals: Known,
) -> Prices:
    """The prices that a leaf of a cluster states in place of those of the certificate's root.

    Args:
        relaxation: The cluster's, whose branches are those of the leaf.
        shared: Prices of the root by the cluster's numbers, without branches.
        of: The leaf's; what it does not state stays as in the root.
        branches: As in `given_prices`.
        own: The cargo that is the cluster's own here.
        residuals: The certificate's inequalities.
    """
    supply = {name: pico for name, pico in of.supply.items() if name in own}
    names = [c.id for c in relaxation.resolved.consignments]
    pools = [pool.id for pool in relaxation.resolved.pools]
    prices = replace(
        shared,
        supply=_by_name(names, supply, PICO_PER_G, shared.supply),
        hours_most=_by_name(pools, of.hours_most, MICRO, shared.hours_most),
        hours_least=_by_name(pools, of.hours_least, MICRO, shared.hours_least),
        lengths=_lengths(relaxation, of, shared.lengths),
        acmi=_by_name(pools, of.acmi, MICRO, shared.acmi),
        residual=_residual(relaxation, of, residuals, shared.residual),
        branches=_branches(relaxation, branches),
    )
    return within_range(relaxation, prices)


def within_range(relaxation: Relaxation, prices: Prices) -> Prices:
    """The same prices, where they are beyond the range in which the bound is one, at its end."""
    low, high, _ = box_of(relaxation)
    most = MOST_HOUR_PRICE / MICRO
    hours = (prices.hours_most, prices.hours_least)
    most_hours, least_hours = (np.clip(x, -most, most) for x in hours)
    prices = replace(prices, hours_most=most_hours, hours_least=least_hours)
    return prices.like(np.clip(prices.vector(), low.vector(), high.vector()))


def _by_name(
    names: Sequence[str], micro: Mapping[str, int], scale: float, otherwise: Floats | None = None
) -> Floats:
    """Prices in dollars by number; of what has none 0, or as told otherwise."""
    rest = [0.0] * len(names) if otherwise is None else otherwise.tolist()
    return np.array(
        [_usd(micro[n], scale) if n in micro else usd for n, usd in zip(names, rest, strict=True)],
        dtype=np.float64,
    )


def _usd(price: int, scale: float) -> float:
    """A stated price in dollars."""
    return max(-MOST_PRICE, min(price, MOST_PRICE)) / scale


def _branches(relaxation: Relaxation, branches: Sequence[int]) -> Floats:
    """Prices of branches: what is stated for a limit that a tighter one of its kind makes idle,
    that one pays, which proves no less."""
    limits = relaxation.branches
    tightest = {(x.quantity, x.sense): k for k, x in enumerate(limits) if not x.implied}
    usd = np.zeros(len(limits))
    for limit, micro in zip(limits, branches, strict=True):
        usd[tightest[limit.quantity, limit.sense]] += _usd(micro, MICRO)
    return usd


def _lengths(relaxation: Relaxation, of: stated.Prices, otherwise: Floats) -> Floats:
    """Prices of lengths; of those that the leaf has no price for as told otherwise."""
    pools = relaxation.resolved.pools
    keys = [(pools[k].id, block_min) for k, block_min in relaxation.hour_choices.lengths]
    usd = {(x.pool, x.block_min): _usd(x.micro, MICRO) for x in of.lengths}
    rest = otherwise.tolist()
    return np.array([usd.get(key, x) for key, x in zip(keys, rest, strict=True)], dtype=np.float64)


def _residual(
    relaxation: Relaxation, of: stated.Prices, residuals: Known, otherwise: Floats
) -> Floats:
    """Prices of inequalities; of those that the leaf has no price for as told otherwise."""
    number = {row: k for k, row in enumerate(relaxation.residuals.rows)}
    usd = otherwise.copy()
    for price in of.residuals:
        row = residuals.get(price.row)
        if row in number:
            usd[number[row]] = _usd(price.pico, PICO_PER_G)
    return usd


def _truck_share(relaxation: Relaxation, of: stated.Prices) -> Floats:
    """By run, which share of what a full truck takes in is by weight."""
    trucks, runs = relaxation.trucks, relaxation.catalogue.runs
    share = relaxation.first_prices().truck_share
    for price in of.trucks:
        run = runs.get((price.lane, price.dispatch_min, price.customs))
        if run is None:
            continue
        by_weight = _usd(price.pico_per_g, PICO_PER_G) * trucks.payload_kg[run]
        by_volume = _usd(price.pico_per_cm3, PICO_PER_CM3) * trucks.volume_m3[run]
        if by_weight + by_volume > 0:
            share[run] = by_weight / (by_weight + by_volume)
    return share


def _rows(relaxation: Relaxation, of: stated.Prices) -> Floats:
    """Prices of slots, stands, caps, markets and spacing.

    At which instants stands and spacing have prices depends on the rotations there are, so a price
    at an instant goes to the nearest one of this instance.
    """
    rows = relaxation.limits.rows
    usd = np.zeros(len(rows))
    number = {(row.kind, str(row.key[0])): k for k, row in enumerate(rows) if len(row.key) == 1}
    for kind in ("slots", "held_slots", "right_caps", "markets_most", "markets_least"):
        table: Mapping[str, int] = getattr(of, kind)
        for name, micro in table.items():
            if (kind, name) in number:
                usd[number[kind, name]] = _usd(micro, MICRO)
    at: dict[_Key, list[tuple[int, int]]] = defaultdict(list)
    for k, row in enumerate(rows):
        if len(row.key) > 1:
            at[(row.kind, *row.key[:-1])].append((int(row.key[-1]), k))
    priced: list[tuple[_Key, int, int]] = [
        *((("stands", x.airport, x.size), x.minute, x.micro) for x in of.stands),
        *((("spacing", x.market), x.minute, x.micro) for x in of.spacing),
    ]
    for key, minute, micro in priced:
        apart, k = min(((abs(m - minute), k) for m, k in at[key]), default=(INSTANT_MIN, -1))
        if apart < INSTANT_MIN:
            usd[k] += _usd(micro, MICRO)
    return usd


def _transit(relaxation: Relaxation, of: Sequence[TransitPrice]) -> Floats:
    """Prices by which cargo is worth the same at its gateway, also where instants are others."""
    by_change: dict[tuple[str, str], list[TransitPrice]] = defaultdict(list)
    for price in of:
        by_change[price.consignment, price.gateway].append(price)
    kinds = relaxation.catalogue.kinds
    found = np.zeros((len(relaxation.resolved.transits), INSTANTS))
    for k, transit in enumerate(relaxation.resolved.transits):
        prices = by_change[transit.consignment, transit.gateway]
        minutes = np.array([x.minute for x in prices], np.float64)
        usd = np.array([_usd(x.pico_per_g, PICO_PER_G) for x in prices])
        # as much in all after each instant as was charged after it
        place = np.searchsorted(kinds.instants[k], minutes).clip(max=INSTANTS - 1)
        np.add.at(found[k], place, usd)
    return found.reshape(-1)
