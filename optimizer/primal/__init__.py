"""Better plans by small MIPs of flights, at prices of trucks (docs/engine.md)."""

from optimizer.primal.flown import Flown
from optimizer.primal.room import rooms_usd
from optimizer.primal.search import FlightSearch

__all__ = ["FlightSearch", "Flown", "rooms_usd"]
