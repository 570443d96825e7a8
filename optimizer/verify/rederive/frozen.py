"""Published flights and tendered cargo again (C20, K14)."""

from __future__ import annotations

from optimizer.domain.frozen import FrozenFlight
from optimizer.domain.resolved import ResolvedFrozenFlight, ResolvedInstance
from optimizer.verify.rederive.clock import Clock
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.source import Source


def check_frozen(
    resolved: ResolvedInstance, source: Source, clock: Clock, differences: Differences
) -> None:
    """Every published flight: who may fly it, where, when, and what giving it up costs."""
    rows = {row.flight: row for row in source.instance.frozen_flights}
    differences.same("most_changes", resolved.most_changes, source.instance.most_changes)
    differences.sets("frozen flights", (f.id for f in resolved.frozen_flights), rows)
    for frozen in resolved.frozen_flights:
        if frozen.id in rows:
            _check_flight(resolved, source, clock, frozen, rows[frozen.id], differences)
    _check_cargo(resolved, source, differences)


def _check_flight(
    resolved: ResolvedInstance,
    source: Source,
    clock: Clock,
    frozen: ResolvedFrozenFlight,
    row: FrozenFlight,
    differences: Differences,
) -> None:
    name = f"frozen flight {frozen.id}"
    calls = row.route.split("-")
    stops = tuple("technical" if "*" in call else "full" for call in calls[1:])
    differences.same(
        f"{name}, operator, type, route",
        (frozen.operator, frozen.type, frozen.airports, frozen.stops),
        (row.operator, row.type, tuple(call[:3] for call in calls), stops),
    )
    flyers = {
        pool.id
        for pool in resolved.pools
        if (pool.operator, pool.type) == (row.operator, row.type)
        and (row.tail is None or _meant(source, row.tail) >= set(pool.tails))
    }
    differences.sets(f"{name}, pools", frozen.pools, flyers)
    minutes = [clock.minute(instant) for instant in row.departs_at]
    if clock.cycle_min is not None:
        minutes = [m - minutes[0] + minutes[0] % clock.cycle_min for m in minutes]
    differences.same(f"{name}, departures", len(frozen.off_block_min), len(minutes))
    for derived, stated in zip(frozen.off_block_min, minutes, strict=False):
        differences.near(f"{name}, off_block_min", derived, stated, 0)
    differences.same(
        f"{name}, within, flights, counted",
        (frozen.within_min, frozen.flights, frozen.counted),
        (row.within_min, row.flights, row.counted),
    )
    if frozen.penalty_micro is None or row.penalty_usd is None:
        differences.same(f"{name}, penalty", frozen.penalty_micro, row.penalty_usd)
    else:
        differences.amount(f"{name}, penalty", frozen.penalty_micro, 1e6 * row.penalty_usd)


def _meant(source: Source, name: str) -> set[str]:
    """The tail of this name, or the numbered ones of the fleet row of this name."""
    for row in source.instance.fleet:
        if row.tail == name and row.count > 1:
            return {f"{name}-{number}" for number in range(1, row.count + 1)}
    return {name}


def _check_cargo(resolved: ResolvedInstance, source: Source, differences: Differences) -> None:
    rows = {row.tendered: row for row in source.instance.frozen_cargo}
    tendered = {c.id: c for c in resolved.commitments if c.flight is not None}
    differences.sets("frozen cargo", tendered, rows)
    for name in sorted(tendered.keys() & rows.keys()):
        cargo, row = tendered[name], rows[name]
        differences.same(
            f"frozen cargo {name}, consignment and flight",
            (cargo.consignments, cargo.flight),
            ((row.consignment,), row.flight),
        )
        what = f"frozen cargo {name}"
        differences.near(f"{what}, least_g", cargo.least_g, 1000 * row.weight_kg, 0.51)
        if cargo.penalty_pico_per_g is None or row.penalty_usd_per_kg is None:
            differences.same(f"{what}, penalty", cargo.penalty_pico_per_g, row.penalty_usd_per_kg)
        else:
            stated = 1e9 * row.penalty_usd_per_kg
            differences.amount(f"{what}, penalty", cargo.penalty_pico_per_g, stated)
