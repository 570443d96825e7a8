"""ULD positions again (C6)."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedInstance
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.source import Source


def check_positions(resolved: ResolvedInstance, source: Source, differences: Differences) -> None:
    """What cargo takes of positions, and what the types flown have."""
    packed = {
        c.consignment: (c.deck, 1000 * c.uld_positions)
        for c in source.instance.demand
        if c.uld_positions is not None
    }
    packed |= {
        row.sold: (row.deck, 1000 * row.uld_positions)
        for row in source.instance.sold
        if row.uld_positions is not None
    }
    differences.sets("packings", [row.consignment for row in resolved.packings], list(packed))
    for row in resolved.packings:
        if row.consignment in packed:
            deck, milli = packed[row.consignment]
            name = f"packing {row.consignment}"
            differences.same(f"{name}, deck", row.deck, deck)
            differences.near(f"{name}, milli_positions", row.milli_positions, milli, 0.51)
    flown = {row.type for row in source.instance.fleet if row.operator in source.planned}
    expected = {}
    for type_ in flown if packed else ():
        has = tuple(
            source.type_number(type_, field) for field in ("main_positions", "lower_positions")
        )
        if has != (None, None):
            expected[type_] = has
    stated = {row.type: (row.main, row.lower) for row in resolved.positions}
    differences.sets("types with positions", list(stated), list(expected))
    for type_ in sorted(set(stated) & set(expected)):
        differences.same(f"positions of {type_}", stated[type_], expected[type_])
