"""Changes of aircraft again (C21)."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedInstance
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.places import Places
from optimizer.verify.rederive.source import Source


def check_transits(
    resolved: ResolvedInstance, source: Source, places: Places, differences: Differences
) -> None:
    """Who may change where, and the minutes of the connection."""
    expected: dict[tuple[str, str], int | None] = {}
    for row in source.instance.demand:
        if row.transit is None:
            continue
        lifted = {access.airport for access in places.uplifts(row.origin)}
        landed = {access.airport for access in places.discharges(row.destination)}
        for gateway in source.instance.gateways:
            if lifted - {gateway} and landed - {gateway}:
                found = source.connection(row.transit, gateway)
                minutes = None if found is None else found.connection_min
                expected[row.consignment, gateway] = minutes
    stated = ((t.consignment, t.gateway) for t in resolved.transits)
    differences.sets("changes of aircraft", stated, expected)
    for t in resolved.transits:
        name = f"change of {t.consignment} at {t.gateway}, connection_min"
        differences.same(name, t.connection_min, expected.get((t.consignment, t.gateway)))
