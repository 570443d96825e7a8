"""Capacity sold (R3, C18): what it takes on board is cargo of its customer's."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.domain.period import WEEK_MIN
from optimizer.domain.resolved import (
    Access,
    ResolvedCommitment,
    ResolvedConsignment,
    ResolvedCustoms,
    ResolvedPacking,
    ResolvedRequirement,
)
from optimizer.domain.sold import Sold
from optimizer.resolve.context import Context
from optimizer.resolve.quantities import cubic_cm, exact, grams, micro, pico_per_g, rounded

CUSTOMS = "; sold"
"""Customs mode of what is sold, which takes no minutes. No name of a file has a semicolon."""


def sold_consignments(context: Context, planned: Iterable[str]) -> tuple[ResolvedConsignment, ...]:
    """What is sold, as consignments from airport to airport.

    The time in which it may leave is the ready time and the longest dwell; when it arrives is
    whatever the flight makes of it, within another period.
    """
    operators = tuple(sorted(planned))
    return tuple(_consignment(context, row, operators) for row in context.instance.sold)


def _consignment(context: Context, row: Sold, planned: tuple[str, ...]) -> ResolvedConsignment:
    first_min = context.calendar.minute(row.departs_from)
    last_min = context.calendar.minute(row.departs_until)
    shift = first_min - first_min % WEEK_MIN if context.calendar.cyclic else 0
    return ResolvedConsignment(
        id=row.sold,
        origin=row.origin,
        destination=row.destination,
        customs=CUSTOMS,
        weight_g=grams(row.weight_kg),
        volume_cm3=cubic_cm(row.volume_m3),
        chargeable_g=grams(row.weight_kg),
        revenue_micro=micro(row.price_usd),
        surcharge_micro=0,
        ready_min=first_min - shift,
        due_min=last_min - shift + context.calendar.length_min,
        max_dwell_min=last_min - first_min,
        operators=tuple(o for o in planned if not row.operators or o in row.operators),
        uplifts=(Access(row.origin, None),),
        discharges=(Access(row.destination, None),),
        sold="aircraft" if row.whole_aircraft else "block",
    )


def sold_airports(context: Context) -> frozenset[str]:
    """Airports between which capacity is sold."""
    return frozenset(a for row in context.instance.sold for a in (row.origin, row.destination))


def sold_customs(context: Context) -> tuple[ResolvedCustoms, ...]:
    """No minutes at any airport where capacity is sold."""
    return tuple(ResolvedCustoms(CUSTOMS, a, 0, 0) for a in sorted(sold_airports(context)))


def sold_requirements(
    context: Context, types: Iterable[str], airports: Iterable[str]
) -> tuple[ResolvedRequirement, ...]:
    """Which types may provide what is sold (C16); bought capacity never does."""
    types, airports = sorted(types), tuple(sorted(airports))
    return tuple(
        ResolvedRequirement(
            id=f"{row.sold}; types",
            consignments=(row.sold,),
            types=tuple(t for t in types if not row.types or t in row.types),
            airports=airports,
        )
        for row in _rows(context)
    )


def sold_commitments(context: Context) -> tuple[ResolvedCommitment, ...]:
    """What is contracted is provided, or costs its penalty (C19, K14)."""
    return tuple(
        ResolvedCommitment(
            f"{row.sold}; contract",
            (row.sold,),
            grams(row.weight_kg),
            None if row.penalty_usd_per_kg is None else pico_per_g(row.penalty_usd_per_kg),
        )
        for row in _rows(context)
        if row.contracted
    )


def sold_packings(context: Context) -> tuple[ResolvedPacking, ...]:
    """ULD positions that are sold (C6)."""
    return tuple(
        ResolvedPacking(row.sold, row.deck, rounded(1000 * exact(row.uld_positions)))
        for row in _rows(context)
        if row.uld_positions is not None
    )


def _rows(context: Context) -> list[Sold]:
    return sorted(context.instance.sold, key=lambda row: row.sold)


def check_sold(context: Context) -> None:
    """Note what no flight could ever provide, and names that mean something else."""
    calendar = context.calendar
    consignments = {row.consignment for row in context.instance.demand}
    operators = {row.operator for row in context.instance.fleet}
    for row in context.instance.sold:
        first_min, last_min = map(calendar.minute, (row.departs_from, row.departs_until))
        if row.sold in consignments:
            _wrong(context, row, "duplicate", "sold", "a consignment has this name")
        if row.origin == row.destination:
            _wrong(context, row, "no-leg", "destination", "it ends where it begins")
        if last_min < first_min:
            _wrong(context, row, "end-before-start", "departs_until", "it ends before it begins")
        elif calendar.cyclic and last_min - first_min >= WEEK_MIN:
            _wrong(context, row, "longer-than-week", "departs_until", "it lasts a week or more")
        if not calendar.cyclic and not (last_min >= 0 and first_min < calendar.length_min):
            _wrong(context, row, "outside-period", "departs_from", "it is outside of the period")
        for column, amount in (
            ("weight_kg", grams(row.weight_kg)), ("volume_m3", cubic_cm(row.volume_m3)),
        ):  # fmt: skip
            if not amount:
                _wrong(context, row, "no-room", column, "less room than any cargo takes")
        for name in row.operators:
            if name not in operators:
                _wrong(context, row, "unknown-operator", "operators", f"nobody knows {name}")
        for name in row.types:
            if not context.catalogue.has_row("types", name):
                _wrong(context, row, "unknown-type", "types", f"nothing is known of {name}")


def _wrong(context: Context, row: Sold, code: str, column: str, problem: str) -> None:
    value = getattr(row, column)
    context.findings.add(
        code, "sold", f"sold block {row.sold}: {problem}", column=column, value=value
    )
