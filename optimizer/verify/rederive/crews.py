"""Crew rules again: limits, report times and changes of crews (C13, K2)."""

from __future__ import annotations

from optimizer.domain.crews import WHOLE_DAY, CrewBase
from optimizer.domain.resolved import ResolvedCrew, ResolvedInstance, Window
from optimizer.verify.rederive.clock import Clock
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.source import Source
from optimizer.verify.rederive.windows import disagreement


def check_crews(
    resolved: ResolvedInstance, source: Source, clock: Clock, differences: Differences
) -> None:
    """What the crews of every planned operator with a rule may fly."""
    flown = sorted({(pool.operator, pool.type) for pool in resolved.pools})
    rules = {o.operator: o.crew_rule for o in source.instance.operators}
    ruled = [(operator, type_) for operator, type_ in flown if rules.get(operator)]
    differences.sets("crew rule", [(c.operator, c.type) for c in resolved.crews], ruled)
    report_min = int(source.general("crew", "report_min") or 0)
    for crew in resolved.crews:
        name = f"crew rule of {crew.operator} {crew.type}"
        differences.same(f"{name}, rule", crew.rule, rules.get(crew.operator))
        basic = int(source.type_number(crew.type, "crew_basic") or 0)
        differences.same(f"{name}, basic_pilots", crew.basic_pilots, basic)
        differences.same(f"{name}, report_min", crew.report_min, report_min)
        _check_limits(source, crew, name, differences)
        _check_changes(resolved, source, crew, name, differences)
    _check_report_times(resolved, source, clock, report_min, differences)


def _check_limits(source: Source, crew: ResolvedCrew, name: str, differences: Differences) -> None:
    facility = source.type_number(crew.type, "crew_rest_class") or 0
    expected = set()
    for row in source.crew_rules(crew.rule):
        if row.rest_class is not None and (facility == 0 or facility > row.rest_class):
            continue
        report = (row.report_from_local or "00:00", row.report_to_local or "24:00")
        limits = (row.max_sectors, row.max_flight_min, row.max_duty_min)
        expected.add((row.pilots, report, *limits))
    stated = [
        (x.pilots, x.report, x.max_sectors, x.max_flight_min, x.max_duty_min) for x in crew.limits
    ]
    differences.sets(f"{name}, limit", stated, expected)


def _check_changes(
    resolved: ResolvedInstance,
    source: Source,
    crew: ResolvedCrew,
    name: str,
    differences: Differences,
) -> None:
    reached = _reached(resolved, crew.operator)
    rows: dict[str, CrewBase] = {}
    for row in sorted(source.instance.crew_bases, key=lambda row: bool(row.operators)):
        if not row.operators or crew.operator in row.operators:
            rows[row.airport] = row
    if rows:
        expected = [
            (code, row.technical_stops, round(1e6 * row.positioning_usd_per_pilot))
            for code, row in rows.items()
            if code in reached
        ]
    else:
        expected = [(code, False, 0) for code in reached]
    stated = [(c.airport, c.technical_stops, c.positioning_micro) for c in crew.changes]
    differences.sets(f"{name}, change of crews", stated, expected)


def _reached(resolved: ResolvedInstance, operator: str) -> set[str]:
    """Airports an operator can touch."""
    who = resolved.operator.get(operator)
    if who is None:
        return set(resolved.gateways)
    own = [pool for pool in resolved.pools if pool.operator == operator]
    ends = {code for pool in own for code in (pool.start_airport, pool.end_airport)}
    return {*resolved.gateways, *who.stations, *who.technical_stops, *ends}


def _check_report_times(
    resolved: ResolvedInstance,
    source: Source,
    clock: Clock,
    report_min: int,
    differences: Differences,
) -> None:
    expected = {
        (code, *limit.report)
        for crew in resolved.crews
        for limit in crew.limits
        if limit.report != WHOLE_DAY
        for code in _reached(resolved, crew.operator)
    }
    stated = [(t.airport, t.from_local, t.to_local) for t in resolved.report_times]
    differences.sets("report time", stated, expected)
    known = [t for t in resolved.report_times if (t.airport, t.from_local, t.to_local) in expected]
    for time in known:
        daily = clock.windows(source.zone(time.airport), None, None, time.from_local, time.to_local)
        ours = [Window(w.start_min + report_min, w.end_min + report_min) for w in daily]
        minute = disagreement(time.windows, ours, clock.length_min, clock.cycle_min)
        if minute is not None:
            differences.found.append(
                f"report time {time.from_local} to {time.to_local} at {time.airport} differs at "
                f"minute {minute}"
            )
