"""Capacity sold again (C18, R3): as cargo, with whom it may fly, and what is contracted."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedConsignment, ResolvedInstance
from optimizer.domain.sold import Sold
from optimizer.verify.rederive.clock import Clock
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.source import Source
from optimizer.verify.rederive.special import TYPES


def check_sold(
    resolved: ResolvedInstance, source: Source, clock: Clock, differences: Differences
) -> None:
    """Amounts, times, operators and types of all that is sold, and the contracts."""
    rows = {row.sold: row for row in source.instance.sold}
    sold = {c.id: c for c in resolved.consignments if c.sold}
    differences.sets("capacity sold", sold, rows)
    for name in sorted(sold.keys() & rows.keys()):
        _check_cargo(source, clock, sold[name], rows[name], differences)
    _check_types(resolved, source, rows, differences)
    _check_contracts(resolved, rows, differences)


def _check_cargo(
    source: Source, clock: Clock, c: ResolvedConsignment, row: Sold, differences: Differences
) -> None:
    name = f"sold block {c.id}"
    first, last = clock.minute(row.departs_from), clock.minute(row.departs_until)
    open_min = last - first
    if clock.cycle_min is not None:
        first %= clock.cycle_min
    due = first + open_min + 1440 * source.instance.period.days
    differences.near(f"{name}, weight_g", c.weight_g, 1000 * row.weight_kg, 0.5)
    differences.near(f"{name}, volume_cm3", c.volume_cm3, 1e6 * row.volume_m3, 0.5)
    differences.amount(f"{name}, revenue_micro", c.revenue_micro, 1e6 * row.price_usd)
    differences.near(f"{name}, first off-block", c.ready_min, first, 1)
    differences.optional(f"{name}, minutes it may leave in", c.max_dwell_min, open_min)
    differences.near(f"{name}, due_min", c.due_min, due, 1)
    operators = [o for o in source.planned if not row.operators or o in row.operators]
    differences.sets(f"{name}, operators", c.operators, operators)
    ways = [(a.airport, a.lane) for a in (*c.uplifts, *c.discharges)]
    differences.same(
        f"{name}, places and kind",
        (c.origin, c.destination, ways, c.surcharge_micro, c.sold),
        (
            row.origin,
            row.destination,
            [(row.origin, None), (row.destination, None)],
            0,
            "aircraft" if row.whole_aircraft else "block",
        ),
    )


def _check_types(
    resolved: ResolvedInstance, source: Source, rows: dict[str, Sold], differences: Differences
) -> None:
    """Who may fly it: types, over any airport in use."""
    flown = {row.type for row in source.instance.fleet if row.operator in source.planned}
    airports = {airport.code for airport in resolved.airports}
    expected = {
        (f"{name}{TYPES}", (name,), frozenset(t for t in flown if not row.types or t in row.types))
        for name, row in rows.items()
    }
    mine = [r for r in resolved.requirements if r.id.endswith(TYPES)]
    differences.sets(
        "types of capacity sold", [(r.id, r.consignments, frozenset(r.types)) for r in mine],
        expected,
    )  # fmt: skip
    for requirement in mine:
        differences.sets(f"{requirement.id}, airports", requirement.airports, airports)


def _check_contracts(
    resolved: ResolvedInstance, rows: dict[str, Sold], differences: Differences
) -> None:
    contracted = {f"{name}; contract": row for name, row in rows.items() if row.contracted}
    mine = {c.id: c for c in resolved.commitments if c.id.endswith("; contract")}
    differences.sets("contracts of capacity sold", mine, contracted)
    for name in sorted(mine.keys() & contracted.keys()):
        found, row = mine[name], contracted[name]
        differences.same(f"{name}, sold", (found.consignments, found.flight), ((row.sold,), None))
        differences.near(f"{name}, least_g", found.least_g, 1000 * row.weight_kg, 0.5)
        penalty, stated = found.penalty_pico_per_g, row.penalty_usd_per_kg
        if penalty is None or stated is None:
            differences.same(f"{name}, penalty", penalty, stated)
        else:
            differences.amount(f"{name}, penalty", penalty, 1e9 * stated)
