"""Rows of trucks (C12)."""

from __future__ import annotations

from collections import defaultdict
from math import ceil

from optimizer.domain.resolved import ResolvedConsignment, ResolvedLane
from optimizer.model.cargo_rows import m3_per_kg
from optimizer.model.columns import Columns, Variable
from optimizer.model.ledger import TruckKey


def c12_trucks(c: Columns) -> None:
    """C12: whole trucks for the kilograms and cubic metres of a lane, dispatch and customs mode.

    The last rows are implied for whole trucks, and tighter for fractions of one: a small
    consignment alone needs a truck.
    """
    rides = _rides(c)
    for key, riding in rides.items():
        lane = c.lane(key[0])
        name = f"{c.lane_label[lane.id]}_{key[1]}_{c.mode_label[key[2]]}"
        y = c.integer(f"y_{name}", _most_trucks(lane, riding))
        c.trucks[key] = y
        kg = [(variable, 1.0) for variable, _ in riding]
        m3 = [(variable, m3_per_kg(consignment)) for variable, consignment in riding]
        c.at_most(f"C12_{name}_kg", [*kg, (y, -lane.payload_g * 1e-3)], 0)
        c.at_most(f"C12_{name}_m3", [*m3, (y, -lane.volume_cm3 * 1e-6)], 0)
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


def _most_trucks(lane: ResolvedLane, riding: list[tuple[Variable, ResolvedConsignment]]) -> int:
    """Trucks for everything that could ride at once."""
    consignments = {consignment.id: consignment for _, consignment in riding}.values()
    by_weight = sum(x.weight_g for x in consignments) / lane.payload_g
    by_volume = sum(x.volume_cm3 for x in consignments) / lane.volume_cm3
    return ceil(max(by_weight, by_volume))
