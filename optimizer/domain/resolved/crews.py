"""What crews may fly (C13)."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.domain.resolved.time import Window


@dataclass(frozen=True, slots=True)
class ResolvedReportTime:
    """Off-blocks at an airport of crews that report between two local times (C13)."""

    airport: str
    from_local: str
    to_local: str
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class ResolvedCrewLimit:
    """A duty that is legal: so many pilots, at most so many legs and minutes (C13).

    `report` names the local times at which the crew reports; None is no limit.
    """

    pilots: int
    report: tuple[str, str]
    max_sectors: int | None
    max_flight_min: int | None
    max_duty_min: int | None


@dataclass(frozen=True, slots=True)
class ResolvedCrewChange:
    """An airport where another crew may take over, and what bringing a pilot there costs (K2)."""

    airport: str
    technical_stops: bool
    positioning_micro: int


@dataclass(frozen=True, slots=True)
class ResolvedCrew:
    """What the crews of an operator may fly on a type (C13).

    Crews report `report_min` before off-block. A leg's `crew_micro` pays `basic_pilots`.
    """

    operator: str
    type: str
    rule: str
    basic_pilots: int
    report_min: int
    limits: tuple[ResolvedCrewLimit, ...]
    changes: tuple[ResolvedCrewChange, ...]
