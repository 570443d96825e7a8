"""What the reference model chooses from: rotations by pool, and cargo by rotation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.network import CargoIndex, Carriage, Universe
from optimizer.plan.costing import flight_lines
from optimizer.plan.money import total_micro
from optimizer.plan.plan import Flight
from optimizer.plan.rotation import Rotation


@dataclass(frozen=True, slots=True)
class Choice:
    """A rotation that tails of a pool can fly.

    Attributes:
        rotation: Index into `Sets.rotations`; pools of one operator and type share rotations.
        cost_usd: Cost of flying it empty: K1, K2, K3, K5 to K8.
    """

    pool: ResolvedPool
    rotation: int
    cost_usd: float


class Sets:
    """The index sets of the reference model.

    What can never be part of a best plan is left out, if that is sure: cargo whose revenue does not
    pay its handling and its fuel, and rotations whose best load does not pay their cost and which
    no constraint can demand.

    Args:
        resolved: The resolved instance.
        relaxed: Numbers of constraints to leave out.
    """

    def __init__(self, resolved: ResolvedInstance, relaxed: frozenset[str] = frozenset()) -> None:
        self.resolved = resolved
        self.relaxed = relaxed
        self.cargo = CargoIndex(resolved, relaxed)
        self.rotations: list[Rotation] = []
        self.carriages: list[tuple[Carriage, ...]] = []
        self.choices: list[Choice] = []
        universe = Universe(resolved, relaxed)
        index: dict[Rotation, int] = {}
        best_usd: list[float] = []
        for pool in resolved.pools:
            for rotation in dict.fromkeys(universe.rotations(pool)):
                if rotation not in index:
                    index[rotation] = len(self.rotations)
                    self.rotations.append(rotation)
                    carriages = tuple(self._paying(rotation))
                    self.carriages.append(carriages)
                    best_usd.append(self._best_load_usd(rotation, carriages))
                r = index[rotation]
                cost_usd = self._cost_usd(pool, rotation)
                if best_usd[r] > cost_usd or self._may_be_due(pool, rotation):
                    self.choices.append(Choice(pool, r, cost_usd))

    @cached_property
    def choices_of(self) -> dict[int, tuple[int, ...]]:
        """Indices of choices by rotation; a rotation without any is not in it."""
        found: dict[int, list[int]] = defaultdict(list)
        for k, choice in enumerate(self.choices):
            found[choice.rotation].append(k)
        return {r: tuple(ks) for r, ks in found.items()}

    def pool_choices(self, pool: ResolvedPool) -> list[int]:
        """Indices of the choices of a pool."""
        return [k for k, choice in enumerate(self.choices) if choice.pool.id == pool.id]

    def cap_kg(self, rotation: Rotation, leg: int) -> float | None:
        """Weight limit of a leg (C4); None if left out. Without C3 it is the structural payload."""
        if "C4" in self.relaxed:
            return None
        flown = rotation.legs[leg]
        data = self.resolved.leg[rotation.operator, rotation.type, flown.origin, flown.destination]
        return data.cap_kg + (data.lost_kg if "C3" in self.relaxed else 0)

    def room_m3(self, rotation: Rotation) -> float | None:
        """Volume limit of every leg (C5); None if left out."""
        if "C5" in self.relaxed:
            return None
        return self.resolved.type[rotation.type].volume_cm3 * 1e-6

    def most_kg(self, rotation: Rotation, carriage: Carriage) -> float:
        """The most of a carriage that one flight can take (C0, C4, C5)."""
        c = carriage.offer.consignment
        most = c.weight_g * 1e-3
        for leg in range(carriage.uplift_leg, carriage.discharge_leg + 1):
            cap_kg = self.cap_kg(rotation, leg)
            most = most if cap_kg is None else min(most, cap_kg)
        room_m3 = self.room_m3(rotation)
        if room_m3 is not None and c.volume_cm3:
            most = min(most, room_m3 * 1e3 * c.weight_g / c.volume_cm3)
        return most

    def margin_usd_per_kg(self, rotation: Rotation, carriage: Carriage) -> float:
        """R1 and R2 less K9 and the fuel that a kilogram burns (K1)."""
        margin = carriage.offer.margin_usd_per_kg
        for leg in rotation.legs[carriage.uplift_leg : carriage.discharge_leg + 1]:
            data = self.resolved.leg[rotation.operator, rotation.type, leg.origin, leg.destination]
            margin -= data.fuel_pico_per_g * 1e-9
        return margin

    def _paying(self, rotation: Rotation) -> list[Carriage]:
        return [
            carriage
            for carriage in self.cargo.carriages(rotation)
            if self.margin_usd_per_kg(rotation, carriage) > 0
        ]

    def _cost_usd(self, pool: ResolvedPool, rotation: Rotation) -> float:
        flight = Flight("", pool.id, "", rotation)
        empty = [0] * len(rotation.legs)
        return -total_micro(flight_lines(self.resolved, flight, empty)) * 1e-6

    def _best_load_usd(self, rotation: Rotation, carriages: tuple[Carriage, ...]) -> float:
        """An upper bound: on every leg the dearest cargo lifted there, as if it filled no other."""
        total = 0.0
        for leg in {carriage.uplift_leg for carriage in carriages}:
            room = self.cap_kg(rotation, leg)
            ranked = sorted(
                (
                    (self.margin_usd_per_kg(rotation, x), self.most_kg(rotation, x))
                    for x in carriages
                    if x.uplift_leg == leg
                ),
                reverse=True,
            )
            for margin, most in ranked:
                taken = most if room is None else min(most, room)
                total += margin * taken
                room = None if room is None else room - taken
        return total

    def _may_be_due(self, pool: ResolvedPool, rotation: Rotation) -> bool:
        """Whether a plan may need the rotation although it loses money."""
        if rotation.origin != rotation.destination or pool.min_block_min:
            return True
        return any(market.min_rotations for market in self.resolved.markets)
