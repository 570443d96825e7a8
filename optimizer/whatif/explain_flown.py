"""What a flight, a tail or a consignment of a plan is worth: the plan made again without it."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import pandas as pd

from optimizer.domain.fleet import FleetRow
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.plan.plan import Flight, Plan
from optimizer.report.clock import Clock
from optimizer.report.view import PlanView
from optimizer.whatif.edits import Edit
from optimizer.whatif.explain_around import Focus
from optimizer.whatif.explain_changes import drop_row, make_edit
from optimizer.whatif.explain_replan import Replanned, Replanner
from optimizer.whatif.explain_worth_text import MOST_TOLD, around_document
from optimizer.whatif.scenario import Scenario, apply

NEAR_MIN: Final = 180
"""A flight that arrives within so many minutes of another's arrival would take its place."""


@dataclass(frozen=True)
class Without:
    """What is planned in place of something.

    Attributes:
        given_usd: Contribution of the plan that was asked about.
        before_usd: Contribution of the best plan known with it.
        again: The plan without it.
        added: Flights that are new in the plan without it, in words.
        dropped: Flights that are not flown then, in words.
    """

    given_usd: float
    before_usd: float
    again: Replanned
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def value_usd(self) -> float | None:
        """What is lost without it; None if there is no plan without it, or none was found."""
        return None if self.again.plan is None else self.before_usd - self.again.usd

    @property
    def least_usd(self) -> float | None:
        """What is lost at least, around a plan with the other flights as they are; None if that is
        not known."""
        bound_usd = self.again.bound_usd
        if self.again.plan is None or bound_usd is None or not math.isfinite(bound_usd):
            return None
        return self.before_usd - max(bound_usd, self.again.usd)

    def document(self) -> dict[str, Any]:
        """For machines."""
        value_usd = self.value_usd
        return {
            "contribution_usd": round(self.before_usd, 2),
            "without_usd": None if value_usd is None else round(self.again.usd, 2),
            "value_usd": None if value_usd is None else round(value_usd, 2),
            "value_at_least_usd": None if self.least_usd is None else round(self.least_usd, 2),
            "ended": self.again.ended,
            "around": around_document(self.again.part),
            "added": list(self.added),
            "dropped": list(self.dropped),
        }


def without(
    instance: Instance,
    resolved: ResolvedInstance,
    plan: Plan,
    replanner: Replanner,
    edits: tuple[Edit, ...],
    focus: Focus,
) -> Without:
    """Plan again with edits that take something away, and tell what is different.

    Args:
        focus: What the edits are about.

    Raises:
        ScenarioError: An edit makes no sense.
    """
    given_usd = plan.contribution_micro / MICRO
    before_usd = max(given_usd, replanner.base(resolved, focus)[0])
    edited = apply(instance, Scenario("without", edits))
    again = replanner.of_instance(edited, focus)
    if again.plan is None:
        return Without(given_usd, before_usd, again)
    plan = replanner.start or plan
    had, has = (_flights(r, p) for r, p in ((resolved, plan), (again.resolved, again.plan)))
    return Without(
        given_usd,
        before_usd,
        again,
        tuple(words for key, words in has.items() if key not in had),
        tuple(words for key, words in had.items() if key not in has),
    )


def _flights(resolved: ResolvedInstance, plan: Plan) -> dict[tuple[Any, ...], str]:
    """Flights by what they are, whatever their names."""
    clock = Clock(resolved)
    found: dict[tuple[Any, ...], str] = {}
    for flight in plan.flights:
        r = flight.rotation
        key: tuple[Any, ...] = (r.operator, r.type, r.route, r.off_block_min)
        while key in found:
            key = (*key, "again")
        when = clock.day(r.off_block_min, r.origin)
        found[key] = f"{r.operator} {r.type} {r.route} on {when}"
    return found


# --- flights -------------------------------------------------------------------------------------


def cancelled(resolved: ResolvedInstance, plan: Plan, flight: Flight) -> tuple[Edit, ...]:
    """Edits that cancel a flight and leave its aircraft free for others.

    The operator flies one rotation less to the station, and none of the type arrives there near the
    time of the flight. Of a part of a rotation only the second holds.
    """
    rotation = flight.rotation
    leg = next((x for x in rotation.legs if x.stop == "full"), rotation.legs[-1])
    station, operator = leg.destination, rotation.operator
    edits = [_closed(resolved, station, leg.on_block_min, rotation.type, operator)]
    if station in rotation.stations:
        flown = sum(
            1
            for other in plan.flights
            if other.rotation.operator == operator and station in other.rotation.stations
        )
        market = {"station": station, "operators": [operator], "max_rotations": flown - 1}
        edits.append(make_edit("add_rows", table="markets", rows=[market]))
    return tuple(edits)


def _closed(
    resolved: ResolvedInstance, airport: str, minute: int, type_: str, operator: str
) -> Edit:
    clock = Clock(resolved)
    first, last = (
        datetime.fromisoformat(clock.local(minute + by, airport)) for by in (-NEAR_MIN, NEAR_MIN)
    )
    day = {"days": str(first.isoweekday())} if resolved.period.cyclic else {"date": first.date()}
    return make_edit(
        "close_airport",
        airport=airport,
        movement="arrival",
        from_local=f"{first:%H:%M}",
        to_local=f"{last + timedelta(minutes=1):%H:%M}",
        types=[type_],
        operators=[operator],
        **day,
    )


# --- what is there -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flown:
    """Something of a plan: its tables, and what it is worth."""

    head: str
    facts: dict[str, Any]
    worth: Without
    told: tuple[tuple[str, str], ...] = field(default=())


def explain_flight(
    instance: Instance, view: PlanView, flight: Flight, replanner: Replanner
) -> Flown:
    """What a flight earns, and what would replace it."""
    row = _row(view.costs.by("rotation"), "flight", flight.id)
    edits = cancelled(view.resolved, view.data, flight)
    focus = Focus(flights=frozenset((flight.id,)))
    worth = without(instance, view.resolved, view.data, replanner, edits, focus)
    clock, r = Clock(view.resolved), flight.rotation
    carried = _kilograms(view, "flight", flight.id)
    facts = {
        "operator": r.operator,
        "type": r.type,
        "tail": flight.tail,
        "route": r.route,
        "off_block_local": clock.local(r.off_block_min, r.origin),
        "block_hours": round(r.block_min / 60, 2),
        "carried_kg": carried,
        "pnl": row,
    }
    who = f" ({flight.tail})" if flight.tail else ""
    told = (
        ("flies", f"{r.operator} {r.type}{who} {r.route}, {clock.day(r.off_block_min, r.origin)}"),
        ("carries", _listed(carried)),
        ("earns", _money(row)),
    )
    return Flown(f"flight {flight.id}", facts, worth, told)


def explain_tail(instance: Instance, view: PlanView, name: str, replanner: Replanner) -> Flown:
    """What a row of the fleet, or one aircraft of a row, flies and is worth.

    Args:
        name: Row of ``fleet.csv``, or a tail of a row of several as plans name it.
    """
    row = next(r for r in instance.fleet if name == r.tail or name in _members(r))
    own = {name} if name != row.tail else {row.tail, *_members(row)}
    pools = {p.id: len(own & set(p.tails)) / p.size for p in view.resolved.pools}
    pools = {pool: share for pool, share in pools.items() if share}
    flights = [f for f in view.data.flights if pools.get(f.pool) and (not f.tail or f.tail in own)]
    shares = pools | dict.fromkeys(own, 1.0)
    lines = view.costs.by("tail")[["tail", "contribution_usd", "K4_ownership_usd"]]
    rows = [(shares.get(tail, 0.0), usd, k4) for tail, usd, k4 in lines.itertuples(index=False)]
    earned_usd = sum(share * usd for share, usd, _ in rows)
    owned_usd = sum(share * k4 for share, _, k4 in rows)
    one = name != row.tail
    edits = (make_edit("ground_tail", tail=row.tail, aircraft=1 if one else None),)
    focus = Focus(frozenset(), frozenset(f.id for f in flights), frozenset(pools))
    worth = without(instance, view.resolved, view.data, replanner, edits, focus)
    hours = sum(f.rotation.block_min for f in flights) / 60
    facts = {
        "aircraft": 1 if one else row.count,
        "type": row.type,
        "operator": row.operator,
        "flights": [f.id for f in flights],
        "block_hours": round(hours, 2),
        "contribution_usd": round(earned_usd, 2),
        "ownership_usd": round(owned_usd, 2),
    }
    routes = ", ".join(f"{f.id} {f.rotation.route}" for f in flights[:MOST_TOLD]) or "nothing"
    more = f" and {len(flights) - MOST_TOLD} more" if len(flights) > MOST_TOLD else ""
    number = "one aircraft" if one or row.count == 1 else f"{row.count} aircraft"
    told = (
        ("is", f"{number}, {row.type} of {row.operator} at {row.base}"),
        ("flies", f"{routes}{more}; {hours:,.1f} block hours"),
        ("earns", f"{earned_usd:,.0f} USD, of which ownership {owned_usd:,.0f} USD"),
    )
    return Flown(f"tail {name}", facts, worth, told)


def _members(row: FleetRow) -> set[str]:
    """Tails of a row of several, as plans name them."""
    return {f"{row.tail}-{i}" for i in range(1, row.count + 1)} if row.count > 1 else set()


def explain_carried(instance: Instance, view: PlanView, id_: str, replanner: Replanner) -> Flown:
    """How a consignment flies, what it earns, and what the room would earn without it."""
    row = _row(view.costs.by("consignment"), "consignment", id_)
    loads = view.loads[view.loads["consignment"] == id_]
    sold = [row for row in instance.sold if row.sold == id_]
    edits = (
        drop_row("sold", sold[0]) if sold else make_edit("scale_demand", consignments=[id_], by=0),
    )
    carrying = {s.flight for x in view.data.loads if x.consignment == id_ for s in x.segments}
    focus = Focus(frozenset((id_,)), frozenset(carrying))
    worth = without(instance, view.resolved, view.data, replanner, edits, focus)
    facts = {
        "loads": loads.astype(object).where(loads.notna(), None).to_dict("records"),
        "pnl": row,
    }
    told = [("flies", _way(load)) for load in loads.to_dict("records")]
    told = [(heading if i == 0 else "", text) for i, (heading, text) in enumerate(told)]
    return Flown(
        f"consignment {id_}", facts, worth, (*told, ("earns", _money(row) + ", all costs shared"))
    )


def _way(load: dict[Hashable, Any]) -> str:
    """A load in words: truck, flight, truck."""
    parts = [f"{load['kg']:,.0f} kg"]
    if load["feeder_lane"]:
        parts.append(f"truck {load['feeder_lane']} at {load['feeder_dispatch_utc']}")
    parts.append(
        f"{load['flight']} {load['uplift']} {load['off_block_local']} - "
        f"{load['discharge']} {load['on_block_local']}"
    )
    if load["delivery_lane"]:
        parts.append(f"truck {load['delivery_lane']} at {load['delivery_dispatch_utc']}")
    return ", ".join([*parts, f"delivered {load['delivered_utc']}, due {load['due_utc']}"])


def _row(table: pd.DataFrame, column: str, value: str) -> dict[str, Any]:
    """A row of a profit and loss, without what is nothing."""
    rows = table[table[column] == value].to_dict("records")
    return {str(k): v for k, v in rows[0].items() if v not in (0, "")} if rows else {}


def _kilograms(view: PlanView, column: str, value: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, kg in view.loads[view.loads[column] == value][["consignment", "kg"]].itertuples(
        index=False
    ):
        found[name] = found.get(name, 0.0) + kg
    return found


def _listed(carried: dict[str, float]) -> str:
    most = sorted(carried.items(), key=lambda item: -item[1])
    words = ", ".join(f"{name} {kg:,.0f} kg" for name, kg in most[:MOST_TOLD]) or "nothing"
    return words + (f" and {len(most) - MOST_TOLD} more" if len(most) > MOST_TOLD else "")


def _money(row: dict[str, Any]) -> str:
    revenue, cost, left = (
        float(row.get(key, 0.0)) for key in ("revenue_usd", "cost_usd", "contribution_usd")
    )
    return f"{left:,.0f} USD = {revenue:,.0f} revenue - {-cost:,.0f} cost"
