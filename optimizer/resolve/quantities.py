"""Stated decimals as exact integers: grams, cubic centimetres, minutes, money."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from optimizer.domain.resolved import MICRO

Number = float | int | Fraction

PICO_PER_G = 10**9
"""Pico-dollars per gram in a dollar per kilogram."""


def exact(value: Number) -> Fraction:
    """The decimal a file states: 0.1 is one tenth, not the nearest binary fraction."""
    return value if isinstance(value, Fraction) else _stated(value)


@lru_cache(maxsize=1 << 16)  # figures recur in an instance, and in its variants
def _stated(value: float | int) -> Fraction:
    return Fraction(repr(value))


def rounded(value: Number) -> int:
    """Nearest integer, halves away from zero."""
    numerator, denominator = exact(value).as_integer_ratio()
    quotient, remainder = divmod(abs(numerator), denominator)
    if 2 * remainder >= denominator:
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def micro(usd: Number) -> int:
    """USD as micro-dollars."""
    return rounded(exact(usd) * MICRO)


def pico_per_g(usd_per_kg: Number) -> int:
    """USD per kg as pico-dollars per gram."""
    return rounded(exact(usd_per_kg) * PICO_PER_G)


def nearest(value: float) -> int:
    """Nearest integer to what a formula in floating point gave, which is not negative."""
    return math.floor(value + 0.5)


def grams(weight_kg: Number) -> int:
    """Kilograms as grams."""
    return rounded(exact(weight_kg) * 1000)


def cubic_cm(volume_m3: Number) -> int:
    """Cubic metres as cubic centimetres."""
    return rounded(exact(volume_m3) * 1_000_000)


def minutes(hours: Number) -> int:
    """Hours as minutes."""
    return rounded(exact(hours) * 60)
