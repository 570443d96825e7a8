"""Small conversions that every table shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.domain.resolved import MICRO


def frame(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """A data frame with exactly these columns, also when there is no row."""
    return pd.DataFrame([[row[c] for c in columns] for row in rows], columns=list(columns))


def kg(grams: int) -> float:
    """Grams as kilograms."""
    return grams / 1000


def m3(volume_cm3: float) -> float:
    """Cubic centimetres as cubic metres, to the litre."""
    return round(volume_cm3 / 1_000_000, 3)


def usd(micro: int) -> float:
    """Micro-dollars as dollars."""
    return micro / MICRO


def ratio(part: float, whole: float) -> float:
    """A share to four decimals; 0 where there is nothing to share."""
    return round(part / whole, 4) if whole else 0.0
