"""Hypothesis strategies for instances: any value each field takes, sense or no sense."""

from __future__ import annotations

import dataclasses
import string
import types
import typing
from datetime import date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from optimizer.domain.authorities import Support
from optimizer.domain.instance import TABLES, Instance
from optimizer.domain.rules import HandlingLimit
from optimizer.domain.sold import Sold
from optimizer.files.cells import formula_error
from optimizer.files.kinds import Kind, annotation_parts, field_choices, field_kinds
from optimizer.files.settings import SECTION_RECORDS

NAME_CHARS = st.characters(codec="utf-8", categories=["L", "N", "P", "S"], exclude_characters=';,"')
TEXT_CHARS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from(
    ["\n", "\r", "\t", '"', ",", ";"]
)
NAMES = st.text(NAME_CHARS, min_size=1, max_size=12).filter(lambda t: not formula_error(t))
TEXTS = st.text(TEXT_CHARS, max_size=12).map(str.strip)
OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda q: timezone(timedelta(minutes=15 * q)))
INSTANTS = st.builds(
    lambda minute, zone: datetime(2025, 1, 1, tzinfo=zone) + timedelta(minutes=minute),
    st.integers(0, 500_000),
    OFFSETS,
)
CODES = st.text(string.ascii_uppercase, min_size=3, max_size=3)

PLAIN: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.INSTANT: INSTANTS,
    Kind.DATE: st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    Kind.CLOCK: st.integers(0, 1440).map(lambda m: f"{m // 60:02d}:{m % 60:02d}"),
    Kind.DAYS: st.sets(st.sampled_from("1234567"), min_size=1).map(lambda d: "".join(sorted(d))),
    Kind.FLAG: st.booleans(),
    Kind.AIRPORT: CODES,
    Kind.COUNTRY: st.text(string.ascii_uppercase, min_size=2, max_size=2),
    Kind.SIZE: st.sampled_from("ABCDEF"),
    Kind.LIST: st.lists(NAMES, max_size=3).map(tuple),
    Kind.TEXT: TEXTS,
    Kind.NAME: NAMES,
    Kind.INSTANTS: st.lists(INSTANTS, min_size=1, max_size=3).map(tuple),
    Kind.ROUTE: st.tuples(CODES, CODES, st.sampled_from(("", "*")), CODES).map(
        lambda r: f"{r[0]}-{r[1]}{r[2]}-{r[3]}"
    ),
}


def values(record: type[BaseModel], name: str) -> st.SearchStrategy[Any]:
    """Any value of a field."""
    choices = field_choices(record).get(name)
    if choices is not None:
        return st.sampled_from(choices)
    kind = field_kinds(record)[name]
    if kind in PLAIN:
        return PLAIN[kind]
    info = record.model_fields[name]
    limits: dict[str, float] = {}
    for item in [*annotation_parts(info.annotation)[1], *info.metadata]:
        for key in ("gt", "ge", "lt", "le"):
            if (limit := getattr(item, key, None)) is not None:
                limits[key] = limit
    low, high = limits.get("gt", limits.get("ge", -1e9)), limits.get("lt", limits.get("le", 1e9))
    if kind is Kind.INTEGER:
        return st.integers(int(low) + ("gt" in limits), int(high) - ("lt" in limits))
    return st.floats(
        low, high, exclude_min="gt" in limits, exclude_max="lt" in limits, allow_nan=False
    )


@st.composite
def records(draw: st.DrawFn, record: type[BaseModel]) -> dict[str, Any]:
    """Fields of a record: those it needs, and some of the others."""
    fields: dict[str, Any] = {}
    for name, info in record.model_fields.items():
        if info.is_required() or draw(st.booleans()):
            fields[name] = draw(values(record, name))
    if fields.get("days") is not None and "date" in fields:
        del fields["date"]
    if record is HandlingLimit:
        times = [name for name in ("from_local", "to_local") if fields.get(name) is not None]
        if len(times) < 2:
            for name in (*times, "days", "date"):
                fields.pop(name, None)
    if fields.get("deck", "any") != "any" and fields.get("uld_positions") is None:
        del fields["deck"]
    if record is Sold and not fields.get("contracted"):
        fields.pop("penalty_usd_per_kg", None)
    if record is Support and not (fields.get("usd_per_flight") or fields.get("usd_per_t")):
        fields["usd_per_t"] = draw(st.floats(0.01, 1e6))
    if ("report_from_local" in fields) != ("report_to_local" in fields):
        fields.pop("report_from_local", fields.pop("report_to_local", None))
    return fields


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """Any instance whose values are each allowed."""
    document: dict[str, Any] = {
        "format_version": 1,
        "name": draw(NAMES),
        "description": draw(TEXTS),
        "gateways": draw(st.lists(CODES, min_size=1, max_size=2)),
        "reference_data": draw(st.booleans()),
    }
    for name, record in SECTION_RECORDS.items():
        if name != "period" and draw(st.booleans()):
            document[name] = draw(records(record))
    cyclic = draw(st.booleans())
    if cyclic:
        document["period"] = {"kind": "cyclic", "start": "2025-06-02T00:00Z"}
    else:
        days = draw(st.integers(1, 62))
        document["period"] = {"kind": "dated", "start": draw(INSTANTS), "days": days}
    for name, record in TABLES.items():
        document[name] = draw(st.lists(records(record), max_size=2))
    return Instance.model_validate(document)


ANYTHING = st.text(TEXT_CHARS, max_size=8)


def data(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type as plans and resolved instances use them."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(data(argument) for argument in arguments))
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(data(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(data(argument) for argument in arguments))
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return records(hint).map(hint.model_validate)
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        names = [field.name for field in dataclasses.fields(hint)]
        return st.builds(
            hint, **{name: st.deferred(lambda h=hints[name]: data(h)) for name in names}
        )
    plain = {
        bool: st.booleans(),
        int: st.integers(-(2**60), 2**60),
        float: st.floats(allow_nan=False, allow_infinity=False),
        str: ANYTHING,
        type(None): st.none(),
    }
    return plain[hint]
