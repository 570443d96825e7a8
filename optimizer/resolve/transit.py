"""Which consignments may change aircraft where, and how long that takes (C21)."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.domain.resolved import ResolvedConsignment, ResolvedTransit
from optimizer.resolve.context import Context


def resolve_transits(
    context: Context, consignments: Iterable[ResolvedConsignment]
) -> tuple[ResolvedTransit, ...]:
    """A row for each consignment with a connection mode and each gateway it could change at.

    It could change at a gateway if it can be lifted elsewhere and unloaded elsewhere.
    """
    modes = {row.consignment: row.transit for row in context.instance.demand if row.transit}
    found = []
    for c in consignments:
        mode = modes.get(c.id)
        if mode is None:
            continue
        for gateway in sorted(context.instance.gateways):
            if not _leads_over(c, gateway):
                continue
            row = context.catalogue.connection(mode, gateway)
            if row is None:
                context.findings.add(
                    "unknown-connection",
                    "demand",
                    f"consignment {c.id}: no row tells the minutes of connection mode {mode} at "
                    f"{gateway}",
                    column="transit",
                    value=mode,
                    expected="a row of connections.csv for this gateway, or one for any",
                )
            else:
                found.append(ResolvedTransit(c.id, gateway, row.connection_min))
    return tuple(found)


def _leads_over(c: ResolvedConsignment, gateway: str) -> bool:
    return all(any(a.airport != gateway for a in ways) for ways in (c.uplifts, c.discharges))
