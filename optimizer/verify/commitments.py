"""C19: what is promised is delivered; what is short costs its penalty (K14)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.resolved import ResolvedCommitment
from optimizer.verify.case import Case
from optimizer.verify.published import departs_as
from optimizer.verify.report import Violation
from optimizer.verify.words import kg


def c19_commitments(case: Case) -> Iterator[Violation]:
    """C19: of the consignments of a commitment without a penalty at least so many grams."""
    yield from too_little(case, "C19")


def too_little(case: Case, code: str) -> Iterator[Violation]:
    """What is short without a penalty: commitments (C19), or cargo tendered for a flight (C20)."""
    for commitment in case.resolved.commitments:
        if (code == "C20") != (commitment.flight is not None):
            continue
        short_g = grams_short(case, commitment)
        if short_g > 0 and commitment.penalty_pico_per_g is None:
            delivered_g = commitment.least_g - short_g
            what = f"commitment {commitment.id}"
            if commitment.flight is not None:
                what = f"{commitment.id}, tendered for published flight {commitment.flight}"
            yield Violation(
                code=code,
                message=f"{what}: {kg(delivered_g)} delivered of at least "
                f"{kg(commitment.least_g)}, {kg(short_g)} short",
                amount=short_g,
                unit="g",
            )


def grams_short(case: Case, commitment: ResolvedCommitment) -> int:
    """Least grams less those delivered, of loads whose whole itinerary makes sense; from 0.

    Cargo tendered for a published flight is on board of one that departs like it (C20).
    """
    published = None
    if commitment.flight is not None:
        published = case.resolved.frozen_flight[commitment.flight]
    delivered_g = sum(
        load.load.grams
        for load in case.loads
        if load.consignment.id in commitment.consignments
        and load.sound
        and load.delivered
        and (published is None or departs_as(case, published, load.flight))
    )
    return max(0, commitment.least_g - delivered_g)
