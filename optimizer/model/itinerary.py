"""Where one load goes; equal ones are one load."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.domain.resolved import ResolvedConsignment
from optimizer.plan.plan import Truck


@dataclass(frozen=True, slots=True)
class Itinerary:
    """A consignment on legs of a flight, with its truck rides."""

    consignment: ResolvedConsignment
    flight: str
    uplift_leg: int
    discharge_leg: int
    weeks_later: int
    feeder: Truck | None
    delivery: Truck | None

    @property
    def legs(self) -> range:
        """Legs it is on board of."""
        return range(self.uplift_leg, self.discharge_leg + 1)

    @property
    def trucks(self) -> tuple[Truck, ...]:
        """Its truck rides."""
        return tuple(truck for truck in (self.feeder, self.delivery) if truck is not None)
