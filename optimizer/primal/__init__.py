"""Better plans by small MIPs of flights, at prices of trucks (docs/engine.md)."""

from optimizer.primal.flown import FlightKey, Flown, flown_by
from optimizer.primal.programme import FlightProgramme
from optimizer.primal.room import rooms_usd
from optimizer.primal.search import FlightSearch
from optimizer.primal.whole import ClusterProgramme, WholeProgramme, flights_within

__all__ = [
    "ClusterProgramme",
    "FlightKey",
    "FlightProgramme",
    "FlightSearch",
    "Flown",
    "WholeProgramme",
    "flights_within",
    "flown_by",
    "rooms_usd",
]
