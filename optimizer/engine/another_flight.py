"""What keeps one more flight for some cargo from being flown."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np

from optimizer.control import Stop, never
from optimizer.domain.resolved import ResolvedInstance
from optimizer.engine.candidates import TimedRoute, Timetable
from optimizer.engine.cargo_table import CargoArrays, CargoTable
from optimizer.engine.families import Families, Family
from optimizer.engine.kernel import NEVER, weeks_later
from optimizer.engine.lines import PART_CLOSED, Flown
from optimizer.engine.schedule import Schedule
from optimizer.network import CargoIndex, Offer, Route, Universe
from optimizer.plan.plan import Plan
from optimizer.plan.rotation import Rotation

MOST_TRIED = 40
"""Departures asked for what forbids them."""


class AnotherFlight:
    """Tries flights that a plan does not have.

    Attributes:
        whole: Whether the network was built to the end before it was told to stop; without that,
            there are no reasons to be had.
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        index: CargoIndex,
        universe: Universe,
        plan: Plan,
        stop: Stop = never,
    ) -> None:
        self._resolved = resolved
        self._index = index
        self._cargo = CargoTable(index)
        self._schedule = Schedule(self._cargo)
        self._families = Families(universe, self._cargo, self._schedule.lines, stop)
        self.whole = not stop()
        if self.whole:
            self._take_over(plan)

    def reason(self, offers: list[Offer]) -> tuple[str, str]:
        """Why no further flight carries a consignment, given its offers."""
        consignment = offers[0].consignment
        ways = [
            (family, timed, offer)
            for family in self._families.all
            if family.part == PART_CLOSED
            for timed in family.routes
            if self._index.takes(timed.route.operator, timed.route.type, consignment)
            for offer in offers
            if self._serves(timed, offer)
        ]
        if not ways:
            ways = self._never_legal(offers)
            if ways:
                return self._no_departure(ways)
            pairs = {f"{o.uplift.airport}-{o.discharge.airport}" for o in offers}
            return "range", f"no aircraft of its carriers can fly a rotation with {min(pairs)}"
        suited = [(f, t, mask) for f, t, o in ways for mask in [self._suits(t, o)] if mask.any()]
        if not suited:
            return self._no_departure(ways)
        return self._forbidden(suited)

    def _never_legal(self, offers: list[Offer]) -> list[tuple[Family, TimedRoute, Offer]]:
        """Routes that could carry it but are not legal from any departure."""
        universe, found = self._families.universe, []
        for family in self._families.all:
            pool = self._schedule.lines[family.lines[0]].pool
            mine = self._index.takes(pool.operator, pool.type, offers[0].consignment)
            if family.part != PART_CLOSED or not mine:
                continue
            for route in universe.routes(pool):
                starts = np.array(universe.starts(pool, route.airports[0]), dtype=np.int64)
                timed = self._families.timetable.time(route, starts)
                found += [(family, timed, o) for o in offers if self._serves(timed, o)]
        return found

    def _forbidden(
        self, suited: list[tuple[Family, TimedRoute, np.ndarray[tuple[int], np.dtype[np.bool_]]]]
    ) -> tuple[str, str]:
        """Suitable departures exist: aircraft, shared limits or money forbid them."""
        limits: Counter[str] = Counter()
        best: tuple[float, Rotation] | None = None
        for family, timed, mask in suited:
            for line in family.lines:
                room = self._schedule.lines[line].room(timed, PART_CLOSED) & mask
                for start in np.flatnonzero(room)[:MOST_TRIED].tolist():
                    rotation = timed.rotation(start)
                    limit = self._schedule.forbids(rotation)
                    if limit is not None:
                        limits[limit] += 1
                        continue
                    flown = self._schedule.load(line, timed, start, PART_CLOSED, rotation)
                    usd = flown.cargo_usd - flown.cost_usd
                    usd -= self._schedule.hour_cost_usd(
                        self._schedule.lines[line], timed.total_block_min
                    )
                    if best is None or usd > best[0]:
                        best = usd, rotation
        route = suited[0][1].route
        if best is not None:
            return self._money(*best)
        if limits:
            limit = limits.most_common(1)[0][0]
            return limit, (
                f"another rotation to {', '.join(route.full_stops[1:-1])} in its time is not "
                f"possible: {_WORDS[limit]}"
            )
        return "fleet hours", (
            f"no aircraft that could fly {'-'.join(route.airports)} is free in its time"
        )

    def _money(self, usd: float, rotation: Rotation) -> tuple[str, str]:
        leaving = self._utc(rotation.off_block_min)
        what = f"the best further rotation for it, {rotation.route} leaving {leaving}"
        if usd <= 0:
            return "uneconomic", f"{what}, would lose {-usd:,.0f} USD with all cargo left behind"
        return "not found", f"{what}, would earn about {usd:,.0f} USD; the plan found has it not"

    def _no_departure(self, ways: list[tuple[Family, TimedRoute, Offer]]) -> tuple[str, str]:
        """No departure suits it: of curfews, held slots, crew rules, or its own times."""
        for number, reason in (("C8", "curfew"), ("C7", "slot"), ("C13", "crew")):
            clocks = Timetable(self._cargo, frozenset((number,)))
            for _, timed, offer in ways:
                if self._suits(clocks.time(timed.route, timed.starts_min), offer).any():
                    where = "-".join(timed.route.airports)
                    return reason, f"without its {_RULES[number]}, {where} would suit it in time"
        offer = ways[0][2]
        first, last = self._utc(offer.earliest_min), self._utc(offer.latest_min)
        dwell_min = offer.consignment.max_dwell_min
        if dwell_min is not None:
            patient = np.full_like(self._cargo.arrays.dwell_min, -1)
            arrays = self._cargo.arrays._replace(dwell_min=patient)
            if any(self._suits(timed, o, arrays).any() for _, timed, o in ways):
                return "dwell", (
                    f"no departure from {offer.uplift.airport} between {first} and the arrival "
                    f"in {offer.discharge.airport} it needs by {last} comes within "
                    f"{dwell_min / 60:g} h of its delivery to the airport"
                )
        return "cut-off", (
            f"no departure from {offer.uplift.airport} after {first}, when trucks "
            f"and customs are done, lands in {offer.discharge.airport} by {last}"
        )

    def _utc(self, minute: int) -> str:
        start = datetime.fromisoformat(self._resolved.period.start).astimezone(UTC)
        return f"{start + timedelta(minutes=minute):%a %d %b %H:%MZ}"

    def _serves(self, timed: TimedRoute, offer: Offer) -> bool:
        return self._segment(timed, offer) is not None

    def _segment(self, timed: TimedRoute, offer: Offer) -> tuple[int, int] | None:
        """First and last leg on which a route could have an offer on board."""
        pair = (offer.uplift.airport, offer.discharge.airport)
        if not self._index.may_carry(timed.route.operator, *pair):
            return None
        airports = timed.route.airports
        points = [0] + [i + 1 for i, s in enumerate(timed.route.stops) if s == "full"]
        for i in points:
            for j in points:
                if i < j and (airports[i], airports[j]) == pair:
                    return i, j - 1
        return None

    def _suits(
        self, timed: TimedRoute, offer: Offer, arrays: CargoArrays | None = None
    ) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """First departures of a route that suit an offer in time."""
        arrays = arrays or self._cargo.arrays
        mask = np.zeros(len(timed.starts_min), dtype=np.bool_)
        legs = self._segment(timed, offer)
        number = self._number(offer)
        if legs is None or number is None:
            return mask
        for start in np.flatnonzero(timed.legal).tolist():
            off = int(timed.off_min[start, legs[0]])
            on = int(timed.off_min[start, legs[1]] + timed.block_min[legs[1]])
            cycle = self._cargo.cycle_min
            mask[start] = weeks_later(arrays, number, off, on, cycle) != NEVER
        return mask

    def _number(self, offer: Offer) -> int | None:
        low, high = self._cargo.group.get((offer.uplift.airport, offer.discharge.airport), (0, 0))
        return next((i for i in range(low, high) if self._cargo.offers[i] == offer), None)

    def _take_over(self, plan: Plan) -> None:
        """Put the plan's flights into the schedule, and leave the cargo that it leaves."""
        for flight in plan.flights:
            rotation = flight.rotation
            lines = [
                i
                for i, line in enumerate(self._schedule.lines)
                if line.pool.id == flight.pool and flight.tail in ("", line.tail, *line.pool.tails)
            ]
            lines.sort(key=lambda i: self._schedule.lines[i].tail != flight.tail)
            known = all(
                (rotation.operator, rotation.type, x.origin, x.destination) in self._resolved.leg
                for x in rotation.legs
            )
            if not lines or not known:
                continue
            airports = (rotation.origin, *(x.destination for x in rotation.legs))
            stops = tuple(x.stop for x in rotation.legs)
            route = Route(rotation.operator, rotation.type, airports, stops)
            timed = self._families.timetable.single(route, rotation)
            nothing = np.empty((0, 3), dtype=np.int64)
            self._schedule.add(
                Flown(lines[0], timed, 0, PART_CLOSED, rotation, nothing, np.empty(0), 0.0, 0.0)
            )
        for consignment, grams in plan.carried_g.items():
            self._schedule.left_kg[self._cargo.number[consignment]] -= grams / 1000


_WORDS = {
    "slot": "no slot is free",
    "frequency": "frequency caps, least spacing or most frequencies are reached",
    "stands": "no stand is free",
    "timetable": "no more flights may be dropped, moved or added",
}
_RULES = {"C8": "curfews", "C7": "held slots", "C13": "crew rules"}
