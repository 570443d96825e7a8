"""Planning again after a disruption: what can stay stays, changes cost, and are counted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from optimizer import api
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import MICRO
from optimizer.errors import Finding
from optimizer.files.place import Place
from optimizer.plan.changes import Change, changes
from optimizer.plan.costing import price
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.trucks import truck_runs
from optimizer.resolve import resolve
from optimizer.whatif.scenario import Scenario, ScenarioError, apply, read_toml, scenario_of

CHANGE_USD: Final = 20_000.0
"""What a published flight that is not flown as published costs, unless stated (E)."""
FIRM_USD: Final = 1_000_000.0
"""The same where changes are limited in number: only what must be is changed."""
REPLAN_S: Final = 15.0


@dataclass(frozen=True)
class Disruption:
    """What has happened, and when it is known.

    Attributes:
        scenario: What is different, as edits of the instance.
        now: When it is known; flights that leave before stay as they are. None: before the period.
        notice_h: Flights that leave within so many hours from now stay, too.
    """

    scenario: Scenario
    now: datetime | None = None
    notice_h: float = 0.0

    @property
    def frozen_until(self) -> datetime | None:
        """What leaves before stays as it is."""
        return None if self.now is None else self.now + timedelta(hours=self.notice_h)


@dataclass(frozen=True)
class Replanned:
    """The plan after a disruption.

    Attributes:
        result: How it was found, audited as any other.
        changes: Rotations that are not flown as published, and new ones.
        firm: Published flights that stay whatever it costs, by id.
        fined_usd: What the plan pays (K14) for published flights that are not flown as published.
        allowed: Most changes asked for, None for any number.
    """

    result: api.Result
    changes: tuple[Change, ...]
    firm: tuple[str, ...]
    fined_usd: float = 0.0
    allowed: int | None = None

    @property
    def within(self) -> bool:
        """Whether it keeps to the number of changes asked for."""
        return self.allowed is None or len(self.changes) <= self.allowed


def read_disruption(path: str | Path) -> Disruption:
    """Read a disruption: a scenario's TOML file with ``now`` and ``notice_h`` besides.

    Raises:
        ScenarioError: With everything that is wrong with it.
    """
    path = Path(path)
    document = read_toml(path)
    findings: list[Finding] = []
    now = _instant(Place(path.name), document, findings)
    notice_h = document.pop("notice_h", 0.0)
    if isinstance(notice_h, bool) or not isinstance(notice_h, int | float) or not notice_h >= 0:
        findings.append(
            Place(path.name).finding(
                "notice_h", "is no number of hours", code="wrong-kind", value=notice_h
            )
        )
    try:
        scenario = scenario_of(document, file=path.name, name=path.stem)
    except ScenarioError as error:
        raise ScenarioError((*findings, *error.findings)) from None
    if findings:
        raise ScenarioError(findings)
    return Disruption(scenario, now, float(notice_h))


def _instant(place: Place, document: dict[str, Any], findings: list[Finding]) -> datetime | None:
    """The instant ``now``, as text or as TOML's own kind."""
    stated = document.pop("now", None)
    if stated is None:
        return None
    try:
        instant = stated if isinstance(stated, datetime) else datetime.fromisoformat(stated)
    except (TypeError, ValueError):
        instant = None
    if instant is None or instant.utcoffset() is None:
        findings.append(
            place.finding(
                "now",
                "is no instant",
                code="wrong-kind",
                value=stated,
                expected="ISO 8601 with an offset, for example 2025-02-16T18:19+08:00",
            )
        )
        return None
    return instant


def replan(
    instance: Instance,
    plan: Plan,
    disruption: Disruption,
    *,
    most_changes: int | None = None,
    change_usd: float = CHANGE_USD,
    time_limit: float | None = REPLAN_S,
    options: Mapping[str, Any] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Replanned:
    """Plan again after a disruption.

    Flights that leave too soon stay with their cargo; every other published flight that is not
    flown as published costs `change_usd` (K14). Where changes are limited in number, only those
    that must be are made first; then the best new rotations that the number leaves room for.

    Args:
        instance: As it was.
        plan: What is published.
        disruption: What has happened.
        most_changes: Most rotations that are moved, dropped or added.
        change_usd: Cost of each published flight that is not flown as published.
        time_limit: Seconds for all of it.
        options: More for `optimizer.api.solve`.
        should_stop: Polled often; when it says so, the best plan so far is taken.

    Raises:
        ScenarioError: The disruption makes no sense for the instance.
        InfeasibleError, NoPlanError: There is no plan that keeps what must stay.
        ValueError: A cyclic week has no now.
    """
    before = resolve(instance)
    edited = apply(instance, disruption.scenario)
    until = disruption.frozen_until
    firm = _leaving_before(before.period.start, plan, until)
    if firm and before.period.cyclic:
        raise ValueError("a cyclic week has no now: its flights come again every week")
    kept = replace(plan, flights=tuple(f for f in plan.flights if f.id in firm))
    others = replace(plan, flights=tuple(f for f in plan.flights if f.id not in firm))
    asked = api.freeze(instance, kept).onto(edited)
    soft = FIRM_USD if most_changes is not None else change_usd
    published = api.freeze(instance, others, cargo=False, any_tail=True, penalty_usd=soft)
    result = api.solve(
        published.onto(asked),
        time_limit=time_limit,
        start=plan,
        should_stop=should_stop,
        time_to_write=True,
        **(options or {}),
    )
    new = result.plan.data  # raises if there is none
    week = before.period.length_min if before.period.cyclic else None
    found = changes(plan, new, week)
    if most_changes is not None and len(found) > most_changes:
        result = _fewer(result, found, most_changes)
        new = result.plan.data
        found = changes(plan, new, week)
    names = {row.flight for row in published.flights}
    fined = sum(x.amount_micro for x in new.money if x.code == "K14" and x.item in names)
    return Replanned(result, tuple(found), firm, -fined / MICRO, most_changes)


def _leaving_before(start: str, plan: Plan, until: datetime | None) -> tuple[str, ...]:
    """Flights that first leave before an instant."""
    if until is None:
        return ()
    until_min = (until - datetime.fromisoformat(start)) / timedelta(minutes=1)
    return tuple(f.id for f in plan.flights if f.rotation.off_block_min < until_min)


def _fewer(result: api.Result, found: list[Change], most: int) -> api.Result:
    """The plan without the new rotations that earn least, as far as too many were changed."""
    assert result.found is not None
    earned = _earned_micro(result.found)
    new = [c.after for c in found if c.kind == "added" and c.after is not None]
    new.sort(key=lambda flight: earned.get(flight.id, 0))
    gone = {flight.id for flight in new[: max(0, len(found) - most)]}
    plan = _without(result, gone)
    audit = api.audit_resolved(result.resolved, plan, result.instance)
    return replace(result, found=plan, audit=audit, certificate=None)


def _earned_micro(plan: Plan) -> dict[str, float]:
    """What each flight and its cargo earn, by their own lines."""
    flight_of = {load.consignment: load.segments[0].flight for load in plan.loads}
    sums: dict[str, float] = {}
    for line in plan.money:
        name = line.flight or flight_of.get(line.consignment, "")
        sums[name] = sums.get(name, 0.0) + line.amount_micro
    return sums


def _without(result: api.Result, gone: set[str]) -> Plan:
    """A plan without some flights and what was on board of them, priced anew."""
    assert result.found is not None
    plan = result.found

    def stays(flight: Flight) -> bool:
        return flight.id not in gone

    loads = tuple(x for x in plan.loads if not any(s.flight in gone for s in x.segments))
    left = replace(
        plan,
        flights=tuple(filter(stays, plan.flights)),
        loads=loads,
        trucks=truck_runs(result.resolved, loads),
    )
    return price(result.resolved, left)


def told(replanned: Replanned) -> dict[str, Any]:
    """The changes as plain values."""

    def off_block(flight: Flight | None) -> int | None:
        return None if flight is None else flight.rotation.off_block_min

    rows = [
        {
            "change": change.kind,
            "flight": change.flight.id,
            "operator": change.flight.rotation.operator,
            "route": change.flight.rotation.route,
            "off_block_min": off_block(change.before),
            "new_off_block_min": off_block(change.after),
        }
        for change in replanned.changes
    ]
    gap = replanned.result.gap
    return {
        "changes": rows,
        "most_changes": replanned.allowed,
        "within": replanned.within,
        "firm_flights": len(replanned.firm),
        "fined_usd": replanned.fined_usd,
        "gap": None if gap is None or not math.isfinite(gap) else gap,
    }
