"""Operators and their aircraft."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from optimizer.domain.base import Iata, Instant, Name, Names, NonNegative, Row, Usd


class Operator(Row):
    """An airline (``operators.csv``); operators that only the fleet names are planned ones."""

    operator: Name = Field(description="code, for example CV")
    name: str = Field(default="", description="name")
    country: str = Field(default="", description="ISO 3166 country code of its licence")
    role: Literal["planned", "given"] = Field(
        default="planned",
        description="planned: this plan is theirs and its contribution counts; "
        "given: their flights are fixed and outside the plan, which uses of them what is bought "
        "(blocks.csv)",
    )
    crew_rule: Name | None = Field(
        default=None,
        description="rule set of crew_rules.csv its crews fly by (C13), for example CCAR-121; "
        "blank: none, and legs are augmented by augmented_from_block_min",
    )
    overflight: Names = Field(
        default=(), description="overflight permissions held (C15), for example RU"
    )
    technical_landings: Names | None = Field(
        default=None,
        description="airports or countries where it may land to refuel (C15); blank: everywhere; "
        "a single - : nowhere",
    )

    @field_validator("technical_landings")
    @classmethod
    def _nowhere_is_a_dash(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """An empty list means what a single dash in a cell does."""
        return ("-",) if value == () else value


class FleetRow(Row):
    """One tail, or several that differ in nothing that matters (``fleet.csv``)."""

    tail: Name = Field(description="registration, or name of the group")
    count: int = Field(default=1, ge=1, le=500, description="number of such aircraft")
    type: Name = Field(description="aircraft type")
    operator: Name = Field(description="who flies it")
    base: Iata = Field(description="gateway its rotations start from")
    start_airport: Iata | None = Field(
        default=None,
        description="where it becomes available; blank: its base. A station: its line begins with "
        "the rest of a rotation, from there to the base. Dated only",
    )
    end_airport: Iata | None = Field(
        default=None,
        description="where its line ends; blank: its base. A station: its line ends with the first "
        "part of a rotation, from the base to there. Dated only",
    )
    available_from: Instant | None = Field(
        default=None, description="when it becomes available; blank: start of the period; dated"
    )
    available_until: Instant | None = Field(
        default=None, description="when it must be done; blank: end of the period; dated"
    )
    contract: Literal["owned", "acmi"] = Field(
        default="owned", description="owned (or dry lease), or ACMI (wet lease)"
    )
    lease_usd_per_month: Usd | None = Field(
        default=None, description="ownership or dry lease of each aircraft (K4); blank: its type's"
    )
    acmi_usd_per_block_h: Usd | None = Field(
        default=None, description="wet lease rate (K4); blank: its type's"
    )
    acmi_guarantee_h_per_month: NonNegative = Field(
        default=0, description="block hours paid in any case (K4)"
    )
    returnable: bool = Field(
        default=False,
        description="an ACMI option that may be returned before the period, at no cost",
    )
    max_block_h: NonNegative | None = Field(
        default=None, description="most block hours of each aircraft in the period (C14)"
    )
    min_block_h: NonNegative | None = Field(
        default=None,
        description="least block hours of each aircraft in the period, a hard limit (C14)",
    )


class Maintenance(Row):
    """A time in which a tail is on the ground at its base (C14, ``maintenance.csv``)."""

    tail: Name = Field(description="which tail; its fleet row has a count of 1")
    start: Instant = Field(description="from")
    end: Instant = Field(description="until (exclusive)")
