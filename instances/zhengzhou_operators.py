"""Who flies where from Zhengzhou in 2025: operators, fleets and weekly frequencies.

36 airlines, 70 routes and 73 cities are sourced (S17, S51), as are Cargolux's 21 flights a week
(S62) and Longhao's 202 of 760 planned weekly movements (S30). Which airline flies which type where,
and how often, is common knowledge at best and mostly an estimate. Frequencies are estimates such
that the flights lift what the hub's freighters carry (D from S52): fewer than the 760 movements of
the season's plan, about the 75 a day that the same source counted.
"""

from __future__ import annotations

from typing import NamedTuple


class Airline(NamedTuple):
    """An operator, its aircraft as (type, number), and most flights a week by station."""

    code: str
    name: str
    country: str
    russia: bool
    technical: str
    fleet: tuple[tuple[str, int], ...]
    stations: dict[str, int]
    acmi: bool = False


AIRLINES = (
    Airline(
        "CV", "Cargolux", "LU", False, "NQZ", (("B748F", 6), ("B744F", 2)), {"LUX": 18, "ORD": 3}
    ),
    Airline("C8", "Cargolux Italia", "IT", False, "NQZ", (("B744F", 2),), {"MXP": 2}),
    Airline("5Y", "Atlas Air", "US", False, "ANC", (("B744F", 3),), {"ORD": 2, "ATL": 1}),
    Airline("PO", "Polar Air Cargo", "US", False, "ANC", (("B77LF", 2),), {"CVG": 1, "LAX": 2}),
    Airline("K4", "Kalitta Air", "US", False, "ANC", (("B744F", 2),), {"JFK": 2}),
    Airline("5X", "UPS Airlines", "US", False, "-", (("B748F", 2),), {"CGN": 2}),
    Airline("ET", "Ethiopian Airlines", "ET", True, "-", (("B77LF", 3),), {"LGG": 3, "ADD": 1}),
    Airline("QR", "Qatar Airways Cargo", "QA", True, "-", (("B77LF", 2),), {"DOH": 2}),
    Airline("EK", "Emirates SkyCargo", "AE", True, "-", (("B77LF", 2),), {"DWC": 2, "DXB": 1}),
    Airline("TK", "Turkish Cargo", "TR", True, "-", (("A332F", 2),), {"IST": 3}),
    Airline("7L", "Silk Way West", "AZ", True, "-", (("B744F", 3),), {"GYD": 4}),
    Airline("CK", "China Cargo Airlines", "CN", True, "-", (("B77LF", 3),), {"AMS": 2, "LAX": 1}),
    Airline("CA", "Air China Cargo", "CN", True, "-", (("B77LF", 3),), {"FRA": 2, "DFW": 1}),
    Airline("CZ", "China Southern Cargo", "CN", True, "-", (("B77LF", 2),), {"STN": 1, "VIE": 1}),
    Airline("Y8", "Suparna Airlines", "CN", True, "-", (("B763BCF", 2),), {"SVO": 3}),
    Airline("I9", "Central Airlines", "CN", True, "-", (("A333P2F", 2),), {"CMB": 2, "MAA": 2}),
    Airline("3U", "Sichuan Airlines", "CN", True, "ALA", (("A332F", 3),), {"BUD": 3, "PRG": 1}),
    Airline("JD", "Capital Airlines", "CN", True, "KGF", (("A332F", 2),), {"OSL": 2, "KGF": 1}),
    Airline("OneAir", "One Air", "GB", False, "-", (("B744BCF", 2),), {"MAD": 1, "EMA": 2}, True),
    Airline(
        "GI",
        "Longhao Airlines",
        "CN",
        True,
        "-",
        (("B738BCF", 10),),
        {
            "PVG": 14,
            "HGH": 13,
            "NGB": 10,
            "WNZ": 9,
            "SZX": 14,
            "CAN": 13,
            "WUX": 9,
            "TSN": 7,
            "HAN": 12,
        },
    ),
    Airline(
        "YG",
        "YTO Cargo Airlines",
        "CN",
        True,
        "-",
        (("B763BCF", 4),),
        {"DAC": 5, "DEL": 4, "KTM": 2},
    ),
    Airline(
        "O3", "SF Airlines", "CN", True, "-", (("B763BCF", 4),), {"BOM": 3, "PEK": 4, "URC": 3}
    ),
    Airline(
        "CF",
        "China Postal Airlines",
        "CN",
        True,
        "-",
        (("B752SF", 3),),
        {"NKG": 5, "KIX": 5, "XIY": 4},
    ),
    Airline(
        "HT",
        "Tianjin Air Cargo",
        "CN",
        True,
        "-",
        (("B738BCF", 3),),
        {"HKG": 5, "VTE": 3, "CKG": 4},
    ),
    Airline("GJ", "Loong Air", "CN", True, "-", (("A321P2F", 3),), {"CRK": 4, "KTI": 4, "RGN": 3}),
    Airline("AK", "AirAsia", "MY", True, "-", (("A321P2F", 3),), {"BKK": 6, "KUL": 3}),
    Airline("VJ", "Vietjet Air", "VN", True, "-", (("A321P2F", 2),), {"SGN": 6, "NNG": 3}),
    Airline("SQ", "Singapore Airlines", "SG", True, "-", (("B77LF", 1),), {"SIN": 2}),
    Airline("5J", "Cebu Pacific", "PH", True, "-", (("A321P2F", 1),), {"MNL": 4}),
    Airline("KE", "Korean Air Cargo", "KR", True, "-", (("B77LF", 1),), {"ICN": 2, "TPE": 1}),
    Airline("KZ", "Nippon Cargo Airlines", "JP", False, "-", (("B748F", 1),), {"NRT": 2}),
    Airline("SV", "Saudia Cargo", "SA", True, "-", (("B77LF", 1),), {"RUH": 2}),
    Airline("3S", "AeroLogic", "DE", False, "NQZ", (("B77LF", 2),), {"LEJ": 2, "ZAZ": 1}),
    Airline("2C", "CMA CGM Air Cargo", "FR", False, "-", (("B77LF", 1),), {"CDG": 1, "BRU": 1}),
    Airline(
        "C6",
        "My Freighter",
        "UZ",
        True,
        "-",
        (("B763BCF", 3),),
        {"TAS": 3, "ALA": 2, "TBS": 1, "NQZ": 1},
    ),
    Airline("QF", "Qantas Freight", "AU", True, "-", (("A332F", 1),), {"MEL": 1, "SYD": 2}),
)

FIFTH_FREEDOM = (("CV", "LUX", "MXP", 2), ("ET", "LGG", "ADD", 1), ("3U", "BUD", "PRG", 1))
"""Operator and pair of stations it may also carry between, with most flights a week (E)."""

OUT_RATE = {  # USD per chargeable kg by region; provenance beside it
    "Europe": (4.3, "S S74 S75 4.13 to 4.29 early in 2025"),
    "America": (4.3, "S S74 S76 4.08 to 4.49 early in 2025"),
    "Middle East": (2.6, "E"),
    "Central Asia": (2.5, "E"),
    "South Asia": (1.8, "E"),
    "South-East Asia": (1.3, "E"),
    "North-East Asia": (1.0, "E"),
    "Africa": (3.2, "E"),
    "Oceania": (3.4, "E"),
    "China": (0.8, "E"),
}
BACK_RATE = {
    "Europe": (1.6, "E"),
    "America": (1.8, "E"),
    "Middle East": (1.1, "E"),
    "Central Asia": (1.2, "E"),
    "South Asia": (1.1, "E"),
    "South-East Asia": (1.0, "E"),
    "North-East Asia": (0.9, "E"),
    "Africa": (1.6, "E"),
    "Oceania": (1.6, "E"),
    "China": (0.7, "E"),
}

REGION_OF_COUNTRY = {
    "Europe": "LU BE ES GB NO DE HU IT NL AT FR CZ RU",
    "America": "US MX CL",
    "Middle East": "AE SA QA TR",
    "Central Asia": "KZ AZ GE UZ",
    "South Asia": "IN LK NP BD",
    "South-East Asia": "SG MY TH VN PH KH MM LA",
    "North-East Asia": "KR JP HK TW",
    "Africa": "ET KE",
    "Oceania": "AU",
    "China": "CN",
}


def region(country: str) -> str:
    """Region of a country, for rates.

    Raises:
        KeyError: No region lists the country.
    """
    for name, countries in REGION_OF_COUNTRY.items():
        if country in countries.split():
            return name
    raise KeyError(country)
