"""Things that are stated twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from optimizer.domain.demand import Consignment
from optimizer.domain.feeder import lane_id
from optimizer.domain.fleet import FleetRow
from optimizer.errors import Finding
from optimizer.files.judge.index import Index

_KEYS: dict[str, tuple[str, Callable[[Any], tuple[object, ...]]]] = {
    "demand": ("consignment", lambda r: (r.consignment,)),
    "fleet": ("tail", lambda r: (r.tail,)),
    "operators": ("operator", lambda r: (r.operator,)),
    "types": ("type", lambda r: (r.type,)),
    "airports": ("airport", lambda r: (r.airport,)),
    "tracks": (
        "destination",
        lambda r: (r.origin, r.destination, *sorted(r.requires_overflight)),
    ),
    "charges": ("item", lambda r: (r.airport, r.movement, r.item, f"from {r.from_t:g} t")),
    "stands": ("size_code", lambda r: (r.airport, r.size_code)),
    "lanes": ("lane", lambda r: (lane_id(r),)),
    "customs": ("mode", lambda r: (r.mode, r.airport or "any airport")),
    "stock": ("airport", lambda r: (r.airport,)),
    "connections": ("mode", lambda r: (r.mode, r.gateway or "any gateway")),
    "crew_rules": (
        "pilots",
        lambda r: (
            r.rule,
            f"{r.pilots} pilots",
            *r.report_local,
            f"{r.max_sectors or 'any'} sectors",
            f"class {r.rest_class or 'any'}",
        ),
    ),
    "crew_bases": ("airport", lambda r: (r.airport, *sorted(r.operators))),
    "requirements": ("requirement", lambda r: (r.requirement,)),
    "incompatible": ("apart_from", lambda r: tuple(sorted((r.requirement, r.apart_from)))),
    "commitments": ("commitment", lambda r: (r.commitment,)),
    "carbon": ("scheme", lambda r: (r.scheme,)),
    "support": (
        "discharge",
        lambda r: (r.authority, r.uplift, r.discharge, *sorted(r.operators)),
    ),
    "blocks": ("block", lambda r: (r.block,)),
    "sold": ("sold", lambda r: (r.sold,)),
    "frozen_flights": ("flight", lambda r: (r.flight,)),
    "frozen_cargo": ("tendered", lambda r: (r.tendered,)),
    "rights": ("discharge", lambda r: (r.operator, r.uplift, r.discharge)),
}
"""By table: the column that is blamed, and what must be unique."""


def duplicate_keys(index: Index) -> Iterator[Finding]:
    """Two rows for the same thing."""
    for table, (column, key_of) in _KEYS.items():
        seen: dict[tuple[object, ...], str] = {}
        for number, (place, row) in enumerate(index.rows(table)):
            key = key_of(row)
            if key in seen:
                yield place.finding(
                    column,
                    "this is stated twice",
                    code="duplicate",
                    value=" ".join(map(str, key)),
                    expected=f"one row; the other is {seen[key]}",
                )
            else:
                seen[key] = f"row {place.row}" if place.row else f"{table}[{number}]"


def duplicate_gateways(index: Index) -> Iterator[Finding]:
    """A gateway that is listed twice."""
    gateways = index.instance.gateways
    for code in sorted({code for code in gateways if gateways.count(code) > 1}):
        place = index.places.setting("gateways")
        yield place.finding("gateways", "this is stated twice", code="duplicate", value=code)


def colliding_tails(index: Index) -> Iterator[Finding]:
    """A group whose numbered tails have the name of another row: X of 2 has tails X-1 and X-2."""
    rows = {row.tail for row in index.instance.fleet}
    for place, row in index.typed_rows("fleet", FleetRow):
        for number in range(1, row.count + 1) if row.count > 1 else ():
            name = f"{row.tail}-{number}"
            if name in rows:
                yield place.finding(
                    "tail",
                    "one of its tails has the name of another row",
                    code="duplicate",
                    value=name,
                    expected="another name for one of the two",
                )


def same_consignments(index: Index) -> Iterator[Finding]:
    """Consignments that differ in nothing but their identifier: copied twice?"""
    seen: dict[tuple[object, ...], str] = {}
    for place, row in index.typed_rows("demand", Consignment):
        content = tuple(
            getattr(row, name)
            for name in Consignment.model_fields
            if name not in ("consignment", "provenance")
        )
        if seen.get(content, row.consignment) != row.consignment:
            yield place.warning(
                "consignment",
                f"it differs from {seen[content]} in nothing but its name",
                code="same-consignment",
                value=row.consignment,
            )
        else:
            seen[content] = row.consignment


CHECKS = (duplicate_keys, duplicate_gateways, colliding_tails, same_consignments)
