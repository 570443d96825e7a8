"""Published flights and tendered cargo (C20, K14)."""

from __future__ import annotations

from optimizer.domain.frozen import FrozenCargo, FrozenFlight
from optimizer.domain.resolved import (
    ResolvedCommitment,
    ResolvedConsignment,
    ResolvedFrozenFlight,
    ResolvedPool,
)
from optimizer.resolve.context import Context
from optimizer.resolve.fleet import tail_names
from optimizer.resolve.quantities import grams, micro, pico_per_g


def resolve_frozen_flights(
    context: Context, pools: tuple[ResolvedPool, ...]
) -> tuple[ResolvedFrozenFlight, ...]:
    """Published flights by id, with the pools whose flights count for them."""
    rows = sorted(context.instance.frozen_flights, key=lambda row: row.flight)
    return tuple(_flight(context, row, pools) for row in rows)


def _flight(
    context: Context, row: FrozenFlight, pools: tuple[ResolvedPool, ...]
) -> ResolvedFrozenFlight:
    airports = row.route.split("-")
    flown = _pools(context, row, pools)
    off_min = [context.calendar.minute(instant) for instant in row.departs_at]
    if context.calendar.cyclic:
        first_week_min = off_min[0] - off_min[0] % context.calendar.length_min
        off_min = [minute - first_week_min for minute in off_min]
    if len(off_min) not in (1, len(airports) - 1):
        _wrong(context, row, "contradiction", "it has as many departures as legs, or one",
               "departs_at", len(off_min), f"1 or {len(airports) - 1}")  # fmt: skip
    if not flown:
        _wrong(context, row, "no-aircraft", "no aircraft of this plan is meant", "tail",
               row.tail or "", "a tail of this operator and type, or blank")  # fmt: skip
    return ResolvedFrozenFlight(
        id=row.flight,
        operator=row.operator,
        type=row.type,
        pools=flown,
        airports=tuple(code.rstrip("*") for code in airports),
        stops=tuple("technical" if code.endswith("*") else "full" for code in airports[1:]),
        off_block_min=tuple(off_min),
        within_min=row.within_min,
        flights=row.flights,
        penalty_micro=None if row.penalty_usd is None else micro(row.penalty_usd),
        counted=row.counted,
    )


def _pools(context: Context, row: FrozenFlight, pools: tuple[ResolvedPool, ...]) -> tuple[str, ...]:
    """Pools of operator and type; with a tail the one it is in, with a fleet row all of its."""
    alike = [p for p in pools if (p.operator, p.type) == (row.operator, row.type)]
    if row.tail is None:
        return tuple(p.id for p in alike)
    named = {row.tail}
    for fleet in context.instance.fleet:
        if fleet.tail == row.tail:
            named.update(tail_names(fleet))
    return tuple(p.id for p in alike if named.issuperset(p.tails))


def resolve_frozen_cargo(
    context: Context, consignments: tuple[ResolvedConsignment, ...]
) -> tuple[ResolvedCommitment, ...]:
    """Tendered cargo as commitments that only flights of the published one can keep."""
    offered_g = {c.id: c.weight_g for c in consignments}
    flights = {row.flight for row in context.instance.frozen_flights}
    rows = sorted(context.instance.frozen_cargo, key=lambda row: row.tendered)
    found = []
    for row in rows:
        least_g = grams(row.weight_kg)
        if row.flight not in flights:
            _wrong(context, row, "unknown-flight", "it is booked on no published flight", "flight",
                   row.flight, "a flight of frozen_flights.csv")  # fmt: skip
        if row.consignment not in offered_g:
            _wrong(context, row, "unknown-cargo", "there is no such consignment", "consignment",
                   row.consignment, "a consignment of demand.csv")  # fmt: skip
        elif least_g > offered_g[row.consignment]:
            _wrong(context, row, "more-than-offered", "more is tendered than is offered",
                   "weight_kg", row.weight_kg,
                   f"at most {offered_g[row.consignment] / 1000:,.3f} kg")  # fmt: skip
        penalty = row.penalty_usd_per_kg
        pico = None if penalty is None else pico_per_g(penalty)
        found.append(
            ResolvedCommitment(row.tendered, (row.consignment,), least_g, pico, row.flight)
        )
    return tuple(found)


def _wrong(
    context: Context,
    row: FrozenFlight | FrozenCargo,
    code: str,
    message: str,
    column: str,
    value: object,
    expected: str,
) -> None:
    flight = isinstance(row, FrozenFlight)
    name = row.flight if isinstance(row, FrozenFlight) else row.tendered
    table = "frozen_flights" if flight else "frozen_cargo"
    context.findings.add(
        code, table, f"{name}: {message}", column=column, value=value, expected=expected
    )
