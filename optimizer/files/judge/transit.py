"""Changes of aircraft at gateways: modes nobody tells, and modes that lead nowhere (C21)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.demand import Consignment
from optimizer.domain.transit import Connection
from optimizer.errors import Finding
from optimizer.files.judge.carriage import TABLES, Carriage
from optimizer.files.judge.index import Index
from optimizer.files.place import nearest


def unknown_connections(index: Index) -> Iterator[Finding]:
    """Connection modes without a row for some gateway."""
    if not index.is_whole("connections"):
        return
    rows = (*index.instance.connections, *index.reference.connections)
    told = {(row.mode, row.gateway) for row in rows}
    for place, row in index.typed_rows("demand", Consignment):
        if row.transit is None or (row.transit, None) in told:
            continue
        missing = [g for g in index.instance.gateways if (row.transit, g) not in told]
        if missing:
            modes = {mode for mode, _ in told}
            yield place.finding(
                "transit",
                f"no row tells the minutes of this connection mode at {missing[0]}",
                code="unknown-connection",
                value=row.transit,
                expected="a mode of connections.csv",
                nearest=nearest(row.transit, modes - {row.transit}),
            )


def not_a_gateway(index: Index) -> Iterator[Finding]:
    """Rows for airports where rotations neither start nor end."""
    gateways = index.instance.gateways
    for place, row in index.typed_rows("connections", Connection):
        if row.gateway is not None and row.gateway not in gateways:
            yield place.finding(
                "gateway",
                "cargo changes aircraft at gateways only",
                code="no-gateway",
                value=row.gateway,
                expected=" or ".join(gateways),
                nearest=nearest(row.gateway, gateways),
            )


def pointless(index: Index) -> Iterator[Finding]:
    """Consignments that may change aircraft, but begin or end at the only gateway; idle rows."""
    if not index.is_whole("demand", *TABLES):
        return
    carriage = Carriage(index)
    for place, row in index.typed_rows("demand", Consignment):
        ends = (carriage.ways(row.origin, out=True), carriage.ways(row.destination, out=False))
        if row.transit is not None and all(ends) and not carriage.changes(row):
            yield place.warning(
                "transit",
                "it begins or ends at the gateway, so it has nothing to change there",
                code="unused",
                value=row.transit,
            )
    used = {row.transit for row in index.instance.demand}
    for place, connection in index.typed_rows("connections", Connection):
        if connection.mode not in used:
            yield place.warning(
                "mode", "no consignment names it", code="unused", value=connection.mode
            )


CHECKS = (unknown_connections, not_a_gateway, pointless)
