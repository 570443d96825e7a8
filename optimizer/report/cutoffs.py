"""Truck cut-offs: the last truck that makes each departure, also of bought capacity."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import pandas as pd

from optimizer.domain.resolved import ResolvedInstance, ResolvedLane
from optimizer.plan.bought import bought_flight
from optimizer.plan.plan import Plan
from optimizer.report.clock import Clock
from optimizer.report.frames import frame, kg

TRUCK_CUTOFFS: Final = (
    "lane", "origin", "airport", "customs", "flight", "route", "operator", "leg",
    "off_block_local", "cut_off_local", "latest_dispatch_local", "latest_dispatch_utc",
    "booked_kg",
)  # fmt: skip


def latest_dispatch_min(lane: ResolvedLane, at_airport_by_min: int) -> int:
    """Last dispatch instant of a lane whose truck is at the airport by then (C11)."""
    latest_min = at_airport_by_min - lane.truck_min
    return latest_min - (latest_min - lane.dispatch_offset_min) % lane.dispatch_every_min


def truck_cutoffs(resolved: ResolvedInstance, plan: Plan) -> pd.DataFrame:
    """Cut-offs by lane, customs mode and departure, where some consignment could use them.

    A consignment could if it may travel by the lane, fly with the operator, and leave the flight at
    a later full stop.
    """
    clock = Clock(resolved)
    users = _users(resolved)
    booked = _booked_g(plan)
    rows: list[dict[str, Any]] = []
    bought = (bought_flight(block) for block in resolved.blocks)
    for flight in (*plan.flights, *bought):
        for leg_index, airport in flight.rotation.cargo_points()[:-1]:
            reachable = {a for i, a in flight.rotation.cargo_points() if i > leg_index}
            off_block_min = flight.rotation.legs[leg_index].off_block_min
            for (lane_id, customs), ends in users[airport, flight.rotation.operator].items():
                rule = resolved.customs_at.get((customs, airport))
                if rule is None or reachable.isdisjoint(ends):
                    continue
                lane = resolved.lane[lane_id]
                cut_off_min = off_block_min - rule.export_min
                dispatch_min = latest_dispatch_min(lane, cut_off_min)
                rows.append(
                    {
                        "lane": lane.id,
                        "origin": lane.origin,
                        "airport": airport,
                        "customs": customs,
                        "flight": flight.id,
                        "route": flight.rotation.route,
                        "operator": flight.rotation.operator,
                        "leg": leg_index + 1,
                        "off_block_local": clock.local(off_block_min, airport),
                        "cut_off_local": clock.local(cut_off_min, airport),
                        "latest_dispatch_local": clock.local(dispatch_min, airport),
                        "latest_dispatch_utc": clock.utc(dispatch_min),
                        "booked_kg": kg(booked[lane.id, flight.id, leg_index]),
                        "_order": (lane.id, customs, off_block_min, flight.id),
                    }
                )
    rows.sort(key=lambda row: row["_order"])
    return frame(TRUCK_CUTOFFS, rows)


_Users = dict[tuple[str, str], dict[tuple[str, str], set[str]]]


def _users(resolved: ResolvedInstance) -> _Users:
    """By airport and operator: lanes and customs modes in use, with the discharge airports."""
    users: _Users = defaultdict(lambda: defaultdict(set))
    for c in resolved.consignments:
        ends = {access.airport for access in c.discharges}
        ends |= {t.gateway for t in resolved.transits if t.consignment == c.id}
        for uplift in c.uplifts:
            if uplift.lane is not None:
                for operator in c.operators:
                    users[uplift.airport, operator][uplift.lane, c.customs] |= ends
    return users


def _booked_g(plan: Plan) -> dict[tuple[str, str, int], int]:
    """Grams by feeder lane, flight and leg of uplift."""
    booked: dict[tuple[str, str, int], int] = defaultdict(int)
    for load in plan.loads:
        if load.feeder is not None:
            first = load.segments[0]
            booked[load.feeder.lane, first.flight, first.uplift_leg] += load.grams
    return booked
