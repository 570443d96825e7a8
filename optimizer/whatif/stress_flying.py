"""Flights on bad days: an aircraft leaves when it is there, turned round and allowed to move."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import Final

import numpy as np

from optimizer.domain.resolved import Window
from optimizer.plan.plan import Flight
from optimizer.plan.rotation import Leg
from optimizer.whatif.stress_days import Days, Minutes

WEEKS: Final = 3
"""A cyclic week is followed so often; the last is counted, when delays have built up."""


class Flying:
    """When legs leave and come: every event is an array of minutes, one for each run.

    Attributes:
        off: Off-block, by flight and leg.
        on: On-block, likewise.
    """

    def __init__(self, days: Days) -> None:
        self._days = days
        self._week = days.week_min
        self._closed: dict[tuple[str, str, str, str], tuple[Window, ...]] = {}
        self.off: dict[tuple[str, int], Minutes] = {}
        self.on: dict[tuple[str, int], Minutes] = {}

    def fly(self) -> None:
        """Lines of flying, tail by tail; in a cyclic pool whichever aircraft is there first."""
        groups: dict[tuple[str, str], list[Flight]] = defaultdict(list)
        for flight in self._days.plan.flights:
            groups[flight.pool, "" if self._week else flight.tail].append(flight)
        for (pool_id, _), flights in groups.items():
            size = self._days.resolved.pool[pool_id].size if self._week else 1
            flights.sort(key=lambda f: f.rotation.off_block_min)
            # free times of its aircraft; ties are broken by number, arrays are not compared
            free: list[tuple[float, int, Minutes]] = [
                (float("-inf"), i, np.full(self._days.runs, -np.inf)) for i in range(size)
            ]
            number = size
            for week in range(WEEKS if self._week else 1):
                for flight in flights:
                    _, _, ready = heapq.heappop(free)
                    shift = (week - WEEKS + 1) * self._week
                    ready = self._rotate(flight, shift, ready)
                    heapq.heappush(free, (float(ready.mean()), number, ready))
                    number += 1

    def _rotate(self, flight: Flight, shift: int, ready: Minutes) -> Minutes:
        """Fly a rotation once its aircraft is ready; when that is ready again."""
        rotation = flight.rotation
        for i, leg in enumerate(rotation.legs):
            off = np.maximum(ready, float(leg.off_block_min + shift))
            block = leg.block_min * np.maximum(
                0.8, self._days.draw.normal(1.0, self._days.delays.block_sd_share, self._days.runs)
            )
            off = self._allowed(flight, leg, off, block)
            on = off + block
            self.off[flight.id, i], self.on[flight.id, i] = off, on
            ground = self._days.resolved.ground_at[leg.destination, rotation.type]
            least = ground.turnaround_min if leg.stop == "full" else ground.technical_stop_min
            more = self._days.delays
            late = self._days.late(more.turnaround_late_share, more.turnaround_late_min)
            ready = on + least + late
        return ready

    def _allowed(self, flight: Flight, leg: Leg, off: Minutes, block: Minutes) -> Minutes:
        """Off-block at which neither departure nor arrival is in a curfew (C8).

        A movement that is on time is as the plan has it: only a late one may be caught.
        """
        for _ in range(3):  # a wait for one may end in the curfew of the other
            behind = off - leg.off_block_min
            late = (behind % self._week if self._week else behind) > 0
            wait = self._wait(flight, leg.origin, "departure", off)
            wait = np.maximum(wait, self._wait(flight, leg.destination, "arrival", off + block))
            off = np.where(late, off + wait, off)
        return off

    def _wait(self, flight: Flight, airport: str, movement: str, at: Minutes) -> Minutes:
        """Minutes until a movement is allowed."""
        rotation = flight.rotation
        key = airport, movement, rotation.type, rotation.operator
        if key not in self._closed:
            self._closed[key] = tuple(
                window
                for x in self._days.resolved.closures
                if (x.airport, x.movement) == key[:2]
                and (not x.types or rotation.type in x.types)
                and (not x.operators or rotation.operator in x.operators)
                for window in x.windows
            )
        wait = np.zeros(self._days.runs)
        minute = at % self._week if self._week else at
        for window in self._closed[key]:
            for shift in (0, self._week) if self._week else (0,):
                m = minute + shift
                inside = (m >= window.start_min) & (m < window.end_min)
                wait = np.where(inside, np.maximum(wait, window.end_min - m), wait)
        return wait
