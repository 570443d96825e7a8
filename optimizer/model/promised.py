"""Commitments to the gram: what rounding left short is taken from other cargo (C19).

A model keeps a commitment to within its accuracy, which may be some grams less than promised. Where
these fit nowhere, as much of other cargo stays behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil

from optimizer.domain.resolved import ResolvedInstance
from optimizer.model.itinerary import Itinerary
from optimizer.model.ledger import Ledger, TruckKey, truck_key

ROUNDING_SHARE = 1e-5
"""A commitment that is short by a larger share was not meant to be kept."""


def keep_commitments(
    resolved: ResolvedInstance, ledger: Ledger, grams: dict[Itinerary, int]
) -> None:
    """Change grams, and the room there is, so that commitments nearly kept are kept."""
    for commitment in resolved.commitments:
        mine = [i for i in grams if i.consignment.id in commitment.consignments]
        short_g = commitment.least_g - sum(grams[i] for i in mine)
        if not 0 < short_g <= max(2 * len(mine), ROUNDING_SHARE * commitment.least_g):
            continue
        for i in mine:
            short_g -= _take(ledger, grams, i, short_g)
        for i in mine:
            for other in _beside(resolved, grams, i):
                if short_g > 0:
                    short_g -= _exchange(resolved, ledger, grams, (i, other), mine, short_g)


def _exchange(
    resolved: ResolvedInstance,
    ledger: Ledger,
    grams: dict[Itinerary, int],
    pair: tuple[Itinerary, Itinerary],
    mine: list[Itinerary],
    short_g: int,
) -> int:
    """Put one load in the place of another; by how much a commitment is less short then.

    The other may be of the commitment too, if what it frees elsewhere takes as much. What does not
    help is undone.
    """
    before, (i, other) = dict(grams), pair
    _give_way(resolved, ledger, grams, other, i, short_g, own=other in mine)
    delivered_g = sum(before[k] for k in mine)
    for k in (i, *(k for k in mine if k != i)):
        missing_g = delivered_g + short_g - sum(grams[m] for m in mine)
        _take(ledger, grams, k, missing_g)
    gained_g = sum(grams[k] for k in mine) - delivered_g
    if gained_g <= 0 or _short_g(resolved, grams) >= _short_g(resolved, before):
        for k, amount in before.items():
            ledger.take(k.consignment, k.flight, k.legs, k.trucks, amount - grams[k])
            grams[k] = amount
        return 0
    return gained_g


def _take(ledger: Ledger, grams: dict[Itinerary, int], i: Itinerary, most_g: int) -> int:
    """Load as much more as there is room for; how much that is."""
    taken = max(0, min(most_g, ledger.headroom_g(i.consignment, i.flight, i.legs, i.trucks)))
    ledger.take(i.consignment, i.flight, i.legs, i.trucks, taken)
    grams[i] += taken
    return taken


def _give_way(
    resolved: ResolvedInstance,
    ledger: Ledger,
    grams: dict[Itinerary, int],
    other: Itinerary,
    i: Itinerary,
    needed_g: int,
    *,
    own: bool,
) -> None:
    """Leave as much of other cargo behind as so many grams need by weight and by volume."""
    a, b = i.consignment, other.consignment
    bulk_g = needed_g
    if b.volume_cm3:
        bulk_g = ceil(needed_g * a.volume_cm3 * b.weight_g / (a.weight_g * b.volume_cm3))
    spare_g = grams[other] if own else _spare_g(resolved, grams, b.id)
    left_g = min(max(needed_g, bulk_g) + 1, grams[other], spare_g)
    ledger.take(b, other.flight, other.legs, other.trucks, -left_g)
    grams[other] -= left_g


def _spare_g(resolved: ResolvedInstance, grams: Mapping[Itinerary, int], consignment: str) -> int:
    """How much of a consignment may stay behind without a commitment becoming short."""
    delivered: dict[str, int] = {}
    for i, amount in grams.items():
        delivered[i.consignment.id] = delivered.get(i.consignment.id, 0) + amount
    spare = delivered[consignment]
    for commitment in resolved.commitments:
        if consignment in commitment.consignments:
            kept_g = sum(delivered.get(c, 0) for c in commitment.consignments)
            spare = min(spare, kept_g - commitment.least_g)
    return max(0, spare)


def _short_g(resolved: ResolvedInstance, grams: Mapping[Itinerary, int]) -> int:
    """Grams short of all commitments together."""
    return sum(
        max(0, c.least_g - sum(n for i, n in grams.items() if i.consignment.id in c.consignments))
        for c in resolved.commitments
    )


def _beside(
    resolved: ResolvedInstance, grams: Mapping[Itinerary, int], i: Itinerary
) -> Iterator[Itinerary]:
    """Other cargo on the same legs or trucks."""
    runs = _runs(resolved, i)
    for other in list(grams):
        aboard = other.flight == i.flight and not set(other.legs).isdisjoint(i.legs)
        if other != i and (aboard or not runs.isdisjoint(_runs(resolved, other))):
            yield other


def _runs(resolved: ResolvedInstance, i: Itinerary) -> set[TruckKey]:
    return {truck_key(resolved, truck, i.consignment.customs) for truck in i.trucks}
