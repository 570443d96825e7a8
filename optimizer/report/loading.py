"""What is on board of every leg, and how far each leg goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from optimizer.domain.resolved import ResolvedInstance, ResolvedLeg
from optimizer.plan.plan import Flight, Load, Plan

LegKey = tuple[str, int]
"""Flight and index of the leg in it."""


@dataclass(frozen=True, slots=True)
class LegLoad:
    """Cargo on one leg."""

    grams: int = 0
    volume_cm3: float = 0.0


def load_legs(load: Load) -> Iterator[LegKey]:
    """Legs a load is on board of."""
    for segment in load.segments:
        for leg in range(segment.uplift_leg, segment.discharge_leg + 1):
            yield segment.flight, leg


def aboard(plan: Plan) -> dict[LegKey, dict[str, int]]:
    """Grams by consignment on every leg that carries any."""
    cargo: dict[LegKey, dict[str, int]] = defaultdict(dict)
    for load in plan.loads:
        for key in load_legs(load):
            cargo[key][load.consignment] = cargo[key].get(load.consignment, 0) + load.grams
    return dict(cargo)


def leg_loads(resolved: ResolvedInstance, plan: Plan) -> dict[LegKey, LegLoad]:
    """Weight and volume on every leg of the plan (C4, C5), empty ones included."""
    loads = {(f.id, i): LegLoad() for f in plan.flights for i in range(len(f.rotation.legs))}
    for key, cargo in aboard(plan).items():
        volume_cm3 = 0.0
        for consignment, grams in cargo.items():
            c = resolved.consignment[consignment]
            volume_cm3 += grams * c.volume_cm3 / c.weight_g
        loads[key] = LegLoad(sum(cargo.values()), volume_cm3)
    return loads


POSITIONS = ("main_positions", "lower_positions", "uld_positions")


def leg_positions(resolved: ResolvedInstance, plan: Plan) -> dict[LegKey, dict[str, float | None]]:
    """ULD positions that cargo takes on legs: for the main deck, the lower deck, in all (C6).

    None where no consignment says what it takes.
    """
    none = None if not resolved.packings else 0.0
    found: dict[LegKey, dict[str, float | None]] = {
        (f.id, i): dict.fromkeys(POSITIONS, none)
        for f in plan.flights
        for i in range(len(f.rotation.legs))
    }
    if none is None:
        return found
    packing = {row.consignment: row for row in resolved.packings}
    columns = {"main": "main_positions", "lower": "lower_positions"}
    for key, cargo in aboard(plan).items():
        taken = dict.fromkeys(POSITIONS, 0.0)
        for consignment, grams in cargo.items():
            packed = packing.get(consignment)
            if packed is not None:
                weight_g = resolved.consignment[consignment].weight_g
                positions = packed.milli_positions * grams / (1000 * weight_g)
                taken["uld_positions"] += positions
                if packed.deck in columns:
                    taken[columns[packed.deck]] += positions
        found[key] = {name: round(value, 3) for name, value in taken.items()}
    return found


def leg_data(resolved: ResolvedInstance, flight: Flight, index: int) -> ResolvedLeg | None:
    """The resolved leg a flight flies; None if a timetable made elsewhere flies what nobody may."""
    leg = flight.rotation.legs[index]
    rotation = flight.rotation
    return resolved.leg.get((rotation.operator, rotation.type, leg.origin, leg.destination))


@dataclass(slots=True)
class Traffic:
    """Work done and work offered, over any set of legs; distances are track distances."""

    legs: int = 0
    kg_km: float = 0.0
    available_kg_km: float = 0.0
    cm3_km: float = 0.0
    available_cm3_km: float = 0.0

    @property
    def load_factor_weight(self) -> float:
        """Tonne-km over available tonne-km, the caps being those of payload and range (C3)."""
        return self.kg_km / self.available_kg_km if self.available_kg_km else 0.0

    @property
    def load_factor_volume(self) -> float:
        """The same by usable volume (C5)."""
        return self.cm3_km / self.available_cm3_km if self.available_cm3_km else 0.0

    def add(self, resolved: ResolvedInstance, flight: Flight, index: int, load: LegLoad) -> None:
        """Count one leg."""
        self.legs += 1
        data = leg_data(resolved, flight, index)
        if data is not None:
            self.kg_km += load.grams / 1000 * data.distance_km
            self.available_kg_km += data.cap_kg * data.distance_km
            self.cm3_km += load.volume_cm3 * data.distance_km
            usable_cm3 = resolved.type[flight.rotation.type].volume_cm3
            self.available_cm3_km += usable_cm3 * data.distance_km


def traffic(
    resolved: ResolvedInstance, flights: Iterable[Flight], loads: dict[LegKey, LegLoad]
) -> Traffic:
    """Traffic of whole flights."""
    total = Traffic()
    for flight in flights:
        for index in range(len(flight.rotation.legs)):
            total.add(resolved, flight, index, loads[flight.id, index])
    return total


def direction(resolved: ResolvedInstance, flight: Flight, index: int) -> str:
    """``outbound`` up to the first station, ``inbound`` after the last one, else ``between``.

    Legs before a technical stop go where the next full stop is.
    """
    rotation = flight.rotation
    stations = [
        i
        for i, leg in enumerate(rotation.legs)
        if leg.stop == "full" and leg.destination not in resolved.gateways
    ]
    if rotation.origin in resolved.gateways and stations and index <= stations[0]:
        return "outbound"
    last_station = stations[-1] if stations else -1
    from_station = bool(stations) or rotation.origin not in resolved.gateways
    if from_station and rotation.destination in resolved.gateways and index > last_station:
        return "inbound"
    return "between"
