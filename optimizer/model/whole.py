"""Capacity sold in exact plans: whole, on one flight, or not at all (C18)."""

from __future__ import annotations

from collections import defaultdict

from optimizer.domain.resolved import ResolvedConsignment, ResolvedInstance
from optimizer.model.itinerary import Itinerary
from optimizer.model.ledger import Ledger

LEAST_SHARE, LEAST_DUE_SHARE = 0.5, 0.01
"""An offer, or what is contracted, is left if a model without whole numbers carries less of it."""

_Leg = tuple[str, int]


def provide_sold(
    resolved: ResolvedInstance, ledger: Ledger, wanted_kg: dict[Itinerary, float]
) -> dict[Itinerary, int]:
    """Take what is sold from the room there is, before all other cargo.

    Args:
        resolved: The resolved instance.
        ledger: With nothing on board yet.
        wanted_kg: Kilograms of a model; what is sold is taken out, and what is beside a charter.

    Returns:
        Grams of what is provided: all of a block, on the flight that was wanted most for it.
    """
    mine: dict[str, list[Itinerary]] = defaultdict(list)
    for i in wanted_kg:
        if i.consignment.sold:
            mine[i.consignment.id].append(i)
    if not mine:
        return {}
    due = {name for x in resolved.commitments for name in x.consignments}
    share = {
        name: sum(wanted_kg[i] for i in found) * 1000 / found[0].consignment.weight_g
        for name, found in mine.items()
    }
    aboard: dict[_Leg, bool] = {}
    grams: dict[Itinerary, int] = {}
    for name in sorted(mine, key=lambda n: (n not in due, -share[n], n)):
        if share[name] < (LEAST_DUE_SHARE if name in due else LEAST_SHARE):
            continue
        for i in sorted(mine[name], key=lambda i: (-wanted_kg[i], i.legs)):
            if _fits(ledger, i, aboard):
                grams[i] = i.consignment.weight_g
                ledger.take(i, grams[i])
                aboard |= {leg: _alone(i.consignment) for leg in i.legs}
                break
    for i in [*wanted_kg]:
        if i.consignment.sold or any(aboard.get(leg, False) for leg in i.legs):
            del wanted_kg[i]
    return grams


def _fits(ledger: Ledger, i: Itinerary, aboard: dict[_Leg, bool]) -> bool:
    """Whether there is room for all of it, and nothing else on board where that matters."""
    for leg in i.legs:
        if leg in aboard and (aboard[leg] or _alone(i.consignment)):
            return False
    return ledger.headroom_g(i) >= i.consignment.weight_g


def _alone(c: ResolvedConsignment) -> bool:
    return c.sold == "aircraft"
