"""What commitments make cargo worth beyond its own revenue (C19, K14)."""

from __future__ import annotations

from math import inf

from optimizer.domain.resolved import ResolvedInstance


def lift_usd_per_kg(resolved: ResolvedInstance) -> dict[str, float]:
    """By consignment, the most that delivering a kilogram saves; those not committed are left out.

    That is the sum of the penalties of its commitments; infinite if one of them has none. Cargo may
    be worth carrying at a loss, but never at one larger than that.
    """
    found: dict[str, float] = {}
    for commitment in resolved.commitments:
        penalty = commitment.penalty_pico_per_g
        usd_per_kg = inf if penalty is None else penalty * 1e-9
        for consignment in commitment.consignments:
            found[consignment] = found.get(consignment, 0.0) + usd_per_kg
    return found
