"""Rules of airports, states and markets: curfews, slots, rights, frequencies."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from optimizer.domain.base import (
    Clock,
    Days,
    Iata,
    LocalDate,
    Minutes,
    Movement,
    Name,
    Names,
    NonNegative,
    Row,
)


class _Recurring(Row):
    """Something that recurs on local days of the week, or happens on one local date."""

    days: Days | None = Field(
        default=None, description="local days of the week (1 Monday … 7 Sunday); blank: every day"
    )
    date: LocalDate | None = Field(
        default=None, description="the one local date it holds on, instead of days; dated only"
    )

    @model_validator(mode="after")
    def _days_or_date(self) -> Self:
        if self.days is not None and self.date is not None:
            raise ValueError("give days or date, not both")
        return self


class Curfew(_Recurring):
    """Local times at which movements are forbidden or alone allowed (C8, ``curfews.csv``).

    A window whose end is not after its start ends on the next day. Days and date are those of the
    window's start. Rows for an airport in the instance replace all its reference rows.
    """

    airport: Iata = Field(description="where")
    movement: Movement = Field(description="arrival, departure or any (both)")
    rule: Literal["closed", "open"] = Field(
        default="closed",
        description="closed: no movement in the window; open: movements only in the open windows",
    )
    from_local: Clock = Field(description="start, local")
    to_local: Clock = Field(description="end (exclusive), local")
    min_noise_qc: NonNegative | None = Field(
        default=None, description="only for types of at least this quota count in the movement"
    )
    types: Names = Field(default=(), description="only for these types; blank: all")
    operators: Names = Field(default=(), description="only for these operators; blank: all")


class SlotWindow(_Recurring):
    """How many movements a coordinated airport allows in a window (C7, ``slots.csv``).

    Movements that no row covers are not limited. A row with operators limits the sum of their
    movements, a row without them everybody's.
    """

    airport: Iata = Field(description="where")
    movement: Movement = Field(description="arrival, departure or any (sum of both)")
    operators: Names = Field(default=(), description="only their movements; blank: all")
    from_local: Clock = Field(description="start, local")
    to_local: Clock = Field(description="end (exclusive), local")
    window_min: int | None = Field(
        default=None,
        ge=1,
        description="cut the span into windows of this length, each with the same number; "
        "blank: the span is one window",
    )
    movements: int = Field(ge=0, description="most movements in each window")


class HandlingLimit(_Recurring):
    """How many kilograms an airport's terminal handles in a window (C10, ``handling.csv``).

    Cargo is counted at block time: what is loaded when the leg that lifts it leaves its blocks,
    what is unloaded when the leg that brings it is on blocks. Cargo that stays on board is not
    handled. Cargo that no row covers is not limited.
    """

    airport: Iata = Field(description="where")
    cargo: Literal["loaded", "unloaded", "any"] = Field(
        default="any", description="loaded, unloaded or any (sum of both)"
    )
    from_local: Clock | None = Field(
        default=None, description="start, local; blank, with the end: the whole period"
    )
    to_local: Clock | None = Field(default=None, description="end (exclusive), local")
    window_min: int | None = Field(
        default=None,
        ge=1,
        description="cut the span into windows of this length, each with the same limit; "
        "blank: the span is one window",
    )
    most_kg: NonNegative = Field(description="most kilograms in each window")

    @model_validator(mode="after")
    def _span_or_period(self) -> Self:
        if (self.from_local is None) != (self.to_local is None):
            raise ValueError("give both from_local and to_local, or neither")
        recurs = self.days is not None or self.date is not None
        if self.from_local is None and recurs:
            raise ValueError("days or date need from_local and to_local")
        return self


class HeldSlot(_Recurring):
    """A slot an operator holds (C7, ``held_slots.csv``).

    Where an operator holds slots for a kind of movement at an airport, each such movement of its
    uses one of them, within the tolerance; at a gateway a held departure time is also a possible
    first departure, whatever the grid.
    """

    operator: Name = Field(description="who holds it")
    airport: Iata = Field(description="where")
    movement: Literal["arrival", "departure"] = Field(description="arrival or departure")
    time_local: Clock = Field(description="time, local")
    tolerance_min: Minutes = Field(default=0, description="how far a movement may be from it")
    slots: int = Field(default=1, ge=1, description="how many such slots at that time")


class Right(Row):
    """A traffic right (C15, ``rights.csv``): who may carry cargo from where to where.

    Points are airport codes, country codes or ``*``. An operator without any row may carry between
    every gateway and every other airport in both directions (third and fourth freedom) and nothing
    else; an operator with rows only what they state.
    """

    operator: Name = Field(description="who")
    uplift: Name = Field(description="where cargo is loaded: airport, country or *")
    discharge: Name = Field(description="where it is unloaded: airport, country or *")
    both_ways: bool = Field(default=True, description="whether the opposite direction is granted")
    max_flights: int | None = Field(
        default=None,
        ge=0,
        description="most rotations in the period that offer this pair; blank: any",
    )


class Market(Row):
    """The service pattern of a destination (C17, ``markets.csv``).

    A rotation serves a station when it makes a full turn there. Spacing is between the first
    departures of rotations that serve it.
    """

    station: Iata = Field(description="the destination served")
    operators: Names = Field(default=(), description="only their rotations; blank: all")
    gateway: Iata | None = Field(
        default=None, description="only rotations that start here; blank: any"
    )
    min_rotations: int | None = Field(default=None, ge=0, description="least in the period")
    max_rotations: int | None = Field(default=None, ge=0, description="most in the period")
    min_spacing_min: int | None = Field(
        default=None, ge=1, description="least time between two departures"
    )


RECURRING = (
    ("curfews", Curfew),
    ("slots", SlotWindow),
    ("handling", HandlingLimit),
    ("held_slots", HeldSlot),
)
"""Tables of rules that recur on days or hold on a date, with the record of a row."""
