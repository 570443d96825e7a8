"""C13 and the crews of K2 a second time: which crews may fly legs in a row, and what they cost.

Legs are looked at from the last one back: what the rest of a rotation costs at least once a crew
begins with a leg.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.domain.resolved import ResolvedCrew, ResolvedCrewLimit, ResolvedInstance
from optimizer.plan.rotation import Leg
from optimizer.verify.case import Case
from optimizer.verify.intervals import holds
from optimizer.verify.report import Violation
from optimizer.verify.words import hours, when


@dataclass(frozen=True)
class Rest:
    """What is left of a rotation from a leg on: its cost and its duties.

    Attributes:
        starts: First leg of each duty.
        pilots: Pilots of each duty.
    """

    micro: int
    starts: tuple[int, ...]
    pilots: tuple[int, ...]


def best_duties(
    resolved: ResolvedInstance, crew: ResolvedCrew, legs: Sequence[Leg], *, acmi: bool
) -> Rest | None:
    """The cheapest legal duties of a rotation; None if there are none.

    Of equally cheap ones those of the fewest duties, then those that change crews first.
    """
    rest: dict[int, Rest] = {len(legs): Rest(0, (), ())}
    for first in reversed(range(len(legs))):
        if first and not changes_after(crew, legs[first - 1]):
            continue
        found = []
        for until in range(first + 1, len(legs) + 1):
            pilots = fewest_pilots(resolved, crew, legs[first:until])
            if pilots is None or until not in rest:
                continue
            after = rest[until]
            micro = after.micro
            if first:
                micro += layover_micro(resolved, crew.type, legs[first - 1].destination)
            if not acmi:
                micro += sum(leg_micro(resolved, crew, leg, pilots) for leg in legs[first:until])
            if first and not acmi:
                micro += relief_micro(crew, legs[first - 1].destination, pilots)
            found.append(Rest(micro, (first, *after.starts), (pilots, *after.pilots)))
        if found:
            rest[first] = min(found, key=lambda x: (x.micro, len(x.starts), x.starts))
    return rest.get(0)


def fewest_pilots(
    resolved: ResolvedInstance, crew: ResolvedCrew, legs: Sequence[Leg]
) -> int | None:
    """The smallest crew that some limit allows to fly legs in a row."""
    allowed = [limit.pilots for limit in crew.limits if _allows(resolved, crew, limit, legs)]
    return min(allowed, default=None)


def _allows(
    resolved: ResolvedInstance, crew: ResolvedCrew, limit: ResolvedCrewLimit, legs: Sequence[Leg]
) -> bool:
    if limit.max_sectors is not None and len(legs) > limit.max_sectors:
        return False
    flight_min = sum(leg.on_block_min - leg.off_block_min for leg in legs)
    if limit.max_flight_min is not None and flight_min > limit.max_flight_min:
        return False
    reports_min = legs[0].off_block_min - crew.report_min
    if limit.max_duty_min is not None and legs[-1].on_block_min - reports_min > limit.max_duty_min:
        return False
    if limit.report == ("00:00", "24:00"):
        return True
    cycle_min = resolved.period.length_min if resolved.period.cyclic else None
    windows = resolved.report_windows.get((legs[0].origin, *limit.report), ())
    return any(holds(window, legs[0].off_block_min, cycle_min) for window in windows)


def changes_after(crew: ResolvedCrew, leg: Leg) -> bool:
    """Whether crews may change at the end of a leg."""
    for change in crew.changes:
        if change.airport == leg.destination:
            return leg.stop != "technical" or change.technical_stops
    return False


def layover_micro(resolved: ResolvedInstance, type_: str, station: str) -> int:
    """Layover of a crew that hands over; none at a gateway."""
    ground = resolved.ground_at.get((station, type_))
    return 0 if ground is None or station in resolved.gateways else ground.layover_micro


def relief_micro(crew: ResolvedCrew, station: str, pilots: int) -> int:
    """Positioning of the pilots that take over."""
    return sum(pilots * x.positioning_micro for x in crew.changes if x.airport == station)


def leg_micro(resolved: ResolvedInstance, crew: ResolvedCrew, leg: Leg, pilots: int) -> int:
    """A crew by block hours: the basic crew's amount, by pilots, rounded half up."""
    data = resolved.leg.get((crew.operator, crew.type, leg.origin, leg.destination))
    if data is None:
        return 0
    return (Fraction(data.crew_micro * pilots, crew.basic_pilots) + Fraction(1, 2)).__floor__()


def c13_crews(case: Case) -> Iterator[Violation]:
    """C13: some crews may fly the legs of a flight, changing where they may."""
    for flight in case.flights:
        rotation, legs = flight.rotation, flight.rotation.legs
        crew = case.resolved.crew.get((rotation.operator, rotation.type))
        if crew is None or best_duties(case.resolved, crew, legs, acmi=True) is not None:
            continue
        duty_min = legs[-1].on_block_min - legs[0].off_block_min + crew.report_min
        flight_min = sum(leg.block_min for leg in legs)
        leaving = when(case.resolved, legs[0].off_block_min, legs[0].origin)
        yield Violation(
            code="C13",
            message=f"flight {flight.id} on {leaving}, {rotation.route}: no crews may fly it by "
            f"{crew.rule} ({len(legs)} legs, {hours(flight_min)} of flight time, "
            f"{hours(duty_min)} of duty if nobody takes over)",
            amount=0,
            unit="",
            operator=rotation.operator,
            flight=flight.id,
            tail=flight.tail,
            leg=None,
            station=legs[0].origin,
            minute=legs[0].off_block_min,
        )
