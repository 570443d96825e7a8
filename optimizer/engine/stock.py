"""Cargo that waits for its flight, in schedules and loading programmes (C10)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from optimizer.engine.cargo_table import CargoTable
from optimizer.engine.lines import Flown
from optimizer.network import Offer, StockRoom

Wait: TypeAlias = tuple[str, int, int]
"""Airport, arrival, off-block: cargo is in stock over [arrival, off-block)."""


def wait_of(
    cargo: CargoTable, offer: Offer, off_block_min: int, feeder_min: int | None = None
) -> Wait | None:
    """Where and when cargo waits that leaves at an (absolute) off-block.

    Args:
        cargo: All offers.
        offer: The cargo.
        off_block_min: When it leaves.
        feeder_min: Dispatch of its truck; None for the last that is in time.

    Returns:
        None where stock is not limited, or if it need not wait.
    """
    airport = offer.uplift.airport
    if offer.consignment.sold or not cargo.stock.limits(airport):
        return None
    arrival_min = offer.consignment.ready_min
    if offer.uplift.lane is not None:
        if feeder_min is None:
            dispatches = cargo.index.feeder_dispatches(offer, off_block_min)
            feeder_min = dispatches[-1] if dispatches else off_block_min
        arrival_min = feeder_min + cargo.resolved.lane[offer.uplift.lane].truck_min
    return (airport, arrival_min, off_block_min) if arrival_min < off_block_min else None


def waits(cargo: CargoTable, flown: Flown) -> list[Wait | None]:
    """By load of a flight, with the last trucks that are in time."""
    legs, first = flown.rotation.legs, flown.timed.shape.first_leg
    return [
        wait_of(
            cargo,
            cargo.offers[offer],
            legs[int(first[segment])].off_block_min + weeks * cargo.cycle_min,
        )
        for offer, segment, weeks in flown.loads.tolist()
    ]


def count_stock(cargo: CargoTable, flown: Flown, room: StockRoom, sign: int) -> None:
    """Take the cargo of a flight from the room there is (sign 1), or give it back (-1)."""
    if room:
        for wait, kg in zip(waits(cargo, flown), flown.loads_kg.tolist(), strict=True):
            if wait is not None:
                room.take(*wait, sign * round(1000 * kg))


class StockInstants:
    """When stock is highest beside some flights: just before each of their departures.

    Between two departures of these flights their own cargo only grows in stock, so what there is
    room for just before one, over the time since the one before, is enough.

    Args:
        cargo: All offers.
        flights: The flights whose cargo is chosen.
        room: What other cargo leaves.
    """

    def __init__(self, cargo: CargoTable, flights: Sequence[Flown], room: StockRoom) -> None:
        self._cycle_min = cargo.cycle_min
        self._off: dict[str, list[int]] = {}
        self._first_row: dict[str, int] = {}
        self.room_kg: list[float] = []
        for limit in cargo.resolved.stock_limits:
            airport = limit.airport
            minutes = sorted(
                {
                    leg.off_block_min % self._cycle_min if self._cycle_min else leg.off_block_min
                    for flown in flights
                    for leg in flown.rotation.legs
                    if leg.origin == airport
                }
            )
            self._off[airport] = minutes
            self._first_row[airport] = len(self.room_kg)
            for k, minute in enumerate(minutes):
                before = minutes[k - 1] if k else self._before(minutes)
                grams = room.room_g(airport, min(before, minute - 1), minute)
                self.room_kg.append(max(0.0, grams * 1e-3))

    def rows(self, wait: Wait) -> Iterator[tuple[int, int]]:
        """Instants, by number, that a wait counts at, and how often."""
        airport, start, end = wait
        off, first = self._off[airport], self._first_row[airport]
        if not self._cycle_min:
            for k in range(bisect_left(off, start + 1), bisect_left(off, end + 1)):
                yield first + k, 1
            return
        for k, minute in enumerate(off):
            next_min = start + 1 + (minute - start - 1) % self._cycle_min
            times = len(range(next_min, end + 1, self._cycle_min))
            if times:
                yield first + k, times

    def _before(self, minutes: Sequence[int]) -> int:
        """The departure before the first one: in a cyclic week the last one."""
        return minutes[-1] - self._cycle_min if self._cycle_min else minutes[0] - 1
