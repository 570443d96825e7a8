"""Cargo on its itineraries, as loading programmes choose it."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.engine.cargo_table import Floats


@dataclass(frozen=True, slots=True)
class Shipment:
    """Kilograms on one itinerary; dispatches may still be open where there are lanes."""

    flight: int
    offer: int
    segment: int
    weeks: int
    kg: float
    worth_usd_per_kg: float
    feeder_min: int | None = None
    delivery_min: int | None = None


@dataclass(frozen=True)
class Loading:
    """The best cargo of each flight, in the order given.

    Attributes:
        price_usd_per_kg: By consignment: what one more kg of it would earn.
    """

    shipments: list[Shipment]
    price_usd_per_kg: Floats

    @property
    def value_usd(self) -> float:
        """What the cargo earns."""
        return sum(s.kg * s.worth_usd_per_kg for s in self.shipments)
