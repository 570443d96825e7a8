"""Consignments, commitments, lanes and customs (C0, C11, C12, C19, K10, K14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from optimizer.domain.demand import Commitment, Consignment
from optimizer.domain.feeder import lane_id
from optimizer.domain.period import WEEK_MIN
from optimizer.domain.resolved import (
    Access,
    ResolvedCommitment,
    ResolvedConsignment,
    ResolvedCustoms,
    ResolvedLane,
)
from optimizer.resolve.context import Context
from optimizer.resolve.quantities import cubic_cm, exact, grams, micro, minutes, pico_per_g
from optimizer.resolve.sold import sold_consignments, sold_customs

STANDARD = "standard"
"""The customs mode that needs no row."""

_CHARGEABLE_KG_PER_M3 = 166.67


@dataclass(frozen=True, slots=True)
class Cargo:
    """Consignments with the lanes and customs they may use."""

    consignments: tuple[ResolvedConsignment, ...]
    lanes: tuple[ResolvedLane, ...]
    customs: tuple[ResolvedCustoms, ...]

    @property
    def airports(self) -> frozenset[str]:
        """Airports that consignments reach, directly or by a lane."""
        return frozenset(a.airport for c in self.consignments for a in (*c.uplifts, *c.discharges))


def resolve_cargo(
    context: Context, airports: frozenset[str], planned: Iterable[str], carriers: tuple[str, ...]
) -> Cargo:
    """Resolve the demand, and what capacity sold takes on board (C18).

    Args:
        context: The instance.
        airports: Every code that is an airport, in use or not.
        planned: Planned operators.
        carriers: Planned operators, and those whose capacity is bought (C18).
    """
    network = _Lanes(context, airports)
    rows = sorted(context.instance.demand, key=lambda row: row.consignment)
    consignments = tuple(_consignment(context, network, carriers, row) for row in rows)
    used = {a.lane for c in consignments for a in (*c.uplifts, *c.discharges) if a.lane}
    modes = tuple(sorted({c.customs for c in consignments}))
    lanes = tuple(network.resolved(lane, modes) for lane in sorted(used))
    customs = (*_customs(context, consignments), *sold_customs(context))
    sold = sold_consignments(context, planned)
    together = tuple(sorted((*consignments, *sold), key=lambda c: c.id))
    return Cargo(together, lanes, customs)


class _Lanes:
    """Lanes by where they lead."""

    def __init__(self, context: Context, airports: frozenset[str]) -> None:
        self._context = context
        self._airports = airports
        self._lanes = {lane_id(lane): (lane, ref) for lane, ref in context.catalogue.lanes()}
        self._from: dict[str, list[str]] = defaultdict(list)
        self._to: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._lanes):
            lane = self._lanes[name][0]
            self._from[lane.origin].append(name)
            self._to[lane.destination].append(name)

    def uplifts(self, place: str) -> tuple[Access, ...]:
        """Airports where cargo from a place can be lifted."""
        ways = [Access(self._lanes[n][0].destination, n) for n in self._from.get(place, ())]
        return self._at_airports(place, ways)

    def discharges(self, place: str) -> tuple[Access, ...]:
        """Airports where cargo for a place can be unloaded."""
        ways = [Access(self._lanes[n][0].origin, n) for n in self._to.get(place, ())]
        return self._at_airports(place, ways)

    def knows(self, place: str) -> bool:
        """Whether a place is an airport or the end of a lane."""
        return place in self._airports or place in self._from or place in self._to

    def resolved(self, name: str, modes: Iterable[str]) -> ResolvedLane:
        """A lane with the price of its trucks for each customs mode."""
        lane, from_reference = self._lanes[name]
        if from_reference:
            self._context.catalogue.use("lanes", name, lane)
        if self._context.calendar.cyclic and WEEK_MIN % lane.dispatch_every_min:
            self._context.findings.add(
                "dispatch-not-weekly",
                "lanes",
                f"the dispatches of {name} do not repeat every week",
                column="dispatch_every_min",
                value=lane.dispatch_every_min,
                expected="a divisor of 10080 in a cyclic period",
            )
        price = exact(lane.usd_per_truck)
        factors = [(mode, self._truck_cost_factor(mode)) for mode in modes]
        return ResolvedLane(
            id=name,
            origin=lane.origin,
            destination=lane.destination,
            truck_min=lane.truck_min,
            payload_g=grams(lane.payload_kg),
            volume_cm3=cubic_cm(lane.volume_m3),
            cost_micro=tuple((mode, micro(price * exact(factor))) for mode, factor in factors),
            dispatch_every_min=lane.dispatch_every_min,
            dispatch_offset_min=lane.dispatch_offset_min,
            trucks_per_dispatch=lane.trucks_per_dispatch,
        )

    def _at_airports(self, place: str, ways: Iterable[Access]) -> tuple[Access, ...]:
        direct = (Access(place, None),) if place in self._airports else ()
        by_lane = sorted(
            (a for a in ways if a.airport in self._airports), key=lambda a: (a.airport, a.lane)
        )
        return (*direct, *by_lane)

    def _truck_cost_factor(self, mode: str) -> float:
        row = self._context.catalogue.customs(mode, None)
        return 1.0 if row is None else row.truck_cost_factor


def _consignment(
    context: Context, network: _Lanes, carriers: tuple[str, ...], row: Consignment
) -> ResolvedConsignment:
    for column in ("origin", "destination"):
        if not network.knows(place := getattr(row, column)):
            context.findings.add(
                "unknown-place",
                "demand",
                f"consignment {row.consignment}: the place is no airport, and no lane leads there",
                column=column,
                value=place,
            )
    weight_g = grams(row.weight_kg)
    if not weight_g:
        context.findings.add(
            "no-weight",
            "demand",
            f"consignment {row.consignment} weighs less than half a gram",
            column="weight_kg",
            value=row.weight_kg,
        )
    kg_per_m3 = context.catalogue.general("prices", "chargeable_kg_per_m3")
    standard = _CHARGEABLE_KG_PER_M3 if kg_per_m3 is None else kg_per_m3
    chargeable_g, revenue_micro, surcharge_micro = _charged(
        row.weight_kg, row.volume_m3, row.usd_per_chargeable_kg, row.surcharge_usd_per_kg, standard
    )
    ready_min = context.calendar.minute(row.ready_at)
    due_min = context.calendar.minute(row.due_at)
    shift = ready_min - ready_min % WEEK_MIN if context.calendar.cyclic else 0
    return ResolvedConsignment(
        id=row.consignment,
        origin=row.origin,
        destination=row.destination,
        customs=row.customs,
        weight_g=weight_g,
        volume_cm3=cubic_cm(row.volume_m3),
        chargeable_g=chargeable_g,
        revenue_micro=revenue_micro,
        surcharge_micro=surcharge_micro,
        ready_min=ready_min - shift,
        due_min=due_min - shift,
        max_dwell_min=None if row.max_dwell_h is None else minutes(row.max_dwell_h),
        operators=tuple(o for o in carriers if not row.carriers or o in row.carriers),
        uplifts=network.uplifts(row.origin),
        discharges=network.discharges(row.destination),
    )


@lru_cache(maxsize=1 << 16)  # of thousands of rows a variant of an instance changes few
def _charged(
    weight_kg: float, volume_m3: float, usd: float, surcharge_usd: float, kg_per_m3: float
) -> tuple[int, int, int]:
    """Chargeable grams, and freight and surcharges of all of it in micro-dollars (R1, R2)."""
    kg = exact(weight_kg)
    chargeable_kg = max(kg, exact(volume_m3) * exact(kg_per_m3))
    return grams(chargeable_kg), micro(exact(usd) * chargeable_kg), micro(exact(surcharge_usd) * kg)


def resolve_commitments(
    context: Context, consignments: Iterable[ResolvedConsignment]
) -> tuple[ResolvedCommitment, ...]:
    """Commitments with the consignments they are about and the least grams of them (C19, K14)."""
    weight_g = {c.id: c.weight_g for c in consignments}
    rows = sorted(context.instance.commitments, key=lambda row: row.commitment)
    return tuple(_commitment(context, row, weight_g) for row in rows)


def _commitment(context: Context, row: Commitment, weight_g: dict[str, int]) -> ResolvedCommitment:
    def wrong(code: str, message: str, column: str, value: object, expected: str) -> None:
        text = f"commitment {row.commitment}: {message}"
        context.findings.add(
            code, "commitments", text, column=column, value=value, expected=expected
        )

    selected = sorted(c.consignment for c in context.instance.demand if row.selects(c))
    offered_g = sum(weight_g[name] for name in selected)
    least_g = 0
    if row.min_share is not None:
        least_g = ceil(exact(row.min_share) * offered_g)
    elif row.min_weight_kg is not None:
        least_g = grams(row.min_weight_kg)
    if (row.min_share is None) == (row.min_weight_kg is None):
        wrong("contradiction", "it needs a least share or a least weight", "min_share",
              row.min_share, "one of min_share and min_weight_kg")  # fmt: skip
    elif not selected:
        wrong("unused", "no consignment matches it", "commitment", row.commitment,
              "selectors that some consignment matches")  # fmt: skip
    elif least_g > offered_g:
        wrong("more-than-offered", "more is promised than is offered", "min_weight_kg",
              row.min_weight_kg, f"at most {offered_g / 1000:,.3f} kg")  # fmt: skip
    penalty = row.penalty_usd_per_kg
    penalty_pico = None if penalty is None else pico_per_g(penalty)
    return ResolvedCommitment(row.commitment, tuple(selected), least_g, penalty_pico)


def _customs(
    context: Context, consignments: Iterable[ResolvedConsignment]
) -> tuple[ResolvedCustoms, ...]:
    """Minutes of every customs mode at every airport where a consignment of that mode may be."""
    pairs = {(c.customs, a.airport) for c in consignments for a in (*c.uplifts, *c.discharges)}
    resolved = []
    for mode, airport in sorted(pairs):
        row = context.catalogue.customs(mode, airport)
        if row is None and mode != STANDARD:
            context.findings.add(
                "unknown-customs",
                "customs",
                f"no row tells the minutes of customs mode {mode} at {airport}",
                column="mode",
                value=mode,
                expected="a row for this airport, or one with a blank airport",
            )
        export_min, import_min = (0, 0) if row is None else (row.export_min, row.import_min)
        resolved.append(ResolvedCustoms(mode, airport, export_min, import_min))
    return tuple(resolved)
