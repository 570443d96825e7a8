"""Better plans by small MIPs of flights, at prices of trucks (docs/engine.md)."""

from optimizer.primal.flown import Flown, flown_by
from optimizer.primal.room import rooms_usd
from optimizer.primal.search import FlightSearch
from optimizer.primal.whole import WholeProgramme

__all__ = ["FlightSearch", "Flown", "WholeProgramme", "flown_by", "rooms_usd"]
