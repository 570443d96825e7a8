"""What every rotation could carry and what it costs, kept for all models of one instance."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.network import CargoIndex, Carriage, Positions, lift_usd_per_kg
from optimizer.network.positions import UNLIMITED, Milli, most_kg
from optimizer.plan.costing import carriage_pico_per_g, flight_lines
from optimizer.plan.money import total_micro
from optimizer.plan.plan import Flight
from optimizer.plan.rotation import BoughtRotation, Rotation

MOST_KEPT = 30_000
"""Rotations whose cargo is kept at once; beyond, all are forgotten."""


@dataclass(frozen=True, slots=True)
class Freight:
    """A carriage that pays for itself, or may be due by a commitment.

    Attributes:
        margin_usd_per_kg: R1, R2 and R4 less K9 and the fuel that a kilogram burns (K1, K13), or
            the price of bought capacity (K12); what only comes in to change aircraft (C21) earns no
            freight yet.
        most_kg: The most that one flight can take (C0, C4, C5, C6, C18).
    """

    carriage: Carriage
    margin_usd_per_kg: float
    most_kg: float


class Repertoire:
    """Cargo and cost of rotations; looks them up once.

    Args:
        resolved: The resolved instance.
        relaxed: Numbers of constraints to leave out.
    """

    def __init__(self, resolved: ResolvedInstance, relaxed: frozenset[str] = frozenset()) -> None:
        self.resolved = resolved
        self.relaxed = relaxed
        self.cargo = CargoIndex(resolved, relaxed)
        self.positions = Positions(resolved)
        self._lift = {} if "C19" in relaxed else lift_usd_per_kg(resolved)
        self._onward = {t: self.cargo.onward_usd_per_kg(t) for t in resolved.transits}
        self._freight: dict[Rotation, tuple[Freight, ...]] = {}
        self._cost_usd: dict[tuple[bool, Rotation], float] = {}

    def freight(self, rotation: Rotation) -> tuple[Freight, ...]:
        """Cargo that pays its handling and its fuel, by its revenue and what commitments add."""
        found = self._freight.get(rotation)
        if found is None:
            if len(self._freight) >= MOST_KEPT:
                self._freight.clear()
            found = self._freight[rotation] = self._look_up(rotation)
        return found

    def cost_usd(self, pool: ResolvedPool, rotation: Rotation) -> float:
        """Cost of flying a rotation empty: K1, K2, K3, K5 to K8, K13 less R4."""
        key = (pool.acmi, rotation)
        found = self._cost_usd.get(key)
        if found is None:
            if len(self._cost_usd) >= 2 * MOST_KEPT:
                self._cost_usd.clear()
            flight = Flight("", pool.id, "", rotation)
            lines = flight_lines(self.resolved, flight, [0] * len(rotation.legs))
            found = self._cost_usd[key] = -total_micro(lines) * 1e-6
        return found

    def best_load_usd(self, rotation: Rotation) -> float:
        """An upper bound: on every leg the dearest cargo lifted there, as if it filled no other."""
        total, freight = 0.0, self.freight(rotation)
        for leg in {x.carriage.uplift_leg for x in freight}:
            room = self.cap_kg(rotation, leg)
            ranked = sorted(
                (
                    (self._most_usd_per_kg(x), x.most_kg)
                    for x in freight
                    if x.carriage.uplift_leg == leg
                ),
                reverse=True,
            )
            for margin, most in ranked:
                taken = most if room is None else min(most, room)
                total += margin * taken if taken else 0.0
                room = None if room is None else room - taken
        return total

    def _most_usd_per_kg(self, freight: Freight) -> float:
        """What a kilogram earns at most."""
        return freight.margin_usd_per_kg + self._elsewhere_usd_per_kg(freight.carriage)

    def _elsewhere_usd_per_kg(self, carriage: Carriage) -> float:
        """What a kilogram may be worth beyond its margin: commitments, and revenue once it is
        delivered by another flight."""
        lift, offer = self._lift.get(carriage.offer.consignment.id, 0.0), carriage.offer
        if offer.transit is None or offer.outbound:
            return lift
        return lift + self._onward.get(offer.transit, 0.0)

    def cap_kg(self, rotation: Rotation, leg: int) -> float | None:
        """Weight limit of a leg (C4, C18); None if left out. Without C3 it is the structural
        payload.
        """
        if isinstance(rotation, BoughtRotation):
            weight_g = self.resolved.block[rotation.block].weight_g
            return None if "C18" in self.relaxed else weight_g * 1e-3
        if "C4" in self.relaxed:
            return None
        flown = rotation.legs[leg]
        data = self.resolved.leg[rotation.operator, rotation.type, flown.origin, flown.destination]
        return data.cap_kg + (data.lost_kg if "C3" in self.relaxed else 0)

    def room_m3(self, rotation: Rotation) -> float | None:
        """Volume limit of every leg (C5, C18); None if left out."""
        if isinstance(rotation, BoughtRotation):
            volume_cm3 = self.resolved.block[rotation.block].volume_cm3
            return None if "C18" in self.relaxed else volume_cm3 * 1e-6
        if "C5" in self.relaxed:
            return None
        return self.resolved.type[rotation.type].volume_cm3 * 1e-6

    def room_positions(self, rotation: Rotation) -> Milli:
        """ULD positions of every leg (C6), in thousandths; None where left out."""
        return UNLIMITED if "C6" in self.relaxed else self.positions.of(rotation)

    def margin_usd_per_kg(self, rotation: Rotation, carriage: Carriage) -> float:
        """R1, R2 and R4 less K9 and what a kilogram burns (K1, K13), or its price (K12)."""
        if isinstance(rotation, BoughtRotation):
            price = self.resolved.block[rotation.block].pico_per_g
            return carriage.offer.margin_usd_per_kg - price * 1e-9
        legs = rotation.legs[carriage.uplift_leg : carriage.discharge_leg + 1]
        airports = (legs[0].origin, *(leg.destination for leg in legs))
        cost = carriage_pico_per_g(self.resolved, rotation.operator, rotation.type, airports)
        return carriage.offer.margin_usd_per_kg - cost * 1e-9

    def _look_up(self, rotation: Rotation) -> tuple[Freight, ...]:
        caps_kg = [self.cap_kg(rotation, leg) for leg in range(len(rotation.legs))]
        room_m3, has = self.room_m3(rotation), self.room_positions(rotation)
        found = []
        for carriage in self.cargo.carriages(rotation):
            margin = self.margin_usd_per_kg(rotation, carriage)
            if margin + self._elsewhere_usd_per_kg(carriage) > 0:
                on_board = caps_kg[carriage.uplift_leg : carriage.discharge_leg + 1]
                c = carriage.offer.consignment
                packed = most_kg(c, self.positions.taken(c), has)
                if packed is not None:
                    on_board.append(packed)
                found.append(Freight(carriage, margin, _most_kg(carriage, on_board, room_m3)))
        return tuple(found)


def _most_kg(carriage: Carriage, caps_kg: list[float | None], room_m3: float | None) -> float:
    c = carriage.offer.consignment
    most = min([c.weight_g * 1e-3, *(cap for cap in caps_kg if cap is not None)])
    if room_m3 is not None and c.volume_cm3:
        most = min(most, room_m3 * 1e3 * c.weight_g / c.volume_cm3)
    return most
