"""Field types that every record shares.

One definition of a record gives the CSV columns, the JSON form, the JSON Schema and the
field-by-field documentation, so each field states its unit in its name and its meaning in its
description.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

_INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:00)?(Z|[+-]\d{2}:\d{2})$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")


class Record(BaseModel):
    """An immutable record; unknown fields are errors.

    Every record may carry its own `provenance`: S sourced, D derived, K common knowledge,
    E estimate, followed by the source (for example ``S S31``).
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False
    )


class Row(Record):
    """A record that is one row of a table."""

    provenance: str = Field(
        default="",
        description="Where the row comes from: S sourced, D derived, K common knowledge, "
        "E estimate, with the source's id. Free text, never used in planning.",
    )

    @model_validator(mode="before")
    @classmethod
    def _blank_is_left_out(cls, data: Any) -> Any:
        """Blank text is a field left out, so that a cell and a JSON string mean the same."""
        if isinstance(data, dict):
            return {k: v for k, v in data.items() if not (isinstance(v, str) and not v.strip())}
        return data


def _parse_instant(value: object) -> object:
    if isinstance(value, datetime):
        instant = value
    elif isinstance(value, str) and _INSTANT.match(value.strip()):
        instant = datetime.fromisoformat(value.strip())
    else:
        raise ValueError("an instant is ISO 8601 to the minute with an offset")
    offset = instant.utcoffset()
    if offset is None:
        raise ValueError("an instant needs its UTC offset")
    if instant.second or instant.microsecond or offset.seconds % 60 or offset.microseconds:
        raise ValueError("an instant is a whole minute")
    return instant


def _parse_date(value: object) -> object:
    day = value
    if isinstance(value, str) and _DATE.match(value.strip()):
        day = date.fromisoformat(value.strip())
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError("a date is YYYY-MM-DD")
    return day


def _parse_clock(value: object) -> object:
    if isinstance(value, str) and _CLOCK.match(value.strip()):
        return value.strip()
    raise ValueError("a local time of day is HH:MM, 00:00 to 24:00")


def _parse_days(value: object) -> object:
    text = str(value).strip()
    if text and set(text) <= set("1234567") and len(set(text)) == len(text):
        return "".join(sorted(text))
    raise ValueError("days are digits 1 (Monday) to 7 (Sunday), each at most once")


def _parse_list(value: object) -> object:
    """Accept `A;B` as a spreadsheet cell and a list in JSON."""
    if value is None:
        return ()
    if isinstance(value, str):
        items = [item.strip() for item in value.split(";")]
        return tuple(item for item in items if item)
    return value


Instant = Annotated[
    datetime,
    BeforeValidator(_parse_instant),
    PlainSerializer(lambda t: t.isoformat(timespec="minutes"), return_type=str),
    Field(json_schema_extra={"examples": ["2025-02-16T18:19+08:00"]}),
]
"""An instant: ISO 8601 to the minute, with an offset."""

Clock = Annotated[
    str, BeforeValidator(_parse_clock), Field(json_schema_extra={"examples": ["23:00"]})
]
"""A local time of day, ``HH:MM``; ``24:00`` is the end of the day."""

LocalDate = Annotated[
    date,
    BeforeValidator(_parse_date),
    Field(json_schema_extra={"examples": ["2025-02-16"]}),
]
"""A local calendar date, ``YYYY-MM-DD``."""

Days = Annotated[
    str, BeforeValidator(_parse_days), Field(json_schema_extra={"examples": ["12345"]})
]
"""Days of the week as digits, 1 Monday to 7 Sunday."""

Iata = Annotated[str, Field(pattern=r"^[A-Z]{3}$", json_schema_extra={"examples": ["CGO"]})]
"""IATA airport code."""

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^;,\n\r\t\"]+$")]
"""An identifier or a place; no semicolon, comma, tab, quote or line break."""

Names = Annotated[tuple[Name, ...], BeforeValidator(_parse_list)]
"""A list of names, separated by semicolons in a cell."""

Instants = Annotated[tuple[Instant, ...], BeforeValidator(_parse_list)]
"""A list of instants, separated by semicolons in a cell."""

RouteText = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^[A-Z]{3}(-[A-Z]{3}\*?)*-[A-Z]{3}$",
        json_schema_extra={"examples": ["CGO-KGF*-OSL-CGO"]},
    ),
]
"""Airports in order, joined by dashes; a star marks a technical stop."""

Movement = Literal["arrival", "departure", "any"]
NonNegative = Annotated[float, Field(ge=0)]
Usd = Annotated[float, Field(ge=0)]
Minutes = Annotated[int, Field(ge=0, le=1_000_000)]
