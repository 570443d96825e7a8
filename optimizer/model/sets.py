"""What the reference model chooses from: rotations by pool, and cargo by rotation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from optimizer.domain.resolved import (
    ResolvedBlock,
    ResolvedConsignment,
    ResolvedInstance,
    ResolvedPool,
)
from optimizer.model.repertoire import Freight, Repertoire
from optimizer.model.restriction import Kept, LineList, Restriction
from optimizer.network import KeptApart, Universe
from optimizer.plan.bought import bought_rotation
from optimizer.plan.frozen import Published
from optimizer.plan.rotation import Rotation
from optimizer.plan.trucks import TruckKey


@dataclass(frozen=True, slots=True)
class Choice:
    """A rotation that tails of a pool can fly.

    Attributes:
        rotation: Index into `Sets.rotations`; pools of one operator and type share rotations.
        cost_usd: Cost of flying it empty: K1, K2, K3, K5 to K8, K13 less R4.
        least: Fewest flights; 0 but for restricted models.
        most: Most flights; the size of the pool but for restricted models.
    """

    pool: ResolvedPool
    rotation: int
    cost_usd: float
    least: int
    most: int


class Sets:
    """The index sets of the reference model.

    What can never be part of a best plan is left out, if that is sure: cargo whose revenue does not
    pay its handling and its fuel, and rotations whose best load does not pay their cost and which
    no constraint can demand.

    Attributes:
        bought: Bought capacity (C18) by index of its rotation, which is there in any case.
        apart: By rotation that may be flown more than once at a time and can provide capacity sold
            (C18), or carry goods that must be kept apart (C16): further indices of it, each flown
            at most once. What is sold is on board of these only, so that it is known which flight
            it takes room of; goods differ from index to index.
        once: Indices of rotations that are flown at most once: those apart, and the first one too
            where goods are kept apart.

    Args:
        resolved: The resolved instance.
        relaxed: Numbers of constraints to leave out.
        restriction: The part of all plans to choose from; None for all.
        repertoire: Cargo and cost of rotations, of the same instance and relaxation.

    Attributes:
        number: Of rotations, in `rotations`.
        published: Knows which of them are as published (C20).

    Raises:
        ValueError: The repertoire is of something else.
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        relaxed: frozenset[str] = frozenset(),
        restriction: Restriction | None = None,
        repertoire: Repertoire | None = None,
    ) -> None:
        self.resolved = resolved
        self.relaxed = relaxed
        self.restriction = restriction
        self.repertoire = Repertoire(resolved, relaxed) if repertoire is None else repertoire
        if self.repertoire.resolved is not resolved or self.repertoire.relaxed != relaxed:
            raise ValueError("the repertoire is of another instance or relaxation")
        self.cargo = self.repertoire.cargo
        self.published = Published(resolved)
        self.rotations: list[Rotation] = []
        self.choices: list[Choice] = []
        self.number: dict[Rotation, int] = {}
        flown = {} if restriction is None else restriction.flown
        lists = () if restriction is None else restriction.lines
        self.listed: dict[str, LineList] = {id_: x for x in lists for id_ in x.pools}
        universe = Universe(resolved, relaxed) if restriction is None else None
        best_usd: dict[int, float] = {}
        for pool in resolved.pools:
            free = dict.fromkeys(self._free(pool, universe))
            fixed = (rotation for pool_id, rotation in flown if pool_id == pool.id)
            for rotation in dict.fromkeys((*free, *fixed)):
                r = self._number(rotation)
                cost_usd = self.repertoire.cost_usd(pool, rotation)
                least = flown.get((pool.id, rotation), 0)
                if r not in best_usd:
                    best_usd[r] = self.repertoire.best_load_usd(rotation)
                if best_usd[r] > cost_usd or least or self._may_be_due(pool, rotation):
                    most = self._tails(pool) if rotation in free else least
                    self.choices.append(Choice(pool, r, cost_usd, least, most))
        self.apart: dict[Rotation, list[int]] = {}
        self.once: set[int] = set()
        self._set_apart(goods_differ=restriction is None or restriction.goods_differ)
        self.bought: dict[int, ResolvedBlock] = {
            self._number(bought_rotation(block)): block for block in resolved.blocks
        }

    def _free(self, pool: ResolvedPool, universe: Universe | None) -> Iterable[Rotation]:
        """Rotations that a pool may fly; those of listed lines by the first pool of their list."""
        if pool.id in self.listed:
            alike = self.listed[pool.id]
            return (x for line in alike.lines for x in line if pool.id == alike.pools[0])
        if universe is not None:
            return universe.rotations(pool)
        return () if self.restriction is None else self.restriction.only.get(pool.id, ())

    def _tails(self, pool: ResolvedPool) -> int:
        return len(self.listed[pool.id].pools) if pool.id in self.listed else pool.size

    def _set_apart(self, *, goods_differ: bool) -> None:
        """Index anew what may be flown several times at once and can provide what is sold, or
        differ in goods."""
        goods = KeptApart(self.resolved) if goods_differ and "C16" not in self.relaxed else None
        alike: dict[int, list[Choice]] = defaultdict(list)
        for choice in self.choices:
            alike[choice.rotation].append(choice)
        for r, choices in alike.items():
            most = sum(choice.most for choice in choices)
            if most < 2:
                continue
            rotation, copies = self.rotations[r], 0
            if "C18" not in self.relaxed:
                offers = (x.carriage.offer.consignment for x in self.freight(r))
                blocks = {consignment.id for consignment in offers if consignment.sold}
                copies = min(len(blocks), most)
            if goods and self._may_differ(rotation, goods):
                copies = max(copies, most - 1)
                self.once.add(r)
            for _ in range(copies):
                number = len(self.rotations)
                self.rotations.append(rotation)
                self.apart.setdefault(rotation, []).append(number)
                self.once.add(number)
                self.choices += [
                    replace(choice, rotation=number, least=0, most=1)
                    for choice in choices
                    if choice.most > choice.least
                ]

    def _may_differ(self, rotation: Rotation, goods: KeptApart) -> bool:
        """Whether both goods of a pair could be on board of one of its legs (C16)."""
        aboard: dict[int, set[int]] = defaultdict(set)
        for item in self.repertoire.freight(rotation):
            held = goods.held(item.carriage.offer.consignment.id)
            for leg in range(item.carriage.uplift_leg, item.carriage.discharge_leg + 1):
                aboard[leg] |= held
        return any(goods.both(held) for held in aboard.values())

    def _number(self, rotation: Rotation) -> int:
        if rotation not in self.number:
            self.number[rotation] = len(self.rotations)
            self.rotations.append(rotation)
        return self.number[rotation]

    @cached_property
    def choices_of(self) -> dict[int, tuple[int, ...]]:
        """Indices of choices by rotation; a rotation without any is not in it."""
        found: dict[int, list[int]] = defaultdict(list)
        for k, choice in enumerate(self.choices):
            found[choice.rotation].append(k)
        return {r: tuple(ks) for r, ks in found.items()}

    @cached_property
    def _choices_by_pool(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for k, choice in enumerate(self.choices):
            found[choice.pool.id].append(k)
        return found

    def pool_choices(self, pool: ResolvedPool) -> list[int]:
        """Indices of the choices of a pool."""
        return self._choices_by_pool.get(pool.id, [])

    def freight(self, rotation: int) -> Iterator[Freight]:
        """Cargo to be assigned that can be on board of a rotation."""
        chosen = None if self.restriction is None else self.restriction.consignments
        flown = self.rotations[rotation]
        together = "C18" not in self.relaxed
        together = together and rotation not in self.apart.get(flown, (rotation,))
        for item in self.repertoire.freight(flown):
            if together and item.carriage.offer.consignment.sold:
                continue
            if chosen is None or item.carriage.offer.consignment.id in chosen:
                yield item

    @property
    def kept(self) -> tuple[Kept, ...]:
        """Cargo that stays as it is."""
        return () if self.restriction is None else self.restriction.kept

    @property
    def dispatches(self) -> frozenset[TruckKey]:
        """Truck runs to look at in any case."""
        return frozenset() if self.restriction is None else self.restriction.dispatches

    @cached_property
    def kept_on_leg(self) -> dict[tuple[int, int], tuple[float, float]]:
        """Kilograms and cubic metres that stay on board, by rotation and leg."""
        found: dict[tuple[int, int], tuple[float, float]] = {}
        for item in self.kept:
            m3 = item.kg * m3_per_kg(item.carriage.offer.consignment)
            for leg in range(item.carriage.uplift_leg, item.carriage.discharge_leg + 1):
                key = (self.number[item.rotation], leg)
                kg, volume_m3 = found.get(key, (0.0, 0.0))
                found[key] = kg + item.kg, volume_m3 + m3
        return found

    @cached_property
    def kept_kg(self) -> dict[str, float]:
        """Kilograms that stay on board, by consignment."""
        found: dict[str, float] = defaultdict(float)
        for item in self.kept:
            found[item.carriage.offer.consignment.id] += item.kg
        return found

    def cap_kg(self, rotation: int, leg: int) -> float | None:
        """Weight limit of a leg (C4); None if left out."""
        return self.repertoire.cap_kg(self.rotations[rotation], leg)

    def room_m3(self, rotation: int) -> float | None:
        """Volume limit of every leg (C5); None if left out."""
        return self.repertoire.room_m3(self.rotations[rotation])

    def _may_be_due(self, pool: ResolvedPool, rotation: Rotation) -> bool:
        """Whether a plan may need the rotation although it loses money."""
        if rotation.origin != rotation.destination or pool.min_block_min:
            return True
        if self.published.counting(pool.id, rotation):
            return True
        return any(market.min_rotations for market in self.resolved.markets)


def m3_per_kg(consignment: ResolvedConsignment) -> float:
    """Volume of a kilogram of a consignment."""
    return consignment.volume_cm3 / consignment.weight_g * 1e-3
