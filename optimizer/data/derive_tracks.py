"""Derive ``tracks.csv``: the ways between airports where the great circle crosses closed airspace.

Russian airspace is open to operators with that permission only, Ukrainian airspace to nobody. For
every pair of airports whose great circle crosses either, up to two tracks are written: the shortest
one clear of Ukraine, which needs the permission RU when it crosses Russia, and the shortest one
clear of both. A track is a chain of great circles over at most a few waypoints; the chain is the
shortest path in the graph of all segments that stay clear. The legs of the Central Asian corridor
(Urumqi, Aktau, Tbilisi, Varna) are open by declaration: that chain is the one behind the distances
of ``tracks_stated.csv``, which replace derived ones.

Run ``python -m optimizer.data.derive_tracks`` to write the table anew.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from importlib import resources
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import numpy as np
from geographiclib.geodesic import Geodesic
from numpy.typing import NDArray

Array = NDArray[np.float64]
Position = tuple[float, float]  # latitude, longitude in degrees

CLOSED = ("RU", "UA")
SAMPLE_KM = 25.0
EARTH_RADIUS_KM = 6371.0

CORRIDOR: Mapping[str, Position] = {
    "Urumqi": (43.9071, 87.4742),
    "Aktau": (43.8601, 51.0920),
    "Tbilisi": (41.6692, 44.9547),
    "Varna": (43.2321, 27.8251),
}
WAYPOINTS: Mapping[str, Position] = {
    **CORRIDOR,
    "Budapest": (47.44, 19.26),  # west of Ukraine, towards Scandinavia
    "Sendai": (38.14, 140.92),  # east coast of Japan, clear of Primorye
    "NIPPI": (49.72, 159.33),  # North Pacific route R220, east of the Kurils
    "Bryansk": (53.0, 33.3),  # north of Ukraine, in Russia
    "Brest": (52.3, 23.7),  # north of Ukraine, in Belarus
}


class DerivedTrack(NamedTuple):
    """One derived track; `via` names its waypoints."""

    origin: str
    destination: str
    distance_km: int
    requires_overflight: str
    via: tuple[str, ...]


def _table(name: str) -> list[dict[str, str]]:
    text = resources.files("optimizer.data").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def airport_positions() -> dict[str, Position]:
    """Positions of the reference airports."""
    return {
        row["airport"]: (float(row["latitude_deg"]), float(row["longitude_deg"]))
        for row in _table("airports.csv")
    }


def great_circle_km(a: Position, b: Position) -> float:
    """Geodesic distance on WGS 84."""
    return float(Geodesic.WGS84.Inverse(*a, *b)["s12"]) / 1000


class Airspace:
    """Outlines of closed airspaces; answers which of them a great circle crosses."""

    def __init__(self) -> None:
        rings: dict[tuple[str, str], list[Position]] = {}
        for row in _table("airspace.csv"):
            point = (float(row["latitude_deg"]), float(row["longitude_deg"]))
            rings.setdefault((row["airspace"], row["ring"]), []).append(point)
        self._rings = [(key[0], np.array(ring)) for key, ring in rings.items()]
        self._known: dict[tuple[Position, Position], frozenset[str]] = {}

    def crossed(self, a: Position, b: Position) -> frozenset[str]:
        """The closed airspaces over which the great circle from a to b passes."""
        if (a, b) not in self._known:
            points = _samples(a, b)
            self._known[a, b] = frozenset(
                name for name, ring in self._rings if _inside(points, ring).any()
            )
        return self._known[a, b]


def _samples(a: Position, b: Position) -> Array:
    """Points of a great circle on the sphere, at most `SAMPLE_KM` apart, both ends included."""
    first, last = _unit_vector(a), _unit_vector(b)
    angle = float(np.arccos(np.clip(first @ last, -1.0, 1.0)))
    count = max(2, int(np.ceil(angle * EARTH_RADIUS_KM / SAMPLE_KM)) + 1)
    share = np.linspace(0.0, 1.0, count)[:, None]
    if angle < 1e-9:
        vectors = np.repeat(first[None, :], count, axis=0)
    else:
        vectors = np.sin((1 - share) * angle) * first + np.sin(share * angle) * last
        vectors /= np.sin(angle)
    latitude = np.degrees(np.arcsin(np.clip(vectors[:, 2], -1.0, 1.0)))
    longitude = np.degrees(np.arctan2(vectors[:, 1], vectors[:, 0]))
    return np.column_stack([latitude, longitude])


def _unit_vector(position: Position) -> Array:
    latitude, longitude = np.radians(position)
    return np.array(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )


def _inside(points: Array, ring: Array) -> NDArray[np.bool_]:
    """Which points lie within a ring (ray casting); rings reach beyond 180 degrees east."""
    if points[:, 0].max() < ring[:, 0].min() or points[:, 0].min() > ring[:, 0].max():
        return np.zeros(len(points), dtype=np.bool_)
    shifted = points[:, 1] + np.where(points[:, 1] < -120.0, 360.0, 0.0)
    latitude, longitude = points[:, :1], shifted[:, None]
    a, b = ring[:-1], ring[1:]
    spans = (a[:, 0] > latitude) != (b[:, 0] > latitude)
    slope = (b[:, 1] - a[:, 1]) / np.where(b[:, 0] == a[:, 0], 1.0, b[:, 0] - a[:, 0])
    east = longitude < a[:, 1] + slope * (latitude - a[:, 0])
    return np.asarray((spans & east).sum(axis=1) % 2 == 1)


def shortest_clear(
    airspace: Airspace, a: Position, b: Position, closed: frozenset[str]
) -> tuple[float, tuple[str, ...]] | None:
    """The shortest chain of great circles from a to b that is clear of the closed airspaces.

    Returns:
        Its length in km and the waypoints it passes, or None if there is no such chain.
    """
    positions = {"from": a, "to": b, **WAYPOINTS}
    declared = {frozenset(pair) for pair in pairwise(CORRIDOR)}
    graph: nx.Graph[str] = nx.Graph()
    for x, y in combinations(positions, 2):
        clear = not airspace.crossed(positions[x], positions[y]) & closed
        if clear or frozenset((x, y)) in declared:
            graph.add_edge(x, y, km=great_circle_km(positions[x], positions[y]))
    if "from" not in graph or "to" not in graph or not nx.has_path(graph, "from", "to"):
        return None
    path: list[str] = nx.shortest_path(graph, "from", "to", weight="km")
    length_km = sum(graph.edges[pair]["km"] for pair in pairwise(path))
    return length_km, tuple(path[1:-1])


def derive_pair(
    airspace: Airspace, origin: str, destination: str, positions: Mapping[str, Position]
) -> tuple[DerivedTrack, ...]:
    """The tracks of one pair; none when its great circle is clear of every closed airspace."""
    a, b = positions[origin], positions[destination]
    if not airspace.crossed(a, b):
        return ()
    tracks = []
    clear = shortest_clear(airspace, a, b, frozenset(CLOSED))
    over_russia = shortest_clear(airspace, a, b, frozenset({"UA"}))
    if over_russia is not None and (clear is None or round(over_russia[0]) < round(clear[0])):
        tracks.append(
            DerivedTrack(origin, destination, round(over_russia[0]), "RU", over_russia[1])
        )
    if clear is not None:
        tracks.append(DerivedTrack(origin, destination, round(clear[0]), "", clear[1]))
    return tuple(tracks)


def derive_rows() -> list[dict[str, str]]:
    """All rows of ``tracks.csv``, stated distances in place of derived ones."""
    positions, airspace = airport_positions(), Airspace()
    stated = {
        (row["origin"], row["destination"], row["requires_overflight"]): row
        for row in _table("tracks_stated.csv")
    }
    rows: list[dict[str, str]] = []
    for origin, destination in combinations(positions, 2):
        derived = {
            (t.origin, t.destination, t.requires_overflight): _row(t)
            for t in derive_pair(airspace, origin, destination, positions)
        }
        pair = (origin, destination)
        derived |= {key: row for key, row in stated.items() if key[:2] == pair}
        rows += derived.values()
    return rows


def _row(track: DerivedTrack) -> dict[str, str]:
    way = "great circle" if not track.via else "great circles by " + ", ".join(track.via)
    return {
        "origin": track.origin,
        "destination": track.destination,
        "distance_km": str(track.distance_km),
        "requires_overflight": track.requires_overflight,
        "both_ways": "true",
        "provenance": f"D {way}",
    }


COLUMNS = (
    "origin",
    "destination",
    "distance_km",
    "requires_overflight",
    "both_ways",
    "block_min",
    "navigation_usd_per_km",
    "provenance",
)


def write_tracks(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Write the rows in the format of ``tracks.csv``."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    write_tracks(Path(__file__).with_name("tracks.csv"), derive_rows())
