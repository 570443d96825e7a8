"""Cargo that waits for its flight, in schedules and loading programmes (C10)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeAlias

from optimizer.engine.cargo_table import CargoTable
from optimizer.engine.lines import Flown
from optimizer.engine.programme import Programme
from optimizer.network import Offer, StockRoom
from optimizer.plan.rotation import Rotation

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


class StockRows:
    """What waits beside some flights, written into a programme.

    Stock is highest just before a departure of these flights: between two of them their own cargo
    only grows in stock. So what there is room for just before one, over the time since the one
    before, is enough. What waits there is what did before the last one and what came and left
    since, so that cargo has entries where its wait begins and ends, however long it is.

    Args:
        cargo: All offers.
        rotations: Those whose cargo is chosen.
        room: What other cargo leaves.
        programme: Gets a row and a column for each departure.
    """

    def __init__(
        self,
        cargo: CargoTable,
        rotations: Sequence[Rotation],
        room: StockRoom,
        programme: Programme,
    ) -> None:
        self._cycle_min = cargo.cycle_min
        self._off: dict[str, list[int]] = {}
        self._rows: dict[str, list[int]] = {}
        for limit in cargo.resolved.stock_limits:
            airport = limit.airport
            minutes = sorted(
                {
                    leg.off_block_min % self._cycle_min if self._cycle_min else leg.off_block_min
                    for rotation in rotations
                    for leg in rotation.legs
                    if leg.origin == airport
                }
            )
            self._off[airport] = minutes
            self._rows[airport] = [programme.row(0.0) for _ in minutes]
            for k, minute in enumerate(minutes):
                before = minutes[k - 1] if k else self._before(minutes)
                grams = room.room_g(airport, min(before, minute - 1), minute)
                most = programme.row(max(0.0, grams * 1e-3))
                waiting = [(most, 1.0), (self._rows[airport][k], -1.0)]
                waiting += [(row, 1.0) for row in self._rows[airport][k + 1 : k + 2]]
                programme.column(0.0, waiting)

    def entries(self, wait: Wait) -> list[tuple[int, float]]:
        """The rows of a kilogram that waits, and how it counts in them."""
        airport, start, end = wait
        rows = self._rows[airport]
        first, last = self._until(airport, start), self._until(airport, end)
        n = len(rows)
        if not self._cycle_min:
            found = [(rows[first], 1.0)] if first < last else []
            return found + ([(rows[last], -1.0)] if first < last < n else [])
        whole, rest = divmod(last - first, n)
        begins, ends = first % n, last % n
        at_first = whole + (1 if -first % n < rest else 0)
        found = [(rows[0], float(at_first))] if at_first else []
        if rest and begins:
            found.append((rows[begins], 1.0))
        if rest and ends:
            found.append((rows[ends], -1.0))
        return found

    def _until(self, airport: str, minute: int) -> int:
        """Departures up to an instant, of all weeks since the first one in a week that repeats."""
        off = self._off[airport]
        if not self._cycle_min:
            return bisect_right(off, minute)
        weeks, at = divmod(minute, self._cycle_min)
        return weeks * len(off) + bisect_right(off, at)

    def _before(self, minutes: Sequence[int]) -> int:
        """The departure before the first one: in a cyclic week the last one."""
        return minutes[-1] - self._cycle_min if self._cycle_min else minutes[0] - 1
