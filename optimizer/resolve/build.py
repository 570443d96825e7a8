"""Resolving an instance, step by step."""

from __future__ import annotations

from optimizer.data import Reference
from optimizer.data import reference as built_in_reference
from optimizer.domain.digest import instance_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import (
    DefaultUsed,
    ResolvedInstance,
    ResolvedOperator,
    ResolvedPeriod,
    ResolvedPool,
)
from optimizer.resolve.aircraft import fleet_types
from optimizer.resolve.authorities import resolve_supports
from optimizer.resolve.blocks import block_airports, block_carriers, resolve_blocks
from optimizer.resolve.calendar import Calendar
from optimizer.resolve.cargo import Cargo, resolve_cargo, resolve_commitments
from optimizer.resolve.check import check, check_period
from optimizer.resolve.context import Context
from optimizer.resolve.crews import resolve_crews, resolve_report_times
from optimizer.resolve.findings import Findings
from optimizer.resolve.fleet import month_days, planned_operators, resolve_pools
from optimizer.resolve.frozen import resolve_frozen_cargo, resolve_frozen_flights
from optimizer.resolve.ground import resolve_airports, resolve_ground
from optimizer.resolve.legs import Flying, resolve_legs
from optimizer.resolve.merge import Catalogue
from optimizer.resolve.places import airports_in_use, known_airports
from optimizer.resolve.positions import resolve_packings, resolve_positions
from optimizer.resolve.rights import resolve_rights
from optimizer.resolve.rules import Rules
from optimizer.resolve.sold import sold_commitments, sold_packings, sold_requirements
from optimizer.resolve.special import resolve_incompatibles, resolve_requirements
from optimizer.resolve.tracks import Ways
from optimizer.resolve.transit import resolve_transits


def resolve(instance: Instance, reference: Reference | None = None) -> ResolvedInstance:
    """Settle everything two programs could compute differently (``docs/formulation.md``).

    The result does not depend on the order of rows, but for its `instance_digest`.

    Args:
        instance: What the planner states.
        reference: What fills its blanks, if it wants reference data; None: the built-in data.

    Raises:
        InstanceError: Something needed is missing or contradictory; with every finding.
    """
    context = _context(instance, reference)
    check(context)
    context.findings.raise_if_any()

    planned = planned_operators(context)
    carriers = tuple(sorted({*planned, *block_carriers(context)}))
    cargo = resolve_cargo(context, known_airports(context), planned, carriers)
    in_use = airports_in_use(context, planned, cargo.airports)
    rights = resolve_rights(context, planned, in_use, cargo.airports)
    pools = resolve_pools(context, planned)
    airports = _appearing(context, cargo, rights.operators, pools)
    fleet = fleet_types(context, (pool.type for pool in pools))
    ways = Ways(context)
    flying = _flying(instance, rights.operators, pools)
    crews = resolve_crews(context, flying)
    transits = resolve_transits(context, cargo.consignments)
    rules = Rules(context, airports, planned)
    resolved = ResolvedInstance(
        name=instance.name,
        instance_digest=instance_digest(instance),
        period=_period(context),
        universe=instance.universe,
        gateways=tuple(sorted(instance.gateways)),
        airports=resolve_airports(context, ways, fleet, airports),
        types=tuple(aircraft.resolved() for aircraft in fleet.values()),
        ground=resolve_ground(context, fleet, airports),
        legs=resolve_legs(context, ways, fleet, flying),
        operators=rights.operators,
        pools=pools,
        consignments=cargo.consignments,
        lanes=cargo.lanes,
        customs=cargo.customs,
        closures=rules.closures(fleet),
        slot_limits=rules.slot_limits(),
        held_slots=rules.held_slots(),
        right_caps=rights.caps,
        markets=rules.markets(),
        crews=crews,
        report_times=resolve_report_times(context, flying, crews),
        defaults=_defaults(context, airports),
        handling_limits=rules.handling_limits(),
        requirements=(
            *resolve_requirements(context, fleet, airports),
            *sold_requirements(context, fleet, airports),
        ),
        commitments=(
            *resolve_commitments(context, cargo.consignments),
            *resolve_frozen_cargo(context, cargo.consignments),
            *sold_commitments(context),
        ),
        frozen_flights=resolve_frozen_flights(context, pools),
        supports=resolve_supports(context, planned, in_use),
        blocks=resolve_blocks(context),
        positions=resolve_positions(context, fleet),
        packings=(*resolve_packings(context), *sold_packings(context)),
        transits=transits,
        stock_limits=rules.stock_limits(),
        incompatibles=resolve_incompatibles(context),
        most_changes=instance.most_changes,
    )
    context.findings.raise_if_any()
    return resolved


def _context(instance: Instance, reference: Reference | None) -> Context:
    if not instance.reference_data:
        reference = None
    elif reference is None:
        reference = built_in_reference()
    findings = Findings()
    check_period(instance.period, findings)
    findings.raise_if_any()
    calendar = Calendar(instance.period, findings)
    return Context(instance, Catalogue(instance, reference), calendar, findings)


def _period(context: Context) -> ResolvedPeriod:
    return ResolvedPeriod(
        cyclic=context.calendar.cyclic,
        length_min=context.calendar.length_min,
        start=context.instance.period.start.isoformat(timespec="minutes"),
        month_days=month_days(context),
    )


def _appearing(
    context: Context,
    cargo: Cargo,
    operators: tuple[ResolvedOperator, ...],
    pools: tuple[ResolvedPool, ...],
) -> tuple[str, ...]:
    """Airports that a plan can touch, in order."""
    codes = set(context.instance.gateways) | cargo.airports | block_airports(context)
    codes.update(code for o in operators for code in (*o.stations, *o.technical_stops))
    codes.update(code for p in pools for code in (p.base, p.start_airport, p.end_airport))
    return tuple(sorted(codes))


def _flying(
    instance: Instance, operators: tuple[ResolvedOperator, ...], pools: tuple[ResolvedPool, ...]
) -> list[Flying]:
    """What each operator flies, and the airports between which it can."""
    overflight = {o.operator: frozenset(o.overflight) for o in instance.operators}
    flying = []
    for operator in operators:
        own = [pool for pool in pools if pool.operator == operator.operator]
        airports = {*instance.gateways, *operator.stations, *operator.technical_stops}
        airports.update(code for pool in own for code in (pool.start_airport, pool.end_airport))
        flying.append(
            Flying(
                operator=operator.operator,
                types=tuple(sorted({pool.type for pool in own})),
                overflight=overflight.get(operator.operator, frozenset()),
                airports=tuple(sorted(airports)),
            )
        )
    return flying


def _defaults(context: Context, airports: tuple[str, ...]) -> tuple[DefaultUsed, ...]:
    """Reference values used; those of airports looked at and left out are of no interest."""
    return context.catalogue.used(lambda d: d.table != "airports" or d.key in airports)
