"""What of a plan a limit touches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Flight
from optimizer.plan.windows import in_windows
from optimizer.report.view import PlanView
from optimizer.whatif.explain_around import Focus

if TYPE_CHECKING:
    from optimizer.whatif.explain_limit import Limit

MOST_CARGO: Final = 4
"""Consignments looked at, those with the most left behind."""
MOST_FLIGHTS: Final = 6
"""Flights looked at."""


def concerned(limit: Limit, view: PlanView) -> Focus:
    """Flights and cargo that use a limit, and cargo left behind that it may keep from flying."""
    if limit.kind in ("commitment", "lane", "block"):
        names = set(_cargo(limit, view.resolved))
        carried_g = view.data.carried_g
        left = {n: view.resolved.consignment[n].weight_g - carried_g.get(n, 0) for n in names}
        most = sorted((n for n in names if left[n]), key=lambda n: (-left[n], n))[:MOST_CARGO]
        loads = [x for x in view.data.loads if x.consignment in names]
        used = {segment.flight for load in loads for segment in load.segments}
        flights = [f.id for f in view.data.flights if f.id in used]
        return Focus(frozenset(most), frozenset(flights[:MOST_FLIGHTS]))
    flights = [f.id for f in view.data.flights if _counts(limit, view.resolved, f)]
    return Focus(flights=frozenset(flights[:MOST_FLIGHTS]))


def _cargo(limit: Limit, resolved: ResolvedInstance) -> Iterator[str]:
    """Consignments that a limit is about."""
    if limit.kind == "commitment":
        yield from limit.record.consignments
        return
    for c in resolved.consignments:
        ends = (*c.uplifts, *c.discharges)
        if limit.kind == "lane" and any(access.lane == limit.record.id for access in ends):
            yield c.id
        elif limit.kind == "block" and limit.record.operator in c.operators:
            ups, downs = ({a.airport for a in x} for x in (c.uplifts, c.discharges))
            if limit.record.origin in ups and limit.record.destination in downs:
                yield c.id


def _counts(limit: Limit, resolved: ResolvedInstance, flight: Flight) -> bool:
    """Whether a flight uses a limit on flights, or lifts or unloads at a terminal's time."""
    record, r = limit.record, flight.rotation
    if limit.kind in ("slot window", "handling window", "held slot"):
        return any(
            airport == record.airport and _at(limit, resolved, minute, r.operator, kind)
            for leg in r.legs
            for airport, minute, kind in (
                (leg.origin, leg.off_block_min, "departure"),
                (leg.destination, leg.on_block_min, "arrival"),
            )
        )
    if limit.kind == "frequency cap":
        offered = [a for _, a in r.cargo_points()]
        pairs = {(a, b) for i, a in enumerate(offered) for b in offered[i + 1 :]}
        return r.operator == record.operator and not pairs.isdisjoint(record.pairs)
    return record.station in r.stations and (not record.operators or r.operator in record.operators)


def _at(limit: Limit, resolved: ResolvedInstance, minute: int, operator: str, kind: str) -> bool:
    """Whether a movement is in a window, or at the time of a held slot."""
    record = limit.record
    cycle_min = resolved.period.length_min if resolved.period.cyclic else None
    if limit.kind == "held slot":
        apart = abs(minute - record.minute)
        apart = min(apart % cycle_min, -apart % cycle_min) if cycle_min else apart
        mine = (record.operator, record.movement) == (operator, kind)
        return mine and apart <= record.tolerance_min
    return in_windows(minute, [record.window], cycle_min)
