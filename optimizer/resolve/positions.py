"""ULD positions of aircraft, and what cargo takes of them (C6)."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.domain.resolved import ResolvedPacking, ResolvedPositions
from optimizer.resolve.context import Context
from optimizer.resolve.quantities import exact, rounded

MILLI = 1000


def resolve_packings(context: Context) -> tuple[ResolvedPacking, ...]:
    """What consignments take of positions, of those that say so."""
    return tuple(
        ResolvedPacking(row.consignment, row.deck, rounded(MILLI * exact(row.uld_positions)))
        for row in sorted(context.instance.demand, key=lambda row: row.consignment)
        if row.uld_positions is not None
    )


def resolve_positions(context: Context, types: Iterable[str]) -> tuple[ResolvedPositions, ...]:
    """Positions of the types in use that limit anything; nothing where no cargo takes any."""
    instance = context.instance
    stated = [row.uld_positions for row in instance.demand]
    stated += [row.uld_positions for row in instance.sold]
    if all(number is None for number in stated):
        return ()
    found = []
    for type_ in sorted(types):
        main, lower = (
            context.catalogue.number("types", type_, field)
            for field in ("main_positions", "lower_positions")
        )
        if main is not None or lower is not None:
            found.append(ResolvedPositions(type_, _whole(main), _whole(lower)))
    return tuple(found)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
