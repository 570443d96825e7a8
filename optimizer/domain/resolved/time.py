"""Minutes: the period and windows in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open interval [start_min, end_min) of minutes."""

    start_min: int
    end_min: int


@dataclass(frozen=True, slots=True)
class ResolvedPeriod:
    """The period in minutes; `start` is ISO 8601 with offset and stands for minute 0."""

    cyclic: bool
    length_min: int
    start: str
    month_days: int
