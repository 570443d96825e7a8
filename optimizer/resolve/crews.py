"""Crew rules of planned operators: limits, report times, changes of crews (C13, K2)."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.domain.crews import WHOLE_DAY, CrewBase, CrewLimit
from optimizer.domain.period import WEEK_MIN
from optimizer.domain.resolved import (
    ResolvedCrew,
    ResolvedCrewChange,
    ResolvedCrewLimit,
    ResolvedReportTime,
    Window,
)
from optimizer.resolve.aircraft import require
from optimizer.resolve.context import Context
from optimizer.resolve.legs import Flying
from optimizer.resolve.quantities import micro

NO_LIMIT = 10**9
"""Stands for a blank when limits are put in order."""


def resolve_crews(context: Context, flying: Iterable[Flying]) -> tuple[ResolvedCrew, ...]:
    """Crew rules by operator and type; operators that name no rule have none."""
    stated = {o.operator: o.crew_rule for o in context.instance.operators if o.crew_rule}
    return tuple(
        crew
        for f in flying
        if f.operator in stated
        for type_ in f.types
        if (crew := _crew(context, f, type_, stated[f.operator])) is not None
    )


def _crew(context: Context, flying: Flying, type_: str, rule: str) -> ResolvedCrew | None:
    basic = context.catalogue.number("types", type_, "crew_basic")
    if basic is None:
        require(context, type_, "crew_basic", f"for the crew rule of {flying.operator}")
        return None
    rest_class = int(context.catalogue.number("types", type_, "crew_rest_class") or 0)
    rows = [x for x in context.catalogue.crew_rules(rule) if _fits(x, rest_class)]
    if not rows:
        context.findings.add(
            "no-crew-rule",
            "operators",
            f"no row of the crew rule is for a {type_}",
            column="crew_rule",
            value=rule,
            expected="a rule set of crew_rules.csv or the reference data",
        )
        return None
    return ResolvedCrew(
        operator=flying.operator,
        type=type_,
        rule=rule,
        basic_pilots=int(basic),
        report_min=_report_min(context),
        limits=tuple(sorted({_limit(x) for x in rows}, key=_order)),
        changes=_changes(context, flying),
    )


def _fits(row: CrewLimit, rest_class: int) -> bool:
    return row.rest_class is None or 0 < rest_class <= row.rest_class


def _limit(row: CrewLimit) -> ResolvedCrewLimit:
    return ResolvedCrewLimit(
        row.pilots, row.report_local, row.max_sectors, row.max_flight_min, row.max_duty_min
    )


def _order(limit: ResolvedCrewLimit) -> tuple[object, ...]:
    most = (limit.max_sectors, limit.max_flight_min, limit.max_duty_min)
    return (limit.pilots, limit.report, *(NO_LIMIT if x is None else x for x in most))


def _report_min(context: Context) -> int:
    return int(context.catalogue.general("crew", "report_min") or 0)


def _changes(context: Context, flying: Flying) -> tuple[ResolvedCrewChange, ...]:
    rows = [
        row
        for row in context.instance.crew_bases
        if not row.operators or flying.operator in row.operators
    ]
    if not rows:
        return tuple(ResolvedCrewChange(code, False, 0) for code in flying.airports)
    own = {row.airport: row for row in rows if row.operators}
    best = {row.airport: row for row in rows} | own
    return tuple(
        ResolvedCrewChange(code, best[code].technical_stops, _positioning(best[code]))
        for code in sorted(best)
        if code in flying.airports
    )


def _positioning(row: CrewBase) -> int:
    return micro(row.positioning_usd_per_pilot)


def resolve_report_times(
    context: Context, flying: Iterable[Flying], crews: Iterable[ResolvedCrew]
) -> tuple[ResolvedReportTime, ...]:
    """When crews may leave that report between the local times of some limit."""
    airports = {f.operator: f.airports for f in flying}
    wanted = {
        (code, *limit.report)
        for crew in crews
        for limit in crew.limits
        if limit.report != WHOLE_DAY
        for code in airports[crew.operator]
    }
    return tuple(
        ResolvedReportTime(code, since, until, _windows(context, code, since, until))
        for code, since, until in sorted(wanted)
    )


def _windows(context: Context, code: str, since: str, until: str) -> tuple[Window, ...]:
    """Off-blocks of crews that report in a daily window: so much later."""
    report_min, calendar = _report_min(context), context.calendar
    found = calendar.windows(context.timezone(code), None, None, since, until, lead_min=report_min)
    later = [w.start_min + report_min for w in found]
    starts = [x % WEEK_MIN for x in later] if calendar.cyclic else later
    shifted = (
        Window(start, start + w.end_min - w.start_min)
        for start, w in zip(starts, found, strict=True)
    )
    return tuple(sorted(shifted, key=lambda w: w.start_min))
