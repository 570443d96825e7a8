"""From prices in dollars to a certificate in integers (``docs/certificate.md``)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from optimizer.domain.digest import resolved_digest
from optimizer.domain.resolved import MICRO
from optimizer.dual.arrays import Floats
from optimizer.dual.cluster_trees import ClusterTree
from optimizer.dual.point import Point
from optimizer.dual.relaxation import Relaxation
from optimizer.dual.tree import Part, all_parts
from optimizer.plan.certificate import (
    Branch,
    Certificate,
    Cluster,
    DispatchPrice,
    Leaf,
    LengthPrice,
    Node,
    Prices,
    Residual,
    ResidualPrice,
    SpacingPrice,
    StandPrice,
    StockPrice,
    TransitPrice,
    TruckPrice,
)

SLACK_SHARE, SLACK_MICRO = 1e-7, 1_000
"""What a claimed bound is above the computed one: prices are rounded, multipliers found anew."""
PICO_PER_G = 1e9
"""Pico-dollars per gram in a dollar per kilogram."""
PICO_PER_CM3 = 1e6
"""Pico-dollars per cubic centimetre in a dollar per cubic metre."""


def claimed_micro(usd: float) -> int:
    """A bound in dollars as one in micro-dollars that can be claimed: rounded up, with room."""
    return math.ceil(usd * MICRO + SLACK_SHARE * abs(usd) * MICRO) + SLACK_MICRO


def certificate(
    relaxation: Relaxation, root: Part, trees: Sequence[ClusterTree] = ()
) -> Certificate:
    """The certificate of a tree, or of a single point in a tree that was never divided.

    Args:
        trees: Of clusters, from the single point on.
    """
    resolved = relaxation.resolved
    usd = max(part.point.usd for part in _leaves(root))
    for of in trees:
        usd -= of.first_usd - max(part.point.usd for part in _leaves(of.tree.root))
    numbers = _priced_residuals(relaxation, root, trees)
    return Certificate(
        instance=resolved.name,
        resolved_digest=resolved_digest(resolved),
        bound_micro=0 if math.isinf(usd) else claimed_micro(usd),
        root=_node(relaxation, root, lambda r, point: _prices(r, point, numbers)),
        clusters=tuple(_cluster(relaxation, root.point, of, numbers) for of in trees),
        residuals=tuple(numbers),
    )


Numbers = Mapping[Residual, int]
"""By residual capacity inequality, its place in the certificate."""


def _priced_residuals(relaxation: Relaxation, root: Part, trees: Sequence[ClusterTree]) -> Numbers:
    """Those that a leaf has a price for, those of clusters last."""
    priced = dict.fromkeys(
        row
        for of, part in ((relaxation, root), *((x.relaxation, x.tree.root) for x in trees))
        for leaf in _leaves(part)
        for row, pico in _residual_pico(of, leaf.point)
        if pico
    )
    return {row: k for k, row in enumerate(priced)}


def _residual_pico(relaxation: Relaxation, point: Point) -> list[tuple[Residual, int]]:
    """Residual capacity inequalities with their prices."""
    pico = (round(x * PICO_PER_G) for x in relaxation.completed(point.prices).residual.tolist())
    return list(zip(relaxation.residuals.rows, pico, strict=True))


def _cluster(whole: Relaxation, point: Point, of: ClusterTree, numbers: Numbers) -> Cluster:
    """The tree of a cluster; its leaves state the prices that are the cluster's own."""
    of_root = {row for row, pico in _residual_pico(whole, point) if pico}
    own = of.own

    def prices_of(relaxation: Relaxation, point: Point) -> Prices:
        prices, pools = point.prices, relaxation.resolved.pools
        cargo = zip(relaxation.resolved.consignments, prices.supply.tolist(), strict=True)
        most = zip(pools, prices.hours_most.tolist(), strict=True)
        least = zip(pools, prices.hours_least.tolist(), strict=True)
        acmi = zip(pools, prices.acmi.tolist(), strict=True)
        return Prices(  # prices of 0 are stated: they stand in place of the root's
            supply={c.id: round(usd * PICO_PER_G) for c, usd in cargo if c.id in own},
            hours_most={p.id: round(x * MICRO) for p, x in most if p.max_block_min is not None},
            hours_least={p.id: round(x * MICRO) for p, x in least if p.min_block_min is not None},
            lengths=_lengths(relaxation, prices.lengths),
            acmi={p.id: math.floor(x * MICRO) for p, x in acmi if p.acmi},
            residuals=tuple(
                ResidualPrice(numbers[row], pico)
                for row, pico in _residual_pico(relaxation, point)
                if pico or row in of_root
            ),
            branches=tuple(round(usd * MICRO) for usd in prices.branches.tolist()),
        )

    return Cluster(
        tuple(pool.id for pool in of.relaxation.resolved.pools),
        _node(of.relaxation, of.tree.root, prices_of),
    )


def _leaves(root: Part) -> list[Part]:
    return [part for part in all_parts(root) if part.parts is None]


def _node(
    relaxation: Relaxation, root: Part, prices_of: Callable[[Relaxation, Point], Prices]
) -> Node:
    """The tree of records, built from its leaves up without recursion."""
    built: dict[int, Node] = {}
    for part in reversed([*all_parts(root)]):
        if part.parts is None or part.quantity is None:
            relaxation.branch(part.path)
            built[id(part)] = Leaf(prices_of(relaxation, part.point))
        else:
            low, high = part.parts
            built[id(part)] = Branch(part.quantity, part.most, built[id(low)], built[id(high)])
    return built[id(root)]


def _prices(relaxation: Relaxation, point: Point, numbers: Numbers) -> Prices:
    resolved, prices = relaxation.resolved, point.prices
    pools = [pool.id for pool in resolved.pools]
    by_kind: dict[str, dict[str, int]] = {}
    stands, spacing = [], []
    for row, usd in zip(relaxation.limits.rows, prices.rows.tolist(), strict=True):
        micro = round(usd * MICRO)
        if not micro:
            continue
        if row.kind == "stands":
            stands.append(StandPrice(str(row.key[0]), str(row.key[1]), int(row.key[2]), micro))
        elif row.kind == "spacing":
            spacing.append(SpacingPrice(str(row.key[0]), int(row.key[1]), micro))
        else:
            by_kind.setdefault(row.kind, {})[str(row.key[0])] = micro
    names = [c.id for c in resolved.consignments]
    return Prices(
        supply=_priced(names, prices.supply, PICO_PER_G),
        trucks=tuple(_trucks(relaxation, point)),
        dispatches=tuple(
            DispatchPrice(lane, minute, micro)
            for (lane, minute), number in relaxation.trucks.dispatches.items()
            if (micro := round(float(prices.dispatch[number]) * MICRO))
        ),
        slots=by_kind.get("slots", {}),
        held_slots=by_kind.get("held_slots", {}),
        stands=tuple(stands),
        right_caps=by_kind.get("right_caps", {}),
        markets_most=by_kind.get("markets_most", {}),
        markets_least=by_kind.get("markets_least", {}),
        spacing=tuple(spacing),
        hours_most=_priced(pools, prices.hours_most, MICRO),
        hours_least=_priced(pools, prices.hours_least, MICRO),
        lengths=_lengths(relaxation, prices.lengths),
        acmi=_acmi(relaxation, prices.acmi),
        commitments=_commitments(relaxation, prices.commitments),
        handling=_priced([x.id for x in resolved.handling_limits], prices.handling, PICO_PER_G),
        stock=tuple(
            StockPrice(airport, minute, pico)
            for (airport, minute), usd in zip(
                relaxation.stock.keys, prices.stock.tolist(), strict=True
            )
            if (pico := round(usd * PICO_PER_G))
        ),
        frozen_flights=_published(relaxation, prices.published),
        transit=_transit(relaxation, point),
        residuals=tuple(
            ResidualPrice(numbers[row], pico)
            for row, pico in _residual_pico(relaxation, point)
            if pico
        ),
        branches=tuple(round(usd * MICRO) for usd in prices.branches.tolist()),
    )


def _priced(names: list[str], usd: Floats, scale: float) -> dict[str, int]:
    found = zip(names, (round(x * scale) for x in usd.tolist()), strict=True)
    return {name: price for name, price in found if price}


def _commitments(relaxation: Relaxation, usd_per_kg: Floats) -> dict[str, int]:
    """Rounded up, towards 0, so that they stay within the penalties."""
    return {
        commitment.id: pico
        for commitment, usd in zip(
            relaxation.resolved.commitments, usd_per_kg.tolist(), strict=True
        )
        if (pico := math.ceil(usd * PICO_PER_G))
    }


def _lengths(relaxation: Relaxation, usd: Floats) -> tuple[LengthPrice, ...]:
    """Prices of 0 too: where any is stated the pool's hours count by whole flights."""
    pools = relaxation.resolved.pools
    return tuple(
        LengthPrice(pools[k].id, block_min, round(price * MICRO))
        for (k, block_min), price in zip(relaxation.hour_choices.lengths, usd.tolist(), strict=True)
    )


def _published(relaxation: Relaxation, usd: Floats) -> dict[str, int]:
    """Rounded up, towards 0, so that they stay within the penalties."""
    published = zip(relaxation.resolved.frozen_flights, usd.tolist(), strict=True)
    return {f.id: micro for f, price in published if (micro := math.ceil(price * MICRO))}


def _transit(relaxation: Relaxation, point: Point) -> tuple[TransitPrice, ...]:
    kinds, prices = relaxation.catalogue.kinds, point.prices
    stock_usd = relaxation.stock.change_usd(prices.stock)
    return tuple(
        TransitPrice(transit.consignment, transit.gateway, minute, pico)
        for transit, minutes, steps in zip(
            relaxation.resolved.transits,
            kinds.instants.tolist(),
            kinds.steps_usd(prices.transit, stock_usd).tolist(),
            strict=True,
        )
        for minute, usd in zip(minutes, steps, strict=True)
        if (pico := round(usd * PICO_PER_G))
    )


def _acmi(relaxation: Relaxation, usd_per_min: Floats) -> dict[str, int]:
    """Rounded down, so that it stays within the lessor's rate."""
    return {
        pool.id: micro
        for pool, usd in zip(relaxation.resolved.pools, usd_per_min.tolist(), strict=True)
        if pool.acmi and (micro := math.floor(usd * MICRO))
    }


def _trucks(relaxation: Relaxation, point: Point) -> list[TruckPrice]:
    """Rounded down, so that no truck takes in more than it costs."""
    by_kg, by_m3 = relaxation.trucks.cargo_usd(point.prices, relaxation.branches)
    return [
        TruckPrice(*key, math.floor(by_kg[run] * PICO_PER_G), math.floor(by_m3[run] * PICO_PER_CM3))
        for key, run in relaxation.catalogue.runs.items()
    ]
