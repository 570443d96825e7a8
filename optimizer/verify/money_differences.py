"""In which numbers and lines the money that a plan states differs from the audit's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from optimizer.plan.money import NAMES, MoneyLine
from optimizer.verify.words import usd


def differences(stated: Iterable[MoneyLine], own: Iterable[MoneyLine]) -> tuple[str, ...]:
    """Numbers, then lines, in which the plan's money differs from the audit's."""
    theirs, ours = _by_line(stated), _by_line(own)
    found = []
    codes = sorted({line.code for line in (*theirs, *ours)}, key=_position)
    for code in codes:
        a, b = _total(theirs, code), _total(ours, code)
        if a != b:
            name = NAMES.get(code, "no such number")
            found.append(f"{code} ({name}): the plan says {usd(a)}, it is {usd(b)}")
    for line, number in (theirs - ours).items():
        found.append(f"{_describe(line)}: the plan has it {_times(number)} too often")
    for line, number in (ours - theirs).items():
        found.append(f"{_describe(line)}: the plan lacks it {_times(number)}")
    return tuple(found)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _by_line(lines: Iterable[MoneyLine]) -> Counter[MoneyLine]:
    """Lines by everything but the operator, which follows from the flight."""
    return Counter(replace(line, operator="") for line in lines if line.amount_micro)


def _total(lines: Counter[MoneyLine], code: str) -> int:
    return sum(line.amount_micro * n for line, n in lines.items() if line.code == code)


def _position(code: str) -> tuple[int, str]:
    order = list(NAMES)
    return (order.index(code) if code in order else len(order), code)


def _describe(line: MoneyLine) -> str:
    leg = "" if line.leg is None else f"leg {line.leg + 1}"
    keys = (line.flight, leg, line.tail, line.station, line.consignment, line.lane)
    where = ", ".join(key for key in keys if key)
    return f"{line.code} {line.item} {usd(line.amount_micro)} ({where})"
