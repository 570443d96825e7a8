"""Commitments to the gram: what rounding left short is taken from other cargo (C19, C20).

A model keeps a commitment to within its accuracy, which may be some grams less than promised. Where
these fit nowhere, as much of other cargo stays behind, or a truck more runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from optimizer.domain.resolved import ResolvedCommitment, ResolvedInstance
from optimizer.model.itinerary import Itinerary
from optimizer.model.ledger import Ledger, TruckKey, truck_key
from optimizer.plan.frozen import Published
from optimizer.plan.plan import Flight

ROUNDING_SHARE = 1e-5
"""A commitment that is short by a larger share was not meant to be kept."""


@dataclass(frozen=True, slots=True)
class _Promise:
    """A commitment, and the flights whose cargo counts for it; None for all (C20)."""

    commitment: ResolvedCommitment
    flights: frozenset[str] | None

    @property
    def least_g(self) -> int:
        return self.commitment.least_g

    @property
    def is_hard(self) -> bool:
        """Whether a plan that is short of it is none: worth a truck for a gram."""
        return self.commitment.penalty_pico_per_g is None

    def counts(self, i: Itinerary) -> bool:
        """Whether a load counts for it."""
        aboard = self.flights is None or i.flight in self.flights
        return aboard and i.consignment.id in self.commitment.consignments


Promises = Sequence[_Promise]


def keep_commitments(
    resolved: ResolvedInstance,
    flights: Iterable[Flight],
    ledger: Ledger,
    grams: dict[Itinerary, int],
) -> None:
    """Change grams, and the room there is, so that commitments nearly kept are kept."""
    promises, of = _promises(resolved, flights), defaultdict[str, list[Itinerary]](list)
    for i in grams:
        of[i.consignment.id].append(i)
    for commitment in promises:
        consignments = commitment.commitment.consignments
        mine = [i for c in consignments for i in of[c] if commitment.counts(i)]
        short_g = commitment.least_g - sum(grams[i] for i in mine)
        if not 0 < short_g <= max(2 * len(mine), ROUNDING_SHARE * commitment.least_g):
            continue
        for i in mine:
            short_g -= _take(ledger, grams, i, short_g)
        for i in mine:
            for other in _beside(resolved, grams, i):
                if short_g > 0:
                    short_g -= _exchange(promises, ledger, grams, (i, other), mine, short_g)
        for i in mine if commitment.is_hard else ():
            came = [ledger.truck_more(i.consignment, truck) for truck in i.trucks if short_g > 0]
            short_g -= _take(ledger, grams, i, short_g) if any(came) else 0


def _promises(resolved: ResolvedInstance, flights: Iterable[Flight]) -> Promises:
    aboard: dict[str | None, set[str]] = defaultdict(set)
    published = Published(resolved)
    for flight in flights:
        for frozen in published.like(flight.rotation):
            aboard[frozen.id].add(flight.id)
    return [
        _Promise(c, None if c.flight is None else frozenset(aboard[c.flight]))
        for c in resolved.commitments
    ]


def _exchange(
    promises: Promises,
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
    _give_way(promises, ledger, grams, other, i, short_g, own=other in mine)
    delivered_g = sum(before[k] for k in mine)
    for k in (i, *(k for k in mine if k != i)):
        missing_g = delivered_g + short_g - sum(grams[m] for m in mine)
        _take(ledger, grams, k, missing_g)
    gained_g = sum(grams[k] for k in mine) - delivered_g
    if gained_g <= 0 or _short_g(promises, grams) >= _short_g(promises, before):
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
    promises: Promises,
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
    spare_g = grams[other] if own else _spare_g(promises, grams, other)
    left_g = min(max(needed_g, bulk_g) + 1, grams[other], spare_g)
    ledger.take(b, other.flight, other.legs, other.trucks, -left_g)
    grams[other] -= left_g


def _spare_g(promises: Promises, grams: Mapping[Itinerary, int], i: Itinerary) -> int:
    """How much of a load's consignment may stay behind there without a commitment short."""
    spare = sum(n for k, n in grams.items() if k.consignment.id == i.consignment.id)
    for commitment in promises:
        if commitment.counts(i):
            kept_g = sum(n for k, n in grams.items() if commitment.counts(k))
            spare = min(spare, kept_g - commitment.least_g)
    return max(0, spare)


def _short_g(promises: Promises, grams: Mapping[Itinerary, int]) -> int:
    """Grams short of all commitments together."""
    return sum(
        max(0, p.least_g - sum(n for i, n in grams.items() if p.counts(i))) for p in promises
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
