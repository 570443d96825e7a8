"""What commands and functions take unless told otherwise; light, for the commands' help."""

from __future__ import annotations

from typing import Final

DEFAULT_GAP: Final = 0.0001
"""A solve stops when its plan is proven to be within this share of the best one."""
CHANGE_USD: Final = 20_000.0
"""What a published flight that is not flown as published costs (E)."""
REPLAN_S: Final = 12.0
"""Seconds for planning again, writing the solution included."""
