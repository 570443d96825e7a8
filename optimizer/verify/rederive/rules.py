"""Curfews, slots and handling again, in minutes of the period (C7, C8, C10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.domain.resolved import ResolvedInstance, Window
from optimizer.domain.rules import Curfew, HandlingLimit, SlotWindow
from optimizer.verify.intervals import holds
from optimizer.verify.rederive.clock import Clock
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.source import Source
from optimizer.verify.rederive.windows import differing_minute

Rule = tuple[Curfew, list[Window]]


def check_closures(
    resolved: ResolvedInstance, source: Source, clock: Clock, differences: Differences
) -> None:
    """At every minute, who may not move where is the same."""
    for airport in resolved.airports:
        code = airport.code
        rules = [
            (
                row,
                clock.windows(source.zone(code), row.days, row.date, row.from_local, row.to_local),
            )
            for row in source.curfews(code)
        ]
        closures = [c for c in resolved.closures if c.airport == code]
        if not rules and not closures:
            continue
        named = {o for row, _ in rules for o in row.operators}
        named |= {o for c in closures for o in c.operators}
        others = [o for o in source.planned if o not in named]
        for operator in sorted(named.intersection(source.planned)) + others[:1]:
            for type_ in (t.type for t in resolved.types):
                for kind in ("arrival", "departure"):
                    theirs = [
                        w
                        for c in closures
                        if c.movement == kind
                        and type_ in c.types
                        and (not c.operators or operator in c.operators)
                        for w in c.windows
                    ]
                    ours = [r for r in rules if _concerns(source, r[0], kind, type_, operator)]
                    minute = _differing(clock, theirs, ours)
                    if minute is not None:
                        differences.found.append(
                            f"curfew at {code}: {kind} of {operator} {type_} differs at "
                            f"minute {minute}"
                        )


def _concerns(source: Source, row: Curfew, kind: str, type_: str, operator: str) -> bool:
    if row.movement not in ("any", kind):
        return False
    if row.min_noise_qc is not None:
        quota = source.type_number(type_, f"noise_qc_{kind}")
        if (quota or 0) < row.min_noise_qc:
            return False
    by_type = not row.types or type_ in row.types
    return by_type and (not row.operators or operator in row.operators)


def _differing(clock: Clock, theirs: Sequence[Window], ours: Sequence[Rule]) -> int | None:
    def closed_by_theirs(minute: int) -> bool:
        return any(holds(w, minute, clock.cycle_min) for w in theirs)

    def closed_by_ours(minute: int) -> bool:
        return forbidden(ours, minute, clock.cycle_min)

    windows = (*theirs, *(w for _, found in ours for w in found))
    return differing_minute(
        closed_by_theirs, closed_by_ours, windows, clock.length_min, clock.cycle_min
    )


def forbidden(rules: Sequence[Rule], minute: int, cycle_min: int | None) -> bool:
    """Whether rules that all concern a movement forbid it: closed, or outside of all open windows.

    Open rules of the same applicability count together, others each for themselves.
    """
    opened: dict[tuple[object, ...], bool] = {}
    for row, windows in rules:
        within = any(holds(w, minute, cycle_min) for w in windows)
        if row.rule == "closed":
            if within:
                return True
        else:
            who = (row.min_noise_qc, frozenset(row.types), frozenset(row.operators))
            opened[who] = opened.get(who, False) or within
    return not all(opened.values())


def check_slots(
    resolved: ResolvedInstance, source: Source, clock: Clock, differences: Differences
) -> None:
    """Slot windows and held slots within the period."""
    known = {airport.code for airport in resolved.airports}
    expected = [
        slot
        for row in source.instance.slots
        if row.airport in known
        for slot in _slot_windows(source, clock, row)
    ]
    stated = [
        (x.airport, x.arrivals, x.departures, tuple(sorted(x.operators)), window, x.movements)
        for x in resolved.slot_limits
        if (window := _clip(clock, x.window)) is not None
    ]
    differences.sets("slot window", stated, expected)
    held: list[tuple[object, ...]] = []
    for row in source.instance.held_slots:
        if row.airport in known and row.operator in source.planned:
            for minute in clock.moments(
                source.zone(row.airport), row.days, row.date, row.time_local
            ):
                slot = (row.operator, row.airport, row.movement, minute, row.tolerance_min)
                held += [slot] * (row.slots if 0 <= minute <= clock.length_min else 0)
    theirs = [
        (x.operator, x.airport, x.movement, x.minute, x.tolerance_min)
        for x in resolved.held_slots
        if 0 <= x.minute <= clock.length_min
        for _ in range(x.slots)
    ]
    differences.sets("held slot", theirs, held)


def _slot_windows(source: Source, clock: Clock, row: SlotWindow) -> Iterator[tuple[object, ...]]:
    who = _who(source, row.operators)
    if row.operators and not who:
        return
    arrivals, departures = row.movement != "departure", row.movement != "arrival"
    zone = source.zone(row.airport)
    for span in clock.windows(zone, row.days, row.date, row.from_local, row.to_local):
        start = span.start_min
        while start < span.end_min:
            end = min(span.end_min, start + (row.window_min or span.end_min - start))
            window = _clip(clock, Window(start, end))
            if window is not None:
                yield (row.airport, arrivals, departures, who, window, row.movements)
            start = end


def check_handling(
    resolved: ResolvedInstance, source: Source, clock: Clock, differences: Differences
) -> None:
    """Windows of terminals within the period, and their limits."""
    known = {airport.code for airport in resolved.airports}
    expected: list[tuple[object, ...]] = []
    for row in source.instance.handling:
        if row.airport in known:
            limit = (row.airport, row.cargo != "unloaded", row.cargo != "loaded")
            grams = round(row.most_kg * 1000)
            windows = _handling_windows(source, clock, row)
            expected += [(*limit, window, grams) for window in windows]
    stated = [
        (x.airport, x.loaded, x.unloaded, window, x.most_g)
        for x in resolved.handling_limits
        if (window := _clip(clock, x.window)) is not None
    ]
    differences.sets("handling window", stated, expected)


def _handling_windows(
    source: Source, clock: Clock, row: HandlingLimit
) -> Iterator[tuple[int, int]]:
    if row.from_local and row.to_local:
        zone = source.zone(row.airport)
        spans = list(clock.windows(zone, row.days, row.date, row.from_local, row.to_local))
    else:
        spans = [Window(0, clock.cycle_min or clock.length_min + 1)]
    for span in spans:
        start = span.start_min
        while start < span.end_min:
            end = min(span.end_min, start + (row.window_min or span.end_min - start))
            window = _clip(clock, Window(start, end))
            if window is not None:
                yield window
            start = end


def _who(source: Source, operators: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(operators).intersection(source.planned)))


def _clip(clock: Clock, window: Window) -> tuple[int, int] | None:
    """The part of a window within the period; of a week's, its place modulo the week."""
    if clock.cycle_min is not None:
        start = window.start_min % clock.cycle_min
        return start, start + window.end_min - window.start_min
    start, end = max(0, window.start_min), min(clock.length_min + 1, window.end_min)
    return (start, end) if start < end else None
