"""Better plans by small MIPs of flights, at prices of trucks (docs/engine.md)."""

from optimizer.primal.flown import Flown
from optimizer.primal.search import FlightSearch

__all__ = ["FlightSearch", "Flown"]
