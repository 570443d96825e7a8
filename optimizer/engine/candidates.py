"""What a fleet could fly: routes timed from every first departure, with their costs.

A candidate is a route from a first departure in its earliest legal timing. Timings that wait for a
slot are looked up in the universe when the earliest one does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual.costs import RotationCosts
from optimizer.engine.cargo_table import Bools, CargoTable, Floats, Ints, Shape
from optimizer.engine.clocks import LegClocks
from optimizer.engine.kernel import ILLEGAL_MIN
from optimizer.network import Route
from optimizer.plan.crews import has_legal_crews
from optimizer.plan.rotation import Rotation


@dataclass(frozen=True, slots=True, eq=False)
class TimedRoute:
    """A route from each of its first departures.

    Attributes:
        starts_min: First departures.
        off_min: Off-blocks by first departure and leg; `ILLEGAL_MIN` where it cannot be flown.
        busy_min: From first off-block to the end of the last turnaround.
        cost_usd: Cost of flying empty, without crew and maintenance (K1, K2 layover,
            K5 to K8, K13 less R4).
        own_usd: Crew and maintenance (K2, K3), which an ACMI aircraft does not pay.
        waits: Whether the universe may know other timings.
    """

    route: Route
    shape: Shape
    starts_min: Ints
    off_min: Ints
    block_min: Ints
    busy_min: Ints
    cost_usd: Floats
    own_usd: Floats
    waits: bool

    @property
    def legal(self) -> Bools:
        """First departures from which it can be flown."""
        return self.off_min[:, 0] != ILLEGAL_MIN

    @property
    def total_block_min(self) -> int:
        """Block minutes of all legs."""
        return int(self.block_min.sum())

    def rotation(self, start: int) -> Rotation:
        """The rotation from a first departure (by its index)."""
        off_min = self.off_min[start]
        return self.route.rotation(off_min.tolist(), (off_min + self.block_min).tolist())


class Timetable:
    """Times and prices routes.

    Args:
        relaxed: Numbers of constraints to leave out; C7 (held slots), C8 and C13 matter here.
    """

    def __init__(self, cargo: CargoTable, relaxed: frozenset[str] = frozenset()) -> None:
        self.resolved = cargo.resolved
        self.cargo = cargo
        self.cycle_min = cargo.cycle_min
        self.clocks = LegClocks(self.resolved, relaxed)
        self._relaxed = relaxed
        self._costs = RotationCosts(self.resolved)
        self._openings = _airports_with_openings(self.resolved)

    def time(self, route: Route, starts_min: Ints) -> TimedRoute:
        """Times a route from each first departure and prices it."""
        r, universe = self.resolved, self.resolved.universe
        hops = list(zip(route.airports[:-1], route.airports[1:], strict=True))
        legs = [r.leg[route.operator, route.type, a, b] for a, b in hops]
        off, waited_min = self.earliest(route, starts_min)
        block = np.array([leg.block_min for leg in legs], dtype=np.int64)
        last_on = off[:, -1] + block[-1]
        legal = waited_min[:, 0] == 0
        legal &= (waited_min <= universe.max_wait_min).all(axis=1)
        legal &= last_on - off[:, 0] <= universe.max_duration_min
        legal = self._crewed(route, off, block, legal)
        cost = self._costs.usd(route, off, off + block)
        own = self._costs.own_usd(route, off, off + block)
        end = r.ground_at[route.airports[-1], route.type].turnaround_min
        busy = last_on + end - off[:, 0]
        if self.cycle_min:
            legal &= busy <= self.cycle_min
        off[~legal, 0] = ILLEGAL_MIN
        return TimedRoute(
            route=route,
            shape=self.cargo.shape(route),
            starts_min=starts_min,
            off_min=off,
            block_min=block,
            busy_min=busy,
            cost_usd=cost,
            own_usd=own,
            waits=self._may_wait(route),
        )

    def earliest(self, route: Route, starts_min: Ints) -> tuple[Ints, Ints]:
        """Earliest legal off-blocks by first departure and leg, and how long each leg waits."""
        r = self.resolved
        off = np.empty((len(starts_min), len(route.stops)), dtype=np.int64)
        waited = np.empty_like(off)
        earliest = starts_min
        for i, stop in enumerate(route.stops):
            key = route.operator, route.type, route.airports[i], route.airports[i + 1]
            off[:, i] = self.clocks.leg(*key).next_outside(earliest)
            waited[:, i] = off[:, i] - earliest
            ground = r.ground_at[route.airports[i + 1], route.type]
            stop_min = ground.turnaround_min if stop == "full" else ground.technical_stop_min
            earliest = off[:, i] + r.leg[key].block_min + stop_min
        return off, waited

    def may_be_flown(self, timed: TimedRoute) -> bool:
        """Whether a route without a legal earliest timing may have another one."""
        off, waited = self.earliest(timed.route, timed.starts_min)
        duration = off[:, -1] + timed.block_min[-1] - off[:, 0]
        longest = self.resolved.universe.max_duration_min
        possible = (waited[:, 0] == 0) & (duration <= longest)
        if not timed.waits:
            possible &= (waited <= self.resolved.universe.max_wait_min).all(axis=1)
            possible = self._crewed(timed.route, off, timed.block_min, possible)
        return bool(possible.any())

    def _crewed(self, route: Route, off: Ints, block: Ints, among: Bools) -> Bools:
        """Which of some timings crews may fly (C13)."""
        if "C13" in self._relaxed or (route.operator, route.type) not in self.resolved.crew:
            return among
        crewed = among.copy()
        for k in np.flatnonzero(among).tolist():
            rotation = route.rotation(off[k].tolist(), (off[k] + block).tolist())
            crewed[k] = has_legal_crews(self.resolved, rotation)
        return crewed

    def single(self, route: Route, rotation: Rotation) -> TimedRoute:
        """One timing of a route as the universe gives it."""
        off = np.array([[leg.off_block_min for leg in rotation.legs]], dtype=np.int64)
        block = np.array([leg.block_min for leg in rotation.legs], dtype=np.int64)
        turnaround = self.resolved.ground_at[rotation.destination, rotation.type].turnaround_min
        return TimedRoute(
            route=route,
            shape=self.cargo.shape(route),
            starts_min=off[:, 0],
            off_min=off,
            block_min=block,
            busy_min=off[:, -1] + block[-1] + turnaround - off[:, 0],
            cost_usd=self._costs.usd(route, off, off + block),
            own_usd=self._costs.own_usd(route, off, off + block),
            waits=False,
        )

    def _may_wait(self, route: Route) -> bool:
        """Whether a downline movement concerns slots, so that other timings exist."""
        arrivals = [(a, "arrival", route.operator) for a in route.airports[2:]]
        departures = [(a, "departure", route.operator) for a in route.airports[1:-1]]
        return any(
            (a, kind, who) in self._openings
            for a, kind, operator in (*arrivals, *departures)
            for who in (operator, "")
        )


def _airports_with_openings(resolved: ResolvedInstance) -> frozenset[tuple[str, str, str]]:
    """Kinds of movement for which an aircraft may choose to wait: (airport, kind, operator)."""
    found = {(h.airport, str(h.movement), h.operator) for h in resolved.held_slots}
    for limit in resolved.slot_limits:
        kinds = [
            k for k, on in (("arrival", limit.arrivals), ("departure", limit.departures)) if on
        ]
        for kind in kinds:
            found.update((limit.airport, kind, who) for who in limit.operators or ("",))
    return frozenset(found)
