"""Routes that aircraft of one operator and type can fly from one gateway, timed and sorted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from optimizer.control import Stop, never, pricing_units
from optimizer.domain.resolved import ResolvedPool
from optimizer.engine.candidates import TimedRoute, Timetable
from optimizer.engine.cargo_table import CargoTable, Floats, Ints
from optimizer.engine.kernel import worths
from optimizer.engine.lines import PART_CLOSED, PART_CLOSING, PART_OPENING, Line
from optimizer.network import Route, Universe

MOST_ROUTES = 2000
"""Routes kept of each family: those that earn most an hour, and the best to every station."""
BEST_PER_STATION = 3


@dataclass(slots=True, eq=False)
class Family:
    """Routes for some lines.

    Routes that only a wait for a slot makes possible are among them, without legal departures.

    Attributes:
        part: ``closed``, or the opening or closing part of a line.
        lines: Indices of the lines that may fly them.
        most_usd: By route: what it can earn at best, with all the cargo there is.
    """

    part: str
    lines: list[int]
    routes: list[TimedRoute] = field(default_factory=list)
    most_usd: list[float] = field(default_factory=list)


class Families:
    """All families of an instance.

    Attributes:
        exhaustive: Whether they hold every route of the universe.
    """

    def __init__(
        self, universe: Universe, cargo: CargoTable, lines: list[Line], stop: Stop = never
    ) -> None:
        self.universe = universe
        self.cargo = cargo
        self.timetable = Timetable(cargo)
        self.all: list[Family] = []
        self.exhaustive = True
        by_routes: dict[tuple[str, str, str, str, str], list[int]] = defaultdict(list)
        for i, line in enumerate(lines):
            pool = line.pool
            by_routes[pool.operator, pool.type, "", "", pool.base].append(i)
            if line.needs_opening or line.needs_closing:
                ends = pool.start_airport, pool.end_airport
                by_routes[pool.operator, pool.type, *ends, pool.base].append(i)
        for (_, _, start, _, _), members in by_routes.items():
            pool = lines[members[0]].pool
            if not start:
                self._add(PART_CLOSED, pool, members, universe.routes(pool), stop)
                continue
            for part, routes in (
                (PART_OPENING, universe.opening_routes(pool)),
                (PART_CLOSING, universe.closing_routes(pool)),
            ):
                if routes:
                    self._add(part, pool, members, routes, stop)
        self.of_line: dict[int, list[Family]] = defaultdict(list)
        for family in self.all:
            for i in family.lines:
                self.of_line[i].append(family)

    def parts(self, line: int, part: str) -> list[Family]:
        """Families of one part that a line may fly."""
        return [f for f in self.of_line[line] if f.part == part]

    def _add(
        self,
        part: str,
        pool: ResolvedPool,
        members: list[int],
        routes: tuple[Route, ...],
        stop: Stop,
    ) -> None:
        family = Family(part, members)
        left_kg = self.cargo.weight_kg.copy()
        kept: list[tuple[float, float, int, TimedRoute]] = []
        starts: dict[str, Ints] = {}
        for number, route in enumerate(routes):
            if number % 64 == 0 and stop():
                self.exhaustive = False
                break
            origin = route.airports[0]
            if origin not in starts:
                minutes = self.universe.departures(pool.operator, origin)
                starts[origin] = np.array(minutes, dtype=np.int64)
            timed = self.timetable.time(route, starts[origin])
            if not timed.legal.any() and not self.timetable.may_be_flown(timed):
                continue
            most, rate = self._most_usd(timed, left_kg)
            kept.append((rate, most, number, timed))
            if len(kept) > 2 * MOST_ROUTES:
                kept = _best(kept)
                self.exhaustive = False
        if len(kept) > MOST_ROUTES:
            self.exhaustive = False
        for _, most, _, timed in _best(kept):
            family.routes.append(timed)
            family.most_usd.append(most)
        self.all.append(family)

    def _most_usd(self, timed: TimedRoute, left_kg: Floats) -> tuple[float, float]:
        """What it earns at best with all cargo, ACMI aside; the same per hour."""
        self.cargo.budget.spend(pricing_units(len(timed.legal)))
        cargo = worths(
            self.cargo.arrays, timed.shape, timed.off_min, timed.block_min, timed.legal, left_kg,
            self.cargo.cycle_min,
        )  # fmt: skip
        value = np.where(timed.legal, cargo - timed.cost_usd, -np.inf)
        most = float(value.max(initial=-np.inf))
        rate = (
            float(((value - timed.own_usd) / np.maximum(timed.busy_min, 1)).max(initial=-np.inf))
            * 60
        )
        return most, rate


def _best(
    kept: list[tuple[float, float, int, TimedRoute]],
) -> list[tuple[float, float, int, TimedRoute]]:
    """The routes that earn most an hour, and the best ones to every station."""
    kept = sorted(kept, key=lambda x: (-x[0], x[2]))
    seen: dict[str, int] = defaultdict(int)
    best = []
    for rank, entry in enumerate(kept):
        stations = entry[3].route.full_stops[1:-1] or entry[3].route.full_stops
        if rank < MOST_ROUTES or any(seen[s] < BEST_PER_STATION for s in stations):
            best.append(entry)
        for s in stations:
            seen[s] += 1
    return best
