"""Room that is left, exactly: consignments, legs, terminals, trucks (C0, C4-C6, C10, C12, C16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.domain.resolved import ResolvedConsignment, ResolvedInstance
from optimizer.model.itinerary import Itinerary
from optimizer.network import KeptApart, Positions, StockRoom, Terminals
from optimizer.plan.plan import Flight, Truck
from optimizer.plan.rotation import BoughtRotation
from optimizer.plan.trucks import TruckKey, truck_key


@dataclass(slots=True)
class _Room:
    """Grams and cubic centimetres left somewhere."""

    grams: int
    volume_cm3: Fraction


class Ledger:
    """Takes loads one by one and knows how many grams more would fit; no rounding anywhere.

    Args:
        resolved: The resolved instance.
        flights: Flights that can take loads, those of bought capacity among them.
        trucks: Trucks that may leave, by run.
    """

    def __init__(
        self, resolved: ResolvedInstance, flights: Sequence[Flight], trucks: dict[TruckKey, int]
    ) -> None:
        self._resolved = resolved
        self._offered_g = {c.id: c.weight_g for c in resolved.consignments}
        self._terminals = Terminals(resolved)
        self._terminal_g = [limit.most_g for limit in resolved.handling_limits]
        self._stock = StockRoom(resolved)
        self._rotations = {flight.id: flight.rotation for flight in flights}
        self._legs = {
            (flight.id, i): self._leg_room(flight, i)
            for flight in flights
            for i in range(len(flight.rotation.legs))
        }
        self._number = dict(trucks)
        self._apart = KeptApart(resolved)
        self._goods_g: Counter[tuple[tuple[str, int], int]] = Counter()
        self._positions = Positions(resolved)
        self._decks = {
            key: [
                None if has is None else Fraction(has)
                for has in self._positions.of(self._rotations[key[0]])
            ]
            for key in self._legs
            if self._positions.limited
        }
        self._trucks = {
            key: _Room(
                number * resolved.lane[key[0]].payload_g,
                Fraction(number * resolved.lane[key[0]].volume_cm3),
            )
            for key, number in trucks.items()
        }

    def headroom_g(self, i: Itinerary) -> int:
        """Grams that still fit on all legs and trucks of an itinerary."""
        c, most = i.consignment, self._offered_g[i.consignment.id]
        apart = self._apart.apart(c.id)
        if any(self._goods_g[leg, goods] for leg in i.legs for goods in apart):
            return 0
        for number, times in self._handled(i).items():
            most = min(most, self._terminal_g[number] // times)
        for airport, start_min, end_min in self._waits(i):
            most = min(most, self._stock.room_g(airport, start_min, end_min))
        for room in self._rooms(i):
            most = min(most, room.grams)
            if c.volume_cm3:
                most = min(most, room.volume_cm3 * c.weight_g // c.volume_cm3)
        for left, milli in self._decks_of(i):
            most = min(most, left * c.weight_g // milli)
        return max(0, most)

    def take(self, i: Itinerary, grams: int) -> None:
        """Put grams of an itinerary's consignment on board and on trucks."""
        c = i.consignment
        self._offered_g[c.id] -= grams
        for goods in self._apart.held(c.id):
            for leg in i.legs:
                self._goods_g[leg, goods] += grams
        for number, times in self._handled(i).items():
            self._terminal_g[number] -= times * grams
        for decks in self._decks_on(i):
            for number, milli in enumerate(self._positions.taken(c)):
                left = decks[number]
                if left is not None:
                    decks[number] = left - Fraction(milli * grams, c.weight_g)
        for wait in self._waits(i):
            self._stock.take(*wait, grams)
        volume_cm3 = Fraction(grams * c.volume_cm3, c.weight_g)
        for room in self._rooms(i):
            room.grams -= grams
            room.volume_cm3 -= volume_cm3

    def truck_more(self, c: ResolvedConsignment, truck: Truck) -> bool:
        """One truck more for a ride, if there is one and its run has no room; whether it came."""
        key = truck_key(self._resolved, truck, c.customs)
        lane, room = self._resolved.lane[key[0]], self._trucks[key]
        leaving = sum(n for other, n in self._number.items() if other[:2] == key[:2])
        none_left = lane.trucks_per_dispatch is not None and leaving >= lane.trucks_per_dispatch
        if none_left or (room.grams > 0 and room.volume_cm3 * c.weight_g >= c.volume_cm3):
            return False
        self._number[key] += 1
        room.grams += lane.payload_g
        room.volume_cm3 += lane.volume_cm3
        return True

    def _rooms(self, i: Itinerary) -> Iterator[_Room]:
        for leg in i.legs:
            yield self._legs[leg]
        for truck in i.trucks:
            yield self._trucks[truck_key(self._resolved, truck, i.consignment.customs)]

    def _decks_on(self, i: Itinerary) -> Iterator[list[Fraction | None]]:
        """Thousandths of positions left on its legs, by limit (C6)."""
        for leg in i.legs if self._decks else ():
            yield self._decks[leg]

    def _decks_of(self, i: Itinerary) -> Iterator[tuple[Fraction, int]]:
        """What is left of limits that its consignment counts for, and what all of it takes."""
        for decks in self._decks_on(i):
            for left, milli in zip(decks, self._positions.taken(i.consignment), strict=True):
                if left is not None and milli:
                    yield left, milli

    def stocked(self, i: Itinerary) -> frozenset[str]:
        """Airports with a limit at which an itinerary waits."""
        return frozenset(airport for airport, _, _ in self._waits(i))

    def _waits(self, i: Itinerary) -> Iterator[tuple[str, int, int]]:
        """Where and when an itinerary waits for its flights, at airports with a limit."""
        if not self._stock or i.consignment.sold:
            return
        cycle_min = self._resolved.period.length_min if self._resolved.period.cyclic else 0
        arrival_min = i.consignment.ready_min
        if i.feeder is not None:
            lane = self._resolved.lane[i.feeder.lane]
            arrival_min = i.feeder.dispatch_min + lane.truck_min
        for segment in i.segments:
            legs, shift = self._rotations[segment.flight].legs, segment.weeks_later * cycle_min
            lifted, landed = legs[segment.uplift_leg], legs[segment.discharge_leg]
            off_block_min = lifted.off_block_min + shift
            if self._stock.limits(lifted.origin) and arrival_min < off_block_min:
                yield lifted.origin, arrival_min, off_block_min
            arrival_min = landed.on_block_min + shift

    def _handled(self, i: Itinerary) -> Counter[int]:
        """Windows of terminals that an itinerary counts for, and how often in each."""
        return Counter(
            number
            for x in i.segments
            for number in self._terminals.windows(
                self._rotations[x.flight], x.uplift_leg, x.discharge_leg
            )
        )

    def _leg_room(self, flight: Flight, index: int) -> _Room:
        rotation = flight.rotation
        if isinstance(rotation, BoughtRotation):
            block = self._resolved.block[rotation.block]
            return _Room(block.weight_g, Fraction(block.volume_cm3))
        leg = rotation.legs[index]
        data = self._resolved.leg[rotation.operator, rotation.type, leg.origin, leg.destination]
        volume_cm3 = self._resolved.type[rotation.type].volume_cm3
        return _Room(1000 * data.cap_kg, Fraction(volume_cm3))
