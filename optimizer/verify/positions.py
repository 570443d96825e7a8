"""C6: ULD positions on a leg."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from optimizer.verify.case import Case
from optimizer.verify.legs import on_board
from optimizer.verify.report import Violation
from optimizer.verify.words import leg_name, when


def c6_positions(case: Case) -> Iterator[Violation]:
    """C6: cargo for a deck takes at most its positions, and all cargo those of both, exactly."""
    aircraft = {row.type: row for row in case.resolved.positions}
    packing = {row.consignment: row for row in case.resolved.packings}
    for (_, i), loads in on_board(case).items():
        flight = loads[0].flight
        has = aircraft.get(flight.rotation.type)
        if has is None or loads[0].block is not None:
            continue
        taken = {"main": Fraction(0), "lower": Fraction(0), "any": Fraction(0)}
        for load in loads:
            packed = packing.get(load.consignment.id)
            if packed is not None:
                thousandths = packed.milli_positions * load.load.grams
                taken[packed.deck] += Fraction(thousandths, 1000 * load.consignment.weight_g)
        both = None if has.main is None or has.lower is None else has.main + has.lower
        for where, used, limit in (
            ("on the main deck", taken["main"], has.main),
            ("on the lower deck", taken["lower"], has.lower),
            ("on both decks", sum(taken.values()), both),
        ):
            if limit is None or used <= limit:
                continue
            leg = flight.rotation.legs[i]
            departure = when(case.resolved, leg.off_block_min, leg.origin)
            yield Violation(
                code="C6",
                message=f"{leg_name(flight, i)} on {departure}: cargo takes {float(used):,.3f} "
                f"ULD positions {where}, which has {limit}",
                amount=ceil(1000 * (used - limit)),
                unit="thousandths of a position",
                operator=flight.rotation.operator,
                flight=flight.id,
                tail=flight.tail,
                leg=i,
                station=leg.origin,
                minute=leg.off_block_min,
            )
