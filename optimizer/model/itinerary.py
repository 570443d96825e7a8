"""Where one load goes; equal ones are one load."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer.domain.resolved import ResolvedConsignment
from optimizer.plan.plan import Segment, Truck


@dataclass(frozen=True, slots=True)
class Itinerary:
    """A consignment on legs of one flight, or of two (C21), with its truck rides.

    Looked up so often that its hash is reckoned once.
    """

    consignment: ResolvedConsignment
    segments: tuple[Segment, ...]
    feeder: Truck | None
    delivery: Truck | None
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = hash((self.consignment.id, self.segments, self.feeder, self.delivery))
        object.__setattr__(self, "_hash", known)

    def __hash__(self) -> int:
        return self._hash

    @property
    def legs(self) -> tuple[tuple[str, int], ...]:
        """Flights and legs it is on board of."""
        return tuple(
            (segment.flight, leg)
            for segment in self.segments
            for leg in range(segment.uplift_leg, segment.discharge_leg + 1)
        )

    @property
    def trucks(self) -> tuple[Truck, ...]:
        """Its truck rides."""
        return tuple(truck for truck in (self.feeder, self.delivery) if truck is not None)
