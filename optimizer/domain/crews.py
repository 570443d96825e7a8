"""What a crew may fly, and where another one takes over (C13, K2)."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from optimizer.domain.base import Clock, Iata, Minutes, Name, Names, Row, Usd

WHOLE_DAY = ("00:00", "24:00")
"""Report times of a row that holds at any time."""


class CrewLimit(Row):
    """What a duty of a crew may be (C13, ``crew_rules.csv``).

    A rule set is all rows of one name. A duty is legal if one row allows it: a row for that many
    pilots, for when they report, for at least that many sectors, and for the rest facility on
    board. Rows of a name in the instance replace the reference rows of that name.
    """

    rule: Name = Field(description="rule set, for example CCAR-121")
    pilots: int = Field(ge=1, le=8, description="pilots on board")
    report_from_local: Clock | None = Field(
        default=None, description="crews that report from this time on; blank: at any time"
    )
    report_to_local: Clock | None = Field(
        default=None, description="and before this one; a time not after the other: the next day"
    )
    max_sectors: int | None = Field(
        default=None, ge=1, description="duties of at most this many legs; blank: any number"
    )
    rest_class: int | None = Field(
        default=None,
        ge=1,
        le=3,
        description="only on types with a rest facility of this class (1 the best) or a better "
        "one; blank: any type",
    )
    max_flight_min: Minutes | None = Field(
        default=None, description="longest flight time: block minutes of the duty; blank: any"
    )
    max_duty_min: Minutes | None = Field(
        default=None, description="longest duty: from reporting to the last on-block; blank: any"
    )

    @model_validator(mode="after")
    def _both_times_or_none(self) -> Self:
        if (self.report_from_local is None) != (self.report_to_local is None):
            raise ValueError("give report_from_local and report_to_local, or neither")
        return self

    @property
    def report_local(self) -> tuple[str, str]:
        """When crews report that the row is for, the whole day if it does not say."""
        if self.report_from_local is None or self.report_to_local is None:
            return WHOLE_DAY
        return self.report_from_local, self.report_to_local


class CrewBase(Row):
    """An airport where a fresh crew may take over (C13, K2, ``crew_bases.csv``).

    An operator that no row is for may change crews at every full stop, with crews that are there
    already; one that rows are for, only where they say.
    """

    airport: Iata = Field(description="where")
    operators: Names = Field(default=(), description="only theirs; blank: of all")
    technical_stops: bool = Field(
        default=False, description="whether crews also change at technical stops there"
    )
    positioning_usd_per_pilot: Usd = Field(
        default=0,
        description="bringing a relief pilot there (K2); 0: crews wait there from earlier flights",
    )
