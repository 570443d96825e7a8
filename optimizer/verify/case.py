"""A plan next to the resolved instance it is checked against."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from optimizer.domain.resolved import (
    ResolvedBlock,
    ResolvedConsignment,
    ResolvedInstance,
    ResolvedLane,
    ResolvedLeg,
    ResolvedPool,
)
from optimizer.plan.plan import Flight, Load, Plan, Truck, TruckRun
from optimizer.plan.rotation import Leg


@dataclass(frozen=True)
class Carried:
    """A load that could be placed on board of a flight; of its flights, one.

    Attributes:
        before: The load on board of the flight that it comes with, where it changes aircraft (C21).
        last: Whether this is the flight that it ends with.
        share: The part of what it earns that counts with this flight, by block time.
        sound: Whether the rest of its itinerary makes sense too; if not, only its weight and volume
            on board are looked at.
        block: The bought capacity that it is on (C18); None on a flight of the plan.
    """

    load: Load
    consignment: ResolvedConsignment
    flight: Flight
    first_leg: int
    last_leg: int
    shift_min: int
    sound: bool
    feeder_lane: ResolvedLane | None
    delivery_lane: ResolvedLane | None
    block: ResolvedBlock | None
    before: Carried | None = None
    last: bool = True
    share: Fraction = Fraction(1)

    @property
    def uplift(self) -> Leg:
        """The leg it is lifted on."""
        return self.flight.rotation.legs[self.first_leg]

    @property
    def discharge(self) -> Leg:
        """The leg after which it is unloaded."""
        return self.flight.rotation.legs[self.last_leg]

    @property
    def off_block_min(self) -> int:
        """When it departs, in the weeks of the consignment."""
        return self.uplift.off_block_min + self.shift_min

    @property
    def on_block_min(self) -> int:
        """When it arrives, in the weeks of the consignment."""
        return self.discharge.on_block_min + self.shift_min

    @property
    def delivered(self) -> bool:
        """Whether it is delivered after this flight: not if it goes on, or is abandoned."""
        return self.last and not self.load.abandoned

    @property
    def trucks(self) -> tuple[Truck, ...]:
        """The trucks to this flight and from it, as far as it has any."""
        ends = (
            None if self.before else self.load.feeder,
            self.load.delivery if self.last else None,
        )
        return tuple(truck for truck in ends if truck is not None)

    @property
    def volume_cm3(self) -> Fraction:
        """Its share of the consignment's volume, exactly."""
        c = self.consignment
        return Fraction(self.load.grams * c.volume_cm3, c.weight_g)


@dataclass(frozen=True)
class Case:
    """A plan next to its resolved instance; everything the checks look at.

    Attributes:
        flights: Flights with at least one leg.
        lines: Flights by tail, by departure; dated only.
        unplaced: Pools some flight of which could not be given to a tail.
        loads: Loads that are on board of something, one for each of their flights.
        runs: Truck runs of known lanes and modes.
        returned: Tails that are returned, and may be.
    """

    resolved: ResolvedInstance
    plan: Plan
    flights: tuple[Flight, ...]
    lines: dict[str, tuple[Flight, ...]]
    unplaced: frozenset[str]
    loads: tuple[Carried, ...]
    runs: tuple[TruckRun, ...]
    returned: frozenset[str]

    @property
    def cycle_min(self) -> int | None:
        """Length of the week that repeats; None in a dated period."""
        period = self.resolved.period
        return period.length_min if period.cyclic else None

    def leg_data(self, flight: Flight, index: int) -> ResolvedLeg | None:
        """The resolved leg that a leg of a flight claims to be."""
        leg, rotation = flight.rotation.legs[index], flight.rotation
        key = (rotation.operator, rotation.type, leg.origin, leg.destination)
        return self.resolved.leg.get(key)

    def least_stop_min(self, flight: Flight, index: int) -> int | None:
        """Least time on the ground after a leg; None if nothing is known about it."""
        leg = flight.rotation.legs[index]
        ground = self.resolved.ground_at.get((leg.destination, flight.rotation.type))
        if ground is None:
            return None
        technical = leg.stop == "technical"
        return ground.technical_stop_min if technical else ground.turnaround_min

    def known_operator(self, flight: Flight) -> bool:
        """Whether operator and type exist, so that the lack of a leg means something."""
        rotation = flight.rotation
        return rotation.operator in self.resolved.operator and rotation.type in self.resolved.type

    def flights_of(self, pool: ResolvedPool) -> list[Flight]:
        """Flights of a pool."""
        return [f for f in self.flights if f.pool == pool.id]

    def kept(self, pool: ResolvedPool) -> int:
        """Tails of a pool that are not returned."""
        return sum(tail not in self.returned for tail in pool.tails)
