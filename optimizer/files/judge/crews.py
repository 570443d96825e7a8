"""Crew rules and where crews change (C13, K2)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.airports import AircraftType
from optimizer.domain.crews import CrewBase, CrewLimit
from optimizer.domain.fleet import Operator
from optimizer.errors import Finding
from optimizer.files.judge.index import Index
from optimizer.files.place import nearest


def _rows(index: Index, rule: str) -> tuple[CrewLimit, ...]:
    """Rows of a rule: the instance's, or else the reference's."""
    own = tuple(row for row in index.instance.crew_rules if row.rule == rule)
    return own or tuple(row for row in index.reference.crew_rules if row.rule == rule)


def unknown_rules(index: Index) -> Iterator[Finding]:
    """Operators that fly by a rule which has no rows."""
    if not index.is_whole("crew_rules"):
        return
    known = {row.rule for row in (*index.instance.crew_rules, *index.reference.crew_rules)}
    for place, row in index.typed_rows("operators", Operator):
        if row.crew_rule is not None and row.crew_rule not in known:
            yield place.finding(
                "crew_rule",
                "unknown crew rule",
                code="unknown-crew-rule",
                value=row.crew_rule,
                expected="a rule of crew_rules.csv or the built-in ones",
                nearest=nearest(row.crew_rule, known),
            )


def rules_without_row(index: Index) -> Iterator[Finding]:
    """Types of an operator for whose rest facility its rule has no row."""
    if not index.is_whole("crew_rules", "fleet", "types"):
        return
    default = index.reference.defaults.get("types.crew_rest_class")
    for place, row in index.typed_rows("operators", Operator):
        limits = () if row.crew_rule is None else _rows(index, row.crew_rule)
        if row.operator not in index.planned or not limits:
            continue
        for name in sorted({x.type for x in index.instance.fleet if x.operator == row.operator}):
            type_ = index.types.get(name)
            stated = None if type_ is None else type_.crew_rest_class
            best = int(default.value) if stated is None and default else stated or 0
            if all(x.rest_class is not None and not 0 < best <= x.rest_class for x in limits):
                yield place.finding(
                    "crew_rule",
                    f"no row of this rule is for the rest facility of a {name}",
                    code="no-crew-rule",
                    value=row.crew_rule or "",
                    expected="a row of a larger rest_class, or a blank one",
                )


def basic_crews(index: Index) -> Iterator[Finding]:
    """Types that a rule is for, and nobody says what crew their rate pays."""
    if index.instance.reference_data:
        return
    ruled = {row.operator for row in index.instance.operators if row.crew_rule}
    flown = {row.type for row in index.instance.fleet if row.operator in ruled & index.planned}
    for place, row in index.typed_rows("types", AircraftType):
        if row.type in flown and row.crew_basic is None:
            yield place.finding(
                "crew_basic",
                f"type {row.type} needs this figure for the crew rule of its operator",
                code="missing-figure",
                expected="pilots that crew_usd_per_block_h pays",
            )


def limits(index: Index) -> Iterator[Finding]:
    """Report times that begin at the end of the day; flight times that no duty can hold."""
    for place, row in index.typed_rows("crew_rules", CrewLimit):
        if row.report_from_local == "24:00":
            yield place.finding(
                "report_from_local",
                "report times cannot begin at the end of the day",
                code="not-a-clock",
                value=row.report_from_local,
                expected="00:00",
            )
        flight_min, duty_min = row.max_flight_min, row.max_duty_min
        if flight_min is not None and duty_min is not None and flight_min > duty_min:
            yield place.finding(
                "max_flight_min",
                "more flight time than the duty is long",
                code="min-above-max",
                value=flight_min,
                expected=f"at most max_duty_min, {duty_min}",
            )


def unused_rules(index: Index) -> Iterator[Finding]:
    """Rules by which nobody flies."""
    if not index.is_whole("operators"):
        return
    named = {row.crew_rule for row in index.instance.operators}
    for place, row in index.typed_rows("crew_rules", CrewLimit):
        if row.rule not in named:
            yield place.warning(
                "rule", "no operator flies by this rule", code="unused", value=row.rule
            )


def bases(index: Index) -> Iterator[Finding]:
    """Places stated twice for an operator, and places for operators without a rule."""
    if not index.is_whole("operators"):
        return
    ruled = {row.operator for row in index.instance.operators if row.crew_rule}
    seen: set[tuple[str, str]] = set()
    for place, row in index.typed_rows("crew_bases", CrewBase):
        for name in row.operators:
            if (row.airport, name) in seen:
                yield place.finding(
                    "operators", "this is stated twice", code="duplicate", value=name,
                    expected=f"one row for {name} at {row.airport}",
                )  # fmt: skip
            seen.add((row.airport, name))
        if not (ruled.intersection(row.operators) if row.operators else ruled):
            yield place.warning(
                "operators",
                "none of these operators has a crew rule, so the row has no effect",
                code="unused",
                value=";".join(row.operators),
            )


CHECKS = (unknown_rules, rules_without_row, basic_crews, limits, unused_rules, bases)
