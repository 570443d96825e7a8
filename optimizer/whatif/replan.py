"""Planning again after a disruption: what can stay stays, changes cost, and are counted."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from optimizer import api
from optimizer.control import never
from optimizer.defaults import CHANGE_USD, REPLAN_S
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import MICRO
from optimizer.errors import Finding
from optimizer.files.place import Place
from optimizer.plan.changes import Change, changes
from optimizer.plan.freeze import freeze, leaving_before
from optimizer.plan.plan import Flight, Plan
from optimizer.resolve import resolve
from optimizer.whatif.fewest_changes import TooFewChangesError, fewest_changes
from optimizer.whatif.mending import mended
from optimizer.whatif.scenario import Scenario, ScenarioError, apply, read_toml, scenario_of

MENDING_S: Final = 10.0
"""In less time a search of everything finds nothing on a large instance; mending takes no more."""
AFTER_SHARE: Final = 1.5
"""Auditing and writing take about so many times as long as reading and resolving did."""


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
        fined_usd: What the plan pays (K14) for published flights that are not flown as published;
            nothing for those that no aircraft is left for.
        allowed: Most changes asked for, None for any number.
    """

    result: api.Result
    changes: tuple[Change, ...]
    firm: tuple[str, ...]
    fined_usd: float = 0.0
    allowed: int | None = None


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
    began_s: float | None = None,
    options: Mapping[str, Any] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Replanned:
    """Plan again after a disruption.

    Flights that leave too soon stay with their cargo; every other published flight that is not
    flown as published costs `change_usd` (K14). With `most_changes` no plan has more changes (C20).

    Args:
        instance: As it was.
        plan: What is published.
        disruption: What has happened.
        most_changes: Most rotations that are moved, dropped or added.
        change_usd: Cost of each published flight that is not flown as published.
        time_limit: Seconds for all of it, writing the solution included.
        began_s: Where the time limit counts from, on the monotonic clock; None: from now.
        options: More for `optimizer.api.solve`, as the certificate of the plan
            (``start_certificate``).
        should_stop: Polled often; when it says so, the best plan so far is taken.

    Raises:
        ScenarioError: The disruption makes no sense for the instance.
        InfeasibleError, NoPlanError: There is no plan that keeps what must stay.
        TooFewChangesError: There is none with so few changes.
        ValueError: A cyclic week has no now.
    """
    began_s = time.monotonic() if began_s is None else began_s
    stop = should_stop or never
    asked = _asked(instance, plan, disruption, most_changes, change_usd)
    resolved = resolve(asked.instance)
    limit = math.inf if most_changes is None else most_changes - asked.lost
    fewest = fewest_changes(resolved, plan, max(0, limit), stop)
    start = plan
    if fewest is not None and fewest.changes > limit and (fewest.proven or limit < 0):
        enough = fewest.changes + asked.lost
        raise TooFewChangesError(instance.name, most_changes or 0, enough, proven=fewest.proven)
    if fewest is not None and fewest.changes <= limit:
        start = mended(resolved, plan, fewest.plan, _mending_s(time_limit, began_s), stop)
    result = api.solve(
        asked.instance,
        time_limit=time_limit,
        began_s=began_s,
        start=start,
        should_stop=should_stop,
        time_to_write=True,
        **(options or {}),
    )
    if result.found is None and fewest is not None and fewest.changes > limit:
        enough = fewest.changes + asked.lost
        raise TooFewChangesError(instance.name, most_changes or 0, enough, proven=False)
    new = result.plan.data  # raises if there is none
    week = result.resolved.period.length_min if result.resolved.period.cyclic else None
    found = changes(plan, new, week)
    fined = sum(x.amount_micro for x in new.money if x.code == "K14" and x.item in asked.names)
    return Replanned(result, tuple(found), asked.firm, -fined / MICRO, most_changes)


def _mending_s(time_limit: float | None, began_s: float) -> float:
    """Seconds for mending near the disruption: all there is where a search of everything finds
    nothing in the time, less what auditing and writing take."""
    if time_limit is None:
        return MENDING_S
    so_far_s = time.monotonic() - began_s
    room_s = time_limit - (1 + AFTER_SHARE) * so_far_s
    return room_s if room_s < MENDING_S else MENDING_S


@dataclass(frozen=True)
class _Asked:
    """What is to be planned.

    Attributes:
        instance: As it is after the disruption, with what is published.
        firm: Ids of flights that leave too soon to be changed.
        names: Of the other published flights.
        lost: How many flights there is no aircraft for any more, whose operator has none of the
            type.
    """

    instance: Instance
    firm: tuple[str, ...]
    names: frozenset[str]
    lost: int


def _asked(
    instance: Instance,
    plan: Plan,
    disruption: Disruption,
    most_changes: int | None,
    change_usd: float,
) -> _Asked:
    resolved = resolve(instance)
    edited = apply(instance, disruption.scenario)
    until = disruption.frozen_until
    soon = () if until is None else leaving_before(resolved, plan, until)
    firm = tuple(flight.id for flight in soon)
    flyers = {(row.operator, row.type) for row in edited.fleet}
    others = tuple(f for f in plan.flights if f.id not in firm)
    left = tuple(f for f in others if (f.rotation.operator, f.rotation.type) in flyers)
    lost = len(others) - len(left)
    if most_changes is not None:  # the plan has the flights that were published before already
        before = (row.model_copy(update={"counted": False}) for row in edited.frozen_flights)
        limit = {"most_changes": max(0, most_changes - lost)}
        edited = edited.model_copy(update={"frozen_flights": tuple(before), **limit})
    edited = freeze(edited, resolved, replace(plan, flights=soon)).onto(edited)
    rows = replace(plan, flights=left)
    soft = freeze(edited, resolved, rows, cargo=False, any_tail=True, penalty_usd=change_usd)
    return _Asked(soft.onto(edited), firm, frozenset(row.flight for row in soft.flights), lost)


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
        "firm_flights": len(replanned.firm),
        "fined_usd": replanned.fined_usd,
        "gap": None if gap is None or not math.isfinite(gap) else gap,
    }
