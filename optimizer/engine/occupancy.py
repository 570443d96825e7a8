"""How full the flights and trucks of a plan are, and which cargo could have flown on them."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from optimizer.domain.resolved import Access, ResolvedInstance
from optimizer.network import CargoIndex, Carriage, KeptApart, Positions, StockRoom, Terminals
from optimizer.plan.bought import carrying_flights
from optimizer.plan.costing import carriage_pico_per_g
from optimizer.plan.plan import Plan
from optimizer.plan.rotation import BoughtRotation, Rotation
from optimizer.plan.stock import stock_waits

FULL_SHARE = 0.005
"""A leg with less room than this share of its limit is full."""
FULL_G = 1000
"""A leg with less room than this is full."""


@dataclass(frozen=True, slots=True)
class Way:
    """A flight of the plan, or bought capacity, that suits a consignment."""

    flight: str
    carriage: Carriage


class Occupancy:
    """Room left on the flights and trucks of a plan."""

    def __init__(self, index: CargoIndex, plan: Plan) -> None:
        self._index = index
        self._resolved = index.resolved
        self._flights = carrying_flights(index.resolved, plan)
        self._grams: dict[tuple[str, int], int] = defaultdict(int)
        self._volume_m3: dict[tuple[str, int], float] = defaultdict(float)
        self._positions = Positions(self._resolved)
        self._taken: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        self._trucks: dict[tuple[str, int], int] = defaultdict(int)
        self._terminals = Terminals(self._resolved)
        self._handled_g = [0] * len(self._terminals.limits)
        self._use: dict[tuple[str, int, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._stock = _stock(self._resolved, plan)
        self._apart = KeptApart(self._resolved)
        self._goods: dict[tuple[str, int], set[int]] = defaultdict(set)
        for load in plan.loads:
            c = self._resolved.consignment[load.consignment]
            m3 = load.grams * c.volume_cm3 / c.weight_g * 1e-6
            for segment in load.segments:
                rotation = self._flights[segment.flight].rotation
                for number in self._terminals.windows(
                    rotation, segment.uplift_leg, segment.discharge_leg
                ):
                    self._handled_g[number] += load.grams
                for leg in range(segment.uplift_leg, segment.discharge_leg + 1):
                    self._goods[segment.flight, leg] |= self._apart.held(c.id)
                    self._grams[segment.flight, leg] += load.grams
                    self._volume_m3[segment.flight, leg] += m3
                    used = self._taken[segment.flight, leg]
                    for number, milli in enumerate(self._positions.taken(c)):
                        used[number] += milli * load.grams / c.weight_g
            for truck in (load.feeder, load.delivery):
                if truck is not None:
                    use = self._use[truck.lane, self._minute(truck.dispatch_min), c.customs]
                    use[0] += load.grams / 1000
                    use[1] += m3
        for run in plan.trucks:
            self._trucks[run.lane, self._minute(run.dispatch_min)] += run.trucks
        self._ways: dict[str, list[Way]] = defaultdict(list)
        for flight in self._flights.values():
            bought = isinstance(flight.rotation, BoughtRotation)
            if not bought and flight.rotation.operator not in self._resolved.operator:
                continue
            for carriage in index.carriages(flight.rotation):
                if self._known(flight.id, carriage):
                    self._ways[carriage.offer.consignment.id].append(Way(flight.id, carriage))

    def ways(self, consignment: str) -> list[Way]:
        """Flights that suit a consignment."""
        return self._ways.get(consignment, [])

    def full(self, way: Way) -> str | None:
        """What is full: ``payload``, ``volume``, ``positions``, ``handling`` or ``stock``, or
        ``incompatible`` goods are on board; None if the flight has room."""
        rotation = self._flights[way.flight].rotation
        if self.beside(way):
            return "incompatible"
        windows = self._terminals.windows(
            rotation, way.carriage.uplift_leg, way.carriage.discharge_leg
        )
        for number in windows:
            most_g = self._terminals.limits[number].most_g
            if most_g - self._handled_g[number] <= max(FULL_G, FULL_SHARE * most_g):
                return "handling"
        if self._no_stock(way.carriage):
            return "stock"
        hold_m3 = self._hold_cm3(rotation) * 1e-6
        for leg in range(way.carriage.uplift_leg, way.carriage.discharge_leg + 1):
            cap_g = self._cap_g(rotation, leg)
            if cap_g - self._grams[way.flight, leg] <= max(FULL_G, FULL_SHARE * cap_g):
                return "payload"
            if hold_m3 - self._volume_m3[way.flight, leg] <= FULL_SHARE * hold_m3:
                return "volume"
        return self._no_positions(way, rotation)

    def beside(self, way: Way) -> list[str]:
        """Goods on board that the cargo must not be beside (C16)."""
        apart = self._apart.apart(way.carriage.offer.consignment.id)
        legs = range(way.carriage.uplift_leg, way.carriage.discharge_leg + 1)
        aboard = {goods for leg in legs for goods in self._goods[way.flight, leg]}
        return [self._apart.goods[n] for n in sorted(aboard & apart)]

    def _no_positions(self, way: Way, rotation: Rotation) -> str | None:
        """``positions`` if a deck that the cargo needs is full on one of its legs (C6)."""
        c = way.carriage.offer.consignment
        takes = self._positions.taken(c)
        for leg in range(way.carriage.uplift_leg, way.carriage.discharge_leg + 1):
            used = self._taken[way.flight, leg]
            for milli, limit, taken in zip(takes, self._positions.of(rotation), used, strict=True):
                if milli and limit is not None and limit - taken <= FULL_SHARE * limit:
                    return "positions"
        return None

    def why_not(self, way: Way, grams: int) -> tuple[str, str]:
        """Why a remainder is not on a flight that has room: no trucks, or they cost too much."""
        lane, paid_usd = self.trucks_for(way, grams)
        if lane is not None:
            return "trucks", f"all trucks on lane {lane} that make flight {way.flight} run"
        earned_usd = self.earned_usd(way, grams)
        if earned_usd <= paid_usd:
            return "uneconomic", (
                f"flight {way.flight} has room, but trucks for it cost {paid_usd:,.0f} USD and it "
                f"earns {earned_usd:,.0f} USD after handling and {self._flown_for(way)}"
            )
        return "not found", (
            f"flight {way.flight} has some room; the plan found does not use it for this cargo"
        )

    def earned_usd(self, way: Way, grams: int) -> float:
        """What so much more earns on a flight, after handling and fuel."""
        return (
            grams / 1000 * (way.carriage.offer.margin_usd_per_kg - self._carriage_usd_per_kg(way))
        )

    def trucks_for(self, way: Way, grams: int) -> tuple[str | None, float]:
        """A lane all of whose trucks run already, and else what more trucks cost, in USD."""
        offer, carriage = way.carriage.offer, way.carriage
        c = offer.consignment
        paid_usd, kg = 0.0, grams / 1000
        for access, dispatches in (
            (offer.uplift, self._feeders(carriage)),
            (offer.discharge, self._deliveries(carriage)),
        ):
            if access.lane is None:
                continue
            lane = self._resolved.lane[access.lane]
            most = lane.trucks_per_dispatch
            runs = {self._minute(m) for m in dispatches}
            if most is not None and all(self._trucks[lane.id, m] >= most for m in runs):
                return lane.id, 0.0
            paid_usd += min(
                (self._extra_usd(access, m, c.customs, kg, kg * c.volume_cm3 / c.weight_g / 1e3)
                 for m in runs),
                default=0.0,
            )  # fmt: skip
        return None, paid_usd

    def _no_stock(self, carriage: Carriage) -> bool:
        """Whether there is no room to wait for a flight, however late it comes (C10)."""
        offer, airport = carriage.offer, carriage.offer.uplift.airport
        if not self._stock.limits(airport):
            return False
        arrival_min = offer.consignment.ready_min
        if offer.outbound and offer.transit is not None:
            arrival_min = carriage.off_block_min - offer.transit.connection_min
        elif offer.uplift.lane is not None:
            lane = self._resolved.lane[offer.uplift.lane]
            arrival_min = max(self._feeders(carriage), default=offer.earliest_min) + lane.truck_min
        if arrival_min >= carriage.off_block_min:
            return False
        return self._stock.room_g(airport, arrival_min, carriage.off_block_min) <= max(
            FULL_G, FULL_SHARE * self._stock.most_g(airport)
        )

    def _known(self, flight: str, carriage: Carriage) -> bool:
        rotation = self._flights[flight].rotation
        return isinstance(rotation, BoughtRotation) or all(
            (rotation.operator, rotation.type, leg.origin, leg.destination) in self._resolved.leg
            for leg in rotation.legs[carriage.uplift_leg : carriage.discharge_leg + 1]
        )

    def _cap_g(self, rotation: Rotation, leg: int) -> int:
        """Weight limit of a leg (C4), or of bought capacity (C18)."""
        if isinstance(rotation, BoughtRotation):
            return self._resolved.block[rotation.block].weight_g
        x = rotation.legs[leg]
        data = self._resolved.leg[rotation.operator, rotation.type, x.origin, x.destination]
        return 1000 * data.cap_kg

    def _hold_cm3(self, rotation: Rotation) -> int:
        """Volume limit (C5, C18)."""
        if isinstance(rotation, BoughtRotation):
            return self._resolved.block[rotation.block].volume_cm3
        return self._resolved.type[rotation.type].volume_cm3

    def _flown_for(self, way: Way) -> str:
        bought = isinstance(self._flights[way.flight].rotation, BoughtRotation)
        return "the price of its capacity" if bought else "fuel"

    def _carriage_usd_per_kg(self, way: Way) -> float:
        """What carrying a kilogram costs (K1, K13, R4), or its price on bought capacity (K12)."""
        rotation = self._flights[way.flight].rotation
        if isinstance(rotation, BoughtRotation):
            return self._resolved.block[rotation.block].pico_per_g * 1e-9
        legs = rotation.legs[way.carriage.uplift_leg : way.carriage.discharge_leg + 1]
        airports = (legs[0].origin, *(leg.destination for leg in legs))
        cost = carriage_pico_per_g(self._resolved, rotation.operator, rotation.type, airports)
        return cost * 1e-9

    def _feeders(self, carriage: Carriage) -> list[int]:
        if carriage.offer.uplift.lane is None:
            return []
        return list(self._index.feeder_dispatches(carriage.offer, carriage.off_block_min))

    def _deliveries(self, carriage: Carriage) -> list[int]:
        if carriage.offer.discharge.lane is None:
            return []
        return list(self._index.delivery_dispatches(carriage.offer, carriage.on_block_min))

    def _extra_usd(self, access: Access, minute: int, customs: str, kg: float, m3: float) -> float:
        """What more trucks cost for so much more on a run."""
        lane = self._resolved.lane[access.lane or ""]
        used_kg, used_m3 = self._use.get((lane.id, minute, customs), (0.0, 0.0))
        payload_kg, volume_m3 = lane.payload_g / 1e3, lane.volume_cm3 / 1e6

        def trucks(a: float, b: float) -> int:
            return math.ceil(max(a / payload_kg, b / volume_m3) - 1e-9)

        more = trucks(used_kg + kg, used_m3 + m3) - trucks(used_kg, used_m3)
        return more * dict(lane.cost_micro)[customs] * 1e-6

    def _minute(self, minute: int) -> int:
        period = self._resolved.period
        return minute % period.length_min if period.cyclic else minute


def _stock(resolved: ResolvedInstance, plan: Plan) -> StockRoom:
    """Room that a plan leaves for waiting cargo."""
    room = StockRoom(resolved)
    for airport, start_min, end_min, grams in stock_waits(resolved, plan):
        room.take(airport, start_min, end_min, grams)
    return room
