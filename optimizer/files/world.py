"""Airport codes of the whole world, to tell a misspelt code from one without reference data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import airportsdata


@cache
def world_airports() -> Mapping[str, str]:
    """Countries (ISO 3166) of the world's airports by IATA code."""
    return {code: str(row["country"]) for code, row in airportsdata.load("IATA").items()}


@cache
def _iata_by_icao() -> Mapping[str, str]:
    return {str(row["icao"]): code for code, row in airportsdata.load("IATA").items()}


def iata_of_icao(code: str) -> str:
    """IATA code of an ICAO code, empty when there is none."""
    return _iata_by_icao().get(code, "")
