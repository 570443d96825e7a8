"""From the kilograms of a model to an exact plan: integer grams, whole trucks, exact money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from optimizer.domain.digest import resolved_digest
from optimizer.domain.resolved import ResolvedInstance
from optimizer.model.itinerary import Itinerary
from optimizer.model.ledger import Ledger
from optimizer.model.lines import name_flights
from optimizer.model.promised import keep_commitments
from optimizer.model.whole import provide_sold
from optimizer.network import Carriage
from optimizer.plan.bought import bought_flight, draft_id
from optimizer.plan.costing import price
from optimizer.plan.plan import Flight, Load, Plan, Segment, Truck
from optimizer.plan.trucks import TruckKey, truck_key, truck_runs

SNAP = 1e-6
"""Relative inaccuracy of a model's kilograms and trucks that is taken for rounding."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Kilograms of a consignment on one itinerary.

    Attributes:
        carriage: What flies on which legs, with its lanes.
        flight: Id of the flight; of bought capacity its `draft_id`.
        feeder_dispatch_min: Absolute dispatch of its feeder truck; None without one.
        delivery_dispatch_min: Absolute dispatch of its delivery truck; None without one.
        kg: Kilograms, as accurate as a solver's.
        onward: What flies on which legs of a second flight, and that flight's id, if it changes
            aircraft (C21); then `carriage` brings it to the gateway.
    """

    carriage: Carriage
    flight: str
    feeder_dispatch_min: int | None
    delivery_dispatch_min: int | None
    kg: float
    onward: tuple[Carriage, str] | None = None

    @property
    def parts(self) -> tuple[tuple[Carriage, str], ...]:
        """Carriages with their flights, in order."""
        first = (self.carriage, self.flight)
        return (first,) if self.onward is None else (first, self.onward)


def assemble(
    resolved: ResolvedInstance,
    flights: Sequence[Flight],
    carried: Sequence[Carried],
    returned: Sequence[str] = (),
) -> Plan:
    """Make an exact, priced plan.

    Kilograms become grams, rounded to the nearest where that is within a solver's accuracy, else
    down, and never beyond a limit; then grams lost in rounding are filled up wherever there is
    room, and commitments that are still a few grams short get them from other cargo. Trucks are the
    whole trucks that the loads take. Capacity sold comes first, whole or not at all (C18).

    Args:
        resolved: The resolved instance.
        flights: What is flown, with distinct ids; ids and tails are given anew.
        carried: What is on board of those flights, in any order; equal itineraries are added up.
        returned: Tails of returnable offers that are returned.

    Raises:
        ValueError: The flights of a pool do not fit its tails.
    """
    finished = name_flights(resolved, flights, returned)
    bought = {draft_id(block.id): bought_flight(block) for block in resolved.blocks}
    carrying = {**finished, **bought}
    wanted_kg: dict[Itinerary, float] = defaultdict(float)
    margin_usd_per_kg: dict[Itinerary, float] = {}
    for item in carried:
        itinerary = _itinerary(item, carrying)
        wanted_kg[itinerary] += item.kg
        margin = sum(carriage.offer.margin_usd_per_kg for carriage, _ in item.parts)
        margin_usd_per_kg[itinerary] = margin
    rank = {c.id: i for i, c in enumerate(resolved.consignments)}
    ledger = Ledger(resolved, tuple(carrying.values()), _trucks_allowed(resolved, wanted_kg))
    provided = provide_sold(resolved, ledger, wanted_kg)
    dearest_first = sorted(wanted_kg, key=lambda i: (-margin_usd_per_kg[i], *_order(i, rank)))
    grams = dict.fromkeys(dearest_first, 0)
    for top_up in (False, True):
        _fill(ledger, grams, wanted_kg, top_up=top_up)
        keep_commitments(resolved, finished.values(), ledger, grams)  # before others fill up
    grams |= provided
    in_order = sorted((i for i in grams if grams[i] > 0), key=lambda i: _order(i, rank))
    loads = tuple(_load(i, grams[i]) for i in in_order)
    plan = Plan(
        instance=resolved.name,
        resolved_digest=resolved_digest(resolved),
        flights=tuple(finished.values()),
        loads=loads,
        trucks=truck_runs(resolved, loads),
        returned=tuple(sorted(returned)),
    )
    return price(resolved, plan)


def _itinerary(item: Carried, flights: Mapping[str, Flight]) -> Itinerary:
    first, last = item.parts[0][0].offer, item.parts[-1][0].offer
    return Itinerary(
        first.consignment,
        tuple(
            Segment(flights[flight].id, x.uplift_leg, x.discharge_leg, x.weeks_later)
            for x, flight in item.parts
        ),
        _ride(first.uplift.lane, item.feeder_dispatch_min),
        _ride(last.discharge.lane, item.delivery_dispatch_min),
    )


def _ride(lane: str | None, dispatch_min: int | None) -> Truck | None:
    if lane is None:
        return None
    if dispatch_min is None:
        raise ValueError(f"a load on lane {lane} needs a dispatch")
    return Truck(lane, dispatch_min)


def _order(i: Itinerary, rank: Mapping[str, int]) -> tuple[int | str, ...]:
    dispatches = (-1 if truck is None else truck.dispatch_min for truck in (i.feeder, i.delivery))
    lanes = ("" if truck is None else truck.lane for truck in (i.feeder, i.delivery))
    first, *onward = ((x.flight, x.uplift_leg, x.discharge_leg, x.weeks_later) for x in i.segments)
    changed = (value for segment in onward for value in segment)
    return (rank[i.consignment.id], *first, *dispatches, *lanes, *changed)


def _fill(
    ledger: Ledger,
    grams: dict[Itinerary, int],
    wanted_kg: Mapping[Itinerary, float],
    *,
    top_up: bool,
) -> None:
    """Load what was wanted, in the order of `grams`; or, to top up, what rounding lost."""
    for i in grams:
        wanted = _snapped(1000 * wanted_kg[i])
        if wanted == 0:
            continue
        most = ceil(SNAP * wanted) + 1 if top_up else wanted
        taken = min(most, ledger.headroom_g(i))
        ledger.take(i, taken)
        grams[i] += taken


def _snapped(grams: float) -> int:
    """The nearest integer if it is within the accuracy of a model, else the one below."""
    nearest = round(grams)
    return max(0, nearest if abs(grams - nearest) <= SNAP * max(1.0, grams) else floor(grams))


def _trucks_allowed(
    resolved: ResolvedInstance, wanted_kg: Mapping[Itinerary, float]
) -> dict[TruckKey, int]:
    """Whole trucks that the kilograms take, a solver's inaccuracy aside."""
    kg: dict[TruckKey, float] = defaultdict(float)
    volume_m3: dict[TruckKey, float] = defaultdict(float)
    for i, wanted in wanted_kg.items():
        for truck in i.trucks:
            key = truck_key(resolved, truck, i.consignment.customs)
            kg[key] += wanted
            volume_m3[key] += wanted * i.consignment.volume_cm3 / i.consignment.weight_g * 1e-3
    allowed = {}
    for key in kg:
        lane = resolved.lane[key[0]]
        full = max(1e3 * kg[key] / lane.payload_g, 1e6 * volume_m3[key] / lane.volume_cm3)
        allowed[key] = ceil(full - SNAP * max(1.0, full))
    return allowed


def _load(i: Itinerary, grams: int) -> Load:
    return Load(i.consignment.id, grams, i.feeder, i.segments, i.delivery)
