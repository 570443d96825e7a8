"""Exact money: lines in integer micro-dollars, each rounded once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NAMES = {
    "R1": "freight",
    "R2": "surcharges",
    "R3": "capacity sold",
    "R4": "route support",
    "K1": "fuel",
    "K2": "crew",
    "K3": "maintenance",
    "K4": "ownership, lease, ACMI",
    "K5": "landing and take-off charges",
    "K6": "parking",
    "K7": "navigation and overflight",
    "K8": "ramp handling",
    "K9": "cargo handling",
    "K10": "trucks",
    "K11": "storage",
    "K12": "bought capacity",
    "K13": "carbon",
    "K14": "penalties",
}
"""Revenue and cost numbers of ``docs/formulation.md`` that this version plans with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLine:
    """One revenue (positive) or cost (negative) with the keys it belongs to, as far as they apply.

    Attributes:
        code: R1… or K1… of ``docs/formulation.md``.
        item: What exactly, for example ``take-off`` or ``layover``; of K14 the commitment
            or the published flight.
        amount_micro: Micro-dollars, positive for revenue, negative for cost.
        leg: Index of the leg in the flight, None where it does not apply.
    """

    code: str
    item: str
    amount_micro: int
    operator: str = ""
    flight: str = ""
    leg: int | None = None
    tail: str = ""
    station: str = ""
    consignment: str = ""
    lane: str = ""


def divide(numerator: int, denominator: int) -> int:
    """Quotient rounded to the nearest integer, halves away from zero. `denominator` > 0."""
    quotient, remainder = divmod(abs(numerator), denominator)
    if 2 * remainder >= denominator:
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def share_micro(total_micro: int, part_g: int, whole_g: int) -> int:
    """Pro-rata share of an amount."""
    return divide(total_micro * part_g, whole_g)


def rate_micro(grams: int, pico_per_g: int) -> int:
    """Grams times a rate in pico-dollars per gram, in micro-dollars."""
    return divide(grams * pico_per_g, 1_000_000)


def total_micro(lines: Iterable[MoneyLine]) -> int:
    """Sum of lines."""
    return sum(line.amount_micro for line in lines)
