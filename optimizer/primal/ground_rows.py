"""Rows of trips, trucks, stock and terminals (C10, C11, C12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from optimizer.dual import Floats, Relaxation
from optimizer.model.in_turn import in_turn
from optimizer.model.programme import Programme, Variable
from optimizer.primal.ground import Ground

Term: TypeAlias = tuple[Variable, float]

LEAST_KG = 1e-6
LEAST_TRUCKS = 1e-6


class Aboard(NamedTuple):
    """Kilograms of a class on a segment: a variable, or one that is fixed times what stays."""

    cls: int
    segment: int
    kg: Term


class GroundRows:
    """Limits on the ground, for a part of plans.

    Attributes:
        worth: What the new variables earn.

    Args:
        programme: Gets columns and rows.
        chosen: Class, segment and kilograms of cargo that may be loaded.
        staying: The same of cargo that stays on board.
        trips_kg: Trips there are now. Those of rides that chosen cargo may take are chosen anew.
        whole_trucks: Where few leave, trucks are whole; else fractions of them will do.
    """

    def __init__(
        self,
        programme: Programme,
        relaxation: Relaxation,
        ground: Ground,
        chosen: Sequence[tuple[int, int, Variable]],
        staying: Sequence[tuple[int, int, float]],
        trips_kg: Mapping[int, float],
        *,
        whole_trucks: bool = False,
    ) -> None:
        self._programme, self._relaxation, self._ground = programme, relaxation, ground
        self._whole_trucks = whole_trucks
        self._one = programme.variable("one", 1.0, 1.0)
        self._chosen = [Aboard(cls, segment, (z, 1.0)) for cls, segment, z in chosen]
        given = [Aboard(cls, segment, (self._one, kg)) for cls, segment, kg in staying]
        self._aboard = [*self._chosen, *given]
        self.worth: dict[Variable, float] = {}
        rides = {ground.ride_of(o) for x in self._chosen for o in ground.options(x.cls)}
        self._kept_kg = {t: kg for t, kg in trips_kg.items() if int(ground.ride[t]) not in rides}
        self._trips: dict[int, Variable] = {}
        self._terminals()
        self._rides(rides)
        self._trucks()
        for limit in range(relaxation.stock.limits):
            self._stock(limit)

    def trips_kg(self, values: Floats) -> dict[int, float]:
        """All trips of a solution."""
        found = {t: float(values[variable]) for t, variable in self._trips.items()}
        return self._kept_kg | {t: kg for t, kg in found.items() if kg > LEAST_KG}

    def _all_trips(self) -> Iterator[tuple[int, Term]]:
        """Trips with their kilograms, chosen anew or not."""
        for t, variable in self._trips.items():
            yield t, (variable, 1.0)
        for t, kg in self._kept_kg.items():
            yield t, (self._one, kg)

    def _terminals(self) -> None:
        """C10: what terminals load and unload in their windows."""
        terminals, terms = self._relaxation.terminals, defaultdict[int, list[Term]](list)
        for x in self._aboard:
            for limit in terminals.used_by(x.segment):
                terms[limit].append(x.kg)
        for limit, cargo in terms.items():
            self._programme.row("C10", cargo, -np.inf, float(terminals.most_kg[limit]) + LEAST_KG)

    def _rides(self, rides: set[int]) -> None:
        """C11: what flies has come by some trip in time, or leaves by one."""
        ground, riding = self._ground, defaultdict[int, list[tuple[Term, list[int]]]](list)
        for x in self._aboard:
            for option in ground.options(x.cls):
                if ground.ride_of(option) in rides:
                    riding[ground.ride_of(option)].append((x.kg, ground.trips(option)))
        for cargo in riding.values():
            self._in_turn(cargo)

    def _in_turn(self, cargo: list[tuple[Term, list[int]]]) -> None:
        """What one consignment has on one lane, trips in the order of their dispatches.

        Cargo that may take later trips than other cargo may not take earlier ones, so trips bring
        it in turn: at each, what has had its last one has come, and no more than had its first.
        """
        ground = self._ground
        trips = sorted({t for _, of in cargo for t in of}, key=lambda t: int(ground.minute[t]))
        place = {t: k for k, t in enumerate(trips)}
        for t in trips:
            self._trips[t] = self._programme.variable("t", 0.0, None)
            self.worth[self._trips[t]] = float(ground.usd_per_kg[t])
        flow = [self._trips[t] for t in trips]
        last = [(kg, place[of[-1]]) for kg, of in cargo]
        first = [(kg, place[of[0]]) for kg, of in cargo]
        starts_differ = any(k > 0 for _, k in first)
        if not starts_differ or any(k < len(trips) - 1 for _, k in last):
            in_turn(self._programme, "C11", flow, last, 1.0)
        if starts_differ:
            in_turn(self._programme, "C11", flow, first, -1.0)

    def _trucks(self) -> None:
        """C12: the trucks that there are at each dispatch, where these are few."""
        ground, trucks = self._ground, self._relaxation.trucks
        kg, m3 = defaultdict[int, list[Term]](list), defaultdict[int, list[Term]](list)
        for t, (variable, factor) in self._all_trips():
            if ground.few[t]:
                run = int(ground.run[t])
                kg[run].append((variable, factor))
                m3[run].append((variable, factor * float(ground.density_m3_per_kg[t])))
        leaving = defaultdict[int, list[Term]](list)
        for run in kg:
            number = self._programme.variable("y", 0.0, None, whole=self._whole_trucks)
            self.worth[number] = -float(trucks.usd[run])
            leaving[int(trucks.dispatch[run])].append((number, 1.0))
            payload_kg, volume_m3 = float(trucks.payload_kg[run]), float(trucks.volume_m3[run])
            self._programme.row("C12", [*kg[run], (number, -payload_kg)], -np.inf, 0.0)
            self._programme.row("C12", [*m3[run], (number, -volume_m3)], -np.inf, 0.0)
        for dispatch, terms in leaving.items():
            most = float(trucks.available[dispatch]) + LEAST_TRUCKS
            self._programme.row("C12", terms, -np.inf, most)

    def _stock(self, limit: int) -> None:
        """C10: what waits at each instant: what did at the one before, and what came and left."""
        stock, now = self._relaxation.stock, list[Term]()
        changes = defaultdict[int, list[Term]](list)
        for (variable, kg), stretch in self._moves(limit):
            instant, at_first = stock.place(stretch)
            changes[0].append((variable, at_first * kg))
            if instant:
                changes[instant].append((variable, kg))
        if not changes:
            return
        most_kg = float(stock.most_kg[limit * stock.instants]) + LEAST_KG
        for instant in range(stock.instants):
            waiting = self._programme.variable("s", 0.0, most_kg)
            self._programme.row("C10", [*now, *changes[instant], (waiting, -1.0)], 0.0, 0.0)
            now = [(waiting, 1.0)]

    def _moves(self, limit: int) -> Iterator[tuple[Term, int]]:
        """Kilograms that come (positive) and leave at stretches between instants."""
        ground, stock = self._ground, self._relaxation.stock
        for t, kg in self._all_trips():
            if ground.stock_limit[t] == limit:
                yield kg, int(ground.stretch[t])
        for x in self._aboard:
            variable, kg_each = x.kg
            fed = ground.is_fed(x.cls), False
            for (at, since, until), by_trips in zip(stock.waits_of(x.cls), fed, strict=True):
                if at == limit:
                    yield (variable, -kg_each), until
                    if not by_trips:
                        yield x.kg, since
