"""Commitments to the gram: what rounding left short is taken from other cargo (C19, C20).

A model keeps a commitment to within its accuracy, which may be some grams less than promised. Where
these fit nowhere, as much of other cargo stays behind, or a truck more runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from optimizer.domain.resolved import ResolvedCommitment, ResolvedInstance
from optimizer.model.itinerary import Itinerary
from optimizer.model.ledger import Ledger
from optimizer.plan.frozen import Published
from optimizer.plan.plan import Flight
from optimizer.plan.trucks import TruckKey, truck_key

ROUNDING_SHARE = 1e-5
"""A commitment that is short by a larger share was not meant to be kept."""
WORTH_PICO = 10**11
"""Of a penalty: a tenth of a dollar. Looking through other cargo takes seconds on large weeks."""


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

    def is_worth(self, short_g: int) -> bool:
        """Whether it is worth looking through other cargo for the grams that it is short of."""
        penalty = self.commitment.penalty_pico_per_g
        return penalty is None or short_g * penalty > WORTH_PICO

    def counts(self, i: Itinerary) -> bool:
        """Whether a load counts for it."""
        aboard = self.flights is None or i.segments[-1].flight in self.flights
        return aboard and i.consignment.id in self.commitment.consignments


def keep_commitments(
    resolved: ResolvedInstance,
    flights: Iterable[Flight],
    ledger: Ledger,
    grams: dict[Itinerary, int],
) -> None:
    """Change grams, and the room there is, so that commitments nearly kept are kept."""
    if resolved.commitments:
        keeper = _Keeper(resolved, _promises(resolved, flights), ledger, grams)
        for number in range(len(keeper.promises)):
            keeper.keep(number)


def _promises(resolved: ResolvedInstance, flights: Iterable[Flight]) -> list[_Promise]:
    aboard: dict[str | None, set[str]] = defaultdict(set)
    published = Published(resolved)
    for flight in flights:
        for frozen in published.like(flight.rotation):
            aboard[frozen.id].add(flight.id)
    return [
        _Promise(c, None if c.flight is None else frozenset(aboard[c.flight]))
        for c in resolved.commitments
    ]


class _Keeper:
    """Loads, and what they count for, looked up by consignment, leg and truck run.

    Args:
        grams: By itinerary; changed in place, together with the ledger.
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        promises: list[_Promise],
        ledger: Ledger,
        grams: dict[Itinerary, int],
    ) -> None:
        self.promises = promises
        self._resolved = resolved
        self._ledger = ledger
        self._grams = grams
        self._about: dict[str, list[int]] = defaultdict(list)
        self._of: dict[str, list[Itinerary]] = defaultdict(list)
        self._on: dict[tuple[str, int] | TruckKey | str, list[Itinerary]] = defaultdict(list)
        for number, promise in enumerate(promises):
            for consignment in promise.commitment.consignments:
                self._about[consignment].append(number)
        for i in grams:
            self._of[i.consignment.id].append(i)
            for leg in i.legs:
                self._on[leg].append(i)
            for run in self._runs(i):
                self._on[run].append(i)
            for airport in ledger.stocked(i):
                self._on[airport].append(i)
        self._members = [
            [i for c in p.commitment.consignments for i in self._of[c] if p.counts(i)]
            for p in promises
        ]

    def keep(self, number: int) -> None:
        """Make up for what rounding left short of a promise, and for no more than that."""
        promise, mine = self.promises[number], self._members[number]
        short_g = promise.least_g - self._sum(mine)
        if not 0 < short_g <= max(2 * len(mine), ROUNDING_SHARE * promise.least_g):
            return
        for i in mine:
            short_g -= self._take(i, short_g)
        for i in mine if promise.is_worth(short_g) else ():
            for other in self._beside(i) if short_g > 0 else ():
                if short_g > 0:
                    short_g -= self._exchange(i, other, mine, short_g)
        for i in mine if promise.is_hard else ():
            came = [
                self._ledger.truck_more(i.consignment, truck) for truck in i.trucks if short_g > 0
            ]
            short_g -= self._take(i, short_g) if any(came) else 0

    def _sum(self, loads: Iterable[Itinerary]) -> int:
        return sum(self._grams[i] for i in loads)

    def _exchange(self, i: Itinerary, other: Itinerary, mine: list[Itinerary], short_g: int) -> int:
        """Put one load in the place of another; by how much a commitment is less short then.

        The other may be of the commitment too, if what it frees elsewhere takes as much. What does
        not help is undone.
        """
        changed = dict.fromkeys((*mine, other))
        before = {k: self._grams[k] for k in changed}
        short_before_g = self._short_g(changed)
        if not self._give_way(other, i, short_g, own=other in mine):
            return 0
        delivered_g = sum(before[k] for k in mine)
        for k in (i, *(k for k in mine if k != i)):
            self._take(k, delivered_g + short_g - self._sum(mine))
        gained_g = self._sum(mine) - delivered_g
        if gained_g > 0 and self._short_g(changed) < short_before_g:
            return gained_g
        for k, amount in before.items():
            self._load(k, amount - self._grams[k])
        return 0

    def _load(self, i: Itinerary, grams: int) -> None:
        self._ledger.take(i, grams)
        self._grams[i] += grams

    def _take(self, i: Itinerary, most_g: int) -> int:
        """Load as much more as there is room for; how much that is."""
        room_g = self._ledger.headroom_g(i)
        taken_g = max(0, min(most_g, room_g))
        self._load(i, taken_g)
        return taken_g

    def _give_way(self, other: Itinerary, i: Itinerary, needed_g: int, *, own: bool) -> int:
        """Leave as much of other cargo behind as so many grams need by weight and by volume."""
        a, b = i.consignment, other.consignment
        bulk_g = needed_g
        if b.volume_cm3:
            bulk_g = ceil(needed_g * a.volume_cm3 * b.weight_g / (a.weight_g * b.volume_cm3))
        spare_g = self._grams[other] if own else self._spare_g(other)
        left_g = min(max(needed_g, bulk_g) + 1, self._grams[other], spare_g)
        self._load(other, -left_g)
        return left_g

    def _spare_g(self, i: Itinerary) -> int:
        """How much of a load's consignment may stay behind there without a commitment short."""
        spare_g = self._sum(self._of[i.consignment.id])
        for number in self._about[i.consignment.id]:
            if self.promises[number].counts(i):
                kept_g = self._sum(self._members[number])
                spare_g = min(spare_g, kept_g - self.promises[number].least_g)
        return max(0, spare_g)

    def _short_g(self, loads: Iterable[Itinerary]) -> int:
        """Grams short of all commitments that these loads may count for, together."""
        numbers = {number for i in loads for number in self._about[i.consignment.id]}
        return sum(max(0, self.promises[n].least_g - self._sum(self._members[n])) for n in numbers)

    def _beside(self, i: Itinerary) -> list[Itinerary]:
        """Other cargo on the same legs or trucks, or in the same stock."""
        aboard = [k for leg in i.legs for k in self._on[leg]]
        on_trucks = [k for run in self._runs(i) for k in self._on[run]]
        stocked = [k for airport in self._ledger.stocked(i) for k in self._on[airport]]
        return [k for k in dict.fromkeys((*aboard, *on_trucks, *stocked)) if k != i]

    def _runs(self, i: Itinerary) -> set[TruckKey]:
        return {truck_key(self._resolved, truck, i.consignment.customs) for truck in i.trucks}
