"""From traces to figures: seconds to a gap, gaps apart, means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from benchmarks.task import Point

TOLERANCE = 1e-6
"""Share of a value by which solvers' feasibility tolerances may move it."""
SHIFT_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One solver on one instance; amounts in USD of contribution, gaps as shares.

    Attributes:
        size: Of the instance, and of the model file for solvers that read it.
        seconds_to_10, seconds_to_1: Of solving until the solver itself knew its gap to be that
            small; None if never.
        seconds: Of solving until it ended.
        gap: Bound minus value over |bound|, both its own.
        plan_gap: Best comparable bound of all minus this value.
        bound_gap: This bound minus best value of all; None if the bound is not comparable.
        contradicted: Its bound is below a value that somebody has a solution for; then it has no
            gaps.
        note: Why there are no figures.
    """

    case: str
    instance: str
    seed: int
    solver: str
    version: str
    size: dict[str, int] = field(default_factory=dict)
    status: str = ""
    value_usd: float | None = None
    bound_usd: float | None = None
    comparable: bool = True
    gap: float | None = None
    seconds_to_10: float | None = None
    seconds_to_1: float | None = None
    seconds: float | None = None
    phases: dict[str, float] = field(default_factory=dict)
    memory_mb: float | None = None
    rule_of_thumb_usd: float | None = None
    over_rule_of_thumb: float | None = None
    plan_gap: float | None = None
    bound_gap: float | None = None
    contradicted: bool = False
    trace: tuple[Point, ...] = ()
    note: str = ""


def relative_gap(value: float | None, bound: float | None) -> float | None:
    """Bound minus value over |bound|, not below 0; None if one is unknown or the bound is 0."""
    if value is None or bound is None:
        return None
    if bound <= value:
        return 0.0
    return (bound - value) / abs(bound) if bound else None


def seconds_to(gap: float, trace: Iterable[Point]) -> float | None:
    """When the best value and the best bound known so far were first within a gap."""
    value, bound = -math.inf, math.inf
    for point in trace:
        value = max(value, point.value_usd if point.value_usd is not None else value)
        bound = min(bound, point.bound_usd if point.bound_usd is not None else bound)
        if math.isfinite(value) and math.isfinite(bound):
            open_gap = relative_gap(value, bound)
            if open_gap is not None and open_gap <= gap:
                return point.seconds
    return None


def side_by_side(rows: Sequence[Row]) -> list[Row]:
    """Rows of one instance with what only all of them together tell."""
    values = [r.value_usd for r in rows if r.value_usd is not None]
    best_value = max(values, default=None)
    checked = [_without_figures(r) if _contradicted(r, best_value) else r for r in rows]
    sound = [r.bound_usd for r in checked if _counts(r)]
    best_bound = min((b for b in sound if b is not None), default=None)
    thumb = next((r.rule_of_thumb_usd for r in rows if r.rule_of_thumb_usd is not None), None)
    return [
        replace(
            r,
            plan_gap=relative_gap(r.value_usd, best_bound),
            bound_gap=relative_gap(best_value, r.bound_usd) if _counts(r) else None,
            rule_of_thumb_usd=thumb,
            over_rule_of_thumb=_over(r.value_usd, thumb),
        )
        for r in checked
    ]


def _counts(row: Row) -> bool:
    return row.comparable and not row.contradicted


def _without_figures(row: Row) -> Row:
    """A row whose bound is wrong, and with it everything that rests on it."""
    return replace(row, contradicted=True, gap=None, seconds_to_10=None, seconds_to_1=None)


def _contradicted(row: Row, best_value: float | None) -> bool:
    if not row.comparable or row.bound_usd is None or best_value is None:
        return False
    return row.bound_usd < best_value - TOLERANCE * max(1.0, abs(best_value))


def _over(value: float | None, thumb: float | None) -> float | None:
    """How much more than the rule of thumb, as a share of it."""
    if value is None or thumb is None or thumb == 0:
        return None
    return (value - thumb) / abs(thumb)


def shifted_geometric_mean(values: Sequence[float], shift: float = SHIFT_S) -> float:
    """exp(mean(log(value + shift))) - shift; long runs do not drown short ones.

    Raises:
        ValueError: There are no values.
    """
    if not values:
        raise ValueError("a mean needs values")
    return math.exp(sum(math.log(v + shift) for v in values) / len(values)) - shift


def mean_seconds(rows: Sequence[Row], name: str, time_limit: float) -> float | None:
    """Shifted geometric mean of seconds; what was never reached counts the time limit."""
    if not rows:
        return None
    seconds = [getattr(row, name) for row in rows]
    return shifted_geometric_mean(
        [time_limit if s is None else min(s, time_limit) for s in seconds]
    )


def mean(values: Iterable[float | None]) -> float | None:
    """Plain mean of what is known; None if nothing is."""
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None
