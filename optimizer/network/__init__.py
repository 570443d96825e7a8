"""What could be flown: routes, timed rotations, the cargo each could take, the time-space graph."""

from optimizer.network.apart import KeptApart
from optimizer.network.caps import Caps, may_not_wait
from optimizer.network.cargo import CargoIndex, Carriage, Offer, revenue_usd_per_kg
from optimizer.network.commitments import lift_usd_per_kg
from optimizer.network.graph import SINK, SOURCE, time_space_graph
from optimizer.network.handling import Terminals
from optimizer.network.hindrance import hindrance
from optimizer.network.positions import Positions
from optimizer.network.published import route_of
from optimizer.network.routes import Route, closed_routes, part_routes
from optimizer.network.stock import StockRoom
from optimizer.network.universe import Universe

__all__ = [
    "SINK",
    "SOURCE",
    "Caps",
    "CargoIndex",
    "Carriage",
    "KeptApart",
    "Offer",
    "Positions",
    "Route",
    "StockRoom",
    "Terminals",
    "Universe",
    "closed_routes",
    "hindrance",
    "lift_usd_per_kg",
    "may_not_wait",
    "part_routes",
    "revenue_usd_per_kg",
    "route_of",
    "time_space_graph",
]
