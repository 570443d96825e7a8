"""Cargo on bad days: what is there, makes its flights and is delivered in time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimizer.domain.resolved import MICRO
from optimizer.plan.plan import Flight, Load
from optimizer.whatif.stress_days import Days, Minutes
from optimizer.whatif.stress_flying import Flying


class Carrying:
    """What becomes of the cargo of a plan whose flights were followed.

    Args:
        flying: When legs left and came.
    """

    def __init__(self, days: Days, flying: Flying) -> None:
        self._days = days
        self._flying = flying

    def lost(self, flights: dict[str, Flight]) -> tuple[dict[str, Minutes], Minutes]:
        """Revenue lost by flight that was to lift the cargo, and the share delivered."""
        lost: dict[str, Minutes] = {}
        trucks: dict[tuple[str, int], Minutes] = {}
        demand: dict[str, Minutes] = {}
        planned_kg = delivered_kg = np.zeros(self._days.runs)
        for load in self._days.plan.loads:
            c = self._days.resolved.consignment[load.consignment]
            if c.id not in demand:
                demand[c.id] = self._shown_up(load)
            share = np.where(self._arrives(load, flights, trucks), demand[c.id], 0.0)
            kg, usd = load.grams / 1000, (c.revenue_micro + c.surcharge_micro) / MICRO
            planned_kg = planned_kg + kg
            delivered_kg = delivered_kg + kg * share
            first = load.segments[0].flight
            own = (1.0 - share) * usd * load.grams / c.weight_g
            lost[first] = lost[first] + own if first in lost else own
        return lost, np.where(planned_kg > 0, delivered_kg / np.maximum(planned_kg, 1e-9), 1.0)

    def _shown_up(self, load: Load) -> Minutes:
        """Share of the planned cargo that is there: more than planned finds no room."""
        amount = self._days.draw.normal(1.0, self._days.delays.demand_sd_share, self._days.runs)
        comes = self._days.draw.random(self._days.runs) >= self._days.delays.no_show_share
        shown: Minutes = np.where(comes, np.clip(amount, 0.0, 1.0), 0.0)
        return shown

    def _arrives(
        self, load: Load, flights: dict[str, Flight], trucks: dict[tuple[str, int], Minutes]
    ) -> npt.NDArray[np.bool_]:
        """Whether it makes its flights, and is delivered in time."""
        c = self._days.resolved.consignment[load.consignment]
        week = self._days.week_min
        good = np.ones(self._days.runs, dtype=bool)
        there: Minutes | None = None
        for number, part in enumerate(load.segments):
            flight = flights[part.flight]
            up, down = (
                flight.rotation.legs[part.uplift_leg],
                flight.rotation.legs[part.discharge_leg],
            )
            shift = part.weeks_later * week
            off = self._at(self._flying.off, flight, part.uplift_leg, up.off_block_min) + shift
            on = self._at(self._flying.on, flight, part.discharge_leg, down.on_block_min) + shift
            if number == 0:
                good &= self._in_time_for(load, up.origin, off, trucks)
            elif there is not None:
                good &= there + self._connection_min(c.id, up.origin) <= off + 0.5
            there = on
        end = load.segments[-1]
        last = flights[end.flight].rotation.legs[end.discharge_leg].destination
        cleared = self._days.resolved.customs_at[c.customs, last].import_min
        assert there is not None
        if load.delivery is None:
            return good & (there + cleared <= c.due_min + 0.5)
        lane, booked = self._days.resolved.lane[load.delivery.lane], load.delivery.dispatch_min
        missed = np.maximum(0.0, there + cleared - 0.5 - booked)
        leaves = booked + np.ceil(missed / lane.dispatch_every_min) * lane.dispatch_every_min
        drive = trucks.setdefault((lane.id, booked), self._truck_late())
        return good & (leaves + lane.truck_min + drive <= c.due_min + 0.5)

    def _at(
        self, times: dict[tuple[str, int], Minutes], flight: Flight, leg: int, planned_min: int
    ) -> Minutes:
        """When a leg left or came; flights of others (C18) are on time."""
        return times.get((flight.id, leg), np.full(self._days.runs, float(planned_min)))

    def _connection_min(self, consignment: str, hub: str) -> int:
        """Least time between two flights (C21)."""
        return self._days.resolved.transit[consignment, hub].connection_min

    def _in_time_for(
        self, load: Load, airport: str, off: Minutes, trucks: dict[tuple[str, int], Minutes]
    ) -> npt.NDArray[np.bool_]:
        """Whether its truck comes before acceptance closes."""
        if load.feeder is None:
            return np.ones(self._days.runs, dtype=bool)
        c = self._days.resolved.consignment[load.consignment]
        lane = self._days.resolved.lane[load.feeder.lane]
        drive = trucks.setdefault((lane.id, load.feeder.dispatch_min), self._truck_late())
        closes = self._days.resolved.customs_at[c.customs, airport].export_min
        return load.feeder.dispatch_min + lane.truck_min + drive + closes <= off + 0.5

    def _truck_late(self) -> Minutes:
        return self._days.late(self._days.delays.truck_late_share, self._days.delays.truck_late_min)
