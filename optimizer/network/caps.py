"""What each leg of a route can carry at most (C4), and what a flight can lift at first (C10)."""

from __future__ import annotations

from itertools import pairwise

from optimizer.domain.resolved import ResolvedConsignment, ResolvedInstance
from optimizer.network.routes import Route


class Caps:
    """Caps of routes; for models and bounds, which may use what the audit need not."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._resolved = resolved
        self._changing = {t.consignment for t in resolved.transits}
        self._at_once = {
            limit.airport: [
                c for c in resolved.consignments if may_not_wait(resolved, c, limit.airport)
            ]
            for limit in resolved.stock_limits
        }
        self._most_g = {limit.airport: limit.most_g for limit in resolved.stock_limits}

    def of(self, route: Route) -> list[float]:
        """Kilograms by leg.

        Cargo that a flight lifts where its route begins is in stock all together just before its
        off-block, so that is at most the limit there (C10). What need not wait comes on top.
        """
        legs = [
            self._resolved.leg[route.operator, route.type, a, b]
            for a, b in pairwise(route.airports)
        ]
        caps_kg = [float(leg.cap_kg) for leg in legs]
        airport, *discharges = route.full_stops
        if airport in self._most_g:
            lifted_g = self._most_g[airport] + sum(
                c.weight_g
                for c in self._at_once[airport]
                if route.operator in c.operators and self._goes(c, discharges)
            )
            caps_kg[0] = min(caps_kg[0], lifted_g * 1e-3)
        return caps_kg

    def _goes(self, c: ResolvedConsignment, discharges: list[str]) -> bool:
        """Whether a consignment may be unloaded at one of some airports."""
        delivered = any(access.airport in discharges for access in c.discharges)
        return delivered or c.id in self._changing


def may_not_wait(resolved: ResolvedInstance, c: ResolvedConsignment, airport: str) -> bool:
    """Whether a consignment can leave an airport without having been in stock there: its customer
    brings it to the aircraft (C18), or no time is needed between its arrival and its off-block."""
    changes = [t for t in resolved.transits if (t.consignment, t.gateway) == (c.id, airport)]
    if any(t.connection_min == 0 for t in changes):
        return True
    if all(access.airport != airport for access in c.uplifts):
        return False
    return bool(c.sold) or resolved.customs_at[c.customs, airport].export_min == 0
