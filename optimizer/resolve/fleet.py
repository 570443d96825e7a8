"""Fleet rows as pools (C1, C14, K4)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from fractions import Fraction

from optimizer.domain.fleet import FleetRow
from optimizer.domain.period import WEEK_MIN
from optimizer.domain.resolved import ResolvedPool, Window
from optimizer.resolve.context import Context
from optimizer.resolve.quantities import exact, micro, minutes


def planned_operators(context: Context) -> tuple[str, ...]:
    """Operators with tails in the fleet that are not given, in order."""
    given = {o.operator for o in context.instance.operators if o.role == "given"}
    return tuple(sorted({row.operator for row in context.instance.fleet} - given))


def month_days(context: Context) -> int:
    """Days of the calendar month in which the period starts, as stated."""
    start = context.instance.period.start
    return monthrange(start.year, start.month)[1]


def resolve_pools(context: Context, planned: tuple[str, ...]) -> tuple[ResolvedPool, ...]:
    """Pools of the planned operators, by id."""
    maintenance, named = _maintenance(context), {x.tail for x in context.instance.frozen_flights}
    pools = [
        pool
        for row in context.instance.fleet
        if row.operator in planned
        for pool in _pools(context, row, maintenance.get(row.tail, ()), named)
    ]
    return tuple(sorted(pools, key=lambda pool: pool.id))


def tail_names(row: FleetRow) -> tuple[str, ...]:
    """Names of the tails of a fleet row."""
    if row.count == 1:
        return (row.tail,)
    return tuple(f"{row.tail}-{i}" for i in range(1, row.count + 1))


def _pools(
    context: Context, row: FleetRow, maintenance: tuple[Window, ...], named: set[str | None]
) -> Iterator[ResolvedPool]:
    tails = tail_names(row)
    unlimited = row.max_block_h is None and row.min_block_h is None and row.contract == "owned"
    alike = (
        context.calendar.cyclic
        or len(tails) == 1
        or (unlimited and named.isdisjoint(tails))  # a tail a published flight names is its own
    )
    if alike:
        yield _pool(context, row, row.tail, tails, maintenance)
    else:
        for tail in tails:
            yield _pool(context, row, tail, (tail,), maintenance)


def _pool(
    context: Context,
    row: FleetRow,
    pool_id: str,
    tails: tuple[str, ...],
    maintenance: tuple[Window, ...],
) -> ResolvedPool:
    calendar = context.calendar
    length_min = calendar.length_min
    from_min = 0 if row.available_from is None else calendar.minute(row.available_from)
    until_min = length_min if row.available_until is None else calendar.minute(row.available_until)
    acmi = row.contract == "acmi"
    share = Fraction(context.instance.period.days, month_days(context))
    guarantee_h = exact(row.acmi_guarantee_h_per_month) if acmi else Fraction(0)
    return ResolvedPool(
        id=pool_id,
        tails=tails,
        operator=row.operator,
        type=row.type,
        base=row.base,
        start_airport=row.start_airport or row.base,
        end_airport=row.end_airport or row.base,
        available_from_min=min(max(from_min, 0), length_min),
        available_until_min=min(max(until_min, 0), length_min),
        maintenance=maintenance,
        acmi=acmi,
        returnable=acmi and row.returnable,
        fixed_micro=micro(_lease_usd_per_month(context, row) * share),
        acmi_micro_per_block_h=micro(_acmi_usd_per_block_h(context, row)) if acmi else 0,
        guarantee_min=minutes(guarantee_h * share),
        max_block_min=None if row.max_block_h is None else minutes(row.max_block_h),
        min_block_min=None if row.min_block_h is None else minutes(row.min_block_h),
    )


def _lease_usd_per_month(context: Context, row: FleetRow) -> Fraction:
    """Lease of a tail; a wet lease pays one only if its own row says so."""
    if row.lease_usd_per_month is not None:
        return exact(row.lease_usd_per_month)
    if row.contract == "acmi":
        return Fraction(0)
    return exact(context.catalogue.number("types", row.type, "lease_usd_per_month") or 0.0)


def _acmi_usd_per_block_h(context: Context, row: FleetRow) -> Fraction:
    if row.acmi_usd_per_block_h is not None:
        return exact(row.acmi_usd_per_block_h)
    return exact(context.catalogue.number("types", row.type, "acmi_usd_per_block_h") or 0.0)


def _maintenance(context: Context) -> dict[str, tuple[Window, ...]]:
    """Maintenance windows by tail, those that touch the period; cyclic: modulo the week."""
    windows: dict[str, list[Window]] = {}
    for row in context.instance.maintenance:
        start = context.calendar.minute(row.start)
        window = Window(start, context.calendar.minute(row.end))
        if context.calendar.cyclic:
            shift = start - start % WEEK_MIN
            window = Window(start - shift, window.end_min - shift)
        elif window.end_min <= 0 or window.start_min >= context.calendar.length_min:
            continue
        windows.setdefault(row.tail, []).append(window)
    return {
        tail: tuple(sorted(set(found), key=lambda w: (w.start_min, w.end_min)))
        for tail, found in windows.items()
    }
