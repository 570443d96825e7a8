"""Rows of trucks (C12)."""

from __future__ import annotations

from collections import defaultdict
from math import ceil

from optimizer.domain.resolved import ResolvedConsignment, ResolvedLane
from optimizer.model.columns import Columns
from optimizer.model.programme import Variable
from optimizer.model.sets import m3_per_kg
from optimizer.plan.trucks import TruckKey


def c12_trucks(c: Columns) -> None:
    """C12: whole trucks for the kilograms and cubic metres of a lane, dispatch and customs mode.

    The last rows are implied for whole trucks, and tighter for fractions of one: a small
    consignment alone needs a truck.
    """
    rides, kept = _rides(c), kept_cargo(c)
    for key in dict.fromkeys((*rides, *kept)):
        riding, (kept_kg, kept_m3) = rides.get(key, []), kept.get(key, (0.0, 0.0))
        lane = c.lane(key[0])
        name = f"{c.lane_label[lane.id]}_{key[1]}_{c.mode_label[key[2]]}"
        y = c.integer(f"y_{name}", _most_trucks(lane, riding, kept_kg, kept_m3))
        c.trucks[key] = y
        kg = [(variable, 1.0) for variable, _ in riding]
        m3 = [(variable, m3_per_kg(consignment)) for variable, consignment in riding]
        c.at_most(f"C12_{name}_kg", [*kg, (y, -lane.payload_g * 1e-3)], -kept_kg)
        c.at_most(f"C12_{name}_m3", [*m3, (y, -lane.volume_cm3 * 1e-6)], -kept_m3)
        for number, (variable, consignment) in enumerate(riding):
            weight_kg = consignment.weight_g * 1e-3
            if weight_kg < _truckload_kg(lane, consignment):
                c.at_most(f"C12_{name}_{number}", [(variable, 1.0), (y, -weight_kg)], 0)


def c12_trucks_available(c: Columns) -> None:
    """C12: trucks of all modes that leave at one dispatch are at most those available."""
    together: dict[tuple[str, int], list[tuple[Variable, float]]] = defaultdict(list)
    for (lane_id, minute, _), y in c.trucks.items():
        together[lane_id, minute].append((y, 1.0))
    for (lane_id, minute), terms in together.items():
        most = c.lane(lane_id).trucks_per_dispatch
        if most is not None:
            c.at_most(f"C12_{c.lane_label[lane_id]}_{minute}_available", terms, most)


def _rides(c: Columns) -> dict[TruckKey, list[tuple[Variable, ResolvedConsignment]]]:
    """Trucked kilograms by truck run."""
    rides: dict[TruckKey, list[tuple[Variable, ResolvedConsignment]]] = defaultdict(list)
    for flows in (c.feeder_kg, c.delivery_kg):
        for (consignment_id, lane_id), flow in flows.items():
            consignment = c.resolved.consignment[consignment_id]
            for minute, variable in flow.items():
                key = (lane_id, c.modulo(minute), consignment.customs)
                rides[key].append((variable, consignment))
    return rides


def _truckload_kg(lane: ResolvedLane, consignment: ResolvedConsignment) -> float:
    """What one truck takes of one consignment."""
    by_weight = lane.payload_g * 1e-3
    if not consignment.volume_cm3:
        return by_weight
    return min(by_weight, lane.volume_cm3 * 1e-6 / m3_per_kg(consignment))


def _most_trucks(
    lane: ResolvedLane, riding: list[tuple[Variable, ResolvedConsignment]], kg: float, m3: float
) -> int:
    """Trucks for everything that could ride at once, kept cargo included."""
    consignments = {consignment.id: consignment for _, consignment in riding}.values()
    by_weight = (sum(x.weight_g for x in consignments) + 1e3 * kg) / lane.payload_g
    by_volume = (sum(x.volume_cm3 for x in consignments) + 1e6 * m3) / lane.volume_cm3
    return ceil(max(by_weight, by_volume))


def kept_cargo(c: Columns) -> dict[TruckKey, tuple[float, float]]:
    """Kilograms and cubic metres of kept cargo by truck run."""
    found: dict[TruckKey, tuple[float, float]] = {}
    for item in c.sets.kept:
        offer = item.carriage.offer
        for lane_id, minute in (
            (offer.uplift.lane, item.feeder_dispatch_min),
            (offer.discharge.lane, item.delivery_dispatch_min),
        ):
            if lane_id is not None and minute is not None:
                key = (lane_id, c.modulo(minute), offer.consignment.customs)
                kg, m3 = found.get(key, (0.0, 0.0))
                found[key] = kg + item.kg, m3 + item.kg * m3_per_kg(offer.consignment)
    return found
