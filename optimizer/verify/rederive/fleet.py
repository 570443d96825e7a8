"""Pools again: who flies what, when, on which terms (C1, C14, K4)."""

from __future__ import annotations

from calendar import monthrange

from optimizer.domain.fleet import FleetRow
from optimizer.domain.resolved import ResolvedInstance, ResolvedPool, Window
from optimizer.verify.rederive.clock import Clock
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.source import Source


def check_pools(
    resolved: ResolvedInstance, source: Source, clock: Clock, differences: Differences
) -> None:
    """Pools by their tails, and the terms of each."""
    expected: dict[tuple[str, ...], FleetRow] = {}
    for row in source.instance.fleet:
        if row.operator in source.planned:
            tails = [f"{row.tail}-{n + 1}" for n in range(row.count)]
            if row.count == 1:
                tails = [row.tail]
            if clock.cyclic or _alike(source, row):
                expected[tuple(tails)] = row
            else:
                expected.update({(tail,): row for tail in tails})
    differences.sets("pools", (pool.tails for pool in resolved.pools), expected)
    for pool in resolved.pools:
        if pool.tails in expected:
            _check_place(source, clock, pool, expected[pool.tails], differences)
            _check_terms(source, clock, pool, expected[pool.tails], differences)


def _alike(source: Source, row: FleetRow) -> bool:
    """Whether the tails of a dated row differ in nothing that matters, nor in what they publish."""
    names = {f"{row.tail}-{n + 1}" for n in range(row.count)} if row.count > 1 else set()
    published = any(frozen.tail in names for frozen in source.instance.frozen_flights)
    limited = row.max_block_h is not None or row.min_block_h is not None
    serviced = any(m.tail == row.tail for m in source.instance.maintenance)
    return not limited and not serviced and not published and row.contract == "owned"


def _check_place(
    source: Source, clock: Clock, pool: ResolvedPool, row: FleetRow, differences: Differences
) -> None:
    name = f"pool {pool.id}"
    differences.same(
        f"{name}, operator, type, base",
        (pool.operator, pool.type, pool.base),
        (row.operator, row.type, row.base),
    )
    differences.same(
        f"{name}, start and end",
        (pool.start_airport, pool.end_airport),
        (row.start_airport or row.base, row.end_airport or row.base),
    )
    last = clock.length_min
    start = 0 if row.available_from is None else clock.minute(row.available_from)
    end = last if row.available_until is None else clock.minute(row.available_until)
    start, end = (min(max(0, minute), last) for minute in (start, end))
    differences.near(f"{name}, available_from_min", pool.available_from_min, start, 1)
    differences.near(f"{name}, available_until_min", pool.available_until_min, end, 1)
    windows = set()
    for work in source.instance.maintenance:
        if work.tail == row.tail:
            begin, finish = clock.minute(work.start), clock.minute(work.end)
            if clock.cycle_min is not None:
                begin, finish = begin % clock.cycle_min, finish - begin + begin % clock.cycle_min
            windows.add(Window(begin, finish))
    touching = {
        w for w in windows if clock.cyclic or (w.end_min > 0 and w.start_min < clock.length_min)
    }
    differences.sets(f"{name}, maintenance", pool.maintenance, touching)


def _check_terms(
    source: Source, clock: Clock, pool: ResolvedPool, row: FleetRow, differences: Differences
) -> None:
    name, period = f"pool {pool.id}", source.instance.period
    share = period.days / monthrange(period.start.year, period.start.month)[1]
    acmi = row.contract == "acmi"
    differences.same(f"{name}, acmi", pool.acmi, acmi)
    differences.same(f"{name}, returnable", pool.returnable, acmi and row.returnable)
    lease, rate = row.lease_usd_per_month, row.acmi_usd_per_block_h
    if lease is None and not acmi:
        lease = source.type_number(row.type, "lease_usd_per_month")
    if rate is None:
        rate = source.type_number(row.type, "acmi_usd_per_block_h")
    differences.amount(f"{name}, lease", pool.fixed_micro, 1e6 * (lease or 0) * share)
    if acmi:
        differences.amount(f"{name}, rate", pool.acmi_micro_per_block_h, 1e6 * (rate or 0))
        guarantee = 60 * row.acmi_guarantee_h_per_month * share
        differences.near(f"{name}, guarantee_min", pool.guarantee_min, guarantee, 1)
    for field, limit, hours in (
        ("max_block_min", pool.max_block_min, row.max_block_h),
        ("min_block_min", pool.min_block_min, row.min_block_h),
    ):
        differences.optional(f"{name}, {field}", limit, None if hours is None else 60 * hours)
