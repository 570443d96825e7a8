"""What something is worth, in words; and what could change around a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from optimizer.whatif.explain_around import Around

if TYPE_CHECKING:
    from optimizer.whatif.explain_flown import Without

MOST_TOLD: Final = 6
"""Changes of flights that are told one by one."""


def worth_lines(worth: Without) -> Iterator[tuple[str, str]]:
    """What something is worth, in words."""
    value_usd, part = worth.value_usd, worth.again.part
    beside = "" if part is None else f" {others_stay(part)}"
    better_usd = worth.before_usd - worth.given_usd
    if better_usd > 0.5:
        known = "a better one" if part is None else "a better one near it"
        yield "plan", f"{known} earns {better_usd:,.0f} USD more; figures are against that"
    if value_usd is None:
        none = worth.again.ended == "infeasible"
        yield "without it", f"there is no plan{beside}" if none else "no plan was found in time"
        return
    what = f"{value_usd:,.0f} USD less" if value_usd >= 0 else f"{-value_usd:,.0f} USD more"
    open_ = "" if worth.again.ended == "optimal" else " (limited by time)"
    yield "without it", f"the plan earns {what}{beside}{open_}"
    for heading, flights in (("added", worth.added), ("dropped", worth.dropped)):
        more = f" and {len(flights) - MOST_TOLD} more" if len(flights) > MOST_TOLD else ""
        if flights:
            yield heading, "; ".join(flights[:MOST_TOLD]) + more
    if part is not None:
        yield "certain", _certain(worth, value_usd)


def _certain(worth: Without, value_usd: float) -> str:
    """What of a value around a plan is proven."""
    lost = f"{value_usd:,.0f} USD"
    plan = f"the audited plan without it earns {worth.again.usd:,.0f} USD"
    least_usd = worth.least_usd
    if value_usd < 0:
        return f"{plan}; more may be gained if other flights change too"
    if least_usd is None:
        return f"no more than {lost} are lost: {plan}; how much less is not known"
    least = f"{least_usd:,.0f}" if least_usd >= 0 else "nothing"
    return (
        f"no more than {lost} are lost: {plan}; no less than {least} with the other flights as "
        "they are, but it may be less if they change too"
    )


def others_stay(part: Around) -> str:
    """How much stays as it is around a plan."""
    return f"with the other {part.kept} flights as they are"


def around_document(part: Around | None) -> dict[str, int] | None:
    """What could change around a plan, for machines."""
    if part is None:
        return None
    return {
        "flights_that_may_change": part.freed,
        "flights_that_stay": part.kept,
        "rotations_offered": part.offered,
    }
