"""Holds of a route with ULD positions in place of volume (C6)."""

from __future__ import annotations

from dataclasses import replace

from optimizer.domain.resolved import ResolvedInstance
from optimizer.verify.certificate.cargo import Hold

FINE = 10_000
"""Parts of a thousandth of a position: rooms are as large as in cm³, so rounding as little."""


def packed_holds(resolved: ResolvedInstance, type_: str, hold: Hold) -> list[Hold]:
    """For the main deck, the lower deck and both: the hold with its positions as its room.

    What a load takes of a deck is at most what the deck has, so the best load of such a hold is at
    least the best that keeps all limits, as that of the hold with volume is.
    """
    packing = {row.consignment: row for row in resolved.packings}
    rows = [row for row in resolved.positions if row.type == type_]
    found = []
    for row in rows:
        both = None if row.main is None or row.lower is None else row.main + row.lower
        for decks, positions in (
            (("main",), row.main),
            (("lower",), row.lower),
            (("main", "lower", "any"), both),
        ):
            if positions is None:
                continue
            pieces = []
            for piece in hold.pieces:
                packed = packing.get(piece.consignment.id)
                taken = packed.milli_positions if packed and packed.deck in decks else 0
                fine = FINE * taken * piece.weight_g // piece.consignment.weight_g
                pieces.append(replace(piece, volume_cm3=fine))
            if any(piece.volume_cm3 for piece in pieces):
                room = FINE * 1000 * positions
                found.append(replace(hold, room_cm3=room, pieces=tuple(pieces)))
    return found
