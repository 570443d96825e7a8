"""What special cargo requires of aircraft and airports (C16)."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.domain.resolved import ResolvedRequirement
from optimizer.resolve.context import Context


def resolve_requirements(
    context: Context, types: Iterable[str], airports: Iterable[str]
) -> tuple[ResolvedRequirement, ...]:
    """Requirements that some consignment states, with who in use meets them.

    Args:
        context: The instance.
        types: Aircraft types in use.
        airports: Airports in use.
    """
    types, airports = sorted(types), sorted(airports)
    users: dict[str, list[str]] = {}
    for consignment in context.instance.demand:
        for name in set(consignment.requires):
            users.setdefault(name, []).append(consignment.consignment)
    return tuple(
        ResolvedRequirement(
            id=row.requirement,
            consignments=tuple(sorted(users[row.requirement])),
            types=tuple(t for t in types if not row.types or t in row.types),
            airports=tuple(a for a in airports if not row.airports or a in row.airports),
        )
        for row in sorted(context.instance.requirements, key=lambda row: row.requirement)
        if row.requirement in users
    )


def check_requirements(context: Context) -> None:
    """Note requirements without a row, and rows that name types nobody knows."""
    known = {row.requirement for row in context.instance.requirements}
    for consignment in context.instance.demand:
        for name in sorted(set(consignment.requires) - known):
            context.findings.add(
                "unknown-requirement",
                "demand",
                f"consignment {consignment.consignment} requires what no row tells",
                column="requires",
                value=name,
                expected="a requirement of requirements.csv",
            )
    for row in context.instance.requirements:
        for name in row.types:
            if not context.catalogue.has_row("types", name):
                context.findings.add(
                    "unknown-type",
                    "requirements",
                    f"nothing is known of a type that meets {row.requirement}",
                    column="types",
                    value=name,
                    expected="a row in types.csv, or a type of the reference data",
                )
