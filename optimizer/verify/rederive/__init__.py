"""The resolved instance a second time, by other means than those that made it.

Distances by Vincenty's formula, local times by walking along the clock, windows minute by minute,
money in floating point. What agrees within 1 kg, 1 min and a millionth of every amount is the same.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime

from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance
from optimizer.verify.rederive.blocks import check_blocks
from optimizer.verify.rederive.clock import Clock
from optimizer.verify.rederive.crews import check_crews
from optimizer.verify.rederive.demand import (
    check_commitments,
    check_consignments,
    check_customs,
    check_lanes,
)
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.fleet import check_pools
from optimizer.verify.rederive.frozen import check_frozen
from optimizer.verify.rederive.ground import check_airports, check_ground, check_types
from optimizer.verify.rederive.places import Places
from optimizer.verify.rederive.positions import check_positions
from optimizer.verify.rederive.rights import (
    check_caps_and_markets,
    check_operators,
    check_supports,
)
from optimizer.verify.rederive.rules import check_closures, check_handling, check_slots
from optimizer.verify.rederive.sold import check_sold
from optimizer.verify.rederive.source import ReferenceData, Source
from optimizer.verify.rederive.special import check_incompatibles, check_requirements
from optimizer.verify.rederive.stock import check_stock
from optimizer.verify.rederive.transit import check_transits
from optimizer.verify.rederive.ways import check_legs

__all__ = ["ReferenceData", "rederive"]


def rederive(
    resolved: ResolvedInstance, instance: Instance, reference: ReferenceData | None
) -> tuple[str, ...]:
    """Derive the resolved instance again and tell what differs.

    Args:
        resolved: The resolved instance in question.
        instance: What it should follow from.
        reference: The reference data; not looked at if the instance does without.

    Returns:
        Every difference in words; none if it follows.
    """
    source, clock, differences = Source(instance, reference), Clock(instance.period), Differences()
    places = Places(source)
    _check_frame(resolved, instance, differences)
    check_airports(resolved, source, differences)
    check_types(resolved, source, differences)
    check_ground(resolved, source, clock, differences)
    flown = check_operators(resolved, source, places, differences)
    check_legs(resolved, source, flown, differences)
    check_crews(resolved, source, clock, differences)
    check_pools(resolved, source, clock, differences)
    check_consignments(resolved, source, places, clock, differences)
    check_commitments(resolved, source, differences)
    check_lanes(resolved, source, differences)
    check_customs(resolved, source, differences)
    check_closures(resolved, source, clock, differences)
    check_slots(resolved, source, clock, differences)
    check_handling(resolved, source, clock, differences)
    check_caps_and_markets(resolved, source, places, differences)
    check_requirements(resolved, source, differences)
    check_incompatibles(resolved, source, differences)
    check_supports(resolved, source, places, differences)
    check_blocks(resolved, source, clock, differences)
    check_sold(resolved, source, clock, differences)
    check_frozen(resolved, source, clock, differences)
    check_positions(resolved, source, differences)
    check_transits(resolved, source, places, differences)
    check_stock(resolved, source, differences)
    return tuple(differences.found)


def _check_frame(resolved: ResolvedInstance, instance: Instance, differences: Differences) -> None:
    """Name, period, gateways and universe."""
    stated, period = instance.period, resolved.period
    differences.same("name", resolved.name, instance.name)
    differences.same("cyclic", period.cyclic, stated.kind == "cyclic")
    differences.same("length_min", period.length_min, stated.days * 1440)
    differences.same("start", datetime.fromisoformat(period.start), stated.start)
    month = monthrange(stated.start.year, stated.start.month)[1]
    differences.same("month_days", period.month_days, month)
    differences.sets("gateways", resolved.gateways, instance.gateways)
    differences.same("universe", resolved.universe, instance.universe)
