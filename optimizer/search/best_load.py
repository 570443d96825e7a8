"""About what the best load of a rotation earns: dearest cargo first, trucks by their share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from optimizer.domain.resolved import ResolvedConsignment
from optimizer.model.repertoire import Freight, Repertoire
from optimizer.model.sets import m3_per_kg
from optimizer.plan.rotation import Rotation

MOST_KEPT = 60_000
"""Rotations whose cargo is kept at once; beyond, all are forgotten."""

_Item: TypeAlias = tuple[str, float, float, float, range]
"""Consignment, margin less trucks a kg, most kg, m³ a kg, legs."""


class BestLoad:
    """Judges rotations one by one; a greedy load, no bound.

    Args:
        repertoire: Cargo of rotations.
    """

    def __init__(self, repertoire: Repertoire) -> None:
        self._repertoire = repertoire
        self._price_usd_per_kg: Mapping[str, float] = {}
        self._items: dict[Rotation, tuple[_Item, ...]] = {}
        self._usd: dict[Rotation, float] = {}

    def reprice(self, usd_per_kg: Mapping[str, float]) -> None:
        """State what a kilogram of consignments is worth elsewhere; 0 where nothing is stated."""
        self._price_usd_per_kg = dict(usd_per_kg)
        self._usd.clear()

    def usd(self, rotation: Rotation) -> float:
        """What the load earns beyond its prices, cost of the flight not counted."""
        found = self._usd.get(rotation)
        if found is None:
            found = self._usd[rotation] = self._judge(rotation)
        return found

    def _judge(self, rotation: Rotation) -> float:
        legs = range(len(rotation.legs))
        left_kg = [self._repertoire.cap_kg(rotation, leg) or 0.0 for leg in legs]
        room_m3 = self._repertoire.room_m3(rotation) or 0.0
        left_m3 = [room_m3 for _ in legs]
        most_kg = max(1.0, *left_kg)
        ranked = []
        for consignment, margin, most, m3, on_legs in self._cargo(rotation):
            worth = margin - self._price_usd_per_kg.get(consignment, 0.0)
            if worth > 0:
                use = len(on_legs) * (1 / most_kg + m3 / max(1.0, room_m3))
                ranked.append((-worth / use, consignment, worth, most, m3, on_legs))
        ranked.sort(key=lambda item: item[:2])
        total, taken_kg = 0.0, dict[str, float]()
        for _, consignment, worth, most, m3, on_legs in ranked:
            kg = most - taken_kg.get(consignment, 0.0)
            for leg in on_legs:
                kg = min(kg, left_kg[leg], left_m3[leg] / m3 if m3 else kg)
            if kg > 0:
                total += worth * kg
                taken_kg[consignment] = taken_kg.get(consignment, 0.0) + kg
                for leg in on_legs:
                    left_kg[leg] -= kg
                    left_m3[leg] -= kg * m3
        return total

    def _cargo(self, rotation: Rotation) -> tuple[_Item, ...]:
        found = self._items.get(rotation)
        if found is None:
            if len(self._items) >= MOST_KEPT:
                self._items.clear()
            freight = self._repertoire.freight(rotation)
            found = self._items[rotation] = tuple(self._item(x) for x in freight)
        return found

    def _item(self, freight: Freight) -> _Item:
        carriage = freight.carriage
        c = carriage.offer.consignment
        lanes = (carriage.offer.uplift.lane, carriage.offer.discharge.lane)
        trucks = sum(self._truck_usd_per_kg(c, lane) for lane in lanes if lane is not None)
        legs = range(carriage.uplift_leg, carriage.discharge_leg + 1)
        return c.id, freight.margin_usd_per_kg - trucks, freight.most_kg, m3_per_kg(c), legs

    def _truck_usd_per_kg(self, c: ResolvedConsignment, lane_id: str) -> float:
        """The share of a full truck that a kilogram pays."""
        lane = self._repertoire.resolved.lane[lane_id]
        share = max(1e3 / lane.payload_g, 1e6 * m3_per_kg(c) / lane.volume_cm3)
        return dict(lane.cost_micro)[c.customs] * 1e-6 * share
