"""What other cargo has of several flights of one rotation, beside what is sold on them (C18)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from optimizer.domain.resolved import ResolvedInstance
from optimizer.network import Carriage
from optimizer.plan.rotation import Rotation


class Beside:
    """Places what is sold, block by block, and knows which share of each flight is left.

    Args:
        resolved: The resolved instance.
        rotations: What the plan's own flights fly.
    """

    def __init__(self, resolved: ResolvedInstance, rotations: Mapping[str, Rotation]) -> None:
        self._resolved = resolved
        self._rotations = rotations
        self._sold: dict[tuple[str, int], float] = defaultdict(float)

    def place(self, carriage: Carriage, kg: float, names: Sequence[str]) -> str:
        """The flight with most room, on which a block is provided."""
        name = max(names, key=lambda name: self._left(carriage, name))
        for leg in _legs(carriage):
            self._sold[name, leg] += self._takes(carriage, kg, name, leg)
        return name

    def shares(self, carriage: Carriage, names: Sequence[str]) -> dict[str, float]:
        """Which share of a load each flight takes; they add up to 1."""
        left = {name: self._left(carriage, name) for name in names}
        total = sum(left.values())
        if not total:
            return dict.fromkeys(names, 1 / len(names))
        return {name: room / total for name, room in left.items() if room}

    def _left(self, carriage: Carriage, name: str) -> float:
        """Which share of a flight is left on all legs."""
        return max(0.0, 1.0 - max(self._sold.get((name, leg), 0.0) for leg in _legs(carriage)))

    def _takes(self, carriage: Carriage, kg: float, name: str, leg: int) -> float:
        """Which share of a leg a block takes, by weight or by volume; a charter all of it."""
        c = carriage.offer.consignment
        if c.sold == "aircraft":
            return 1.0
        rotation = self._rotations[name]
        flown = rotation.legs[leg]
        pair = (flown.origin, flown.destination)
        cap_kg = self._resolved.leg[rotation.operator, rotation.type, *pair].cap_kg
        room_m3 = self._resolved.type[rotation.type].volume_cm3 * 1e-6
        m3 = kg * c.volume_cm3 / c.weight_g * 1e-3
        return max(kg / max(cap_kg, 1), m3 / room_m3)


def _legs(carriage: Carriage) -> Iterator[int]:
    yield from range(carriage.uplift_leg, carriage.discharge_leg + 1)
