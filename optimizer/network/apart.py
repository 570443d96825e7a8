"""Goods that must not be on board of one leg together (C16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from optimizer.domain.resolved import ResolvedInstance

NONE: frozenset[int] = frozenset()


class KeptApart:
    """Which goods consignments hold of those that are kept apart from others.

    False where nothing is.

    Attributes:
        goods: Requirements that are one of a pair, by number.
        pairs: Numbers of goods that must not be on one leg.
    """

    def __init__(self, resolved: ResolvedInstance) -> None:
        named = {name for pair in resolved.incompatibles for name in (pair.one, pair.other)}
        self.goods = tuple(sorted(named))
        number = {name: n for n, name in enumerate(self.goods)}
        self.pairs = tuple((number[x.one], number[x.other]) for x in resolved.incompatibles)
        held: dict[str, set[int]] = defaultdict(set)
        for requirement in resolved.requirements if named else ():
            if requirement.id in number:
                for name in requirement.consignments:
                    held[name].add(number[requirement.id])
        self._held = {name: frozenset(numbers) for name, numbers in held.items()}
        enemies: dict[int, set[int]] = defaultdict(set)
        for one, other in self.pairs:
            enemies[one].add(other)
            enemies[other].add(one)
        self._apart = {
            name: frozenset(other for n in numbers for other in enemies[n])
            for name, numbers in self._held.items()
        }

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def both(self, goods: Collection[int]) -> bool:
        """Whether a pair is among some goods."""
        return any(one in goods and other in goods for one, other in self.pairs)

    def held(self, consignment: str) -> frozenset[int]:
        """Goods that a consignment holds."""
        return self._held.get(consignment, NONE)

    def apart(self, consignment: str) -> frozenset[int]:
        """Goods that it must not be beside."""
        return self._apart.get(consignment, NONE)
