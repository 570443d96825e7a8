"""A plan against bad days: delays and demand drawn many times, what is left of time and money.

Every run draws block times, ground times, trucks and demand anew and follows the plan through them:
an aircraft leaves when it is there, turned round and allowed to move; cargo that comes too late for
its flight, or not at all, is not delivered, and its revenue (R1 to R3) is lost while costs stay.
Cargo that misses its delivery truck takes the next one. Slots and crews are not looked at, and
nothing is planned anew.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field

from optimizer.domain.base import Record
from optimizer.domain.resolved import MICRO, ResolvedInstance, Window
from optimizer.files.place import Place
from optimizer.files.records import make_record
from optimizer.plan.bought import carrying_flights
from optimizer.plan.plan import Flight, Load, Plan
from optimizer.plan.rotation import Leg
from optimizer.whatif.scenario import ScenarioError, read_toml

Minutes = npt.NDArray[np.float64]
"""Minutes of one event in every run."""

ON_TIME_MIN: Final = 15
"""An arrival so many minutes late is on time (K, the trade's D15)."""
WEEKS: Final = 3
"""A cyclic week is followed so often; the last is counted, when delays have built up."""


class Delays(Record):
    """What may go wrong; all values are engineering estimates (E) to be replaced by one's own."""

    block_sd_share: float = Field(
        default=0.025, ge=0, description="standard deviation of block time, as a share of it"
    )
    turnaround_late_share: float = Field(
        default=0.15, ge=0, le=1, description="share of stops that take longer than the least"
    )
    turnaround_late_min: float = Field(
        default=45, ge=0, description="how much longer on average (exponential)"
    )
    truck_late_share: float = Field(default=0.1, ge=0, le=1, description="share of late truck runs")
    truck_late_min: float = Field(
        default=150, ge=0, description="how late on average (exponential)"
    )
    demand_sd_share: float = Field(
        default=0.1, ge=0, description="standard deviation of each consignment's weight, as a share"
    )
    no_show_share: float = Field(
        default=0.02, ge=0, le=1, description="share of consignments that do not come at all"
    )


def read_delays(path: Path | None) -> Delays:
    """What may go wrong, from a TOML file; the estimates without one.

    Raises:
        ScenarioError: With everything that is wrong with the file.
    """
    if path is None:
        return Delays()
    made, findings = make_record(Place(path.name), read_toml(path), Delays)
    if made is None:
        raise ScenarioError(findings)
    return made


@dataclass(frozen=True)
class Stress:
    """What many runs came to.

    Attributes:
        runs: How many.
        contribution_usd: In each run.
        delivered_share: Kilograms delivered in each run over those planned.
        on_time_share: Arrivals of each run at most `ON_TIME_MIN` late, over all.
        planned_usd: Contribution of the plan.
        rotations: One row for each flight, the weakest first: share of arrivals on time, mean
            delay of its last arrival, mean revenue lost of cargo that was to be on board.
    """

    runs: int
    contribution_usd: npt.NDArray[np.float64]
    delivered_share: npt.NDArray[np.float64]
    on_time_share: npt.NDArray[np.float64]
    planned_usd: float
    rotations: pd.DataFrame

    def document(self) -> dict[str, Any]:
        """The figures as plain values."""
        shares = (5, 25, 50, 75, 95)
        spread = np.percentile(self.contribution_usd, shares)
        return {
            "runs": self.runs,
            "planned_usd": round(self.planned_usd, 2),
            "mean_usd": round(float(self.contribution_usd.mean()), 2),
            "contribution_usd": {
                f"p{share}": round(float(usd), 2) for share, usd in zip(shares, spread, strict=True)
            },
            "on_time_share": round(float(self.on_time_share.mean()), 4),
            "delivered_share": round(float(self.delivered_share.mean()), 4),
            "delivered_share_p5": round(float(np.percentile(self.delivered_share, 5)), 4),
            "rotations": self.rotations.to_dict("records"),
        }


def stress_plan(
    resolved: ResolvedInstance,
    plan: Plan,
    *,
    runs: int = 1000,
    seed: int = 0,
    delays: Delays | None = None,
) -> Stress:
    """Follow a plan through many bad days.

    Args:
        resolved: What the plan was made for.
        plan: The plan.
        runs: How many days to draw.
        seed: The same seed draws the same days.
        delays: What may go wrong.
    """
    return _Run(resolved, plan, runs, seed, delays or Delays()).result()


class _Run:
    """All runs at once: every event is an array of minutes, one for each run."""

    def __init__(
        self, resolved: ResolvedInstance, plan: Plan, runs: int, seed: int, delays: Delays
    ) -> None:
        self._resolved, self._plan, self._runs, self._delays = resolved, plan, runs, delays
        self._draw = np.random.default_rng(seed)
        self._week = resolved.period.length_min if resolved.period.cyclic else 0
        self._closed: dict[tuple[str, str, str, str], tuple[Window, ...]] = {}
        self._off: dict[tuple[str, int], Minutes] = {}
        self._on: dict[tuple[str, int], Minutes] = {}

    def result(self) -> Stress:
        self._fly()
        flights = carrying_flights(self._resolved, self._plan)
        late: dict[str, list[Minutes]] = defaultdict(list)
        for flight in self._plan.flights:
            for i, leg in enumerate(flight.rotation.legs):
                late[flight.id].append(self._on[flight.id, i] - leg.on_block_min)
        lost, shares = self._lost(flights)
        lost_usd = sum(lost.values(), np.zeros(self._runs))
        arrivals = np.array([x for each in late.values() for x in each])
        on_time = arrivals <= ON_TIME_MIN
        planned_usd = self._plan.contribution_micro / MICRO
        return Stress(
            self._runs,
            planned_usd - lost_usd,
            shares,
            on_time.mean(axis=0) if len(arrivals) else np.ones(self._runs),
            planned_usd,
            self._rotations(late, lost),
        )

    def _rotations(self, late: dict[str, list[Minutes]], lost: dict[str, Minutes]) -> pd.DataFrame:
        rows: list[dict[str, Any]] = [
            {
                "flight": f.id,
                "operator": f.rotation.operator,
                "route": f.rotation.route,
                "on_time_share": round(float(np.mean(np.array(late[f.id]) <= ON_TIME_MIN)), 4),
                "mean_delay_min": round(float(np.maximum(late[f.id][-1], 0).mean()), 1),
                "mean_lost_usd": round(float(lost[f.id].mean()), 2) if f.id in lost else 0.0,
            }
            for f in self._plan.flights
        ]
        rows.sort(key=lambda row: (-row["mean_lost_usd"], row["on_time_share"]))
        columns = [
            "flight",
            "operator",
            "route",
            "on_time_share",
            "mean_delay_min",
            "mean_lost_usd",
        ]
        return pd.DataFrame(rows, columns=columns)

    # --- flying ---

    def _fly(self) -> None:
        """Lines of flying, tail by tail; in a cyclic pool whichever aircraft is there first."""
        groups: dict[tuple[str, str], list[Flight]] = defaultdict(list)
        for flight in self._plan.flights:
            groups[flight.pool, "" if self._week else flight.tail].append(flight)
        for (pool_id, _), flights in groups.items():
            size = self._resolved.pool[pool_id].size if self._week else 1
            flights.sort(key=lambda f: f.rotation.off_block_min)
            # free times of its aircraft; ties are broken by number, arrays are not compared
            free: list[tuple[float, int, Minutes]] = [
                (float("-inf"), i, np.full(self._runs, -np.inf)) for i in range(size)
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
                0.8, self._draw.normal(1.0, self._delays.block_sd_share, self._runs)
            )
            off = self._allowed(flight, leg, off, block)
            on = off + block
            self._off[flight.id, i], self._on[flight.id, i] = off, on
            ground = self._resolved.ground_at[leg.destination, rotation.type]
            least = ground.turnaround_min if leg.stop == "full" else ground.technical_stop_min
            ready = (
                on
                + least
                + self._late(self._delays.turnaround_late_share, self._delays.turnaround_late_min)
            )
        return ready

    def _late(self, share: float, mean_min: float) -> Minutes:
        """Delays of which only a share is more than none."""
        happens = self._draw.random(self._runs) < share
        delay: Minutes = np.where(happens, self._draw.exponential(mean_min, self._runs), 0.0)
        return delay

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
                for x in self._resolved.closures
                if (x.airport, x.movement) == key[:2]
                and (not x.types or rotation.type in x.types)
                and (not x.operators or rotation.operator in x.operators)
                for window in x.windows
            )
        wait = np.zeros(self._runs)
        minute = at % self._week if self._week else at
        for window in self._closed[key]:
            for shift in (0, self._week) if self._week else (0,):
                m = minute + shift
                inside = (m >= window.start_min) & (m < window.end_min)
                wait = np.where(inside, np.maximum(wait, window.end_min - m), wait)
        return wait

    # --- cargo ---

    def _lost(self, flights: dict[str, Flight]) -> tuple[dict[str, Minutes], Minutes]:
        """Revenue lost by flight that was to lift the cargo, and the share delivered."""
        lost: dict[str, Minutes] = {}
        trucks: dict[tuple[str, int], Minutes] = {}
        demand: dict[str, Minutes] = {}
        planned_kg = delivered_kg = np.zeros(self._runs)
        for load in self._plan.loads:
            c = self._resolved.consignment[load.consignment]
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
        amount = self._draw.normal(1.0, self._delays.demand_sd_share, self._runs)
        comes = self._draw.random(self._runs) >= self._delays.no_show_share
        shown: Minutes = np.where(comes, np.clip(amount, 0.0, 1.0), 0.0)
        return shown

    def _arrives(
        self, load: Load, flights: dict[str, Flight], trucks: dict[tuple[str, int], Minutes]
    ) -> npt.NDArray[np.bool_]:
        """Whether it makes its flights, and is delivered in time."""
        c = self._resolved.consignment[load.consignment]
        week = self._week
        good = np.ones(self._runs, dtype=bool)
        there: Minutes | None = None
        for number, part in enumerate(load.segments):
            flight = flights[part.flight]
            up, down = (
                flight.rotation.legs[part.uplift_leg],
                flight.rotation.legs[part.discharge_leg],
            )
            shift = part.weeks_later * week
            off = self._at(self._off, flight, part.uplift_leg, up.off_block_min) + shift
            on = self._at(self._on, flight, part.discharge_leg, down.on_block_min) + shift
            if number == 0:
                good &= self._in_time_for(load, up.origin, off, trucks)
            elif there is not None:
                good &= there + self._connection_min(c.id, up.origin) <= off + 0.5
            there = on
        end = load.segments[-1]
        last = flights[end.flight].rotation.legs[end.discharge_leg].destination
        cleared = self._resolved.customs_at[c.customs, last].import_min
        assert there is not None
        if load.delivery is None:
            return good & (there + cleared <= c.due_min + 0.5)
        lane, booked = self._resolved.lane[load.delivery.lane], load.delivery.dispatch_min
        missed = np.maximum(0.0, there + cleared - 0.5 - booked)
        leaves = booked + np.ceil(missed / lane.dispatch_every_min) * lane.dispatch_every_min
        drive = trucks.setdefault((lane.id, booked), self._truck_late())
        return good & (leaves + lane.truck_min + drive <= c.due_min + 0.5)

    def _at(
        self, times: dict[tuple[str, int], Minutes], flight: Flight, leg: int, planned_min: int
    ) -> Minutes:
        """When a leg left or came; flights of others (C18) are on time."""
        return times.get((flight.id, leg), np.full(self._runs, float(planned_min)))

    def _connection_min(self, consignment: str, hub: str) -> int:
        """Least time between two flights (C21)."""
        return self._resolved.transit[consignment, hub].connection_min

    def _in_time_for(
        self, load: Load, airport: str, off: Minutes, trucks: dict[tuple[str, int], Minutes]
    ) -> npt.NDArray[np.bool_]:
        """Whether its truck comes before acceptance closes."""
        if load.feeder is None:
            return np.ones(self._runs, dtype=bool)
        c = self._resolved.consignment[load.consignment]
        lane = self._resolved.lane[load.feeder.lane]
        drive = trucks.setdefault((lane.id, load.feeder.dispatch_min), self._truck_late())
        closes = self._resolved.customs_at[c.customs, airport].export_min
        return load.feeder.dispatch_min + lane.truck_min + drive + closes <= off + 0.5

    def _truck_late(self) -> Minutes:
        return self._late(self._delays.truck_late_share, self._delays.truck_late_min)
