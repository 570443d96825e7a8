"""What kind of value a field takes, and how to say so to a planner."""

from __future__ import annotations

import types
import typing
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from optimizer.domain.airports import Country, SizeCode
from optimizer.domain.base import Clock, Days, Iata, Names, RouteText


class Kind(Enum):
    """Kinds of values; the text says what is expected of one."""

    INSTANT = "an instant with its UTC offset, such as 2025-02-16T18:19+08:00"
    INSTANTS = "instants with their UTC offset, separated by semicolons"
    DATE = "a date, such as 2025-02-16"
    CLOCK = "a local time of day HH:MM, such as 06:30 (24:00 ends the day)"
    DAYS = "days as digits, 1 Monday to 7 Sunday, such as 12345"
    INTEGER = "a whole number"
    NUMBER = "a number with a decimal point and nothing else, such as 30000 or 12.5"
    FLAG = "true or false"
    CHOICE = "one of the listed words"
    AIRPORT = "an IATA airport code, three capital letters such as CGO"
    COUNTRY = "an ISO 3166 country code, two capital letters such as CN"
    SIZE = "an ICAO size letter, A to F"
    ROUTE = "airports joined by dashes, technical stops starred, such as CGO-KGF*-OSL-CGO"
    LIST = "names separated by semicolons"
    TEXT = "text"
    NAME = "a name of at most 64 characters without comma, semicolon, quote or line break"
    RECORD = "a group of fields"


_PATTERNED = (
    (Kind.AIRPORT, Iata),
    (Kind.COUNTRY, Country),
    (Kind.SIZE, SizeCode),
    (Kind.ROUTE, RouteText),
)


@lru_cache(maxsize=64)
def field_kinds(record: type[BaseModel]) -> dict[str, Kind]:
    """The kind of every field of a record."""
    return {name: _kind(info) for name, info in record.model_fields.items()}


@lru_cache(maxsize=64)
def field_choices(record: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    """The words a field may be, for fields that are one of a few words."""
    return {
        name: tuple(str(word) for word in words)
        for name, info in record.model_fields.items()
        if (words := _literals(info.annotation))
    }


@lru_cache(maxsize=64)
def columns(record: type[BaseModel]) -> tuple[str, ...]:
    """Columns of a record in the order they are written: its fields, provenance last."""
    names = [name for name in record.model_fields if name != "provenance"]
    return (*names, *(name for name in record.model_fields if name == "provenance"))


def required_fields(record: type[BaseModel]) -> tuple[str, ...]:
    """Fields without a default."""
    return tuple(name for name, info in record.model_fields.items() if info.is_required())


def _kind(info: FieldInfo) -> Kind:
    bases, metadata = annotation_parts(info.annotation)
    metadata += info.metadata
    patterns = {getattr(item, "pattern", None) for item in metadata}
    for kind, alias in ((Kind.CLOCK, Clock), (Kind.DAYS, Days), (Kind.LIST, Names)):
        if get_args(alias)[1] in metadata:
            return Kind.INSTANTS if datetime in bases else kind
    for kind, alias in _PATTERNED:
        if _pattern(alias) in patterns:
            return Kind.LIST if tuple in bases else kind
    return _base_kind(bases, patterns)


def _base_kind(bases: set[Any], patterns: set[Any]) -> Kind:
    order = (
        (tuple, Kind.LIST),
        (datetime, Kind.INSTANT),
        (date, Kind.DATE),
        (bool, Kind.FLAG),
        (int, Kind.INTEGER),
        (float, Kind.NUMBER),
        (Literal, Kind.CHOICE),
    )
    for base, kind in order:
        if base in bases:
            return kind
    if str in bases:
        return Kind.NAME if patterns - {None} else Kind.TEXT
    return Kind.RECORD


def annotation_parts(annotation: Any) -> tuple[set[Any], list[Any]]:
    """Plain types and metadata anywhere in an annotation."""
    origin = get_origin(annotation)
    if origin is Literal:
        return {Literal}, []
    bases: set[Any] = {origin or annotation}
    metadata: list[Any] = []
    if origin is Annotated:
        inner, *extra = get_args(annotation)
        bases, metadata = annotation_parts(inner)
        for item in extra:
            metadata += item.metadata if isinstance(item, FieldInfo) else [item]
    elif origin in (tuple, typing.Union, types.UnionType):
        for argument in get_args(annotation):
            inner_bases, inner_metadata = annotation_parts(argument)
            bases |= inner_bases
            metadata += inner_metadata
    return bases, metadata


def kind_of_pattern(pattern: object) -> Kind | None:
    """The kind of text that has a pattern of its own, for elements of lists."""
    kinds = {_pattern(alias): kind for kind, alias in _PATTERNED}
    return kinds.get(pattern) if isinstance(pattern, str) else None


def _pattern(alias: Any) -> str | None:
    for item in annotation_parts(alias)[1]:
        pattern = getattr(item, "pattern", None)
        if pattern is not None:
            return str(pattern)
    return None


def _literals(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(word for part in get_args(annotation) for word in _literals(part))
