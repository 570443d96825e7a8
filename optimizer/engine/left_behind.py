"""Why cargo stays behind: one binding reason for every remainder, in a planner's words.

Reasons are sought from the outside in: who may carry it, whether any rotation suits it at all,
whether a flight of the plan could have taken it, and what keeps another flight from being flown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from optimizer.control import Stop, never
from optimizer.domain.resolved import ResolvedBlock, ResolvedConsignment, ResolvedInstance
from optimizer.engine.another_flight import AnotherFlight
from optimizer.engine.left_transit import Changes
from optimizer.engine.occupancy import Occupancy
from optimizer.network import CargoIndex, Offer, Universe, lift_usd_per_kg
from optimizer.plan.costing import commitments_short, dearest_support_usd_per_kg
from optimizer.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A remainder of a consignment and the one reason that keeps it on the ground.

    Attributes:
        reason: ``carriers``, ``rights``, ``special cargo``, ``incompatible``, ``range``, ``time``,
            ``curfew``, ``slot``, ``crew``, ``cut-off``, ``dwell``, ``connection``, ``trucks``,
            ``payload``, ``volume``, ``positions``, ``handling``, ``stock``, ``fleet hours``,
            ``stands``, ``frequency``, ``uneconomic``, ``rounding``, ``not found``, or
            ``not examined`` if time was up.
        detail: The reason in a planner's words.
    """

    consignment: str
    grams: int
    reason: str
    detail: str


def explain_left_behind(
    resolved: ResolvedInstance,
    plan: Plan,
    stop: Stop = never,
    only: Collection[str] | None = None,
) -> tuple[LeftBehind, ...]:
    """One binding reason for the remainder of every consignment not wholly carried.

    Args:
        stop: Once it says so, whether another flight could carry something is not examined.
        only: Identifiers of the consignments to look at; None for all.
    """
    remainders = [
        (c, c.weight_g - plan.carried_g.get(c.id, 0))
        for c in resolved.consignments
        if plan.carried_g.get(c.id, 0) < c.weight_g and (only is None or c.id in only)
    ]
    if not remainders:
        return ()
    explainer = _Explainer(resolved, plan, stop)
    short = _short(resolved, plan)
    found = []
    for c, grams in remainders:
        reason, detail = explainer.reason(c, grams)
        found.append(LeftBehind(c.id, grams, reason, detail + short.get(c.id, "")))
    return tuple(found)


def _short(resolved: ResolvedInstance, plan: Plan) -> dict[str, str]:
    """By consignment, words on its commitments and tendered cargo that are short (C19, C20)."""
    found: dict[str, str] = defaultdict(str)
    for commitment, grams in commitments_short(resolved, plan):
        words = f"; commitment {commitment.id} is {grams / 1000:,.3f} kg short"
        if commitment.flight is not None:
            booked = f"{commitment.id}, booked on {commitment.flight},"
            words = f"; {booked} is {grams / 1000:,.3f} kg short"
        if commitment.penalty_pico_per_g is not None:
            words += f", for {commitment.penalty_pico_per_g * 1e-9:g} USD/kg"
        for consignment in commitment.consignments:
            found[consignment] += words
    return found


NOT_EXAMINED = (
    "not examined",
    "no flight of the plan suits it; time was up before others were looked at",
)
CRUMB_G = 1000
"""A remainder below this is what rounding to grams and whole trucks left."""


class _Explainer:
    """What is looked up once for all consignments."""

    def __init__(self, resolved: ResolvedInstance, plan: Plan, stop: Stop) -> None:
        self._resolved = resolved
        self._plan = plan
        self._stop = stop
        self._index = CargoIndex(resolved)
        self._offers: dict[str, list[Offer]] = defaultdict(list)
        for c in resolved.consignments:
            for u in {a.airport for a in c.uplifts}:
                for d in {a.airport for a in c.discharges}:
                    self._offers[c.id] += [
                        o for o in self._index.offers(u, d) if o.consignment == c
                    ]
        self._occupancy = Occupancy(self._index, plan)
        self._changes = Changes(self._index, self._occupancy)
        self._lift = lift_usd_per_kg(resolved)

    def reason(self, c: ResolvedConsignment, grams: int) -> tuple[str, str]:
        """Short name of the reason, and the reason in words."""
        if grams < min(CRUMB_G, c.weight_g):
            return "rounding", "less than a kilogram is left; the rest flies"
        found = self._reason(c, grams)
        if c.sold and found[0] == "not found":
            return "whole", (
                "it is provided whole, on one flight, or not at all; there is some room for it, "
                "and the plan found makes none for all of it"
            )
        return found

    def _reason(self, c: ResolvedConsignment, grams: int) -> tuple[str, str]:
        return (
            self._changes.reason(c, grams)
            or self._nobody_may(c)
            or self._in_the_plan(c, grams)
            or self._only_bought(c)
            or self._another_flight(c)
        )

    @cached_property
    def _another(self) -> AnotherFlight:
        """Made when first needed: it builds the whole network."""
        return AnotherFlight(
            self._resolved, self._index, Universe(self._resolved), self._plan, self._stop
        )

    def _only_bought(self, c: ResolvedConsignment) -> tuple[str, str] | None:
        """Whether no aircraft of the plan may carry it, only bought capacity at other times."""
        planned = [o for o in c.operators if o in self._resolved.operator]
        pairs = [(o.uplift.airport, o.discharge.airport) for o in self._usable(c)]
        if any(self._index.may_carry(who, *pair) for who in planned for pair in pairs):
            return None
        return "cut-off", "only bought capacity may carry it, and none of that flies in its time"

    def _another_flight(self, c: ResolvedConsignment) -> tuple[str, str]:
        """Why no further flight carries it."""
        if self._stop() or not self._another.whole or self._stop():
            return NOT_EXAMINED
        return self._another.reason(self._usable(c))

    def _nobody_may(self, c: ResolvedConsignment) -> tuple[str, str] | None:
        """Carriers, rights, time between ready and due, trucks, or its own price forbid it."""
        blocks = self._resolved.blocks
        if any(self._may_use(block, offer) for block in blocks for offer in self._offers[c.id]):
            return self._nothing_usable(c)
        planned = [o for o in c.operators if o in self._resolved.operator]
        if not planned:
            return "carriers", "none of the carriers it permits has aircraft in this plan"
        pairs = [(u.airport, d.airport) for u in c.uplifts for d in c.discharges]
        if not any(self._index.may_carry(o, *pair) for o in planned for pair in pairs):
            places = ", ".join(f"{a}-{b}" for a, b in dict.fromkeys(pairs))
            holders = [
                o.operator
                for o in self._resolved.operators
                if any(self._index.may_carry(o.operator, *pair) for pair in pairs)
            ]
            if holders:
                others = ", ".join(holders[:5])
                return "carriers", f"the carriers it permits have no rights {places}; {others} do"
            return "rights", f"no operator may carry {places}"
        return self._unmet(c, planned) or self._nothing_usable(c)

    def _may_use(self, block: ResolvedBlock, offer: Offer) -> bool:
        """Whether bought capacity takes an offer, whatever the times (C18)."""
        ends = offer.uplift.airport, offer.discharge.airport
        takes = self._index.block_takes(block, offer.consignment)
        return takes and ends == (block.origin, block.destination)

    def _nothing_usable(self, c: ResolvedConsignment) -> tuple[str, str] | None:
        """Its time, trucks or price forbid it, whoever carries it."""
        offers = self._offers[c.id]
        if not offers:
            return "time", (
                "its trucks, customs and delivery leave no time for a flight between ready and due"
            )
        usable = self._usable(c)
        if not usable:
            return "trucks", "no trucks leave on the lanes it needs"
        best = max(
            o.margin_usd_per_kg
            + dearest_support_usd_per_kg(self._resolved, o.uplift.airport, o.discharge.airport)
            for o in usable
        ) + self._lift.get(c.id, 0.0)
        if best <= 0:
            return "uneconomic", f"handling costs more than it pays ({-best:.2f} USD/kg short)"
        return None

    def _unmet(self, c: ResolvedConsignment, planned: list[str]) -> tuple[str, str] | None:
        """Whether no aircraft, or no airport at one end, meets what it requires (C16)."""
        needs = ", ".join(x.id for x in self._resolved.requirements if c.id in x.consignments)
        for accesses, end in ((c.uplifts, "lifted"), (c.discharges, "unloaded")):
            if not any(self._index.fits_airport(a.airport, c) for a in accesses):
                return "special cargo", f"it requires {needs}: it cannot be {end} at any airport"
        types = {p.type for p in self._resolved.pools if p.operator in planned}
        if not any(self._index.fits_type(type_, c) for type_ in types):
            return "special cargo", f"it requires {needs}: no aircraft of its carriers offers that"
        return None

    def _usable(self, c: ResolvedConsignment) -> list[Offer]:
        """Offers whose lanes have trucks and that somebody may carry."""
        planned = [o for o in c.operators if o in self._resolved.operator]
        return [
            o
            for o in self._offers[c.id]
            if all(
                access.lane is None or self._resolved.lane[access.lane].trucks_per_dispatch != 0
                for access in (o.uplift, o.discharge)
            )
            and (
                any(
                    self._index.may_carry(who, o.uplift.airport, o.discharge.airport)
                    for who in planned
                )
                or any(self._may_use(block, o) for block in self._resolved.blocks)
            )
        ]

    def _in_the_plan(self, c: ResolvedConsignment, grams: int) -> tuple[str, str] | None:
        """Why the flights of the plan that suit it do not take it; None if none suits it."""
        ways = self._occupancy.ways(c.id)
        if not ways:
            return None
        full: Counter[str] = Counter()
        names: dict[str, list[str]] = defaultdict(list)
        for way in ways:
            limit = self._occupancy.full(way)
            if limit is None:
                return self._occupancy.why_not(way, grams)
            full[limit] += 1
            names[limit].append(way.flight)
        limit = full.most_common(1)[0][0]
        flights = list(dict.fromkeys(names[limit]))
        listed = ", ".join(flights[:4]) + (f" and {len(flights) - 4} more" if flights[4:] else "")
        number = len({way.flight for way in ways})
        subject = (
            "the one flight in its time is" if number == 1 else f"all {number} in its time are"
        )
        if limit == "incompatible":
            goods = sorted({name for way in ways for name in self._occupancy.beside(way)})
            return limit, (
                f"on {listed} there are goods on board that must not be near it: {', '.join(goods)}"
            )
        if limit == "handling":
            return limit, f"the terminal has no capacity left at the times of {listed}"
        if limit == "stock":
            return limit, f"there is no room in the terminal to wait for {listed}"
        return limit, f"{subject} full, by {limit}: {listed}"
