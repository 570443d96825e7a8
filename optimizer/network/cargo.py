"""Which consignment can travel on what (C11, C15, C16, C18, C21), and when its trucks may leave.

Cargo that changes aircraft at a gateway is two offers, one in and one out, that a model joins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from math import gcd, inf

from optimizer.domain.resolved import (
    Access,
    ResolvedBlock,
    ResolvedConsignment,
    ResolvedInstance,
    ResolvedLane,
    ResolvedRequirement,
    ResolvedTransit,
)
from optimizer.plan.costing import dearest_support_usd_per_kg
from optimizer.plan.rotation import BoughtRotation, Rotation

FOREVER_MIN = 10**8
"""Later than any instant of a period."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A consignment with one access at each end, and the times between which it can fly.

    `earliest_min` is the first off-block its feeder (or ready time) allows, `latest_min` the last
    on-block from which it is still delivered in time; absolute minutes. `margin_usd_per_kg` is
    revenue less cargo handling at both ends; trucks, storage and fuel come on top.

    With `transit` it is one of the two flights of cargo that changes aircraft at a gateway (C21):
    inbound, without any revenue, or outbound, with all of it.
    """

    consignment: ResolvedConsignment
    uplift: Access
    discharge: Access
    earliest_min: int
    latest_min: int
    margin_usd_per_kg: float
    transit: ResolvedTransit | None = None

    @property
    def inbound(self) -> bool:
        """Whether it only brings cargo to the gateway where that changes aircraft."""
        return self.transit is not None and self.transit.gateway == self.discharge.airport

    @property
    def outbound(self) -> bool:
        """Whether it takes on cargo that has changed aircraft."""
        return self.transit is not None and not self.inbound


@dataclass(frozen=True, slots=True)
class Carriage:
    """A consignment on a part of a rotation, itself or the same `weeks_later`.

    `off_block_min` and `on_block_min` are absolute: with the weeks added.
    """

    offer: Offer
    uplift_leg: int
    discharge_leg: int
    weeks_later: int
    off_block_min: int
    on_block_min: int


class CargoIndex:
    """Finds the cargo for rotations.

    Args:
        resolved: The resolved instance.
        relaxed: Numbers of constraints to leave out; C11, C15, C16 and C21 matter here.
    """

    def __init__(self, resolved: ResolvedInstance, relaxed: frozenset[str] = frozenset()) -> None:
        self.resolved = resolved
        self.relaxed = relaxed
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else None
        self._rights = {o.operator: frozenset(o.rights) for o in resolved.operators}
        self._lanes = {lane.id: self._in_every_week(lane) for lane in resolved.lanes}
        self._requirements: dict[str, list[ResolvedRequirement]] = {}
        for requirement in () if "C16" in relaxed else resolved.requirements:
            for name in requirement.consignments:
                self._requirements.setdefault(name, []).append(requirement)
        self._offers: dict[tuple[str, str], list[Offer]] = {}
        for consignment in resolved.consignments:
            for uplift in consignment.uplifts:
                for discharge in consignment.discharges:
                    self._add(consignment, uplift, discharge)
        self._changing: dict[tuple[str, str], list[Offer]] = {}
        for transit in resolved.transits:
            self._add_transit(transit)

    def offers(self, uplift: str, discharge: str) -> list[Offer]:
        """Every consignment that can go all its way from one airport to another."""
        return self._offers.get((uplift, discharge), [])

    def all_offers(self, uplift: str, discharge: str) -> list[Offer]:
        """The same, and what can go a part of its way, changing aircraft at either end (C21)."""
        return self.offers(uplift, discharge) + self._changing.get((uplift, discharge), [])

    def inward_usd_per_kg(self, transit: ResolvedTransit) -> float:
        """R4 less K9 of a kilogram that comes to change aircraft, at best; -inf without a way."""
        return self._best_usd_per_kg(transit, inbound=True)

    def onward_usd_per_kg(self, transit: ResolvedTransit) -> float:
        """R1, R2, R4 less K9 of a kilogram that has changed aircraft, likewise."""
        return self._best_usd_per_kg(transit, inbound=False)

    def _best_usd_per_kg(self, transit: ResolvedTransit, *, inbound: bool) -> float:
        return max(
            (
                offer.margin_usd_per_kg + dearest_support_usd_per_kg(self.resolved, *pair)
                for pair, offers in self._changing.items()
                for offer in offers
                if offer.transit == transit and offer.inbound == inbound
            ),
            default=-inf,
        )

    def may_carry(self, operator: str, uplift: str, discharge: str) -> bool:
        """Whether the operator holds the right (C15)."""
        return "C15" in self.relaxed or (uplift, discharge) in self._rights[operator]

    def block_takes(self, block: ResolvedBlock, consignment: ResolvedConsignment) -> bool:
        """Whether a consignment may fly with who sells a block (C0), and the block meets what it
        requires (C16)."""
        needs = self._requirements.get(consignment.id, ())
        return block.operator in consignment.operators and all(x.id in block.meets for x in needs)

    def takes(self, operator: str, type_: str, consignment: ResolvedConsignment) -> bool:
        """Whether a consignment may fly with an operator (C0) and on a type (C16)."""
        return operator in consignment.operators and self.fits_type(type_, consignment)

    def fits_type(self, type_: str, consignment: ResolvedConsignment) -> bool:
        """Whether a type meets what a consignment requires (C16)."""
        needs = self._requirements.get(consignment.id, ())
        return all(type_ in requirement.types for requirement in needs)

    def fits_airport(self, airport: str, consignment: ResolvedConsignment) -> bool:
        """Whether an airport meets what a consignment requires (C16)."""
        needs = self._requirements.get(consignment.id, ())
        return all(airport in requirement.airports for requirement in needs)

    def carriages(self, rotation: Rotation) -> Iterator[Carriage]:
        """Everything that can travel on a rotation, also one of bought capacity."""
        bought = isinstance(rotation, BoughtRotation)
        for (i, uplift), (j, discharge) in combinations(rotation.cargo_points(), 2):
            if not (bought or self.may_carry(rotation.operator, uplift, discharge)):
                continue
            off_block = rotation.legs[i].off_block_min
            on_block = rotation.legs[j - 1].on_block_min
            for offer in self.all_offers(uplift, discharge):
                if not self._may_fly(rotation, offer.consignment):
                    continue
                for weeks in self._weeks(offer, off_block, on_block):
                    shift = weeks * (self._cycle_min or 0)
                    yield Carriage(offer, i, j - 1, weeks, off_block + shift, on_block + shift)

    def _may_fly(self, rotation: Rotation, consignment: ResolvedConsignment) -> bool:
        """Whether carrier (C0) and aircraft, or bought capacity (C16), suit a consignment."""
        if isinstance(rotation, BoughtRotation):
            return self.block_takes(self.resolved.block[rotation.block], consignment)
        return self.takes(rotation.operator, rotation.type, consignment)

    def feeder_dispatches(self, offer: Offer, off_block_min: int) -> range:
        """Dispatches of the offer's feeder lane that reach a departure (C11), in order.

        Raises:
            ValueError: The offer has no feeder lane.
        """
        lane = self._lane(offer.uplift)
        c = offer.consignment
        if "C11" in self.relaxed:
            return self._any_dispatch(lane, c)
        export_min = self.resolved.customs_at[c.customs, offer.uplift.airport].export_min
        first = c.ready_min
        if c.max_dwell_min is not None:
            first = max(first, off_block_min - c.max_dwell_min - lane.truck_min)
        return _lattice(lane, first, off_block_min - export_min - lane.truck_min)

    def delivery_dispatches(self, offer: Offer, on_block_min: int) -> range:
        """Dispatches of the offer's delivery lane that follow an arrival in time (C11), in order.

        Raises:
            ValueError: The offer has no delivery lane.
        """
        lane = self._lane(offer.discharge)
        c = offer.consignment
        if "C11" in self.relaxed:
            return self._any_dispatch(lane, c)
        import_min = self.resolved.customs_at[c.customs, offer.discharge.airport].import_min
        return _lattice(lane, on_block_min + import_min, c.due_min - lane.truck_min)

    def _in_every_week(self, lane: ResolvedLane) -> ResolvedLane:
        """In a cyclic period what leaves at t leaves at t + 7 days too."""
        if self._cycle_min is None:
            return lane
        return replace(lane, dispatch_every_min=gcd(lane.dispatch_every_min, self._cycle_min))

    def _lane(self, access: Access) -> ResolvedLane:
        if access.lane is None:
            raise ValueError(f"{access.airport} is reached without a lane")
        return self._lanes[access.lane]

    def _any_dispatch(self, lane: ResolvedLane, c: ResolvedConsignment) -> range:
        """Without C11: every dispatch of the period, and of the consignment's time around it."""
        last_min = self.resolved.period.length_min - 1
        if self._cycle_min is not None:
            return _lattice(lane, 0, last_min)
        return _lattice(lane, min(0, c.ready_min), max(last_min, c.due_min))

    def _weeks(self, offer: Offer, off_block_min: int, on_block_min: int) -> Iterator[int]:
        """In how many weeks' time a rotation suits the offer; dated: 0 or nothing."""
        if "C11" in self.relaxed:
            yield 0
            return
        if self._cycle_min is None:
            weeks = range(1)
        else:
            first = -(-(offer.earliest_min - off_block_min) // self._cycle_min)
            last = (offer.latest_min - on_block_min) // self._cycle_min
            weeks = range(first, last + 1)
        for week in weeks:
            shift = week * (self._cycle_min or 0)
            if (
                off_block_min + shift >= offer.earliest_min
                and on_block_min + shift <= offer.latest_min
                and self._dwells(offer, off_block_min + shift)
            ):
                yield week

    def _dwells(self, offer: Offer, off_block_min: int) -> bool:
        """Whether the longest dwell can be kept for this departure."""
        c = offer.consignment
        if c.max_dwell_min is None or offer.outbound:
            return True
        if offer.uplift.lane is None:
            return off_block_min - c.ready_min <= c.max_dwell_min
        return len(self.feeder_dispatches(offer, off_block_min)) > 0

    def _add(self, c: ResolvedConsignment, uplift: Access, discharge: Access) -> None:
        earliest, latest = self._earliest_min(c, uplift), self._latest_min(c, discharge)
        margin = revenue_usd_per_kg(c) - self._handling_usd_per_kg(c, uplift, discharge)
        offer = Offer(c, uplift, discharge, earliest, latest, margin)
        self._keep(offer, self._offers)

    def _add_transit(self, transit: ResolvedTransit) -> None:
        """The ways to a gateway and on from it."""
        c = self.resolved.consignment[transit.consignment]
        hub = Access(transit.gateway, None)
        forever = "C11" in self.relaxed
        least_min = 0 if "C21" in self.relaxed else transit.connection_min
        for uplift in c.uplifts:
            latest = FOREVER_MIN if forever else c.due_min - least_min
            margin = -self._handling_usd_per_kg(c, uplift, hub)
            earliest = self._earliest_min(c, uplift)
            if uplift.airport != transit.gateway:
                self._keep(Offer(c, uplift, hub, earliest, latest, margin, transit), self._changing)
        for discharge in c.discharges:
            earliest = 0 if forever else c.ready_min + least_min
            margin = revenue_usd_per_kg(c) - self._handling_usd_per_kg(c, hub, discharge)
            latest = self._latest_min(c, discharge)
            if discharge.airport != transit.gateway:
                self._keep(
                    Offer(c, hub, discharge, earliest, latest, margin, transit), self._changing
                )

    def _keep(self, offer: Offer, offers: dict[tuple[str, str], list[Offer]]) -> None:
        """Remember an offer that airports suit and that leaves any time (C11, C16)."""
        pair = offer.uplift.airport, offer.discharge.airport
        suits = all(self.fits_airport(airport, offer.consignment) for airport in pair)
        if suits and offer.earliest_min <= offer.latest_min:
            offers.setdefault(pair, []).append(offer)

    def _earliest_min(self, c: ResolvedConsignment, uplift: Access) -> int:
        """The first off-block that the feeder, or the time it is ready, allows."""
        if "C11" in self.relaxed:
            return 0
        earliest = c.ready_min + self.resolved.customs_at[c.customs, uplift.airport].export_min
        if uplift.lane is not None:
            lane = self._lanes[uplift.lane]
            earliest += _wait_min(lane, c.ready_min) + lane.truck_min
        return earliest

    def _latest_min(self, c: ResolvedConsignment, discharge: Access) -> int:
        """The last on-block from which it is still delivered in time."""
        if "C11" in self.relaxed:
            return FOREVER_MIN
        latest = c.due_min
        if discharge.lane is not None:
            lane = self._lanes[discharge.lane]
            latest = _lattice_floor(lane, c.due_min - lane.truck_min)
        return latest - self.resolved.customs_at[c.customs, discharge.airport].import_min

    def _handling_usd_per_kg(
        self, c: ResolvedConsignment, uplift: Access, discharge: Access
    ) -> float:
        if c.sold:
            return 0.0  # the customer's matter
        airports = (self.resolved.airport[a.airport] for a in (uplift, discharge))
        return sum(airport.handling_pico_per_g for airport in airports) * 1e-9


def revenue_usd_per_kg(c: ResolvedConsignment) -> float:
    """Freight and surcharges of a kilogram (R1, R2), or its share of what it is sold for (R3)."""
    return (c.revenue_micro + c.surcharge_micro) / c.weight_g * 1e-3


def _wait_min(lane: ResolvedLane, minute: int) -> int:
    """From a minute to the next dispatch."""
    return (lane.dispatch_offset_min - minute) % lane.dispatch_every_min


def _lattice_floor(lane: ResolvedLane, minute: int) -> int:
    """The last dispatch not after a minute."""
    return minute - (minute - lane.dispatch_offset_min) % lane.dispatch_every_min


def _lattice(lane: ResolvedLane, first_min: int, last_min: int) -> range:
    """Dispatches from `first_min` to `last_min`, both included."""
    first = first_min + _wait_min(lane, first_min)
    return range(first, last_min + 1, lane.dispatch_every_min)
