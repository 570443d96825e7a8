"""Curfews, slots, handling and service patterns as windows and limits (C7, C8, C10, C17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from optimizer.domain.resolved import (
    ResolvedClosure,
    ResolvedHandlingLimit,
    ResolvedHeldSlot,
    ResolvedMarket,
    ResolvedSlotLimit,
    ResolvedStockLimit,
    Window,
)
from optimizer.domain.rules import Curfew, HandlingLimit, HeldSlot, Market, SlotWindow
from optimizer.resolve.aircraft import Aircraft
from optimizer.resolve.calendar import Kind, cut, kinds
from optimizer.resolve.context import Context

Scope = tuple[str, Kind, float | None, tuple[str, ...], tuple[str, ...]]
"""Airport, movement, least quota count, types and operators that a curfew is about, as stated."""


class Rules:
    """Rules at the airports in use, for planned operators.

    Args:
        context: The instance.
        airports: Airports in use; rules elsewhere have no effect.
        planned: Planned operators; rules for others only have no effect.
    """

    def __init__(self, context: Context, airports: Iterable[str], planned: tuple[str, ...]) -> None:
        self._context = context
        self._airports = tuple(airports)
        self._planned = frozenset(planned)

    def closures(self, fleet: dict[str, Aircraft]) -> tuple[ResolvedClosure, ...]:
        """Curfews, with `open` rules turned into the times they leave closed."""
        closed: list[tuple[Scope, tuple[Window, ...]]] = []
        opened: dict[Scope, list[Window]] = defaultdict(list)
        for airport in self._airports:
            for row in self._context.catalogue.curfews(airport):
                if not self._concerns(row.operators):
                    continue
                windows = self._windows(row)
                for kind in kinds(row.movement):
                    scope = _scope(row, kind)
                    if row.rule == "closed":
                        closed.append((scope, windows))
                    else:
                        opened[scope] += windows
        complement = self._context.calendar.complement
        closed += [(scope, complement(windows)) for scope, windows in opened.items()]
        resolved = {c for scope, windows in closed for c in self._closure(scope, windows, fleet)}
        return tuple(sorted(resolved, key=_closure_order))

    def slot_limits(self) -> tuple[ResolvedSlotLimit, ...]:
        """Every slot window with its number."""
        limits = [
            (row.airport, row.movement, window, self._ours(row.operators), row.movements)
            for row in self._context.instance.slots
            if row.airport in self._airports and self._concerns(row.operators)
            for span in self._windows(row)
            for window in cut(span, row.window_min)
            if self._context.calendar.cyclic or window.end_min > 0
        ]
        ids = _Ids()
        limits.sort(key=lambda x: (x[0], x[1], x[2].start_min, x[2].end_min, x[3], x[4]))
        return tuple(
            ResolvedSlotLimit(
                id=ids.new(airport, movement, window.start_min, *operators),
                airport=airport,
                arrivals=movement in ("arrival", "any"),
                departures=movement in ("departure", "any"),
                operators=operators,
                window=window,
                movements=movements,
            )
            for airport, movement, window, operators, movements in limits
        )

    def handling_limits(self) -> tuple[ResolvedHandlingLimit, ...]:
        """Every window of a terminal with its limit (C10)."""
        limits = [
            (row.airport, row.cargo, window, round(1000 * row.most_kg))
            for row in self._context.instance.handling
            if row.airport in self._airports
            for span in self._handling_spans(row)
            for window in cut(span, row.window_min)
            if self._context.calendar.cyclic or window.end_min > 0
        ]
        ids = _Ids()
        limits.sort(key=lambda x: (x[0], x[1], x[2].start_min, x[2].end_min, x[3]))
        return tuple(
            ResolvedHandlingLimit(
                id=ids.new(airport, cargo, window.start_min),
                airport=airport,
                loaded=cargo in ("loaded", "any"),
                unloaded=cargo in ("unloaded", "any"),
                window=window,
                most_g=most_g,
            )
            for airport, cargo, window, most_g in limits
        )

    def _handling_spans(self, row: HandlingLimit) -> tuple[Window, ...]:
        """Its spans; a dated period has its last minute in it."""
        calendar = self._context.calendar
        if row.from_local is None or row.to_local is None:
            return (Window(0, calendar.length_min + (0 if calendar.cyclic else 1)),)
        if not self._dated_only("handling", row):
            return ()
        zone = self._context.timezone(row.airport)
        return calendar.windows(zone, row.days, row.date, row.from_local, row.to_local)

    def stock_limits(self) -> tuple[ResolvedStockLimit, ...]:
        """What may wait at each airport with a limit (C10)."""
        return tuple(
            ResolvedStockLimit(row.airport, round(1000 * row.most_kg))
            for row in sorted(self._context.instance.stock, key=lambda row: row.airport)
            if row.airport in self._airports
        )

    def held_slots(self) -> tuple[ResolvedHeldSlot, ...]:
        """Every held slot at each minute it recurs."""
        held = [
            (row.airport, row.movement, minute, row.operator, row.tolerance_min, row.slots)
            for row in self._context.instance.held_slots
            if row.airport in self._airports and row.operator in self._planned
            for minute in self._moments(row)
        ]
        ids = _Ids()
        return tuple(
            ResolvedHeldSlot(
                id=ids.new(airport, movement, minute, operator),
                operator=operator,
                airport=airport,
                movement=movement,
                minute=minute,
                tolerance_min=tolerance_min,
                slots=slots,
            )
            for airport, movement, minute, operator, tolerance_min, slots in sorted(held)
        )

    def markets(self) -> tuple[ResolvedMarket, ...]:
        """Service patterns; a station nobody can serve still has its least number."""
        rows = [row for row in self._context.instance.markets if self._concerns(row.operators)]
        ids = _Ids()
        return tuple(
            ResolvedMarket(
                id=ids.new(row.station, row.gateway or "*", *self._ours(row.operators)),
                station=row.station,
                operators=self._ours(row.operators),
                gateway=row.gateway,
                min_rotations=row.min_rotations,
                max_rotations=row.max_rotations,
                min_spacing_min=row.min_spacing_min,
            )
            for row in sorted(rows, key=_market_order)
        )

    def _closure(
        self, scope: Scope, windows: tuple[Window, ...], fleet: dict[str, Aircraft]
    ) -> Iterator[ResolvedClosure]:
        airport, kind, min_noise_qc, stated, operators = scope
        types = tuple(
            code
            for code in fleet
            if (not stated or code in stated) and self._loud_enough(code, kind, min_noise_qc)
        )
        if types and windows:
            yield ResolvedClosure(airport, kind, types, self._ours(operators), windows)

    def _loud_enough(self, code: str, kind: Kind, min_noise_qc: float | None) -> bool:
        if min_noise_qc is None:
            return True
        field = "noise_qc_arrival" if kind == "arrival" else "noise_qc_departure"
        noise_qc = self._context.catalogue.number("types", code, field)
        if noise_qc is None:
            self._context.findings.add(
                "missing-type-data",
                "types",
                f"type {code} needs {field} for a curfew by quota count",
                column=field,
                expected="a value",
            )
            return True
        return noise_qc >= min_noise_qc

    def _windows(self, row: Curfew | SlotWindow) -> tuple[Window, ...]:
        table = "curfews" if isinstance(row, Curfew) else "slots"
        if not self._dated_only(table, row):
            return ()
        return self._context.calendar.windows(
            self._context.timezone(row.airport), row.days, row.date, row.from_local, row.to_local
        )

    def _moments(self, row: HeldSlot) -> tuple[int, ...]:
        if not self._dated_only("held_slots", row):
            return ()
        return self._context.calendar.moments(
            self._context.timezone(row.airport),
            row.days,
            row.date,
            row.time_local,
            row.tolerance_min,
        )

    def _dated_only(self, table: str, row: Curfew | SlotWindow | HeldSlot | HandlingLimit) -> bool:
        """Whether the row's date, if any, makes sense in this period."""
        if row.date is None or not self._context.calendar.cyclic:
            return True
        self._context.findings.add(
            "dated-only",
            table,
            f"a cyclic week has days, not dates ({row.airport})",
            column="date",
            value=row.date,
            expected="days",
        )
        return False

    def _concerns(self, operators: tuple[str, ...]) -> bool:
        return not operators or bool(self._planned.intersection(operators))

    def _ours(self, operators: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(self._planned.intersection(operators)))


class _Ids:
    """Identifiers from content, with a counter where contents agree."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def new(self, *parts: object) -> str:
        text = " ".join(map(str, parts))
        self._seen[text] = count = self._seen.get(text, 0) + 1
        return text if count == 1 else f"{text} #{count}"


def _scope(row: Curfew, kind: Kind) -> Scope:
    types, operators = tuple(sorted(set(row.types))), tuple(sorted(set(row.operators)))
    return row.airport, kind, row.min_noise_qc, types, operators


def _closure_order(
    closure: ResolvedClosure,
) -> tuple[str, str, tuple[str, ...], tuple[str, ...], list[tuple[int, int]]]:
    windows = [(w.start_min, w.end_min) for w in closure.windows]
    return closure.airport, closure.movement, closure.types, closure.operators, windows


def _market_order(row: Market) -> str:
    return row.model_dump_json(exclude={"provenance"})
