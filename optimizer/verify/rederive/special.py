"""Requirements of special cargo, and goods that are kept apart, again (C16)."""

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


def check_incompatibles(
    resolved: ResolvedInstance, source: Source, differences: Differences
) -> None:
    """Which goods must not be on one leg; either way round a pair is the same."""
    sent = {name for c in source.instance.demand for name in c.requires}
    expected = {
        frozenset((row.requirement, row.apart_from))
        for row in source.instance.incompatible
        if row.requirement in sent and row.apart_from in sent
    }
    stated = [frozenset((pair.one, pair.other)) for pair in resolved.incompatibles]
    if len(stated) != len(set(stated)) or set(stated) != expected:
        differences.found.append("goods that must not be on one leg differ")
