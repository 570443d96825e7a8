"""What special cargo requires of aircraft and airports, and what it must not fly beside (C16)."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.domain.resolved import ResolvedIncompatible, ResolvedRequirement
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


def resolve_incompatibles(context: Context) -> tuple[ResolvedIncompatible, ...]:
    """Pairs of requirements both of which some consignment states."""
    required = {name for row in context.instance.demand for name in row.requires}
    pairs = {
        (min(row.requirement, row.apart_from), max(row.requirement, row.apart_from))
        for row in context.instance.incompatible
        if {row.requirement, row.apart_from} <= required
    }
    return tuple(ResolvedIncompatible(*pair) for pair in sorted(pairs))


def check_requirements(context: Context) -> None:
    """Note requirements without a row, rows that name types nobody knows, and incompatible goods
    that cannot be kept apart."""
    known = {row.requirement for row in context.instance.requirements}
    _check_incompatible(context, known)
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


def _check_incompatible(context: Context, known: set[str]) -> None:
    for row in context.instance.incompatible:
        pair = {"requirement": row.requirement, "apart_from": row.apart_from}
        for column, name in pair.items():
            if name not in known:
                context.findings.add(
                    "unknown-requirement",
                    "incompatible",
                    "goods are kept apart of which no row tells",
                    column=column,
                    value=name,
                    expected="a requirement of requirements.csv",
                )
        if row.requirement == row.apart_from:
            context.findings.add(
                "incompatible-with-itself",
                "incompatible",
                "goods cannot be kept apart from themselves",
                column="apart_from",
                value=row.apart_from,
                expected="another requirement",
            )
            continue
        for consignment in context.instance.demand:
            if set(pair.values()) <= set(consignment.requires):
                context.findings.add(
                    "incompatible-in-one",
                    "demand",
                    f"consignment {consignment.consignment} holds goods kept apart",
                    column="requires",
                    value=";".join(consignment.requires),
                    expected=f"{row.requirement} and {row.apart_from} in consignments of their own",
                )
