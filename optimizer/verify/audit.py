"""The audit of a plan."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.digest import instance_digest, resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.certificate import Certificate
from optimizer.plan.plan import Plan
from optimizer.verify import (
    blocks,
    cargo,
    commitments,
    continuity,
    crews,
    frozen,
    handling,
    legs,
    movements,
    positions,
    sold,
    special,
    stock,
    tails,
    transit,
)
from optimizer.verify.case import Case
from optimizer.verify.certificate import verify_certificate
from optimizer.verify.intervals import distance_min
from optimizer.verify.money import own_lines
from optimizer.verify.money_differences import differences
from optimizer.verify.reading import read
from optimizer.verify.rederive import ReferenceData, rederive
from optimizer.verify.report import AuditReport
from optimizer.verify.words import when

CHECKS = (
    continuity.c1_continuity,
    continuity.c2_turnaround,
    legs.c3_range,
    legs.c4_weight,
    legs.c5_volume,
    positions.c6_positions,
    movements.c7_slots,
    legs.c8_curfews,
    movements.c9_stands,
    handling.c10_handling,
    stock.c10_stock,
    cargo.c11_time,
    cargo.c12_trucks,
    crews.c13_crews,
    tails.c14_tails,
    legs.c15_rights,
    special.c16_special,
    special.c16_incompatible,
    movements.c17_service,
    blocks.c18_blocks,
    sold.c18_sold,
    commitments.c19_commitments,
    frozen.c20_frozen,
    transit.c21_transit,
)
"""The constraints by number; C0 is what reading the plan finds."""


def audit(
    resolved: ResolvedInstance,
    plan: Plan,
    *,
    instance: Instance | None = None,
    reference: ReferenceData | None = None,
    certificate: Certificate | None = None,
) -> AuditReport:
    """Check a plan against every constraint and recompute its money.

    A plan that makes no sense is reported, never an error.

    Args:
        resolved: What the plan was made for.
        plan: Any plan, made here or elsewhere.
        instance: If given, `resolved` is derived from it a second time and compared.
        reference: The built-in reference data, which that takes unless the instance does without.
        certificate: A bound that is to be proven again; the plan must not earn more.
    """
    case, unreadable = read(resolved, plan)
    found = [*unreadable, *(violation for check in CHECKS for violation in check(case))]
    own = own_lines(case)
    money = differences(plan.money, own)
    match, unlike = _resolved_match(resolved, instance, reference)
    proof = None if certificate is None else verify_certificate(resolved, certificate, plan)
    return AuditReport(
        violations=tuple(found),
        costs_match=not money,
        money=own,
        money_difference_micro=sum(x.amount_micro for x in plan.money)
        - sum(x.amount_micro for x in own),
        money_differences=money,
        resolved_match=match,
        resolved_differences=unlike,
        bound_verified=None if proof is None else proof.accepted,
        bound_verified_micro=proof.bound_micro if proof is not None and proof.accepted else None,
        certificate_problems=() if proof is None else proof.problems,
        notes=tuple(_notes(case, instance, reference)),
    )


def _resolved_match(
    resolved: ResolvedInstance, instance: Instance | None, reference: ReferenceData | None
) -> tuple[bool | None, tuple[str, ...]]:
    if instance is None or (instance.reference_data and reference is None):
        return None, ()
    unlike = rederive(resolved, instance, reference)
    return not unlike, unlike


def _notes(case: Case, instance: Instance | None, reference: ReferenceData | None) -> Iterator[str]:
    """What breaks no constraint, but is worth knowing."""
    resolved, plan = case.resolved, case.plan
    if plan.resolved_digest and plan.resolved_digest != resolved_digest(resolved):
        yield "the plan was made for another resolved instance: the digests differ"
    if instance is not None and resolved.instance_digest != instance_digest(instance):
        yield "the resolved instance was made from another instance: the digests differ"
    if instance is not None and instance.reference_data and reference is None:
        yield "the resolved instance was not derived again: that takes the reference data"
    for flight in case.flights:
        rotation = flight.rotation
        held = [
            slot.minute
            for slot in resolved.held_slots
            if (slot.operator, slot.airport, slot.movement)
            == (rotation.operator, rotation.origin, "departure")
        ]
        held += [
            frozen.off_block_min[0]
            for frozen in resolved.frozen_flights
            if (frozen.operator, frozen.airports[0]) == (rotation.operator, rotation.origin)
        ]
        cycle = case.cycle_min
        off_block = rotation.off_block_min % cycle if cycle else rotation.off_block_min
        on_grid = off_block % resolved.universe.departure_grid_min == 0
        if not on_grid and all(distance_min(off_block, minute, cycle) for minute in held):
            start = when(resolved, rotation.off_block_min, rotation.origin)
            yield f"flight {flight.id} departs off the grid of first departures, {start}"
