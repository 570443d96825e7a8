"""A published plan mended near what happened: cargo that lost its flight finds others, or new ones.

On a large instance a search of everything takes longer than there is after a disruption. What was
carried and is not any more tells where to look: around it, a part of the plan is planned anew by
the restricted model that explanations use.
"""

from __future__ import annotations

import time
from typing import Final

from optimizer.control import Stop
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.model import solve_reference
from optimizer.model.highs import PART_OPTIONS
from optimizer.plan.plan import Plan
from optimizer.whatif.explain_around import Focus, around
from optimizer.whatif.explain_replan import POLISH_SHARE

AT_ONCE: Final = 8
"""Consignments that a part is about, those first that lost most."""
MOST_PARTS: Final = 4
LEAST_S, MOST_S = 2.0, 6.0
"""A part gets at least, and at most, so many seconds."""
EXACT_S: Final = 1.8
"""HiGHS notices that its time is up, and an exact plan is made, in about so long."""
WIDE_SHARE: Final = 0.05
"""Where a larger share of the revenue is lost, cargo is loaded anew everywhere, not nearby."""
GAP: Final = 1e-5


def mended(
    resolved: ResolvedInstance, published: Plan, plan: Plan, seconds: float, should_stop: Stop
) -> Plan:
    """A plan with more of the cargo that was carried, not audited; the same if there is no time.

    Args:
        resolved: After the disruption.
        published: The plan before it.
        plan: What is left of it, as a plan of the instance.
        seconds: For all of it.
    """
    ends_s = time.monotonic() + seconds

    def left_s() -> float:
        return ends_s - time.monotonic()

    def over() -> bool:
        return should_stop() or left_s() < LEAST_S

    torn = _torn(resolved, published, plan)
    for first in range(0, min(len(torn), AT_ONCE * MOST_PARTS), AT_ONCE):
        if over():
            break
        focus = Focus(cargo=frozenset(torn[first : first + AT_ONCE]))
        try:
            part = around(resolved, plan, focus, over)
        except ValueError:  # cargo of the plan is no itinerary any more: the search sees to that
            break
        found = solve_reference(
            resolved,
            restriction=part.restriction,
            repertoire=part.repertoire,
            gap=GAP,
            time_limit=max(0.1, min(MOST_S, left_s() - EXACT_S)),
            should_stop=should_stop,
            options=PART_OPTIONS,
            above_usd=plan.contribution_micro / MICRO,
            polish_share=POLISH_SHARE,
        ).plan
        if found is not None and found.contribution_micro > plan.contribution_micro:
            plan = found
    return plan


def _torn(resolved: ResolvedInstance, published: Plan, plan: Plan) -> list[str]:
    """Consignments carried before, and less of them now, the dearest loss first; none where so much
    is lost that it is no matter of a part of the plan."""
    lost: dict[str, float] = {}
    total = 0.0
    for name, grams in published.carried_g.items():
        cargo = resolved.consignment.get(name)
        if cargo is not None:
            micro_per_g = (cargo.revenue_micro + cargo.surcharge_micro) / cargo.weight_g
            gone_g = min(grams, cargo.weight_g) - plan.carried_g.get(name, 0)
            total += micro_per_g * grams
            if gone_g > 0:
                lost[name] = micro_per_g * gone_g
    if sum(lost.values()) > WIDE_SHARE * total:
        return []
    return sorted(lost, key=lambda name: (-lost[name], name))
