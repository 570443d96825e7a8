"""Which crews fly a rotation: its legs grouped into duties, the cheapest legal way (C13, K2).

A duty is some legs in a row, flown by one crew; the next crew takes over where crews may change.
The least pilots that may fly a duty fly it. Of all ways to group the legs the cheapest one counts,
of equally cheap ones the one of fewest duties, then the one that changes first.

The audit has its own second version of this page (``verify/crews.py``); the two must agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from optimizer.domain.crews import WHOLE_DAY
from optimizer.domain.resolved import ResolvedCrew, ResolvedInstance
from optimizer.plan.money import divide
from optimizer.plan.rotation import Leg, Rotation
from optimizer.plan.windows import in_windows


class Duty(NamedTuple):
    """Legs `first_leg` to `last_leg` (inclusive) of a rotation, flown by one crew."""

    first_leg: int
    last_leg: int
    pilots: int


class CrewCost(NamedTuple):
    """One line of K2: its item, amount, leg and the station of a change of crews."""

    item: str
    micro: int
    leg: int
    station: str


def has_legal_crews(resolved: ResolvedInstance, rotation: Rotation) -> bool:
    """Whether some crews may fly a rotation (C13); all may for an operator without a rule."""
    crew = resolved.crew.get((rotation.operator, rotation.type))
    return crew is None or _cheapest(resolved, crew, rotation, acmi=True) is not None


def duties(resolved: ResolvedInstance, rotation: Rotation, *, acmi: bool) -> tuple[Duty, ...]:
    """The cheapest duties of a rotation; none if its operator has no crew rule.

    What no crews may fly is one duty of the largest crew, so that it has a price too.

    Args:
        acmi: Whether the lessor pays the crews, so that only layovers cost.
    """
    crew = resolved.crew.get((rotation.operator, rotation.type))
    if crew is None:
        return ()
    found = _cheapest(resolved, crew, rotation, acmi=acmi)
    if found is None:
        largest = max(limit.pilots for limit in crew.limits)
        return (Duty(0, len(rotation.legs) - 1, largest),)
    return found


def crew_costs(resolved: ResolvedInstance, rotation: Rotation, *, acmi: bool) -> Iterator[CrewCost]:
    """K2 of a rotation: crews by block hours, layovers, positioning of relief pilots."""
    crew = resolved.crew.get((rotation.operator, rotation.type))
    if crew is None:
        yield from _by_block_time(resolved, rotation, acmi=acmi)
        return
    for duty in duties(resolved, rotation, acmi=acmi):
        if duty.first_leg:
            layover, positioning = _change_micro(resolved, crew, rotation, duty)
            change = duty.first_leg - 1
            station = rotation.legs[change].destination
            yield CrewCost("layover", layover, change, station)
            if not acmi:
                yield CrewCost("positioning", positioning, change, station)
        for i in range(duty.first_leg, duty.last_leg + 1) if not acmi else ():
            yield CrewCost("crew", _leg_micro(resolved, crew, rotation.legs[i], duty.pilots), i, "")


def _by_block_time(
    resolved: ResolvedInstance, rotation: Rotation, *, acmi: bool
) -> Iterator[CrewCost]:
    """Without a rule: legs augmented by their block time, a layover at every full turn."""
    for i, leg in enumerate(rotation.legs):
        if not acmi:
            data = resolved.leg[rotation.operator, rotation.type, leg.origin, leg.destination]
            yield CrewCost("crew", data.crew_micro, i, "")
        last = i + 1 == len(rotation.legs)
        if not last and leg.stop != "technical" and leg.destination not in resolved.gateways:
            layover = resolved.ground_at[leg.destination, rotation.type].layover_micro
            yield CrewCost("layover", layover, i, leg.destination)


def _cheapest(
    resolved: ResolvedInstance, crew: ResolvedCrew, rotation: Rotation, *, acmi: bool
) -> tuple[Duty, ...] | None:
    """The best way to the end of each leg, from the best ways to where its last duty begins."""
    legs = rotation.legs
    best: list[tuple[int, int, tuple[Duty, ...]] | None] = [(0, 0, ())]
    for end in range(1, len(legs) + 1):
        ways = []
        for first in range(end):
            before = best[first]
            if before is None or (first and not _may_change(crew, legs[first - 1])):
                continue
            pilots = _least_pilots(resolved, crew, legs[first:end])
            if pilots is None:
                continue
            duty = Duty(first, end - 1, pilots)
            micro = before[0]
            if first:
                layover, positioning = _change_micro(resolved, crew, rotation, duty)
                micro += layover + (0 if acmi else positioning)
            if not acmi:
                micro += sum(_leg_micro(resolved, crew, x, pilots) for x in legs[first:end])
            ways.append((micro, before[1] + 1, (*before[2], duty)))
        best.append(min(ways, key=_order) if ways else None)
    last = best[-1]
    return None if last is None else last[2]


def _order(way: tuple[int, int, tuple[Duty, ...]]) -> tuple[int, int, tuple[int, ...]]:
    return way[0], way[1], tuple(duty.first_leg for duty in way[2])


def _least_pilots(
    resolved: ResolvedInstance, crew: ResolvedCrew, legs: Sequence[Leg]
) -> int | None:
    """The smallest crew that may fly some legs in one duty; limits are in order of pilots."""
    period, first = resolved.period, legs[0]
    flight_min = sum(leg.block_min for leg in legs)
    duty_min = legs[-1].on_block_min - first.off_block_min + crew.report_min
    for limit in crew.limits:
        if (
            (limit.max_sectors is None or len(legs) <= limit.max_sectors)
            and (limit.max_flight_min is None or flight_min <= limit.max_flight_min)
            and (limit.max_duty_min is None or duty_min <= limit.max_duty_min)
        ):
            if limit.report == WHOLE_DAY:
                return limit.pilots
            windows = resolved.report_windows.get((first.origin, *limit.report), ())
            cycle_min = period.length_min if period.cyclic else None
            if in_windows(first.off_block_min, windows, cycle_min):
                return limit.pilots
    return None


def _may_change(crew: ResolvedCrew, leg: Leg) -> bool:
    """Whether another crew may take over after a leg."""
    return any(
        change.airport == leg.destination and (leg.stop == "full" or change.technical_stops)
        for change in crew.changes
    )


def _change_micro(
    resolved: ResolvedInstance, crew: ResolvedCrew, rotation: Rotation, duty: Duty
) -> tuple[int, int]:
    """Layover of the crew that goes, and positioning of the one that comes."""
    station = rotation.legs[duty.first_leg - 1].destination
    layover = resolved.ground_at[station, rotation.type].layover_micro
    rates = (c.positioning_micro for c in crew.changes if c.airport == station)
    return (0 if station in resolved.gateways else layover), duty.pilots * next(rates)


def _leg_micro(resolved: ResolvedInstance, crew: ResolvedCrew, leg: Leg, pilots: int) -> int:
    data = resolved.leg[crew.operator, crew.type, leg.origin, leg.destination]
    return divide(data.crew_micro * pilots, crew.basic_pilots)
