"""Why a value is not what its field takes: what spreadsheets and habits make of numbers and times.

Called for a value that was refused; the answer is the sentence a planner needs, and the value that
was probably meant where it can be told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from optimizer.files.kinds import Kind
from optimizer.files.world import iata_of_icao

FORMULA_ERRORS = frozenset(
    ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"]
)
"""What a spreadsheet shows in place of a value it could not compute."""

_BLANKS = frozenset({"-", "--", "n/a", "na", "none", "null", "nil", "tbd", "tba", "?", "."})
_SERIAL_EPOCH = datetime(1899, 12, 30)
_SERIAL_RANGE = (36_000, 73_000)  # 1998 to 2099


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong with a value, by what name, and what was probably meant."""

    code: str
    problem: str
    nearest: str = ""


def formula_error(text: str) -> Diagnosis | None:
    """A cell that holds a spreadsheet's error or an unevaluated formula, in whatever column."""
    if text.upper() in FORMULA_ERRORS or (len(text) > 2 and not text.strip("#")):
        return Diagnosis("formula-error", "the spreadsheet could not show a value here")
    if re.match(r"^=[-+A-Za-z0-9$(\"']", text):
        return Diagnosis("formula-error", "a formula instead of its value")
    return None


def diagnose(kind: Kind, text: str) -> Diagnosis | None:
    """Why text is not of a kind, if it is one of the known ways to get it wrong."""
    if text.casefold() in _BLANKS:
        return Diagnosis("not-blank", "a mark for 'nothing'; leave the cell blank instead")
    check = _CHECKS.get(kind)
    return check(text) if check is not None else None


def _number(text: str) -> Diagnosis | None:
    compact = text.replace("\u00a0", " ").replace("\u202f", " ")
    if text.casefold().lstrip("+-") in {"nan", "inf", "infinity"}:
        return Diagnosis("not-a-number", "this is not a number")
    if re.match(r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$", compact):
        plain = compact.replace(",", "")
        return Diagnosis("thousands-separator", "a number with thousands separators", plain)
    if re.match(r"^[-+]?\d{1,3}([ '’_]\d{3})+(\.\d+)?$", compact):
        plain = re.sub(r"[ '’_]", "", compact)
        return Diagnosis("thousands-separator", "a number with thousands separators", plain)
    if re.match(r"^[-+]?\d{1,3}(\.\d{3})+,\d+$|^[-+]?\d*,\d+$", compact):
        plain = compact.replace(".", "").replace(",", ".")
        return Diagnosis("decimal-comma", "a number with a decimal comma", plain)
    if re.match(r"^\d{1,3}:\d{2}(:\d{2})?$", compact):
        hours, minutes = compact.split(":")[:2]
        meant = f"{int(hours) * 60 + int(minutes)} minutes"
        return Diagnosis("time-as-number", "a time where a plain number belongs", meant)
    unit = re.match(r"^([-+]?[\d.,]*\d)\s*([A-Za-z%$€¥£][\w%$€¥£/³]*)\.?$", compact)
    if unit and not re.match(r"^[eE]\d+$", unit[2]):
        return Diagnosis("unit-in-number", "a number with its unit", unit[1])
    money = re.match(r"^[$€¥£]\s*([\d.,]+)$", compact)
    if money:
        return Diagnosis("unit-in-number", "a number with its unit", money[1])
    if _looks_like_date(text):
        return Diagnosis("date-mangled", "the spreadsheet turned a number into a date")
    return Diagnosis("not-a-number", "this is not a number")


def _integer(text: str) -> Diagnosis | None:
    if re.match(r"^[-+]?\d+\.\d+([eE][-+]?\d+)?$|^[-+]?\d+[eE]-\d+$", text):
        return Diagnosis("not-whole", "the number is not whole")
    return _number(text)


def _instant(text: str) -> Diagnosis | None:
    serial = _serial(text)
    if serial is not None:
        shown = serial.strftime("%Y-%m-%dT%H:%M")
        return Diagnosis(
            "date-mangled",
            f"a spreadsheet's serial number (local {shown}) instead of an instant",
            f"{shown}+08:00",
        )
    iso = re.match(r"^(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2})(:\d{2}(?:\.\d+)?)?\s*(.*)$", text)
    if iso:
        return _iso_instant(iso)
    if re.match(r"^\d{4}-\d{2}-\d{2}$", text):
        return Diagnosis("no-time", "a date without time of day and offset", f"{text}T00:00+08:00")
    if _looks_like_date(text):
        return Diagnosis("date-mangled", "a date as a spreadsheet shows it", _from_slashes(text))
    return Diagnosis("not-an-instant", "this is not an instant")


def _iso_instant(match: re.Match[str]) -> Diagnosis:
    day, clock, seconds, offset = match.groups()
    clock = clock.zfill(5)
    try:
        datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        return Diagnosis("impossible-date", "there is no such date or time of day")
    if not offset:
        return Diagnosis("no-offset", "an instant without UTC offset", f"{day}T{clock}+08:00")
    plain = _offset(offset)
    meant = f"{day}T{clock}{plain}" if plain else ""
    if seconds and seconds.strip(":0."):
        return Diagnosis("not-whole-minute", "instants are whole minutes", meant)
    if not plain:
        return Diagnosis("no-offset", "there is no such UTC offset", meant)
    return Diagnosis("not-an-instant", "not the form of an instant", meant)


def _offset(text: str) -> str:
    """`+0800`, `UTC+8` or `z` in the form of files; empty if it is no UTC offset."""
    if text.upper() in {"Z", "UTC", "GMT"}:
        return "Z"
    parts = re.match(r"^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?$", text, re.IGNORECASE)
    if not parts:
        return ""
    hours, minutes = int(parts[2]), int(parts[3] or 0)
    if hours > 14 or minutes > 59:
        return ""
    return f"{parts[1]}{hours:02d}:{minutes:02d}"


def _date(text: str) -> Diagnosis | None:
    if re.match(r"^\d{4}-\d{2}-\d{2}$", text):
        return Diagnosis("impossible-date", "there is no such date")
    serial = _serial(text)
    if serial is not None:
        return Diagnosis(
            "date-mangled", "a spreadsheet's serial number", serial.strftime("%Y-%m-%d")
        )
    if re.match(r"^\d{4}-\d{2}-\d{2}[ T]", text):
        return Diagnosis("not-a-date", "a date with a time of day", text[:10])
    if _looks_like_date(text):
        return Diagnosis(
            "date-mangled", "a date as a spreadsheet shows it", _from_slashes(text)[:10]
        )
    return Diagnosis("not-a-date", "this is not a date")


def _clock(text: str) -> Diagnosis | None:
    if re.match(r"^0?\.\d+$|^[01]$", text):
        minutes = round(float(text) * 1440)
        meant = f"{minutes // 60:02d}:{minutes % 60:02d}"
        return Diagnosis("date-mangled", "a spreadsheet's fraction of a day", meant)
    parts = re.match(r"^(\d{1,2})[:.hH](\d{2})(?::\d{2})?\s*([aApP]\.?[mM]\.?)?$", text)
    if parts:
        hour, minute, half = int(parts[1]), int(parts[2]), (parts[3] or "").lower()
        hour = hour % 12 + 12 * half.startswith("p") if half else hour
        if hour < 24 and minute < 60:
            return Diagnosis("not-a-clock", "not the form of a time", f"{hour:02d}:{minute:02d}")
        return Diagnosis("not-a-clock", "there is no such time of day")
    if re.match(r"^\d{3,4}$", text) and int(text[:-2]) < 24 and int(text[-2:]) < 60:
        meant = f"{text[:-2].zfill(2)}:{text[-2:]}"
        return Diagnosis("not-a-clock", "a time without its colon", meant)
    return Diagnosis("not-a-clock", "this is not a time of day")


def _days(text: str) -> Diagnosis | None:
    digits = "".join(sorted(set(re.findall("[1-7]", text))))
    span = re.match(r"^([1-7])\s*[-–]\s*([1-7])$", text)
    if span and span[1] <= span[2]:
        digits = "".join(str(day) for day in range(int(span[1]), int(span[2]) + 1))
    return Diagnosis("not-days", "these are not days of the week", digits)


def _airport(text: str) -> Diagnosis | None:
    if re.match(r"^[A-Za-z]{4}$", text):
        return Diagnosis(
            "not-an-airport", "this looks like an ICAO code", iata_of_icao(text.upper())
        )
    nearest = text.upper() if re.match(r"^[A-Za-z]{3}$", text) else ""
    return Diagnosis("not-an-airport", "this is not an airport code", nearest)


def _country(text: str) -> Diagnosis | None:
    nearest = text.upper() if re.match(r"^[A-Za-z]{2}$", text) else ""
    return Diagnosis("not-a-country", "this is not a country code", nearest)


def _size(text: str) -> Diagnosis | None:
    nearest = text.upper() if re.match(r"^[a-f]$", text) else ""
    return Diagnosis("not-a-size", "this is not a size letter", nearest)


def _flag(text: str) -> Diagnosis | None:
    return Diagnosis("not-a-flag", "this is neither true nor false")


def _list(text: str) -> Diagnosis | None:
    if "," in text:
        meant = ";".join(part.strip() for part in text.split(",") if part.strip())
        return Diagnosis("list-separator", "a list separated by commas", meant)
    return Diagnosis("bad-name", "a name in the list is not allowed")


def _name(text: str) -> Diagnosis | None:
    if len(text) > 64:
        return Diagnosis("bad-name", "the name is too long")
    return Diagnosis("bad-name", "the name holds a character that is not allowed")


def _looks_like_date(text: str) -> bool:
    return bool(
        re.match(r"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}([ T].*)?$", text)
        or re.match(r"^\d{1,2}[- ][A-Za-z]{3}([- ]\d{2,4})?$", text)
        or re.match(r"^[A-Za-z]{3}[- ]\d{2,4}$", text)
        or "年" in text
    )


def _serial(text: str) -> datetime | None:
    """The local time that a spreadsheet's day number stands for."""
    if not re.match(r"^\d{5}(\.\d+)?$", text):
        return None
    days = float(text)
    if not _SERIAL_RANGE[0] <= days <= _SERIAL_RANGE[1]:
        return None
    return _SERIAL_EPOCH + timedelta(minutes=round(days * 1440))


def _from_slashes(text: str) -> str:
    """`16/02/2025 18:19` as an instant, where day and month cannot be mixed up."""
    parts = re.match(r"^(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})(?:[ T]+(\d{1,2}):(\d{2}))?", text)
    if not parts:
        return ""
    first, second, third = int(parts[1]), int(parts[2]), int(parts[3])
    if len(parts[1]) == 4:
        year, month, day = first, second, third
    elif first > 12 or first == second:
        year, month, day = third, second, first
    elif second > 12:
        year, month, day = third, first, second
    else:
        return ""
    try:
        local = date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return ""
    return f"{local.isoformat()}T{int(parts[4] or 0):02d}:{parts[5] or '00'}+08:00"


_CHECKS: dict[Kind, Callable[[str], Diagnosis | None]] = {
    Kind.NUMBER: _number,
    Kind.INTEGER: _integer,
    Kind.INSTANT: _instant,
    Kind.INSTANTS: _instant,
    Kind.DATE: _date,
    Kind.CLOCK: _clock,
    Kind.DAYS: _days,
    Kind.AIRPORT: _airport,
    Kind.COUNTRY: _country,
    Kind.SIZE: _size,
    Kind.FLAG: _flag,
    Kind.LIST: _list,
    Kind.NAME: _name,
}
