"""Requirements of special cargo again (C16)."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedInstance
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.source import Source

TYPES = "; types"
"""Ends the name of what capacity sold requires; no name of a file has a semicolon."""


def check_requirements(
    resolved: ResolvedInstance, source: Source, differences: Differences
) -> None:
    """Who requires what, and who meets it."""
    types = {row.type for row in source.instance.fleet if row.operator in source.planned}
    airports = {airport.code for airport in resolved.airports}
    expected = set()
    for row in source.instance.requirements:
        users = {c.consignment for c in source.instance.demand if row.requirement in c.requires}
        if users:
            expected.add(
                (
                    row.requirement,
                    frozenset(users),
                    frozenset(types & set(row.types) if row.types else types),
                    frozenset(airports & set(row.airports) if row.airports else airports),
                )
            )
    stated = {
        (r.id, frozenset(r.consignments), frozenset(r.types), frozenset(r.airports))
        for r in resolved.requirements
        if not r.id.endswith(TYPES)
    }
    for name in sorted({row[0] for row in expected ^ stated}):
        differences.found.append(f"requirement {name}: its consignments, types or airports differ")
