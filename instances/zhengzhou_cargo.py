"""What is offered at Zhengzhou in 2025: loads, directions, places and commodities.

Sourced: Cargolux's tonnage and the share of cross-border e-commerce in international exports (S18),
some densities (S82). The rest are estimates (E), set so that freighters carry some 13,500 to
17,000 t a week (D from S52).
"""

from __future__ import annotations

from typing import NamedTuple

TYPICAL_LOAD_T = {  # weight or volume, whichever binds at about 165 kg/m3 (D)
    "B748F": 120,
    "B744F": 98,
    "B744BCF": 90,
    "B77LF": 92,
    "A332F": 62,
    "A333P2F": 58,
    "B763BCF": 47,
    "B752SF": 26,
    "A321P2F": 25,
    "B738BCF": 17,
}
OUTWARD_OFFER = 0.92  # tonnes offered, of what all frequencies lift (E)
INWARD_OFFER = {  # the same, inward (E): imports are the weaker direction
    "Europe": 0.56,
    "America": 0.52,
    "China": 0.75,
    "South-East Asia": 0.65,
    "Oceania": 0.65,
}
INWARD_OFFER_ELSEWHERE = 0.52
CARGOLUX_T = 105_200 / 39  # both ways in a week: 105,200 t from January to September (S18)
CARGOLUX_OFFER = 1.1  # tonnes offered, of what it carried (E)
CARGOLUX_OUTWARD = 0.55  # share of it outward (E)

ORIGINS = {  # share of exports by region and city (E); 22 cities with reference lanes
    "Shanghai": 0.10,
    "Hangzhou": 0.07,
    "Ningbo": 0.04,
    "Suzhou": 0.04,
    "Wuxi": 0.02,
    "Nanjing": 0.03,
    "Hefei": 0.02,
    "Wenzhou": 0.02,
    "Yiwu": 0.13,
    "Jinhua": 0.08,
    "Beijing": 0.05,
    "Tianjin": 0.03,
    "Shijiazhuang": 0.02,
    "Guangzhou": 0.08,
    "Shenzhen": 0.08,
    "Wuhan": 0.02,
    "Xi'an": 0.02,
    "Zhengzhou city": 0.10,
    "Luoyang": 0.02,
    "Xuchang": 0.02,
    "Nanyang": 0.01,
}


class Commodity(NamedTuple):
    """Density in kg per m3, factor of the market rate, and shares outward and inward."""

    name: str
    density: float
    rate: float
    outward: float
    inward: float
    provenance: str


COMMODITIES = (
    Commodity("cross-border e-commerce", 130, 1.0, 0.52, 0.05, "S S18 commodity mix outward"),
    Commodity("electronics", 250, 1.15, 0.18, 0.15, "E density"),
    Commodity("garments", 170, 0.95, 0.10, 0.10, "E density"),
    Commodity("auto parts", 260, 1.0, 0.08, 0.15, "E density"),
    Commodity("general", 192, 1.0, 0.12, 0.20, "S S82 density"),
    Commodity("pharma", 180, 1.4, 0.0, 0.10, "E density"),
    Commodity("fruit", 280, 0.85, 0.0, 0.15, "E density"),
    Commodity("seafood", 320, 0.9, 0.0, 0.10, "E density"),
)
EXPRESS = "cross-border e-commerce"
PERISHABLE = {"fruit": 24, "seafood": 18}  # longest dwell at the airport of departure, h (E)

TRANSIT_FROM = ("LUX", "LGG", "AMS", "FRA", "BUD")  # Europe to South and South-East Asia (E)
TRANSIT_TO = ("DAC", "HAN", "SGN", "BKK", "KUL", "SIN")
TRANSIT_CONSIGNMENTS = 24  # some 120 t a week (E)
TRANSIT_MODES = ("airside", "special zone")  # both exist at Zhengzhou (zhengzhou facts: customs)
JINHUA_SHARE = 0.6  # least share of Jinhua's and Yiwu's cargo that is promised to be flown (E)
JINHUA_PENALTY_USD_PER_KG = 0.5  # for what is not (E)
