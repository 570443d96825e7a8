"""The planning period and the universe of rotations."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from optimizer.domain.base import Instant, Minutes, Record

WEEK_MIN = 7 * 24 * 60


class Period(Record):
    """When the plan holds.

    A *dated* period is an operational horizon. A *cyclic* one is a standard week of a season: what
    happens at t happens again at t + 7 days; it starts at a Monday 00:00 UTC, whose week also fixes
    the UTC offsets of every local rule.
    """

    kind: Literal["dated", "cyclic"] = Field(description="dated horizon or cyclic standard week")
    start: Instant = Field(description="first minute of the period; for cyclic a Monday 00:00Z")
    days: int = Field(default=7, ge=1, le=62, description="length in days; cyclic: 7")

    @property
    def length_min(self) -> int:
        """Length in minutes."""
        return self.days * 1440

    @model_validator(mode="after")
    def _cyclic_is_a_week(self) -> Self:
        if self.kind == "cyclic":
            if self.days != 7:
                raise ValueError("a cyclic period has 7 days")
            clock = (self.start.weekday(), self.start.hour, self.start.minute)
            if clock != (0, 0, 0) or self.start.utcoffset():
                raise ValueError("a cyclic period starts on a Monday at 00:00Z")
        return self


class UniverseLimits(Record):
    """Which rotations exist at all; "proven" means over every one of them."""

    departure_grid_min: int = Field(
        default=60, ge=1, le=1440, description="first departures lie on multiples of this"
    )
    max_stations: int = Field(
        default=1, ge=1, le=4, description="most stations with a full turn in one rotation"
    )
    max_technical_stops: int = Field(
        default=0, ge=0, le=4, description="most technical stops in one rotation"
    )
    max_wait_min: Minutes = Field(
        default=720, description="longest wait at one stop beyond the minimum turnaround"
    )
    max_duration_min: int = Field(
        default=4320, ge=1, description="longest time from first off-block to last on-block"
    )
    max_detour: float = Field(
        default=1.25,
        ge=1,
        description="a technical stop may lengthen the way between two airports at most by this "
        "factor (great circles)",
    )
    may_change_gateway: bool = Field(
        default=False, description="whether a rotation may end at another gateway"
    )
