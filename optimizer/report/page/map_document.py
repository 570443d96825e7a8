"""The route map of a page: its drawing, and which flights go along each line of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from optimizer.report.page.geography import route_map

Json = dict[str, Any]


def map_document(airports: Mapping[str, Json], flights: Sequence[Json]) -> Json:
    """Size, land, places of airports, and per line its pair, path, and flights and kg both ways.

    Args:
        airports: Of a page's document; all with a position are drawn.
        flights: Of a page's document.
    """
    flown: Counter[tuple[str, str]] = Counter()
    legs: dict[tuple[str, str], Json] = {}
    for number, flight in enumerate(flights):
        for leg in flight["legs"]:
            first, second = sorted((leg["from"], leg["to"]))
            flown[first, second] += 1
            way = legs.setdefault((leg["from"], leg["to"]), {"kg": 0.0, "flights": []})
            way["kg"] = round(way["kg"] + leg["kg"], 1)
            way["flights"].append(number)
    positions = {
        code: (airport["position"][0], airport["position"][1])
        for code, airport in airports.items()
        if airport["position"] is not None
    }
    drawn = route_map(positions, flown)
    nothing: Json = {"kg": 0.0, "flights": []}
    return {
        "width": drawn.width,
        "height": drawn.height,
        "land": drawn.land,
        "airports": drawn.airports,
        "ways": [
            {
                "ends": list(pair),
                "path": path,
                "there": legs.get(pair, nothing),
                "back": legs.get(pair[::-1], nothing),
            }
            for pair, path in drawn.ways.items()
        ],
    }
